/* slack_buttons.c - what can be answered with one click.
 *
 * block_id "t:KEY" says of which ticket (a key has at most 200 bytes, a
 * block_id 255 characters), action_id what is to be done.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/slack_message.h"

#include "wire/plain_text.h"

#include <string.h>

#define STYLE_NONE NULL

/* Is it about a ticket on which something can be done? */
static bool is_answerable(const struct notice_view *v)
{
	return (v->mark[0] == '\0' || v->drill) && v->face != FACE_OVER &&
	       v->reason != NOTICE_MATRIX && v->reason != NOTICE_RESOLVED &&
	       strncmp(v->ticket, "slawatch:", 9) != 0;
}

bool slack_can_ack(const struct notice_view *v)
{
	return is_answerable(v) && v->face != FACE_ACKED;
}

void slack_block_id(const struct notice_view *v, struct json_out *j)
{
	struct textbuf id;

	textbuf_init(&id);
	textbuf_addf(&id, "t:%s", v->ticket);
	json_text(j, "block_id", id.data);
	textbuf_fini(&id);
}

static void plain(struct slack_text *c, struct json_out *j, const char *name,
    const char *text)
{
	slack_start(c, SLACK_SECTION_MAX);
	slack_add(c, text);
	slack_object(j, name, "plain_text", c);
}

/* Left open. */
static void button(struct slack_text *c, struct json_out *j, const char *name,
    const char *text, const char *action, const char *style)
{
	json_open(j, name, '{');
	json_text(j, "type", "button");
	plain(c, j, "text", text);
	json_text(j, "action_id", action);
	if (style != STYLE_NONE)
		json_text(j, "style", style);
}

void slack_ack_button(
    struct slack_text *c, const char *name, struct json_out *j)
{
	/* A list with twenty of them would be a wall of colour. */
	button(c, j, name, "Acknowledge", "ack",
	    name == NULL ? "primary" : STYLE_NONE);
	json_close(j, '}');
}

static void claim_button(struct slack_text *c, struct json_out *j)
{
	button(c, j, NULL, "Claim", "claim", STYLE_NONE);
	json_close(j, '}');
}

static void snooze_choice(struct slack_text *c, struct json_out *j)
{
	static const char *const choices[][2] = {
		{ "15m", "for 15 minutes" },
		{ "30m", "for 30 minutes" },
		{ "1h", "for an hour" },
		{ "2h", "for 2 hours" },
		{ "4h", "for 4 hours" },
		{ "1d", "for a day" },
	};

	json_open(j, NULL, '{');
	json_text(j, "type", "static_select");
	json_text(j, "action_id", "snooze");
	plain(c, j, "placeholder", "Snooze");
	json_open(j, "options", '[');
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
		json_open(j, NULL, '{');
		plain(c, j, "text", choices[i][1]);
		json_text(j, "value", choices[i][0]);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

/* It wakes people: asked twice. */
static void escalate_button(struct slack_text *c, struct json_out *j)
{
	button(c, j, NULL, "Escalate now", "escalate", "danger");
	json_open(j, "confirm", '{');
	plain(c, j, "title", "Escalate now?");
	plain(c, j, "text",
	    "The next step of its chain is taken at once, and whoever it names "
	    "is told.");
	plain(c, j, "confirm", "Escalate");
	plain(c, j, "deny", "Not now");
	json_close(j, '}');
	json_close(j, '}');
}

static void open_button(
    const struct notice_view *v, struct slack_text *c, struct json_out *j)
{
	button(c, j, NULL, "Open ticket", "open_ticket", STYLE_NONE);
	json_text(j, "url", v->url);
	json_close(j, '}');
}

void slack_actions(const struct notice_view *v, bool buttons,
    struct slack_text *c, struct json_out *j)
{
	bool answers = buttons && is_answerable(v);
	bool opens = plain_url(v->url, SLACK_URL_MAX);

	if (!answers && !opens)
		return;
	json_open(j, NULL, '{');
	json_text(j, "type", "actions");
	slack_block_id(v, j);
	json_open(j, "elements", '[');
	if (answers && slack_can_ack(v))
		slack_ack_button(c, NULL, j);
	if (answers) {
		claim_button(c, j);
		snooze_choice(c, j);
	}
	/* A drill walks by itself. */
	if (answers && !v->drill)
		escalate_button(c, j);
	if (opens)
		open_button(v, c, j);
	json_close(j, ']');
	json_close(j, '}');
}
