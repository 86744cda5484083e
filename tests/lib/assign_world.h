/* assign_world.h - random teams that suggest, and a random life among them.
 *
 * Two teams: one takes turns and falls back to the other, which suggests to
 * the least loaded and falls back to a person.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_ASSIGN_WORLD_H
#define SLAWATCH_TESTS_ASSIGN_WORLD_H

#include "core/simulation.h"
#include "lib/rng.h"

#include <check.h>
#include <string.h>

enum { FRONT, BACK, WORLD_TEAMS };
enum { WORLD_PEOPLE = 6, BOSS = 5, WORLD_CATEGORIES = 3 };
enum { ROOM, PHONE, DESK, WORLD_CHANNELS };
enum { DAY, EVENING, LUNCH, WORLD_CALENDARS };

/* Hours of each day of the week, UTC. */
static const int world_hours[WORLD_CALENDARS][2] = { { 8, 16 }, { 12, 22 },
	{ 12, 13 } };
static const char *const world_people[] = { "ann", "bob", "cy", "di", "ed",
	"boss" };
static const char *const world_categories[] = { "api", "bills", "other" };
static const char *const world_customers[] = { "acme", "a,b;c=%", "x y" };
static const char *const world_teams[] = { "front", "the back" };

static struct calendar *world_calendar(int i)
{
	struct calendar_spec spec = { .name = "c" };
	struct errtext err;
	struct calendar *c;

	for (int d = 0; d < 7; d++) {
		spec.week[d].at[0] =
		    (struct day_interval){ (int16_t)(60 * world_hours[i][0]),
			    (int16_t)(60 * world_hours[i][1]) };
		spec.week[d].count = 1;
	}
	c = calendar_build(&spec, &err);
	ck_assert_ptr_nonnull(c);
	return c;
}

static void world_person(struct matrix *m, struct rng *rng, int i)
{
	struct person *p = &m->people[i];

	*p = (struct person){ .name = world_people[i],
		.title = world_people[i],
		.hours = i == BOSS || rng_one_in(rng, 3)
			     ? -1
			     : (int)rng_below(rng, 2),
		.quiet = rng_one_in(rng, 4) ? LUNCH : -1,
		.quiet_not = 1 };
	if (rng_one_in(rng, 5))
		return;
	p->ways =
	    arena_alloc(&m->arena, (m->nseverities + 1) * sizeof *p->ways);
	for (size_t s = 0; s <= m->nseverities; s++) {
		p->ways[s].channels[0] = PHONE;
		p->ways[s].count = 1;
	}
}

static void world_member(
    struct matrix *m, struct rng *rng, struct team_member *member, int person)
{
	member->person = person;
	member->capacity = (int)rng_below(rng, 4);
	member->skills = arena_alloc(&m->arena, 2 * sizeof *member->skills);
	for (int c = 0; c < 2; c++)
		if (rng_one_in(rng, 3))
			member->skills[member->nskills++] = world_categories[c];
}

static void world_team(struct matrix *m, struct rng *rng, int i)
{
	struct team *t = &m->teams[i];

	*t = (struct team){ .name = world_teams[i],
		.title = world_teams[i],
		.lead = -1,
		.channel = i == FRONT ? ROOM : -1,
		.tier = i + 1,
		.chain = -1,
		.assign = i == FRONT ? ASSIGN_ROUND_ROBIN : ASSIGN_LEAST_LOADED,
		.unclaimed_ms =
		    (1 + (int64_t)rng_below(rng, 3)) * 7 * MINUTE_MS };
	t->fallback = i == FRONT ? (struct who){ WHO_TEAM, BACK }
				 : (struct who){ WHO_PERSON, BOSS };
	t->members = arena_alloc(&m->arena, BOSS * sizeof *t->members);
	for (int p = 0; p < BOSS; p++)
		if (!rng_one_in(rng, 3))
			world_member(m, rng, &t->members[t->nmembers++], p);
}

static inline struct matrix *world_matrix(struct rng *rng)
{
	static const char *const severities[] = { "P1", "P2" };
	static const char *const channels[] = { "room", "phone", "desk" };
	struct matrix *m = matrix_new();

	m->revision = "one";
	m->ncalendars = WORLD_CALENDARS;
	m->calendars =
	    arena_alloc(&m->arena, WORLD_CALENDARS * sizeof(struct calendar *));
	for (int i = 0; i < WORLD_CALENDARS; i++)
		m->calendars[i] = world_calendar(i);
	m->nseverities = 2;
	m->severities = arena_alloc(&m->arena, 2 * sizeof *m->severities);
	for (int i = 0; i < 2; i++)
		m->severities[i] = (struct severity){ .name = severities[i],
			.title = "",
			.calendar = -1,
			.send = i == 0 ? SEND_ALWAYS : SEND_UNSAID };
	m->nchannels = WORLD_CHANNELS;
	m->channels =
	    arena_alloc(&m->arena, WORLD_CHANNELS * sizeof *m->channels);
	for (int i = 0; i < WORLD_CHANNELS; i++)
		m->channels[i] = (struct channel){ .name = channels[i] };
	m->fallback = ROOM;
	m->fallback_name = "room";
	m->helpdesk = DESK;
	m->owner = -1;
	m->npeople = WORLD_PEOPLE;
	m->people = arena_alloc(&m->arena, WORLD_PEOPLE * sizeof *m->people);
	for (int i = 0; i < WORLD_PEOPLE; i++)
		world_person(m, rng, i);
	m->nteams = WORLD_TEAMS;
	m->teams = arena_alloc(&m->arena, WORLD_TEAMS * sizeof *m->teams);
	for (int i = 0; i < WORLD_TEAMS; i++)
		world_team(m, rng, i);
	return m;
}

static const char *world_one(
    struct rng *rng, const char *const *from, size_t count)
{
	return from[rng_below(rng, count)];
}

static void world_set(struct event *ev, enum field f, const char *value)
{
	ev->fields.text[f] = value;
	ev->fields.set |= FIELD_BIT(f);
}

/* A ticket, or what happens to one. */
static inline void world_event(
    struct rng *rng, struct event *ev, const char *ticket, bool is_new)
{
	static const enum status statuses[] = { STATUS_OPEN, STATUS_PENDING,
		STATUS_SOLVED, STATUS_OPEN };

	ev->ticket = ticket;
	ev->by = world_one(rng, world_people, BOSS);
	ev->type = is_new ? EVENT_CREATED : EVENT_UPDATED;
	if (is_new || rng_one_in(rng, 3)) {
		world_set(
		    ev, FIELD_CUSTOMER_ID, world_one(rng, world_customers, 3));
		world_set(ev, FIELD_CATEGORY,
		    world_one(rng, world_categories, WORLD_CATEGORIES));
		world_set(ev, FIELD_SEVERITY, rng_one_in(rng, 3) ? "P1" : "P2");
		world_set(ev, FIELD_TEAM, world_one(rng, world_teams, 2));
		return;
	}
	switch (rng_below(rng, 5)) {
	case 0:
		ev->type = EVENT_ASSIGNED;
		world_set(
		    ev, FIELD_ASSIGNEE, rng_one_in(rng, 2) ? ev->by : NULL);
		break;
	case 1:
		ev->type = EVENT_CLAIMED;
		break;
	case 2:
		ev->type = EVENT_STATUS;
		ev->fields.status = statuses[rng_below(rng, 4)];
		ev->fields.set = FIELD_BIT(FIELD_STATUS);
		break;
	case 3:
		ev->type = rng_one_in(rng, 4) ? EVENT_DELETED : EVENT_MERGED;
		ev->into = "z:elsewhere";
		if (!rng_one_in(rng, 3))
			ev->type = EVENT_NOTE;
		break;
	default:
		ev->type = EVENT_COMMENT;
		ev->author = AUTHOR_CUSTOMER;
		ev->is_public = true;
		break;
	}
}

#endif
