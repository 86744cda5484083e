/* http_target.c - the request line taken apart.
 *
 * SPDX-License-Identifier: MIT */
#include "net/http_target.h"

#include "base/percent.h"

#include <string.h>
#include <strings.h>

static bool has_control(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return true;
	return false;
}

/* One "name=value" of len bytes. */
static bool add_param(
    const char *raw, size_t len, struct arena *arena, struct http_target *out)
{
	const char *eq = memchr(raw, '=', len);
	size_t name_len = eq == NULL ? len : (size_t)(eq - raw);
	struct http_param *p;

	if (out->nparams >= HTTP_PARAMS_MAX)
		return false;
	p = arena_push(
	    arena, &out->params, &out->nparams, &out->cap_params, sizeof *p);
	p->name = percent_decode(raw, name_len, true, arena);
	p->value = "";
	if (eq != NULL)
		p->value =
		    percent_decode(eq + 1, len - name_len - 1, true, arena);
	return p->name != NULL && p->value != NULL;
}

static bool parse_query(
    const char *raw, struct arena *arena, struct http_target *out)
{
	for (;;) {
		size_t len = strcspn(raw, "&");

		if (len > 0 && !add_param(raw, len, arena, out))
			return false;
		if (raw[len] == '\0')
			return true;
		raw += len + 1;
	}
}

/* "http://host/path" to "/path"; anything else as it is. */
static const char *skip_authority(const char *raw)
{
	const char *slash;

	if (strncasecmp(raw, "http://", 7) != 0)
		return raw;
	slash = strchr(raw + 7, '/');
	return slash == NULL ? "/" : slash;
}

bool http_target_parse(const char *raw, struct arena *arena,
    struct http_target *out, const char **why)
{
	size_t len;

	*out = (struct http_target){ .path = "" };
	raw = skip_authority(raw);
	*why = "path: not a path";
	if (raw[0] != '/')
		return false;
	len = strcspn(raw, "?#");
	out->path = percent_decode(raw, len, false, arena);
	*why = "path: malformed escape, control character or not UTF-8";
	if (out->path == NULL || has_control(out->path)) {
		out->path = "";
		return false;
	}
	*why = "query: malformed escape, not UTF-8, or too many parameters";
	return raw[len] != '?' || parse_query(raw + len + 1, arena, out);
}
