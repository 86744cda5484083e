/* matrix_rows.h - every matrix that decided, with the files it names.
 *
 * A row for each time one came into force, by whichever version of the program;
 * never changed.  What is kept is without secrets: the caller sees to that.
 *
 * Private to store/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_MATRIX_ROWS_H
#define SLAWATCH_STORE_MATRIX_ROWS_H

#include "store/connection.h"
#include "store/store_matrix.h"

/* As store_add_matrix(). */
enum store_result matrix_rows_add(
    struct connection *c, struct matrix_row *row, struct errtext *err);

/* As store_load_matrix(), store_matrix_head(). */
enum store_result matrix_rows_load(struct connection *c, struct arena *arena,
    int64_t number, struct matrix_row *out, struct errtext *err);
enum store_result matrix_rows_head(struct connection *c, struct arena *arena,
    int64_t number, struct matrix_row *out, struct errtext *err);

/* As reader_matrices(), reader_matrix_number(). */
enum store_result matrix_rows_page(struct connection *c, struct arena *arena,
    int64_t before, int limit, struct matrix_line **out, size_t *count,
    struct errtext *err);
enum store_result matrix_rows_number(struct connection *c, const char *revision,
    int64_t *number, struct errtext *err);

/* As store_ticket_revisions(), store_solved_tickets(). */
enum store_result matrix_rows_used(struct connection *c, struct arena *arena,
    bool solved, const char ***out, size_t *count, struct errtext *err);
enum store_result matrix_rows_solved(struct connection *c, struct arena *arena,
    const char *but, const char **revision, int64_t *id, int limit,
    int64_t **out, size_t *count, struct errtext *err);

#endif
