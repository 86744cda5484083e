/* event_json.h - the event format of DESIGN 7, in and out.
 *
 * Unknown members are refused with the nearest known name, so that a typo does
 * not silently lose a field.  Texts are limited (limits below); a longer one
 * is refused with the member's name, but for `text`, `tried` and `next_step`,
 * which are cut.  Numbers (value, sentiment, ...) are kept as their text.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_EVENT_JSON_H
#define SLAWATCH_WIRE_EVENT_JSON_H

#include "base/arena.h"
#include "base/errtext.h"
#include "base/textbuf.h"
#include "core/event.h"

#include <stdbool.h>
#include <stddef.h>

#define EVENT_ID_MAX	200   /* bytes */
#define EVENT_TEXT_MAX	16384 /* text, tried, next_step: cut there */
#define EVENT_FIELD_MAX 1000  /* any other text: refused above */
#define EVENT_TAGS_MAX	64
#define EVENT_BYTES_MAX 65536 /* one event's JSON: refused above */

/* One object's text to an event in the arena, the body kept in it.  False with
 * the member and the reason: "at: not an RFC 3339 instant: \"yesterday\"". */
bool event_from_json(const char *text, size_t len, struct arena *arena,
    struct event *out, struct errtext *err);

/* One line without the newline; what event_from_json() reads back. */
void event_to_json(const struct event *ev, struct textbuf *out);

#endif
