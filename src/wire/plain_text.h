/* plain_text.h - somebody else's text, made safe to stand in a line of ours.
 *
 * Subjects and names come from customers.  In a headline or a header field
 * they must stay one line and may not reorder what stands around them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_PLAIN_TEXT_H
#define SLAWATCH_WIRE_PLAIN_TEXT_H

#include "base/textbuf.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends one line: runs of blanks, control characters and line separators
 * become one blank, those at the ends go, overrides of the writing direction
 * (U+202A..202E, U+2066..2069) are dropped, bytes that are no UTF-8 too. */
void plain_line(const char *text, struct textbuf *out);

/* At most max bytes of that line, and "..." behind them if there are more. */
void plain_cut(const char *text, size_t max, struct textbuf *out);

/* An http or https URL that can stand in a link: nothing but printable ASCII
 * without quotes and angle brackets, at most max bytes. */
bool plain_url(const char *url, size_t max);

/* Bytes of the character that begins there: 1 to 4, 0 if it is none. */
size_t plain_char(const char *text, size_t len);

#endif
