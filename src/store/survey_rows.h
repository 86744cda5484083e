/* survey_rows.h - which tickets are there, and which wait for something?
 *
 * Ids only: whoever surveys many tickets loads them one after the other.
 *
 * Private to store/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_SURVEY_ROWS_H
#define SLAWATCH_STORE_SURVEY_ROWS_H

#include "store/connection.h"

/* As reader_watched(). */
enum store_result survey_rows_watched(struct connection *c, int64_t after,
    bool solved_too, int64_t *ids, size_t max, size_t *count,
    struct errtext *err);

/* As reader_waiting(). */
enum store_result survey_rows_waiting(struct connection *c, struct arena *arena,
    struct wall until, int64_t **ids, size_t *count, struct errtext *err);

#endif
