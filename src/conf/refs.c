/* refs.c - names that mean something defined elsewhere in the file.
 *
 * SPDX-License-Identifier: MIT */
#include "base/check.h"
#include "conf/reader.h"

struct ref_kind {
	const char *word;    /* "person" */
	const char *section; /* where it is defined */
	int (*find)(const struct matrix *m, const char *name);
};

static const struct ref_kind kinds[REF_COUNT] = {
	[REF_CALENDAR] = { "calendar", "calendars", matrix_calendar },
	[REF_SEVERITY] = { "severity", "severities", matrix_severity },
	[REF_CHANNEL] = { "channel", "channels", matrix_channel },
	[REF_PERSON] = { "person", "people", matrix_person },
	[REF_TEAM] = { "team", "teams", matrix_team },
	[REF_SCHEDULE] = { "on-call schedule", "oncall", matrix_schedule },
	[REF_ROLE] = { "role", "roles", matrix_role },
	[REF_CHAIN] = { "chain", "chains", matrix_chain },
	[REF_KIND] = { "clock", "clocks", matrix_kind },
};

const char *ref_word(enum ref kind)
{
	return kinds[kind].word;
}

int ref_find(const struct matrix *m, enum ref kind, const char *name)
{
	return kinds[kind].find(m, name);
}

size_t ref_count(const struct matrix *m, enum ref kind)
{
	switch (kind) {
	case REF_CALENDAR:
		return m->ncalendars;
	case REF_SEVERITY:
		return m->nseverities;
	case REF_CHANNEL:
		return m->nchannels;
	case REF_PERSON:
		return m->npeople;
	case REF_TEAM:
		return m->nteams;
	case REF_SCHEDULE:
		return m->nschedules;
	case REF_ROLE:
		return m->nroles;
	case REF_CHAIN:
		return m->nchains;
	case REF_KIND:
		return m->nkinds;
	case REF_COUNT:
		break;
	}
	check_failed("known kind of reference", __FILE__, __LINE__);
}

const char *ref_name(const struct matrix *m, enum ref kind, size_t i)
{
	CHECK(i < ref_count(m, kind));
	switch (kind) {
	case REF_CALENDAR:
		return calendar_name(m->calendars[i]);
	case REF_SEVERITY:
		return m->severities[i].name;
	case REF_CHANNEL:
		return m->channels[i].name;
	case REF_PERSON:
		return m->people[i].name;
	case REF_TEAM:
		return m->teams[i].name;
	case REF_SCHEDULE:
		return m->schedules[i].name;
	case REF_ROLE:
		return m->roles[i].name;
	case REF_CHAIN:
		return m->chains[i].name;
	case REF_KIND:
		return m->kinds[i].name;
	case REF_COUNT:
		break;
	}
	check_failed("known kind of reference", __FILE__, __LINE__);
}

void ref_near(const struct matrix *m, enum ref kind, struct nearest *n)
{
	for (size_t i = 0; i < ref_count(m, kind); i++)
		nearest_try(n, ref_name(m, kind, i));
}

int read_ref(struct reader *r, const struct yaml_node *node, enum ref kind)
{
	const char *name = node_text(r, node, kinds[kind].word);
	struct nearest n;
	struct textbuf remedy;
	int i;

	if (name == NULL)
		return -1;
	i = ref_find(r->m, kind, name);
	if (i >= 0)
		return i;
	nearest_init(&n, name);
	ref_near(r->m, kind, &n);
	textbuf_init(&remedy);
	textbuf_addf(&remedy, "define it under %s", kinds[kind].section);
	report_error(r->report, node->at, "unknown %s \"%s\"%s",
	    kinds[kind].word, name, suggest(r, &n, remedy.data));
	textbuf_fini(&remedy);
	return -1;
}

int read_ref_key(struct reader *r, const struct yaml_node *map,
    const char *name, enum ref kind)
{
	const struct yaml_node *node = yaml_get(map, name);

	return node == NULL ? -1 : read_ref(r, node, kind);
}

int read_room_key(
    struct reader *r, const struct yaml_node *map, const char *name)
{
	int i = read_ref_key(r, map, name, REF_CHANNEL);
	const struct channel *c = i < 0 ? NULL : &r->m->channels[i];

	if (c == NULL || c->way == WAY_ROOM)
		return i;
	report_error(r->report, yaml_get(map, name)->at,
	    "\"%s\" reaches a person and here is none; name the room, \"%s\"",
	    c->name, r->m->channels[c->base].name);
	return c->base;
}
