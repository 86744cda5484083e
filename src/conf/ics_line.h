/* ics_line.h - the content lines of an iCalendar text, one by one.
 *
 * Lines end with CRLF or LF; one that starts with a blank goes on the line
 * before (RFC 5545, 3.1).  Each comes with the number of its first line in the
 * text, so that a message can say where.
 *
 * Why not libical's parser for this: it drops a property that it cannot read
 * and goes on, and knows no line numbers; a holiday that is silently not there
 * is what must not happen.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_ICS_LINE_H
#define SLAWATCH_CONF_ICS_LINE_H

#include "base/arena.h"
#include "base/errtext.h"

#include <stdbool.h>
#include <stddef.h>

struct ics_line {
	int number;	    /* of its first line, 1.. */
	const char *name;   /* in capitals: "DTSTART" */
	const char *params; /* what stands between name and colon, or "" */
	const char *value;  /* as written, unfolded */
};

struct ics_lines {
	const char *at;
	const char *end;
	int number; /* of the line that comes next */
	struct arena *arena;
};

void ics_lines_init(
    struct ics_lines *l, const char *text, size_t len, struct arena *arena);

/* The next line that is not empty.  False at the end, and where a line is none
 * (err says so; it is "" at the end). */
bool ics_lines_next(
    struct ics_lines *l, struct ics_line *out, struct errtext *err);

bool ics_line_is(const struct ics_line *l, const char *name);

/* Does the value equal the word, in whatever case? */
bool ics_value_is(const struct ics_line *l, const char *word);

/* The value of a parameter without its quotes ("TZID"), or NULL. */
const char *ics_param(
    const struct ics_line *l, const char *name, struct arena *arena);

/* The value of a text property, its escapes resolved; cut at a length that no
 * title needs. */
const char *ics_text(const struct ics_line *l, struct arena *arena);

/* How many bytes of a foreign text a message shows: for %.*s. */
int ics_shown(const char *text);

#endif
