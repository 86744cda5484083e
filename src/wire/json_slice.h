/* json_slice.h - look into JSON text where it stands, without a tree.
 *
 * cJSON knows numbers as doubles only and forgets how a value was written.  So
 * that "12345678901234567890" stays itself, and an event's own text can go into
 * the journal, these read slices of the text.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_JSON_SLICE_H
#define SLAWATCH_WIRE_JSON_SLICE_H

#include "base/textbuf.h"

#include <stdbool.h>
#include <stddef.h>

struct json_slice {
	const char *start; /* borrowed, not NUL-terminated */
	size_t len;
};

bool json_is_blank(char c);

/* Bytes of leading blanks. */
size_t json_blanks(const char *text, size_t len);

/* For any text: length of the first value by its brackets and quotes alone; a
 * bare word ends at a comma, a bracket or a blank.  0 if it is not closed, or
 * its brackets do not match. */
size_t json_extent(const char *text, size_t len);

/* The rest is for text that has passed the gate. */

/* The value of an object's member, exactly as written. */
bool json_member(
    struct json_slice object, const char *name, struct json_slice *value);

/* Without blanks between its tokens, hence on one line. */
void json_compact(const char *text, size_t len, struct textbuf *out);

/* Order of two struct json_slice that hold names as they stand between their
 * quotes, after escapes are resolved; for qsort. */
int json_key_compare(const void *a, const void *b);

#endif
