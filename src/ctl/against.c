/* against.c - see against.h.
 *
 * People and channels are counted as the notices come: their number depends on
 * the matrices alone.  All else goes to the scratch, as rows of its ticket, and
 * is read from there twice: to count and rank, and to show.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/against.h"

#include "base/check.h"
#include "core/drill.h"
#include "core/words.h"
#include "ctl/against_row.h"

#include <stdlib.h>
#include <string.h>

/* What is counted by name. */
struct counts {
	struct against_count *at; /* names in the arena */
	size_t count;
	size_t cap;
	struct words index;
};

struct ranked {
	int64_t number;
	size_t weight;
};

struct against {
	const struct matrix *matrix[AGAINST_SIDES];
	struct wall since;
	struct scratch *scratch;
	struct arena arena;
	struct textbuf row; /* in hand */
	struct counts people;
	struct counts channels;
	struct against_totals totals;
	struct ranked ranked[AGAINST_RANKED]; /* the greatest first */
	size_t nranked;
};

static void counts_init(struct counts *c)
{
	*c = (struct counts){ .at = NULL };
	words_init(&c->index);
}

static void counts_fini(struct counts *c)
{
	words_fini(&c->index);
}

static struct against_count *counts_of(
    struct counts *c, struct arena *arena, const char *name)
{
	struct against_count *of;
	size_t i;

	if (words_find(&c->index, name, &i))
		return &c->at[i];
	i = c->count;
	of = arena_push(arena, &c->at, &c->count, &c->cap, sizeof *of);
	of->name = arena_strdup(arena, name);
	words_add(&c->index, of->name, i);
	return of;
}

struct against *against_new(const struct matrix *new_one,
    const struct matrix *old_one, struct wall since, struct scratch *scratch)
{
	struct against *a = calloc(1, sizeof *a);

	CHECK(a != NULL);
	a->matrix[AGAINST_OLD] = old_one;
	a->matrix[AGAINST_NEW] = new_one;
	a->since = since;
	a->scratch = scratch;
	arena_init(&a->arena);
	textbuf_init(&a->row);
	counts_init(&a->people);
	counts_init(&a->channels);
	return a;
}

void against_free(struct against *a)
{
	if (a == NULL)
		return;
	counts_fini(&a->people);
	counts_fini(&a->channels);
	textbuf_fini(&a->row);
	arena_fini(&a->arena);
	free(a);
}

/* --- what is told ------------------------------------------------------ */

/* Is the person not at work then? */
static bool is_off_hours(
    const struct matrix *m, const char *name, struct wall at)
{
	int person = matrix_person(m, name);
	int hours = person >= 0 ? m->people[person].hours : -1;

	return hours >= 0 && !calendar_open(m->calendars[hours], at);
}

static void keep(
    struct against *a, int64_t number, const struct against_row *row)
{
	textbuf_clear(&a->row);
	against_row_pack(row, &a->row);
	scratch_log(a->scratch, AGAINST_LOG, number, a->row.data, a->row.len);
}

static void keep_ticket(struct against *a, enum against_side side,
    int64_t number, const struct ticket *t)
{
	struct against_row row = { .what = ROW_TICKET,
		.side = (uint8_t)side,
		.clock = t->fields.text[FIELD_SEVERITY],
		.chain = t->policy,
		.who = t->key,
		.channel = t->fields.text[FIELD_SUBJECT] };

	keep(a, number, &row);
}

static void keep_clock(struct against *a, enum against_side side,
    int64_t number, const struct change *c, struct wall now)
{
	struct against_row row = { .what = ROW_CLOCK,
		.side = (uint8_t)side,
		.kind = (uint8_t)c->kind,
		.at = now.ms,
		.due = c->due.ms,
		.cycle = c->cycle,
		.clock = c->clock };

	keep(a, number, &row);
}

static void count_notice(struct against *a, enum against_side side,
    const struct notice *n, struct wall now)
{
	struct against_count *of;

	counts_of(&a->channels, &a->arena, n->channel)->notices[side]++;
	if (n->who[0] == '\0')
		return;
	of = counts_of(&a->people, &a->arena, n->who);
	of->notices[side]++;
	of->off_hours[side] += is_off_hours(a->matrix[side], n->who, now);
}

static void keep_notice(struct against *a, enum against_side side,
    int64_t number, const struct notice *n, struct wall now)
{
	struct against_row row = { .what = ROW_NOTICE,
		.side = (uint8_t)side,
		.kind = (uint8_t)n->reason,
		.at = now.ms,
		.cycle = n->cycle,
		.step = n->step,
		.round = n->round,
		.nth = n->nth,
		.clock = n->clock,
		.chain = n->chain,
		.who = n->who,
		.channel = n->channel };

	count_notice(a, side, n, now);
	keep(a, number, &row);
}

static void keep_refused(struct against *a, enum against_side side,
    const struct ticket *t, const struct event *ev, struct wall now,
    const char *why)
{
	struct against_row row = { .what = ROW_REFUSED,
		.side = (uint8_t)side,
		.at = now.ms,
		.clock = ev->id,
		.chain = why,
		.who = t->key };

	keep(a, scratch_number(a->scratch, t->key), &row);
}

static bool is_of_clock(enum change_kind kind)
{
	return kind >= CHANGE_CLOCK_STARTED && kind <= CHANGE_CLOCK_CANCELLED &&
	       kind != CHANGE_CLOCK_WARNED;
}

/* Does what is shown of the ticket itself change with it? */
static bool is_of_ticket(const struct change *c, const struct event *ev)
{
	switch ((int)c->kind) {
	case CHANGE_EVENT:
		return ev->type == EVENT_CREATED || ev->type == EVENT_UPDATED;
	case CHANGE_POLICY:
	case CHANGE_NO_POLICY:
	case CHANGE_SEVERITY:
		return true;
	default:
		return false;
	}
}

static bool is_kept(
    const struct against *a, const struct change *c, struct wall now)
{
	if (is_of_clock(c->kind))
		return true;
	return c->kind == CHANGE_NOTICE_SENT && !wall_before(now, a->since);
}

/* Drills and what is about slawatch itself are nobody's tickets. */
static bool is_ours(const char *key)
{
	return drill_key(key) || strncmp(key, "slawatch:", 9) == 0;
}

static void decided(struct against *a, enum against_side side,
    const struct ticket *t, const struct event *ev, struct wall now,
    const struct decision *d)
{
	int64_t number = 0; /* asked for where there is something to keep */
	bool of_ticket = false;

	if (is_ours(t->key))
		return;
	if (d->verdict != VERDICT_ACCEPTED) {
		if (!wall_before(now, a->since))
			keep_refused(a, side, t, ev, now, d->why.text);
		return;
	}
	for (size_t i = 0; i < d->nchanges; i++) {
		const struct change *c = &d->changes[i];
		bool kept = is_kept(a, c, now);

		of_ticket = of_ticket || is_of_ticket(c, ev);
		if (number == 0 && (kept || of_ticket))
			number = scratch_number(a->scratch, t->key);
		if (kept && c->kind == CHANGE_NOTICE_SENT)
			keep_notice(
			    a, side, number, &t->notices[c->notice], now);
		else if (kept)
			keep_clock(a, side, number, c, now);
	}
	if (of_ticket)
		keep_ticket(a, side, number, t);
}

void against_new_decided(void *user, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d)
{
	decided(user, AGAINST_NEW, t, ev, now, d);
}

void against_old_decided(void *user, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d)
{
	decided(user, AGAINST_OLD, t, ev, now, d);
}

/* --- reading it again -------------------------------------------------- */

/* Rows of one ticket are gathered until those of the next begin. */
struct reading {
	const struct against *a;
	struct against_totals *add; /* or NULL */
	void (*each)(
	    void *user, int64_t number, const struct against_ticket *t);
	void *user;
	int64_t number;
	struct arena arena;
	struct against_row *rows;
	size_t nrows;
	size_t cap_rows;
};

static void end_ticket(struct reading *r)
{
	struct against_ticket t;

	if (r->nrows == 0)
		return;
	if (against_compare(
		r->rows, r->nrows, r->a->since, &r->arena, &t, r->add))
		r->each(r->user, r->number, &t);
	arena_reset(&r->arena);
	r->rows = NULL;
	r->nrows = r->cap_rows = 0;
}

static bool take_row(void *user, int64_t number, const char *bytes, size_t len)
{
	struct reading *r = user;
	struct against_row row;
	struct against_row *slot;

	if (number != r->number)
		end_ticket(r);
	r->number = number;
	if (!against_row_unpack(bytes, len, &r->arena, &row))
		return true; /* the scratch is damaged, and says so itself */
	slot = arena_push(
	    &r->arena, &r->rows, &r->nrows, &r->cap_rows, sizeof *slot);
	*slot = row;
	return true;
}

static void read_all(const struct against *a, struct against_totals *add,
    void (*each)(void *user, int64_t number, const struct against_ticket *t),
    void *user)
{
	struct reading r = { .a = a, .add = add, .each = each, .user = user };

	arena_init(&r.arena);
	scratch_each_log(a->scratch, AGAINST_LOG, take_row, &r);
	end_ticket(&r);
	arena_fini(&r.arena);
}

/* Keeps it among the greatest; of two as great the one that came first. */
static void rank(void *user, int64_t number, const struct against_ticket *t)
{
	struct against *a = user;
	size_t i = a->nranked;

	if (a->nranked < AGAINST_RANKED)
		a->nranked++;
	else if (t->weight <= a->ranked[--i].weight)
		return;
	for (; i > 0 && a->ranked[i - 1].weight < t->weight; i--)
		a->ranked[i] = a->ranked[i - 1];
	a->ranked[i] = (struct ranked){ number, t->weight };
}

static size_t change_of(const struct against_count *c)
{
	size_t old = c->notices[AGAINST_OLD];
	size_t new_one = c->notices[AGAINST_NEW];

	return old > new_one ? old - new_one : new_one - old;
}

static int by_change(const void *left, const void *right)
{
	const struct against_count *a = left;
	const struct against_count *b = right;
	size_t of_a = change_of(a);
	size_t of_b = change_of(b);

	return of_a != of_b ? (of_a < of_b) - (of_a > of_b)
			    : strcmp(a->name, b->name);
}

static struct against_count *sorted(struct counts *c)
{
	if (c->count > 1)
		qsort(c->at, c->count, sizeof *c->at, by_change);
	return c->at;
}

bool against_end(struct against *a, struct errtext *err)
{
	read_all(a, &a->totals, rank, a);
	a->totals.people = sorted(&a->people);
	a->totals.npeople = a->people.count;
	a->totals.channels = sorted(&a->channels);
	a->totals.nchannels = a->channels.count;
	return !scratch_failed(a->scratch, err);
}

const struct against_totals *against_totals(const struct against *a)
{
	return &a->totals;
}

struct showing {
	const struct against *a;
	void (*each)(void *user, const struct against_ticket *t);
	void *user;
};

static void show(void *user, int64_t number, const struct against_ticket *t)
{
	struct showing *s = user;
	struct against_ticket shown = *t;

	for (size_t i = 0; i < s->a->nranked; i++)
		if (s->a->ranked[i].number == number)
			shown.rank = i;
	s->each(s->user, &shown);
}

void against_each(const struct against *a,
    void (*each)(void *user, const struct against_ticket *t), void *user)
{
	struct showing s = { a, each, user };

	read_all(a, NULL, show, &s);
}
