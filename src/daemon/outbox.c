/* outbox.c - lanes of notices, each with two heaps.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/outbox.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t urgencies[NOTICE_REASON_COUNT] = {
	[NOTICE_BREACH] = 0,
	[NOTICE_CHAIN] = 0,
	[NOTICE_ACK_TIMEOUT] = 0,
	[NOTICE_EXHAUSTED] = 0,
	[NOTICE_UNREACHABLE] = 0,
	[NOTICE_WARNING] = 1,
	[NOTICE_REMINDER] = 2,
	[NOTICE_RESOLVED] = 3,
};

void outbox_init(struct outbox *o)
{
	*o = (struct outbox){ .entries = NULL };
	hashmap_init(&o->ids);
}

void outbox_fini(struct outbox *o)
{
	for (size_t i = 0; i < o->nlanes; i++) {
		deadline_heap_fini(&o->lanes[i].waiting);
		deadline_heap_fini(&o->lanes[i].ready);
		free(o->lanes[i].channel);
	}
	free(o->lanes);
	free(o->entries);
	hashmap_fini(&o->ids);
	outbox_init(o);
}

static size_t lane_of(struct outbox *o, const char *channel)
{
	struct lane *lane;

	for (size_t i = 0; i < o->nlanes; i++)
		if (strcmp(o->lanes[i].channel, channel) == 0)
			return i;
	CHECK(o->nlanes < UINT16_MAX);
	o->lanes = realloc(o->lanes, (o->nlanes + 1) * sizeof *o->lanes);
	CHECK(o->lanes != NULL);
	lane = &o->lanes[o->nlanes];
	*lane = (struct lane){ .channel = strdup(channel) };
	CHECK(lane->channel != NULL);
	deadline_heap_init(&lane->waiting);
	deadline_heap_init(&lane->ready);
	return o->nlanes++;
}

static size_t lane_length(const struct lane *lane)
{
	return (size_t)lane->waiting.count + lane->ready.count;
}

/* The heap's instants as ranks: urgency above the 43 bits of an instant. */
static struct wall rank(const struct entry *e)
{
	return wall_at(((int64_t)e->urgency << 44) + e->free_at.ms);
}

static void to_heap(struct deadline_heap *h, uint32_t slot, int64_t id,
    struct wall at, uint32_t slots)
{
	deadline_heap_reserve(h, h->count + 1, slots);
	deadline_heap_put(h, slot, (uint32_t)id, at);
}

static void set_waiting(struct outbox *o, uint32_t slot)
{
	struct entry *e = &o->entries[slot];

	e->state = ENTRY_WAITING;
	to_heap(&o->lanes[e->lane].waiting, slot, hashmap_id(&o->ids, slot),
	    e->free_at, (uint32_t)o->cap);
}

static void set_ready(struct outbox *o, uint32_t slot)
{
	struct entry *e = &o->entries[slot];

	e->state = ENTRY_READY;
	to_heap(&o->lanes[e->lane].ready, slot, hashmap_id(&o->ids, slot),
	    rank(e), (uint32_t)o->cap);
}

/* Out of whatever heap it is in. */
static void unqueue(struct outbox *o, uint32_t slot)
{
	const struct entry *e = &o->entries[slot];

	if (e->state == ENTRY_WAITING)
		deadline_heap_drop(&o->lanes[e->lane].waiting, slot);
	else if (e->state == ENTRY_READY)
		deadline_heap_drop(&o->lanes[e->lane].ready, slot);
}

static void forget(struct outbox *o, int64_t notice_id)
{
	uint32_t slot = hashmap_find(&o->ids, notice_id);

	CHECK(slot != HASHMAP_NONE);
	unqueue(o, slot);
	(void)hashmap_drop(&o->ids, notice_id);
}

/* Makes place for a notice of `lane`; false if it is to stay on disk. */
static bool make_place(struct outbox *o, size_t lane)
{
	const struct deadline_heap *h;
	size_t longest = 0;

	if (o->ids.count < OUTBOX_MAX)
		return true;
	o->on_disk = true;
	for (size_t i = 1; i < o->nlanes; i++)
		if (lane_length(&o->lanes[i]) > lane_length(&o->lanes[longest]))
			longest = i;
	if (longest == lane || lane_length(&o->lanes[longest]) == 0)
		return false;
	h = &o->lanes[longest].waiting;
	if (h->count < o->lanes[longest].ready.count)
		h = &o->lanes[longest].ready;
	/* The last of a heap is one of its leaves: none of the next. */
	forget(o, hashmap_id(&o->ids, h->at[h->count - 1].slot));
	return true;
}

static void grow(struct outbox *o)
{
	size_t cap = o->cap == 0 ? 64 : o->cap * 2;

	if (o->ids.count < o->cap)
		return;
	hashmap_reserve(&o->ids, (uint32_t)cap);
	o->entries = realloc(o->entries, cap * sizeof *o->entries);
	CHECK(o->entries != NULL);
	o->cap = cap;
}

void outbox_put(struct outbox *o, const struct pending *p)
{
	uint32_t slot = hashmap_find(&o->ids, p->notice_id);
	size_t lane = lane_of(o, p->channel);

	if (slot == HASHMAP_NONE) {
		if (!make_place(o, lane))
			return;
		grow(o);
		slot = hashmap_put(&o->ids, p->notice_id);
	} else if (o->entries[slot].state == ENTRY_HELD) {
		return;
	} else {
		unqueue(o, slot);
	}
	o->entries[slot] = (struct entry){
		.ticket_id = p->ticket_id,
		.free_at = p->free_at,
		.attempts = p->attempts,
		.lane = (uint16_t)lane,
		.urgency = urgencies[p->reason],
	};
	set_waiting(o, slot);
}

void outbox_gone(struct outbox *o, int64_t notice_id)
{
	uint32_t slot = hashmap_find(&o->ids, notice_id);

	if (slot == HASHMAP_NONE)
		return;
	if (o->entries[slot].state == ENTRY_HELD)
		o->entries[slot].gone = true;
	else
		forget(o, notice_id);
}

struct wall outbox_ripen(struct outbox *o, struct wall now, struct wall alive)
{
	struct wall limit = wall_min(now, alive);
	struct wall wanted = WALL_NEVER;

	for (size_t i = 0; i < o->nlanes; i++) {
		struct deadline_heap *h = &o->lanes[i].waiting;
		const struct deadline *top;

		while ((top = deadline_heap_peek(h)) != NULL &&
		       !wall_before(limit, top->due))
			set_ready(o, deadline_heap_pop(h).slot);
		if (top != NULL && !wall_before(now, top->due))
			wanted = wall_min(wanted, top->due);
	}
	return wanted;
}

bool outbox_take(struct outbox *o, size_t lane, struct wall now,
    struct mono mono, int64_t *notice_id)
{
	struct lane *l = &o->lanes[lane];
	uint32_t slot;

	if (l->ready.count == 0 || wall_before(now, l->paused_until))
		return false;
	slot = deadline_heap_pop(&l->ready).slot;
	o->entries[slot].state = ENTRY_HELD;
	*notice_id = hashmap_id(&o->ids, slot);
	l->busy++;
	l->moved = mono;
	return true;
}

void outbox_attempt_over(struct outbox *o, size_t lane, struct mono mono)
{
	CHECK(o->lanes[lane].busy > 0);
	o->lanes[lane].busy--;
	o->lanes[lane].moved = mono;
}

void outbox_release(struct outbox *o, int64_t notice_id, struct wall again_at)
{
	uint32_t slot = hashmap_find(&o->ids, notice_id);

	CHECK(slot != HASHMAP_NONE);
	CHECK(o->entries[slot].state == ENTRY_HELD);
	if (o->entries[slot].gone || wall_is_never(again_at)) {
		(void)hashmap_drop(&o->ids, notice_id);
		return;
	}
	o->entries[slot].free_at = again_at;
	set_waiting(o, slot);
}

const struct entry *outbox_entry(const struct outbox *o, int64_t notice_id)
{
	uint32_t slot = hashmap_find(&o->ids, notice_id);

	return slot == HASHMAP_NONE ? NULL : &o->entries[slot];
}

void outbox_pause(struct outbox *o, size_t lane, struct wall until)
{
	o->lanes[lane].paused_until =
	    wall_max(o->lanes[lane].paused_until, until);
}

struct wall outbox_next(const struct outbox *o, struct wall now)
{
	struct wall next = WALL_NEVER;

	for (size_t i = 0; i < o->nlanes; i++) {
		const struct lane *l = &o->lanes[i];
		const struct deadline *top = deadline_heap_peek(&l->waiting);

		if (top != NULL && wall_before(now, top->due))
			next = wall_min(next, top->due);
		if (l->ready.count > 0 && wall_before(now, l->paused_until))
			next = wall_min(next, l->paused_until);
	}
	return next;
}

size_t outbox_count(const struct outbox *o)
{
	return o->ids.count;
}
