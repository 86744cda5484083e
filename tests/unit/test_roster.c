/* test_roster.c - who is behind a name, by which channel, and why not?
 *
 * Random teams, absences, quiet hours and steps are held against what must be
 * true of any answer, and turns against a naive count.
 *
 * SPDX-License-Identifier: MIT */
#include "core/roster.h"

#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define NOW	 wall_at(INT64_C(1767609000000)) /* Mon 2026-01-05T10:30Z */
#define PEOPLE	 6
#define CHANNELS 4
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
	{ .name = "phone", .type = CHANNEL_LOG },
	{ .name = "mail", .type = CHANNEL_SMTP },
	{ .name = "pager", .type = CHANNEL_LOG },
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

static int64_t answer(void *user, const struct fact_question *q)
{
	int person = matrix_person(m, q->name);

	(void)user;
	ck_assert_int_eq(q->fact, FACT_PICKED_AT);
	ck_assert_int_ge(person, 0);
	return picked[person];
}

static struct calendar *hours(const char *name, bool open)
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

static void build_people(void)
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

static void setup(void)
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

static void teardown(void)
{
	matrix_free(m);
	arena_fini(&arena);
}

static void is_away(const char *person, const char *cover)
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

static struct step step_to(const char *who)
{
	return (struct step){ .who = { who }, .nwho = 1, .hours = "" };
}

static void has_ways(int person, int severity, int first, int second)
{
	struct ways *w = &ways[person][severity];

	people[person].ways = ways[person];
	w->count = second < 0 ? 1 : 2;
	w->channels[0] = first;
	w->channels[1] = second;
}

/* "ann:phone+mail bob:(away ...)" */
static const char *asked(const struct step *s, bool quiet_skips)
{
	struct roster r;
	struct textbuf tb;
	const char *text;

	roster_of_step(&u, s, quiet_skips, &r);
	textbuf_init(&tb);
	for (size_t i = 0; i < r.count; i++) {
		const struct candidate *c = &r.items[i];

		textbuf_addf(&tb, "%s%s:", i > 0 ? " " : "",
		    c->person < 0 ? c->role : people[c->person].name);
		if (c->skipped != NULL)
			textbuf_addf(&tb, "(%s)", c->skipped);
		else
			textbuf_addf(&tb, "%s%s%s", channels[c->channel].name,
			    *c->spare == '\0' ? "" : "+", c->spare);
	}
	text = arena_strdup(&arena, tb.data);
	textbuf_fini(&tb);
	return text;
}

START_TEST(channels_by_urgency_and_by_via)
{
	struct step s = step_to("ann");

	ck_assert_str_eq(asked(&s, true), "ann:(no channel that can carry)");
	memset(ways, 0, sizeof ways);
	has_ways(0, 0, 3, 1);
	has_ways(0, 1, 1, -1);
	has_ways(0, 2, 2, 1);
	ck_assert_str_eq(asked(&s, true), "ann:pager+phone");
	t.fields.text[FIELD_SEVERITY] = "P2";
	ck_assert_str_eq(asked(&s, true), "ann:phone");
	t.fields.text[FIELD_SEVERITY] = NULL;
	ck_assert_str_eq(asked(&s, true), "ann:mail+phone");
	/* Those of via that she prefers, in her order; then the rest of it. */
	s.via[0] = "room";
	s.via[1] = "phone";
	s.via[2] = "gone";
	s.via[3] = "mail";
	s.nvia = 4;
	ck_assert_str_eq(asked(&s, true), "ann:mail+phone,room");
	people[0].email = NULL;
	ck_assert_str_eq(asked(&s, true), "ann:phone+room");
	s.via[0] = "mail";
	s.nvia = 1;
	ck_assert_str_eq(asked(&s, true), "ann:(no channel that can carry)");
}
END_TEST

START_TEST(away_and_quiet)
{
	struct step s = step_to("ann");

	s.via[0] = "room";
	s.nvia = 1;
	is_away("ann", "bob");
	ck_assert_str_eq(asked(&s, true),
	    "ann:(away until 2026-01-05 11:30 UTC, covered by bob) bob:room");
	is_away("bob", "cleo");
	ck_assert_str_eq(asked(&s, true),
	    "ann:(away until 2026-01-05 11:30 UTC, covered by cleo) "
	    "cleo:room");
	people[2].quiet = 0;
	ck_assert_str_eq(asked(&s, true),
	    "ann:(away until 2026-01-05 11:30 UTC, covered by cleo) "
	    "cleo:(quiet hours until 2026-01-06 00:00 UTC)");
	ck_assert_str_eq(asked(&s, false),
	    "ann:(away until 2026-01-05 11:30 UTC, covered by cleo) "
	    "cleo:room");
	people[2].quiet_not = 1; /* P1 disturbs */
	ck_assert_str_eq(asked(&s, true),
	    "ann:(away until 2026-01-05 11:30 UTC, covered by cleo) "
	    "cleo:room");
	people[2].quiet_not = 2;
	people[2].quiet = 1; /* not now */
	ck_assert_str_eq(asked(&s, true),
	    "ann:(away until 2026-01-05 11:30 UTC, covered by cleo) "
	    "cleo:room");
	is_away("cleo", "ann"); /* a ring */
	ck_assert_str_eq(asked(&s, true),
	    "ann:(away until 2026-01-05 11:30 UTC, and the cover bob is not "
	    "there)");
}
END_TEST

/* Teams are numbered: members as given, the fallback by kind. */
static void team_of(int team, const char *who, enum who_kind kind, int fallback)
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

START_TEST(teams_and_their_fallbacks)
{
	struct step s = step_to("crew0");

	s.via[0] = "room";
	s.nvia = 1;
	team_of(0, "ab", WHO_TEAM, 1);
	team_of(1, "bc", WHO_PERSON, 3);
	ck_assert_str_eq(asked(&s, true), "ann:room bob:room");
	people[0].quiet = 0;
	ck_assert_str_eq(asked(&s, true),
	    "ann:(quiet hours until 2026-01-06 00:00 UTC) bob:room");
	people[1].quiet = 0;
	people[2].quiet = 0;
	ck_assert_str_eq(asked(&s, true),
	    "ann:(quiet hours until 2026-01-06 00:00 UTC) "
	    "bob:(quiet hours until 2026-01-06 00:00 UTC) "
	    "cleo:(quiet hours until 2026-01-06 00:00 UTC) dan:room");
	team_of(1, "bc", WHO_TEAM, 0); /* in a ring */
	ck_assert_str_eq(asked(&s, true),
	    "ann:(quiet hours until 2026-01-06 00:00 UTC) "
	    "bob:(quiet hours until 2026-01-06 00:00 UTC) "
	    "cleo:(quiet hours until 2026-01-06 00:00 UTC)");
	/* The ticket's own: its lead, else all. */
	s.who[0] = "team";
	ck_assert_str_eq(
	    asked(&s, true), "team:(the ticket has no team in the matrix)");
	t.fields.text[FIELD_TEAM] = "crew0";
	teams[0].lead = 4;
	ck_assert_str_eq(asked(&s, true), "eve:room");
	is_away("eve", "");
	people[1].quiet = -1;
	ck_assert_str_eq(asked(&s, true),
	    "eve:(away until 2026-01-05 11:30 UTC, and nobody covers) "
	    "ann:(quiet hours until 2026-01-06 00:00 UTC) bob:room");
}
END_TEST

START_TEST(names_of_every_kind)
{
	struct step s = { .who = { "lead", "crew", "room", "mail", "assignee",
			      "nobody", "eve", "bob" },
		.nwho = 8,
		.via = { "mail", "room" },
		.nvia = 2 };

	team_of(0, "ab", WHO_PERSON, -1);
	ck_assert_str_eq(asked(&s, true),
	    "eve:mail+room ann:mail+room bob:room room:room "
	    "mail:(mail needs a person with an address) "
	    "assignee:(the ticket has no owner) "
	    "nobody:(the matrix has this name no more)");
	t.fields.text[FIELD_ASSIGNEE] = "zed";
	s.who[0] = "assignee";
	s.nwho = 1;
	ck_assert_str_eq(asked(&s, true),
	    "assignee:(the ticket's owner zed is not in the matrix)");
	t.fields.text[FIELD_ASSIGNEE] = "dan";
	ck_assert_str_eq(asked(&s, true), "dan:room");
}
END_TEST

START_TEST(an_empty_rota_and_a_strange_name)
{
	struct shift shift = { wall_at(0), WALL_NEVER, "Zed" };
	struct schedule schedule = { .name = "night",
		.kind = SCHEDULE_FILE,
		.primary = { &shift, 1, INT64_MAX } };
	struct step s = step_to("night");

	m->schedules = &schedule;
	m->nschedules = 1;
	s.via[0] = "room";
	s.nvia = 1;
	ck_assert_str_eq(asked(&s, true),
	    "night:(the calendar names \"Zed\", who is nobody in the matrix)");
	shift.title = "Bob";
	ck_assert_str_eq(asked(&s, true), "bob:room");
	schedule.primary.count = 0;
	ck_assert_str_eq(asked(&s, true), "night:(nobody is on call)");
}
END_TEST

START_TEST(whose_turn_it_is)
{
	struct step s = step_to("one of crew0");

	s.via[0] = "room";
	s.nvia = 1;
	team_of(0, "abc", WHO_PERSON, -1);
	ck_assert_int_eq(roster_pick(&u, 0, &s, "one of crew0"), 0);
	picked[0] = 5;
	picked[1] = 4;
	picked[2] = 4;
	ck_assert_str_eq(asked(&s, true), "bob:room");
	people[1].hours = 1; /* not at work */
	ck_assert_str_eq(asked(&s, true), "cleo:room");
	is_away("cleo", "dan"); /* a turn is nobody's to cover */
	ck_assert_str_eq(asked(&s, true), "ann:room");
	people[0].quiet = 0;
	ck_assert_str_eq(asked(&s, true),
	    "one of crew0:(nobody of crew0 is on duty and can be told)");
	/* What waits for hours may wait for those who are not at work; who has
	 * quiet hours is not at work either. */
	ck_assert_str_eq(asked(&s, false), "bob:room");
	ck_assert_int_eq(roster_pick(&u, 0, &s, "one of crew0"), -1);
}
END_TEST

/* What no store has seen yet: notices of this very ticket. */
START_TEST(turns_within_one_decision)
{
	struct notice notice = { .role = "one of crew0",
		.who = "ann",
		.run = 1,
		.step = 2,
		.at = NOW };
	struct chain_run run = { .seq = 1, .step = 2 };
	struct step s = step_to("one of crew0");
	struct roster r;

	s.via[0] = "room";
	s.nvia = 1;
	team_of(0, "ab", WHO_PERSON, -1);
	t.notices = &notice;
	t.nnotices = 1;
	ck_assert_str_eq(asked(&s, true), "bob:room");
	/* Reminded is who was told. */
	roster_of_step_again(&u, &s, &run, true, &r);
	ck_assert_uint_eq(r.count, 1);
	ck_assert_int_eq(r.items[0].person, 0);
	people[0].quiet = 0; /* by then not to be disturbed */
	roster_of_step_again(&u, &s, &run, true, &r);
	ck_assert_int_eq(r.items[0].person, 1);
	people[0].quiet = -1;
	run.round = 1;
	roster_of_step_again(&u, &s, &run, true, &r);
	ck_assert_int_eq(r.items[0].person, 1);
}
END_TEST

static void some_world(struct rng *rng)
{
	build_people();
	duty.count = 0;
	memset(ways, 0, sizeof ways);
	for (int i = 0; i < PEOPLE; i++) {
		struct person *p = &people[i];

		if (rng_one_in(rng, 2))
			p->email = NULL;
		if (rng_one_in(rng, 2))
			p->hours = (int)rng_below(rng, 2);
		if (rng_one_in(rng, 2))
			p->quiet = (int)rng_below(rng, 2);
		p->quiet_not = (uint32_t)rng_below(rng, 4);
		for (int k = 0; k < 3 && rng_one_in(rng, 2); k++)
			has_ways(i, k, (int)rng_below(rng, CHANNELS),
			    (int)rng_below(rng, CHANNELS));
		if (rng_one_in(rng, 3))
			is_away(names[i], rng_one_in(rng, 3)
					      ? ""
					      : names[rng_below(rng, PEOPLE)]);
		picked[i] = (int64_t)rng_below(rng, 4);
	}
	for (int i = 0; i < TEAMS; i++) {
		team_of(i, "", rng_one_in(rng, 2) ? WHO_TEAM : WHO_PERSON,
		    (int)rng_below(rng, TEAMS + 1) - 1);
		for (int k = 0; k < PEOPLE; k++)
			if (rng_one_in(rng, 2))
				members[i][teams[i].nmembers++].person = k;
	}
}

static struct step some_step(struct rng *rng)
{
	static const char *const who[] = { "ann", "eve", "lead", "crew",
		"crew0", "crew1", "crew2", "one of crew0", "one of team",
		"team", "assignee", "room", "mail", "gone" };
	struct step s = { .hours = "" };

	s.nwho = 1 + rng_below(rng, 4);
	for (size_t i = 0; i < s.nwho; i++)
		s.who[i] = who[rng_below(rng, sizeof who / sizeof who[0])];
	s.nvia = rng_below(rng, 4);
	for (size_t i = 0; i < s.nvia; i++)
		s.via[i] = channels[rng_below(rng, CHANNELS)].name;
	return s;
}

/* True of any candidate, whatever the world. */
static void is_lawful(
    const struct candidate *c, const struct step *s, bool quiet_skips)
{
	int cover;

	if (c->skipped != NULL)
		return;
	ck_assert(roster_can_carry(m, c->channel, c->person));
	if (c->person < 0)
		return;
	ck_assert(!roster_is_away(&u, c->person, &cover));
	ck_assert(!quiet_skips || !roster_is_quiet(&u, c->person, NOW));
	for (size_t i = 0; s->nvia > 0 && i <= s->nvia; i++) {
		ck_assert_uint_lt(i, s->nvia);
		if (strcmp(s->via[i], channels[c->channel].name) == 0)
			break;
	}
}

START_TEST(any_roster_is_lawful)
{
	struct rng rng = rng_seeded("test_roster");

	for (int round = 0; round < 3000; round++) {
		bool quiet_skips = rng_one_in(&rng, 2);
		struct roster r;
		struct step s;
		size_t told = 0;

		some_world(&rng);
		t.fields.text[FIELD_TEAM] = rng_one_in(&rng, 2) ? "crew1" : "x";
		t.fields.text[FIELD_ASSIGNEE] = names[rng_below(&rng, PEOPLE)];
		t.fields.text[FIELD_SEVERITY] =
		    rng_one_in(&rng, 3) ? NULL : "P2";
		s = some_step(&rng);
		roster_of_step(&u, &s, quiet_skips, &r);
		ck_assert_uint_gt(r.count, 0);
		for (size_t i = 0; i < r.count; i++) {
			is_lawful(&r.items[i], &s, quiet_skips);
			told += r.items[i].skipped == NULL;
			for (size_t k = 0; k < i; k++)
				ck_assert(
				    r.items[i].person < 0 ||
				    r.items[i].person != r.items[k].person);
		}
		ck_assert_uint_eq(told, r.told);
	}
}
END_TEST

/* The first of those whom nobody on duty was picked before. */
static int naive_turn(const struct step *s)
{
	int best = -1;

	for (size_t i = 0; i < teams[0].nmembers; i++) {
		int p = members[0][i].person;

		if (!roster_on_duty(&u, p) ||
		    roster_person(&u, s, p, "", true).channel < 0)
			continue;
		if (best < 0 || picked[p] < picked[best])
			best = p;
	}
	return best;
}

START_TEST(turns_against_a_naive_count)
{
	struct rng rng = rng_seeded("test_roster");

	for (int round = 0; round < 3000; round++) {
		struct step s;

		some_world(&rng);
		s = some_step(&rng);
		ck_assert_int_eq(
		    roster_pick(&u, 0, &s, "one of crew0"), naive_turn(&s));
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("roster");
	TCase *tc = tcase_create("roster");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, channels_by_urgency_and_by_via);
	tcase_add_test(tc, away_and_quiet);
	tcase_add_test(tc, teams_and_their_fallbacks);
	tcase_add_test(tc, names_of_every_kind);
	tcase_add_test(tc, an_empty_rota_and_a_strange_name);
	tcase_add_test(tc, whose_turn_it_is);
	tcase_add_test(tc, turns_within_one_decision);
	tcase_add_test(tc, any_roster_is_lawful);
	tcase_add_test(tc, turns_against_a_naive_count);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
