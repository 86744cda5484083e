/* intake.h - collect, commit, publish.
 *
 * Callbacks offer items to a bounded queue.  While one batch is in the hands of
 * the commit thread the next one collects: a natural group commit, and a slow
 * disk never stops the loop.  A finished batch is published on the loop.
 *
 * Two queues: what comes from inside (deadlines, deliveries, control) goes
 * first, but leaves a quarter of a batch to what comes from outside, so that
 * neither a flood of events delays a warning nor a flood of deadlines shuts the
 * door.  Items of one request are joined: they go into one batch, whole.
 *
 * A batch that failed: outside's items are answered 503, inside's are kept and
 * offered again after a second; the item at which it failed goes alone from
 * then on, so that it cannot hold up the others.
 *
 * Loop thread only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_INTAKE_H
#define SLAWATCH_DAEMON_INTAKE_H

#include "daemon/item.h"
#include "net/loop.h"

#include <stdbool.h>
#include <stddef.h>

#define INTAKE_INSIDE_MAX  16384 /* deadlines and deliveries that wait */
#define INTAKE_RETRY_MS	   1000	 /* after a batch that failed */
#define INTAKE_IDLE_MS	   2000	 /* without a batch: the store tidies up */
#define INTAKE_REQUEST_MAX 10000 /* joined items: 0.3 s of the disk's time */

struct intake_limits {
	size_t queue_max; /* items from outside that may wait */
	size_t batch_max; /* items a commit; a request is never divided */
	int64_t max_future_ms;
	int64_t max_past_ms;
};

struct intake_hooks {
	void *user;
	/* Before n items are handed over: make room for their tickets. */
	void (*reserve)(void *user, size_t n);
	/* After a commit, or after one that failed; cannot fail.  Each item's
	 * own published() is called by the intake afterwards. */
	void (*publish)(void *user, struct batch *b);
	/* After all of that: there may be room, and there is news. */
	void (*turned)(void *user);
};

struct intake;

/* Starts the commit thread, which takes the store and the references over. */
struct intake *intake_start(struct loop *l, struct store *s,
    struct matrix_ref *matrix, struct duty_ref *duty,
    const struct intake_limits *limits, const struct intake_hooks *hooks);

void intake_set_limits(struct intake *in, const struct intake_limits *limits);

/* A chain of n items of one request (events, or one that says who is away), all
 * or none.  False: the queue is full, and they stay the caller's. */
bool intake_offer(struct intake *in, struct item *first, size_t n);

/* From inside: tick, delivery, revised.  False: full, it stays the caller's. */
bool intake_offer_inside(struct intake *in, struct item *it);

/* Alive, meta, matrix, a feed's new copy, a remark, refill: few, and never
 * refused. */
void intake_offer_control(struct intake *in, struct item *it);

/* Is there room enough for work that has no hurry? */
bool intake_has_leisure(const struct intake *in);

size_t intake_waiting(const struct intake *in);
size_t intake_max(const struct intake *in);

/* Did the last batch fail? */
bool intake_failing(const struct intake *in);

/* How long the batch in hand has been so, 0 if there is none. */
int64_t intake_busy_ms(const struct intake *in, struct mono now);

/* Nothing waits, nothing is in hand, nothing is to be offered again. */
bool intake_is_idle(const struct intake *in);

/* Ends the commit thread and closes the store.  Nothing is in hand; what still
 * waits is dropped, outside's answered. */
void intake_stop(struct intake *in);

#endif
