/* ticket_rows.h - a ticket as rows, both ways.
 *
 * The same code for the writer and for readers.  Loading takes the ticket's
 * row, its current clocks, its live runs and its open notices; the counts on
 * the ticket's row say which of the latter two need not be asked for.  Saving
 * writes the parts that are marked dirty and takes the marks off.
 *
 * Several statements: whoever loads outside the writer's transaction opens a
 * read transaction around it.
 *
 * Private to store/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_TICKET_ROWS_H
#define SLAWATCH_STORE_TICKET_ROWS_H

#include "store/audit.h"
#include "store/connection.h"

/* As store_load(). */
enum store_result ticket_rows_load(struct connection *c, struct arena *arena,
    const char *key, int64_t id, struct ticket *t, struct errtext *err);

/* Ticket, clocks and runs, and with them the deadline; not the notices, but
 * how many of them are open. */
enum store_result ticket_rows_save(
    struct connection *c, struct ticket *t, struct errtext *err);

/* The ticket with every cycle, run and notice that it ever had. */
enum store_result ticket_rows_load_whole(struct connection *c,
    struct arena *arena, int64_t id, struct ticket *t,
    struct audit_marks *marks, struct errtext *err);

/* As they are to be. */
struct audit_marks ticket_marks_of(const struct ticket *t);

#endif
