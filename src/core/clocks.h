/* clocks.h - the machine that drives the SLA clocks of one ticket.
 *
 * Edges (the drawing is in ticket.h):
 *	start     a start signal, no unfinished cycle	clocks_signal
 *	met       a met_by signal			clocks_signal
 *	pause     status leaves the kind's runs_in	clocks_status
 *	resume    status enters it			clocks_status
 *	resume    the customer wrote			clocks_waiting
 *	pause     and was answered			clocks_waiting
 *	resume    paused for as long as it may		clocks_fire
 *	breach    the due passed while running		clocks_fire
 *	retarget  severity, policy, matrix changed	clocks_retarget
 *	reopen    an over ticket is unsolved again	clocks_signal
 *	cancel    merged, deleted			clocks_cancel
 * Where several hold at one instant: met before pause before start (JSM).
 *
 * Every kind for which any policy of the matrix has a target is tracked, also
 * while this ticket has none for it (IDLE): so that a target that comes later
 * counts from when the clock really started.
 *
 * Where the time went is in the stretches (stretches.h); elapsed_ms is their
 * sum up to `since`, and the due is found from there.
 *
 * Told late: every edge takes effect at its own instant, and what was counted
 * after it is counted anew.  If a breach turns out not to have been one, it is
 * withdrawn.  Cycles that are over never change.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_CLOCKS_H
#define SLAWATCH_CORE_CLOCKS_H

#include "core/turn.h"

/* Meets what those signals meet, and starts nothing. */
void clocks_meet(struct turn *u, signal_set signals, struct wall at);

/* Meets, then starts. */
void clocks_signal(struct turn *u, signal_set signals, struct wall at);

/* The ticket's status has not been changed yet: it still says `from`. */
void clocks_status(struct turn *u, enum status to, struct wall at);

/* t->waiting_over has changed: the clocks follow. */
void clocks_waiting(struct turn *u, const char *why, struct wall at);

/* A customer's comment older than the one that started the cycle was told:
 * the cycle began with that one. */
void clocks_asked_before(struct turn *u, struct wall at);

/* The ticket was decided by that older revision so far: what has elapsed was
 * counted by its calendars. */
void clocks_revise(struct turn *u, const struct matrix *was, struct wall at);

/* u->policy is the one that matches now. */
void clocks_retarget(struct turn *u, struct wall at);

void clocks_cancel(struct turn *u, struct wall at, const char *why);

/* By hand: WALL_NEVER goes back to the target's.  The clock is unfinished. */
void clocks_set_due(
    struct turn *u, struct clock *c, struct wall due, struct wall at);

/* When the clock wants to be fired, or WALL_NEVER. */
struct wall clocks_next(const struct turn *u, const struct clock *c);

/* Warns or breaches: the last of what is due up to u->limit. */
void clocks_fire(struct turn *u, struct clock *c);

/* Working time of the clock at that instant. */
int64_t clocks_elapsed(
    const struct turn *u, const struct clock *c, struct wall at);

#endif
