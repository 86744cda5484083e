/* loop_private.h - the loop's own state; for loop.c, alarm.c and tests only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_NET_LOOP_PRIVATE_H
#define SLAWATCH_NET_LOOP_PRIVATE_H

#include "net/clock.h"

#include <stdatomic.h>

struct alarm {
	int fd;			 /* the timerfd; owned */
	uv_poll_t poll;		 /* on fd; keeps the loop alive */
	struct wall at;		 /* what it is set for; WALL_NEVER: nothing */
	struct clock_pair known; /* the clocks when last looked at for steps */
	bool cancelled;		 /* the clock was set; not told yet */
	bool closed;		 /* loop_stop() was called */
	void *user;
	void (*fired)(void *user, struct wall now);
	void (*stepped)(void *user, int64_t by_ms);
};

struct loop_signal {
	uv_signal_t handle;
	void (*fn)(void *user, int sig);
	void *user;
};

struct loop {
	uv_loop_t uv;
	uv_prepare_t prepare;	  /* a turn ends; unreferenced */
	struct clock_mode mode;	  /* never changes: any thread may read it */
	int64_t start_ns;	  /* MONOTONIC at loop_new(); never changes */
	_Atomic int64_t shown_ms; /* a stepped clock; any thread may read it */
	struct wall now;	  /* of this turn, if is_fresh */
	struct mono mono;	  /* of this turn, if is_fresh */
	bool is_fresh;		  /* the clocks were read in this turn */
	bool is_stopping;	  /* loop_stop() was called */
	uint64_t turns;
	struct alarm alarm;
	struct loop_signal signals[LOOP_SIGNALS_MAX];
	int nsignals;
};

bool alarm_open(struct loop *l, struct errtext *err);
void alarm_close(struct loop *l);

/* The clock was set, or may have been: tells stepped(), arms anew. */
void alarm_check_step(struct loop *l);

#endif
