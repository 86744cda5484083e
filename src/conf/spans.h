/* spans.h - a set of instants: spans in order, none touching the next.
 *
 * What coverage.h computes with: when may a step fire, when is nobody there,
 * and the two together.  Sets live in an arena and are values: an operation
 * makes a new one.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_SPANS_H
#define SLAWATCH_CONF_SPANS_H

#include "base/arena.h"
#include "core/calendar.h"

#include <stddef.h>
#include <stdint.h>

struct spans {
	struct period *items; /* end is exclusive */
	size_t count;
	size_t cap;
};

/* One more, which begins at or after the last one's begin; an empty one is
 * nothing. */
void spans_add(
    struct spans *s, struct arena *arena, struct wall from, struct wall to);

struct spans spans_either(
    struct arena *arena, const struct spans *a, const struct spans *b);
struct spans spans_both(
    struct arena *arena, const struct spans *a, const struct spans *b);
struct spans spans_without(
    struct arena *arena, const struct spans *a, const struct spans *b);

/* The same, later by that much, cut to from..to. */
struct spans spans_moved(struct arena *arena, const struct spans *s,
    int64_t by_ms, struct wall from, struct wall to);

int64_t spans_ms(const struct spans *s); /* all of them together */

#endif
