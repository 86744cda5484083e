/* duty_rows.h - what was said of people's presence, in the order of saying.
 *
 * A row each change, never changed: the value of any number can be made again
 * by duty_after() over the rows up to it.
 *
 * Private to store/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_DUTY_ROWS_H
#define SLAWATCH_STORE_DUTY_ROWS_H

#include "store/connection.h"

/* As store_add_duty(). */
enum store_result duty_rows_add(struct connection *c,
    const struct duty_change *change, struct errtext *err);

/* Those with after < number <= upto; of a feed only the last of these has its
 * bytes.  Texts and bytes are there during the call. */
enum store_result duty_rows_each(struct connection *c, int64_t after,
    int64_t upto, bool (*each)(void *user, const struct duty_change *change),
    void *user, struct errtext *err);

#endif
