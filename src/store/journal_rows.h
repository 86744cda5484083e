/* journal_rows.h - what happened and what followed, a row each, for ever.
 *
 * The event's own row carries its id, unique over all tickets: that is what
 * makes ingest idempotent.  Triggers refuse any change of a row.
 *
 * Private to store/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_JOURNAL_ROWS_H
#define SLAWATCH_STORE_JOURNAL_ROWS_H

#include "core/journal.h"
#include "store/connection.h"

/* What a decision has beside its changes. */
struct journal_entry {
	const struct ticket *t; /* its notices have ids */
	const struct event *ev;
	struct wall recorded; /* now */
	int64_t matrix;	      /* row, 0: not kept */
	int64_t duty;	      /* number of the last change, 0: none */
	const char *given;    /* what it asked, "" or NULL: nothing */
};

/* The decision's changes, in order; the first says what caused it.  One that
 * changed nothing anybody is told of is a row all the same: its event, from
 * inside. */
enum store_result journal_rows_add(struct connection *c,
    const struct journal_entry *e, const struct decision *d,
    struct errtext *err);

/* A row for each notice that is about to be marked as a possible repeat. */
enum store_result journal_rows_add_repeats(struct connection *c,
    struct wall alive, struct wall recorded, struct errtext *err);

/* As store_event_seen(). */
enum store_result journal_rows_seen(struct connection *c, const char *event_id,
    bool *seen, struct errtext *err);

/* As reader_timeline(). */
enum store_result journal_rows_load(struct connection *c, struct arena *arena,
    int64_t ticket_id, int64_t after, int limit, struct journal_row **out,
    size_t *count, struct errtext *err);

#endif
