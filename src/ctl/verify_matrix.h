/* verify_matrix.h - the matrices that a database's decisions were made by.
 *
 * Loaded when first asked for and kept, up to a number: a ticket's life knows
 * few of them, and the next ticket's mostly the same.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_VERIFY_MATRIX_H
#define SLAWATCH_CTL_VERIFY_MATRIX_H

#include "core/matrix.h"
#include "store/audit.h"

struct known_matrix {
	int64_t number;
	struct matrix *matrix; /* owned; NULL: it cannot be had */
	struct errtext why;    /* ... because */
	struct matrix *link;   /* owned; then it is there by name */
	int64_t previous;      /* row from which it took tickets over, or 0 */
	const char *program;   /* version that decided by it; "" if unknown */
};

struct matrices {
	struct audit *audit; /* borrowed */
	struct known_matrix **at;
	size_t count;
	size_t cap;
	struct arena arena;
};

void matrices_init(struct matrices *ms, struct audit *audit);
void matrices_fini(struct matrices *ms);

/* Never NULL; its matrix may be.  That follows those before it, back to the one
 * of that revision, by which a ticket was decided last; "": by none. */
const struct known_matrix *matrices_get(
    struct matrices *ms, int64_t number, const char *since);

/* Forgets them if there are too many; nothing of them may be in use. */
#define MATRICES_MAX 64
void matrices_trim(struct matrices *ms);

#endif
