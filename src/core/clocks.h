/* clocks.h - the machine that drives the SLA clocks of one ticket.
 *
 * Edges (the drawing is in ticket.h):
 *	start     a start signal, no unfinished cycle	clocks_signal
 *	met       a met_by signal			clocks_signal
 *	pause     status leaves the kind's runs_in	clocks_status
 *	resume    status enters it			clocks_status
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
 * elapsed_ms counts up to `since`, in the calendar that applied then; a change
 * of calendar closes the stretch first.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_CLOCKS_H
#define SLAWATCH_CORE_CLOCKS_H

#include "core/turn.h"

void clocks_signal(struct turn *u, signal_set signals, struct wall at);

/* The ticket's status has not been changed yet: it still says `from`. */
void clocks_status(struct turn *u, enum status to, struct wall at);

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
