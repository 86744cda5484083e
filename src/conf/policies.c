/* policies.c - the `policies` section: which targets a ticket has.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include <string.h>

#define SECTION "policies[]"
#define WHEN	"policies[].when"

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

/* --- warn ----------------------------------------------------------------- */

/* "80%", "12.5%", "99.75%" to hundredths of a percent; 0 if it is none. */
static int64_t parse_share(const char *text, size_t len)
{
	int64_t value = 0;
	int decimals = -1;

	if (len < 2 || text[0] == '.' || text[len - 2] == '.')
		return 0;
	for (size_t i = 0; i + 1 < len; i++) {
		if (text[i] == '.' && decimals < 0) {
			decimals = 0;
			continue;
		}
		if (text[i] < '0' || text[i] > '9' || value > 10000 ||
		    decimals == 2)
			return 0;
		value = value * 10 + (text[i] - '0');
		decimals += decimals >= 0;
	}
	for (int d = decimals < 0 ? 0 : decimals; d < 2; d++)
		value *= 10;
	return value < 10000 ? value : 0;
}

static bool parse_warning(const char *text, struct warning *w)
{
	size_t len = strlen(text);

	w->is_share = len > 0 && text[len - 1] == '%';
	if (w->is_share) {
		w->value = parse_share(text, len);
		return w->value > 0;
	}
	return span_parse(text, len, &w->value) && w->value > 0;
}

static void add_warning(
    struct reader *r, const struct yaml_node *node, struct policy *p)
{
	struct warning w;

	if (!parse_warning(node->text, &w)) {
		report_error(r->report, node->at,
		    "\"%s\" is no warning; write a share above 0%% and below "
		    "100%% (80%%) or a duration before the due (15m)",
		    node->text);
		return;
	}
	for (size_t i = 0; i < p->nwarnings; i++)
		if (p->warnings[i].is_share == w.is_share &&
		    p->warnings[i].value == w.value) {
			report_error(r->report, node->at,
			    "warns twice at %s; remove one", node->text);
			return;
		}
	if (p->nwarnings == WARNINGS_MAX) {
		report_error(r->report, node->at,
		    "more than %d warnings; keep the useful ones",
		    WARNINGS_MAX);
		return;
	}
	w.text = keep(r, node->text);
	p->warnings[p->nwarnings++] = w;
}

static void read_warn(
    struct reader *r, const struct yaml_node *node, struct policy *p)
{
	struct texts list;

	if (node->kind == YAML_LIST && node->count == 0)
		return;
	read_texts(r, node, "warn", &list);
	for (size_t i = 0; i < list.count; i++)
		add_warning(r, list.items[i], p);
}

/* --- targets -------------------------------------------------------------- */

static void unknown_name(struct reader *r, const struct yaml_node *key,
    enum ref kind, const char *remedy)
{
	struct nearest n;

	nearest_init(&n, key->text);
	ref_near(r->m, kind, &n);
	report_error(r->report, key->at, "unknown %s \"%s\"%s", ref_word(kind),
	    key->text, suggest(r, &n, remedy));
}

static int64_t read_target(struct reader *r, const struct yaml_node *node)
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
		const struct yaml_pair *t = &node->pairs[i];
		int kind = matrix_kind(r->m, t->key->text);
		int64_t ms = read_target(r, t->value);

		if (kind < 0)
			unknown_name(
			    r, t->key, REF_KIND, "define it under clocks");
		else if (severity >= 0)
			p->targets[severity][kind] = ms;
	}
}

static void read_targets(
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
	if (!read_map(r, node, SECTION))
		return;
	p->name = read_policy_name(r, node, index);
	if ((v = yaml_get(node, "when")) != NULL)
		read_when(r, v, &p->when);
	p->calendar = read_ref_key(r, node, "calendar", REF_CALENDAR);
	if ((v = yaml_get(node, "warn")) != NULL)
		read_warn(r, v, p);
	p->on_warning = read_ref_key(r, node, "on_warning", REF_CHAIN);
	p->on_breach = read_ref_key(r, node, "on_breach", REF_CHAIN);
	if ((v = yaml_get(node, "targets")) != NULL)
		read_targets(r, v, p);
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
