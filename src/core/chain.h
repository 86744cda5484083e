/* chain.h - a chain as a value that outlives its matrix.
 *
 * A run walks the steps of the matrix revision at its start, so the run keeps
 * them: encoded as one line of text, with names, never indices.  People are
 * resolved from these names when a step fires.
 *
 * chain_decode() reads what chain_encode() wrote and nothing else; it checks
 * every bound, because a disk can lie.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_CHAIN_H
#define SLAWATCH_CORE_CHAIN_H

#include "base/arena.h"
#include "core/matrix.h"

#include <stdbool.h>

const char *chain_encode(const struct chain *c, struct arena *arena);

/* All texts in the arena; false if the text is not an encoded chain. */
bool chain_decode(const char *text, struct arena *arena, struct chain *out);

#endif
