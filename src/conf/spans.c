/* spans.c - see spans.h.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/spans.h"

#include "base/check.h"

void spans_add(
    struct spans *s, struct arena *arena, struct wall from, struct wall to)
{
	struct period *last = s->count > 0 ? &s->items[s->count - 1] : NULL;
	struct period *next;

	CHECK(last == NULL || !wall_before(from, last->start));
	if (!wall_before(from, to))
		return;
	if (last != NULL && !wall_before(last->end, from)) {
		last->end = wall_max(last->end, to);
		return;
	}
	next = arena_push(arena, &s->items, &s->count, &s->cap, sizeof *next);
	*next = (struct period){ from, to };
}

struct spans spans_either(
    struct arena *arena, const struct spans *a, const struct spans *b)
{
	struct spans out = { NULL, 0, 0 };
	size_t i = 0;
	size_t k = 0;

	while (i < a->count || k < b->count) {
		bool first = k == b->count ||
			     (i < a->count && wall_before(a->items[i].start,
						  b->items[k].start));
		const struct period *p =
		    first ? &a->items[i++] : &b->items[k++];

		spans_add(&out, arena, p->start, p->end);
	}
	return out;
}

struct spans spans_both(
    struct arena *arena, const struct spans *a, const struct spans *b)
{
	struct spans out = { NULL, 0, 0 };
	size_t i = 0;
	size_t k = 0;

	while (i < a->count && k < b->count) {
		const struct period *p = &a->items[i];
		const struct period *q = &b->items[k];

		spans_add(&out, arena, wall_max(p->start, q->start),
		    wall_min(p->end, q->end));
		if (wall_before(p->end, q->end))
			i++;
		else
			k++;
	}
	return out;
}

struct spans spans_without(
    struct arena *arena, const struct spans *a, const struct spans *b)
{
	struct spans out = { NULL, 0, 0 };
	size_t k = 0;

	for (size_t i = 0; i < a->count; i++) {
		struct wall from = a->items[i].start;
		struct wall to = a->items[i].end;

		while (k < b->count && !wall_before(from, b->items[k].end))
			k++;
		for (size_t n = k; n < b->count; n++) {
			if (!wall_before(b->items[n].start, to))
				break;
			spans_add(&out, arena, from, b->items[n].start);
			from = wall_max(from, b->items[n].end);
		}
		spans_add(&out, arena, from, to);
	}
	return out;
}

struct spans spans_moved(struct arena *arena, const struct spans *s,
    int64_t by_ms, struct wall from, struct wall to)
{
	struct spans out = { NULL, 0, 0 };

	for (size_t i = 0; i < s->count; i++)
		spans_add(&out, arena,
		    wall_max(wall_plus(s->items[i].start, by_ms), from),
		    wall_min(wall_plus(s->items[i].end, by_ms), to));
	return out;
}

int64_t spans_ms(const struct spans *s)
{
	int64_t sum = 0;

	for (size_t i = 0; i < s->count; i++)
		sum += wall_minus(s->items[i].end, s->items[i].start);
	return sum;
}
