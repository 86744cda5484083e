/* notify.c - see notify.h.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/notify.h"

#include "core/names.h"

#include <string.h>

/* --- names ---------------------------------------------------------------- */

/* "one of frontline", for each team. */
static void try_one_of(struct reader *r, struct nearest *n)
{
	for (size_t i = 0; i < r->m->nteams; i++) {
		struct textbuf tb;

		textbuf_init(&tb);
		textbuf_addf(&tb, "one of %s", r->m->teams[i].name);
		nearest_try(n, arena_strdup(r->report->arena, tb.data));
		textbuf_fini(&tb);
	}
}

static void unknown_who(struct reader *r, const struct yaml_node *node)
{
	static const enum ref kinds[] = { REF_ROLE, REF_PERSON, REF_TEAM,
		REF_SCHEDULE, REF_CHANNEL };
	struct nearest n;

	nearest_init(&n, node->text);
	nearest_try(&n, "assignee");
	nearest_try(&n, "team");
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		ref_near(r->m, kinds[i], &n);
	try_one_of(r, &n);
	report_error(r->report, node->at, "nobody is called \"%s\"%s",
	    node->text,
	    suggest(r, &n,
		"name a role, person, team, on-call schedule or channel, or "
		"write assignee, team or one of TEAM"));
}

void name_add(struct reader *r, const struct yaml_node *node,
    const char **names, size_t *count, size_t max)
{
	if (node->text[0] == '\0')
		report_error(r->report, node->at,
		    "an empty text names nothing; remove it");
	else if (names_find(names, *count, node->text) >= 0)
		report_error(r->report, node->at,
		    "\"%s\" is named twice; remove one", node->text);
	else if (*count == max)
		report_error(r->report, node->at,
		    "more than %zu names; make a team of them", max);
	else
		names[(*count)++] = keep(r, node->text);
}

static void unknown_way(struct reader *r, const struct yaml_node *node)
{
	struct nearest n;

	nearest_init(&n, node->text);
	for (int w = WAY_ROOM + 1; w < WAY_COUNT; w++)
		nearest_try(&n, channel_way_name((enum channel_way)w));
	ref_near(r->m, REF_CHANNEL, &n);
	report_error(r->report, node->at, "unknown channel \"%s\"%s",
	    node->text, suggest(r, &n, "define it under channels"));
}

int read_way(struct reader *r, const struct yaml_node *node)
{
	const char *name = node_text(r, node, "a channel");
	int way = matrix_way(r->m, name);

	if (name != NULL && way == -1)
		unknown_way(r, node);
	if (way >= -1 || matrix_way_channel(r->m, way, -1) >= 0)
		return way;
	report_error(r->report, node->at,
	    "\"%s\" goes by Slack's app and no channel has type slack; define "
	    "one under channels",
	    name);
	return -1;
}

/* --- who has no way of their own ------------------------------------------ */

static bool lacks_ways(const struct matrix *m, int person, int *who)
{
	if (m->people[person].ways == NULL)
		*who = person;
	return m->people[person].ways == NULL;
}

static bool anybody_lacks_ways(const struct matrix *m, int *who)
{
	for (size_t i = 0; i < m->npeople; i++)
		if (lacks_ways(m, (int)i, who))
			return true;
	return m->npeople == 0;
}

static bool member_lacks_ways(
    const struct matrix *m, const struct team *t, int *who)
{
	for (size_t i = 0; i < t->nmembers; i++)
		if (lacks_ways(m, t->members[i].person, who))
			return true;
	return false;
}

static bool turn_lacks_ways(
    const struct matrix *m, const struct schedule *s, int *who)
{
	/* A calendar may name anybody. */
	if (s->kind != SCHEDULE_ROTATION)
		return anybody_lacks_ways(m, who);
	for (size_t i = 0; i < s->rotation.nmembers; i++)
		if (lacks_ways(m, s->rotation.members[i], who))
			return true;
	return false;
}

/* Can it mean somebody who has none?  *who is the first, or stays. */
static bool may_lack_ways(const struct matrix *m, struct who w, int *who)
{
	if (w.kind == WHO_ROLE && w.index >= 0)
		w = m->roles[w.index].who;
	/* The ticket's owner or team; a role that is already reported. */
	if (w.index < 0)
		return anybody_lacks_ways(m, who);
	switch (w.kind) {
	case WHO_PERSON:
		return lacks_ways(m, w.index, who);
	case WHO_TEAM:
	case WHO_ONE_OF:
		return member_lacks_ways(m, &m->teams[w.index], who);
	case WHO_SCHEDULE:
		return turn_lacks_ways(m, &m->schedules[w.index], who);
	case WHO_CHANNEL:
	case WHO_ASSIGNEE:
	case WHO_OWN_TEAM:
	case WHO_ROLE:
		break;
	}
	return false;
}

static void check_ways(struct reader *r, const struct yaml_node *map,
    const char *what, const struct step *s)
{
	struct who who;
	int lacking = -1;

	for (size_t i = 0; i < s->nwho; i++) {
		if (!matrix_who(r->m, s->who[i], &who) ||
		    !may_lack_ways(r->m, who, &lacking))
			continue;
		if (lacking < 0)
			report_error(r->report, map->at,
			    "this %s notifies people and does not say how; "
			    "add via: [ CHANNEL, ... ]",
			    what);
		else
			report_error(r->report, map->at,
			    "this %s notifies people and does not say how; "
			    "add via: [ CHANNEL, ... ], or give \"%s\" "
			    "channels under people",
			    what, r->m->people[lacking].name);
		return;
	}
}

/* --- both keys ------------------------------------------------------------ */

/* A Slack room's way to a person says how, not whom. */
static bool is_a_way(struct reader *r, const struct yaml_node *node)
{
	int way = matrix_way(r->m, node->text);
	struct who who;

	if (way == -1)
		return false;
	if (matrix_who(r->m, node->text, &who) &&
	    (who.kind != WHO_CHANNEL || r->m->channels[way].way == WAY_ROOM))
		return false;
	report_error(r->report, node->at,
	    "\"%s\" says how and not whom; name people here, and write via: "
	    "[ %s ]",
	    node->text, node->text);
	return true;
}

static void read_who(
    struct reader *r, const struct yaml_node *node, struct step *s)
{
	struct texts list;
	struct who who;

	read_texts(r, node, "notify", &list);
	for (size_t i = 0; i < list.count; i++)
		if (is_a_way(r, list.items[i]))
			continue;
		else if (matrix_who(r->m, list.items[i]->text, &who))
			name_add(
			    r, list.items[i], s->who, &s->nwho, STEP_WHO_MAX);
		else
			unknown_who(r, list.items[i]);
}

static void read_via(
    struct reader *r, const struct yaml_node *node, struct step *s)
{
	struct texts list;

	read_texts(r, node, "via", &list);
	for (size_t i = 0; i < list.count; i++)
		if (read_way(r, list.items[i]) != -1)
			name_add(
			    r, list.items[i], s->via, &s->nvia, STEP_VIA_MAX);
}

void notify_read(struct reader *r, const struct yaml_node *map,
    const char *what, struct step *s)
{
	const struct yaml_node *notify = yaml_get(map, "notify");
	const struct yaml_node *via = yaml_get(map, "via");

	if (notify != NULL)
		read_who(r, notify, s);
	if (via != NULL)
		read_via(r, via, s);
	else
		check_ways(r, map, what, s);
}
