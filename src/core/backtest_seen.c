/* backtest_seen.c - what is remembered of a ticket, in memory and as bytes.
 *
 *	flags;policy;severity;late;late_at;alerted_at;missed_at
 *	;policies;severities;chains{;cycle ...}{;run ...}
 * Numbers in decimal; a set is its size and its members; cycles and runs have
 * their number before them and each member as a field of its own.
 *
 * SPDX-License-Identifier: MIT */
#include "base/check.h"
#include "core/backtest_parts.h"
#include "core/line_text.h"

#include <stdlib.h>
#include <string.h>

#define LIST_MAX 100000 /* of any list: a disk can lie */

void *seen_grow(void *items, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return items;
	*cap = *cap == 0 ? 4 : 2 * *cap;
	items = realloc(items, *cap * size);
	CHECK(items != NULL);
	return items;
}

bool seen_set_add(struct seen_set *set, int value)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->at[i] == value)
			return false;
	set->at = seen_grow(set->at, set->count, &set->cap, sizeof *set->at);
	set->at[set->count++] = value;
	return true;
}

static void seen_init(struct seen *s)
{
	memset(s, 0, sizeof *s);
	s->policy = -1;
	s->late_at = s->alerted_at = s->missed_at = WALL_NEVER;
}

static void seen_fini(struct seen *s)
{
	free(s->policies.at);
	free(s->severities.at);
	free(s->chains.at);
	free(s->cycles);
	free(s->runs);
	seen_init(s);
}

void seen_free(struct seen *s)
{
	if (s == NULL)
		return;
	seen_fini(s);
	free(s);
}

struct seen *backtest_find(struct backtest *b, const struct ticket *t)
{
	struct backtest_private *own = b->own;
	uint32_t slot = hashmap_find(&own->slots, t->id);

	return slot == HASHMAP_NONE ? NULL : own->seen[slot];
}

struct seen *backtest_seen(struct backtest *b, const struct ticket *t)
{
	struct backtest_private *own = b->own;
	struct seen *s = backtest_find(b, t);
	size_t before = own->cap_seen;
	uint32_t slot;

	if (s != NULL)
		return s;
	hashmap_reserve(&own->slots, own->slots.count + 1);
	slot = hashmap_put(&own->slots, t->id);
	own->seen =
	    seen_grow(own->seen, slot, &own->cap_seen, sizeof(struct seen *));
	for (size_t i = before; i < own->cap_seen; i++)
		own->seen[i] = NULL;
	s = calloc(1, sizeof *s);
	CHECK(s != NULL);
	seen_init(s);
	s->severity = (int)b->nseverities;
	s->said = own->missed.field == FIELD_COUNT;
	own->seen[slot] = s;
	return s;
}

void backtest_forget(struct backtest *b, const struct ticket *t)
{
	struct backtest_private *own = b->own;
	uint32_t slot = hashmap_drop(&own->slots, t->id);

	if (slot == HASHMAP_NONE)
		return;
	seen_free(own->seen[slot]);
	own->seen[slot] = NULL;
}

/* --- as bytes ------------------------------------------------------------- */

static void put(struct textbuf *out, int64_t value)
{
	textbuf_addf(out, "%lld;", (long long)value);
}

static void put_set(struct textbuf *out, const struct seen_set *set)
{
	put(out, (int64_t)set->count);
	for (size_t i = 0; i < set->count; i++)
		put(out, set->at[i]);
}

static void put_cycle(struct textbuf *out, const struct seen_cycle *c)
{
	put(out, c->kind);
	put(out, c->cycle);
	put(out, c->severity);
	put(out, c->target);
	put(out, c->counted);
	put(out, c->over);
	put(out, c->breached_at.ms);
}

static void put_run(struct textbuf *out, const struct seen_run *r)
{
	put(out, r->seq);
	put(out, r->chain);
	put(out, r->step);
	put(out, r->acked);
	put(out, r->answered);
	put(out, r->exhausted);
	put(out, r->started.ms);
}

void seen_pack(const struct seen *s, struct textbuf *out)
{
	const bool flags[] = { s->counted, s->open, s->escalated, s->warned,
		s->alerted, s->said, s->caught, s->late_before };

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		put(out, flags[i]);
	put(out, s->policy);
	put(out, s->severity);
	put(out, (int64_t)s->late);
	put(out, s->late_at.ms);
	put(out, s->alerted_at.ms);
	put(out, s->missed_at.ms);
	put_set(out, &s->policies);
	put_set(out, &s->severities);
	put_set(out, &s->chains);
	put(out, (int64_t)s->ncycles);
	for (size_t i = 0; i < s->ncycles; i++)
		put_cycle(out, &s->cycles[i]);
	put(out, (int64_t)s->nruns);
	for (size_t i = 0; i < s->nruns; i++)
		put_run(out, &s->runs[i]);
}

/* What is left to read; ok is false from the first number that is none. */
struct taking {
	char *rest;
	bool ok;
};

static int64_t take(struct taking *in, int64_t max)
{
	int64_t value = 0;

	if (!in->ok || !line_take_number(&in->rest, ';', max, &value))
		in->ok = false;
	return value;
}

static int take_int(struct taking *in)
{
	return (int)take(in, INT32_MAX);
}

static bool take_bool(struct taking *in)
{
	return take(in, 1) == 1;
}

static size_t take_size(struct taking *in, int64_t max)
{
	int64_t n = take(in, max);

	if (n < 0)
		in->ok = false;
	return in->ok ? (size_t)n : 0;
}

static struct wall take_wall(struct taking *in)
{
	return wall_at(take(in, INT64_MAX));
}

static void take_set(struct taking *in, struct seen_set *set)
{
	size_t n = take_size(in, LIST_MAX);

	for (size_t i = 0; in->ok && i < n; i++)
		seen_set_add(set, take_int(in));
}

static struct seen_cycle take_cycle(struct taking *in)
{
	struct seen_cycle c = { .kind = take_int(in) };

	c.cycle = take_int(in);
	c.severity = take_int(in);
	c.target = take_int(in);
	c.counted = (unsigned)take_size(in, (1 << CYCLE_BITS) - 1);
	c.over = take_bool(in);
	c.breached_at = take_wall(in);
	return c;
}

static struct seen_run take_run(struct taking *in)
{
	struct seen_run r = { .seq = take_int(in) };

	r.chain = take_int(in);
	r.step = take_int(in);
	r.acked = take_bool(in);
	r.answered = take_bool(in);
	r.exhausted = take_bool(in);
	r.started = take_wall(in);
	return r;
}

static void take_lists(struct taking *in, struct seen *s)
{
	size_t n;

	take_set(in, &s->policies);
	take_set(in, &s->severities);
	take_set(in, &s->chains);
	n = take_size(in, LIST_MAX);
	for (size_t i = 0; in->ok && i < n; i++) {
		s->cycles = seen_grow(
		    s->cycles, s->ncycles, &s->cap_cycles, sizeof *s->cycles);
		s->cycles[s->ncycles++] = take_cycle(in);
	}
	n = take_size(in, LIST_MAX);
	for (size_t i = 0; in->ok && i < n; i++) {
		s->runs =
		    seen_grow(s->runs, s->nruns, &s->cap_runs, sizeof *s->runs);
		s->runs[s->nruns++] = take_run(in);
	}
}

bool seen_unpack(struct seen *s, const char *bytes, size_t len)
{
	struct textbuf copy;
	struct taking in = { .ok = true };
	bool *const flags[] = { &s->counted, &s->open, &s->escalated,
		&s->warned, &s->alerted, &s->said, &s->caught,
		&s->late_before };

	textbuf_init(&copy);
	textbuf_addn(&copy, bytes, len);
	in.rest = copy.data;
	seen_fini(s);
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		*flags[i] = take_bool(&in);
	s->policy = take_int(&in);
	s->severity = take_int(&in);
	s->late = take_size(&in, INT32_MAX);
	s->late_at = take_wall(&in);
	s->alerted_at = take_wall(&in);
	s->missed_at = take_wall(&in);
	take_lists(&in, s);
	textbuf_fini(&copy);
	if (!in.ok)
		seen_fini(s);
	return in.ok;
}
