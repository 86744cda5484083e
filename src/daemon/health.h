/* health.h - is everything well, and if not, what is not?
 *
 * Red with reasons: a chain ended with nobody answering, a notice reached
 * nobody, the store fails, a reload was refused, the database is damaged, the
 * commit thread or the outbox does not move.  Yellow: an on-call feed fails,
 * the matrix's review is due, an endpoint is down, people cannot be reached.
 * Totals come from a reader and are kept for a few seconds.
 *
 * Loop thread only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_HEALTH_H
#define SLAWATCH_DAEMON_HEALTH_H

#include "base/errtext.h"
#include "base/instant.h"
#include "daemon/item.h"
#include "store/reader.h"

#include <stdbool.h>
#include <stddef.h>

#define HEALTH_TOTALS_MS   5000	   /* how old totals may be for a scrape */
#define HEALTH_LOST_MS	   HOUR_MS /* red after a notice reached nobody */
#define HEALTH_STUCK_MS	   60000   /* a batch, or a deadline, so long late */
#define HEALTH_CHECK_BYTES (64 * 1024 * 1024) /* smaller ones: at open */
#define HEALTH_REASONS_MAX 8

struct app;
struct health_wait;

struct health {
	struct totals totals;
	struct mono totals_at;
	bool has_totals;
	bool is_asking;		   /* a reader is at it */
	struct health_wait *waits; /* who wants to know; owned */
	enum store_result totals_result;
	struct errtext totals_error;

	bool has_lost; /* a notice reached nobody at lost_at */
	struct mono lost_at;
	bool reload_failed;	    /* the last one */
	struct errtext store_error; /* of the last batch, "" if it went well */
	struct mono store_logged;   /* when that was last logged */
	bool is_checking;	    /* the integrity check is running */
	struct errtext damage;	    /* what it found, "" if nothing */
};

struct health_reasons {
	char text[HEALTH_REASONS_MAX][ERRTEXT_MAX];
	size_t count;
};

/* done(user) on the loop, at once or later, when totals are at most so old. */
void health_refresh(
    struct app *app, int64_t max_age_ms, void (*done)(void *user), void *user);

/* What is not well, as far as is known; none: green. */
void health_judge(const struct app *app, struct health_reasons *out);

/* What needs somebody though everything that is due is sent: yellow.  Nobody
 * is to be woken by it, and /healthz stays 200. */
void health_worries(const struct app *app, struct health_reasons *out);

/* What a batch says about the store, and what its items say. */
void health_batch(struct app *app, const struct batch *b);
void health_lost(struct app *app);

/* May the watchdog be fed?  False, and why: a restart may help. */
bool health_alive(const struct app *app, const char **why);

/* Checks a large database in the background. */
void health_check_database(struct app *app);

/* Nobody waits; only at the end. */
void health_close(struct app *app);

#endif
