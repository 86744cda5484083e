/* deadline_rows.h - what does each live ticket wait for?
 *
 * Private to store/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_DEADLINE_ROWS_H
#define SLAWATCH_STORE_DEADLINE_ROWS_H

#include "store/connection.h"

/* As store_scan_deadlines().  SQLite calls for each row, from within the one
 * step of an aggregate: leaving sqlite3_step() for each of a million rows, and
 * asking for its columns one by one, takes a third as long again. */
enum store_result deadline_rows_scan(struct connection *c,
    bool (*each)(void *user, int64_t ticket_id, struct wall due), void *user,
    struct errtext *err);

#endif
