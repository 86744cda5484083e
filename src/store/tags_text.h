/* tags_text.h - a list of tags as one text, and back.
 *
 * Each tag is followed by a newline; a newline or backslash inside a tag is
 * escaped by a backslash ("\n", "\\").  No tag is "", one empty tag is "\n".
 *
 * Private to store/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_TAGS_TEXT_H
#define SLAWATCH_STORE_TAGS_TEXT_H

#include "base/arena.h"

#include <stddef.h>

/* The text, in the arena. */
const char *tags_to_text(
    const char *const *tags, size_t count, struct arena *arena);

/* The list, in the arena; NULL if there is none. */
const char **tags_from_text(
    const char *text, struct arena *arena, size_t *count);

#endif
