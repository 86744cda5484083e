/* post_rows.h - first posts of threads, and addresses that were asked for.
 *
 * Private to store/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_POST_ROWS_H
#define SLAWATCH_STORE_POST_ROWS_H

#include "store/connection.h"
#include "store/store.h"

enum store_result post_rows_add(struct connection *c, const struct post *p,
    int64_t *id, struct errtext *err);
enum store_result post_rows_want(struct connection *c, const struct ticket *t,
    uint64_t face, void (*stale)(void *user, const struct post *p), void *user,
    struct errtext *err);
enum store_result post_rows_shown(struct connection *c, int64_t id,
    uint64_t shown, void (*stale)(void *user, const struct post *p), void *user,
    struct errtext *err);
enum store_result post_rows_scan(struct connection *c,
    bool (*each)(void *user, const struct post *p), void *user,
    struct errtext *err);
enum store_result post_rows_load(struct connection *c, struct arena *arena,
    int64_t id, int64_t ticket_id, const char *channel, struct post *out,
    struct errtext *err);
enum store_result post_rows_of_ref(struct connection *c, const char *channel,
    const char *ref, int64_t *ticket_id, struct errtext *err);
enum store_result post_rows_set_address(struct connection *c,
    const char *channel, const char *name, const char *value, struct wall now,
    struct errtext *err);
enum store_result post_rows_address(struct connection *c, struct arena *arena,
    const char *channel, const char *name, struct wall since,
    const char **value, struct errtext *err);

#endif
