/* explain_next.c - what comes if nobody does anything?
 *
 * decide() is asked, with what the daemon would send it: a tick when the
 * ticket is due, and the word that a notice arrived when it may go.
 *
 * SPDX-License-Identifier: MIT */
#include "core/explain_parts.h"

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

/* Texts are never changed in place, lists are. */
static void copy_lists(struct arena *a, struct ticket *t)
{
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

/* --- the list ------------------------------------------------------------- */

static struct explained_next *add(
    struct explaining *x, const struct change *ch, struct wall at)
{
	struct explanation *out = x->out;
	struct explained_next *n;

	if (out->nnext == EXPLAIN_NEXT_MAX) {
		out->more = true;
		return NULL;
	}
	n = arena_push(
	    x->arena, &out->next, &out->nnext, &out->cap_next, sizeof *n);
	n->at = at;
	n->kind = ch->kind;
	n->what = explain_change(x, ch);
	n->clock = ch->clock;
	n->cycle = ch->cycle;
	n->chain = ch->chain;
	n->run = ch->run;
	n->step = ch->step;
	return n;
}

/* Whom the latest thing on the list tells. */
static void add_told(
    struct explaining *x, struct explained_next *n, const struct change *ch)
{
	struct explained_told *told;

	if (n == NULL)
		return;
	if (ch->kind == CHANGE_NOTICE_HELD) {
		if (n->ntold > 0)
			n->told[n->ntold - 1].held_until = ch->due;
		return;
	}
	told = arena_push(
	    x->arena, &n->told, &n->ntold, &n->cap_told, sizeof *told);
	told->reason = notice_reason_name(ch->reason);
	told->who = ch->who;
	told->channel = ch->channel;
	told->held_until = WALL_NEVER;
}

static void take_changes(
    struct explaining *x, const struct decision *d, struct wall at)
{
	struct explanation *out = x->out;
	size_t latest = SIZE_MAX;

	for (size_t i = 0; i < d->nchanges; i++) {
		const struct change *ch = &d->changes[i];

		switch ((int)ch->kind) {
		case CHANGE_NOTICE_QUEUED:
		case CHANGE_NOTICE_HELD:
			add_told(x,
			    latest == SIZE_MAX ? NULL : &out->next[latest], ch);
			break;
		case CHANGE_WARNING_SKIPPED:
		case CHANGE_NOTICE_SENT:
			break;
		case CHANGE_PERSON_SKIPPED: /* those told belong to the step */
			add(x, ch, at);
			break;
		default:
			latest =
			    add(x, ch, at) == NULL ? SIZE_MAX : out->nnext - 1;
		}
	}
}

/* --- the walk ------------------------------------------------------------- */

/* As the store: what is ended is not there for the next decision. */
static void prune(struct ticket *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->nnotices; i++)
		if (!t->notices[i].ended)
			t->notices[n++] = t->notices[i];
	t->nnotices = n;
	n = 0;
	for (size_t i = 0; i < t->nruns; i++)
		if (run_state_is_live(t->runs[i].state))
			t->runs[n++] = t->runs[i];
	t->nruns = n;
}

static void decide_next(
    struct explaining *x, const struct event *ev, struct decision *d)
{
	struct ticket *t = &x->copy;

	decide(x->u.m, x->u.f, t, ev, ev->at, d);
	for (size_t i = 0; i < t->nnotices; i++)
		if (t->notices[i].id == 0)
			t->notices[i].id = ++x->notice_id;
	take_changes(x, d, ev->at);
	prune(t);
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

/* One that waited is told of; the others go as they are queued. */
static void tell_sent(
    struct explaining *x, const struct notice *n, struct wall at)
{
	bool in_time = !wall_before(n->useful_until, at);
	struct change ch = { .kind = in_time ? CHANGE_NOTICE_SENT
					     : CHANGE_NOTICE_DEAD,
		.clock = n->clock,
		.cycle = n->cycle,
		.chain = n->chain,
		.run = n->run,
		.step = n->step,
		.notice = 0,
		.detail = "" };
	struct explained_next *next = add(x, &ch, at);

	if (next == NULL)
		return;
	next->what = turn_text(&x->u,
	    in_time ? "a %s notice goes that waited"
		    : "a %s notice is of no use any more",
	    notice_reason_name(n->reason));
	ch.reason = n->reason;
	ch.kind = CHANGE_NOTICE_QUEUED;
	ch.who = *n->who != '\0' ? n->who : n->role;
	ch.channel = n->channel;
	add_told(x, next, &ch);
}

static void deliver(
    struct explaining *x, const struct notice *n, struct wall at)
{
	struct event ev = { .type = EVENT_DELIVERY,
		.ticket_id = x->copy.id,
		.at = at,
		.notice_id = n->id };
	struct decision d;

	ev.delivery =
	    wall_before(n->useful_until, at) ? DELIVERY_NEVER : DELIVERY_OK;
	if (n->id <= FIRST_ID || wall_before(n->at, n->free_at))
		tell_sent(x, n, at);
	decide_next(x, &ev, &d);
}

/* False: it waits for nothing any more, or for what lies too far ahead. */
static bool step(struct explaining *x, struct wall *now)
{
	struct ticket *t = &x->copy;
	const struct notice *n = first_pending(t);
	struct wall goes = n == NULL ? WALL_NEVER : n->free_at;
	struct wall due = t->next_due;
	struct event tick = { .type = EVENT_TICK, .ticket_id = t->id };
	struct decision d;

	if (wall_before(x->out->next_until, wall_min(due, goes))) {
		x->out->more = !wall_is_never(wall_min(due, goes));
		return false;
	}
	*now = wall_max(*now, wall_min(due, goes));
	if (wall_before(goes, due)) {
		deliver(x, n, *now);
		return true;
	}
	tick.at = *now;
	decide_next(x, &tick, &d);
	return d.verdict != VERDICT_NOTHING || !wall_same(t->next_due, due);
}

void explain_next(struct explaining *x)
{
	struct wall now = x->out->now;

	x->notice_id = FIRST_ID;
	x->out->next_until = wall_plus(now, EXPLAIN_AHEAD_MS);
	copy_lists(x->arena, &x->copy);
	for (int i = 0; i < DECISIONS_MAX && !x->out->more; i++)
		if (!step(x, &now))
			return;
	x->out->more = true;
}
