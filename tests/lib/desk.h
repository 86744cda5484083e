/* desk.h - a desk with some tickets, in a simulation, at random.
 *
 * The matrix is explain_world.h's; each ticket lives at random until the desk
 * is looked at.  Copies of its tickets may be asked what would be.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_DESK_H
#define SLAWATCH_TESTS_DESK_H

#include "core/ahead.h"
#include "core/simulation.h"
#include "lib/explain_world.h"
#include "lib/rng.h"

#include <stdio.h>

#define DESK_TICKETS   12
#define DESK_EVENTS    60
#define DESK_MONDAY_MS INT64_C(1767603600000) /* 2026-01-05T09:00:00Z */

static inline struct event desk_event(
    struct rng *r, const char *key, struct wall at)
{
	static const char *const severities[] = { "P1", "P2", "P3" };
	struct event ev = { .ticket = key,
		.at = at,
		.by = "dana",
		.until = WALL_NEVER,
		.due = WALL_NEVER,
		.again_at = WALL_NEVER };

	switch (rng_below(r, 7)) {
	case 0:
		ev.type = EVENT_STATUS;
		ev.fields.status = (enum status)rng_below(
		    r, rng_one_in(r, 5) ? STATUS_COUNT : STATUS_SOLVED);
		break;
	case 1:
		ev.type = EVENT_UPDATED;
		ev.fields.set = FIELD_BIT(FIELD_CUSTOMER_TIER);
		ev.fields.text[FIELD_CUSTOMER_TIER] =
		    rng_below(r, 2) ? "premium" : "trial";
		break;
	case 2:
		ev.type = EVENT_ACKNOWLEDGED;
		break;
	case 3:
		ev.type = EVENT_UPDATED;
		ev.fields.set = FIELD_BIT(FIELD_SEVERITY);
		ev.fields.text[FIELD_SEVERITY] = severities[rng_below(r, 3)];
		break;
	case 4:
		ev.type = EVENT_NOTE;
		ev.text = "on it";
		break;
	default:
		ev.type = EVENT_COMMENT;
		ev.author = rng_one_in(r, 3) ? AUTHOR_AGENT : AUTHOR_CUSTOMER;
		ev.is_public = rng_below(r, 3) > 0;
	}
	return ev;
}

/* Made, and some hours of their lives. */
static inline void desk_live(struct simulation *s, struct rng *r)
{
	static const char *const severities[] = { "P1", "P2", "P3" };
	struct wall at = wall_at(DESK_MONDAY_MS);
	char key[32];

	for (int i = 0; i < DESK_EVENTS; i++) {
		struct event ev;

		at = wall_plus(at, rng_between(r, 0, 12 * MINUTE_MS));
		snprintf(
		    key, sizeof key, "t:%d", (int)rng_below(r, DESK_TICKETS));
		if (simulation_find(s, key) != NULL) {
			ev = desk_event(r, key, at);
		} else {
			ev = (struct event){ .type = EVENT_CREATED,
				.ticket = key,
				.at = at,
				.author = AUTHOR_CUSTOMER,
				.until = WALL_NEVER,
				.due = WALL_NEVER,
				.again_at = WALL_NEVER };
			ev.fields.set = FIELD_BIT(FIELD_SEVERITY);
			ev.fields.text[FIELD_SEVERITY] =
			    severities[rng_below(r, 3)];
		}
		simulation_event(s, &ev);
	}
	simulation_advance(s, wall_plus(at, rng_between(r, 0, HOUR_MS)));
	simulation_settle(s);
}

/* A copy that may change. */
static inline void desk_copy(
    const struct ticket *t, struct arena *arena, struct ticket *copy)
{
	*copy = *t;
	copy->arena = arena;
	ahead_copy(copy);
}

#endif
