/* hashmap.h - a ticket's row id to its slot.
 *
 * Slots are dense: a dropped one is handed out again, lowest cost first, so
 * that what is indexed by slot (deadline_heap.h) stays as large as the number
 * of live tickets and not as large as their history.
 *
 * Open addressing with linear probing and backward-shift deletion; a table
 * entry is 4 bytes (the slot), the ids stand in a slot-indexed array of 8.
 * At most 7/8 full.  reserve() may abort for want of memory; put() on a
 * reserved map may not.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_BASE_HASHMAP_H
#define SLAWATCH_BASE_HASHMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HASHMAP_NONE UINT32_MAX

struct hashmap {
	uint32_t *table; /* slot, HASHMAP_NONE is empty; owned */
	int64_t *ids;	 /* slot -> id; free slots link to the next; owned */
	uint32_t mask;	 /* table size minus one; size a power of two */
	uint32_t count;	 /* ids present */
	uint32_t used;	 /* slots ever handed out: slots are < used */
	uint32_t cap;	 /* room in ids */
	uint32_t free;	 /* first free slot below used, or HASHMAP_NONE */
};

void hashmap_init(struct hashmap *map);
void hashmap_fini(struct hashmap *map);

/* Makes room for `count` ids in all. */
void hashmap_reserve(struct hashmap *map, uint32_t count);

/* The id's slot, or HASHMAP_NONE. */
uint32_t hashmap_find(const struct hashmap *map, int64_t id);

/* The id's slot, a new one if it had none.  Room was reserved.  id >= 0. */
uint32_t hashmap_put(struct hashmap *map, int64_t id);

/* The new slot of an id that has none: put() without looking for it, which is
 * most of what that costs once the ids do not fit into the cache. */
uint32_t hashmap_add(struct hashmap *map, int64_t id);

/* The id is to be added, HASHMAP_AHEAD ids from now: its place in the table is
 * fetched from memory meanwhile.  Room was reserved. */
#define HASHMAP_AHEAD 16
void hashmap_expect(const struct hashmap *map, int64_t id);

/* Frees the id's slot and returns it, or HASHMAP_NONE. */
uint32_t hashmap_drop(struct hashmap *map, int64_t id);

/* The id a live slot belongs to. */
int64_t hashmap_id(const struct hashmap *map, uint32_t slot);

/* Bytes held, all structures counted. */
size_t hashmap_bytes(const struct hashmap *map);

/* Checks every invariant; for tests and the daemon's self-check. O(n). */
bool hashmap_sound(const struct hashmap *map);

#endif
