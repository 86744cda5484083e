/* clock.h - one SLA clock of one ticket.
 *
 * A part of ticket.h, in a header of its own.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_CLOCK_H
#define SLAWATCH_CORE_CLOCK_H

#include "base/instant.h"
#include "core/stretch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 *             start            at due
 *   IDLE ------------> RUNNING ---------> BREACHED --met--> MET_LATE
 *                       |  ^                |  ^
 *                 pause |  | resume   pause |  | resume
 *                       v  |                v  |
 *                      PAUSED (breached_at tells which it returns to)
 *   RUNNING, PAUSED --met--> MET        (PAUSED breached --met--> MET_LATE)
 *   any unfinished --no target any more, merged, deleted--> CANCELLED
 *   MET, MET_LATE --reopen: resume--> RUNNING or BREACHED
 *   BREACHED --answer was made before the due, told late--> MET
 */
enum clock_state {
	CLOCK_IDLE,
	CLOCK_RUNNING,
	CLOCK_PAUSED,
	CLOCK_BREACHED, /* running late */
	CLOCK_MET,
	CLOCK_MET_LATE,
	CLOCK_CANCELLED,
	CLOCK_STATE_COUNT
};

const char *clock_state_name(enum clock_state s); /* "met_late" */
bool clock_state_parse(const char *name, enum clock_state *out);
bool clock_state_is_final(enum clock_state s); /* met, met_late, cancelled */
bool clock_state_ticks(enum clock_state s);    /* running, breached */

struct clock {
	const char *kind; /* name of a clock_kind */
	int cycle;	  /* 1.. */
	enum clock_state state;
	struct wall started;	 /* when this cycle began */
	int64_t elapsed_ms;	 /* working time until `since` */
	struct wall since;	 /* elapsed_ms counts up to here */
	int64_t target_ms;	 /* working time allowed */
	struct wall due;	 /* WALL_NEVER while paused */
	bool due_by_hand;	 /* sticks until cleared */
	const char *policy;	 /* whose target it has */
	const char *calendar;	 /* that counts; "" is 24x7 */
	struct wall breached_at; /* WALL_NEVER if it is not, or not any more */
	struct wall ended_at;	 /* met, met late, cancelled; else WALL_NEVER */
	const char *warned; /* offsets already dealt with: "50%,80%" or "" */
	bool pause_over;    /* the pause met its cap: runs until the status
			       changes */
	bool current;	    /* the latest cycle of its kind */
	bool dirty;
	struct stretch *stretches;
	size_t nstretches;
	size_t cap_stretches;
};

#endif
