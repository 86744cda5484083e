/* decide.c - see decide.h: check, fire what was due, apply, fire what is due.
 *
 * SPDX-License-Identifier: MIT */
#include "core/decide.h"

#include "base/check.h"
#include "core/apply.h"
#include "core/clocks.h"
#include "core/match.h"
#include "core/names.h"
#include "core/walks.h"

#include <string.h>

static const char *const change_kinds[CHANGE_KIND_COUNT] = {
	[CHANGE_EVENT] = "event",
	[CHANGE_NO_POLICY] = "no_policy",
	[CHANGE_POLICY] = "policy",
	[CHANGE_CLOCK_STARTED] = "clock_started",
	[CHANGE_CLOCK_PAUSED] = "clock_paused",
	[CHANGE_CLOCK_RESUMED] = "clock_resumed",
	[CHANGE_CLOCK_RETARGETED] = "clock_retargeted",
	[CHANGE_CLOCK_WARNED] = "clock_warned",
	[CHANGE_CLOCK_BREACHED] = "clock_breached",
	[CHANGE_CLOCK_MET] = "clock_met",
	[CHANGE_CLOCK_MET_LATE] = "clock_met_late",
	[CHANGE_CLOCK_WITHDRAWN] = "clock_withdrawn",
	[CHANGE_CLOCK_CANCELLED] = "clock_cancelled",
	[CHANGE_WARNING_SKIPPED] = "warning_skipped",
	[CHANGE_CHAIN_STARTED] = "chain_started",
	[CHANGE_CHAIN_STEP] = "chain_step",
	[CHANGE_CHAIN_STEP_SKIPPED] = "chain_step_skipped",
	[CHANGE_CHAIN_REMINDED] = "chain_reminded",
	[CHANGE_CHAIN_REPEATED] = "chain_repeated",
	[CHANGE_CHAIN_ACKED] = "chain_acked",
	[CHANGE_CHAIN_SNOOZED] = "chain_snoozed",
	[CHANGE_CHAIN_REOPENED] = "chain_reopened",
	[CHANGE_CHAIN_EXHAUSTED] = "chain_exhausted",
	[CHANGE_CHAIN_ENDED] = "chain_ended",
	[CHANGE_CHAIN_SUPERSEDED] = "chain_superseded",
	[CHANGE_CHAIN_HANDED_OVER] = "chain_handed_over",
	[CHANGE_NOTICE_QUEUED] = "notice_queued",
	[CHANGE_NOTICE_HELD] = "notice_held",
	[CHANGE_NOTICE_WITHDRAWN] = "notice_withdrawn",
	[CHANGE_NOTICE_SENT] = "notice_sent",
	[CHANGE_NOTICE_RETRY] = "notice_retry",
	[CHANGE_NOTICE_DEAD] = "notice_dead",
	[CHANGE_NOTICE_REPEATED] = "notice_repeated",
};

const char *change_kind_name(enum change_kind kind)
{
	CHECK((unsigned)kind < CHANGE_KIND_COUNT);
	return change_kinds[kind];
}

bool change_kind_parse(const char *name, enum change_kind *out)
{
	int i = names_find(change_kinds, CHANGE_KIND_COUNT, name);

	if (i < 0)
		return false;
	*out = (enum change_kind)i;
	return true;
}

/* What the ticket waits for first: a clock or a run (the other is NULL). */
struct next {
	struct wall at;
	struct clock *clock;
	struct chain_run *run;
};

/* At one instant clocks come before runs, each in their order. */
static struct next next_of(struct turn *u)
{
	struct next n = { .at = WALL_NEVER };

	for (size_t i = 0; i < u->t->nclocks; i++) {
		struct wall at = clocks_next(u, &u->t->clocks[i]);

		if (wall_before(at, n.at))
			n = (struct next){ .at = at,
				.clock = &u->t->clocks[i] };
	}
	for (size_t i = 0; i < u->t->nruns; i++) {
		struct chain_run *r = &u->t->runs[i];

		if (run_state_is_live(r->state) &&
		    wall_before(r->next_at, n.at))
			n = (struct next){ .at = r->next_at, .run = r };
	}
	return n;
}

/* Fires in order of their instants all that is due up to the limit.  Each
 * firing takes one warning, breach, step or reminder off for good, and an
 * acknowledged run opens again only after its timeout: it ends. */
static void fire(struct turn *u, struct wall limit)
{
	struct next n;

	u->limit = limit;
	for (n = next_of(u); !wall_before(limit, n.at); n = next_of(u)) {
		if (n.clock != NULL)
			clocks_fire(u, n.clock);
		else
			walks_fire(u, n.run);
	}
}

/* The first word under a new revision: what has elapsed was counted by the old
 * one's calendars, what comes goes by the new one. */
static void revise(struct turn *u, const struct event *ev)
{
	const struct matrix *was;

	if (strcmp(u->t->revision, u->m->revision) == 0 || ticket_is_over(u->t))
		return;
	was = matrix_at(u->m->previous, u->t->revision);
	if (was != NULL)
		clocks_revise(u, was, u->now);
	if (ev->type != EVENT_REVISED)
		apply_policy(u, u->now);
}

/* Nothing fires for a ticket that is over; it has nothing that waits. */
static void decide_now(struct turn *u, const struct event *ev)
{
	if (ev->type != EVENT_CREATED)
		revise(u, ev);
	if (ev->type < EVENT_FROM_OUTSIDE_COUNT && ev->type != EVENT_CREATED)
		fire(u, wall_at(ev->at.ms - 1));
	apply_event(u, ev);
	fire(u, u->now);
}

static void finish(struct turn *u, const struct event *ev)
{
	struct ticket *t = u->t;
	struct wall next = next_of(u).at;

	if (!wall_same(next, t->next_due)) {
		t->next_due = next;
		t->dirty = true;
	}
	if (strcmp(t->revision, u->m->revision) != 0) {
		t->revision = arena_strdup(t->arena, u->m->revision);
		t->dirty = true;
	}
	if (ev->type < EVENT_FROM_OUTSIDE_COUNT &&
	    (wall_is_never(t->updated) || wall_before(t->updated, ev->at)))
		t->updated = ev->at;
	u->out->verdict =
	    u->out->nchanges > 0 ? VERDICT_ACCEPTED : VERDICT_NOTHING;
}

void decide(const struct matrix *m, struct ticket *t, const struct event *ev,
    struct wall now, struct decision *out)
{
	struct turn u = { .m = m, .t = t, .now = now, .out = out };

	memset(out, 0, sizeof *out);
	u.limit = now;
	u.policy = match_policy(m, &t->fields);
	out->verdict = apply_check(&u, ev);
	if (out->verdict != VERDICT_ACCEPTED)
		return;
	decide_now(&u, ev);
	finish(&u, ev);
}
