/* test_backtest_instant.c - what do numbers say of several things at one
 * instant?
 *
 * SPDX-License-Identifier: MIT */
#include "lib/backtest_world.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* From that instant on, and with it. */
START_TEST(since_itself_counts)
{
	struct world w;

	begin(&w, at(9, 0), NULL);
	create(&w, "t:A", "P1", at(9, 0));
	until(&w, at(9, 10));
	ck_assert_uint_eq(w.b->tickets, 1);
	ck_assert_uint_eq(w.b->events, 1);
	ck_assert_uint_eq(w.b->nclocks, 1);
	ck_assert_uint_eq(w.b->clocks[0].started, 1);
	end(&w);
}
END_TEST

/* The next step is passed over at once, since its hours are: the first told
 * somebody all the same. */
START_TEST(a_skipped_step_says_nothing_of_the_one_before)
{
	struct step steps[2];
	struct world w;

	begin(&w, wall_at(0), NULL);
	memcpy(steps, w.m->chains[0].steps, sizeof steps);
	steps[1].after_ms = 0;
	steps[1].hours = "office";
	w.m->chains[0].steps = steps;
	create(&w, "t:A", "P1", at(18, 30));
	until(&w, at(20, 0));
	ck_assert_uint_eq(w.b->chains[0].steps[0].fired, 1);
	ck_assert_uint_eq(w.b->chains[0].steps[0].skipped, 0);
	ck_assert_uint_eq(w.b->chains[0].steps[1].fired, 0);
	ck_assert_uint_eq(w.b->chains[0].steps[1].skipped, 1);
	end(&w);
}
END_TEST

/* At the very instant of the miss is not before it. */
START_TEST(an_alert_at_the_miss_is_too_late)
{
	static const struct backtest_missed recorded = { .field = FIELD_COUNT };
	struct world w;

	begin(&w, wall_at(0), &recorded);
	create(&w, "t:A", "P1", at(9, 0));
	simulation_advance(w.s, at(9, 30));
	simulation_settle(w.s);
	backtest_recorded_miss(w.b, simulation_find(w.s, "t:A"), at(9, 30));
	until(&w, at(9, 50));
	ck_assert_uint_eq(w.b->history.missed, 1);
	ck_assert_uint_eq(w.b->history.alerted_missed, 1);
	ck_assert_uint_eq(w.b->history.caught, 0);
	end(&w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("backtest_instant");
	TCase *tc = tcase_create("all");
	SRunner *sr;
	int failed;

	tcase_add_test(tc, since_itself_counts);
	tcase_add_test(tc, a_skipped_step_says_nothing_of_the_one_before);
	tcase_add_test(tc, an_alert_at_the_miss_is_too_late);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
