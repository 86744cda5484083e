/* pace.h - is it time to send this event yet, and if not, how long to wait?
 *
 * A replay follows the daemon's clock, which may run a thousand times faster
 * than ours or be stepped.  So the daemon is asked what it shows and how fast
 * it runs; in between the reading is carried forward by monotonic time, and
 * anew after PACE_RESYNC_MS.
 *
 * Never early: the reading is taken to be as old as its answer's arrival,
 * though it was made before, and what it shows was cut to milliseconds.  A
 * daemon refuses events from too far ahead.
 *
 * Our own clock is taken as exactly as it can be read: at a rate of 3600 one
 * of its milliseconds is 3.6 seconds of the daemon's, and two instants that
 * were cut to them may seem that much further apart than they are.
 *
 * Pure: nothing here reads a clock.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_PACE_H
#define SLAWATCH_CTL_PACE_H

#include "base/instant.h"

#include <stdbool.h>
#include <stdint.h>

#define PACE_RESYNC_MS 1000 /* real: a reading is carried forward that long */

struct pace_mono {
	int64_t ns; /* as struct mono, but not cut to milliseconds */
};

struct pace {
	struct wall now;       /* what the daemon's clock showed */
	struct pace_mono read; /* when its answer came */
	double rate;	       /* virtual milliseconds a real one, > 0 */
	bool shifts;	       /* the first event is to be at `first_at` */
	struct wall first_at;
	bool begun;	  /* the first event was seen: shift_ms is set */
	int64_t shift_ms; /* added to every instant of an event */
	struct wall
	    latest; /* due of the latest event: the file's order rules */
};

/* Without `from` (NULL) nothing is shifted. */
void pace_init(struct pace *p, const struct wall *from);

/* What the daemon said, and when its answer came.  rate > 0.  No instant that
 * is given to the functions below lies before it. */
void pace_reading(
    struct pace *p, struct wall now, double rate, struct pace_mono read);

/* Is the reading too old to go on with? */
bool pace_stale(const struct pace *p, struct pace_mono mono);

/* The daemon's clock at that moment, not later than it really is. */
struct wall pace_now(const struct pace *p, struct pace_mono mono);

/* When the next event of the file is to be sent, by its `at`: shifted, and not
 * before an event that stands before it. */
struct wall pace_due(struct pace *p, struct wall at);

/* Real milliseconds until then, rounded up; 0 if the time has come. */
int64_t pace_wait_ms(
    const struct pace *p, struct pace_mono mono, struct wall due);

/* A virtual span in real time, rounded down. */
int64_t pace_real_ms(const struct pace *p, int64_t virtual_ms);

#endif
