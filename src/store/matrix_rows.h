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

/* As store_add_matrix(). */
enum store_result matrix_rows_add(
    struct connection *c, struct matrix_row *row, struct errtext *err);

/* As store_load_matrix(). */
enum store_result matrix_rows_load(struct connection *c, struct arena *arena,
    int64_t number, struct matrix_row *out, struct errtext *err);

#endif
