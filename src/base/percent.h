/* percent.h - what do %41 and "+" stand for in a URL or a form, and back?
 *
 * Decoded once and strictly, for paths and queries (net/) and for what forms
 * send (wire/): an escape is two hex digits, a NUL is refused, for it would cut
 * the text, and so is what is not UTF-8 afterwards.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_BASE_PERCENT_H
#define SLAWATCH_BASE_PERCENT_H

#include "base/arena.h"
#include "base/textbuf.h"

#include <stdbool.h>
#include <stddef.h>

/* The text in the arena, or NULL: malformed.  is_form: "+" is a space. */
const char *percent_decode(
    const char *raw, size_t len, bool is_form, struct arena *arena);

/* What RFC 3986 reserves for nothing, besides letters and digits. */
#define PERCENT_UNRESERVED "-._~"

/* Appends the text: letters, digits and the characters of `plain` stay, any
 * other byte becomes %XX. */
void percent_encode(struct textbuf *out, const char *text, const char *plain);

#endif
