/* matrix_ref.h - who still reads the old matrix?
 *
 * A matrix is immutable and shared by the loop, the commit thread and worker
 * threads.  A reload replaces it while notices are being written by the one
 * before; the last to let go frees it.  Counting is atomic: any thread.
 *
 * Until every ticket has been told of a new matrix it keeps the one before,
 * and with it the ones before that (matrix.previous): what has elapsed is
 * counted by them.  Afterwards another reference to the same matrix without
 * them takes its place.  Nothing that a thread may be looking at ever changes.
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

/* The same matrix that takes over from none. */
struct matrix_ref *matrix_ref_alone(const struct matrix_ref *ref);

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
