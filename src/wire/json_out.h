/* json_out.h - write JSON text piece by piece, without a tree.
 *
 * Commas, quoting and nesting are kept by the writer; a wrong nesting fails a
 * check.  Instants are RFC 3339, WALL_NEVER is null; a NULL text is null.
 * Invalid UTF-8 (which the gate keeps out) is replaced by U+FFFD.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_JSON_OUT_H
#define SLAWATCH_WIRE_JSON_OUT_H

#include "base/instant.h"
#include "base/textbuf.h"

#include <stdbool.h>
#include <stdint.h>

#define JSON_OUT_DEPTH 16

struct json_out {
	struct textbuf *to; /* borrowed */
	int depth;
	bool first[JSON_OUT_DEPTH];	/* nothing written on that level yet */
	bool in_object[JSON_OUT_DEPTH]; /* that level's values have names */
};

void json_out_init(struct json_out *j, struct textbuf *to);

/* In an object every value has a name; in an array and at the top name is
 * NULL. */
void json_open(struct json_out *j, const char *name, char bracket); /* { [ */
void json_close(struct json_out *j, char bracket);		    /* } ] */
void json_text(struct json_out *j, const char *name, const char *value);
void json_textn(
    struct json_out *j, const char *name, const char *value, size_t len);
/* "" is null, too. */
void json_text_or_null(struct json_out *j, const char *name, const char *value);
void json_int(struct json_out *j, const char *name, int64_t value);
/* Not known: null. */
void json_int_or_null(
    struct json_out *j, const char *name, bool known, int64_t value);
void json_bool(struct json_out *j, const char *name, bool value);
void json_wall(struct json_out *j, const char *name, struct wall value);
/* A span in seconds: 90, -1.5; a fraction only where there is one. */
void json_seconds(struct json_out *j, const char *name, int64_t ms);
/* Written as it is: a number kept as text, or JSON made elsewhere. */
void json_raw(struct json_out *j, const char *name, const char *value);

#endif
