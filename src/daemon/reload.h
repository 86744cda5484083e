/* reload.h - the matrix anew, whole or not at all.
 *
 *	SIGHUP, POST /v1/reload
 *	   -> read on a worker -> bad: log every error, nothing changes
 *	   -> plan on workers (planning.h) -> more at once than matrix.guard of
 *	                          the one in force allows: refused, unless
 *	                          forced
 *	                       -> good: ITEM_MATRIX through the intake; the
 *	                          commit thread decides with it from there on,
 *	                          publishing it swaps the loop's; then the sweep
 *
 * The plan is that of its instant: what happens to tickets until the swap is
 * not in it.  Whoever may not be asked (SIGHUP) cannot force.
 *
 * The new one keeps the old one (matrix.previous) until the sweep has told
 * every ticket; then the same matrix without it goes the same way through the
 * intake.
 *
 * The `daemon` section takes effect at the next start.
 *
 * Loop thread only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_RELOAD_H
#define SLAWATCH_DAEMON_RELOAD_H

#include "base/arena.h"
#include "base/textbuf.h"

#include <stdbool.h>

struct app;
struct reload_wait;

enum reload_end {
	RELOAD_DONE,
	RELOAD_BAD,	/* the file cannot be used */
	RELOAD_GUARDED, /* it would do too much at once */
	RELOAD_FAILED,	/* what it would do could not be found out */
};

struct reload_result {
	enum reload_end end;
	const char *text; /* messages as conf/load.h gives them; or why not */
	const char *plan; /* JSON, or NULL: nothing would change, or unknown */
};

/* Who wants it.  Of several that are answered by one reload the one who forces
 * it counts, else the first. */
struct reload_ask {
	const char *by;	 /* or "" */
	const char *why; /* or "" */
	bool signalled;
	bool force;
};

struct reload {
	bool is_running;
	struct reload_wait *waits; /* who asked, the first first; owned */
	struct reload_wait *later; /* who asked while one was running */
};

/* done(user, result) when it is over; what it points to lives during the call.
 * done may be NULL. */
void reload_start(struct app *app, const struct reload_ask *ask,
    void (*done)(void *user, const struct reload_result *result), void *user);

/* Every ticket was told of the matrix in force: those before it are let go. */
void reload_let_go(struct app *app);

/* Logs what conf_load() said about that file: a line each, without the source
 * lines and carets that are meant for terminals. */
void reload_log(
    const char *file, bool is_error, const struct textbuf *messages);

#endif
