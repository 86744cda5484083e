/* notifier.h - the outbox to the world.
 *
 *	publish --pending--> outbox --parcel--> job --letter--> send
 *	   ^                                                      |
 *	   +-------- EVENT_DELIVERY through the intake <-- outcome
 *
 * The notifier takes parcels that may go (outbox.h), has a worker read their
 * notices anew and write the letter, sends, and brings the outcome of each
 * notice back through the same door as everything else.  What is in flight is
 * known in memory only: nothing on disk can be stuck there.
 *
 * A destination that asks everybody to wait (429 with Retry-After) pauses its
 * lane; an endpoint that fails again and again, or refuses everything, is left
 * alone for a while, and what has another way takes it at once (breaker.h).
 * Waiting is in real time, also on a virtual clock: the other side knows no
 * other.
 *
 * A post of a thread that is to show a changed ticket is edited by way of the
 * same outbox; what became of it is an ITEM_POST.
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
#include "core/retry.h"
#include "net/http_client.h"
#include "wire/via.h"

#include <stdbool.h>
#include <stddef.h>

#define NOTIFIER_JOB_MAX     64	   /* letters a job */
#define NOTIFIER_JOB_NOTICES 128   /* ... and about so many notices in them */
#define NOTIFIER_JOBS_MAX    2	   /* at once: one a reader */
#define NOTIFIER_DIVERT_MAX  500   /* notices diverted a turn */
#define NOTIFIER_DISK_MS     5000  /* after a notice could not be read */
#define NOTIFIER_DOWN_MS     30000 /* its endpoint down, no way besides */
#define NOTIFIER_ALONE_MS    60000 /* no bundles after one was refused */
#define NOTIFIER_MEND_MS     (5 * MINUTE_MS) /* an edit that is refused */

struct notifier_world {
	struct loop *loop;
	struct intake *intake;
	struct readers *readers;
	struct http_client *client;
	struct counters *counters;
	struct matrix_ref **matrix; /* where the present one is kept */
	double rate;		    /* of the wall clock: 1 unless virtual */
	const char *instance;	    /* random, for ever the same */
	const char *public_url;	    /* for links in mails; or NULL: none */
	const char *link_key;	    /* link.h */
	int64_t link_expires_ms;
	void *user;
	void (*turned)(void *user); /* after a turn: the alarm may move */
	/* An endpoint went down or answers again, a channel broke or works
	 * again; or NULL. */
	void (*changed)(void *user);
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

/* --- what is no notice: tests, checks --------------------------------------
 */

struct notifier_report {
	const char *channel;
	bool ok;
	int status;	  /* HTTP or SMTP; 0: no answer */
	const char *word; /* theirs: "channel_not_found"; or "" */
	const char *why;  /* in words: of the table, or the network's */
	enum meaning meaning;
	enum blame blame;
	int64_t took_ms;
};

/* Sends at once, outside of budget and outbox, a marked test (LETTER_TEST) or
 * what a channel kind has to ask whether a person or room can be reached
 * (LETTER_CHECK; a kind that cannot ask reports ok with status 0).  channel and
 * person are indices in the present matrix, person -1: the room.  done() is
 * called once, later; the report is gone when it returns. */
void notifier_probe(struct notifier *n, enum letter_kind kind, int channel,
    int person, const char *by,
    void (*done)(void *user, const struct notifier_report *r), void *user);

/* A request of our own to a Slack response_url or API: once, its outcome
 * logged only where it fails.  body is JSON, copied; token: bearer, or NULL. */
void notifier_post(struct notifier *n, const char *url, const char *token,
    const char *ca_file, const char *body, size_t len);

/* Base channels whose last answer was that everything by them is refused (a
 * token revoked, a room archived), and why; until something goes through. */
size_t notifier_broken(const struct notifier *n);
const char *notifier_broken_at(
    const struct notifier *n, size_t i, const char **why);

/* For status, metrics and the list of the outbox. */
struct outbox;
const struct outbox *notifier_outbox(const struct notifier *n);

#endif
