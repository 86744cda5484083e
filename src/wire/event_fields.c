/* event_fields.c - a ticket's fields, checked on the way in.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/event_fields.h"

#include "base/nearest.h"
#include "wire/event_json.h"
#include "wire/json_gate.h"

#include <string.h>

#define CUSTOMER     "customer."
#define CUSTOMER_LEN (sizeof CUSTOMER - 1)

/* Fields that are not listed are words. */
static const enum field_kind kinds[FIELD_COUNT] = {
	[FIELD_STATUS] = FIELD_KIND_STATUS,
	[FIELD_CUSTOMER_VALUE] = FIELD_KIND_NUMBER,
	[FIELD_CUSTOMER_RENEWAL] = FIELD_KIND_DATE,
	[FIELD_TAGS] = FIELD_KIND_TAGS,
	[FIELD_TEXT] = FIELD_KIND_LONG,
	[FIELD_TRIED] = FIELD_KIND_LONG,
	[FIELD_NEXT_STEP] = FIELD_KIND_LONG,
	[FIELD_SENTIMENT] = FIELD_KIND_NUMBER,
	[FIELD_AI_CONFIDENCE] = FIELD_KIND_NUMBER,
	[FIELD_CSAT] = FIELD_KIND_NUMBER,
	[FIELD_ATTRIBUTES] = FIELD_KIND_OBJECT,
};

enum field_kind field_kind(enum field f)
{
	return kinds[f];
}

static bool refuse(struct errtext *err, const char *why)
{
	errtext_set(err, "%s", why);
	return false;
}

bool json_read_word(const cJSON *v, size_t max, struct arena *arena,
    const char **out, struct errtext *err)
{
	size_t len;

	if (!cJSON_IsString(v))
		return refuse(err, "must be a text");
	len = strlen(v->valuestring);
	if (len == 0)
		return refuse(err, "may not be empty");
	if (len > max) {
		errtext_set(err, "longer than %zu bytes", max);
		return false;
	}
	*out = arena_strndup(arena, v->valuestring, len);
	return true;
}

bool json_read_long(
    const cJSON *v, struct arena *arena, const char **out, struct errtext *err)
{
	size_t len;

	*out = NULL;
	if (cJSON_IsNull(v))
		return true;
	if (!cJSON_IsString(v))
		return refuse(err, "must be a text");
	len = utf8_cut(v->valuestring, strlen(v->valuestring), EVENT_TEXT_MAX);
	if (len > 0)
		*out = arena_strndup(arena, v->valuestring, len);
	return true;
}

bool field_is_number(const char *text)
{
	struct errtext ignored;

	return (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) &&
	       json_gate(text, strlen(text), &ignored) &&
	       json_blanks(text + strlen(text) - 1, 1) == 0;
}

bool field_is_date(const char *text)
{
	int part[3] = { 0, 0, 0 };
	int at = 0;

	if (strlen(text) != 10)
		return false;
	for (int i = 0; i < 10; i++) {
		if (i == 4 || i == 7) {
			if (text[i] != '-')
				return false;
			at++;
		} else if (text[i] < '0' || text[i] > '9') {
			return false;
		} else {
			part[at] = part[at] * 10 + (text[i] - '0');
		}
	}
	return civil_date_valid(part[0], part[1], part[2]);
}

/* The member's text in the event, into *out. */
static bool read_raw(struct field_reader *r, const char *name, const char **out)
{
	struct json_slice value;

	if (!json_member(r->raw, name, &value))
		return false;
	*out = arena_strndup(r->arena, value.start, value.len);
	return true;
}

static bool read_tags(struct field_reader *r, const cJSON *v,
    struct fields *out, struct errtext *err)
{
	size_t count = (size_t)cJSON_GetArraySize(v);
	const cJSON *tag;

	if (!cJSON_IsArray(v))
		return refuse(err, "must be a list of texts");
	if (count > EVENT_TAGS_MAX) {
		errtext_set(err, "more than %d tags", EVENT_TAGS_MAX);
		return false;
	}
	out->tags = arena_alloc(r->arena, count * sizeof *out->tags);
	out->ntags = 0;
	cJSON_ArrayForEach(tag, v)
	{
		if (!json_read_word(tag, EVENT_FIELD_MAX, r->arena,
			&out->tags[out->ntags], err)) {
			errtext_wrap(err, "tag %zu", out->ntags + 1);
			return false;
		}
		out->ntags++;
	}
	return true;
}

static bool read_status(const cJSON *v, struct fields *out, struct errtext *err)
{
	struct nearest near;

	if (!cJSON_IsString(v))
		return refuse(err, "must be a text");
	if (status_parse(v->valuestring, &out->status))
		return true;
	nearest_init(&near, v->valuestring);
	for (int i = 0; i < STATUS_COUNT; i++)
		nearest_try(&near, status_name((enum status)i));
	nearest_say(&near, "unknown status", err);
	return false;
}

/* f is of a kind that is kept as one text, v is not null. */
static bool read_kept(struct field_reader *r, enum field f, const cJSON *v,
    const char **out, struct errtext *err)
{
	const char *name = field_name(f);

	if (strncmp(name, CUSTOMER, CUSTOMER_LEN) == 0)
		name += CUSTOMER_LEN;
	switch (kinds[f]) {
	case FIELD_KIND_LONG:
		return json_read_long(v, r->arena, out, err);
	case FIELD_KIND_NUMBER:
		if (!cJSON_IsNumber(v))
			return refuse(err, "must be a number");
		return read_raw(r, name, out);
	case FIELD_KIND_OBJECT:
		if (!cJSON_IsObject(v))
			return refuse(err, "must be an object");
		return read_raw(r, name, out);
	case FIELD_KIND_DATE:
		if (!cJSON_IsString(v) || !field_is_date(v->valuestring))
			return refuse(err, "must be a date, YYYY-MM-DD");
		break;
	case FIELD_KIND_WORD:
	case FIELD_KIND_STATUS:
	case FIELD_KIND_TAGS:
		break;
	}
	return json_read_word(v, EVENT_FIELD_MAX, r->arena, out, err);
}

bool event_field_read(struct field_reader *r, enum field f, const cJSON *v,
    struct fields *out, struct errtext *err)
{
	out->set |= FIELD_BIT(f);
	if (kinds[f] == FIELD_KIND_STATUS)
		return read_status(v, out, err);
	if (cJSON_IsNull(v) ||
	    (cJSON_IsString(v) && v->valuestring[0] == '\0')) {
		out->text[f] = NULL;
		if (kinds[f] == FIELD_KIND_TAGS)
			out->ntags = 0;
		return true;
	}
	if (kinds[f] == FIELD_KIND_TAGS)
		return read_tags(r, v, out, err);
	return read_kept(r, f, v, &out->text[f], err);
}

static bool is_behind(enum field f, const char *prefix)
{
	bool inner = strncmp(field_name(f), CUSTOMER, CUSTOMER_LEN) == 0;

	return inner == (*prefix != '\0');
}

static void say_unknown(
    const char *prefix, const char *name, struct errtext *err)
{
	struct nearest near;

	nearest_init(&near, name);
	for (int f = 0; f < FIELD_COUNT; f++)
		if (is_behind((enum field)f, prefix))
			nearest_try(
			    &near, field_name((enum field)f) + strlen(prefix));
	if (*prefix == '\0')
		nearest_try(&near, "customer");
	nearest_say(&near, "unknown member", err);
}

/* The field with that name behind the prefix, or FIELD_COUNT.  Which one is
 * near matters only when none is found: millions are. */
static enum field find_field(
    const char *prefix, const char *name, struct errtext *err)
{
	for (int f = 0; f < FIELD_COUNT; f++)
		if (is_behind((enum field)f, prefix) &&
		    strcmp(field_name((enum field)f) + strlen(prefix), name) ==
			0)
			return (enum field)f;
	say_unknown(prefix, name, err);
	return FIELD_COUNT;
}

static bool read_one(struct field_reader *r, const char *prefix, const cJSON *v,
    struct fields *out, struct errtext *err)
{
	enum field f = find_field(prefix, v->string, err);

	return f != FIELD_COUNT && event_field_read(r, f, v, out, err);
}

/* Members of `fields` (prefix "") or of its `customer`. */
static bool read_members(struct field_reader *r, const char *prefix,
    const cJSON *object, struct fields *out, struct errtext *err);

static bool read_customer(struct field_reader *r, const cJSON *v,
    struct fields *out, struct errtext *err)
{
	struct field_reader inner = *r;

	if (cJSON_IsNull(v)) {
		for (int f = FIELD_CUSTOMER_ID; f <= FIELD_CUSTOMER_RENEWAL;
		     f++)
			out->set |= FIELD_BIT(f);
		return true;
	}
	if (!cJSON_IsObject(v))
		return refuse(err, "fields.customer: must be an object");
	json_member(r->raw, "customer", &inner.raw);
	return read_members(&inner, CUSTOMER, v, out, err);
}

static bool read_members(struct field_reader *r, const char *prefix,
    const cJSON *object, struct fields *out, struct errtext *err)
{
	const cJSON *v;

	cJSON_ArrayForEach(v, object)
	{
		if (prefix[0] == '\0' && strcmp(v->string, "customer") == 0) {
			if (!read_customer(r, v, out, err))
				return false;
			continue;
		}
		if (!read_one(r, prefix, v, out, err)) {
			errtext_wrap(err, "fields.%s%.*s", prefix,
			    (int)utf8_cut(v->string, strlen(v->string), 60),
			    v->string);
			return false;
		}
	}
	return true;
}

bool event_fields_read(struct field_reader *r, const cJSON *object,
    struct fields *out, struct errtext *err)
{
	if (!cJSON_IsObject(object))
		return refuse(err, "fields: must be an object");
	return read_members(r, "", object, out, err);
}
