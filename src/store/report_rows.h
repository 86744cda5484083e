/* report_rows.h - a page of tickets, and how many there are of what.
 *
 * Private to store/; the caller has opened a read transaction.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_REPORT_ROWS_H
#define SLAWATCH_STORE_REPORT_ROWS_H

#include "store/connection.h"
#include "store/reader.h"

/* As reader_list(). */
enum store_result report_rows_list(struct connection *c, struct arena *arena,
    const struct ticket_filter *f, struct ticket **out, size_t *count,
    const char **next, struct errtext *err);

/* As reader_totals(). */
enum store_result report_rows_totals(
    struct connection *c, struct totals *out, struct errtext *err);

#endif
