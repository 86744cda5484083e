/* slack_text.h - a text for Slack, escaped, cut at what Slack takes.
 *
 * Limits are counted in UTF-16 units, the strictest reading of "characters",
 * after escaping; a cut falls between characters and never inside an entity or
 * markup of ours, and shows as an ellipsis.
 *
 * Source: Slack's "Reference: blocks", "Formatting text for app surfaces".
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_SLACK_TEXT_H
#define SLAWATCH_WIRE_SLACK_TEXT_H

#include "base/instant.h"
#include "base/textbuf.h"
#include "wire/json_out.h"

#include <stdbool.h>
#include <stddef.h>

#define SLACK_HEADER_MAX   150
#define SLACK_SECTION_MAX  3000
#define SLACK_FIELD_MAX	   2000
#define SLACK_CONTEXT_MAX  2000
#define SLACK_BUTTON_MAX   75
#define SLACK_URL_MAX	   3000
#define SLACK_FALLBACK_MAX 4000 /* Slack takes 40,000; nobody reads them */

struct slack_text {
	struct textbuf tb; /* textbuf_init() and _fini() are the caller's */
	size_t left;	   /* units */
};

void slack_start(struct slack_text *c, size_t max);

/* Ours: markup that must stay whole, or be left out. */
void slack_add(struct slack_text *c, const char *text);

/* Theirs: at most max units, one line. */
void slack_add_theirs(struct slack_text *c, const char *text, size_t max);

/* The same with the line breaks it has. */
void slack_add_lines(struct slack_text *c, const char *text, size_t max);

/* Shown in each reader's own zone, with the instant for older clients. */
void slack_add_when(struct slack_text *c, struct wall at);

/* "<@U01DANA>", "<!subteam^S01TEAM>": pings.  Nothing for what is no id. */
void slack_add_mention(struct slack_text *c, const char *id);
bool slack_is_person(const char *id); /* "U...", "W..." */
bool slack_is_group(const char *id);  /* "S..." */

/* A text object; emoji names stay as they are written. */
void slack_object(struct json_out *j, const char *name, const char *type,
    const struct slack_text *c);

/* {"type": "section", "text": ...}. */
void slack_section(struct json_out *j, const struct slack_text *c);

#endif
