/* feeds.h - on-call calendars that are fetched while the daemon runs.
 *
 *	due --GET--> (override: GET) --worker: read, compare--> same: noted
 *	                                                    --> new: ITEM_DUTY
 *	                                                    --> bad: kept, told
 *
 * Each feed is fetched at start, after a reload that changed it, and every
 * `refresh` of the daemon's clock.  A copy counts only whole: both calendars
 * came with status 200, all their bytes, and can be read.  One that says the
 * same as the copy in force is not stored again, whatever its bytes (servers
 * stamp each answer with its hour); one that is suddenly empty is no copy, for
 * that is how a calendar looks whose permissions were lost.
 *
 * Whatever fails, the last good copy stays in force, over restarts too: it is
 * part of what was said of duty (core/duty.h).  It is logged when it begins and
 * when it is over, is seen in /v1/status and /metrics, makes health yellow, and
 * is told to the matrix's owner (chores.h).
 *
 * Loop thread only; urls may be secrets and are never logged.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_FEEDS_H
#define SLAWATCH_DAEMON_FEEDS_H

#include "base/arena.h"
#include "base/errtext.h"
#include "base/instant.h"
#include "core/duty.h"
#include "core/matrix.h"

#include <stdbool.h>
#include <stddef.h>

#define FEEDS_LEAST_MS 200 /* real time between two fetches of one feed */

struct app;
struct chore_list;
struct feed_errand;
struct told;

struct feed {
	const char *name; /* the schedule's; texts in the arena below */
	const char *url;
	const char *override_url; /* or NULL */
	const char *ca_file;	  /* or NULL: the system's certificates */
	int64_t refresh_ms;
	struct wall next;	   /* to be fetched */
	struct wall good_at;	   /* last good answer; WALL_NEVER: none yet */
	struct wall failing_since; /* WALL_NEVER: it does not fail */
	struct errtext why;
	bool is_busy; /* an errand is under way */
};

struct feeds {
	struct arena arena;
	struct feed *items;
	size_t count;
	struct feed_errand *errands; /* under way; owned */
	size_t reading;		     /* of them, those on a worker */
};

/* --- what a copy is worth: pure ------------------------------------------- */

enum feed_worth {
	FEED_SAME, /* says what the copy in force says */
	FEED_NEW,
	FEED_BAD, /* why says it */
};

/* The copy in force may be NULL, override too. */
enum feed_worth feed_judge(const struct duty_change *in_force,
    const struct shifts *primary, const struct shifts *override,
    struct errtext *why);

/* --- the daemon's --------------------------------------------------------- */

/* From the matrix in force: at start, and when it has changed.  A feed that is
 * as it was goes on as it was. */
void feeds_follow(struct app *app);

void feeds_turn(struct app *app, struct wall now);
struct wall feeds_next(const struct app *app);

/* How many fail, and how old the oldest copy is, 0 if there is no feed. */
size_t feeds_failing(const struct app *app);
int64_t feeds_age_ms(const struct app *app);

/* When that feed's copy was last known to be good; WALL_NEVER: there is none.
 */
struct wall feeds_good_at(const struct app *app, const struct feed *f);

/* What the owner is to be told of. */
void feeds_chores(
    const struct app *app, struct arena *arena, struct chore_list *out);

/* Of a feed that was not asked yet since the start nobody knows whether it
 * still fails. */
void feeds_hold(const struct app *app, struct told *told);

/* Nothing is on a worker any more. */
void feeds_close(struct app *app);

#endif
