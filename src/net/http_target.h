/* http_target.h - "/v1/tickets/zendesk%3A4711?limit=5" as path and parameters.
 *
 * The HTTP library is told to leave escapes alone and everything is decoded
 * here, once: in its own decoding an escaped NUL would cut the text, and what
 * was checked would not be what is used.
 *
 * Refused: an escape that is not two hex digits, NUL or any other control
 * character in the path, NUL in the query, what is not UTF-8 after decoding,
 * a target that is not a path (but http://host/path is, RFC 9112 3.2.2).  In a
 * query "+" is a space, as forms and URLSearchParams write it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_NET_HTTP_TARGET_H
#define SLAWATCH_NET_HTTP_TARGET_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

#define HTTP_PARAMS_MAX 64

struct http_param {
	const char *name;
	const char *value; /* "" without a "=" */
};

struct http_target {
	const char *path;
	struct http_param *params; /* in the order in which they stood */
	size_t nparams;
	size_t cap_params;
};

/* Everything in *out lives in the arena.  False: *why is a fixed text. */
bool http_target_parse(const char *raw, struct arena *arena,
    struct http_target *out, const char **why);

#endif
