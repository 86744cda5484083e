/* via_slack_webhook.c - Slack's incoming webhook: the simple mode.
 *
 * One room, no threads, nothing that can be answered.
 *
 * Sources: "Sending messages using incoming webhooks: handling errors" and
 * "Changes to errors for incoming webhooks"; "Rate limits".  An error is a word
 * as plain text, with a status of 4xx or 5xx, sometimes 200.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/via.h"

#include "base/textbuf.h"
#include "wire/slack_bundle.h"
#include "wire/slack_message.h"

#include <string.h>

#define WORD_MAX 60

static const struct answer_row rows[] = {
	{ "ok", 200, 200, MEANS_OK, BLAME_NOBODY, "accepted" },
	{ NULL, 429, 429, MEANS_WAIT, BLAME_NOBODY, "rate limited" },
	{ "rate_limited", 0, 0, MEANS_WAIT, BLAME_NOBODY, NULL },
	/* the message */
	{ "invalid_payload", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "invalid_blocks", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "invalid_blocks_format", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "invalid_attachments", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "no_text", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "missing_text_or_fallback_or_attachments", 0, 0, MEANS_NEXT,
	    BLAME_MESSAGE, NULL },
	{ "msg_too_long", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "too_many_attachments", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "user_not_found", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	/* the room */
	{ "channel_not_found", 0, 0, MEANS_ALARM, BLAME_ROOM, NULL },
	{ "channel_is_archived", 0, 0, MEANS_ALARM, BLAME_ROOM, NULL },
	{ "posting_to_general_channel_denied", 0, 0, MEANS_ALARM, BLAME_ROOM,
	    NULL },
	/* the webhook, the workspace */
	{ "action_prohibited", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "invalid_token", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "no_active_hooks", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "no_active_hooks: the webhook was disabled" },
	{ "no_service", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "no_service: the webhook was removed or never was" },
	{ "no_service_id", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "no_team", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "team_disabled", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	/* their trouble */
	{ "rollup_error", 0, 0, MEANS_RETRY, BLAME_ENDPOINT, NULL },
	/* A proxy's page, or a word that nobody documented, is no delivery. */
	{ NULL, 200, 299, MEANS_RETRY, BLAME_ENDPOINT,
	    "an answer that is not Slack's" },
};

static const char *addressee(
    const struct letter *l, const struct notice_view *v)
{
	(void)l;
	return v->person_slack;
}

static const char *build(
    const struct letter *l, struct arena *a, struct outgoing *out)
{
	struct textbuf body;
	struct json_out j;

	if (l->nviews == 0 || l->kind == LETTER_EDIT)
		return via_why(a, l->channel->name,
		    "is a webhook, which cannot be asked anything");
	textbuf_init(&body);
	if (letter_is_list(l)) {
		json_out_init(&j, &body);
		json_open(&j, NULL, '{');
		slack_bundle(l, false, addressee, &j);
		json_close(&j, '}');
	} else {
		slack_message(l->views[0], &body);
	}
	via_body(a, out, &body, VIA_JSON_UTF8);
	out->url = l->channel->url;
	return NULL;
}

/* The answer, if it is one word. */
static void read_answer(const struct outgoing *asked, const struct answer *got,
    struct arena *a, struct reading *out)
{
	size_t len = got->len;

	(void)asked;
	*out = (struct reading){ .word = "", .ref = "" };
	while (len > 0 && strchr(" \r\n", got->body[len - 1]) != NULL)
		len--;
	if (len > WORD_MAX ||
	    strspn(got->body, "abcdefghijklmnopqrstuvwxyz_") < len)
		return;
	out->word = arena_strndup(a, got->body, len);
}

const struct via via_slack_webhook = { .build = build,
	.read = read_answer,
	.answers = { rows, sizeof rows / sizeof *rows } };
