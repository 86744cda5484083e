/* dump_people.c - people and teams as YAML.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/dump_parts.h"

#include <string.h>

static const char *person_name(const struct matrix *m, int i)
{
	return i < 0 ? NULL : m->people[i].name;
}

static const char *calendar_of(const struct matrix *m, int i)
{
	return i < 0 ? NULL : calendar_name(m->calendars[i]);
}

/* --- people --------------------------------------------------------------- */

static bool same_ways(const struct ways *a, const struct ways *b)
{
	return a->count == b->count &&
	       memcmp(a->channels, b->channels,
		   a->count * sizeof a->channels[0]) == 0;
}

/* "NAME: [ pager, mail ]", or "[]". */
static void dump_way(struct textbuf *out, const struct matrix *m, int indent,
    const char *name, const struct ways *w)
{
	const char *names[PERSON_WAYS_MAX];

	for (size_t i = 0; i < w->count; i++)
		names[i] = matrix_way_name(m, w->channels[i]);
	dump_key(out, indent, name);
	dump_names(out, names, w->count);
	textbuf_addc(out, '\n');
}

static void dump_ways(
    struct textbuf *out, const struct matrix *m, const struct person *p)
{
	const struct ways *any = &p->ways[m->nseverities];
	bool differ = false;

	for (size_t i = 0; i < m->nseverities; i++)
		differ = differ || !same_ways(&p->ways[i], any);
	if (!differ && any->count > 0) {
		dump_way(out, m, 4, "channels", any);
		return;
	}
	dump_name(out, 4, "channels");
	for (size_t i = 0; i < m->nseverities; i++)
		if (!same_ways(&p->ways[i], any))
			dump_way(out, m, 6, m->severities[i].name, &p->ways[i]);
	dump_way(out, m, 6, "any", any);
}

static void dump_quiet(
    struct textbuf *out, const struct matrix *m, const struct person *p)
{
	const char *names[MATRIX_SEVERITIES_MAX];
	size_t n = 0;

	for (size_t i = 0; i < m->nseverities; i++)
		if ((p->quiet_not & UINT32_C(1) << i) != 0)
			names[n++] = m->severities[i].name;
	textbuf_add(out, "    quiet: { hours: ");
	dump_text(out, calendar_of(m, p->quiet));
	textbuf_add(out, ", unless: ");
	dump_names(out, names, n);
	textbuf_add(out, " }\n");
}

void dump_limit(
    struct textbuf *out, int indent, const char *key, const struct limit *limit)
{
	char per[SPAN_TEXT_MAX];

	if (limit->count == 0)
		return;
	span_exact(limit->per_ms, per);
	dump_key(out, indent, key);
	textbuf_addf(out, "{ count: %d, per: %s }\n", limit->count, per);
}

void dump_sees(struct textbuf *out, enum sees sees)
{
	if (sees != SEES_UNSAID)
		dump_pair(out, 4, "sees", sees_name(sees));
}

void dump_people(struct textbuf *out, const struct matrix *m)
{
	if (m->npeople > 0)
		textbuf_add(out, "\npeople:\n");
	for (size_t i = 0; i < m->npeople; i++) {
		const struct person *p = &m->people[i];

		dump_name(out, 2, p->name);
		dump_pair(out, 4, "name", p->title);
		dump_pair(out, 4, "slack", p->slack);
		dump_pair(out, 4, "email", p->email);
		dump_pair(out, 4, "hours", calendar_of(m, p->hours));
		dump_pair(out, 4, "zone", p->zone_name);
		if (p->ways != NULL)
			dump_ways(out, m, p);
		if (p->quiet >= 0)
			dump_quiet(out, m, p);
		dump_sees(out, p->sees);
		dump_limit(out, 4, "limit", &p->limit);
	}
}

/* --- teams ---------------------------------------------------------------- */

static bool has_details(const struct team *t)
{
	for (size_t i = 0; i < t->nmembers; i++)
		if (t->members[i].nskills > 0 || t->members[i].capacity > 0)
			return true;
	return false;
}

/* "omar: { skills: [ billing ], capacity: 5 }" */
static void dump_member(struct textbuf *out, const struct matrix *m,
    const struct team_member *member)
{
	dump_key(out, 6, m->people[member->person].name);
	textbuf_add(out, "{ ");
	if (member->nskills > 0) {
		textbuf_add(out, "skills: ");
		dump_names(out, member->skills, member->nskills);
		textbuf_add(out, ", ");
	}
	textbuf_addf(out, "capacity: %d }\n", member->capacity);
}

static void dump_members(
    struct textbuf *out, const struct matrix *m, const struct team *t)
{
	if (has_details(t)) {
		dump_name(out, 4, "members");
		for (size_t i = 0; i < t->nmembers; i++)
			dump_member(out, m, &t->members[i]);
		return;
	}
	textbuf_add(out, "    members: [ ");
	for (size_t i = 0; i < t->nmembers; i++) {
		textbuf_add(out, i == 0 ? "" : ", ");
		dump_text(out, person_name(m, t->members[i].person));
	}
	textbuf_add(out, " ]\n");
}

static const char *fallback_of(const struct matrix *m, const struct team *t)
{
	if (t->fallback.kind == WHO_TEAM && t->fallback.index >= 0)
		return m->teams[t->fallback.index].name;
	return person_name(m, t->fallback.index);
}

void dump_teams(struct textbuf *out, const struct matrix *m)
{
	if (m->nteams > 0)
		textbuf_add(out, "\nteams:\n");
	for (size_t i = 0; i < m->nteams; i++) {
		const struct team *t = &m->teams[i];

		dump_name(out, 2, t->name);
		dump_members(out, m, t);
		dump_pair(out, 4, "lead", person_name(m, t->lead));
		if (t->channel >= 0)
			dump_pair(
			    out, 4, "channel", m->channels[t->channel].name);
		if (t->slack_group != NULL)
			dump_pair(out, 4, "slack_group", t->slack_group);
		dump_pair(out, 4, "fallback", fallback_of(m, t));
		dump_int(out, 4, "tier", t->tier);
		if (t->chain >= 0)
			dump_pair(out, 4, "chain", m->chains[t->chain].name);
		dump_pair(out, 4, "assign", assign_name(t->assign));
		if (t->assign != ASSIGN_NONE)
			dump_span(out, 4, "unclaimed_after", t->unclaimed_ms);
		dump_pair(out, 4, "title", t->title);
	}
}
