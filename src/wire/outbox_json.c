/* outbox_json.c - see outbox_json.h.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/outbox_json.h"

#include <string.h>

static void write_spare(const char *spare, struct json_out *j)
{
	json_open(j, "spare", '[');
	while (*spare != '\0') {
		size_t len = strcspn(spare, ",");

		json_textn(j, NULL, spare, len);
		spare += len + (spare[len] == ',');
	}
	json_close(j, ']');
}

static void write_last(const struct attempt_words *last, struct json_out *j)
{
	if (last->result == NULL || last->result[0] == '\0') {
		json_raw(j, "last", "null");
		return;
	}
	json_open(j, "last", '{');
	json_wall(j, "at", last->started);
	json_text(j, "result", last->result);
	json_int(j, "code", last->code);
	json_text(j, "detail", last->detail);
	json_close(j, '}');
}

void notice_json(const struct notice *n, const char *ticket,
    const struct attempt_words *last, const char *name, struct json_out *j)
{
	json_open(j, name, '{');
	json_int(j, "id", n->id);
	json_text_or_null(j, "ticket", ticket);
	json_text(j, "state", notice_state_name(n->state));
	json_text(j, "reason", notice_reason_name(n->reason));
	json_text(j, "channel", n->channel);
	json_text_or_null(j, "who", n->who);
	json_text_or_null(j, "role", n->role);
	json_text_or_null(j, "clock", n->clock);
	json_text_or_null(j, "chain", n->chain);
	json_int_or_null(j, "step", n->step >= 0, n->step + 1);
	json_text_or_null(j, "detail", n->detail);
	json_wall(j, "at", n->at);
	json_wall(j, "free_at", n->free_at);
	json_wall(j, "useful_until", n->useful_until);
	json_int(j, "attempts", n->attempts);
	json_bool(j, "repeat", n->repeat);
	json_text_or_null(j, "ref", n->ref);
	write_spare(n->spare, j);
	write_last(last, j);
	json_close(j, '}');
}

void attempt_json(const struct attempt_words *a, struct json_out *j)
{
	json_open(j, NULL, '{');
	json_int(j, "number", a->number);
	json_wall(j, "started", a->started);
	json_int(j, "took_ms", a->took_ms);
	json_text(j, "result", a->result);
	json_int(j, "code", a->code);
	json_text(j, "detail", a->detail);
	json_close(j, '}');
}
