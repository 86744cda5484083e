/* via_mailgun.c - mail by Mailgun: a whole message in a form.
 *
 * Sources: [M] Mailgun documentation, "Messages: send an email in MIME format",
 * "API response codes", "Suppressions: bounces", and their help centre,
 * "Authorized recipients".  They answer in sentences; the word is what each
 * known one is about.
 *
 * Neither opens nor links are tracked: a link to acknowledge must stay itself.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/via.h"

#include "base/percent.h"
#include "base/textbuf.h"
#include "wire/mail_answer.h"
#include "wire/mail_content.h"
#include "wire/mail_encode.h"
#include "wire/mail_message.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void field(struct textbuf *form, const char *boundary, const char *name,
    const char *value)
{
	textbuf_addf(form,
	    "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n"
	    "%s\r\n",
	    boundary, name, value);
}

/* A line that the message does not have. */
static void make_boundary(struct textbuf *boundary, const char *message)
{
	textbuf_add(boundary, "slawatch-form");
	while (strstr(message, boundary->data) != NULL)
		textbuf_addc(boundary, 'x');
}

static void make_form(const struct letter *l, const struct mail_envelope *e,
    struct arena *a, struct outgoing *out)
{
	struct textbuf message;
	struct textbuf boundary;
	struct textbuf type;
	struct textbuf form;

	textbuf_init(&message);
	textbuf_init(&boundary);
	textbuf_init(&type);
	textbuf_init(&form);
	mail_message(l, e, a, &message);
	make_boundary(&boundary, message.data);
	field(&form, boundary.data, "to", e->to);
	field(&form, boundary.data, "o:tracking", "no");
	field(&form, boundary.data, "o:tracking-clicks", "no");
	field(&form, boundary.data, "o:tracking-opens", "no");
	textbuf_addf(&form,
	    "--%s\r\nContent-Disposition: form-data; name=\"message\"; "
	    "filename=\"message.eml\"\r\nContent-Type: message/rfc822\r\n\r\n",
	    boundary.data);
	textbuf_addn(&form, message.data, message.len);
	textbuf_addf(&form, "\r\n--%s--\r\n", boundary.data);
	textbuf_addf(&type, "multipart/form-data; boundary=%s", boundary.data);
	via_body(a, out, &form, type.data);
	textbuf_fini(&message);
	textbuf_fini(&boundary);
	textbuf_fini(&type);
}

static void authorize(
    const struct letter *l, struct arena *a, struct outgoing *out)
{
	struct textbuf pair;
	struct textbuf basic;

	textbuf_init(&pair);
	textbuf_init(&basic);
	textbuf_addf(&pair, "api:%s", l->channel->token);
	textbuf_add(&basic, "Basic ");
	mail_base64(&basic, pair.data, pair.len);
	via_header(a, out, "Authorization", basic.data);
	textbuf_fini(&pair);
	textbuf_fini(&basic);
}

/* The path under the sending domain. */
static const char *domain_path(
    const struct letter *l, struct arena *a, const char *path)
{
	struct textbuf tb;
	const char *text;

	textbuf_init(&tb);
	textbuf_add(&tb, "/v3/");
	percent_encode(&tb, l->channel->domain, PERCENT_UNRESERVED);
	textbuf_add(&tb, path);
	text = arena_strndup(a, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

static const char *build(
    const struct letter *l, struct arena *a, struct outgoing *out)
{
	struct mail_envelope e;
	const char *why = mail_envelope_init(&e, l, a);

	if (why != NULL)
		return why;
	authorize(l, a, out);
	if (l->nviews == 0) {
		mail_question(l, a, domain_path(l, a, "/bounces/"), e.to, out);
		return NULL;
	}
	make_form(l, &e, a, out);
	out->url = via_url(l, a, domain_path(l, a, "/messages.mime"));
	return NULL;
}

/* What the sentence is about. */
static const struct {
	const char *part;
	const char *word;
} sentences[] = {
	{ "'to' parameter is not a valid", "to" },
	{ "to parameter is not a valid", "to" },
	{ "'from' parameter is not a valid", "from" },
	{ "from parameter is not a valid", "from" },
	{ "authorized recipients", "test account" },
	{ "is not allowed to send", "domain" },
	{ "omain not found", "domain" },
	{ "omain is disabled", "domain" },
	{ "ccount disabled", "account" },
	{ "ccount is disabled", "account" },
	{ "limit exceeded", "limit" },
};

static void read(const struct outgoing *asked, const struct answer *got,
    struct arena *a, struct reading *out)
{
	const char *text = mail_answer_member(got, a, "message");

	if (mail_is_question(asked)) {
		if (got->status == 200)
			out->word = MAIL_SUPPRESSED;
		else if (got->status == 404)
			out->word = MAIL_REACHABLE;
		else if (got->status == 401 || got->status == 403)
			out->word = MAIL_MAY_NOT_ASK;
		return;
	}
	if (got->status == 200) {
		out->ref = mail_answer_member(got, a, "id");
		return;
	}
	for (size_t i = 0; i < COUNT(sentences); i++) {
		if (strstr(text, sentences[i].part) == NULL)
			continue;
		out->word = sentences[i].word;
		return;
	}
}

static const struct answer_row rows[] = {
	MAIL_CHECK_ROWS,
	/* [M] */
	{ "to", 400, 499, MEANS_NEXT, BLAME_PERSON,
	    "the address is not valid there" },
	{ "from", 400, 499, MEANS_ALARM, BLAME_CHANNEL,
	    "`from` is not valid there" },
	{ "test account", 400, 499, MEANS_ALARM, BLAME_CHANNEL,
	    "a test domain sends to authorized recipients only" },
	{ "domain", 400, 499, MEANS_ALARM, BLAME_CHANNEL,
	    "the domain may not send: see its DNS records there" },
	{ "account", 400, 499, MEANS_ALARM, BLAME_CHANNEL,
	    "the account is disabled" },
	{ "limit", 400, 499, MEANS_WAIT, BLAME_NOBODY,
	    "the account's limit is reached" },
	{ NULL, 401, 401, MEANS_ALARM, BLAME_CHANNEL,
	    "the API key is not valid" },
	{ NULL, 402, 402, MEANS_RETRY, BLAME_ENDPOINT, "request failed" },
	{ NULL, 404, 404, MEANS_ALARM, BLAME_CHANNEL,
	    "no such domain there: is it in the other region?" },
};

const struct via via_mailgun = { .build = build,
	.read = read,
	.answers = { rows, COUNT(rows) },
	.words = mail_words };
