/* simulate_rows.h - what the simulation decides, as rows on standard output.
 *
 * JSON for programs (wire/simulate_json.h), or a line each for people and a
 * summary.  Rows go out in blocks through one buffer: there may be a million.
 *
 * What the simulation forgets as the daemon would, the chain runs that are
 * over, is kept here for the end, and put into the scratch with their ticket.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_SIMULATE_ROWS_H
#define SLAWATCH_CTL_SIMULATE_ROWS_H

#include "base/hashmap.h"
#include "base/textbuf.h"
#include "core/simulation.h"
#include "core/zone.h"
#include "store/scratch.h"

#include <stdbool.h>
#include <stddef.h>

enum rows_form {
	ROWS_NONE, /* only counted */
	ROWS_TEXT,
	ROWS_JSON,
};

struct simulate_rows {
	enum rows_form form;
	const struct zone *zone; /* of instants for people; NULL: UTC */
	struct scratch *scratch; /* JSON only */
	int place;		 /* the shelf there that is ours */
	struct textbuf out;	 /* not written yet */
	struct hashmap slots;	 /* ticket id to index of past */
	struct textbuf *past;	 /* runs that are over, packed; by slot */
	size_t npast;		 /* of these that are there */
	size_t count[CHANGE_KIND_COUNT]; /* changes of each kind */
	size_t refused;
};

/* form, zone, scratch and place are set by the caller. */
void simulate_rows_init(struct simulate_rows *r);
void simulate_rows_fini(struct simulate_rows *r);

/* The hooks of the simulation; user is the rows. */
void simulate_rows_decided(void *user, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d);
void simulate_rows_leaves(struct simulate_rows *r, const struct ticket *t);
void simulate_rows_returns(struct simulate_rows *r, const struct ticket *t);

/* An event that could not be read; id NULL if it has none. */
void simulate_rows_refused(struct simulate_rows *r, const char *id, size_t line,
    const char *why, struct wall now);

/* How each ticket stands at the end. */
void simulate_rows_finals(
    struct simulate_rows *r, const struct matrix *m, struct simulation *s);

/* Writes all that is left. */
void simulate_rows_flush(struct simulate_rows *r);

#endif
