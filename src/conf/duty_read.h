/* duty_read.h - what the copies of on-call feeds say, by which matrix?
 *
 * The store keeps the bytes as they were fetched; shifts are read from them by
 * the zones of the matrix that decides, at every start, at every reload, and
 * when a decision is replayed.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_DUTY_READ_H
#define SLAWATCH_CONF_DUTY_READ_H

#include "base/arena.h"
#include "base/errtext.h"
#include "core/duty.h"
#include "core/matrix.h"

#include <stdbool.h>

/* The shifts of a feed's copy into the arena; of any other change, and of a
 * schedule that the matrix does not have, nothing.  False if bytes cannot be
 * read: theirs are NULL then. */
bool duty_read_feed(struct duty_change *c, const struct matrix *m,
    struct arena *arena, struct errtext *err);

/* As duty_after(), but a feed's bytes are read first. */
struct duty *duty_read_after(
    const struct duty *d, const struct duty_change *c, const struct matrix *m);

/* The same value by another matrix; NULL if it has no feed. */
struct duty *duty_read_again(const struct duty *d, const struct matrix *m);

#endif
