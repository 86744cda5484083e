/* against_row.c - rows of the scratch and back.
 *
 * The numbers as they lie in memory, then the texts with a NUL behind each: the
 * file is gone with the process, so nobody else reads it.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/against_row.h"

#include <string.h>

#define TEXTS 4

static void add_number(struct textbuf *out, int64_t number)
{
	char bytes[sizeof number];

	memcpy(bytes, &number, sizeof number);
	textbuf_addn(out, bytes, sizeof bytes);
}

static void add_small(struct textbuf *out, int32_t number)
{
	char bytes[sizeof number];

	memcpy(bytes, &number, sizeof number);
	textbuf_addn(out, bytes, sizeof bytes);
}

void against_row_pack(const struct against_row *row, struct textbuf *out)
{
	const char *texts[TEXTS] = { row->clock, row->chain, row->who,
		row->channel };

	textbuf_addc(out, (char)row->what);
	textbuf_addc(out, (char)row->side);
	textbuf_addc(out, (char)row->kind);
	add_number(out, row->at);
	add_number(out, row->due);
	add_small(out, row->cycle);
	add_small(out, row->step);
	add_small(out, row->round);
	add_small(out, row->nth);
	for (size_t i = 0; i < TEXTS; i++)
		if (texts[i] != NULL)
			textbuf_addn(out, texts[i], strlen(texts[i]) + 1);
		else
			textbuf_addc(out, '\0');
}

/* The bytes that are left. */
struct rest {
	const char *at;
	size_t len;
};

static bool take(struct rest *r, void *out, size_t size)
{
	if (r->len < size)
		return false;
	memcpy(out, r->at, size);
	r->at += size;
	r->len -= size;
	return true;
}

static bool take_text(struct rest *r, struct arena *arena, const char **out)
{
	const char *end = memchr(r->at, '\0', r->len);
	size_t len;

	if (end == NULL)
		return false;
	len = (size_t)(end - r->at);
	*out = arena_strndup(arena, r->at, len);
	r->at += len + 1;
	r->len -= len + 1;
	return true;
}

bool against_row_unpack(
    const char *bytes, size_t len, struct arena *arena, struct against_row *out)
{
	struct rest r = { bytes, len };

	return take(&r, &out->what, 1) && out->what < ROW_WHAT_COUNT &&
	       take(&r, &out->side, 1) && out->side < AGAINST_SIDES &&
	       take(&r, &out->kind, 1) && take(&r, &out->at, sizeof out->at) &&
	       take(&r, &out->due, sizeof out->due) &&
	       take(&r, &out->cycle, sizeof out->cycle) &&
	       take(&r, &out->step, sizeof out->step) &&
	       take(&r, &out->round, sizeof out->round) &&
	       take(&r, &out->nth, sizeof out->nth) &&
	       take_text(&r, arena, &out->clock) &&
	       take_text(&r, arena, &out->chain) &&
	       take_text(&r, arena, &out->who) &&
	       take_text(&r, arena, &out->channel) && r.len == 0;
}
