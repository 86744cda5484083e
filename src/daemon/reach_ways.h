/* reach_ways.h - by which channels might a person be told?
 *
 * Those that they prefer for any severity, then those that chains and rules
 * name in `via`; of the latter only what reaches a person alone, and only what
 * could carry to them.  `dm` and `mention` are those of every room that tickets
 * have.  Direct messages by one app are one way, whichever room they belong to.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_REACH_WAYS_H
#define SLAWATCH_DAEMON_REACH_WAYS_H

#include "core/matrix.h"

#include <stdbool.h>
#include <stddef.h>

struct reach_ways {
	int *channels; /* in the arena */
	size_t count;
	size_t cap;
};

/* rooms: also the rooms among those that they prefer. */
void reach_ways_of(const struct matrix *m, int person, bool rooms,
    struct arena *arena, struct reach_ways *out);

/* Where that channel finds that person: an address, a Slack id; or NULL. */
const char *reach_address(const struct matrix *m, int channel, int person);

#endif
