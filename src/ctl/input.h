/* input.h - files that are read, "-" among them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_INPUT_H
#define SLAWATCH_CTL_INPUT_H

#include "base/textbuf.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Standard input for NULL and "-".  NULL: it was said why. */
FILE *input_open(const char *path);
void input_close(FILE *f);

/* Appends all of it.  Other than EXIT_OK: it was said why. */
int input_slurp(const char *path, struct textbuf *out);

/* Passes it on piece by piece, whatever its length; `take` returning false ends
 * it.  Other than EXIT_OK: it was said why. */
int input_pieces(const char *path,
    bool (*take)(void *user, const char *bytes, size_t len), void *user);

/* Bytes of a file; 0 for what has no size, such as a pipe.  Other than EXIT_OK:
 * it cannot be read, and it was said why. */
int input_size(const char *path, int64_t *bytes);

/* Has reading ended for want of more, not of luck?  Says if not. */
int input_ended(FILE *f, const char *path);

#endif
