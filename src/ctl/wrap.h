/* wrap.h - lines for people that are longer than the screen.
 *
 * A line is a head (columns that stand under each other) and a text behind it,
 * which is broken between words and goes on under its own beginning.  Nothing
 * is cut: where a table would end in an ellipsis, this takes another line.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_WRAP_H
#define SLAWATCH_CTL_WRAP_H

#include "base/textbuf.h"
#include "ctl/table.h"

#include <stddef.h>
#include <stdint.h>

#define WRAP_LEAST 24 /* columns that a text gets at least */

/* Appends head and text, both made harmless, and a newline. */
void wrap_line(
    struct textbuf *out, struct screen s, const char *head, const char *text);

/* Appends the text, made harmless, and blanks up to that many columns. */
void wrap_pad(struct textbuf *out, const char *text, size_t columns);

/* "26h 3m 4s 120ms": exact, and no days, which in working time are none. */
void wrap_span(struct textbuf *out, int64_t ms);

#endif
