/* slack_answer.c - answers to buttons and commands, in mrkdwn.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/slack_answer.h"

#include "core/oncall.h"
#include "wire/plain_text.h"
#include "wire/slack_command.h"
#include "wire/slack_message.h"

#include <string.h>

#define THEIRS_MAX 600 /* characters of one text of somebody else's */
#define URL_MAX	   2000

/* The text as a block, and a row of buttons below it. */
static void add_blocks(
    struct json_out *j, const char *mrkdwn, const struct notice_view *offered)
{
	struct slack_text c;

	textbuf_init(&c.tb);
	slack_start(&c, SLACK_SECTION_MAX);
	slack_add(&c, mrkdwn);
	json_open(j, "blocks", '[');
	slack_section(j, &c);
	slack_actions(offered, true, &c, j);
	json_close(j, ']');
	textbuf_fini(&c.tb);
}

void slack_answer(
    const char *mrkdwn, const struct notice_view *offered, struct textbuf *out)
{
	struct json_out j;

	json_out_init(&j, out);
	json_open(&j, NULL, '{');
	json_text(&j, "response_type", "ephemeral");
	json_bool(&j, "replace_original", false);
	json_text(&j, "text", mrkdwn);
	if (offered != NULL && strlen(mrkdwn) <= SLACK_SECTION_MAX)
		add_blocks(&j, mrkdwn, offered);
	json_close(&j, '}');
}

/* --- pieces --------------------------------------------------------------- */

void slack_answer_theirs(struct textbuf *out, const char *text)
{
	struct slack_text c;

	textbuf_init(&c.tb);
	slack_start(&c, THEIRS_MAX);
	slack_add_theirs(&c, text, THEIRS_MAX);
	textbuf_add(out, c.tb.data);
	textbuf_fini(&c.tb);
}

void slack_answer_when(struct textbuf *out, struct wall at)
{
	struct slack_text c;

	textbuf_init(&c.tb);
	slack_start(&c, THEIRS_MAX);
	slack_add_when(&c, at);
	textbuf_add(out, c.tb.data);
	textbuf_fini(&c.tb);
}

static void add_key(struct textbuf *out, const struct notice_view *v)
{
	bool linked = v->url != NULL && plain_url(v->url, URL_MAX) &&
		      strpbrk(v->url, "|<>") == NULL;

	if (linked)
		textbuf_addf(out, "<%s|", v->url);
	slack_answer_theirs(out, v->ticket);
	if (linked)
		textbuf_addc(out, '>');
}

void slack_answer_name(struct textbuf *out, const struct notice_view *v)
{
	add_key(out, v);
	textbuf_add(out, " ");
	slack_answer_theirs(out, v->subject);
}

static void add_severity(struct textbuf *out, const struct notice_view *v)
{
	if (v->severity[0] == '\0')
		return;
	textbuf_addc(out, '*');
	slack_answer_theirs(out, v->severity);
	textbuf_add(out, "* ");
}

/* "first reply late by 12m, today 10:00". */
static void add_clock(
    struct textbuf *out, const struct view_clock *c, const char *between)
{
	slack_answer_theirs(out, c->name);
	textbuf_add(out, between);
	slack_answer_theirs(out, c->words);
	if (wall_is_never(c->due))
		return;
	textbuf_add(out, ", ");
	slack_answer_when(out, c->due);
}

/* The clock that is due first, or NULL. */
static const struct view_clock *first_due(const struct notice_view *v)
{
	const struct view_clock *first = NULL;

	for (size_t i = 0; i < v->nclocks; i++) {
		const struct view_clock *c = &v->clocks[i];

		if (!wall_is_never(c->due) && !clock_state_is_final(c->state) &&
		    (first == NULL || wall_before(c->due, first->due)))
			first = c;
	}
	return first;
}

/* --- lists ---------------------------------------------------------------- */

static void add_line(struct textbuf *out, const struct notice_view *v)
{
	const struct view_clock *c = first_due(v);

	textbuf_add(out, "\n\xE2\x80\xA2 ");
	add_severity(out, v);
	slack_answer_name(out, v);
	textbuf_add(out, " (");
	slack_answer_theirs(out, v->status);
	if (v->assignee[0] != '\0') {
		textbuf_add(out, ", ");
		slack_answer_theirs(out, v->assignee);
	}
	textbuf_addc(out, ')');
	if (c != NULL) {
		textbuf_add(out, ": ");
		add_clock(out, c, " ");
	}
}

void slack_answer_list(const char *title, const struct notice_view *views,
    size_t count, bool more, struct textbuf *out)
{
	slack_answer_theirs(out, title);
	for (size_t i = 0; i < count; i++)
		add_line(out, &views[i]);
	if (more)
		textbuf_add(out, "\n... and more; these are due first.");
}

/* --- one ticket ----------------------------------------------------------- */

static void add_fact(struct textbuf *out, const char *name, const char *value)
{
	if (value[0] == '\0')
		return;
	textbuf_addf(out, "\n%s: ", name);
	slack_answer_theirs(out, value);
}

void slack_answer_ticket(const struct notice_view *v, struct textbuf *out)
{
	add_severity(out, v);
	slack_answer_name(out, v);
	textbuf_add(out, "\n*");
	slack_answer_theirs(out, v->face_title);
	textbuf_add(out, "*, ");
	slack_answer_theirs(out, v->status);
	if (!wall_is_never(v->snoozed_until)) {
		textbuf_add(out, ", until ");
		slack_answer_when(out, v->snoozed_until);
	}
	add_fact(out, "Owner", v->assignee[0] != '\0' ? v->assignee : "nobody");
	add_fact(out, "Team", v->team);
	add_fact(out, "Customer", v->customer);
	for (size_t i = 0; i < v->nclocks; i++) {
		textbuf_add(out, "\n\xE2\x80\xA2 ");
		add_clock(out, &v->clocks[i], ": ");
	}
	add_fact(out, "Next step", v->next_step);
}

/* --- on call -------------------------------------------------------------- */

struct oncall_look {
	const struct matrix *m;
	const struct duty *d;
	struct wall now;
	struct textbuf *out;
};

static void add_person(const struct oncall_look *l, int index)
{
	const struct person *p = &l->m->people[index];
	const struct duty_change *away = duty_away(l->d, p->name, l->now);
	int cover;

	slack_answer_theirs(l->out, p->title);
	if (away == NULL)
		return;
	textbuf_add(l->out, " (away");
	if (!wall_is_never(away->until)) {
		textbuf_add(l->out, " until ");
		slack_answer_when(l->out, away->until);
	}
	cover = matrix_person(l->m, away->other);
	if (cover >= 0) {
		textbuf_add(l->out, "; covered by ");
		slack_answer_theirs(l->out, l->m->people[cover].title);
	}
	textbuf_addc(l->out, ')');
}

static void add_schedule(const struct oncall_look *l, int schedule)
{
	struct oncall who;

	oncall_at(l->m, l->d, schedule, l->now, &who);
	for (size_t i = 0; i < who.count; i++) {
		textbuf_add(l->out, i > 0 ? ", " : "");
		add_person(l, who.people[i]);
	}
	if (who.count == 0)
		textbuf_add(l->out, "*nobody*");
	if (wall_is_never(who.until))
		return;
	textbuf_add(l->out, " until ");
	slack_answer_when(l->out, who.until);
}

static void add_who(const struct oncall_look *l, const struct who *w)
{
	const struct team *t;

	switch (w->kind) {
	case WHO_SCHEDULE:
		add_schedule(l, w->index);
		break;
	case WHO_PERSON:
		add_person(l, w->index);
		break;
	case WHO_TEAM:
	case WHO_ONE_OF:
	case WHO_CHANNEL:
	case WHO_ASSIGNEE:
	case WHO_OWN_TEAM:
	case WHO_ROLE:
		if (w->kind != WHO_TEAM || w->index < 0)
			break;
		t = &l->m->teams[w->index];
		for (size_t i = 0; i < t->nmembers; i++) {
			textbuf_add(l->out, i > 0 ? ", " : "");
			add_person(l, t->members[i].person);
		}
		break;
	}
}

static bool has_role(const struct matrix *m, size_t schedule)
{
	for (size_t i = 0; i < m->nroles; i++)
		if (m->roles[i].who.kind == WHO_SCHEDULE &&
		    m->roles[i].who.index == (int)schedule)
			return true;
	return false;
}

static void add_entry(
    const struct oncall_look *l, const char *name, const struct who *w)
{
	textbuf_add(l->out, l->out->len > 0 ? "\n*" : "*");
	slack_answer_theirs(l->out, name);
	textbuf_add(l->out, "*: ");
	add_who(l, w);
}

void slack_answer_oncall(const struct matrix *m, const struct duty *d,
    struct wall now, const char *name, struct textbuf *out)
{
	struct oncall_look l = { m, d, now, out };

	for (size_t i = 0; i < m->nroles; i++)
		if (name[0] == '\0' || strcmp(name, m->roles[i].name) == 0)
			add_entry(&l, m->roles[i].name, &m->roles[i].who);
	for (size_t i = 0; i < m->nschedules; i++) {
		struct who w = { WHO_SCHEDULE, (int)i };

		if (name[0] == '\0' ? !has_role(m, i)
				    : strcmp(name, m->schedules[i].name) == 0)
			add_entry(&l, m->schedules[i].name, &w);
	}
	if (out->len == 0)
		textbuf_add(out, "The matrix has neither roles nor on-call "
				 "schedules.");
}

/* --- help ----------------------------------------------------------------- */

void slack_answer_help(const char *command, struct textbuf *out)
{
	textbuf_add(out, "What you can type:");
	for (int v = 0; v < VERB_COUNT; v++) {
		textbuf_add(out, "\n`");
		slack_answer_theirs(out, command);
		textbuf_addf(out, " %s`: %s",
		    slack_verb_usage((enum slack_verb)v),
		    slack_verb_meaning((enum slack_verb)v));
	}
	textbuf_add(out, "\nID is a ticket's key, such as zendesk:4711, or "
			 "the part behind its colon; WHEN is mon 09:00, "
			 "tomorrow 08:00, 18:00 or 2026-12-01.");
}
