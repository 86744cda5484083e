/* via_sendgrid.c - mail by SendGrid.
 *
 * Sources: [G] Twilio SendGrid documentation, "Mail Send: errors", "v3 API:
 * errors" and "responses", "Suppressions: bounces".  They have no codes of
 * their own: the word is the field of the first error, else its text.
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
	json_open(j, name, '{');
	json_text(j, "email", address);
	if (who[0] != '\0')
		json_text(j, "name", who);
	json_close(j, '}');
}

static void content_part(
    struct json_out *j, const char *type, const struct textbuf *body)
{
	json_open(j, NULL, '{');
	json_text(j, "type", type);
	json_text(j, "value", body->data);
	json_close(j, '}');
}

static void untracked(struct json_out *j, const char *name)
{
	json_open(j, name, '{');
	json_bool(j, "enable", false);
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
	json_open(&j, "personalizations", '[');
	json_open(&j, NULL, '{');
	json_open(&j, "to", '[');
	mailbox(&j, NULL, e->to_name, e->to);
	json_close(&j, ']');
	json_close(&j, '}');
	json_close(&j, ']');
	mailbox(&j, "from", e->from_name, e->from);
	json_text(&j, "subject", content.subject.data);
	json_open(&j, "content", '[');
	content_part(&j, "text/plain", &content.text);
	content_part(&j, "text/html", &content.html);
	json_close(&j, ']');
	json_open(&j, "headers", '{');
	for (size_t i = 0; i < h.count; i++)
		json_text(&j, h.at[i].name, h.at[i].value);
	json_close(&j, '}');
	json_open(&j, "custom_args", '{');
	json_text(&j, "slawatch", l->idempotency_key);
	json_close(&j, '}');
	json_open(&j, "tracking_settings", '{');
	untracked(&j, "click_tracking");
	untracked(&j, "open_tracking");
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
	via_bearer(a, out, l->channel->token);
	via_header(a, out, "Accept", "application/json");
	if (l->nviews == 0) {
		mail_question(l, a, "/v3/suppression/bounces/", e.to, out);
		return NULL;
	}
	textbuf_init(&body);
	message(l, &e, a, &body);
	via_body(a, out, &body, VIA_JSON);
	out->url = via_url(l, a, "/v3/mail/send");
	out->answer_header = "X-Message-Id";
	return NULL;
}

static void read(const struct outgoing *asked, const struct answer *got,
    struct arena *a, struct reading *out)
{
	const char *field = mail_answer_member(got, a, "errors.0.field");

	if (mail_is_question(asked) && got->status == 200) {
		const char *email = mail_answer_member(got, a, "0.email");

		out->word = email[0] != '\0' ? MAIL_SUPPRESSED : MAIL_REACHABLE;
	} else if (mail_is_question(asked) && got->status == 403) {
		out->word = MAIL_MAY_NOT_ASK;
	} else if (mail_is_question(asked) && got->status == 404) {
		out->word = MAIL_REACHABLE;
	} else {
		out->word = field[0] != '\0' ? field
					     : mail_answer_member(
						   got, a, "errors.0.message");
		out->ref = got->header == NULL ? "" : got->header;
	}
}

static const struct answer_row rows[] = {
	MAIL_CHECK_ROWS,
	/* [G] errors by field */
	{ "from", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "`from` is no verified sender there" },
	{ "from.email", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "`from` is no valid address there" },
	{ "personalizations.0.to", 0, 0, MEANS_NEXT, BLAME_PERSON,
	    "the address is not valid there" },
	{ "personalizations.0.to.0.email", 0, 0, MEANS_NEXT, BLAME_PERSON,
	    "the address is not valid there" },
	/* [G] and by text */
	{ "Maximum credits exceeded", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "no credits left" },
	{ "authorization required", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "the API key is missing" },
	{ "The provided authorization grant is invalid, expired, or revoked", 0,
	    0, MEANS_ALARM, BLAME_CHANNEL, "the API key is not valid" },
	{ "access forbidden", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "the API key may not send mail" },
	/* [G] codes that HTTP does not explain */
	{ NULL, 403, 403, MEANS_ALARM, BLAME_CHANNEL,
	    "the sender or the key may not send, or is blocked for a while" },
	{ NULL, 406, 406, MEANS_NEXT, BLAME_MESSAGE, "no Accept header" },
	{ NULL, 451, 451, MEANS_ALARM, BLAME_CHANNEL,
	    "another region keeps this account's data" },
};

const struct via via_sendgrid = { .build = build,
	.read = read,
	.answers = { rows, COUNT(rows) },
	.words = mail_words };
