/* apply_escalate.h - by hand: up the ladder, or sideways to another team.
 *
 * Private to core/: a part of apply.h.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_APPLY_ESCALATE_H
#define SLAWATCH_CORE_APPLY_ESCALATE_H

#include "core/turn.h"

/* With a chain: that one starts, or goes on to its next step.  With a team: the
 * ticket is the team's, and the team's chain walks (else its lead is told).
 * With both: it is the team's, and that chain walks.  With neither: the live
 * chain of the highest rank goes on to its next step; where none is, the one
 * that the policy starts at a breach. */
enum verdict apply_check_escalated(struct turn *u, const struct event *ev);
void apply_escalated(struct turn *u, const struct event *ev);

#endif
