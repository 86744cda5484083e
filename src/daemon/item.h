/* item.h - one thing that waits for its commit, and what became of it.
 *
 * Whatever happens becomes an item, is collected by the intake, decided and
 * stored by the commit thread, and published on the loop:
 *
 *	loop: item_new -> intake_offer -> | commit thread: item.out |
 *	loop: publish (heap, outbox, counters, log) -> item.published -> freed
 *
 * Only one thread has an item at a time.  What the commit thread leaves in
 * `out` is copied into the batch's arena: nothing that it goes on working with
 * is shared.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_ITEM_H
#define SLAWATCH_DAEMON_ITEM_H

#include "base/arena.h"
#include "base/errtext.h"
#include "core/decide.h"
#include "daemon/duty_ref.h"
#include "daemon/matrix_ref.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum item_kind {
	ITEM_EVENT,   /* from outside: answered, never tried again by us */
	ITEM_INSIDE,  /* tick, delivery, revised: as `ev` says */
	ITEM_ALIVE,   /* nothing but the stamp that every commit carries */
	ITEM_META,    /* a small fact to remember: name and value */
	ITEM_MATRIX,  /* from here on the other matrix */
	ITEM_DUTY,    /* somebody is away, or on call instead: `duty` says it */
	ITEM_SOLVED,  /* which solved tickets does the matrix take over? */
	ITEM_REFILL,  /* which notices are pending on disk? */
	ITEM_POST,    /* a post was edited, or never can be */
	ITEM_ADDRESS, /* somebody's address with a channel: `learned` */
	ITEM_DRILL,   /* a drill begins: `drill` says which */
};

enum outcome_kind {
	OUTCOME_FAILED, /* the store could not: nothing happened */
	OUTCOME_ACCEPTED,
	OUTCOME_DUPLICATE,
	OUTCOME_REFUSED, /* `why` names the member and the reason */
	OUTCOME_NOTHING, /* from inside: nothing to do, nothing changed */
};

/* A notice that is to be sent now or later. */
struct pending {
	int64_t notice_id;
	int64_t ticket_id;
	enum notice_reason reason;
	struct wall free_at;
	int attempts;
	const char *channel;
	const char *who;      /* person, or "" */
	bool has_spare;	      /* another way is there */
	struct likeness like; /* of its ticket: incident.h */
	bool is_drill;	      /* goes after all else, and alone */
};

/* What is to be walked. */
struct drill_order {
	const char *chain;    /* or NULL: what that severity would start */
	const char *severity; /* or NULL */
	const char *team;     /* whose such a ticket would be, or NULL */
	int speed;	      /* times shorter waits */
	const char *by;
};

struct outcome {
	enum outcome_kind kind;
	int code;		/* HTTP status for who is answered */
	const char *why;	/* refused, failed; else "" */
	int64_t ticket_id;	/* 0: no ticket was touched */
	const char *key;	/* its key, or NULL */
	const char *severity;	/* its severity, or "" */
	bool live;		/* still to be watched */
	bool is_drill;		/* counted by nothing */
	struct wall next_due;	/* WALL_NEVER if it waits for nothing */
	struct change *changes; /* with texts of their own */
	int64_t *notice_ids;	/* of changes[i], 0 if none */
	size_t nchanges;
	struct pending *pending;
	size_t npending;
	int64_t *gone; /* notices that are not pending any more */
	size_t ngone;
	int64_t *solved; /* SOLVED: rows of tickets */
	size_t nsolved;
	bool is_partial; /* REFILL: there are more on disk */
	bool is_lost;	 /* a notice reached nobody, and no other was queued */
};

struct item {
	struct item *next; /* in whatever queue it stands */
	enum item_kind kind;
	bool joined;		   /* the next one goes into the same batch */
	bool solo;		   /* made a batch fail: now goes alone */
	bool answered;		   /* somebody waits for the outcome: it is not
				      tried again; the intake's to set */
	struct arena arena;	   /* texts of ev, row, name, value; owned */
	struct event ev;	   /* EVENT, INSIDE; DRILL: what it became */
	bool ours;		   /* EVENT: made by us, about a drill */
	struct drill_order drill;  /* DRILL; texts in the arena */
	struct delivery_row row;   /* INSIDE delivery; notice_id 0: none */
	const char *name;	   /* META; SOLVED: the matrix in force */
	const char *value;	   /* META; SOLVED: the revision behind which,
				      of the ticket in `ev`; then the last */
	struct matrix_ref *matrix; /* MATRIX: a reference of the item's own;
				      others: what holds now, with a former
				      one that a ticket needs, or NULL */
	struct matrix_row *kept;   /* MATRIX: to be stored with it, or NULL */
	struct duty_change duty;   /* DUTY: its texts in the arena; `number`,
				      `at` and a feed's shifts are the
				      commit's to find */
	struct duty_ref *duties;   /* DUTY, MATRIX: what holds now, a reference
				      of the item's own; NULL: as before */
	size_t limit;		   /* REFILL, SOLVED: at most so many */
	struct post post;    /* POST: id and what it shows; INSIDE delivery
				that began a thread: channel, room and
				ref, `wanted` unsaid; else channel NULL */
	const char *channel; /* ADDRESS: with which; name and value */

	/* Told on the loop after everything else was published, or with
	 * OUTCOME_FAILED; may be NULL.  The item is freed afterwards. */
	void (*published)(void *user, struct item *it);
	void *user;
	size_t index; /* for published(): which of its items */

	struct outcome out;
};

/* What the commit thread is given and gives back. */
struct batch {
	struct item **items;
	size_t count;
	int64_t max_future_ms; /* outside's `at` may be so far ahead */
	int64_t max_past_ms;   /* ... and so old */

	struct arena arena; /* holds what the outcomes point to */
	struct wall now;    /* when it was decided; durable as "alive" */
	bool failed;	    /* rolled back, every outcome is FAILED */
	bool full;	    /* ... for want of space on the disk */
	struct errtext why;
	struct item *culprit; /* at which it failed, NULL: at none */
};

struct item *item_new(enum item_kind kind);
void item_free(struct item *it);

/* From inside, for a ticket by its row. */
struct item *item_inside(
    enum event_type type, int64_t ticket_id, struct wall at);

/* A word to the matrix's owner, on the ticket that is reserved for these; the
 * first one makes it. */
struct item *item_remark(const char *text);

/* Takes the items; they are freed with it. */
struct batch *batch_new(size_t count);
void batch_free(struct batch *b);

#endif
