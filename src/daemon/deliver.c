/* deliver.c - from a view to a request, per channel type.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/deliver.h"

#include "base/check.h"
#include "base/textbuf.h"
#include "wire/mail_message.h"
#include "wire/slack_message.h"
#include "wire/webhook_message.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESS_MAX 321 /* RFC 5321: 64 + "@" + 255, and NUL */

void deliver_sign(const char *secret, int64_t timestamp, const char *body,
    size_t len, char out[SIGNATURE_TEXT_MAX])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned mac_len = 0;
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(&text, "%lld.", (long long)timestamp);
	textbuf_addn(&text, body, len);
	CHECK(HMAC(EVP_sha256(), secret, (int)strlen(secret),
		  (const unsigned char *)text.data, text.len, mac,
		  &mac_len) != NULL);
	textbuf_fini(&text);
	CHECK(mac_len == 32);
	for (unsigned i = 0; i < mac_len; i++) {
		out[2 * i] = hex[mac[i] >> 4];
		out[2 * i + 1] = hex[mac[i] & 15];
	}
	out[SIGNATURE_TEXT_MAX - 1] = '\0';
}

static void set_body(
    struct arena *a, struct textbuf *body, struct http_send *out)
{
	out->body = arena_strndup(a, body->data, body->len);
	out->len = body->len;
	textbuf_fini(body);
}

static void add_header(
    struct arena *a, struct http_send *out, const char *name, const char *value)
{
	struct textbuf line;

	CHECK(out->nheaders < sizeof out->headers / sizeof out->headers[0]);
	textbuf_init(&line);
	textbuf_addf(&line, "%s: %s", name, value);
	out->headers[out->nheaders++] = arena_strdup(a, line.data);
	textbuf_fini(&line);
}

static const char *build_slack(
    const struct letter *l, struct arena *a, struct http_send *out)
{
	struct textbuf body;

	textbuf_init(&body);
	slack_message(l->view, &body);
	set_body(a, &body, out);
	add_header(a, out, "Content-Type", "application/json; charset=utf-8");
	return NULL;
}

static void add_signature(
    const struct letter *l, struct arena *a, struct http_send *out)
{
	char signature[3 + SIGNATURE_TEXT_MAX] = "v1=";
	int64_t timestamp = l->now.ms / SECOND_MS;
	char digits[24];
	struct textbuf text;

	textbuf_init_fixed(&text, digits, sizeof digits);
	textbuf_addf(&text, "%lld", (long long)timestamp);
	add_header(a, out, "X-Slawatch-Timestamp", digits);
	if (l->channel->secret == NULL)
		return;
	deliver_sign(
	    l->channel->secret, timestamp, out->body, out->len, signature + 3);
	add_header(a, out, "X-Slawatch-Signature", signature);
}

static const char *build_webhook(
    const struct letter *l, struct arena *a, struct http_send *out)
{
	struct textbuf body;

	textbuf_init(&body);
	webhook_message(l->view, l->idempotency_key, l->who, &body);
	set_body(a, &body, out);
	add_header(a, out, "Content-Type", "application/json");
	add_header(a, out, "Idempotency-Key", l->idempotency_key);
	add_signature(l, a, out);
	return NULL;
}

static const char *why_not(
    struct arena *a, const char *subject, const char *reason)
{
	struct errtext text;

	errtext_set(&text, "%s %s", subject, reason);
	return arena_strdup(a, text.text);
}

static const char *build_mail(
    const struct letter *l, struct arena *a, struct http_send *out)
{
	const struct notice_view *v = l->view;
	char *from = arena_alloc(a, ADDRESS_MAX);
	char *to = arena_alloc(a, ADDRESS_MAX);
	struct mail_envelope e = { .from = l->channel->from,
		.to = to,
		.to_name = v->person,
		.idempotency_key = l->idempotency_key };
	struct textbuf body;

	if (v->person_email == NULL)
		return why_not(a, l->who[0] != '\0' ? l->who : "a room",
		    "has no email address");
	if (!mail_address(v->person_email, to, ADDRESS_MAX))
		return why_not(a, l->who, "has an email address that is none");
	if (e.from == NULL || !mail_address(e.from, from, ADDRESS_MAX))
		return why_not(a, l->channel->name, "has no usable `from`");
	e.domain = strchr(from, '@') != NULL ? strchr(from, '@') + 1 : from;
	textbuf_init(&body);
	mail_message(v, &e, &body);
	set_body(a, &body, out);
	out->mail_from = from;
	out->mail_to = to;
	out->user = l->channel->user;
	out->password = l->channel->password;
	out->starttls = l->channel->starttls;
	return NULL;
}

/* Nothing is sent: the notifier writes the line itself. */
static const char *build_log(
    const struct letter *l, struct arena *a, struct http_send *out)
{
	(void)l;
	(void)a;
	(void)out;
	return NULL;
}

static const char *(*const builders[CHANNEL_TYPE_COUNT])(
    const struct letter *l, struct arena *a, struct http_send *out) = {
	[CHANNEL_LOG] = build_log,
	[CHANNEL_SLACK_WEBHOOK] = build_slack,
	[CHANNEL_SMTP] = build_mail,
	[CHANNEL_WEBHOOK] = build_webhook,
};

const char *deliver_build(
    const struct letter *letter, struct arena *arena, struct http_send *out)
{
	const struct channel *c = letter->channel;

	*out = (struct http_send){ .url = c->url, .ca_file = c->ca_file };
	return builders[c->type](letter, arena, out);
}
