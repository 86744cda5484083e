/* oncall_turns.h - whose turn is it in a rotation?
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_ONCALL_TURNS_H
#define SLAWATCH_CORE_ONCALL_TURNS_H

#include "core/schedule.h"

/* The turn that holds at an instant. */
struct oncall_turn {
	int64_t number;	  /* 0 is the first; -1: before the first hand-off */
	struct wall from; /* number >= 0 */
	struct wall to;	  /* exclusive */
};

/* The turn begun last by then.  Where the clocks go forward, a turn that would
 * begin at a wall time that is skipped begins as much later, and one that is
 * shorter than what is skipped may not come at all. */
struct oncall_turn oncall_turn_at(const struct schedule *s, struct wall at);

#endif
