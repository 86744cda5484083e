/* outbox_hands.h - the outbox of a test, and what is done with it.
 *
 * Instants are milliseconds, the same by both clocks; the ticket of a notice is
 * its number and a thousand.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_OUTBOX_HANDS_H
#define SLAWATCH_TESTS_OUTBOX_HANDS_H

#include "daemon/outbox.h"
#include "lib/outbox_world.h"

#include <check.h>
#include <string.h>

static struct outbox *box;
static struct parcel parcel; /* the latest that was taken */

static inline void setup(void)
{
	box = outbox_new();
	outbox_take_matrix(box, world_build());
}

static inline void teardown(void)
{
	outbox_free(box);
}

static inline struct mono at(int64_t ms)
{
	return (struct mono){ ms };
}

static inline void put_as(int64_t id, enum notice_reason reason,
    int64_t free_at, const char *channel, const char *who, bool has_spare)
{
	struct pending p = { .notice_id = id,
		.ticket_id = 1000 + id,
		.reason = reason,
		.free_at = wall_at(free_at),
		.channel = channel,
		.who = who,
		.has_spare = has_spare };

	outbox_put(box, &p);
}

static inline void put(
    int64_t id, enum notice_reason reason, int64_t free_at, const char *channel)
{
	put_as(id, reason, free_at, channel, "", false);
}

static inline void put_alike(
    int64_t id, const char *category, const char *customer)
{
	struct pending p = { .notice_id = id,
		.ticket_id = 1000 + id,
		.reason = NOTICE_WARNING,
		.free_at = wall_at(0),
		.channel = "support",
		.who = "",
		.like = {
		    { likeness_hash(category), likeness_hash(customer) } } };

	outbox_put(box, &p);
}

/* Everything that is free by now is also durable. */
static inline void ripen(int64_t now)
{
	ck_assert(wall_is_never(
	    outbox_ripen(box, wall_at(now), wall_at(now), at(now))));
}

/* The first id of the next parcel, -1: none. */
static inline int64_t take(int64_t now)
{
	return outbox_take(box, at(now), &parcel) ? parcel.ids[0] : -1;
}

static inline enum breaker_change over(enum attempt_end end, int64_t now)
{
	return outbox_attempt_over(box, parcel.lane, end, at(now), 0);
}

/* Takes one, which is answered and sent. */
static inline int64_t send(int64_t now)
{
	int64_t id = take(now);

	if (id == -1)
		return id;
	over(ATTEMPT_ANSWERED, now);
	for (size_t i = 0; i < parcel.count; i++)
		outbox_release(box, parcel.ids[i], WALL_NEVER);
	return id;
}

static inline struct lane_line lane_named(const char *channel, const char *who)
{
	struct lane_line line;

	for (size_t i = 0; i < outbox_lanes(box); i++) {
		outbox_lane(box, i, at(0), &line);
		if (strcmp(line.channel, channel) == 0 &&
		    strcmp(line.who, who) == 0)
			return line;
	}
	ck_abort_msg("no lane %s %s", channel, who);
	return line;
}

#endif
