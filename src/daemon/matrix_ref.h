/* matrix_ref.h - who still reads the old matrix?
 *
 * A matrix is immutable and shared by the loop, the commit thread and worker
 * threads.  A reload replaces it while notices are being written by the one
 * before; the last to let go frees it.  Counting is atomic: any thread.
 *
 * A matrix keeps those before it that tickets still have (matrix.previous): by
 * them such tickets go on, or what has elapsed was counted.  When others are
 * needed, another reference to the same matrix with another chain behind it
 * takes its place (kept.h).  Nothing that a thread may be looking at ever
 * changes.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_MATRIX_REF_H
#define SLAWATCH_DAEMON_MATRIX_REF_H

#include "core/matrix.h"

struct matrix_ref;

/* Takes the matrix over; the caller has the one reference. */
struct matrix_ref *matrix_ref_new(struct matrix *m, struct wall loaded);

/* Takes over from that one, whose reference it takes: matrix.previous.  Before
 * anybody else has seen it. */
void matrix_ref_follow(struct matrix_ref *ref, struct matrix_ref *previous);
bool matrix_ref_follows(const struct matrix_ref *ref);

/* That one, or NULL; borrowed. */
const struct matrix_ref *matrix_ref_previous(const struct matrix_ref *ref);

/* The same matrix that takes over from none. */
struct matrix_ref *matrix_ref_alone(const struct matrix_ref *ref);

/* A link for one that is not there (matrix.absent).  lost: it was looked for
 * and cannot be had. */
struct matrix_ref *matrix_ref_absent(
    const char *revision, enum applies applies, int64_t number, bool lost);
bool matrix_ref_lost(const struct matrix_ref *ref);

/* Another reference to the same. */
struct matrix_ref *matrix_ref_get(struct matrix_ref *ref);
void matrix_ref_put(struct matrix_ref *ref);

const struct matrix *matrix_ref_matrix(const struct matrix_ref *ref);
struct wall matrix_ref_loaded(const struct matrix_ref *ref);

/* Its row in the database, 0: none.  Set by whoever stores it, before anybody
 * else has seen it committed. */
int64_t matrix_ref_number(const struct matrix_ref *ref);
void matrix_ref_set_number(struct matrix_ref *ref, int64_t number);

#endif
