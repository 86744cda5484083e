/* people.c - the sections `people`, `teams` and `roles`: who there is.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include "conf/url.h"

#include <string.h>

/* --- people --------------------------------------------------------------- */

/* Slack's ids: U or W, then capitals and digits.  A display name would be sent
 * and mention nobody. */
static bool slack_is_sound(const char *id)
{
	size_t len = strlen(id);

	if (len < 3 || len > 20 || (id[0] != 'U' && id[0] != 'W'))
		return false;
	for (size_t i = 1; i < len; i++)
		if (!(id[i] >= '0' && id[i] <= '9') &&
		    !(id[i] >= 'A' && id[i] <= 'Z'))
			return false;
	return true;
}

static void read_person(
    struct reader *r, const struct yaml_pair *pair, struct person *p)
{
	const struct yaml_node *node = pair->value;

	p->name = read_name(r, pair->key, NAME_STRICT);
	p->title = p->name;
	p->hours = -1;
	if (!read_map(r, node, "people.NAME"))
		return;
	if (yaml_get(node, "name") != NULL)
		p->title = read_text(r, node, "people.NAME", "name");
	if (p->title == NULL)
		p->title = p->name;
	p->slack = read_text(r, node, "people.NAME", "slack");
	if (p->slack != NULL && !slack_is_sound(p->slack))
		report_error(r->report, yaml_get(node, "slack")->at,
		    "\"%s\" is no Slack user id; copy the member ID from the "
		    "person's Slack profile (U01ABCDEF)",
		    p->slack);
	p->email = read_text(r, node, "people.NAME", "email");
	if (p->email != NULL && !email_is_sound(p->email))
		report_error(r->report, yaml_get(node, "email")->at,
		    "\"%s\" is no mail address; write name@example.com",
		    p->email);
	p->hours = read_ref_key(r, node, "hours", REF_CALENDAR);
}

void people_read(struct reader *r)
{
	const struct yaml_node *map = read_section(r, "people");
	struct matrix *m = r->m;

	if (map == NULL)
		return;
	m->people = arena_alloc(&m->arena, map->count * sizeof *m->people);
	m->npeople = map->count;
	for (size_t i = 0; i < map->count; i++)
		read_person(r, &map->pairs[i], &m->people[i]);
}

/* --- teams ---------------------------------------------------------------- */

static bool is_member(const struct team *t, int person)
{
	for (size_t i = 0; i < t->nmembers; i++)
		if (t->members[i] == person)
			return true;
	return false;
}

static void read_members(
    struct reader *r, const struct yaml_node *node, struct team *t)
{
	struct texts list;

	read_texts(r, node, "members", &list);
	t->members = arena_alloc(&r->m->arena, list.count * sizeof *t->members);
	for (size_t i = 0; i < list.count; i++) {
		int person = read_ref(r, list.items[i], REF_PERSON);

		if (person < 0)
			continue;
		if (is_member(t, person))
			report_error(r->report, list.items[i]->at,
			    "\"%s\" is a member twice; remove one",
			    list.items[i]->text);
		else
			t->members[t->nmembers++] = person;
	}
}

static void read_team(
    struct reader *r, const struct yaml_pair *pair, struct team *t)
{
	const struct yaml_node *node = pair->value;
	const struct yaml_node *members;

	t->name = read_name(r, pair->key, NAME_LOOSE);
	t->title = t->name;
	t->lead = t->channel = t->fallback = -1;
	t->tier = 1;
	if (!read_map(r, node, "teams.NAME"))
		return;
	members = yaml_get(node, "members");
	if (members != NULL)
		read_members(r, members, t);
	t->lead = read_ref_key(r, node, "lead", REF_PERSON);
	t->channel = read_ref_key(r, node, "channel", REF_CHANNEL);
	t->fallback = read_ref_key(r, node, "fallback", REF_PERSON);
	t->tier = read_int(r, node, "teams.NAME", "tier", 1, 9);
	if (yaml_get(node, "title") != NULL)
		t->title = read_text(r, node, "teams.NAME", "title");
	if (t->title == NULL)
		t->title = t->name;
}

void teams_read(struct reader *r)
{
	const struct yaml_node *map = read_section(r, "teams");
	struct matrix *m = r->m;

	if (map == NULL)
		return;
	m->teams = arena_alloc(&m->arena, map->count * sizeof *m->teams);
	m->nteams = map->count;
	for (size_t i = 0; i < map->count; i++)
		read_team(r, &map->pairs[i], &m->teams[i]);
}

/* --- roles ---------------------------------------------------------------- */

static void unknown_holder(struct reader *r, const struct yaml_node *node)
{
	struct nearest n;

	nearest_init(&n, node->text);
	ref_near(r->m, REF_PERSON, &n);
	ref_near(r->m, REF_TEAM, &n);
	report_error(r->report, node->at, "unknown person or team \"%s\"%s",
	    node->text, suggest(r, &n, "define it under people or teams"));
}

static void read_holder(
    struct reader *r, const struct yaml_node *node, struct who *who)
{
	if (node->kind == YAML_MAP) {
		report_error(r->report, node->at,
		    "on-call calendars are not supported yet; name a person or "
		    "a team");
		return;
	}
	if (node_text(r, node, "a role") == NULL)
		return;
	who->kind = WHO_PERSON;
	who->index = matrix_person(r->m, node->text);
	if (who->index >= 0)
		return;
	who->kind = WHO_TEAM;
	who->index = matrix_team(r->m, node->text);
	if (who->index < 0)
		unknown_holder(r, node);
}

static void read_role(
    struct reader *r, const struct yaml_pair *pair, struct role *role)
{
	role->name = read_name(r, pair->key, NAME_STRICT);
	role->who.kind = WHO_PERSON;
	role->who.index = -1;
	if (strcmp(role->name, "assignee") == 0 ||
	    strcmp(role->name, "team") == 0)
		report_error(r->report, pair->key->at,
		    "\"%s\" is a word of its own in notify; give the role "
		    "another name",
		    role->name);
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
