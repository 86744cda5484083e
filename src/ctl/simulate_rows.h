/* simulate_rows.h - what the simulation decides, as rows on standard output.
 *
 * JSON for programs (wire/simulate_json.h), or a line each for people and a
 * summary.  Rows go out in blocks through one buffer: there may be a million.
 *
 * What the simulation forgets as the daemon would, the chain runs that are
 * over, is kept here for the end.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_SIMULATE_ROWS_H
#define SLAWATCH_CTL_SIMULATE_ROWS_H

#include "base/arena.h"
#include "base/textbuf.h"
#include "core/simulation.h"

#include <stdbool.h>
#include <stddef.h>

struct past_runs; /* of one ticket */

struct simulate_rows {
	bool json;
	struct textbuf out;	/* not written yet */
	struct arena arena;	/* of past */
	struct past_runs *past; /* by ticket, its id less one */
	size_t npast;
	size_t cap_past;
	size_t count[CHANGE_KIND_COUNT]; /* changes of each kind */
	size_t refused;
};

void simulate_rows_init(struct simulate_rows *r, bool json);
void simulate_rows_fini(struct simulate_rows *r);

/* The hook `decided`; user is the rows. */
void simulate_rows_decided(void *user, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d);

/* An event that could not be read; id NULL if it has none. */
void simulate_rows_refused(struct simulate_rows *r, const char *id, size_t line,
    const char *why, struct wall now);

/* How each ticket stands at the end. */
void simulate_rows_finals(struct simulate_rows *r, const struct matrix *m,
    const struct simulation *s);

/* Writes all that is left. */
void simulate_rows_flush(struct simulate_rows *r);

#endif
