/* chores.h - what the daemon looks after by itself: the matrix.
 *
 * Tells the matrix's owner of what no ticket would show: the review is due, an
 * on-call feed fails, nobody will be on call, a calendar names somebody who is
 * not there.  Once when it begins and weekly while it stays (told.h).
 *
 * It looks at start, after a reload, whenever a feed or what was said of duty
 * changes, when something is to be said again, and daily: a gap that was more
 * than 30 days away comes near.  Coverage is worked out on a worker, by the
 * same questions as `slawatchd --check` (conf/coverage.h) but with what was
 * said of duty and what the feeds brought.
 *
 * Loop thread only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_CHORES_H
#define SLAWATCH_DAEMON_CHORES_H

#include "base/arena.h"
#include "core/duty.h"
#include "core/matrix.h"
#include "daemon/told.h"

#include <stdbool.h>
#include <stddef.h>

#define CHORES_EVERY_MS DAY_MS

struct app;

struct chores {
	struct told told;
	struct wall next; /* look again; the epoch: at once */
	bool is_looking;  /* a worker is at it */
	bool look_again;  /* something changed meanwhile */
	bool is_recalled; /* what was told is known: there may be a look */
};

/* Something to be said, and what it is about. */
struct chore {
	const char *topic; /* "gap night": for told.h */
	const char *text;
};

struct chore_list {
	struct chore *items;
	size_t count;
	size_t cap;
};

/* --- what is wrong: pure -------------------------------------------------- */

/* The topic is kind and name; the text is taken over. */
void chores_add(struct arena *arena, struct chore_list *out, const char *kind,
    const char *name, struct textbuf *text);

void chores_review(const struct matrix *m, struct wall now, struct arena *arena,
    struct chore_list *out);

/* Schedules with gaps and unknown names in the next weeks. */
void chores_schedules(const struct matrix *m, const struct duty *d,
    struct wall now, struct arena *arena, struct chore_list *out);

/* --- the daemon's --------------------------------------------------------- */

/* What the database remembers, before the first look. */
void chores_recall(struct app *app, const char *told);

/* Something changed that may mend or break anything: look soon. */
void chores_look_soon(struct app *app);

void chores_turn(struct app *app, struct wall now);
struct wall chores_next(const struct app *app);

void chores_close(struct app *app);

#endif
