/* line_text.h - a value as one line of text: names that cannot break it.
 *
 * What the store keeps of a chain, of a clock's stretches, of a ticket's small
 * lists are lines of parts with separators.  A name in them has % ; , + and
 * what is not printable as %XX; non-ASCII stays as it is.
 *
 * The takers work in place on a copy of the caller's and believe nothing: a
 * disk can lie.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_LINE_TEXT_H
#define SLAWATCH_CORE_LINE_TEXT_H

#include "base/textbuf.h"

#include <stdbool.h>
#include <stdint.h>

void line_add_name(struct textbuf *tb, const char *name);

/* Takes the text up to `sep` off *rest; NULL when there is none left. */
char *line_take(char **rest, char sep);

/* The same, a decimal number of at most max either way. */
bool line_take_number(char **rest, char sep, int64_t max, int64_t *out);

/* Undoes line_add_name(); false on a broken escape. */
bool line_unescape(char *s);

#endif
