/* apply.h - an event takes effect on a ticket.
 *
 * check() says whether it can, and touches nothing; apply() does it and cannot
 * fail.  An event becomes changes of fields and a set of signals for the
 * clocks; what is an answer and what is not is decided here:
 *	a public comment by an agent or a bot answers; an internal note, an
 *	automatic reply (author system), a merge does not.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_APPLY_H
#define SLAWATCH_CORE_APPLY_H

#include "core/turn.h"

/* VERDICT_ACCEPTED, or a refusal with its reason in u->out->why. */
enum verdict apply_check(struct turn *u, const struct event *ev);

void apply_event(struct turn *u, const struct event *ev);

/* The policy is looked up anew and the clocks follow. */
void apply_policy(struct turn *u, struct wall at);

/* The ticket goes to that team because `who` says so; journalled.  The signals
 * that follow; 0: it is there already, or the tier is no higher. */
signal_set apply_team(
    struct turn *u, int team, const char *who, struct wall at);

/* Fields were changed, with these signals: policy, clocks and chains follow. */
void apply_signals(struct turn *u, signal_set signals, struct wall at);

#endif
