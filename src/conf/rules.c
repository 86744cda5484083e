/* rules.c - the sections `rules` and `severity_table`.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include "conf/conditions.h"
#include "conf/notify.h"
#include "conf/policy_parts.h"

#include <string.h>

#define RULE "rules[]"
#define THEN "rules[].then"
#define ROW  "severity_table[]"

/* --- consequences --------------------------------------------------------- */

static void read_tags(
    struct reader *r, const struct yaml_node *node, struct rule *rule)
{
	struct texts list;

	read_texts(r, node, "tags", &list);
	rule->tags = arena_alloc(&r->m->arena, list.count * sizeof *rule->tags);
	for (size_t i = 0; i < list.count; i++)
		name_add(
		    r, list.items[i], rule->tags, &rule->ntags, list.count);
}

/* `require_human: false` is none.  `via` alone is not either and reported as
 * such, and so is a key that is not known. */
static bool has_consequence(
    const struct yaml_node *map, const struct rule *rule)
{
	for (size_t i = 0; i < map->count; i++) {
		const char *key = map->pairs[i].key->text;

		if (strcmp(key, "require_human") != 0 || rule->require_human)
			return true;
	}
	return false;
}

static void read_then(
    struct reader *r, const struct yaml_node *map, struct rule *rule)
{
	const struct yaml_node *tags;

	if (!read_map(r, map, THEN))
		return;
	rule->set_severity = read_ref_key(r, map, "set_severity", REF_SEVERITY);
	rule->raise_to = read_ref_key(r, map, "raise_to", REF_SEVERITY);
	rule->team = read_ref_key(r, map, "team", REF_TEAM);
	rule->start = read_ref_key(r, map, "start", REF_CHAIN);
	rule->require_human = read_bool(r, map, THEN, "require_human");
	if ((tags = yaml_get(map, "tags")) != NULL)
		read_tags(r, tags, rule);
	notify_read(r, map, "rule", &rule->notify);
	if (yaml_get(map, "via") != NULL && yaml_get(map, "notify") == NULL)
		report_error(r->report, yaml_pair(map, "via")->key->at,
		    "via says how to tell and nobody says whom; add notify: [ "
		    "NAME, ... ], or remove it");
	if (yaml_get(map, "set_severity") != NULL &&
	    yaml_get(map, "raise_to") != NULL)
		report_error(r->report, yaml_pair(map, "raise_to")->key->at,
		    "set_severity and raise_to together contradict each "
		    "other; keep one: raise_to never lowers");
	if (!has_consequence(map, rule))
		report_error(r->report, map->at,
		    "nothing follows from the rule \"%s\"; add set_severity, "
		    "raise_to, team, tags, require_human, start or notify",
		    rule->name);
}

/* --- a rule --------------------------------------------------------------- */

static void read_rule(struct reader *r, const struct yaml_node *list,
    size_t index, struct rule *rule)
{
	const struct yaml_node *node = list->items[index];
	const struct yaml_node *v;

	rule->name = "";
	rule->notify.hours = "";
	rule->set_severity = rule->raise_to = rule->team = rule->start = -1;
	if (!read_map(r, node, RULE))
		return;
	rule->name = title_read(r, list, index, RULE);
	if ((v = yaml_get(node, "when")) != NULL)
		condition_read(r, v, CONDITION_OF_RULE, &rule->when);
	if ((v = yaml_get(node, "valid")) != NULL)
		validity_read(r, v, &rule->valid);
	if ((v = yaml_get(node, "then")) != NULL)
		read_then(r, v, rule);
}

void rules_read(struct reader *r)
{
	const struct yaml_node *list = read_list(r, "rules", "name");
	struct matrix *m = r->m;

	if (list == NULL)
		return;
	m->rules = arena_alloc(&m->arena, list->count * sizeof *m->rules);
	m->nrules = list->count;
	for (size_t i = 0; i < list->count; i++)
		read_rule(r, list, i, &m->rules[i]);
}

/* --- severity_table ------------------------------------------------------- */

/* One column: nothing if the row does not name it. */
static void read_column(struct reader *r, const struct yaml_node *row,
    const char *name, const char ***words, size_t *count)
{
	const struct yaml_node *node = yaml_get(row, name);
	struct texts list;

	if (node == NULL)
		return;
	read_texts(r, node, name, &list);
	*words = arena_alloc(&r->m->arena, list.count * sizeof **words);
	for (size_t i = 0; i < list.count; i++)
		name_add(r, list.items[i], *words, count, list.count);
}

static void read_row(
    struct reader *r, const struct yaml_node *node, struct severity_row *row)
{
	row->severity = -1;
	if (!read_map(r, node, ROW))
		return;
	read_column(r, node, "scope", &row->scope, &row->nscope);
	read_column(r, node, "impact", &row->impact, &row->nimpact);
	read_column(r, node, "workaround", &row->workaround, &row->nworkaround);
	row->severity = read_ref_key(r, node, "severity", REF_SEVERITY);
}

void severity_table_read(struct reader *r)
{
	const struct yaml_node *list =
	    read_list(r, "severity_table", "severity");
	struct matrix *m = r->m;

	if (list == NULL)
		return;
	m->table = arena_alloc(&m->arena, list->count * sizeof *m->table);
	m->ntable = list->count;
	for (size_t i = 0; i < list->count; i++)
		read_row(r, list->items[i], &m->table[i]);
}
