/* event_json.c - one event's JSON, every member of it known and checked.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/event_json.h"

#include "base/nearest.h"
#include "core/ticket.h"
#include "wire/event_fields.h"
#include "wire/json_gate.h"
#include "wire/json_slice.h"

#include <string.h>

enum member {
	M_ID,
	M_TICKET,
	M_AT,
	M_TYPE,
	M_FIELDS,
	M_AUTHOR,
	M_PUBLIC,
	M_BY,
	M_TEXT,
	M_STATUS,
	M_ASSIGNEE,
	M_TEAM,
	M_UNTIL,
	M_CLOCK,
	M_DUE,
	M_CHAIN,
	M_INTO,
	M_COUNT
};

#define BIT(m)	 (UINT32_C(1) << (m))
#define M_ALWAYS (BIT(M_ID) | BIT(M_TICKET) | BIT(M_AT) | BIT(M_TYPE))

/* Which members belong to a type, besides those of every event. */
static const struct {
	uint32_t may;
	uint32_t must;
} rules[EVENT_FROM_OUTSIDE_COUNT] = {
	[EVENT_CREATED] = { BIT(M_FIELDS) | BIT(M_AUTHOR) | BIT(M_BY), 0 },
	[EVENT_UPDATED] = { BIT(M_FIELDS) | BIT(M_AUTHOR) | BIT(M_BY),
	    BIT(M_FIELDS) },
	[EVENT_COMMENT] = { BIT(M_AUTHOR) | BIT(M_PUBLIC) | BIT(M_BY) |
				BIT(M_TEXT),
	    BIT(M_AUTHOR) | BIT(M_PUBLIC) },
	[EVENT_STATUS] = { BIT(M_STATUS) | BIT(M_BY), BIT(M_STATUS) },
	/* one of assignee and team: see whole() */
	[EVENT_ASSIGNED] = { BIT(M_ASSIGNEE) | BIT(M_TEAM) | BIT(M_BY), 0 },
	[EVENT_ACKNOWLEDGED] = { BIT(M_BY) | BIT(M_TEXT), BIT(M_BY) },
	[EVENT_CLAIMED] = { BIT(M_BY) | BIT(M_TEXT), BIT(M_BY) },
	[EVENT_NOTE] = { BIT(M_BY) | BIT(M_TEXT), BIT(M_TEXT) },
	[EVENT_SNOOZED] = { BIT(M_BY) | BIT(M_UNTIL), BIT(M_UNTIL) },
	[EVENT_SEVERITY_CONFIRMED] = { BIT(M_BY), BIT(M_BY) },
	[EVENT_DUE] = { BIT(M_CLOCK) | BIT(M_DUE), BIT(M_CLOCK) | BIT(M_DUE) },
	[EVENT_ESCALATED] = { BIT(M_CHAIN) | BIT(M_TEAM) | BIT(M_BY) |
				  BIT(M_TEXT),
	    BIT(M_BY) },
	[EVENT_MERGED] = { BIT(M_INTO), BIT(M_INTO) },
	[EVENT_DELETED] = { 0, 0 },
};

struct reading {
	struct field_reader fields;
	struct event *ev;
	struct errtext *err;
};

static bool read_id(struct reading *r, const cJSON *v)
{
	if (!json_read_word(
		v, EVENT_ID_MAX, r->fields.arena, &r->ev->id, r->err))
		return false;
	for (const char *p = r->ev->id; *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7F) {
			errtext_set(r->err, "holds a control character");
			return false;
		}
	}
	return true;
}

static bool read_key(struct reading *r, const cJSON *v, const char **out)
{
	if (!json_read_word(v, EVENT_FIELD_MAX, r->fields.arena, out, r->err))
		return false;
	if (!ticket_key_valid(*out)) {
		errtext_set(r->err,
		    "not a ticket's key (SOURCE:ID, at most 200 bytes)");
		return false;
	}
	return true;
}

static bool read_ticket(struct reading *r, const cJSON *v)
{
	return read_key(r, v, &r->ev->ticket);
}

static bool read_into(struct reading *r, const cJSON *v)
{
	return read_key(r, v, &r->ev->into);
}

static bool read_instant(const cJSON *v, struct wall *out, struct errtext *err)
{
	if (!cJSON_IsString(v)) {
		errtext_set(err, "must be an RFC 3339 instant in quotes");
		return false;
	}
	if (!wall_parse(v->valuestring, strlen(v->valuestring), out)) {
		errtext_set(err, "not an RFC 3339 instant: \"%.*s\"",
		    (int)utf8_cut(v->valuestring, strlen(v->valuestring), 60),
		    v->valuestring);
		return false;
	}
	return true;
}

static bool read_at(struct reading *r, const cJSON *v)
{
	return read_instant(v, &r->ev->at, r->err);
}

static bool read_until(struct reading *r, const cJSON *v)
{
	return read_instant(v, &r->ev->until, r->err);
}

static bool read_due(struct reading *r, const cJSON *v)
{
	if (!cJSON_IsNull(v))
		return read_instant(v, &r->ev->due, r->err);
	r->ev->due = WALL_NEVER;
	return true;
}

static bool read_type(struct reading *r, const cJSON *v)
{
	(void)r;
	(void)v;
	return true; /* read first of all */
}

static bool read_fields(struct reading *r, const cJSON *v)
{
	return event_fields_read(&r->fields, v, &r->ev->fields, r->err);
}

static bool read_author(struct reading *r, const cJSON *v)
{
	if (cJSON_IsString(v) && author_parse(v->valuestring, &r->ev->author))
		return true;
	errtext_set(r->err, "must be customer, agent, bot or system");
	return false;
}

static bool read_public(struct reading *r, const cJSON *v)
{
	if (!cJSON_IsBool(v)) {
		errtext_set(r->err, "must be true or false");
		return false;
	}
	r->ev->is_public = cJSON_IsTrue(v);
	return true;
}

/* Who did it may be unknown: null is as good as not said. */
static bool read_by(struct reading *r, const cJSON *v)
{
	if (cJSON_IsNull(v) && !(rules[r->ev->type].must & BIT(M_BY)))
		return true;
	return json_read_word(
	    v, EVENT_FIELD_MAX, r->fields.arena, &r->ev->by, r->err);
}

static bool read_text(struct reading *r, const cJSON *v)
{
	if (!json_read_long(v, r->fields.arena, &r->ev->text, r->err))
		return false;
	if (r->ev->text == NULL && rules[r->ev->type].must & BIT(M_TEXT)) {
		errtext_set(r->err, "may not be empty");
		return false;
	}
	return true;
}

static bool read_status(struct reading *r, const cJSON *v)
{
	return event_field_read(
	    &r->fields, FIELD_STATUS, v, &r->ev->fields, r->err);
}

static bool read_assignee(struct reading *r, const cJSON *v)
{
	return event_field_read(
	    &r->fields, FIELD_ASSIGNEE, v, &r->ev->fields, r->err);
}

static bool read_team(struct reading *r, const cJSON *v)
{
	return event_field_read(
	    &r->fields, FIELD_TEAM, v, &r->ev->fields, r->err);
}

static bool read_clock(struct reading *r, const cJSON *v)
{
	return json_read_word(
	    v, EVENT_FIELD_MAX, r->fields.arena, &r->ev->clock, r->err);
}

/* Not said, and null, mean the same: another one is found. */
static bool read_chain(struct reading *r, const cJSON *v)
{
	if (cJSON_IsNull(v))
		return true;
	return json_read_word(
	    v, EVENT_FIELD_MAX, r->fields.arena, &r->ev->chain, r->err);
}

static const struct {
	const char *name;
	bool (*read)(struct reading *r, const cJSON *v);
} members[M_COUNT] = {
	[M_ID] = { "id", read_id },
	[M_TICKET] = { "ticket", read_ticket },
	[M_AT] = { "at", read_at },
	[M_TYPE] = { "type", read_type },
	[M_FIELDS] = { "fields", read_fields },
	[M_AUTHOR] = { "author", read_author },
	[M_PUBLIC] = { "public", read_public },
	[M_BY] = { "by", read_by },
	[M_TEXT] = { "text", read_text },
	[M_STATUS] = { "status", read_status },
	[M_ASSIGNEE] = { "assignee", read_assignee },
	[M_TEAM] = { "team", read_team },
	[M_UNTIL] = { "until", read_until },
	[M_CLOCK] = { "clock", read_clock },
	[M_DUE] = { "due", read_due },
	[M_CHAIN] = { "chain", read_chain },
	[M_INTO] = { "into", read_into },
};

static bool find_type(
    const cJSON *root, enum event_type *out, struct errtext *err)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(root, "type");
	struct nearest near;

	if (v == NULL) {
		errtext_set(err, "type: missing");
		return false;
	}
	if (!cJSON_IsString(v)) {
		errtext_set(err, "type: must be a text");
		return false;
	}
	if (event_type_parse(v->valuestring, out))
		return true;
	nearest_init(&near, v->valuestring);
	for (int i = 0; i < EVENT_FROM_OUTSIDE_COUNT; i++)
		nearest_try(&near, event_type_name((enum event_type)i));
	nearest_say(&near, "unknown type", err);
	errtext_wrap(err, "type");
	return false;
}

static bool unknown_member(const char *name, uint32_t may, struct errtext *err)
{
	struct nearest near;

	nearest_init(&near, name);
	for (int m = 0; m < M_COUNT; m++) {
		if (may & BIT(m))
			nearest_try(&near, members[m].name);
	}
	nearest_say(&near, "unknown member", err);
	errtext_wrap(err, "%.*s", (int)utf8_cut(name, strlen(name), 60), name);
	return false;
}

static bool read_member(struct reading *r, const cJSON *v, uint32_t *seen)
{
	uint32_t may = rules[r->ev->type].may | M_ALWAYS;
	int m = 0;

	while (m < M_COUNT && strcmp(members[m].name, v->string) != 0)
		m++;
	if (m == M_COUNT)
		return unknown_member(v->string, may, r->err);
	if (!(may & BIT(m))) {
		errtext_set(r->err, "%s: does not belong to type \"%s\"",
		    v->string, event_type_name(r->ev->type));
		return false;
	}
	*seen |= BIT(m);
	if (members[m].read(r, v))
		return true;
	if (m != M_FIELDS) /* says itself which of them */
		errtext_wrap(r->err, "%s", v->string);
	return false;
}

/* Is everything there that the type needs? */
static bool whole(const struct event *ev, uint32_t seen, struct errtext *err)
{
	uint32_t missing = (rules[ev->type].must | M_ALWAYS) & ~seen;

	for (int m = 0; m < M_COUNT; m++) {
		if (missing & BIT(m)) {
			errtext_set(err, "%s: missing", members[m].name);
			return false;
		}
	}
	if (ev->type == EVENT_ASSIGNED &&
	    !(seen & (BIT(M_ASSIGNEE) | BIT(M_TEAM)))) {
		errtext_set(err, "assignee: missing, and so is team");
		return false;
	}
	return true;
}

static bool read_event(const cJSON *root, struct json_slice body,
    struct arena *arena, struct event *ev, struct errtext *err)
{
	struct reading r = { .ev = ev, .err = err };
	uint32_t seen = 0;
	const cJSON *v;

	if (!cJSON_IsObject(root)) {
		errtext_set(err, "an event must be an object");
		return false;
	}
	if (!find_type(root, &ev->type, err))
		return false;
	r.fields.arena = arena;
	json_member(body, "fields", &r.fields.raw);
	cJSON_ArrayForEach(v, root)
	{
		if (!read_member(&r, v, &seen))
			return false;
	}
	return whole(ev, seen, err);
}

bool event_from_json(const char *text, size_t len, struct arena *arena,
    struct event *out, struct errtext *err)
{
	struct event ev = { .author = AUTHOR_CUSTOMER, .due = WALL_NEVER };
	struct textbuf body;
	cJSON *root;
	bool ok;

	if (len > EVENT_BYTES_MAX) {
		errtext_set(err, "an event of over %d bytes", EVENT_BYTES_MAX);
		return false;
	}
	root = json_gate_parse(text, len, err);
	if (root == NULL)
		return false;
	textbuf_init(&body);
	json_compact(text, len, &body);
	ev.body = arena_strndup(arena, body.data, body.len);
	ok = read_event(
	    root, (struct json_slice){ ev.body, body.len }, arena, &ev, err);
	textbuf_fini(&body);
	cJSON_Delete(root);
	if (ok)
		*out = ev;
	return ok;
}
