/* roles.c - the section `roles`: functions, and who fills them.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include "conf/limits.h"
#include "conf/schedule_parts.h"

#include <string.h>

#define SECTION "roles.NAME"

static int near_schedule(struct reader *r, const char *name, struct nearest *n)
{
	for (size_t i = 0; i < r->m->nschedules; i++)
		nearest_try(n, r->m->schedules[i].name);
	return matrix_schedule(r->m, name);
}

/* "primary: dana": a person, a team or an on-call schedule. */
static void read_holder(
    struct reader *r, const struct yaml_node *node, struct who *who)
{
	struct nearest n;

	if (node_text(r, node, "a role") == NULL)
		return;
	nearest_init(&n, node->text);
	ref_near(r->m, REF_PERSON, &n);
	ref_near(r->m, REF_TEAM, &n);
	who->kind = WHO_SCHEDULE;
	who->index = near_schedule(r, node->text, &n);
	if (matrix_team(r->m, node->text) >= 0)
		*who = (struct who){ WHO_TEAM, matrix_team(r->m, node->text) };
	if (matrix_person(r->m, node->text) >= 0)
		*who =
		    (struct who){ WHO_PERSON, matrix_person(r->m, node->text) };
	if (who->index >= 0)
		return;
	who->kind = WHO_PERSON;
	if (schedule_is_calendar(node)) {
		bool is_url = strstr(node->text, "://") != NULL;

		if (is_url)
			yaml_mask(r->report, node);
		report_error(r->report, node->at,
		    "a calendar is no person; write { oncall: %s }",
		    is_url ? "URL" : node->text);
	} else {
		report_error(r->report, node->at,
		    "unknown person, team or on-call schedule \"%s\"%s",
		    node->text,
		    suggest(r, &n, "define it under people, teams or oncall"));
	}
}

/* --- by calendar ---------------------------------------------------------- */

/* What belongs to the schedule that is named. */
static void refuse_own(struct reader *r, const struct yaml_node *map)
{
	static const char *const keys[] = { "override", "zone", "refresh",
		"ca_file" };

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		const struct yaml_pair *pair = yaml_pair(map, keys[i]);

		schedule_hide_url(r, map, keys[i]);
		if (pair != NULL)
			report_error(r->report, pair->key->at,
			    "%s belongs to the schedule that is named; write "
			    "it under oncall",
			    keys[i]);
	}
}

static void read_own(struct reader *r, const struct yaml_pair *pair,
    const struct yaml_node *calendar, struct who *who)
{
	const char *name = pair->key->text;
	struct schedule_draft d;

	if (matrix_schedule(r->m, name) >= 0) {
		schedule_hide_url(r, pair->value, "oncall");
		schedule_hide_url(r, pair->value, "override");
		report_error(r->report, calendar->at,
		    "there is an on-call schedule \"%s\", and the role brings "
		    "one of the same name; rename one of them",
		    name);
		return;
	}
	who->index = (int)r->m->nschedules;
	d = schedule_add(r, keep(r, name));
	d.origin->is_roles = true;
	schedule_calendar_read(r, pair->value, SECTION, calendar, d);
}

static void read_oncall(struct reader *r, const struct yaml_pair *pair,
    const struct yaml_node *node, struct who *who)
{
	struct nearest n;

	who->kind = WHO_SCHEDULE;
	if (node->kind == YAML_TEXT && matrix_schedule(r->m, node->text) >= 0) {
		who->index = matrix_schedule(r->m, node->text);
		refuse_own(r, pair->value);
		return;
	}
	if (schedule_is_calendar(node)) {
		read_own(r, pair, node, who);
		return;
	}
	schedule_hide_url(r, pair->value, "override");
	if (node_text(r, node, "oncall") == NULL)
		return;
	nearest_init(&n, node->text);
	near_schedule(r, node->text, &n);
	report_error(r->report, node->at, "unknown on-call schedule \"%s\"%s",
	    node->text,
	    suggest(r, &n,
		"define it under oncall, or name a calendar file that ends in "
		".ics"));
}

/* --- a role --------------------------------------------------------------- */

static void read_map_of(
    struct reader *r, const struct yaml_pair *pair, struct role *role)
{
	const struct yaml_node *map = pair->value;
	const struct yaml_node *person = yaml_get(map, "person");
	const struct yaml_node *team = yaml_get(map, "team");
	const struct yaml_node *oncall = yaml_get(map, "oncall");

	if (!read_map(r, map, SECTION))
		return;
	role->authority = read_text(r, map, SECTION, "authority");
	role->sees = sees_read(r, map);
	if ((person != NULL) + (team != NULL) + (oncall != NULL) != 1) {
		schedule_hide_url(r, map, "oncall");
		schedule_hide_url(r, map, "override");
		report_error(r->report, pair->key->at,
		    "a role is filled by one of person, team and oncall; name "
		    "just one");
		return;
	}
	if (oncall != NULL) {
		read_oncall(r, pair, oncall, &role->who);
		return;
	}
	refuse_own(r, map);
	role->who.kind = person != NULL ? WHO_PERSON : WHO_TEAM;
	role->who.index = person != NULL ? read_ref(r, person, REF_PERSON)
					 : read_ref(r, team, REF_TEAM);
}

static void read_role(
    struct reader *r, const struct yaml_pair *pair, struct role *role)
{
	role->name = read_name(r, pair->key, NAME_STRICT);
	role->who.kind = WHO_PERSON;
	role->who.index = -1;
	schedule_check_name(r, pair->key, "role");
	if (pair->value->kind == YAML_MAP)
		read_map_of(r, pair, role);
	else
		read_holder(r, pair->value, &role->who);
}

void roles_read(struct reader *r)
{
	const struct yaml_node *map = read_section(r, "roles");
	struct matrix *m = r->m;

	if (map == NULL)
		return;
	m->roles = arena_alloc(&m->arena, map->count * sizeof *m->roles);
	m->nroles = map->count;
	for (size_t i = 0; i < map->count; i++)
		read_role(r, &map->pairs[i], &m->roles[i]);
}
