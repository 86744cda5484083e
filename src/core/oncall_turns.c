/* oncall_turns.c - see oncall_turns.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/oncall_turns.h"

#include "base/check.h"

/* A zone of NULL is UTC. */
static int64_t local_of(const struct zone *z, struct wall at)
{
	return at.ms + (z == NULL ? 0 : zone_offset(z, at) * SECOND_MS);
}

static int64_t starts_at(const struct rotation *r, int64_t n)
{
	return r->first_local_ms + n * r->shift_ms;
}

/* The instant of the n-th hand-off. */
static struct wall handoff(
    const struct rotation *r, const struct zone *z, int64_t n)
{
	int64_t local = starts_at(r, n);
	struct civil c;

	if (local >= WALL_MAX_MS)
		return WALL_NEVER;
	if (z == NULL)
		return wall_at(local);
	civil_from_ms(local, &c);
	return zone_instant(z, &c, ZONE_FIRST);
}

/* The first hand-off after the n-th.  One that is put off by a gap may come
 * after some that follow it. */
static struct wall next_handoff(
    const struct rotation *r, const struct zone *z, int64_t n)
{
	struct wall next = handoff(r, z, n + 1);
	int64_t shown;

	if (wall_is_never(next))
		return next;
	shown = local_of(z, next);
	for (int64_t k = n + 2; starts_at(r, k) < shown; k++)
		next = wall_min(next, handoff(r, z, k));
	return next;
}

struct oncall_turn oncall_turn_at(const struct schedule *s, struct wall at)
{
	const struct rotation *r = &s->rotation;
	const struct zone *zone = s->zone;
	int64_t since = local_of(zone, at) - r->first_local_ms;
	struct oncall_turn turn = { .number = -1 };
	int64_t n = since < 0 ? -1 : since / r->shift_ms;

	CHECK(r->shift_ms > 0);
	/* In a gap put off; in a fold begun already, in the first pass. */
	while (n >= 0 && wall_before(at, handoff(r, zone, n)))
		n--;
	while (!wall_before(at, handoff(r, zone, n + 1)))
		n++;
	turn.number = n;
	if (n >= 0)
		turn.from = handoff(r, zone, n);
	turn.to = next_handoff(r, zone, n);
	return turn;
}
