/* targets.c - `targets`: how long each clock of each severity may take.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/policy_parts.h"

#include <string.h>

#define TARGET "policies[].targets.SEVERITY.KIND"

static void unknown_name(struct reader *r, const struct yaml_node *key,
    enum ref kind, const char *remedy)
{
	struct nearest n;

	nearest_init(&n, key->text);
	ref_near(r->m, kind, &n);
	report_error(r->report, key->at, "unknown %s \"%s\"%s", ref_word(kind),
	    key->text, suggest(r, &n, remedy));
}

static int64_t read_time(struct reader *r, const struct yaml_node *node)
{
	const char *text = node_text(r, node, "a target");
	int64_t ms = 0;

	if (text == NULL)
		return 0;
	if (!span_parse(text, strlen(text), &ms) || ms < SECOND_MS)
		report_error(r->report, node->at,
		    "target \"%s\" is no duration of 1s or more; write 15m, "
		    "4h, 1h30m, 3d",
		    text);
	return ms;
}

static void read_own_warnings(
    struct reader *r, const struct yaml_node *node, struct target *t)
{
	struct warning *own =
	    arena_alloc(&r->m->arena, WARNINGS_MAX * sizeof *own);

	warnings_read(r, node, own, &t->nwarnings);
	t->warnings = own;
}

/* 4h, or { within: 4h, calendar: office, warn: [ 80% ] }. */
static void read_target(
    struct reader *r, const struct yaml_node *node, struct target *t)
{
	const struct yaml_node *v;

	if (node->kind != YAML_MAP) {
		t->ms = read_time(r, node);
		return;
	}
	if (!read_map(r, node, TARGET))
		return;
	if ((v = yaml_get(node, "within")) != NULL)
		t->ms = read_time(r, v);
	t->calendar = read_ref_key(r, node, "calendar", REF_CALENDAR);
	if ((v = yaml_get(node, "warn")) != NULL)
		read_own_warnings(r, v, t);
}

static void read_severity(
    struct reader *r, const struct yaml_pair *pair, struct policy *p)
{
	int severity = matrix_severity(r->m, pair->key->text);
	const struct yaml_node *node = pair->value;

	if (severity < 0)
		unknown_name(
		    r, pair->key, REF_SEVERITY, "define it under severities");
	if (node->kind != YAML_MAP || node->count == 0) {
		report_error(r->report, node->at,
		    "the targets of a severity are a map, not %s; write { "
		    "first_reply: 1h }",
		    node->kind == YAML_MAP ? "empty"
					   : yaml_kind_name(node->kind));
		return;
	}
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_pair *named = &node->pairs[i];
		int kind = matrix_kind(r->m, named->key->text);
		struct target nobodys = { 0 };

		if (kind < 0)
			unknown_name(
			    r, named->key, REF_KIND, "define it under clocks");
		read_target(r, named->value,
		    severity < 0 || kind < 0 ? &nobodys
					     : &p->targets[severity][kind]);
	}
}

void targets_read(
    struct reader *r, const struct yaml_node *node, struct policy *p)
{
	if (node->kind != YAML_MAP) {
		report_error(r->report, node->at,
		    "targets must be a map, not %s; write { P1: { first_reply: "
		    "15m } }",
		    yaml_kind_name(node->kind));
		return;
	}
	for (size_t i = 0; i < node->count; i++)
		read_severity(r, &node->pairs[i], p);
}
