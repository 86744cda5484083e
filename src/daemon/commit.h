/* commit.h - the commit thread: the database's only writer.
 *
 *	BEGIN; per item: seen before? load -> decide -> save; COMMIT
 *
 * It takes a batch at a time and gives it back with each item's outcome.  What
 * the core refuses is an answer; what the store refuses rolls the whole batch
 * back, so that nothing of it happened.  Every commit also records "alive", the
 * last instant the daemon is known to have lived.
 *
 * After start the thread alone uses the store.  It decides with the matrix that
 * the last committed ITEM_MATRIX brought, and with the people as the last
 * ITEM_DUTY left them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_COMMIT_H
#define SLAWATCH_DAEMON_COMMIT_H

#include "daemon/duty_ref.h"
#include "daemon/item.h"
#include "daemon/matrix_ref.h"
#include "net/loop.h"
#include "store/store.h"

struct commit;

/* The store and a reference to the matrix and to who is there are taken over.
 * done is poked, from the thread, when a batch is finished. */
struct commit *commit_start(struct store *s, struct matrix_ref *matrix,
    struct duty_ref *duty, struct loop *loop, struct loop_poke *done);

/* One batch at a time: the former has been taken back. */
void commit_hand(struct commit *c, struct batch *b);

/* Nothing happens just now: the store may tidy up. */
void commit_idle(struct commit *c);

/* The finished batch, or NULL. */
struct batch *commit_take(struct commit *c);

/* Ends the thread and closes the store; nothing is in hand. */
void commit_stop(struct commit *c);

#endif
