/* lock_file.h - is another daemon at work on this database?
 *
 * An exclusive flock on FILE.lock, which the kernel drops with the process, so
 * that nothing is left to clean up after a crash.  SQLite's own locks cannot
 * say it: in WAL mode two writers take turns without a word.
 *
 * The holder's process id stands in the file, for the message to whoever comes
 * second.  The file is never removed: somebody may be about to lock it.
 *
 * Private to store/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_LOCK_FILE_H
#define SLAWATCH_STORE_LOCK_FILE_H

#include "store/store.h"

/* STORE_BUSY with the holder's number, or STORE_FAILED where the file cannot
 * be made.  *fd is then -1. */
enum store_result lock_file_take(
    const char *database, int *fd, struct errtext *err);

void lock_file_drop(int fd);

#endif
