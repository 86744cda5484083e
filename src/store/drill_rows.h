/* drill_rows.h - which drills are there?
 *
 * Private to store/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_DRILL_ROWS_H
#define SLAWATCH_STORE_DRILL_ROWS_H

#include "store/connection.h"

/* As store_running_drill(). */
enum store_result drill_rows_running(struct connection *c, struct arena *arena,
    const char *chain, const char **key, struct errtext *err);

/* As store_last_drill(). */
enum store_result drill_rows_last(struct connection *c, const char *day,
    int64_t *number, struct errtext *err);

/* As reader_drills(). */
enum store_result drill_rows_keys(struct connection *c, struct arena *arena,
    int limit, const char ***out, size_t *count, struct errtext *err);

#endif
