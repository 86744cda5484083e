/* matrix_ref.c - a counted reference to a matrix.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/matrix_ref.h"

#include "base/check.h"

#include <stdatomic.h>
#include <stdlib.h>

struct matrix_ref {
	struct matrix *matrix; /* owned */
	struct wall loaded;    /* when it was read from its file */
	atomic_int refs;
};

struct matrix_ref *matrix_ref_new(struct matrix *m, struct wall loaded)
{
	struct matrix_ref *ref = malloc(sizeof *ref);

	CHECK(ref != NULL && m != NULL);
	ref->matrix = m;
	ref->loaded = loaded;
	atomic_init(&ref->refs, 1);
	return ref;
}

struct matrix_ref *matrix_ref_get(struct matrix_ref *ref)
{
	int before =
	    atomic_fetch_add_explicit(&ref->refs, 1, memory_order_relaxed);

	CHECK(before > 0);
	return ref;
}

/* Acquire-release: whoever frees has seen all that the others did. */
void matrix_ref_put(struct matrix_ref *ref)
{
	int before =
	    atomic_fetch_sub_explicit(&ref->refs, 1, memory_order_acq_rel);

	CHECK(before > 0);
	if (before > 1)
		return;
	matrix_free(ref->matrix);
	free(ref);
}

const struct matrix *matrix_ref_matrix(const struct matrix_ref *ref)
{
	return ref->matrix;
}

struct wall matrix_ref_loaded(const struct matrix_ref *ref)
{
	return ref->loaded;
}
