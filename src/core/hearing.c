/* hearing.c - see hearing.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/hearing.h"

#include <stdlib.h>
#include <string.h>

void hearing_init(struct hearing *h)
{
	memset(h, 0, sizeof *h);
	words_init(&h->known);
	textbuf_init(&h->key);
	arena_init(&h->arena);
}

void hearing_fini(struct hearing *h)
{
	words_fini(&h->known);
	textbuf_fini(&h->key);
	arena_fini(&h->arena);
}

static struct heard *make(
    struct hearing *h, const struct notice *n, struct wall at)
{
	struct heard *item =
	    arena_push(&h->arena, &h->items, &h->count, &h->cap, sizeof *item);

	item->who = arena_strdup(&h->arena, n->who);
	item->channel = arena_strdup(&h->arena, n->channel);
	item->chain = arena_strdup(&h->arena, n->chain);
	item->step = n->step;
	item->reason = n->reason;
	item->first = at;
	words_add(
	    &h->known, arena_strdup(&h->arena, h->key.data), h->count - 1);
	return item;
}

/* Names hold no newline. */
void hearing_add(struct hearing *h, const struct notice *n, struct wall at)
{
	struct heard *item;
	size_t known;

	textbuf_clear(&h->key);
	textbuf_addf(&h->key, "%s\n%s\n%s\n%d\n%d", n->who, n->channel,
	    n->chain, n->step, (int)n->reason);
	item = words_find(&h->known, h->key.data, &known) ? &h->items[known]
							  : make(h, n, at);
	item->count++;
	item->first = wall_min(item->first, at);
	h->total++;
}

/* --- by whom -------------------------------------------------------------- */

/* A room hears for itself: it is told apart by its channel. */
static int order_reader(const struct heard *a, const struct heard *b)
{
	int by_name = strcmp(a->who, b->who);

	if (by_name != 0 || a->who[0] != '\0')
		return by_name;
	return strcmp(a->channel, b->channel);
}

static int order_rest(const struct heard *a, const struct heard *b)
{
	int order = (a->count < b->count) - (a->count > b->count);

	if (order == 0)
		order = strcmp(a->channel, b->channel);
	if (order == 0)
		order = strcmp(a->chain, b->chain);
	if (order == 0)
		order = a->step - b->step;
	return order != 0 ? order : (int)a->reason - (int)b->reason;
}

static int compare_heard(const void *left, const void *right)
{
	const struct heard *a = left;
	const struct heard *b = right;
	int order = order_reader(a, b);

	return order != 0 ? order : order_rest(a, b);
}

static int compare_hearers(const void *left, const void *right)
{
	const struct hearer *a = left;
	const struct hearer *b = right;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return order_reader(a->items, b->items);
}

struct hearer *hearing_people(struct hearing *h, size_t *count)
{
	struct hearer *list =
	    arena_alloc(&h->arena, (h->count + 1) * sizeof *list);
	struct hearer *last = NULL;

	*count = 0;
	if (h->count > 1)
		qsort(h->items, h->count, sizeof *h->items, compare_heard);
	for (size_t i = 0; i < h->count; i++) {
		const struct heard *item = &h->items[i];

		if (last == NULL || order_reader(last->items, item) != 0) {
			last = &list[(*count)++];
			last->who = item->who;
			last->channel =
			    item->who[0] == '\0' ? item->channel : "";
			last->items = item;
			last->first = item->first;
		}
		last->count += item->count;
		last->first = wall_min(last->first, item->first);
		last->nitems++;
	}
	if (*count > 1)
		qsort(list, *count, sizeof *list, compare_hearers);
	return list;
}
