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

/* The decision's changes, in order.  The notices of the ticket have ids. */
enum store_result journal_rows_add(struct connection *c, const struct ticket *t,
    const struct event *ev, const struct decision *d, struct wall recorded,
    struct errtext *err);

/* As store_event_seen(). */
enum store_result journal_rows_seen(struct connection *c, const char *event_id,
    bool *seen, struct errtext *err);

/* As reader_timeline(). */
enum store_result journal_rows_load(struct connection *c, struct arena *arena,
    int64_t ticket_id, int64_t after, int limit, struct journal_row **out,
    size_t *count, struct errtext *err);

#endif
