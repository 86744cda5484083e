/* outbox_rows.h - notices and the attempts to deliver them, as rows.
 *
 * Nothing on disk says "in flight": a row is pending until the other side took
 * it.  Numbers are never used again, so that an idempotency key made of one is
 * never two notices.
 *
 * Private to store/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_OUTBOX_ROWS_H
#define SLAWATCH_STORE_OUTBOX_ROWS_H

#include "store/connection.h"
#include "store/reader.h"

/* The open notices of a ticket, by id, behind those it has. */
enum store_result outbox_rows_load(
    struct connection *c, struct ticket *t, struct errtext *err);

/* The latest notices of a ticket (-1: all), ended or not, by id, in place of
 * those it has. */
#define OUTBOX_TOLD_MAX 500
enum store_result outbox_rows_load_all(
    struct connection *c, struct ticket *t, int limit, struct errtext *err);

/* Which ticket's is it?  STORE_NONE if there is no such notice. */
enum store_result outbox_rows_find(struct connection *c, struct arena *arena,
    int64_t notice_id, int64_t *ticket_id, struct notice *n,
    struct errtext *err);

/* Inserts those without an id, which get one, and updates the dirty ones. */
enum store_result outbox_rows_save(
    struct connection *c, struct ticket *t, struct errtext *err);

enum store_result outbox_rows_add_delivery(
    struct connection *c, const struct delivery_row *row, struct errtext *err);

/* As store_scan_outbox(). */
enum store_result outbox_rows_scan(struct connection *c,
    bool (*each)(void *user, const struct outbox_entry *e), void *user,
    struct errtext *err);

/* As reader_outbox(), reader_deliveries(). */
enum store_result outbox_rows_list(struct connection *c, struct arena *arena,
    const struct outbox_filter *f, struct outbox_line **out, size_t *count,
    struct errtext *err);
enum store_result outbox_rows_deliveries(struct connection *c,
    struct arena *arena, int64_t notice_id, int limit,
    struct delivery_row **out, size_t *count, struct errtext *err);

/* As store_mark_repeats(). */
enum store_result outbox_rows_mark_repeats(struct connection *c,
    struct wall alive, int64_t *count, struct errtext *err);

#endif
