/* lives.h - tickets that live at random, through the daemon's own commit.
 *
 * Events in order and late, deadlines, deliveries that go well and badly,
 * restarts, new matrices: each goes through commit_item() into a store, as the
 * commit thread does it, only without the thread.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_LIVES_H
#define SLAWATCH_TESTS_LIVES_H

#include "daemon/commit_item.h"
#include "daemon/duty_ref.h"
#include "daemon/matrix_ref.h"
#include "lib/rng.h"

#define LIVES_TICKETS 12

struct lives {
	struct rng *rng; /* borrowed */
	struct store *store;
	struct matrix_ref *matrix; /* in force */
	struct duty_ref *duty;	   /* who is there */
	int64_t duties;		   /* changes of that */
	int version;		   /* of the texts it comes from */
	struct wall now;
	struct arena arena;
	int created;			    /* tickets */
	bool remarked;			    /* ... and the one for that */
	int events;			    /* so far, for ids */
	int64_t decisions;		    /* that changed something */
	int64_t to_tell[LIVES_TICKETS + 1]; /* tickets not yet told of it */
	int ntold, nto_tell;
};

void lives_begin(struct lives *l, struct rng *rng, const char *database);
/* One thing happens, or some time passes; first of all a ticket comes. */
void lives_step(struct lives *l);
/* An event as it comes from outside. */
enum outcome_kind lives_offer(struct lives *l, const char *body, size_t len);
/* What is due is decided, and so often as it asks to. */
void lives_tick(struct lives *l);
void lives_revise(struct lives *l);
void lives_restart(struct lives *l);
/* Closes the store; the file stays. */
void lives_end(struct lives *l);

#endif
