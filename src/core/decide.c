/* decide.c - see decide.h: check, fire what was due, apply, fire what is due.
 *
 * SPDX-License-Identifier: MIT */
#include "core/decide.h"

#include "base/check.h"
#include "core/apply.h"
#include "core/assign.h"
#include "core/clocks.h"
#include "core/drill.h"
#include "core/match.h"
#include "core/names.h"
#include "core/rules.h"
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
	[CHANGE_NOTICE_DIVERTED] = "notice_diverted",
	[CHANGE_NOTICE_REVIVED] = "notice_revived",
	[CHANGE_NOTICE_DROPPED] = "notice_dropped",
	[CHANGE_NOTICE_DEAD] = "notice_dead",
	[CHANGE_NOTICE_REPEATED] = "notice_repeated",
	[CHANGE_RULE_FIRED] = "rule_fired",
	[CHANGE_SEVERITY] = "severity_changed",
	[CHANGE_SEVERITY_CONFIRMED] = "severity_confirmed",
	[CHANGE_TEAM] = "team_changed",
	[CHANGE_TAGGED] = "tagged",
	[CHANGE_HUMAN_REQUIRED] = "human_required",
	[CHANGE_HANDOFF_INCOMPLETE] = "handoff_incomplete",
	[CHANGE_CHAIN_ESCALATED] = "chain_escalated",
	[CHANGE_PERSON_SKIPPED] = "person_skipped",
	[CHANGE_ASSIGNMENT_SUGGESTED] = "assignment_suggested",
	[CHANGE_ASSIGNMENT_UNCLAIMED] = "assignment_unclaimed",
	[CHANGE_ASSIGNMENT_OVER] = "assignment_over",
	[CHANGE_MATRIX_LOST] = "matrix_lost",
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

enum next_kind { NEXT_NOTHING, NEXT_RULES, NEXT_CLOCK, NEXT_RUN, NEXT_ASSIGN };

/* What the ticket waits for first. */
struct next {
	struct wall at;
	enum next_kind kind;
	struct clock *clock;   /* NEXT_CLOCK */
	struct chain_run *run; /* NEXT_RUN */
};

static void sooner(struct next *n, struct wall at, enum next_kind kind)
{
	if (wall_before(at, n->at))
		*n = (struct next){ .at = at, .kind = kind };
}

/* At one instant rules come before clocks, these before runs, each in their
 * order, and an assignment last. */
static struct next next_of(struct turn *u)
{
	struct next n = { .at = WALL_NEVER };

	if (!ticket_is_over(u->t))
		sooner(&n, rules_next(u), NEXT_RULES);
	for (size_t i = 0; i < u->t->nclocks; i++) {
		struct wall at = clocks_next(u, &u->t->clocks[i]);

		if (wall_before(at, n.at))
			n = (struct next){ .at = at,
				.kind = NEXT_CLOCK,
				.clock = &u->t->clocks[i] };
	}
	for (size_t i = 0; i < u->t->nruns; i++) {
		struct chain_run *r = &u->t->runs[i];

		if (run_state_is_live(r->state) &&
		    wall_before(r->next_at, n.at))
			n = (struct next){
				.at = r->next_at, .kind = NEXT_RUN, .run = r
			};
	}
	sooner(&n, assign_next(u), NEXT_ASSIGN);
	return n;
}

static void fire_one(struct turn *u, const struct next *n)
{
	switch (n->kind) {
	case NEXT_RULES:
		rules_fire(u);
		break;
	case NEXT_CLOCK:
		clocks_fire(u, n->clock);
		break;
	case NEXT_RUN:
		walks_fire(u, n->run);
		break;
	case NEXT_ASSIGN:
		assign_fire(u);
		break;
	case NEXT_NOTHING:
		break;
	}
}

/* Fires in order of their instants all that is due up to the limit.  Each
 * firing takes one warning, breach, step or reminder off for good, and an
 * acknowledged run opens again only after its timeout: it ends.  What is due
 * under one policy is not looked at past the end of that. */
static void fire(struct turn *u, struct wall limit)
{
	struct next n;

	for (n = next_of(u); !wall_before(limit, n.at); n = next_of(u)) {
		struct wall other = match_policy_next(
		    u->m, u->t, rules_instant(u->t, u->t->created));

		u->limit = wall_min(limit, wall_plus(other, -1));
		fire_one(u, &n);
	}
	u->limit = limit;
}

static bool is_solved(const struct ticket *t)
{
	return t->fields.status == STATUS_SOLVED && !t->deleted &&
	       t->merged_into[0] == '\0';
}

/* Does a matrix that was signed since have a word on it?  A solved one's clocks
 * are paused and nothing else of it moves. */
static bool is_revised(const struct matrix *m, const struct ticket *t)
{
	return strcmp(t->revision, m->revision) != 0 &&
	       (!ticket_is_over(t) ||
		   (m->applies == APPLIES_ALL && is_solved(t)));
}

bool decide_lacks(const struct matrix *m, const struct ticket *t)
{
	const struct matrix *by = matrix_for(m, t);

	if (t->revision[0] == '\0' || matrix_at(m, t->revision) != NULL)
		return false;
	return (by == m && m->applies == APPLIES_NEW) || is_revised(by, t);
}

/* The first word under a new revision: what has elapsed was counted by the old
 * one's calendars, what comes goes by the new one. */
static void revise(struct turn *u, const struct event *ev)
{
	const struct matrix *was;

	if (!is_revised(u->m, u->t))
		return;
	was = matrix_at(u->m->previous, u->t->revision);
	if (was != NULL)
		clocks_revise(u, was, u->now);
	if (ev->type == EVENT_REVISED)
		return;
	apply_policy(u, u->now);
	if (!ticket_is_over(u->t))
		rules_run(u, RULES_REVISED, u->now);
}

/* It was to go on by its own. */
static void say_lost(struct turn *u)
{
	turn_change(u, CHANGE_MATRIX_LOST, u->now)->detail =
	    turn_text(u, "%s cannot be had, %s decides from here on",
		u->t->revision, u->m->revision);
}

static bool is_lost(const struct turn *u, const struct matrix *newest)
{
	return u->m == newest && newest->applies == APPLIES_NEW &&
	       u->t->revision[0] != '\0' &&
	       strcmp(u->t->revision, newest->revision) != 0;
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
	drill_follow(u);
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

/* Up to where it was looked at: one that began since then begins in its turn,
 * with what else was due. */
static int policy_so_far(const struct turn *u)
{
	bool same = strcmp(u->t->revision, u->m->revision) == 0 &&
		    !wall_is_never(u->t->rules_at);

	return match_policy(u->m, u->t, same ? u->t->rules_at : u->now);
}

void decide(const struct matrix *m, const struct facts *f, struct ticket *t,
    const struct event *ev, struct wall now, struct decision *out)
{
	struct turn u = {
		.m = matrix_for(m, t), .f = f, .t = t, .now = now, .out = out
	};

	memset(out, 0, sizeof *out);
	u.limit = now;
	u.policy = policy_so_far(&u);
	out->verdict = apply_check(&u, ev);
	if (out->verdict != VERDICT_ACCEPTED)
		return;
	if (ev->type == EVENT_REVISED && u.m != m &&
	    strcmp(u.m->revision, t->revision) == 0) {
		out->verdict = VERDICT_NOTHING; /* it goes on as it was */
		return;
	}
	if (is_lost(&u, m))
		say_lost(&u);
	decide_now(&u, ev);
	finish(&u, ev);
}
