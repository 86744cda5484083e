/* outbox_queue.c - a heap of notices that knows where each stands.
 *
 * deadline_heap.h keeps an index of all slots a heap; with several heaps for
 * each of hundreds of destinations that is too much.  Here the entry knows its
 * place.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/outbox_parts.h"

#include "base/check.h"

#include <stdlib.h>

void queue_fini(struct queue *q)
{
	free(q->at);
	*q = (struct queue){ .at = NULL };
}

bool entry_before(const struct entry *a, const struct entry *b, bool by_class)
{
	if (by_class && a->class != b->class)
		return a->class < b->class;
	if (!wall_same(a->free_at, b->free_at))
		return wall_before(a->free_at, b->free_at);
	return llabs(a->id) < llabs(b->id);
}

static bool goes_before(
    const struct queue *q, const struct entry *entries, uint32_t a, uint32_t b)
{
	return entry_before(
	    &entries[q->at[a]], &entries[q->at[b]], q->by_class);
}

static void swap(struct queue *q, struct entry *entries, uint32_t a, uint32_t b)
{
	uint32_t slot = q->at[a];

	q->at[a] = q->at[b];
	q->at[b] = slot;
	entries[q->at[a]].pos = a;
	entries[q->at[b]].pos = b;
}

static void rise(struct queue *q, struct entry *entries, uint32_t pos)
{
	while (pos > 0 && goes_before(q, entries, pos, (pos - 1) / 2)) {
		swap(q, entries, pos, (pos - 1) / 2);
		pos = (pos - 1) / 2;
	}
}

static void sink(struct queue *q, struct entry *entries, uint32_t pos)
{
	for (;;) {
		uint32_t first = pos;

		for (uint32_t c = 2 * pos + 1; c <= 2 * pos + 2; c++)
			if (c < q->count && goes_before(q, entries, c, first))
				first = c;
		if (first == pos)
			return;
		swap(q, entries, pos, first);
		pos = first;
	}
}

void queue_put(struct queue *q, struct entry *entries, uint32_t slot)
{
	if (q->count == q->cap) {
		q->cap = q->cap == 0 ? 8 : 2 * q->cap;
		q->at = realloc(q->at, q->cap * sizeof *q->at);
		CHECK(q->at != NULL);
	}
	q->at[q->count] = slot;
	entries[slot].pos = q->count++;
	rise(q, entries, entries[slot].pos);
}

static void shrink(struct queue *q)
{
	bool by_class = q->by_class;

	queue_fini(q);
	q->by_class = by_class;
}

void queue_drop(struct queue *q, struct entry *entries, uint32_t slot)
{
	uint32_t pos = entries[slot].pos;

	CHECK(pos < q->count && q->at[pos] == slot);
	q->count--;
	if (pos < q->count) {
		q->at[pos] = q->at[q->count];
		entries[q->at[pos]].pos = pos;
		rise(q, entries, pos);
		sink(q, entries, pos);
	}
	/* A flood is over: its room is given back. */
	if (q->count == 0 && q->cap > 1024)
		shrink(q);
}
