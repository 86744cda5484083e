/* event_fields.h - the `fields` of an event: one table of what each may be.
 *
 * Part of event_json.h, and for whoever builds events from other formats.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_EVENT_FIELDS_H
#define SLAWATCH_WIRE_EVENT_FIELDS_H

#include "base/arena.h"
#include "base/errtext.h"
#include "core/event.h"
#include "wire/json_out.h"
#include "wire/json_slice.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

enum field_kind {
	FIELD_KIND_WORD,   /* a text of at most EVENT_FIELD_MAX bytes */
	FIELD_KIND_LONG,   /* a text, cut at EVENT_TEXT_MAX */
	FIELD_KIND_NUMBER, /* kept as it was written */
	FIELD_KIND_DATE,   /* YYYY-MM-DD */
	FIELD_KIND_STATUS,
	FIELD_KIND_TAGS,   /* a list of words */
	FIELD_KIND_OBJECT, /* any JSON object, kept as it was written */
};

enum field_kind field_kind(enum field f);

/* Is it JSON's idea of a number, short enough to be kept? */
bool field_is_number(const char *text);

/* "2026-03-01", and a day that exists. */
bool field_is_date(const char *text);

struct field_reader {
	struct arena *arena;
	struct json_slice raw; /* the object being read, as it was written */
};

/* The whole object: marks in out->set what it names.  The reason begins with
 * the member's path: "fields.customer.tier: ...". */
bool event_fields_read(struct field_reader *r, const cJSON *object,
    struct fields *out, struct errtext *err);

/* One of them; the reason is without its name. */
bool event_field_read(struct field_reader *r, enum field f, const cJSON *v,
    struct fields *out, struct errtext *err);

/* {"subject":...}: what `set` names, null where it takes away. */
void event_fields_write(const struct fields *f, struct json_out *out);

/* A text that must be there and not be empty. */
bool json_read_word(const cJSON *v, size_t max, struct arena *arena,
    const char **out, struct errtext *err);

/* A text cut at EVENT_TEXT_MAX; NULL for null and an empty one. */
bool json_read_long(
    const cJSON *v, struct arena *arena, const char **out, struct errtext *err);

#endif
