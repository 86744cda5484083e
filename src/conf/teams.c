/* teams.c - the section `teams`: who works together, and who takes a ticket.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include <string.h>

#define SECTION	     "teams.NAME"
#define MEMBER	     "teams.NAME.members.PERSON"
#define CAPACITY_MAX 10000

/* --- members -------------------------------------------------------------- */

/* Adds the person that the node names; NULL and a report if nobody is called
 * so, or if they are in it already. */
static struct team_member *add_member(
    struct reader *r, const struct yaml_node *node, struct team *t)
{
	int person = read_ref(r, node, REF_PERSON);
	struct team_member *member;

	if (person < 0)
		return NULL;
	for (size_t i = 0; i < t->nmembers; i++)
		if (t->members[i].person == person) {
			report_error(r->report, node->at,
			    "\"%s\" is a member twice; remove one", node->text);
			return NULL;
		}
	member = &t->members[t->nmembers++];
	member->person = person;
	return member;
}

static void read_skills(
    struct reader *r, const struct yaml_node *node, struct team_member *member)
{
	struct texts list;

	read_texts(r, node, "skills", &list);
	member->skills =
	    arena_alloc(&r->m->arena, list.count * sizeof *member->skills);
	member->nskills = list.count;
	for (size_t i = 0; i < list.count; i++)
		member->skills[i] = keep(r, list.items[i]->text);
}

/* omar: { skills: [ billing, api ], capacity: 5 } */
static void read_member(
    struct reader *r, const struct yaml_pair *pair, struct team *t)
{
	const struct yaml_node *node = pair->value;
	struct team_member *member = add_member(r, pair->key, t);
	struct team_member nobody = { .person = -1 };
	const struct yaml_node *skills;

	if (!read_map(r, node, MEMBER))
		return;
	if (member == NULL)
		member = &nobody;
	skills = yaml_get(node, "skills");
	if (skills != NULL)
		read_skills(r, skills, member);
	member->capacity =
	    read_int(r, node, MEMBER, "capacity", 0, CAPACITY_MAX);
}

static void read_members(
    struct reader *r, const struct yaml_node *node, struct team *t)
{
	struct texts list;

	if (node->kind == YAML_MAP && node->count == 0)
		report_error(
		    r->report, node->at, "members is empty; name at least one");
	if (node->kind == YAML_MAP) {
		t->members =
		    arena_alloc(&r->m->arena, node->count * sizeof *t->members);
		for (size_t i = 0; i < node->count; i++)
			read_member(r, &node->pairs[i], t);
		return;
	}
	read_texts(r, node, "members", &list);
	t->members = arena_alloc(&r->m->arena, list.count * sizeof *t->members);
	for (size_t i = 0; i < list.count; i++)
		add_member(r, list.items[i], t);
}

/* What that team of the section has for the key, or NULL. */
static const struct yaml_node *value_of(
    const struct yaml_node *map, size_t team, const char *key)
{
	const struct yaml_node *node = map->pairs[team].value;

	return node->kind == YAML_MAP ? yaml_get(node, key) : NULL;
}

/* --- fallbacks ------------------------------------------------------------ */

/* A person or another team, which may stand further down. */
static void read_fallback(
    struct reader *r, const struct yaml_node *node, struct team *t)
{
	struct nearest n;

	if (node_text(r, node, "fallback") == NULL)
		return;
	t->fallback.kind = WHO_PERSON;
	t->fallback.index = matrix_person(r->m, node->text);
	if (t->fallback.index >= 0)
		return;
	t->fallback.kind = WHO_TEAM;
	t->fallback.index = matrix_team(r->m, node->text);
	if (t->fallback.index >= 0)
		return;
	nearest_init(&n, node->text);
	ref_near(r->m, REF_PERSON, &n);
	ref_near(r->m, REF_TEAM, &n);
	report_error(r->report, node->at, "unknown person or team \"%s\"%s",
	    node->text, suggest(r, &n, "define it under people or teams"));
}

/* Does that team's line of fallbacks come back to it?  A ring that it only
 * leads into is the matter of those in it. */
static bool is_in_ring(const struct matrix *m, size_t team)
{
	size_t at = team;

	for (size_t i = 0; i < m->nteams; i++) {
		const struct who *next = &m->teams[at].fallback;

		if (next->kind != WHO_TEAM || next->index < 0)
			return false;
		at = (size_t)next->index;
		if (at == team)
			return true;
	}
	return false;
}

static void read_fallbacks(struct reader *r, const struct yaml_node *map)
{
	struct matrix *m = r->m;

	for (size_t i = 0; i < m->nteams; i++) {
		const struct yaml_node *v = value_of(map, i, "fallback");

		if (v != NULL)
			read_fallback(r, v, &m->teams[i]);
	}
	for (size_t i = 0; i < m->nteams; i++)
		if (is_in_ring(m, i))
			report_error(r->report,
			    value_of(map, i, "fallback")->at,
			    "the fallbacks of teams lead back to \"%s\"; end "
			    "them with a person",
			    m->teams[i].name);
}

/* --- a team --------------------------------------------------------------- */

static void read_assign(
    struct reader *r, const struct yaml_node *node, struct team *t)
{
	const struct yaml_node *assign = yaml_get(node, "assign");
	const struct yaml_node *unclaimed = yaml_get(node, "unclaimed_after");
	const char *words[ASSIGN_COUNT];
	int word = -1;

	for (int i = 0; i < ASSIGN_COUNT; i++)
		words[i] = assign_name((enum assign)i);
	if (assign != NULL)
		word = read_word(r, assign, "assign", words, ASSIGN_COUNT);
	if (word >= 0)
		t->assign = (enum assign)word;
	t->unclaimed_ms = read_span(r, node, SECTION, "unclaimed_after");
	if (unclaimed != NULL && t->unclaimed_ms > 0 &&
	    t->unclaimed_ms < SECOND_MS)
		report_error(r->report, unclaimed->at,
		    "nobody claims so fast; write 1m or more, or 0 for never");
	if (unclaimed != NULL && t->assign == ASSIGN_NONE &&
	    (assign == NULL || word >= 0))
		report_error(r->report, unclaimed->at,
		    "nothing is suggested in this team; add assign: "
		    "round-robin or remove unclaimed_after");
}

/* Slack's ids of user groups: S, then capitals and digits. */
static bool group_is_sound(const char *id)
{
	size_t len = strspn(id, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return id[0] == 'S' && len >= 3 && len <= 20 && id[len] == '\0';
}

static const char *read_group(struct reader *r, const struct yaml_node *node)
{
	const char *id = read_text(r, node, SECTION, "slack_group");

	if (id != NULL && !group_is_sound(id))
		report_error(r->report, yaml_get(node, "slack_group")->at,
		    "\"%s\" is no id of a Slack user group; open the group in "
		    "Slack and copy its id, such as S0123ABCD",
		    id);
	return id;
}

static void read_team(
    struct reader *r, const struct yaml_pair *pair, struct team *t)
{
	const struct yaml_node *node = pair->value;
	const struct yaml_node *members;

	t->name = read_name(r, pair->key, NAME_LOOSE);
	t->title = t->name;
	t->lead = t->channel = t->chain = t->fallback.index = -1;
	t->tier = 1;
	if (!read_map(r, node, SECTION))
		return;
	members = yaml_get(node, "members");
	if (members != NULL)
		read_members(r, members, t);
	t->lead = read_ref_key(r, node, "lead", REF_PERSON);
	t->channel = read_room_key(r, node, "channel");
	t->slack_group = read_group(r, node);
	t->tier = read_int(r, node, SECTION, "tier", 1, 9);
	read_assign(r, node, t);
	if (yaml_get(node, "title") != NULL)
		t->title = read_text(r, node, SECTION, "title");
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
	read_fallbacks(r, map);
}

void teams_chains_read(struct reader *r)
{
	const struct yaml_node *map = read_section(r, "teams");

	for (size_t i = 0; i < r->m->nteams; i++) {
		const struct yaml_node *v = value_of(map, i, "chain");

		if (v != NULL)
			r->m->teams[i].chain = read_ref(r, v, REF_CHAIN);
	}
}
