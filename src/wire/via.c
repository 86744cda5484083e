/* via.c - the table of channel kinds, and what their files share.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/via.h"

#include "base/check.h"
#include "base/errtext.h"
#include "base/textbuf.h"

#include <string.h>

#define DECLARE(ID, id, ...) extern const struct via via_##id;
CHANNEL_KINDS(DECLARE)
#undef DECLARE

const struct via *via_of(enum channel_type type)
{
#define ROW(ID, id, ...) [CHANNEL_##ID] = &via_##id,
	static const struct via *const kinds[CHANNEL_TYPE_COUNT] = {
		CHANNEL_KINDS(ROW)
	};
#undef ROW

	CHECK((unsigned)type < CHANNEL_TYPE_COUNT);
	return kinds[type];
}

const char *letter_recall(const struct letter *l, const char *name)
{
	return l->recall == NULL ? NULL : l->recall(l->user, name);
}

void via_header(
    struct arena *a, struct outgoing *out, const char *name, const char *value)
{
	struct textbuf line;

	CHECK(out->nheaders < sizeof out->headers / sizeof out->headers[0]);
	textbuf_init(&line);
	textbuf_addf(&line, "%s: %s", name, value);
	out->headers[out->nheaders++] = arena_strndup(a, line.data, line.len);
	textbuf_fini(&line);
}

void via_bearer(struct arena *a, struct outgoing *out, const char *token)
{
	struct textbuf bearer;

	textbuf_init(&bearer);
	textbuf_addf(&bearer, "Bearer %s", token);
	via_header(a, out, "Authorization", bearer.data);
	textbuf_fini(&bearer);
}

const char *via_url(const struct letter *l, struct arena *a, const char *path)
{
	const char *base = l->channel->url;
	struct textbuf url;
	const char *text;
	size_t len = strlen(base);

	while (len > 0 && base[len - 1] == '/')
		len--;
	textbuf_init(&url);
	textbuf_addn(&url, base, len);
	textbuf_add(&url, path);
	text = arena_strndup(a, url.data, url.len);
	textbuf_fini(&url);
	return text;
}

void via_body(struct arena *a, struct outgoing *out, struct textbuf *body,
    const char *type)
{
	if (type != NULL)
		via_header(a, out, "Content-Type", type);
	out->body = arena_strndup(a, body->data, body->len);
	out->len = body->len;
	textbuf_fini(body);
}

const char *via_why(struct arena *a, const char *subject, const char *reason)
{
	struct errtext text;

	errtext_set(&text, "%s %s", subject, reason);
	return arena_strdup(a, text.text);
}
