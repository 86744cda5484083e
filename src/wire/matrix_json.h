/* matrix_json.h - a matrix that is not on the daemon's disk, there and back.
 *
 *	{"name": "new.yaml", "revision": "0123456789abcdef", "text": "...",
 *	 "files": [{"name": "holidays.ics", "base64": "..."}]}
 *
 * The text is masked (conf/masked.h): secrets do not travel.  The revision is
 * that of the file as it stands.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_MATRIX_JSON_H
#define SLAWATCH_WIRE_MATRIX_JSON_H

#include "base/arena.h"
#include "base/errtext.h"
#include "base/textbuf.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

struct sent_file {
	const char *name;
	const char *bytes;
	size_t len;
};

struct sent_matrix {
	const char *name;
	const char *revision;
	const char *text;
	struct sent_file *files;
	size_t nfiles;
};

void sent_matrix_write(const struct sent_matrix *m, struct textbuf *out);

/* False with "member: reason".  What is read lives in the arena. */
bool sent_matrix_read(const char *body, size_t len, struct arena *arena,
    struct sent_matrix *out, struct errtext *err);

#endif
