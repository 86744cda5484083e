/* deliver.c - what a channel kind wants sent, as a request.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/deliver.h"

#include "base/check.h"
#include "base/textbuf.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

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

static void add_signature(const struct outgoing *o, struct wall now,
    struct arena *a, struct http_send *out)
{
	char signature[3 + SIGNATURE_TEXT_MAX] = "v1=";
	int64_t timestamp = now.ms / SECOND_MS;
	char digits[24];
	struct textbuf text;

	textbuf_init_fixed(&text, digits, sizeof digits);
	textbuf_addf(&text, "%lld", (long long)timestamp);
	add_header(a, out, "X-Slawatch-Timestamp", digits);
	if (o->hmac_key == NULL)
		return;
	deliver_sign(
	    o->hmac_key, timestamp, out->body, out->len, signature + 3);
	add_header(a, out, "X-Slawatch-Signature", signature);
}

void deliver_request(const struct channel *c, const struct outgoing *o,
    struct wall now, struct arena *a, struct http_send *out)
{
	*out = (struct http_send){ .url = o->url,
		.method = o->method,
		.nheaders = o->nheaders,
		.body = o->body,
		.len = o->len,
		.mail_from = o->mail_from,
		.mail_to = o->mail_to,
		.user = o->user,
		.password = o->password,
		.starttls = c->starttls,
		.aws_sigv4 = o->aws_sigv4,
		.answer_max = o->answer_max,
		.answer_header = o->answer_header,
		.ca_file = c->ca_file };
	for (size_t i = 0; i < o->nheaders; i++)
		out->headers[i] = o->headers[i];
	if (o->stamped)
		add_signature(o, now, a, out);
}
