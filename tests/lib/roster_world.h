/* roster_world.h - people, teams, ways and absences to ask a roster of.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_ROSTER_WORLD_H
#define SLAWATCH_TESTS_ROSTER_WORLD_H

#include "core/roster.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define NOW	 wall_at(INT64_C(1767609000000)) /* Mon 2026-01-05T10:30Z */
#define PEOPLE	 6
#define CHANNELS 10
#define TEAMS	 3

static const char *const names[PEOPLE] = { "ann", "bob", "cleo", "dan", "eve",
	"fay" };

static struct matrix *m;
static struct arena arena;
static struct ticket t;
static struct decision decision;
static struct turn u;
static struct facts facts;
static int64_t picked[PEOPLE];

static struct severity severities[] = { { .name = "P1", .calendar = -1 },
	{ .name = "P2", .calendar = -1 } };
static struct channel channels[CHANNELS] = {
	{ .name = "room", .type = CHANNEL_LOG },
	{ .name = "phone", .type = CHANNEL_LOG, .base = 1 },
	{ .name = "mail", .type = CHANNEL_SMTP, .base = 2 },
	{ .name = "pager", .type = CHANNEL_LOG, .base = 3 },
	{ .name = "one", .type = CHANNEL_SLACK, .base = 4 },
	{ .name = "one.dm", .type = CHANNEL_SLACK, .way = WAY_DM, .base = 4 },
	{ .name = "one.mention",
	    .type = CHANNEL_SLACK,
	    .way = WAY_MENTION,
	    .base = 4 },
	{ .name = "two", .type = CHANNEL_SLACK, .base = 7 },
	{ .name = "two.dm", .type = CHANNEL_SLACK, .way = WAY_DM, .base = 7 },
	{ .name = "two.mention",
	    .type = CHANNEL_SLACK,
	    .way = WAY_MENTION,
	    .base = 7 },
};
static struct person people[PEOPLE];
static struct ways ways[PEOPLE][3];
static struct team_member members[TEAMS][PEOPLE];
static struct team teams[TEAMS];
static struct role roles[] = {
	{ .name = "lead", .who = { WHO_PERSON, 4 } },
	{ .name = "crew", .who = { WHO_TEAM, 0 } },
};
static struct duty_change away[PEOPLE];
static struct duty duty;

static inline int64_t answer(void *user, const struct fact_question *q)
{
	int person = matrix_person(m, q->name);

	(void)user;
	ck_assert_int_eq(q->fact, FACT_PICKED_AT);
	ck_assert_int_ge(person, 0);
	return picked[person];
}

static inline struct calendar *hours(const char *name, bool open)
{
	struct calendar_spec spec = { .name = name };
	struct errtext err;
	struct calendar *c;

	/* A Monday from 00:00 on, or a Tuesday. */
	spec.week[open ? 0 : 1] =
	    (struct day_hours){ .count = 1, .at = { { 0, 1440 } } };
	c = calendar_build(&spec, &err);
	ck_assert_msg(c != NULL, "%s", err.text);
	return c;
}

static inline void build_people(void)
{
	for (int i = 0; i < PEOPLE; i++) {
		people[i] = (struct person){ .name = names[i],
			.title = names[i],
			.email = i % 2 == 0 ? "x@example.com" : NULL,
			.hours = -1,
			.quiet = -1 };
		picked[i] = 0;
	}
	for (int i = 0; i < TEAMS; i++)
		teams[i] = (struct team){ .name = i == 0   ? "crew0"
						  : i == 1 ? "crew1"
							   : "crew2",
			.members = members[i],
			.lead = -1,
			.channel = -1,
			.fallback = { WHO_PERSON, -1 },
			.chain = -1 };
}

static inline void setup(void)
{
	arena_init(&arena);
	m = matrix_new();
	m->severities = severities;
	m->nseverities = 2;
	m->channels = channels;
	m->nchannels = CHANNELS;
	m->people = people;
	m->npeople = PEOPLE;
	m->teams = teams;
	m->nteams = TEAMS;
	m->roles = roles;
	m->nroles = 2;
	m->calendars = arena_alloc(&arena, 2 * sizeof *m->calendars);
	m->calendars[0] = hours("open", true);
	m->calendars[1] = hours("closed", false);
	m->ncalendars = 2;
	build_people();
	duty = (struct duty){ .number = 0, .items = away };
	facts = (struct facts){ .duty = &duty, .answer = answer };
	ticket_init(&t, &arena, "zendesk:4711");
	t.fields.text[FIELD_SEVERITY] = "P1";
	decision = (struct decision){ .verdict = VERDICT_ACCEPTED };
	u = (struct turn){ .m = m,
		.f = &facts,
		.t = &t,
		.now = NOW,
		.limit = NOW,
		.out = &decision,
		.policy = -1 };
}

static inline void teardown(void)
{
	matrix_free(m);
	arena_fini(&arena);
}

static inline void is_away(const char *person, const char *cover)
{
	away[duty.count++] = (struct duty_change){ .number = duty.number + 1,
		.kind = DUTY_AWAY,
		.person = person,
		.other = cover,
		.schedule = "",
		.from = wall_at(NOW.ms - HOUR_MS),
		.until = wall_at(NOW.ms + HOUR_MS),
		.by = "",
		.why = "" };
	duty.number++;
}

static inline struct step step_to(const char *who)
{
	return (struct step){ .who = { who }, .nwho = 1, .hours = "" };
}

static inline void has_ways(int person, int severity, int first, int second)
{
	struct ways *w = &ways[person][severity];

	people[person].ways = ways[person];
	w->count = second < 0 ? 1 : 2;
	w->channels[0] = first;
	w->channels[1] = second;
}

/* Teams are numbered: members as given, the fallback by kind. */
static inline void team_of(
    int team, const char *who, enum who_kind kind, int fallback)
{
	teams[team].nmembers = 0;
	for (const char *p = who; *p != '\0'; p++) {
		for (int i = 0; i < PEOPLE; i++) {
			if (names[i][0] == *p)
				members[team][teams[team].nmembers++].person =
				    i;
		}
	}
	teams[team].fallback = (struct who){ kind, fallback };
}

#endif
