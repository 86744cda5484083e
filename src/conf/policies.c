/* policies.c - the `policies` section: which targets a ticket has.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include "conf/policy_parts.h"

#include <string.h>

#define SECTION "policies[]"
#define WHEN	"policies[].when"
#define SEND	"policies[].send"

/* --- when ----------------------------------------------------------------- */

static void read_values(struct reader *r, const struct yaml_node *node,
    enum condition_field field, struct condition *when)
{
	struct texts list;
	const char **any;

	read_texts(r, node, condition_field_name(field), &list);
	if (list.count == 0)
		return;
	any = arena_alloc(&r->m->arena, list.count * sizeof *any);
	for (size_t i = 0; i < list.count; i++) {
		if (field == CONDITION_SEVERITY)
			read_ref(r, list.items[i], REF_SEVERITY);
		any[i] = keep(r, list.items[i]->text);
	}
	when->any[field] = any;
	when->nany[field] = list.count;
}

static void read_when(
    struct reader *r, const struct yaml_node *node, struct condition *when)
{
	if (!read_map(r, node, WHEN))
		return;
	for (int f = 0; f < CONDITION_FIELD_COUNT; f++) {
		enum condition_field field = (enum condition_field)f;
		const struct yaml_node *v =
		    yaml_get(node, condition_field_name(field));

		if (v != NULL)
			read_values(r, v, field, when);
	}
}

/* --- send ----------------------------------------------------------------- */

/* One word for both, or one each. */
static void read_both(
    struct reader *r, const struct yaml_node *node, struct policy *p)
{
	static const struct yaml_node absent = { .kind = YAML_MAP };

	if (node != NULL && node->kind == YAML_TEXT) {
		p->send_warnings = read_send(r, node);
		p->send_breaches = p->send_warnings;
		return;
	}
	if (node == NULL || node->kind == YAML_NULL)
		node = &absent;
	if (!read_map(r, node, SEND))
		return;
	p->send_warnings = read_send_key(r, node, SEND, "warnings");
	p->send_breaches = read_send_key(r, node, SEND, "breaches");
}

/* --- a policy ------------------------------------------------------------- */

static const char *read_policy_name(
    struct reader *r, const struct yaml_node *node, size_t index)
{
	const char *name = read_text(r, node, SECTION, "name");
	const struct matrix *m = r->m;

	for (size_t i = 0; name != NULL && i < index; i++)
		if (strcmp(m->policies[i].name, name) == 0)
			report_error(r->report, yaml_get(node, "name")->at,
			    "two policies are called \"%s\"; rename one", name);
	if (name != NULL && strlen(name) > NAME_MAX_BYTES)
		report_error(r->report, yaml_get(node, "name")->at,
		    "the name is longer than %d bytes; shorten it",
		    NAME_MAX_BYTES);
	return name == NULL ? "" : name;
}

static void read_policy(struct reader *r, const struct yaml_node *node,
    size_t index, struct policy *p)
{
	const struct yaml_node *v;

	p->name = "";
	p->calendar = p->on_warning = p->on_breach = -1;
	for (int s = 0; s < MATRIX_SEVERITIES_MAX; s++)
		for (int k = 0; k < CLOCK_KINDS_MAX; k++)
			p->targets[s][k].calendar = -1;
	if (!read_map(r, node, SECTION))
		return;
	p->name = read_policy_name(r, node, index);
	if ((v = yaml_get(node, "when")) != NULL)
		read_when(r, v, &p->when);
	p->calendar = read_ref_key(r, node, "calendar", REF_CALENDAR);
	if ((v = yaml_get(node, "warn")) != NULL)
		warnings_read(r, v, p->warnings, &p->nwarnings);
	read_both(r, yaml_get(node, "send"), p);
	p->on_warning = read_ref_key(r, node, "on_warning", REF_CHAIN);
	p->on_breach = read_ref_key(r, node, "on_breach", REF_CHAIN);
	if ((v = yaml_get(node, "targets")) != NULL)
		targets_read(r, v, p);
}

void policies_read(struct reader *r)
{
	const struct yaml_node *list = yaml_get(r->root, "policies");
	struct matrix *m = r->m;

	if (list == NULL || list->kind == YAML_NULL)
		return;
	if (list->kind != YAML_LIST) {
		report_error(r->report, list->at,
		    "policies must be a list in order, not %s; write `- name: "
		    "...` below it",
		    yaml_kind_name(list->kind));
		return;
	}
	m->policies = arena_alloc(&m->arena, list->count * sizeof *m->policies);
	m->npolicies = list->count;
	for (size_t i = 0; i < list->count; i++)
		read_policy(r, list->items[i], i, &m->policies[i]);
}
