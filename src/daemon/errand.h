/* errand.h - one message to the other side, from disk to the wire.
 *
 * The notifier makes an errand of a parcel (outbox.h), of a post that is to be
 * edited, or of a probe; a worker reads the notices anew and writes the message
 * (errand_prepare), so that what is sent shows the present truth and what has
 * become moot since is not sent at all; the loop sends it.
 *
 *	errand_new --> prepare --> send --> read ----------> outcome
 *	                  ^                   |
 *	                  +-- it taught us <--+
 *
 * A message may need several requests: who is dana@example.com there, which
 * conversation is hers?  What was learned is kept by name and base channel, in
 * the database for ADDRESS_DAYS and in the errand until it is there.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_ERRAND_H
#define SLAWATCH_DAEMON_ERRAND_H

#include "core/notice_view.h"
#include "daemon/matrix_ref.h"
#include "daemon/outbox.h"
#include "net/http_client.h"
#include "store/reader.h"
#include "wire/via.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ADDRESS_DAYS	    30
#define ERRAND_REQUESTS_MAX 4 /* of one message */
#define ERRAND_NAMES_MAX    8 /* that were learned or recalled for it */
#define ERRAND_THREADS_MAX  4 /* begun, not yet stored, of one ticket */

/* Where the links of a mail lead, and what begins every idempotency key. */
struct errand_home {
	const char *instance;
	const char *public_url; /* or NULL */
	const char *link_key;	/* or NULL */
	int64_t link_expires_ms;
	double rate; /* of the wall clock: 1 unless virtual */
};

enum errand_kind {
	ERRAND_SEND,   /* by HTTP or SMTP: `send` */
	ERRAND_LOG,    /* by a line in the log */
	ERRAND_IDLE,   /* nothing is left to be said */
	ERRAND_REFUSE, /* can never be sent: `why` */
};

/* What becomes of one notice of the parcel. */
enum errand_fate {
	FATE_SAID,    /* it is in the letter: as the letter fares */
	FATE_GONE,    /* not pending any more */
	FATE_USELESS, /* its time is over */
	FATE_WAITS,   /* not free before `again_at` */
	FATE_UNREAD,  /* the disk could not say: errand.why */
	FATE_OVER,    /* its outcome is on its way, or it was released */
};

struct errand_notice {
	int64_t id; /* a post to be edited: negative */
	int64_t ticket_id;
	enum errand_fate fate;
	struct wall again_at;
	struct ticket *ticket;
	struct notice notice;
};

struct errand_name {
	const char *name; /* "dm U01DANA" */
	const char *value;
	bool is_new; /* learned by this errand */
};

/* A thread whose root is there, though not yet in the database. */
struct errand_thread {
	const char *channel; /* base */
	const char *room;
	const char *ref;
};

struct notifier;
struct probe;

struct errand {
	struct notifier *notifier; /* borrowed */
	struct errand *next;	   /* in one of the notifier's lists */
	struct errand **self;	   /* what points to it there; or NULL */
	const struct errand_home *home;
	struct matrix_ref *matrix; /* a reference of its own */
	struct probe *probe;	   /* or NULL; the notifier's */
	struct wall now;	   /* of the attempt */
	struct arena arena;	   /* holds all below */
	struct parcel parcel;	   /* not of a probe */
	struct errand_notice *notices;
	size_t count;
	struct errand_thread threads[ERRAND_THREADS_MAX];
	size_t nthreads;

	/* By errand_prepare(). */
	enum errand_kind kind;
	const char *why;
	bool is_read; /* the letter stands, but for what it must learn */
	struct letter letter;
	size_t said;	       /* notices in it */
	struct post post;      /* that it replies to or edits; id 0: none */
	uint64_t face;	       /* of the ticket, as the letter shows it */
	struct reader *reader; /* while a worker has it */
	struct errand_name names[ERRAND_NAMES_MAX];
	size_t nnames;
	int requests; /* answered */
	int64_t took_ms;
	struct outgoing asked;
	struct http_send send;
};

/* The reference is taken over.  `parcel` NULL: of a probe. */
struct errand *errand_new(const struct errand_home *home,
    const struct parcel *parcel, struct matrix_ref *matrix);
void errand_free(struct errand *e);

/* On a worker thread; again after each request that taught something. */
void errand_prepare(struct errand *e, struct reader *r, struct wall now);

/* The letter is written anew at the next prepare, knowing that. */
void errand_learn(struct errand *e, const char *value);

/* Each notice of it as one line of the log. */
void errand_log(const struct errand *e);

/* The views and the rest of a letter whose notices were read: errand_letter.c.
 */
void errand_write(struct errand *e, struct reader *r);
void errand_conclude(struct errand *e, enum errand_kind kind, const char *why);

/* The letter of a probe; e->now and e->probe are set. */
void errand_probe_letter(struct errand *e, enum letter_kind kind, int channel,
    int person, const char *by);

#endif
