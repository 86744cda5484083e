/* matrix_side.h - a matrix to look at: one that was in force, or a file.
 *
 * What the daemon gives is what its database keeps: without secrets.  A file is
 * read as the daemon would read it and made the same, so that both compare.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_MATRIX_SIDE_H
#define SLAWATCH_CTL_MATRIX_SIDE_H

#include "conf/matrix_diff.h"
#include "ctl/asking.h"

#include <stdint.h>

struct held_matrix {
	struct matrix_side side; /* in the arena */
	int64_t number;		 /* row; 0: a file */
	const char *revision;
	const char *label; /* "3", "new.yaml": as people call it */
	struct wall since; /* WALL_NEVER: a file */
	const char *by;	   /* or "" */
	bool in_force;
	struct arena arena;
};

void held_init(struct held_matrix *h);
void held_fini(struct held_matrix *h);

/* A name with a dot or a slash is a file's. */
bool held_is_file(const char *name);

/* By number or the beginning of a revision; the exit code was explained.  Its
 * text may be "": it was not kept. */
int held_ask(struct asking *a, const char *name, struct held_matrix *out);

int held_read(const char *path, struct held_matrix *out);

/* Whichever it is. */
int held_get(struct asking *a, const char *name, struct held_matrix *out);

/* Numbers of the one in force, and of the latest before it that has another
 * revision; 0: there is none. */
int held_latest(struct asking *a, int64_t *in_force, int64_t *before);

/* Its text was not kept: says so. */
int held_check(const struct held_matrix *h);

#endif
