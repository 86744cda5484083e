/* clock.h - the arithmetic of both clocks; for net/ and its tests only.
 *
 * Whoever is outside net/ asks loop.h.  Here is what the loop, the alarm and
 * the threads of the libraries share: reading a clock, the virtual clock's
 * straight line in both directions, and the size of a step.
 *
 * A step is told by the difference REALTIME - MONOTONIC: adjtime(2) slews both
 * alike, so the difference moves only when somebody sets the clock, and when
 * the machine slept (MONOTONIC stands still meanwhile).
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_NET_CLOCK_H
#define SLAWATCH_NET_CLOCK_H

#include "net/loop.h"

#include <stdint.h>

#define CLOCK_RATE_MIN 0.001
#define CLOCK_RATE_MAX 1e9
#define CLOCK_NEVER_NS INT64_MAX

/* Both clocks at (very nearly) the same moment. */
struct clock_pair {
	int64_t real_ns; /* CLOCK_REALTIME */
	int64_t mono_ns; /* CLOCK_MONOTONIC */
};

struct clock_pair clock_pair_read(void);

/* From any thread. */
struct mono clock_mono(void);

/* How far the wall clock jumped between two pairs, rounded to milliseconds. */
int64_t clock_step_ms(struct clock_pair before, struct clock_pair after);

/* What the wall clock shows at that pair; a virtual one started at
 * start_ns of the monotonic clock.  Never above WALL_MAX_MS. */
struct wall clock_wall(
    const struct clock_mode *mode, int64_t start_ns, struct clock_pair now);

/* The instant as nanoseconds of the clock that the alarm counts: REALTIME, or
 * MONOTONIC for a virtual clock.  Never 0 or less, which would disarm a timer;
 * CLOCK_NEVER_NS for what no clock will show. */
int64_t clock_alarm_ns(
    const struct clock_mode *mode, int64_t start_ns, struct wall at);

#endif
