/* stretch.h - one span of a clock's life: counted or paused, by one calendar.
 *
 * A clock's stretches follow each other without a gap from `started` on; the
 * last one of an unfinished clock is open.  Their sum is what has elapsed
 * (stretches.h).
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_STRETCH_H
#define SLAWATCH_CORE_STRETCH_H

#include "base/instant.h"

#include <stdbool.h>
#include <stdint.h>

struct stretch {
	struct wall from;
	struct wall to;	      /* WALL_NEVER: goes on */
	bool counts;	      /* else paused */
	int64_t ms;	      /* working time in it; 0 while open, or paused */
	const char *calendar; /* by which it counts or would; "" is 24x7 */
	const char *why;      /* what began it: "created", "pending", ... */
};

#endif
