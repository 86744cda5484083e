/* markup.h - a text within HTML or XML that stands for nothing but itself.
 *
 * What else a page asks for is its writer's: line ends, blanks, control
 * characters, what moves or hides the text around it.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_BASE_MARKUP_H
#define SLAWATCH_BASE_MARKUP_H

#include "base/textbuf.h"

#include <stdbool.h>

/* Appends a byte of a text in UTF-8, as it may stand between tags and within
 * an attribute, whichever quotes that has: & < > " ' become references. */
void markup_addc(struct textbuf *out, char c);

/* Does U+FFFE or U+FFFF begin there, three bytes?  XML has no such characters,
 * not even as references. */
bool markup_is_none(const char *s);

#endif
