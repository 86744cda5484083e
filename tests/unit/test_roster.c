/* test_roster.c - who is behind a name, by which channel, and why not?
 *
 * SPDX-License-Identifier: MIT */
#include "lib/roster_world.h"

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
	    "mail:(mail needs a person to go to) "
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
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
