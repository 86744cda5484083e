/* deadline_heap.c - a 4-ary heap in one array, with an index by slot.
 *
 * Four children of 16 bytes are one cache line, and the array is laid so that
 * they never straddle two: a level on the way down costs one miss.
 *
 *	parent of i: (i - 1) / 4	children of i: 4i + 1 .. 4i + 4
 *
 * SPDX-License-Identifier: MIT */
#include "base/deadline_heap.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

#define LINE 64 /* bytes of a cache line */

void deadline_heap_init(struct deadline_heap *h)
{
	*h = (struct deadline_heap){ .memory = NULL };
}

void deadline_heap_fini(struct deadline_heap *h)
{
	free(h->memory);
	free(h->where);
	deadline_heap_init(h);
}

/* Bytes from `memory` to the first place where at[0] may stand, so that at[1]
 * starts a cache line. */
static size_t lead_in(const void *memory)
{
	size_t past = (size_t)((uintptr_t)memory % LINE);

	return (2 * LINE - sizeof(struct deadline) - past) % LINE;
}

/* A sixteenth more than was asked, in steps: cheap since large blocks grow by
 * moving pages, and the bytes a ticket costs stay what the header says. */
static uint32_t grown(uint32_t have, uint32_t want)
{
	uint32_t more = have / 16 + 64;

	CHECK(want < UINT32_MAX / 2);
	return want - have < more ? have + more : want;
}

static void grow_entries(struct deadline_heap *h, uint32_t want)
{
	uint32_t cap = grown(h->cap, want);
	size_t old_lead = h->memory == NULL ? 0 : lead_in(h->memory);
	char *memory;
	size_t lead;

	memory = realloc(h->memory, cap * sizeof *h->at + LINE);
	CHECK(memory != NULL);
	lead = lead_in(memory);
	if (lead != old_lead)
		memmove(
		    memory + lead, memory + old_lead, h->count * sizeof *h->at);
	h->memory = memory;
	h->at = (struct deadline *)(void *)(memory + lead);
	h->cap = cap;
}

static void grow_slots(struct deadline_heap *h, uint32_t want)
{
	uint32_t slots = grown(h->slots, want);
	uint32_t *where = realloc(h->where, slots * sizeof *where);

	CHECK(where != NULL);
	memset(where + h->slots, 0, (slots - h->slots) * sizeof *where);
	h->where = where;
	h->slots = slots;
}

void deadline_heap_reserve(
    struct deadline_heap *h, uint32_t count, uint32_t slots)
{
	if (count > h->cap)
		grow_entries(h, count);
	if (slots > h->slots)
		grow_slots(h, slots);
}

static bool before(const struct deadline *a, const struct deadline *b)
{
	if (a->due.ms != b->due.ms)
		return a->due.ms < b->due.ms;
	return a->order < b->order;
}

static void place(struct deadline_heap *h, uint32_t i, const struct deadline *d)
{
	h->at[i] = *d;
	h->where[d->slot] = i + 1;
}

/* The hole at i rises until d may fill it; returns where that was. */
static uint32_t rise(
    struct deadline_heap *h, uint32_t i, const struct deadline *d)
{
	while (i > 0) {
		uint32_t parent = (i - 1) / 4;

		if (!before(d, &h->at[parent]))
			break;
		place(h, i, &h->at[parent]);
		i = parent;
	}
	place(h, i, d);
	return i;
}

/* The earliest of the children first .. end-1. */
static uint32_t earliest(
    const struct deadline_heap *h, uint32_t first, uint32_t end)
{
	uint32_t best = first;

	for (uint32_t i = first + 1; i < end; i++) {
		if (before(&h->at[i], &h->at[best]))
			best = i;
	}
	return best;
}

static void sink(struct deadline_heap *h, uint32_t i, const struct deadline *d)
{
	for (;;) {
		uint64_t first = (uint64_t)i * 4 + 1;
		uint32_t child;

		if (first >= h->count)
			break;
		child = earliest(h, (uint32_t)first,
		    h->count - first < 4 ? h->count : (uint32_t)first + 4);
		if (!before(&h->at[child], d))
			break;
		place(h, i, &h->at[child]);
		i = child;
	}
	place(h, i, d);
}

/* Puts d where it belongs, the hole being at i.  d is not in the array. */
static void settle(
    struct deadline_heap *h, uint32_t i, const struct deadline *d)
{
	if (i > 0 && before(d, &h->at[(i - 1) / 4]))
		rise(h, i, d);
	else
		sink(h, i, d);
}

void deadline_heap_put(
    struct deadline_heap *h, uint32_t slot, uint32_t order, struct wall due)
{
	struct deadline d = { due, slot, order };
	uint32_t at;

	CHECK(!wall_is_never(due));
	CHECK(slot < h->slots);
	at = h->where[slot];
	if (at != 0) {
		settle(h, at - 1, &d);
		return;
	}
	CHECK(h->count < h->cap);
	rise(h, h->count++, &d);
}

/* Takes entry i off: the last one fills its place. */
static void take_off(struct deadline_heap *h, uint32_t i)
{
	struct deadline last = h->at[--h->count];

	h->where[h->at[i].slot] = 0;
	if (i < h->count)
		settle(h, i, &last);
}

void deadline_heap_drop(struct deadline_heap *h, uint32_t slot)
{
	if (slot < h->slots && h->where[slot] != 0)
		take_off(h, h->where[slot] - 1);
}

const struct deadline *deadline_heap_peek(const struct deadline_heap *h)
{
	return h->count == 0 ? NULL : &h->at[0];
}

struct deadline deadline_heap_pop(struct deadline_heap *h)
{
	struct deadline first;

	CHECK(h->count > 0);
	first = h->at[0];
	take_off(h, 0);
	return first;
}

struct wall deadline_heap_due(const struct deadline_heap *h, uint32_t slot)
{
	if (slot >= h->slots || h->where[slot] == 0)
		return WALL_NEVER;
	return h->at[h->where[slot] - 1].due;
}

void deadline_heap_build(
    struct deadline_heap *h, const struct deadline *from, uint32_t count)
{
	CHECK(h->count == 0 && count <= h->cap);
	for (uint32_t i = 0; i < count; i++) {
		CHECK(from[i].slot < h->slots && h->where[from[i].slot] == 0);
		CHECK(!wall_is_never(from[i].due));
		place(h, i, &from[i]);
	}
	h->count = count;
	if (count < 2)
		return;
	for (uint32_t i = (count - 2) / 4 + 1; i-- > 0;) {
		struct deadline d = h->at[i];

		sink(h, i, &d);
	}
}

size_t deadline_heap_bytes(const struct deadline_heap *h)
{
	return sizeof *h + h->cap * sizeof *h->at +
	       (h->memory == NULL ? 0 : LINE) + h->slots * sizeof *h->where;
}

bool deadline_heap_sound(const struct deadline_heap *h)
{
	uint32_t indexed = 0;

	if (h->count > h->cap)
		return false;
	for (uint32_t i = 0; i < h->count; i++) {
		const struct deadline *d = &h->at[i];

		if (d->slot >= h->slots || h->where[d->slot] != i + 1 ||
		    wall_is_never(d->due))
			return false;
		if (i > 0 && before(d, &h->at[(i - 1) / 4]))
			return false;
	}
	for (uint32_t slot = 0; slot < h->slots; slot++)
		indexed += h->where[slot] != 0;
	return indexed == h->count;
}
