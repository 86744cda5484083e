/* fact_rows.h - what one ticket may ask about the others.
 *
 * Counted in the indexes alone, which the schema has for this: no question
 * reads a ticket's row, and none costs more than what it counts.  Deleted and
 * merged tickets do not count.
 *
 * Private to store/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_FACT_ROWS_H
#define SLAWATCH_STORE_FACT_ROWS_H

#include "store/connection.h"

/* As store_answer(). */
enum store_result fact_rows_answer(struct connection *c,
    const struct fact_question *q, int64_t *out, struct errtext *err);

/* The statement that answers it. */
const char *fact_rows_sql(enum fact fact);

#endif
