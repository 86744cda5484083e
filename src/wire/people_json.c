/* people_json.c - a person as the matrix and what was said make them.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/people_json.h"

#include "core/oncall.h"
#include "core/roster.h"
#include "wire/duty_json.h"

#include <string.h>

/* What the questions of roster.h are asked in: no ticket's turn.  Everybody is
 * asked once, and not again for each who may cover for them. */
struct look {
	struct arena arena;
	struct facts facts;
	struct ticket ticket;
	struct turn turn;
	struct oncall *oncall; /* of each schedule */
	int *covers;	       /* who stands in for each person; -1 */
};

static void look_init(struct look *l, const struct matrix *m,
    const struct duty *d, struct wall now)
{
	arena_init(&l->arena);
	ticket_init(&l->ticket, &l->arena, "");
	l->facts = (struct facts){ .duty = d };
	l->turn = (struct turn){ .m = m,
		.f = &l->facts,
		.t = &l->ticket,
		.now = now,
		.limit = now,
		.policy = -1 };
	l->oncall = arena_alloc(&l->arena, m->nschedules * sizeof *l->oncall);
	for (size_t i = 0; i < m->nschedules; i++)
		oncall_at(m, d, (int)i, now, &l->oncall[i]);
	l->covers = arena_alloc(&l->arena, m->npeople * sizeof *l->covers);
	for (size_t i = 0; i < m->npeople; i++)
		if (!roster_is_away(&l->turn, (int)i, &l->covers[i]))
			l->covers[i] = -1;
}

static void look_fini(struct look *l)
{
	arena_fini(&l->arena);
}

const char *person_zone(const struct matrix *m, int person)
{
	const struct person *p = &m->people[person];
	const char *zone = p->zone_name;

	if (zone == NULL && p->hours >= 0)
		zone = calendar_zone(m->calendars[p->hours]);
	return zone != NULL ? zone : "UTC";
}

/* --- where they stand ---------------------------------------------------- */

static bool is_on_call(const struct look *l, int schedule, int person)
{
	const struct oncall *who = &l->oncall[schedule];

	for (size_t i = 0; i < who->count; i++)
		if (who->people[i] == person)
			return true;
	return false;
}

static bool is_member(const struct team *t, int person)
{
	for (size_t i = 0; i < t->nmembers; i++)
		if (t->members[i].person == person)
			return true;
	return false;
}

static bool holds(const struct look *l, struct who who, int person)
{
	switch (who.kind) {
	case WHO_PERSON:
		return who.index == person;
	case WHO_TEAM:
	case WHO_ONE_OF:
		return who.index >= 0 &&
		       is_member(&l->turn.m->teams[who.index], person);
	case WHO_SCHEDULE:
		return is_on_call(l, who.index, person);
	case WHO_CHANNEL:
	case WHO_ASSIGNEE:
	case WHO_OWN_TEAM:
	case WHO_ROLE:
		break;
	}
	return false;
}

static void teams(const struct look *l, int person, struct json_out *out)
{
	const struct matrix *m = l->turn.m;

	json_open(out, "teams", '[');
	for (size_t i = 0; i < m->nteams; i++)
		if (is_member(&m->teams[i], person))
			json_text(out, NULL, m->teams[i].name);
	json_close(out, ']');
	json_open(out, "leads", '[');
	for (size_t i = 0; i < m->nteams; i++)
		if (m->teams[i].lead == person)
			json_text(out, NULL, m->teams[i].name);
	json_close(out, ']');
}

static void duties(const struct look *l, int person, struct json_out *out)
{
	const struct matrix *m = l->turn.m;

	json_open(out, "roles", '[');
	for (size_t i = 0; i < m->nroles; i++)
		if (holds(l, m->roles[i].who, person))
			json_text(out, NULL, m->roles[i].name);
	json_close(out, ']');
	json_open(out, "oncall", '[');
	for (size_t i = 0; i < m->nschedules; i++)
		if (is_on_call(l, (int)i, person))
			json_text(out, NULL, m->schedules[i].name);
	json_close(out, ']');
}

/* --- how they are reached ------------------------------------------------ */

static void quiet(const struct look *l, int person, struct json_out *out)
{
	const struct matrix *m = l->turn.m;
	const struct person *p = &m->people[person];
	const struct calendar *c;

	if (p->quiet < 0) {
		json_raw(out, "quiet", "null");
		return;
	}
	c = m->calendars[p->quiet];
	json_open(out, "quiet", '{');
	json_text(out, "hours", calendar_name(c));
	json_open(out, "unless", '[');
	for (size_t i = 0; i < m->nseverities; i++)
		if (p->quiet_not & (UINT32_C(1) << i))
			json_text(out, NULL, m->severities[i].name);
	json_close(out, ']');
	json_bool(out, "now", calendar_open(c, l->turn.now));
	json_close(out, '}');
}

static void channels(const struct look *l, int person, struct json_out *out)
{
	const struct matrix *m = l->turn.m;
	const struct ways *ways = m->people[person].ways;

	if (ways == NULL) {
		json_raw(out, "channels", "null");
		return;
	}
	json_open(out, "channels", '{');
	for (size_t i = 0; i <= m->nseverities; i++) {
		json_open(out,
		    i < m->nseverities ? m->severities[i].name : "any", '[');
		for (size_t k = 0; k < ways[i].count; k++)
			json_text(
			    out, NULL, matrix_way_name(m, ways[i].channels[k]));
		json_close(out, ']');
	}
	json_close(out, '}');
}

/* What holds for them; null: as their role says, and any number. */
static void spared(const struct look *l, int person, struct json_out *out)
{
	const struct matrix *m = l->turn.m;
	const struct person *p = &m->people[person];
	const struct limit *limit =
	    p->limit.count > 0 ? &p->limit : &m->person_limit;

	json_text(
	    out, "sees", p->sees == SEES_UNSAID ? NULL : sees_name(p->sees));
	if (limit->count == 0) {
		json_raw(out, "limit", "null");
		return;
	}
	json_open(out, "limit", '{');
	json_int(out, "count", limit->count);
	json_seconds(out, "per_s", limit->per_ms);
	json_close(out, '}');
}

/* --- whether they are there ---------------------------------------------- */

static void absences(const struct look *l, int person, struct json_out *out)
{
	const struct duty *d = l->facts.duty;
	const char *name = l->turn.m->people[person].name;

	json_open(out, "absences", '[');
	for (size_t i = 0; i < d->count; i++) {
		const struct duty_change *c = &d->items[i];

		if (c->kind == DUTY_AWAY && strcmp(c->person, name) == 0 &&
		    wall_before(l->turn.now, c->until))
			duty_change_json(c, NULL, out);
	}
	json_close(out, ']');
}

static void presence(const struct look *l, int person, struct json_out *out)
{
	const struct matrix *m = l->turn.m;
	const struct duty_change *away =
	    duty_away(l->facts.duty, m->people[person].name, l->turn.now);
	int cover = l->covers[person];

	json_bool(out, "on_duty", roster_on_duty(&l->turn, person));
	quiet(l, person, out);
	if (away != NULL)
		duty_change_json(away, "away", out);
	else
		json_raw(out, "away", "null");
	json_text(out, "covered_by", cover >= 0 ? m->people[cover].name : NULL);
	json_open(out, "covers", '[');
	for (size_t i = 0; i < m->npeople; i++)
		if (l->covers[i] == person)
			json_text(out, NULL, m->people[i].name);
	json_close(out, ']');
	absences(l, person, out);
}

static void write_person(const struct look *l, int person, struct json_out *out)
{
	const struct matrix *m = l->turn.m;
	const struct person *p = &m->people[person];

	json_text(out, "person", p->name);
	json_text(out, "name", p->title);
	json_text(out, "slack", p->slack);
	json_text(out, "email", p->email);
	json_text(out, "zone", person_zone(m, person));
	json_text(out, "hours",
	    p->hours >= 0 ? calendar_name(m->calendars[p->hours]) : NULL);
	presence(l, person, out);
	teams(l, person, out);
	duties(l, person, out);
	channels(l, person, out);
	spared(l, person, out);
}

void person_json(const struct matrix *m, const struct duty *d, int person,
    struct wall now, struct json_out *out)
{
	struct look l;

	look_init(&l, m, d, now);
	json_open(out, NULL, '{');
	json_wall(out, "now", now);
	write_person(&l, person, out);
	json_close(out, '}');
	look_fini(&l);
}

void people_json(const struct matrix *m, const struct duty *d, struct wall now,
    struct json_out *out)
{
	struct look l;

	look_init(&l, m, d, now);
	json_open(out, NULL, '{');
	json_wall(out, "now", now);
	json_open(out, "people", '[');
	for (size_t i = 0; i < m->npeople; i++) {
		json_open(out, NULL, '{');
		write_person(&l, (int)i, out);
		json_close(out, '}');
	}
	json_close(out, ']');
	json_close(out, '}');
	look_fini(&l);
}

size_t people_away(
    const struct matrix *m, const struct duty *d, struct wall now)
{
	size_t n = 0;

	for (size_t i = 0; i < m->npeople; i++)
		n += duty_away(d, m->people[i].name, now) != NULL;
	return n;
}
