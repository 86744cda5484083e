/* store_matrix.h - which matrices do tickets have, and which are there?
 *
 * The part of the store's door (store.h) for whoever keeps former matrices at
 * hand, and for who tells tickets of a new one.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_STORE_MATRIX_H
#define SLAWATCH_STORE_STORE_MATRIX_H

#include "store/store.h"

/* A line of the list of them: no text and no files. */
struct matrix_line {
	struct matrix_row row;
	int64_t bytes; /* of its text; 0: that was not kept */
};

/* As store_load_matrix(), without name, text and files. */
enum store_result store_matrix_head(struct store *s, struct arena *arena,
    int64_t number, struct matrix_row *out, struct errtext *err);

/* The revisions that tickets have which are not over; with `solved`, those of
 * solved ones (neither merged nor deleted), too.  In order, each once. */
enum store_result store_ticket_revisions(struct store *s, struct arena *arena,
    bool solved, const char ***out, size_t *count, struct errtext *err);

/* The next solved tickets, at most so many, that have another revision than
 * that one: behind *id of *revision, which are then the last one's; "" and 0:
 * from the beginning.  *count 0: there are no more. */
enum store_result store_solved_tickets(struct store *s, struct arena *arena,
    const char *but, const char **revision, int64_t *id, int limit,
    int64_t **out, size_t *count, struct errtext *err);

#endif
