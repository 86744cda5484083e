/* notifier.h - the outbox to the world.
 *
 *	publish --pending--> outbox --free, durable--> job --message--> send
 *	   ^                                                              |
 *	   +------------- EVENT_DELIVERY through the intake <-- outcome --+
 *
 * The notifier takes notices that are free to go, has a worker read them anew
 * and write their messages, sends, and brings the outcome back through the same
 * door as everything else.  What is in flight is known in memory only: nothing
 * on disk can be stuck there.
 *
 * A lane (channel) has a few attempts at once; a destination that asks
 *everybody to wait (429 with Retry-After) pauses its lane.  Waiting is in real
 *time, also on a virtual clock: the other side knows no other.
 *
 * Loop thread only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_NOTIFIER_H
#define SLAWATCH_DAEMON_NOTIFIER_H

#include "daemon/counters.h"
#include "daemon/intake.h"
#include "daemon/matrix_ref.h"
#include "daemon/readers.h"
#include "net/http_client.h"

#include <stdbool.h>
#include <stddef.h>

#define NOTIFIER_LANE_MAX                                                      \
	8 /* attempts at once in a lane; see CLIENT_HOST_MAX */
#define NOTIFIER_LOG_MAX                                                       \
	64		     /* ... in a lane of type log: nobody to wait for  \
			      */
#define NOTIFIER_JOB_MAX  64 /* notices a job */
#define NOTIFIER_JOBS_MAX 2  /* at once: one a reader */
#define NOTIFIER_DISK_MS  5000	/* after a notice could not be read */
#define NOTIFIER_STUCK_MS 60000 /* without progress: the self-check fails */

struct notifier_world {
	struct loop *loop;
	struct intake *intake;
	struct readers *readers;
	struct http_client *client;
	struct counters *counters;
	struct matrix_ref **matrix; /* where the present one is kept */
	double rate;		    /* of the wall clock: 1 unless virtual */
	const char *instance;	    /* random, for ever the same */
	void *user;
	void (*turned)(void *user); /* after a turn: the alarm may move */
};

struct notifier;

/* Knows of nothing yet: its first turn asks for what is pending on disk. */
struct notifier *notifier_new(const struct notifier_world *world);

/* The database records that the daemon lived then. */
void notifier_alive(struct notifier *n, struct wall alive);

/* What a committed item says about notices. */
void notifier_publish(struct notifier *n, const struct item *it);

/* Does what can be done now. */
void notifier_turn(struct notifier *n);

/* When to call again. */
struct wall notifier_next(const struct notifier *n);

/* Begins nothing new; outcomes still come back. */
void notifier_hold(struct notifier *n);

/* Attempts and outcomes that are not yet in the intake. */
size_t notifier_in_flight(const struct notifier *n);
size_t notifier_known(const struct notifier *n);

/* Something is free to go and nothing happens, or an attempt does not end. */
bool notifier_stuck(const struct notifier *n);

/* No job is at work; what is being sent is forgotten, and is a possible
 * repeat.  Returns how many those were. */
size_t notifier_free(struct notifier *n);

#endif
