/* refusals.c - see refusals.h.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/refusals.h"

#include "base/check.h"
#include "core/line_text.h"

#include <stdlib.h>
#include <string.h>

void refusals_init(struct refusals *r)
{
	memset(r, 0, sizeof *r);
}

static void drop(struct refusals *r, size_t i)
{
	free(r->items[i].channel);
	free(r->items[i].address);
	free(r->items[i].why);
	r->count--;
	memmove(
	    &r->items[i], &r->items[i + 1], (r->count - i) * sizeof *r->items);
}

void refusals_fini(struct refusals *r)
{
	while (r->count > 0)
		drop(r, r->count - 1);
	free(r->items);
	refusals_init(r);
}

static char *copy(const char *text)
{
	char *own = strdup(text);

	CHECK(own != NULL);
	return own;
}

const struct refusal *refusals_find(
    const struct refusals *r, const char *channel, const char *address)
{
	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->items[i].channel, channel) == 0 &&
		    strcmp(r->items[i].address, address) == 0)
			return &r->items[i];
	return NULL;
}

bool refusals_note(struct refusals *r, const char *channel, const char *address,
    const char *why, struct wall at)
{
	if (refusals_find(r, channel, address) != NULL)
		return false;
	if (r->count == REFUSALS_MAX)
		drop(r, 0);
	if (r->count == r->cap) {
		r->cap = r->cap == 0 ? 8 : 2 * r->cap;
		r->items = realloc(r->items, r->cap * sizeof *r->items);
		CHECK(r->items != NULL);
	}
	r->items[r->count++] = (struct refusal){ .channel = copy(channel),
		.address = copy(address),
		.why = copy(why),
		.at = at };
	return true;
}

bool refusals_clear(
    struct refusals *r, const char *channel, const char *address)
{
	const struct refusal *known = refusals_find(r, channel, address);

	if (known != NULL)
		drop(r, (size_t)(known - r->items));
	return known != NULL;
}

/* --- a line: "mail,dana@example.com,no such mailbox,1767225600000;..." ---- */

static char *take_name(char **rest)
{
	char *name = line_take(rest, ',');

	return name != NULL && line_unescape(name) ? name : NULL;
}

void refusals_read(struct refusals *r, const char *text)
{
	char *line = copy(text);
	char *rest = line;
	char *part;

	while ((part = line_take(&rest, ';')) != NULL) {
		char *channel = take_name(&part);
		char *address = channel == NULL ? NULL : take_name(&part);
		char *why = address == NULL ? NULL : take_name(&part);
		int64_t ms;

		if (why != NULL &&
		    line_take_number(&part, ',', WALL_MAX_MS, &ms))
			refusals_note(r, channel, address, why, wall_at(ms));
	}
	free(line);
}

void refusals_write(const struct refusals *r, struct textbuf *out)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct refusal *it = &r->items[i];

		if (i > 0)
			textbuf_addc(out, ';');
		line_add_name(out, it->channel);
		textbuf_addc(out, ',');
		line_add_name(out, it->address);
		textbuf_addc(out, ',');
		line_add_name(out, it->why);
		textbuf_addf(out, ",%lld", (long long)it->at.ms);
	}
}
