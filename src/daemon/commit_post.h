/* commit_post.h - do the first posts of threads still show their tickets?
 *
 * A post that does not is pending, like a notice without a row in the outbox:
 * its id is -post.id, its reason NOTICE_UPDATE, its channel the base channel,
 * its person "" (outbox.h).
 *
 * Private to the commit thread.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_COMMIT_POST_H
#define SLAWATCH_DAEMON_COMMIT_POST_H

#include "daemon/commit_item.h"

/* After a decision about the ticket: keeps the thread that a delivery began,
 * and tells which posts are stale now. */
enum store_result commit_posts_of(
    struct commit_turn *turn, struct item *it, const struct ticket *t);

/* POST: what it shows now. */
enum store_result commit_post(struct commit_turn *turn, struct item *it);

/* REFILL: the stale ones, after the notices. */
enum store_result commit_posts_stale(struct commit_turn *turn, struct item *it);

#endif
