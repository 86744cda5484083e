/* scenario_event.c - an event's map as JSON.
 *
 * A plain word of YAML is a text, a number or a truth only where the event's
 * format wants one: `team: 007` is a team.  In quotes it is always a text.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/scenario_parts.h"

#include "wire/event_fields.h"
#include "wire/json_out.h"

#include <string.h>

/* Where a value stands: which of its words are no texts. */
enum inside { INSIDE_EVENT, INSIDE_FIELDS, INSIDE_CUSTOMER, INSIDE_FREE };

static bool is_truth(const char *text)
{
	return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
}

static bool wants_number(enum inside in, const char *name)
{
	if (in == INSIDE_FREE)
		return true;
	for (int f = 0; name != NULL && f < FIELD_COUNT; f++) {
		const char *full = field_name((enum field)f);
		const char *dot = strchr(full, '.');
		bool there = in == INSIDE_FIELDS     ? dot == NULL
			     : in == INSIDE_CUSTOMER ? dot != NULL
						     : false;

		if (there && strcmp(dot == NULL ? full : dot + 1, name) == 0)
			return field_kind((enum field)f) == FIELD_KIND_NUMBER;
	}
	return false;
}

static void add_word(struct json_out *j, const char *name,
    const struct yaml_node *v, enum inside in)
{
	bool truth = in == INSIDE_FREE || (in == INSIDE_EVENT && name != NULL &&
					      strcmp(name, "public") == 0);

	if (!v->quoted && truth && is_truth(v->text))
		json_bool(j, name, strcmp(v->text, "true") == 0);
	else if (!v->quoted && wants_number(in, name) &&
		 field_is_number(v->text))
		json_raw(j, name, v->text);
	else
		json_text(j, name, v->text);
}

static enum inside inner(enum inside in, const char *name)
{
	if (in == INSIDE_EVENT && strcmp(name, "fields") == 0)
		return INSIDE_FIELDS;
	if (in == INSIDE_FIELDS && strcmp(name, "customer") == 0)
		return INSIDE_CUSTOMER;
	if (in == INSIDE_FIELDS && strcmp(name, "attributes") == 0)
		return INSIDE_FREE;
	return in;
}

static void add_value(struct play *p, struct json_out *j, const char *name,
    const struct yaml_node *v, enum inside in)
{
	switch (v->kind) {
	case YAML_NULL:
		json_raw(j, name, "null");
		break;
	case YAML_TEXT:
		add_word(j, name, v, in);
		break;
	case YAML_LIST:
	case YAML_MAP:
		if (j->depth + 1 >= JSON_OUT_DEPTH) {
			report_error(p->report, v->at, "nested too deep");
			json_raw(j, name, "null");
			break;
		}
		json_open(j, name, v->kind == YAML_LIST ? '[' : '{');
		for (size_t i = 0; v->kind == YAML_LIST && i < v->count; i++)
			add_value(p, j, NULL, v->items[i], in);
		for (size_t i = 0; v->kind == YAML_MAP && i < v->count; i++)
			add_value(p, j, v->pairs[i].key->text,
			    v->pairs[i].value,
			    inner(in, v->pairs[i].key->text));
		json_close(j, v->kind == YAML_LIST ? ']' : '}');
		break;
	}
}

/* `until` and `due` may be said as a step's `at` may. */
static bool add_instant(struct play *p, struct json_out *j, const char *name,
    const struct yaml_node *v, struct wall at)
{
	struct said said = { v->text, v->at };
	struct wall instant;

	if (!play_instant(p, &said, at, &instant))
		return false;
	json_wall(j, name, instant);
	return true;
}

static bool add_member(struct play *p, struct json_out *j,
    const struct yaml_pair *pair, struct wall at)
{
	const char *name = pair->key->text;

	if (strcmp(name, "at") == 0) {
		report_error(p->report, pair->key->at,
		    "when it happens stands beside event, not in it: at: "
		    "INSTANT");
		return false;
	}
	if (pair->value->kind == YAML_TEXT &&
	    (strcmp(name, "until") == 0 || strcmp(name, "due") == 0))
		return add_instant(p, j, name, pair->value, at);
	add_value(p, j, name, pair->value, inner(INSIDE_EVENT, name));
	return true;
}

bool play_event_json(struct play *p, const struct scenario_step *s,
    struct wall at, struct textbuf *out)
{
	struct textbuf id;
	struct json_out j;
	bool good = true;

	json_out_init(&j, out);
	json_open(&j, NULL, '{');
	if (yaml_get(s->event, "id") == NULL) {
		textbuf_init(&id);
		textbuf_addf(&id, "e%d", ++p->events);
		json_text(&j, "id", id.data);
		textbuf_fini(&id);
	}
	json_wall(&j, "at", at);
	for (size_t i = 0; good && i < s->event->count; i++)
		good = add_member(p, &j, &s->event->pairs[i], at);
	if (!good)
		return false;
	json_close(&j, '}');
	return true;
}
