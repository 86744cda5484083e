/* outbox_world.h - a small matrix for the outbox's tests.
 *
 * A webhook without limits, a room in Slack with its ways, a second room at
 * the same host, mail, the log; Dana, who has a limit, and Eli, who has none.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_OUTBOX_WORLD_H
#define SLAWATCH_TESTS_OUTBOX_WORLD_H

#include "core/matrix.h"
#include "daemon/outbox.h"

enum {
	AT_HOOK,
	AT_ROOM,
	AT_DM,
	AT_MENTION,
	AT_OTHER,
	AT_MAIL,
	AT_LOG,
	AT_COUNT
};

static struct channel world_channels[AT_COUNT];
static struct person world_people[2];
static struct matrix world_matrix;

static inline struct channel world_channel(
    const char *name, enum channel_type type, enum channel_way way, int base)
{
	return (struct channel){ .name = name,
		.type = type,
		.way = way,
		.base = base,
		.url = type == CHANNEL_SLACK  ? "https://slack.com/api"
		       : type == CHANNEL_SMTP ? "smtps://mail.example.com:465"
		       : type == CHANNEL_LOG  ? NULL
					      : "https://hook.example.com/s3",
		.budget = channel_kind(type)->budget };
}

static inline const struct matrix *world_build(void)
{
	struct channel *c = world_channels;

	c[AT_HOOK] = world_channel("hook", CHANNEL_WEBHOOK, WAY_ROOM, AT_HOOK);
	c[AT_ROOM] = world_channel("support", CHANNEL_SLACK, WAY_ROOM, AT_ROOM);
	c[AT_DM] = world_channel("support.dm", CHANNEL_SLACK, WAY_DM, AT_ROOM);
	c[AT_MENTION] = world_channel(
	    "support.mention", CHANNEL_SLACK, WAY_MENTION, AT_ROOM);
	c[AT_OTHER] = world_channel("other", CHANNEL_SLACK, WAY_ROOM, AT_OTHER);
	c[AT_MAIL] = world_channel("mail", CHANNEL_SMTP, WAY_ROOM, AT_MAIL);
	c[AT_LOG] = world_channel("log", CHANNEL_LOG, WAY_ROOM, AT_LOG);
	world_people[0] = (struct person){ .name = "dana",
		.limit = { .count = 2, .per_ms = 15 * MINUTE_MS } };
	world_people[1] = (struct person){ .name = "eli" };
	world_matrix = (struct matrix){ .channels = world_channels,
		.nchannels = AT_COUNT,
		.people = world_people,
		.npeople = 2 };
	return &world_matrix;
}

#endif
