/* matrix_ref.h - who still reads the old matrix?
 *
 * A matrix is immutable and shared by the loop, the commit thread and worker
 * threads.  A reload replaces it while notices are being written by the one
 * before; the last to let go frees it.  Counting is atomic: any thread.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_MATRIX_REF_H
#define SLAWATCH_DAEMON_MATRIX_REF_H

#include "core/matrix.h"

struct matrix_ref;

/* Takes the matrix over; the caller has the one reference. */
struct matrix_ref *matrix_ref_new(struct matrix *m, struct wall loaded);

/* Another reference to the same. */
struct matrix_ref *matrix_ref_get(struct matrix_ref *ref);
void matrix_ref_put(struct matrix_ref *ref);

const struct matrix *matrix_ref_matrix(const struct matrix_ref *ref);
struct wall matrix_ref_loaded(const struct matrix_ref *ref);

#endif
