/* slack_looks.c - tickets that a person in Slack asks for, read on a worker.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/slack_desk.h"

#include "base/nearest.h"
#include "daemon/app.h"
#include "wire/slack_answer.h"

#include <stdlib.h>
#include <string.h>

#define SUFFIX_LOOKS 200 /* tickets whose key has the number somewhere */
#define NAMES_MAX    20	 /* names of one person, teams of one person */

/* --- one ticket ----------------------------------------------------------- */

static void view(
    struct slack_ask *a, const struct ticket *t, struct notice_view *out)
{
	ticket_view_build(slack_ask_matrix(a), t, a->now, &a->arena, out);
}

static void cannot_read(struct slack_ask *a, const struct errtext *err)
{
	slack_answer_theirs(&a->text, "The database cannot be read: ");
	slack_answer_theirs(&a->text, err->text);
}

static bool ends_in(const char *key, const char *tail)
{
	size_t n = strlen(key);
	size_t len = strlen(tail);

	return n > len && key[n - len - 1] == ':' &&
	       strcmp(key + n - len, tail) == 0;
}

/* The key of the only ticket of that number, or NULL: said why. */
static const char *find_number(
    struct reader *r, struct slack_ask *a, const char *number)
{
	struct ticket_filter f = { .status = "all",
		.text = number,
		.order = ORDER_KEY,
		.limit = SUFFIX_LOOKS };
	struct ticket *list = NULL;
	struct errtext err = { "" };
	const char *found = NULL;
	const char *next;
	size_t count = 0;

	if (reader_list(r, &a->arena, &f, &list, &count, &next, &err) !=
	    STORE_OK) {
		cannot_read(a, &err);
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		if (!ends_in(list[i].key, number))
			continue;
		if (found != NULL) {
			slack_answer_theirs(
			    &a->text, "There are several: write ");
			slack_answer_theirs(&a->text, found);
			textbuf_add(&a->text, " or ");
			slack_answer_theirs(&a->text, list[i].key);
			return NULL;
		}
		found = list[i].key;
	}
	if (found == NULL) {
		textbuf_add(&a->text, "There is no ticket ");
		slack_answer_theirs(&a->text, number);
	}
	return found;
}

static bool load(struct reader *r, struct slack_ask *a, struct ticket *t)
{
	const char *typed = a->command.ticket;
	struct errtext err = { "" };
	enum store_result got;

	a->ticket =
	    strchr(typed, ':') != NULL ? typed : find_number(r, a, typed);
	if (a->ticket == NULL)
		return false;
	got = reader_load(r, &a->arena, a->ticket, 0, t, &err);
	if (got == STORE_OK)
		return true;
	if (got != STORE_NONE) {
		cannot_read(a, &err);
		return false;
	}
	textbuf_add(&a->text, "There is no ticket ");
	slack_answer_theirs(&a->text, a->ticket);
	return false;
}

static void on_find(struct reader *r, void *user)
{
	struct slack_ask *a = user;
	struct notice_view *v;
	struct ticket t;

	if (!load(r, a, &t))
		return;
	v = arena_alloc(&a->arena, sizeof *v);
	view(a, &t, v);
	a->title = v->subject;
	if (a->command.verb != VERB_TICKET)
		return;
	slack_answer_ticket(v, &a->text);
	a->offered = v;
}

static void on_read(void *user)
{
	struct slack_ask *a = user;

	if (a->text.len > 0)
		slack_ask_end(a, a->text.data);
	else
		a->then(a);
}

static void look(
    struct slack_ask *a, void (*work)(struct reader *r, void *user))
{
	if (!readers_ask(a->app->readers, DESK_REQUESTS, work, on_read, a))
		slack_ask_end(a, "Too many questions wait; try again.");
}

void slack_look_ticket(struct slack_ask *a, void (*then)(struct slack_ask *a))
{
	a->then = then;
	look(a, on_find);
}

/* --- lists ---------------------------------------------------------------- */

/* Some lists into one, each ticket once, soonest due first. */
struct pile {
	struct ticket *tickets[SLACK_LIST_MAX * NAMES_MAX];
	size_t count;
	bool more;
	bool failed;
};

static int by_due(const void *a, const void *b)
{
	const struct ticket *s = *(struct ticket *const *)a;
	const struct ticket *t = *(struct ticket *const *)b;

	if (!wall_same(s->next_due, t->next_due))
		return wall_before(s->next_due, t->next_due) ? -1 : 1;
	return strcmp(s->key, t->key);
}

static void pile_add(struct pile *p, struct reader *r, struct slack_ask *a,
    const struct ticket_filter *f)
{
	struct errtext err = { "" };
	struct ticket *list = NULL;
	const char *next = NULL;
	size_t count = 0;

	if (p->failed)
		return;
	if (reader_list(r, &a->arena, f, &list, &count, &next, &err) !=
	    STORE_OK) {
		cannot_read(a, &err);
		p->failed = true;
		return;
	}
	p->more |= next != NULL;
	for (size_t i = 0; i < count; i++)
		p->tickets[p->count++] = &list[i];
}

static void pile_say(
    struct pile *p, struct slack_ask *a, const char *title, const char *none)
{
	struct notice_view views[SLACK_LIST_MAX];
	size_t n = p->count;

	if (p->failed)
		return;
	qsort(p->tickets, n, sizeof p->tickets[0], by_due);
	if (n > SLACK_LIST_MAX)
		n = SLACK_LIST_MAX;
	for (size_t i = 0; i < n; i++)
		view(a, p->tickets[i], &views[i]);
	if (n == 0)
		textbuf_add(&a->text, none);
	else
		slack_answer_list(
		    title, views, n, p->more || p->count > n, &a->text);
}

/* Help desks call a person by key, address or Slack id. */
static void on_mine(struct reader *r, void *user)
{
	struct slack_ask *a = user;
	const struct person *x = slack_ask_person(a);
	const char *names[] = { x->name, x->email, x->slack };
	struct ticket_filter f = { .status = "unsolved",
		.order = ORDER_DUE,
		.limit = SLACK_LIST_MAX };
	struct pile p = { .count = 0 };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		f.assignee = names[i];
		if (names[i] != NULL)
			pile_add(&p, r, a, &f);
	}
	pile_say(&p, a,
	    "Your tickets, soonest due first:", "You own no open ticket.");
}

void slack_look_mine(struct slack_ask *a)
{
	look(a, on_mine);
}

static bool is_of_team(const struct team *t, int person)
{
	for (size_t i = 0; i < t->nmembers; i++)
		if (t->members[i].person == person)
			return true;
	return t->lead == person;
}

static void on_team(struct reader *r, void *user)
{
	struct slack_ask *a = user;
	const struct matrix *m = slack_ask_matrix(a);
	const char *what = a->command.what;
	struct ticket_filter f = { .status = "unsolved",
		.order = ORDER_DUE,
		.limit = SLACK_LIST_MAX };
	struct pile p = { .count = 0 };
	size_t teams = 0;

	for (size_t i = 0; i < m->nteams && teams < NAMES_MAX; i++) {
		if (what[0] != '\0' ? strcmp(m->teams[i].name, what) != 0
				    : !is_of_team(&m->teams[i], a->person))
			continue;
		f.team = m->teams[i].name;
		pile_add(&p, r, a, &f);
		teams++;
	}
	pile_say(&p, a,
	    what[0] != '\0' ? "Tickets of that team, soonest due first:"
			    : "Tickets of your teams, soonest due first:",
	    teams == 0 ? "You are in no team; name one." : "None is open.");
}

void slack_look_team(struct slack_ask *a)
{
	const struct matrix *m = slack_ask_matrix(a);
	struct nearest near;
	struct errtext why;

	if (a->command.what[0] == '\0' ||
	    matrix_team(m, a->command.what) >= 0) {
		look(a, on_team);
		return;
	}
	nearest_init(&near, a->command.what);
	for (size_t i = 0; i < m->nteams; i++)
		nearest_try(&near, m->teams[i].name);
	nearest_say(&near, "there is no team", &why);
	slack_ask_endf(a, "%s", why.text);
}
