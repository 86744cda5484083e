/* readers.h - questions to the disk, asked on worker threads.
 *
 * A few read-only connections, each lent to one question at a time.  Two
 * desks, so that slow lists of impatient people never delay a notice: one for
 * requests, one for the notifier.
 *
 * Loop thread only; work() runs on a worker.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_READERS_H
#define SLAWATCH_DAEMON_READERS_H

#include "base/errtext.h"
#include "net/loop.h"
#include "store/reader.h"

#include <stdbool.h>
#include <stddef.h>

enum desk { DESK_REQUESTS, DESK_NOTICES, DESK_COUNT };

#define DESK_READERS	 2   /* connections each: libuv has four workers */
#define DESK_WAITING_MAX 256 /* questions that may wait */

struct readers;

/* NULL with the reason. */
struct readers *readers_open(
    struct loop *l, const char *path, struct errtext *err);

/* work(reader, user) on a worker, then done(user) on the loop, never within
 * this call.  False: too many wait, nothing will be called. */
bool readers_ask(struct readers *rs, enum desk desk,
    void (*work)(struct reader *r, void *user), void (*done)(void *user),
    void *user);

/* Questions asked and not yet done. */
size_t readers_pending(const struct readers *rs);

/* None is pending. */
void readers_close(struct readers *rs);

#endif
