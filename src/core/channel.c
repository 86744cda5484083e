/* channel.c - the table of kinds.
 *
 * SPDX-License-Identifier: MIT */
#include "core/channel.h"

#include "base/check.h"
#include "base/textbuf.h"

#include <string.h>

#define ROW(ID, id, label, default_url, keys, more, bits, rate, at_once,       \
    most_title, most_body)                                                     \
	[CHANNEL_##ID] = { .name = (label),                                    \
		.url = (default_url),                                          \
		.needed = (keys),                                              \
		.allowed = (more),                                             \
		.traits = (bits),                                              \
		.budget = { .every_ms = (rate),                                \
		    .burst = (at_once),                                        \
		    .reserve = (at_once) > 1 ? 1 : 0 },                        \
		.title_max = (most_title),                                     \
		.body_max = (most_body) },

static const struct channel_kind kinds[CHANNEL_TYPE_COUNT] = { CHANNEL_KINDS(
    ROW) };

static const char *const ways[WAY_COUNT] = {
	[WAY_ROOM] = "",
	[WAY_DM] = "dm",
	[WAY_MENTION] = "mention",
};

const struct channel_kind *channel_kind(enum channel_type type)
{
	CHECK((unsigned)type < CHANNEL_TYPE_COUNT);
	return &kinds[type];
}

const char *channel_type_name(enum channel_type type)
{
	return channel_kind(type)->name;
}

bool channel_type_parse(const char *name, enum channel_type *out)
{
	for (int i = 0; i < CHANNEL_TYPE_COUNT; i++) {
		if (strcmp(kinds[i].name, name) != 0)
			continue;
		*out = (enum channel_type)i;
		return true;
	}
	return false;
}

const char *channel_way_name(enum channel_way way)
{
	CHECK((unsigned)way < WAY_COUNT);
	return ways[way];
}

bool channel_is_personal(const struct channel *c)
{
	return channel_has(c, REACHES_MAIL) || c->way != WAY_ROOM;
}

/* Where the host begins, and its length with the port. */
static size_t host_of(const char *url, const char **host)
{
	const char *p = strstr(url, "://");

	*host = p == NULL ? url : p + 3;
	return strcspn(*host, "/?#");
}

void channel_endpoint(const struct channel *c, char *out, size_t size)
{
	struct textbuf tb;
	const char *host = "";
	size_t len = 0;

	textbuf_init_fixed(&tb, out, size);
	if (c->url != NULL)
		len = host_of(c->url, &host);
	if (len == 0)
		textbuf_add(&tb, c->name);
	else
		textbuf_addn(&tb, host, len);
}
