/* deadline_heap.h - which deadline runs out next?
 *
 * An indexed 4-ary min-heap of wall-clock instants, one entry per live ticket.
 *
 * Why not one loop timer per deadline: loop timers count monotonic time, die
 * with the process and sleep through a stepped clock.  SLA deadlines are civil
 * time on disk; this heap is a cache of that column, and the watch keeps one
 * timer armed for whatever peek returns.
 *
 * An entry is addressed by a slot, a small dense number that the caller keeps
 * for the ticket (see hashmap.h); a slot has at most one entry.
 *
 * Order: earliest due first, then lowest order number, so that a replayed
 * scenario always fires in the same sequence.
 *
 * Everything that can fail happens before COMMIT: reserve() may abort for want
 * of memory, put() may not.  Publishing a committed change therefore has no
 * error path.
 *
 * Pure: no I/O, no clock, no log.  put, drop, pop O(log n); peek O(1).
 * 20 bytes an entry: 16 in the heap, 4 in the index.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_BASE_DEADLINE_HEAP_H
#define SLAWATCH_BASE_DEADLINE_HEAP_H

#include "base/instant.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct deadline {
	struct wall due; /* never WALL_NEVER */
	uint32_t slot;	 /* whose it is */
	uint32_t order;	 /* breaks ties: lowest first */
};

struct deadline_heap {
	void *memory;	     /* what `at` lies in; owned */
	struct deadline *at; /* at[0] is the earliest; at[1] starts a line */
	uint32_t *where;     /* slot -> index in at, plus one; 0 is none */
	uint32_t count;	     /* entries in at */
	uint32_t cap;	     /* room in at */
	uint32_t slots;	     /* room in where */
};

void deadline_heap_init(struct deadline_heap *h);
void deadline_heap_fini(struct deadline_heap *h);

/* Makes room for `count` entries and slots below `slots`. */
void deadline_heap_reserve(
    struct deadline_heap *h, uint32_t count, uint32_t slots);

/* Inserts, or moves what the slot has.  Room was reserved. */
void deadline_heap_put(
    struct deadline_heap *h, uint32_t slot, uint32_t order, struct wall due);

/* Forgets the slot's entry, if any. */
void deadline_heap_drop(struct deadline_heap *h, uint32_t slot);

/* The earliest entry, or NULL; valid until the next change. */
const struct deadline *deadline_heap_peek(const struct deadline_heap *h);

/* Takes the earliest entry off; the heap is not empty. */
struct deadline deadline_heap_pop(struct deadline_heap *h);

/* When the slot is due, or WALL_NEVER. */
struct wall deadline_heap_due(const struct deadline_heap *h, uint32_t slot);

/* Fills an empty, reserved heap from entries in any order: O(n). */
void deadline_heap_build(
    struct deadline_heap *h, const struct deadline *from, uint32_t count);

/* Bytes held, all structures counted. */
size_t deadline_heap_bytes(const struct deadline_heap *h);

/* Checks every invariant; for tests and the daemon's self-check. O(n). */
bool deadline_heap_sound(const struct deadline_heap *h);

#endif
