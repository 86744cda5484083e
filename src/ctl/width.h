/* width.h - how many columns of a terminal does this text take?
 *
 * A table of its own (Unicode 14) rather than wcwidth(3): that one answers by
 * the locale, and a support server's is often plain C.  Widths are those of
 * nearly every terminal: 2 for East Asian wide and fullwidth characters and
 * emoji, 0 for combining marks, joiners and variation selectors, 1 for the
 * rest.  A sequence of emoji joined by U+200D counts each of its parts, as
 * terminals without such glyphs draw it.
 *
 * Texts come from customers.  Whatever could move the cursor, ring, recolour or
 * turn the direction of the line is made harmless here, so that nothing else in
 * ctl/ has to think of it: blanks for white space, U+FFFD for other controls,
 * for bidirectional overrides and for bytes that are not UTF-8.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_WIDTH_H
#define SLAWATCH_CTL_WIDTH_H

#include "base/textbuf.h"

#include <stddef.h>
#include <stdint.h>

#define WIDTH_ELLIPSIS "\xe2\x80\xa6" /* one column */

/* 0, 1 or 2; of a character that is printed as it is. */
int char_width(uint32_t cp);

/* Reads the character at s[0], made harmless, and returns its bytes (one if
 * they are not UTF-8).  s[0] is not NUL. */
size_t char_next(const char *s, uint32_t *cp);

/* Columns of the text as text_clean() gives it. */
size_t text_width(const char *s);

/* Appends the text, made harmless. */
void text_clean(struct textbuf *out, const char *s);

/* The same in at most `columns`; what is longer is cut between characters and
 * ends in an ellipsis.  Returns the columns used.  columns >= 1. */
size_t text_fit(struct textbuf *out, const char *s, size_t columns);

#endif
