/* integrity.h - is the file what SQLite wrote?
 *
 * Private to store/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_INTEGRITY_H
#define SLAWATCH_STORE_INTEGRITY_H

#include "store/connection.h"

/* PRAGMA integrity_check of all: STORE_OK, or STORE_DAMAGED with the first
 * finding and what to do. */
enum store_result integrity_whole(struct connection *c, struct errtext *err);

/* As much as can be done at once: all of a file of up to 64 MiB, the schema of
 * a larger one.  What a restart reads of that, the deadlines, is checked by
 * being read: PRAGMA integrity_check(deadline) takes ten times as long as the
 * scan, and the daemon is to be ready by then. */
enum store_result integrity_quick(struct connection *c, struct errtext *err);

/* For the first questions to a file: a failure that means damage is
 * STORE_DAMAGED, any other result is passed on. */
enum store_result integrity_name(
    struct connection *c, enum store_result r, struct errtext *err);

/* STORE_DAMAGED, with that finding and what to do. */
enum store_result integrity_damaged(
    const struct connection *c, const char *finding, struct errtext *err);

#endif
