/* said.c - a person's act, written and read back.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/said.h"

#include "base/check.h"
#include "wire/event_json.h"
#include "wire/json_out.h"

#include <stdio.h>
#include <sys/random.h>

#define ID_RANDOM_MAX 32

static void random_id(char out[ID_RANDOM_MAX])
{
	unsigned char bytes[12];
	size_t n = (size_t)snprintf(out, ID_RANDOM_MAX, "api-");

	CHECK(getrandom(bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++)
		n += (size_t)snprintf(
		    out + n, ID_RANDOM_MAX - n, "%02x", bytes[i]);
}

static void maybe(struct json_out *j, const char *name, const char *text)
{
	if (text != NULL)
		json_text(j, name, text);
}

static void write_event(
    const struct said *s, struct wall now, struct textbuf *out)
{
	char id[ID_RANDOM_MAX];
	struct json_out j;

	random_id(id);
	json_out_init(&j, out);
	json_open(&j, NULL, '{');
	json_text(&j, "id", s->id != NULL ? s->id : id);
	json_text(&j, "ticket", s->ticket);
	json_wall(&j, "at", now);
	json_text(&j, "type", event_type_name(s->type));
	json_text(&j, "by", s->by);
	if (s->type != EVENT_SNOOZED)
		maybe(&j, "text", s->text);
	maybe(&j, "chain", s->chain);
	maybe(&j, "team", s->team);
	if (s->type == EVENT_SNOOZED)
		json_wall(&j, "until", s->until);
	json_close(&j, '}');
}

struct item *said_item(
    const struct said *s, struct wall now, struct errtext *err)
{
	struct item *it = item_new(ITEM_EVENT);
	struct textbuf text;
	bool ok;

	textbuf_init(&text);
	write_event(s, now, &text);
	ok = event_from_json(text.data, text.len, &it->arena, &it->ev, err);
	textbuf_fini(&text);
	if (!ok) {
		item_free(it);
		return NULL;
	}
	/* A snoozed event of a help desk has no words; a person's may. */
	if (s->type == EVENT_SNOOZED)
		it->ev.text = arena_strdup(&it->arena, s->text);
	return it;
}
