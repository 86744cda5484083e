/* http_deadlines.h - cut off whoever takes too long to say what he wants.
 *
 * The HTTP library's timeout is for silence: a client that sends one header
 * line a second lives for ever.  So each connection has an instant by which the
 * next thing must have happened, and the loop shuts its socket down when that
 * has passed; the library then notices a closed peer.
 *
 * No ticking: one timer, set for the earliest instant when it was set.  It is
 * not moved when that connection makes progress; it then looks once for
 * nothing and is set anew, at most every few seconds under load and never
 * without connections.
 *
 * The library's thread adds, sets and drops; the loop cuts.  A connection is
 * dropped before its descriptor is closed, both under the mutex, so that never
 * another's descriptor is shut down.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_NET_HTTP_DEADLINES_H
#define SLAWATCH_NET_HTTP_DEADLINES_H

#include "net/loop.h"

#include <pthread.h>

struct http_conn {
	struct http_conn *prev;
	struct http_conn *next;
	int fd;		/* the library's */
	bool is_fresh;	/* no request has come yet */
	int64_t due_ms; /* monotonic, or INT64_MAX: takes its time */
};

struct http_deadlines {
	pthread_mutex_t mutex; /* guards the list and armed_ms */
	struct http_conn *head;
	int64_t armed_ms;	/* when the timer looks; INT64_MAX: never */
	struct loop_poke *poke; /* armed_ms became earlier */
	struct loop_timer *timer;
};

void http_deadlines_init(struct http_deadlines *d, struct loop *l);
/* No connection is left and the library's thread has ended. */
void http_deadlines_fini(struct http_deadlines *d);

struct http_conn *http_deadlines_add(struct http_deadlines *d, int fd);
void http_deadlines_drop(struct http_deadlines *d, struct http_conn *c);

/* Within so many ms from now; negative: no deadline. */
void http_deadlines_set(
    struct http_deadlines *d, struct http_conn *c, int64_t within_ms);

#endif
