/* recover.h - what happened while nobody looked?
 *
 * At start, before any thread: opens the database, finds out when the daemon
 * last lived, marks the notices that may have been sent by then, fills the
 * watch with every live ticket, and says how long it was blind.  What came due
 * meanwhile is fired afterwards like any other deadline, the oldest first.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_RECOVER_H
#define SLAWATCH_DAEMON_RECOVER_H

#include <stdbool.h>

struct app;

/* False: said in the log, with what to do. */
bool recover(struct app *app);

#endif
