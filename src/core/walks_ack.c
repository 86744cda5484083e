/* walks_ack.c - what stops a chain: an ack, an answer, the end of its cause.
 *
 * SPDX-License-Identifier: MIT */
#include "core/walks.h"

#include "core/drill.h"
#include "core/rules.h"
#include "core/walks_parts.h"

#include <string.h>

/* What the run's step waits for (of the first, before it fired).  Where a
 * person must see the ticket, and in a drill, nothing but their word counts. */
static enum until waits_for(struct turn *u, const struct chain_run *r)
{
	struct chain c;

	walk_definition(u, r, &c);
	if (c.nsteps == 0 || rules_needs_human(u) || ticket_is_drill(u->t))
		return UNTIL_ACK;
	return c.steps[r->step < 0 ? 0 : r->step].until;
}

/* Has what it was started for come to its end? */
static bool cause_is_over(struct turn *u, const struct chain_run *r)
{
	const struct clock *c = walk_clock(u, r);

	if (*r->clock == '\0')
		return false;
	return c == NULL || c->state == CLOCK_IDLE ||
	       clock_state_is_final(c->state) ||
	       (strcmp(r->cause, "breach") == 0 &&
		   wall_is_never(c->breached_at));
}

/* It only waited for a person's word. */
static void end_acked(struct turn *u, struct chain_run *r, struct wall at)
{
	static const char why[] = "acknowledged, and its cause is over";

	walk_stop(u, r, RUN_ENDED, CHANGE_CHAIN_ENDED, why, at);
	notices_over(u, NULL, r, why, at);
}

static void ack_run(struct turn *u, struct chain_run *r, const char *by,
    struct wall until, struct wall at)
{
	bool snooze = !wall_is_never(until);
	struct chain c;

	walk_definition(u, r, &c);
	r->state = snooze ? RUN_SNOOZED : RUN_ACKED;
	r->acked_by = arena_strdup(u->t->arena, by);
	r->acked_at = at;
	r->next_at = until;
	if (!snooze && c.ack_timeout_ms > 0)
		r->next_at = wall_plus(at, c.ack_timeout_ms);
	r->dirty = true;
	walk_tell(u, snooze ? CHANGE_CHAIN_SNOOZED : CHANGE_CHAIN_ACKED, r, at)
	    ->who = r->acked_by;
	if (!snooze && rules_needs_human(u) && cause_is_over(u, r))
		end_acked(u, r, at);
}

void walks_ack(
    struct turn *u, const char *by, struct wall until, struct wall at)
{
	for (size_t i = 0; i < u->t->nruns; i++) {
		struct chain_run *r = &u->t->runs[i];

		if (run_state_is_live(r->state) && waits_for(u, r) == UNTIL_ACK)
			ack_run(u, r, by, until, at);
	}
	notices_acked(u, wall_is_never(until) ? "acknowledged" : "snoozed", at);
}

void walks_answer(struct turn *u, enum until answer, struct wall at)
{
	for (size_t i = 0; i < u->t->nruns; i++) {
		struct chain_run *r = &u->t->runs[i];

		if (!run_state_is_live(r->state) || waits_for(u, r) != answer)
			continue;
		walk_stop(u, r, RUN_ENDED, CHANGE_CHAIN_ENDED,
		    until_name(answer), at);
		notices_over(u, NULL, r, until_name(answer), at);
	}
}

void walks_progress(struct turn *u, struct wall at)
{
	for (size_t i = 0; i < u->t->nruns; i++) {
		struct chain_run *r = &u->t->runs[i];
		struct chain c;

		if (r->state != RUN_ACKED || wall_is_never(r->next_at))
			continue;
		walk_definition(u, r, &c);
		r->next_at = wall_plus(at, c.ack_timeout_ms);
		r->dirty = true;
	}
}

/* Another breached clock of the ticket that wants the same chain, or NULL. */
static const struct clock *successor(
    struct turn *u, const struct chain_run *r, const struct clock *over)
{
	for (size_t i = 0; i < u->t->nclocks; i++) {
		const struct clock *c = &u->t->clocks[i];

		if (c == over || c->state != CLOCK_BREACHED)
			continue;
		for (size_t p = 0; p < u->m->npolicies; p++) {
			const struct policy *po = &u->m->policies[p];

			if (strcmp(po->name, c->policy) == 0 &&
			    po->on_breach >= 0 &&
			    strcmp(u->m->chains[po->on_breach].name,
				r->chain) == 0)
				return c;
		}
	}
	return NULL;
}

/* A person must see this ticket, and nobody has said that they did. */
static bool waits_for_a_person(struct turn *u, const struct chain_run *r)
{
	return *r->acked_by == '\0' && rules_needs_human(u);
}

static void clock_over(struct turn *u, struct chain_run *r,
    const struct clock *over, struct wall at)
{
	const struct clock *next = successor(u, r, over);

	if (next == NULL && !waits_for_a_person(u, r)) {
		walk_stop(u, r, RUN_ENDED, CHANGE_CHAIN_ENDED,
		    "its cause is over", at);
		return;
	}
	if (next == NULL) {
		walk_tell(u, CHANGE_CHAIN_HANDED_OVER, r, at)->detail =
		    "its cause is over, and it goes on until a person "
		    "acknowledges";
		return;
	}
	r->clock = next->kind;
	r->cycle = next->cycle;
	r->dirty = true;
	walk_tell(u, CHANGE_CHAIN_HANDED_OVER, r, at)->detail =
	    "another clock is late and needs the same chain";
}

void walks_clock_over(struct turn *u, const struct clock *c, struct wall at)
{
	for (size_t i = 0; i < u->t->nruns; i++) {
		struct chain_run *r = &u->t->runs[i];

		if (run_state_is_live(r->state) && r->cycle == c->cycle &&
		    strcmp(r->clock, c->kind) == 0)
			clock_over(u, r, c, at);
	}
}

void walks_end(struct turn *u, struct wall at, const char *why)
{
	for (size_t i = 0; i < u->t->nruns; i++)
		if (run_state_is_live(u->t->runs[i].state))
			walk_stop(u, &u->t->runs[i], RUN_ENDED,
			    CHANGE_CHAIN_ENDED, why, at);
}
