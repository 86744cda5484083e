/* reply.c - answers in JSON.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/reply.h"

#include "base/errtext.h"
#include "wire/json_out.h"

#include <stdarg.h>

#define JSON_TYPE "application/json"

void reply_json(struct http_request *r, int status, struct textbuf *body)
{
	textbuf_addc(body, '\n');
	http_reply(r, status, JSON_TYPE, body->data, body->len, NULL);
	textbuf_fini(body);
}

void reply_error_with(
    struct http_request *r, int status, const char *header, const char *why)
{
	struct textbuf body;
	struct json_out j;

	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	json_text(&j, "error", why);
	json_close(&j, '}');
	textbuf_addc(&body, '\n');
	http_reply(r, status, JSON_TYPE, body.data, body.len, header);
	textbuf_fini(&body);
}

void reply_error(struct http_request *r, int status, const char *fmt, ...)
{
	struct textbuf why;
	va_list ap;

	textbuf_init(&why);
	va_start(ap, fmt);
	textbuf_vaddf(&why, fmt, ap);
	va_end(ap);
	reply_error_with(r, status, NULL, why.data);
	textbuf_fini(&why);
}

void reply_busy(struct http_request *r, const char *why)
{
	reply_error_with(r, 503, "Retry-After: 1", why);
}
