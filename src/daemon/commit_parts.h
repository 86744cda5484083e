/* commit_parts.h - what the kinds of items have in common at their commit.
 *
 * Private to the commit thread's files.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_COMMIT_PARTS_H
#define SLAWATCH_DAEMON_COMMIT_PARTS_H

#include "daemon/commit_item.h"

/* The item's outcome: nothing was done, and why. */
void commit_refuse(
    struct commit_turn *turn, struct item *it, int code, const char *why);

/* Decides, and keeps what was decided with what was asked for it. */
enum store_result commit_decide(struct commit_turn *turn, struct ticket *t,
    const struct event *ev, struct wall now, struct decision *d);

/* The item's event meets its loaded ticket: decided, kept, and told. */
enum store_result commit_settle(
    struct commit_turn *turn, struct item *it, struct ticket *t);

#endif
