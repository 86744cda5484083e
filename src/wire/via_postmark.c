/* via_postmark.c - mail by Postmark.
 *
 * Sources: [P] Postmark developer documentation, "Email API: send a single
 * email", "API overview: error codes", "Suppressions API".  The word is their
 * ErrorCode.
 *
 * Neither opens nor links are tracked: a link to acknowledge must stay itself.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/via.h"

#include "base/textbuf.h"
#include "wire/json_out.h"
#include "wire/mail_answer.h"
#include "wire/mail_content.h"
#include "wire/mail_envelope.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void mailbox(
    struct json_out *j, const char *name, const char *who, const char *address)
{
	struct textbuf tb;

	textbuf_init(&tb);
	mail_mailbox_text(&tb, who, address);
	json_text(j, name, tb.data);
	textbuf_fini(&tb);
}

static void header(struct json_out *j, const char *name, const char *value)
{
	json_open(j, NULL, '{');
	json_text(j, "Name", name);
	json_text(j, "Value", value);
	json_close(j, '}');
}

static void message(const struct letter *l, const struct mail_envelope *e,
    struct arena *a, struct textbuf *body)
{
	struct mail_content content;
	struct mail_headers h;
	struct json_out j;

	mail_content_init(&content, l);
	mail_headers_init(&h, l, e, a);
	json_out_init(&j, body);
	json_open(&j, NULL, '{');
	mailbox(&j, "From", e->from_name, e->from);
	mailbox(&j, "To", e->to_name, e->to);
	json_text(&j, "Subject", content.subject.data);
	json_text(&j, "TextBody", content.text.data);
	json_text(&j, "HtmlBody", content.html.data);
	json_open(&j, "Headers", '[');
	for (size_t i = 0; i < h.count; i++)
		header(&j, h.at[i].name, h.at[i].value);
	header(&j, "X-PM-KeepID", "true"); /* our Message-ID stays */
	json_close(&j, ']');
	json_bool(&j, "TrackOpens", false);
	json_text(&j, "TrackLinks", "None");
	json_open(&j, "Metadata", '{');
	json_text(&j, "slawatch", l->idempotency_key);
	json_close(&j, '}');
	json_close(&j, '}');
	mail_content_fini(&content);
}

static const char *build(
    const struct letter *l, struct arena *a, struct outgoing *out)
{
	struct mail_envelope e;
	const char *why = mail_envelope_init(&e, l, a);
	struct textbuf body;

	if (why != NULL)
		return why;
	via_header(a, out, "Accept", "application/json");
	via_header(a, out, "X-Postmark-Server-Token", l->channel->token);
	if (l->nviews == 0) {
		mail_question(l, a,
		    "/message-streams/outbound/suppressions/dump?"
		    "EmailAddress=",
		    e.to, out);
		return NULL;
	}
	textbuf_init(&body);
	message(l, &e, a, &body);
	via_body(a, out, &body, VIA_JSON);
	out->url = via_url(l, a, "/email");
	return NULL;
}

static void read(const struct outgoing *asked, const struct answer *got,
    struct arena *a, struct reading *out)
{
	const char *text;

	if (mail_is_question(asked) && got->status == 200) {
		text =
		    mail_answer_member(got, a, "Suppressions.0.EmailAddress");
		out->word = text[0] != '\0' ? MAIL_SUPPRESSED : MAIL_REACHABLE;
		return;
	}
	out->word = mail_answer_member(got, a, "ErrorCode");
	if (strcmp(out->word, "0") == 0)
		out->word = "";
	out->ref = mail_answer_member(got, a, "MessageID");
	/* One code for every malformed field; the text names it. */
	text = mail_answer_member(got, a, "Message");
	if (strcmp(out->word, "300") == 0 && strstr(text, "'From'") != NULL)
		out->word = "300 From";
	else if (strcmp(out->word, "300") == 0 && strstr(text, "'To'") != NULL)
		out->word = "300 To";
}

static const struct answer_row rows[] = {
	MAIL_CHECK_ROWS,
	/* [P] error codes */
	{ "10", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "the server token is not valid" },
	{ "100", 0, 0, MEANS_RETRY, BLAME_ENDPOINT, "maintenance there" },
	{ "300 From", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "the sender is not valid there" },
	{ "300 To", 0, 0, MEANS_NEXT, BLAME_PERSON,
	    "the address is not valid there" },
	{ "300", 0, 0, MEANS_NEXT, BLAME_MESSAGE, "invalid email request" },
	{ "400", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "no sender signature for `from`" },
	{ "401", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "the sender signature of `from` is not confirmed" },
	{ "402", 0, 0, MEANS_NEXT, BLAME_MESSAGE, "invalid JSON" },
	{ "403", 0, 0, MEANS_NEXT, BLAME_MESSAGE, "incompatible JSON" },
	{ "405", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "not allowed to send: no credits left" },
	{ "406", 0, 0, MEANS_NEXT, BLAME_PERSON,
	    "inactive recipient: mail to it bounced or was reported" },
	{ "409", 0, 0, MEANS_NEXT, BLAME_MESSAGE, "JSON required" },
	{ "410", 0, 0, MEANS_NEXT, BLAME_MESSAGE, "too many in a batch" },
	{ "411", 0, 0, MEANS_NEXT, BLAME_MESSAGE, "forbidden attachment" },
	{ "412", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "the account is pending approval" },
	{ "413", 0, 0, MEANS_ALARM, BLAME_CHANNEL, "the account may not send" },
	{ "429", 0, 0, MEANS_WAIT, BLAME_NOBODY, "too many requests" },
};

const struct via via_postmark = { .build = build,
	.read = read,
	.answers = { rows, COUNT(rows) },
	.words = mail_words };
