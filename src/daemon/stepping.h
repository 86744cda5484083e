/* stepping.h - a clock that stands still until it is told to go on.
 *
 * With `--clock START@step` the wall clock shows START, and moves only when
 * somebody asks (POST /v1/clock).  On its way to the instant asked for it stops
 * at each at which something is due, and goes on when that was decided, stored
 * and sent: what happens is then the same however fast or slow the machine is,
 * and the same as in a simulation.
 *
 * It goes on only as long as who asked waits: whoever hangs up on the way finds
 * it where it was then.
 *
 * What waits for an endpoint that is down is not waited for.  Budgets count
 * real time, as on every virtual clock: a long line takes its time.
 *
 * Loop thread only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_STEPPING_H
#define SLAWATCH_DAEMON_STEPPING_H

#include "base/instant.h"
#include "net/http_listener.h"
#include "net/loop.h"

#define STEPPING_LOOK_MS 5 /* real: nobody else may tell that all is quiet */

struct app;

struct stepping {
	struct wall goal;	      /* WALL_NEVER: it stands still */
	struct http_request *request; /* answered when it is there */
	struct loop_poke *poke;	      /* NULL: not such a clock */
	struct loop_timer *timer;
};

void stepping_open(struct app *app);
void stepping_close(struct app *app);

/* Something happened, and may have been the last that it waits for. */
void stepping_turn(struct app *app);

/* The daemon stops: whoever waits is told. */
void stepping_stop(struct app *app);

#endif
