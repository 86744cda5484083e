/* sweep.c - a walk through the watch's slots.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/sweep.h"

#include "base/check.h"
#include "base/textbuf.h"

static void on_told(void *user, struct item *it)
{
	struct sweep *s = user;

	(void)it;
	CHECK(s->in_hand > 0);
	s->in_hand--;
}

void sweep_start(struct sweep *s, const char *revision)
{
	struct textbuf text;

	textbuf_init_fixed(&text, s->revision, sizeof s->revision);
	textbuf_add(&text, revision);
	s->cursor = 0;
	s->is_running = true;
}

/* The next slot that holds a ticket, or HASHMAP_NONE at the end.  A free slot
 * holds no id that is found there. */
static uint32_t next_slot(struct sweep *s)
{
	const struct hashmap *map = &s->watch->tickets;

	while (s->cursor < map->used) {
		uint32_t slot = s->cursor++;

		if (map->ids[slot] >= 0 &&
		    hashmap_find(map, map->ids[slot]) == slot)
			return slot;
	}
	return HASHMAP_NONE;
}

static void remember(struct sweep *s)
{
	struct item *it = item_new(ITEM_META);

	it->name = "matrix";
	it->value = arena_strdup(&it->arena, s->revision);
	s->is_running = false;
	intake_offer_control(s->intake, it);
}

void sweep_turn(struct sweep *s, struct wall now)
{
	uint32_t slot = 0;

	if (!s->is_running || s->in_hand > SWEEP_TURN_MAX / 2 ||
	    !intake_has_leisure(s->intake))
		return;
	for (int n = 0; n < SWEEP_TURN_MAX && slot != HASHMAP_NONE; n++) {
		struct item *it;

		slot = next_slot(s);
		if (slot == HASHMAP_NONE)
			break;
		it = item_inside(
		    EVENT_REVISED, hashmap_id(&s->watch->tickets, slot), now);
		it->published = on_told;
		it->user = s;
		if (!intake_offer_inside(s->intake, it)) {
			item_free(it);
			s->cursor = slot;
			return;
		}
		s->in_hand++;
	}
	if (slot == HASHMAP_NONE && s->in_hand == 0)
		remember(s);
}
