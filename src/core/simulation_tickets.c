/* simulation_tickets.c - see simulation_tickets.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/simulation_tickets.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

struct resident *resident_new(const char *key)
{
	size_t size = strlen(key) + 1;
	struct resident *r = calloc(1, sizeof *r + size);

	CHECK(r != NULL);
	memcpy(r->key, key, size);
	arena_init(&r->arena);
	r->slot = HASHMAP_NONE;
	return r;
}

void resident_free(struct resident *r)
{
	arena_fini(&r->arena);
	free(r);
}

void simulation_tickets_init(struct simulation_tickets *s)
{
	*s = (struct simulation_tickets){ .at = NULL };
	hashmap_init(&s->ids);
	words_init(&s->keys);
}

void simulation_tickets_fini(struct simulation_tickets *s)
{
	for (uint32_t i = 0; i < simulation_tickets_slots(s); i++)
		if (s->at[i] != NULL)
			resident_free(s->at[i]);
	free(s->at);
	hashmap_fini(&s->ids);
	words_fini(&s->keys);
}

uint32_t simulation_tickets_count(const struct simulation_tickets *s)
{
	return s->ids.count;
}

uint32_t simulation_tickets_slots(const struct simulation_tickets *s)
{
	return s->ids.used;
}

struct resident *simulation_tickets_by_key(
    const struct simulation_tickets *s, const char *key)
{
	size_t slot;

	return words_find(&s->keys, key, &slot) ? s->at[slot] : NULL;
}

struct resident *simulation_tickets_by_id(
    const struct simulation_tickets *s, int64_t id)
{
	uint32_t slot = id < 0 ? HASHMAP_NONE : hashmap_find(&s->ids, id);

	return slot == HASHMAP_NONE ? NULL : s->at[slot];
}

void simulation_tickets_keep(struct simulation_tickets *s, struct resident *r)
{
	hashmap_reserve(&s->ids, s->ids.count + 1);
	r->slot = hashmap_put(&s->ids, r->ticket.id);
	if (r->slot >= s->cap) {
		s->cap = s->cap == 0 ? 64 : 2 * s->cap;
		s->at = realloc(s->at, s->cap * sizeof(struct resident *));
		CHECK(s->at != NULL);
	}
	s->at[r->slot] = r;
	words_add(&s->keys, r->key, r->slot);
}

void simulation_tickets_drop(struct simulation_tickets *s, struct resident *r)
{
	simulation_tickets_rest(s, r, false);
	hashmap_drop(&s->ids, r->ticket.id);
	words_drop(&s->keys, r->key);
	s->at[r->slot] = NULL;
	r->slot = HASHMAP_NONE;
}

static void leave_line(struct simulation_tickets *s, struct resident *r)
{
	if (r->older != NULL)
		r->older->newer = r->newer;
	else
		s->oldest = r->newer;
	if (r->newer != NULL)
		r->newer->older = r->older;
	else
		s->newest = r->older;
	r->older = r->newer = NULL;
	s->resting--;
}

static void join_line(struct simulation_tickets *s, struct resident *r)
{
	r->older = s->newest;
	if (s->newest != NULL)
		s->newest->newer = r;
	else
		s->oldest = r;
	s->newest = r;
	s->resting++;
}

void simulation_tickets_rest(
    struct simulation_tickets *s, struct resident *r, bool rests)
{
	if (r->rests)
		leave_line(s, r);
	r->rests = rests;
	if (rests)
		join_line(s, r);
}

static int by_id(const void *left, const void *right)
{
	const struct resident *const *a = left;
	const struct resident *const *b = right;

	return ((*a)->ticket.id > (*b)->ticket.id) -
	       ((*a)->ticket.id < (*b)->ticket.id);
}

struct resident **simulation_tickets_sorted(const struct simulation_tickets *s)
{
	size_t count = simulation_tickets_count(s);
	struct resident **all = calloc(count + 1, sizeof(struct resident *));
	size_t n = 0;

	CHECK(all != NULL);
	for (uint32_t i = 0; i < simulation_tickets_slots(s); i++)
		if (s->at[i] != NULL)
			all[n++] = s->at[i];
	CHECK(n == count);
	qsort(all, n, sizeof(struct resident *), by_id);
	return all;
}
