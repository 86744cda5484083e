/* watch.c - the heap of deadlines between the disk and the intake.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/watch.h"

#include "base/check.h"

void watch_init(struct watch *w)
{
	*w = (struct watch){ .intake = NULL };
	hashmap_init(&w->tickets);
	deadline_heap_init(&w->heap);
}

void watch_fini(struct watch *w)
{
	deadline_heap_fini(&w->heap);
	hashmap_fini(&w->tickets);
}

/* An eighth more than asked for, so that growing is rare and waste small. */
void watch_reserve(struct watch *w, size_t n)
{
	size_t want = w->tickets.count + n;

	CHECK(want < UINT32_MAX / 4);
	if (want <= w->room)
		return;
	want += want / 8;
	hashmap_reserve(&w->tickets, (uint32_t)want);
	deadline_heap_reserve(&w->heap, (uint32_t)want, w->tickets.cap);
	w->room = want;
}

/* Ties are broken by the row: the older ticket first. */
void watch_put(struct watch *w, int64_t ticket_id, struct wall due)
{
	uint32_t slot = hashmap_put(&w->tickets, ticket_id);

	if (wall_is_never(due))
		deadline_heap_drop(&w->heap, slot);
	else
		deadline_heap_put(&w->heap, slot, (uint32_t)ticket_id, due);
}

void watch_add(struct watch *w, const struct watched *from, size_t count)
{
	watch_reserve(w, count);
	for (size_t i = 0; i < count; i++) {
		const struct watched *t = &from[i];
		uint32_t slot;

		if (i + HASHMAP_AHEAD < count)
			hashmap_expect(&w->tickets, t[HASHMAP_AHEAD].ticket_id);
		slot = hashmap_add(&w->tickets, t->ticket_id);
		if (!wall_is_never(t->due))
			deadline_heap_put(
			    &w->heap, slot, (uint32_t)t->ticket_id, t->due);
	}
}

void watch_drop(struct watch *w, int64_t ticket_id)
{
	uint32_t slot = hashmap_drop(&w->tickets, ticket_id);

	if (slot != HASHMAP_NONE)
		deadline_heap_drop(&w->heap, slot);
}

static bool is_tick(const struct item *it)
{
	return it->kind == ITEM_INSIDE && it->ev.type == EVENT_TICK;
}

void watch_publish(struct watch *w, const struct item *it, struct wall now)
{
	const struct outcome *out = &it->out;
	struct wall due = out->next_due;

	if (is_tick(it)) {
		CHECK(w->in_hand > 0);
		w->in_hand--;
	}
	if (out->ticket_id == 0)
		return;
	if (is_tick(it) && !wall_before(now, due)) {
		due = wall_plus(now, WATCH_PUT_OFF_MS);
		w->put_off++;
	}
	if (out->live || !wall_is_never(due))
		watch_put(w, out->ticket_id, due);
	else
		watch_drop(w, out->ticket_id);
}

void watch_fire(struct watch *w, struct wall now)
{
	const struct deadline *next;

	w->blocked = false;
	for (int n = 0; n < WATCH_TURN_MAX && !w->held; n++) {
		struct item *it;

		next = deadline_heap_peek(&w->heap);
		if (next == NULL || wall_before(now, next->due))
			return;
		it = item_inside(
		    EVENT_TICK, hashmap_id(&w->tickets, next->slot), next->due);
		if (!intake_offer_inside(w->intake, it)) {
			item_free(it);
			w->blocked = true;
			return;
		}
		w->in_hand++;
		(void)deadline_heap_pop(&w->heap);
	}
}

struct wall watch_next(const struct watch *w)
{
	const struct deadline *next = deadline_heap_peek(&w->heap);

	return next == NULL || w->blocked || w->held ? WALL_NEVER : next->due;
}

/* A child is never earlier than its parent: only what is due is visited. */
static size_t count_due(
    const struct deadline_heap *h, size_t at, struct wall now)
{
	size_t n = 1;

	if (at >= h->count || wall_before(now, h->at[at].due))
		return 0;
	for (size_t child = 4 * at + 1; child <= 4 * at + 4; child++)
		n += count_due(h, child, now);
	return n;
}

size_t watch_overdue(const struct watch *w, struct wall now)
{
	return count_due(&w->heap, 0, now);
}

bool watch_settled(const struct watch *w, struct wall now)
{
	const struct deadline *next = deadline_heap_peek(&w->heap);

	return w->in_hand == 0 && (next == NULL || wall_before(now, next->due));
}

size_t watch_bytes(const struct watch *w)
{
	return deadline_heap_bytes(&w->heap) + hashmap_bytes(&w->tickets);
}
