/* policies.c - the `policies` section: which targets a ticket has.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include "conf/conditions.h"
#include "conf/policy_parts.h"

#include <string.h>

#define SECTION "policies[]"
#define SEND	"policies[].send"

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

const char *title_read(struct reader *r, const struct yaml_node *list,
    size_t index, const char *section)
{
	const struct yaml_node *entry = list->items[index];
	const char *name = read_text(r, entry, section, "name");

	for (size_t i = 0; name != NULL && i < index; i++) {
		const struct yaml_node *other =
		    yaml_get(list->items[i], "name");

		if (other == NULL || other->kind != YAML_TEXT ||
		    strcmp(other->text, name) != 0)
			continue;
		report_error(r->report, yaml_get(entry, "name")->at,
		    "two %.*s are called \"%s\"; rename one",
		    (int)strcspn(section, "["), section, name);
		break;
	}
	if (name != NULL && strlen(name) > NAME_MAX_BYTES)
		report_error(r->report, yaml_get(entry, "name")->at,
		    "the name is longer than %d bytes; shorten it",
		    NAME_MAX_BYTES);
	return name == NULL ? "" : name;
}

static void read_policy(struct reader *r, const struct yaml_node *list,
    size_t index, struct policy *p)
{
	const struct yaml_node *node = list->items[index];
	const struct yaml_node *v;

	p->name = "";
	p->calendar = p->on_warning = p->on_breach = -1;
	for (int s = 0; s < MATRIX_SEVERITIES_MAX; s++)
		for (int k = 0; k < CLOCK_KINDS_MAX; k++)
			p->targets[s][k].calendar = -1;
	if (!read_map(r, node, SECTION))
		return;
	p->name = title_read(r, list, index, SECTION);
	if ((v = yaml_get(node, "when")) != NULL)
		condition_read(r, v, CONDITION_OF_POLICY, &p->when);
	if ((v = yaml_get(node, "valid")) != NULL)
		validity_read(r, v, &p->valid);
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
	const struct yaml_node *list = read_list(r, "policies", "name");
	struct matrix *m = r->m;

	if (list == NULL)
		return;
	m->policies = arena_alloc(&m->arena, list->count * sizeof *m->policies);
	m->npolicies = list->count;
	for (size_t i = 0; i < list->count; i++)
		read_policy(r, list, i, &m->policies[i]);
}
