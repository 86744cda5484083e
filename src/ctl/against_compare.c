/* against_compare.c - what is different about one ticket?
 *
 * How great a difference is, so that the tickets worth reading come first: a
 * breach that appears or vanishes and a refusal count 10, a notice that appears
 * or vanishes and another severity 2, whatever only moves 1.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/against_row.h"

#include "core/decide.h"

#include <stdlib.h>
#include <string.h>

#define WEIGHT_BREACH  10
#define WEIGHT_REFUSED 10
#define WEIGHT_NOTICE  2
#define WEIGHT_MOVED   1

struct comparing {
	const struct against_row *rows; /* in order of against_row_order() */
	size_t n;
	struct wall since;
	struct arena *arena;
	struct against_ticket *out;
	struct against_totals *add;
	struct against_due *dues;
	size_t cap_dues;
	struct against_notice *notices;
	size_t cap_notices;
	int64_t why_at[AGAINST_SIDES]; /* of the reason that is told */
	bool known;		       /* there is anything to compare */
};

static int order_of(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* What makes two rows one thing, on either side. */
static int identity(const struct against_row *a, const struct against_row *b)
{
	int order = order_of(a->what, b->what);

	if (order != 0 || a->what == ROW_TICKET)
		return order;
	order = strcmp(a->clock, b->clock);
	if (order != 0 || a->what == ROW_REFUSED)
		return order;
	order = order_of(a->cycle, b->cycle);
	if (order != 0 || a->what == ROW_CLOCK)
		return order;
	if ((order = order_of(a->kind, b->kind)) == 0 &&
	    (order = strcmp(a->chain, b->chain)) == 0 &&
	    (order = order_of(a->step, b->step)) == 0 &&
	    (order = order_of(a->round, b->round)) == 0 &&
	    (order = order_of(a->nth, b->nth)) == 0 &&
	    (order = strcmp(a->who, b->who)) == 0)
		order = strcmp(a->channel, b->channel);
	return order;
}

/* Things side by side; each side's rows as they were told. */
static int by_thing(const void *left, const void *right)
{
	const struct against_row *a = *(const struct against_row *const *)left;
	const struct against_row *b = *(const struct against_row *const *)right;
	int order = identity(a, b);

	if (order == 0)
		order = order_of(a->side, b->side);
	return order != 0 ? order : (a > b) - (a < b);
}

static size_t difference(size_t a, size_t b)
{
	return a > b ? a - b : b - a;
}

static void take_ticket(struct comparing *c, const struct against_row *row)
{
	struct against_ticket *t = c->out;

	t->key = row->who;
	t->there[row->side] = true;
	t->severity[row->side] = row->clock;
	t->policy[row->side] = row->chain;
	if (row->channel[0] != '\0')
		t->subject = row->channel;
}

/* --- deadlines --------------------------------------------------------- */

struct cycle {
	bool there;
	bool over; /* ended before what counts */
	bool breached;
	struct wall due;
};

static void follow(
    struct comparing *c, struct cycle *now, const struct against_row *row)
{
	enum change_kind kind = (enum change_kind)row->kind;
	bool counts = row->at >= c->since.ms;

	now->there = true;
	now->over = !counts && (kind == CHANGE_CLOCK_MET ||
				   kind == CHANGE_CLOCK_MET_LATE ||
				   kind == CHANGE_CLOCK_CANCELLED);
	if (row->due != WALL_NEVER.ms)
		now->due = wall_at(row->due);
	if (kind == CHANGE_CLOCK_BREACHED)
		now->breached = counts;
	else if (kind == CHANGE_CLOCK_WITHDRAWN)
		now->breached = false;
}

static bool breaches_differ(struct comparing *c, const struct cycle *of)
{
	bool differ = of[AGAINST_OLD].breached != of[AGAINST_NEW].breached;

	if (c->add != NULL) {
		c->add->breaches[AGAINST_OLD] += of[AGAINST_OLD].breached;
		c->add->breaches[AGAINST_NEW] += of[AGAINST_NEW].breached;
		c->add->breaches_appear += differ && of[AGAINST_NEW].breached;
		c->add->breaches_vanish += differ && of[AGAINST_OLD].breached;
	}
	return differ;
}

static void count_dues(
    struct against_totals *add, struct wall old, struct wall new_one)
{
	if (add == NULL)
		return;
	if (wall_is_never(old) && wall_is_never(new_one))
		return;
	if (wall_is_never(old))
		add->due_appear++;
	else if (wall_is_never(new_one))
		add->due_vanish++;
	else if (wall_same(old, new_one))
		add->due_same++;
	else if (wall_before(new_one, old))
		spread_add(&add->earlier, wall_minus(old, new_one));
	else
		spread_add(&add->later, wall_minus(new_one, old));
}

static void take_cycle(struct comparing *c, size_t from, size_t to)
{
	const struct against_row *rows = c->rows;
	struct cycle of[AGAINST_SIDES] = { { .due = WALL_NEVER },
		{ .due = WALL_NEVER } };
	struct against_due *d;
	bool differ;

	for (size_t i = from; i < to; i++)
		follow(c, &of[rows[i].side], &rows[i]);
	for (size_t side = 0; side < AGAINST_SIDES; side++)
		if (of[side].over)
			of[side] = (struct cycle){ .due = WALL_NEVER };
	if (!of[AGAINST_OLD].there && !of[AGAINST_NEW].there)
		return;
	c->known = true;
	differ = breaches_differ(c, of);
	count_dues(c->add, of[AGAINST_OLD].due, of[AGAINST_NEW].due);
	if (!differ && wall_same(of[AGAINST_OLD].due, of[AGAINST_NEW].due))
		return;
	d = arena_push(
	    c->arena, &c->dues, &c->out->ndues, &c->cap_dues, sizeof *d);
	d->clock = rows[from].clock;
	d->cycle = rows[from].cycle;
	for (size_t side = 0; side < AGAINST_SIDES; side++) {
		d->due[side] = of[side].due;
		d->breached[side] = of[side].breached;
	}
	c->out->weight += differ ? WEIGHT_BREACH : WEIGHT_MOVED;
}

/* --- notices ----------------------------------------------------------- */

static void put_notice(struct comparing *c, const struct against_row *row,
    struct wall old, struct wall new_one)
{
	struct against_notice *n = arena_push(c->arena, &c->notices,
	    &c->out->nnotices, &c->cap_notices, sizeof *n);
	bool appears = wall_is_never(old);
	bool vanishes = wall_is_never(new_one);

	n->reason = (enum notice_reason)row->kind;
	n->clock = row->clock;
	n->cycle = row->cycle;
	n->chain = row->chain;
	n->step = row->step;
	n->round = row->round;
	n->nth = row->nth;
	n->who = row->who;
	n->channel = row->channel;
	n->at[AGAINST_OLD] = old;
	n->at[AGAINST_NEW] = new_one;
	c->out->weight += appears || vanishes ? WEIGHT_NOTICE : WEIGHT_MOVED;
	if (c->add != NULL) {
		c->add->appear += appears;
		c->add->vanish += vanishes;
		c->add->moved += !appears && !vanishes;
	}
}

static int by_instant(const void *left, const void *right)
{
	const int64_t *a = left;
	const int64_t *b = right;

	return order_of(*a, *b);
}

/* Takes out of both what they have in common; returns how many these are. */
static size_t take_same(
    int64_t *old, size_t *nold, int64_t *new_one, size_t *nnew)
{
	size_t i = 0;
	size_t k = 0;
	size_t left_old = 0;
	size_t left_new = 0;
	size_t same = 0;

	while (i < *nold || k < *nnew) {
		if (i < *nold && k < *nnew && old[i] == new_one[k]) {
			same++;
			i++;
			k++;
		} else if (k == *nnew || (i < *nold && old[i] < new_one[k])) {
			old[left_old++] = old[i++];
		} else {
			new_one[left_new++] = new_one[k++];
		}
	}
	*nold = left_old;
	*nnew = left_new;
	return same;
}

/* Rows of one and the same notice; the old side's stand first. */
static void take_notices(struct comparing *c, size_t from, size_t to)
{
	const struct against_row *rows = c->rows;
	int64_t *at = arena_alloc(c->arena, (to - from) * sizeof *at);
	size_t nold = 0;
	size_t nnew;
	size_t same;
	int64_t *new_one;

	for (size_t i = from; i < to; i++) {
		at[i - from] = rows[i].at;
		nold += rows[i].side == AGAINST_OLD;
	}
	new_one = at + nold;
	nnew = to - from - nold;
	qsort(at, nold, sizeof *at, by_instant);
	qsort(new_one, nnew, sizeof *at, by_instant);
	same = take_same(at, &nold, new_one, &nnew);
	if (c->add != NULL)
		c->add->same += same;
	c->known = true;
	for (size_t i = 0; i < nold || i < nnew; i++)
		put_notice(c, &rows[from],
		    i < nold ? wall_at(at[i]) : WALL_NEVER,
		    i < nnew ? wall_at(new_one[i]) : WALL_NEVER);
}

static struct wall shown_at(const struct against_notice *n)
{
	return wall_min(n->at[AGAINST_OLD], n->at[AGAINST_NEW]);
}

/* In order of time; together what comes together. */
static int by_time(const void *left, const void *right)
{
	const struct against_notice *a = left;
	const struct against_notice *b = right;
	int order = order_of(shown_at(a).ms, shown_at(b).ms);

	if (order == 0 && (order = order_of(a->reason, b->reason)) == 0 &&
	    (order = strcmp(a->who, b->who)) == 0 &&
	    (order = strcmp(a->channel, b->channel)) == 0 &&
	    (order = strcmp(a->clock, b->clock)) == 0 &&
	    (order = order_of(a->cycle, b->cycle)) == 0 &&
	    (order = strcmp(a->chain, b->chain)) == 0 &&
	    (order = order_of(a->step, b->step)) == 0 &&
	    (order = order_of(a->round, b->round)) == 0 &&
	    (order = order_of(a->nth, b->nth)) == 0)
		order = order_of(a->at[AGAINST_OLD].ms, b->at[AGAINST_OLD].ms);
	return order;
}

/* --- refusals ---------------------------------------------------------- */

/* Rows about one event.  The reason that is told is that of the first event in
 * time. */
static void take_refused(struct comparing *c, size_t from, size_t to)
{
	struct against_ticket *t = c->out;
	size_t of[AGAINST_SIDES] = { 0 };
	size_t side;

	for (size_t i = from; i < to; i++)
		of[c->rows[i].side]++;
	if (of[AGAINST_OLD] == of[AGAINST_NEW])
		return;
	c->known = true;
	t->key = c->rows[from].who;
	side = of[AGAINST_OLD] > of[AGAINST_NEW] ? AGAINST_OLD : AGAINST_NEW;
	t->refused[side] += difference(of[AGAINST_OLD], of[AGAINST_NEW]);
	t->weight += WEIGHT_REFUSED;
	for (size_t i = from; i < to; i++)
		if (c->rows[i].side == side &&
		    c->rows[i].at < c->why_at[side]) {
			c->why_at[side] = c->rows[i].at;
			t->why[side] = c->rows[i].chain;
		}
}

/* --- all of it --------------------------------------------------------- */

static void take_thing(struct comparing *c, size_t from, size_t to)
{
	switch (c->rows[from].what) {
	case ROW_TICKET:
		for (size_t i = from; i < to; i++)
			take_ticket(c, &c->rows[i]);
		break;
	case ROW_CLOCK:
		take_cycle(c, from, to);
		break;
	case ROW_NOTICE:
		take_notices(c, from, to);
		break;
	default:
		take_refused(c, from, to);
		break;
	}
}

/* Both sides have the ticket, and it ends with another severity. */
static bool severities_differ(const struct against_ticket *t)
{
	return t->there[AGAINST_OLD] && t->there[AGAINST_NEW] &&
	       strcmp(t->severity[AGAINST_OLD], t->severity[AGAINST_NEW]) != 0;
}

static void finish(struct comparing *c)
{
	struct against_ticket *t = c->out;
	bool severities = c->known && severities_differ(t);

	if (severities)
		t->weight += WEIGHT_NOTICE;
	for (size_t side = 0; side < AGAINST_SIDES; side++) {
		if (t->severity[side] == NULL)
			t->severity[side] = "";
		if (t->policy[side] == NULL)
			t->policy[side] = "";
	}
	if (t->nnotices > 1)
		qsort(c->notices, t->nnotices, sizeof *c->notices, by_time);
	t->dues = c->dues;
	t->notices = c->notices;
	if (c->add == NULL)
		return;
	c->add->tickets += c->known;
	c->add->differ += t->weight > 0;
	c->add->severities += severities;
	c->add->refused +=
	    t->refused[AGAINST_OLD] + t->refused[AGAINST_NEW] > 0;
}

/* Rows side by side, as by_thing() says; qsort() need not be stable, so that
 * pointers are sorted and the rows then copied. */
static const struct against_row *in_order(
    struct against_row *rows, size_t n, struct arena *arena)
{
	const struct against_row **at = arena_alloc(arena, n * sizeof *at);
	struct against_row *sorted = arena_alloc(arena, n * sizeof *sorted);

	for (size_t i = 0; i < n; i++)
		at[i] = &rows[i];
	qsort(at, n, sizeof *at, by_thing);
	for (size_t i = 0; i < n; i++)
		sorted[i] = *at[i];
	return sorted;
}

bool against_compare(struct against_row *rows, size_t n, struct wall since,
    struct arena *arena, struct against_ticket *out, struct against_totals *add)
{
	struct comparing c = { .rows = in_order(rows, n, arena),
		.n = n,
		.since = since,
		.arena = arena,
		.out = out,
		.add = add,
		.why_at = { INT64_MAX, INT64_MAX } };
	size_t to;

	memset(out, 0, sizeof *out);
	out->key = out->subject = "";
	out->why[AGAINST_OLD] = out->why[AGAINST_NEW] = "";
	out->rank = AGAINST_RANKED;
	for (size_t from = 0; from < n; from = to) {
		for (to = from + 1; to < n; to++)
			if (identity(&c.rows[from], &c.rows[to]) != 0)
				break;
		take_thing(&c, from, to);
	}
	finish(&c);
	return out->weight > 0;
}
