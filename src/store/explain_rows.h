/* explain_rows.h - a ticket with all that is known of its past.
 *
 * Private to store/; the caller has opened a read transaction.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_EXPLAIN_ROWS_H
#define SLAWATCH_STORE_EXPLAIN_ROWS_H

#include "core/explain.h"
#include "store/connection.h"

/* Rows of the journal that are read, the latest: a guard, not a limit that a
 * ticket meets in its life. */
#define EXPLAIN_ROWS_MAX 20000

/* As reader_explain(). */
enum store_result explain_rows_load(struct connection *c, struct arena *arena,
    const char *key, struct ticket *t, struct explain_past *past,
    struct errtext *err);

#endif
