/* ahead.c - see ahead.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/ahead.h"

#include <string.h>

#define DECISIONS_MAX 1000	      /* each does something, or ends it */
#define FIRST_ID      (INT64_MAX / 2) /* of notices that are not there yet */

/* --- a copy that may change ----------------------------------------------- */

static void *copied(struct arena *a, const void *list, size_t size)
{
	void *to = arena_alloc(a, size);

	if (size > 0)
		memcpy(to, list, size);
	return to;
}

void ahead_copy(struct ticket *t)
{
	struct arena *a = t->arena;

	t->clocks = copied(a, t->clocks, t->nclocks * sizeof *t->clocks);
	t->cap_clocks = t->nclocks;
	for (size_t i = 0; i < t->nclocks; i++) {
		struct clock *c = &t->clocks[i];

		c->stretches = copied(
		    a, c->stretches, c->nstretches * sizeof *c->stretches);
		c->cap_stretches = c->nstretches;
	}
	t->runs = copied(a, t->runs, t->nruns * sizeof *t->runs);
	t->cap_runs = t->nruns;
	t->notices = copied(a, t->notices, t->nnotices * sizeof *t->notices);
	t->cap_notices = t->nnotices;
	t->history = copied(a, t->history, t->nhistory * sizeof *t->history);
	t->cap_history = t->nhistory;
}

/* --- the walk ------------------------------------------------------------- */

static void decide_next(
    struct ahead *a, const struct event *ev, struct decision *d)
{
	struct ticket *t = a->t;

	decide(a->m, a->f, t, ev, ev->at, d);
	for (size_t i = 0; i < t->nnotices; i++)
		if (t->notices[i].id == 0)
			t->notices[i].id = ++a->notice_id;
	a->decided(a->user, t, d, ev->at);
	ticket_leave_ended(t);
}

static const struct notice *first_pending(const struct ticket *t)
{
	const struct notice *first = NULL;

	for (size_t i = 0; i < t->nnotices; i++) {
		const struct notice *n = &t->notices[i];

		if (n->state == NOTICE_PENDING &&
		    (first == NULL || wall_before(n->free_at, first->free_at)))
			first = n;
	}
	return first;
}

static void deliver(struct ahead *a, const struct notice *n)
{
	bool in_time = !wall_before(n->useful_until, a->now);
	struct event ev = { .type = EVENT_DELIVERY,
		.ticket_id = a->t->id,
		.at = a->now,
		.notice_id = n->id,
		.delivery = in_time ? DELIVERY_OK : DELIVERY_NEVER };
	struct decision d;

	a->goes(a->user, n, a->now,
	    n->id <= FIRST_ID || wall_before(n->at, n->free_at), in_time);
	decide_next(a, &ev, &d);
}

/* False: it waits for nothing any more, or for what lies too far ahead. */
static bool step(struct ahead *a)
{
	struct ticket *t = a->t;
	const struct notice *n = first_pending(t);
	struct wall goes = n == NULL ? WALL_NEVER : n->free_at;
	struct wall due = t->next_due;
	struct event tick = { .type = EVENT_TICK, .ticket_id = t->id };
	struct decision d;

	if (wall_before(a->until, wall_min(due, goes))) {
		a->more = !wall_is_never(wall_min(due, goes));
		return false;
	}
	a->now = wall_max(a->now, wall_min(due, goes));
	if (wall_before(goes, due)) {
		deliver(a, n);
		return true;
	}
	tick.at = a->now;
	decide_next(a, &tick, &d);
	return d.verdict != VERDICT_NOTHING || !wall_same(t->next_due, due);
}

bool ahead_walk(struct ahead *a)
{
	a->notice_id = FIRST_ID;
	for (int i = 0; i < DECISIONS_MAX; i++) {
		if (!step(a))
			return true;
		if (a->enough != NULL && *a->enough)
			break;
	}
	a->more = true;
	return false;
}

struct change ahead_gone(const struct notice *n, bool in_time)
{
	return (struct change){ .kind = in_time ? CHANGE_NOTICE_SENT
						: CHANGE_NOTICE_DEAD,
		.clock = n->clock,
		.cycle = n->cycle,
		.chain = n->chain,
		.run = n->run,
		.step = n->step,
		.detail = "" };
}

const char *ahead_gone_words(
    struct turn *u, const struct notice *n, bool in_time)
{
	return turn_text(u,
	    in_time ? "a %s notice goes that waited"
		    : "a %s notice is of no use any more",
	    notice_reason_name(n->reason));
}
