/* reload.h - the matrix anew, whole or not at all.
 *
 *	SIGHUP, POST /v1/reload
 *	   -> read on a worker -> bad: log every error, nothing changes
 *	                       -> good: ITEM_MATRIX through the intake; the
 *	                          commit thread decides with it from there on,
 *	                          publishing it swaps the loop's; then the sweep
 *
 * The new one keeps the old one (matrix.previous) until the sweep has told
 *every ticket; then the same matrix without it goes the same way through the
 *intake.
 *
 * The `daemon` section takes effect at the next start.
 *
 * Loop thread only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_RELOAD_H
#define SLAWATCH_DAEMON_RELOAD_H

#include "base/textbuf.h"

#include <stdbool.h>

struct app;
struct reload_wait;

struct reload {
	bool is_running;
	struct reload_wait *waits; /* who asked; owned */
	struct reload_wait *later; /* who asked while one was running */
	bool again;		   /* ... so another one follows */
};

/* done(user, ok, messages) when it is over: messages as conf/load.h gives
 * them.  done may be NULL. */
void reload_start(struct app *app,
    void (*done)(void *user, bool ok, const char *messages), void *user);

/* Every ticket was told of the matrix in force: those before it are let go. */
void reload_let_go(struct app *app);

/* Logs what conf_load() said about that file: a line each, without the source
 * lines and carets that are meant for terminals. */
void reload_log(
    const char *file, bool is_error, const struct textbuf *messages);

#endif
