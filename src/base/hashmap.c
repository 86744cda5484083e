/* hashmap.c - id to slot, by open addressing.
 *
 * A free slot keeps its successor in the free list where its id was, as a
 * negative number; ids are never negative.
 *
 * SPDX-License-Identifier: MIT */
#include "base/hashmap.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

#define TABLE_MIN 16

void hashmap_init(struct hashmap *map)
{
	*map = (struct hashmap){ .free = HASHMAP_NONE };
}

void hashmap_fini(struct hashmap *map)
{
	free(map->table);
	free(map->ids);
	hashmap_init(map);
}

/* Row ids run 1, 2, 3: the multiplication spreads them over the table. */
static uint32_t home(const struct hashmap *map, int64_t id)
{
	uint64_t x = (uint64_t)id;

	x = (x ^ (x >> 32)) * UINT64_C(0x9E3779B97F4A7C15);
	return (uint32_t)(x >> 32) & map->mask;
}

/* Where the id stands in the table, or the empty place where it would. */
static uint32_t seek(const struct hashmap *map, int64_t id)
{
	uint32_t i = home(map, id);

	while (map->table[i] != HASHMAP_NONE && map->ids[map->table[i]] != id)
		i = (i + 1) & map->mask;
	return i;
}

/* The empty place for an id that is not there: no other one is looked at. */
static uint32_t seek_empty(const struct hashmap *map, int64_t id)
{
	uint32_t i = home(map, id);

	while (map->table[i] != HASHMAP_NONE)
		i = (i + 1) & map->mask;
	return i;
}

static void grow_ids(struct hashmap *map, uint32_t count)
{
	uint32_t more = map->cap / 16 + 64;
	uint32_t cap = count - map->cap < more ? map->cap + more : count;
	int64_t *ids = realloc(map->ids, cap * sizeof *ids);

	CHECK(ids != NULL);
	map->ids = ids;
	map->cap = cap;
}

/* Every live id anew into a table of that size.  HASHMAP_NONE is written all
 * over it, and not a zero that calloc() has for nothing: a fresh page that is
 * read before it is written faults twice. */
static void grow_table(struct hashmap *map, uint32_t size)
{
	free(map->table);
	map->table = malloc(size * sizeof *map->table);
	CHECK(map->table != NULL);
	memset(map->table, 0xff, size * sizeof *map->table);
	map->mask = size - 1;
	for (uint32_t slot = 0; slot < map->used; slot++) {
		if (slot + HASHMAP_AHEAD < map->used)
			hashmap_expect(map, map->ids[slot + HASHMAP_AHEAD]);
		if (map->ids[slot] >= 0)
			map->table[seek_empty(map, map->ids[slot])] = slot;
	}
}

void hashmap_reserve(struct hashmap *map, uint32_t count)
{
	uint32_t size = map->table == NULL ? 0 : map->mask + 1;
	uint32_t want = size == 0 ? TABLE_MIN : size;

	CHECK(count < UINT32_MAX / 4);
	if (count > map->cap)
		grow_ids(map, count);
	while (want / 8 * 7 < count)
		want *= 2;
	if (want != size)
		grow_table(map, want);
}

uint32_t hashmap_find(const struct hashmap *map, int64_t id)
{
	if (map->table == NULL || id < 0)
		return HASHMAP_NONE;
	return map->table[seek(map, id)];
}

/* A slot for a new id: one that was freed, else the next never used. */
static uint32_t take_slot(struct hashmap *map)
{
	uint32_t slot = map->free;

	if (slot == HASHMAP_NONE) {
		CHECK(map->used < map->cap);
		return map->used++;
	}
	map->free = (uint32_t)(-1 - map->ids[slot]);
	return slot;
}

/* A slot for the id, named at that empty place of the table. */
static uint32_t settle(struct hashmap *map, uint32_t place, int64_t id)
{
	uint32_t slot;

	CHECK(map->count < (map->mask + 1) / 8 * 7);
	slot = take_slot(map);
	map->ids[slot] = id;
	map->table[place] = slot;
	map->count++;
	return slot;
}

uint32_t hashmap_put(struct hashmap *map, int64_t id)
{
	uint32_t i;

	CHECK(id >= 0 && map->table != NULL);
	i = seek(map, id);
	return map->table[i] != HASHMAP_NONE ? map->table[i]
					     : settle(map, i, id);
}

uint32_t hashmap_add(struct hashmap *map, int64_t id)
{
	CHECK(id >= 0 && map->table != NULL);
	return settle(map, seek_empty(map, id), id);
}

void hashmap_expect(const struct hashmap *map, int64_t id)
{
	__builtin_prefetch(&map->table[home(map, id)], 1);
}

/* Empties place `hole` and moves back whoever probed past it, so that no
 * search ends too early and no tombstones are left. */
static void close_gap(struct hashmap *map, uint32_t hole)
{
	uint32_t i = hole;

	for (;;) {
		uint32_t from;

		i = (i + 1) & map->mask;
		if (map->table[i] == HASHMAP_NONE)
			break;
		from = home(map, map->ids[map->table[i]]);
		/* Stays if its home lies behind the hole. */
		if (((i - from) & map->mask) < ((i - hole) & map->mask))
			continue;
		map->table[hole] = map->table[i];
		hole = i;
	}
	map->table[hole] = HASHMAP_NONE;
}

uint32_t hashmap_drop(struct hashmap *map, int64_t id)
{
	uint32_t slot = hashmap_find(map, id);

	if (slot == HASHMAP_NONE)
		return slot;
	close_gap(map, seek(map, id));
	map->ids[slot] = -1 - (int64_t)map->free;
	map->free = slot;
	map->count--;
	return slot;
}

int64_t hashmap_id(const struct hashmap *map, uint32_t slot)
{
	CHECK(slot < map->used && map->ids[slot] >= 0);
	return map->ids[slot];
}

size_t hashmap_bytes(const struct hashmap *map)
{
	size_t places = map->table == NULL ? 0 : (size_t)map->mask + 1;

	return sizeof *map + places * sizeof *map->table +
	       map->cap * sizeof *map->ids;
}

/* Every free slot once on the list, and nothing else. */
static bool free_list_sound(const struct hashmap *map)
{
	uint32_t slot = map->free;
	uint32_t length = 0;

	while (slot != HASHMAP_NONE) {
		if (slot >= map->used || map->ids[slot] >= 0 ||
		    ++length > map->used)
			return false;
		slot = (uint32_t)(-1 - map->ids[slot]);
	}
	return map->used == map->count + length;
}

bool hashmap_sound(const struct hashmap *map)
{
	uint32_t live = 0;
	uint32_t taken = 0;

	if (map->table == NULL)
		return map->count == 0 && map->used == 0;
	if (map->used > map->cap || map->count > (map->mask + 1) / 8 * 7)
		return false;
	for (uint32_t i = 0; i <= map->mask; i++)
		taken += map->table[i] != HASHMAP_NONE;
	for (uint32_t slot = 0; slot < map->used; slot++) {
		if (map->ids[slot] < 0)
			continue;
		live++;
		if (hashmap_find(map, map->ids[slot]) != slot)
			return false;
	}
	return live == map->count && taken == map->count &&
	       free_list_sound(map);
}
