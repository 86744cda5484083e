/* item.c - life and death of an item and of a batch of them.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/item.h"

#include "base/check.h"

#include <stdlib.h>

struct item *item_new(enum item_kind kind)
{
	struct item *it = calloc(1, sizeof *it);

	CHECK(it != NULL);
	it->kind = kind;
	arena_init(&it->arena);
	it->ev.until = WALL_NEVER;
	it->ev.due = WALL_NEVER;
	it->ev.again_at = WALL_NEVER;
	it->duty.from = WALL_NEVER;
	it->duty.until = WALL_NEVER;
	return it;
}

void item_free(struct item *it)
{
	if (it->matrix != NULL)
		matrix_ref_put(it->matrix);
	if (it->duties != NULL)
		duty_ref_put(it->duties);
	arena_fini(&it->arena);
	free(it);
}

struct item *item_inside(
    enum event_type type, int64_t ticket_id, struct wall at)
{
	struct item *it = item_new(ITEM_INSIDE);

	CHECK(type >= EVENT_FROM_OUTSIDE_COUNT);
	it->ev.type = type;
	it->ev.ticket_id = ticket_id;
	it->ev.at = at;
	return it;
}

struct item *item_remark(const char *text)
{
	struct item *it = item_inside(EVENT_REMARK, 0, wall_at(0));

	it->ev.ticket = REMARK_TICKET;
	it->ev.text = arena_strdup(&it->arena, text);
	it->ev.body = it->ev.text;
	return it;
}

struct batch *batch_new(size_t count)
{
	struct batch *b = calloc(1, sizeof *b);

	CHECK(b != NULL && count > 0);
	b->items = calloc(count, sizeof *b->items);
	CHECK(b->items != NULL);
	arena_init(&b->arena);
	return b;
}

void batch_free(struct batch *b)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->items[i] != NULL)
			item_free(b->items[i]);
	free(b->items);
	arena_fini(&b->arena);
	free(b);
}
