/* test_replay.c - when is an event of a replay to be sent?
 *
 * The pace is a function of the events' instants, the daemon's clock and ours;
 * here all three are numbers.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/pace.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>

#define NOW_MS INT64_C(1767603600000) /* 2026-01-05T09:00:00Z */

static struct rng rng;

static struct mono mono(int64_t ms)
{
	return (struct mono){ ms };
}

START_TEST(test_clock_runs_on)
{
	struct pace p;

	pace_init(&p, NULL);
	pace_reading(&p, wall_at(NOW_MS), 60.0, mono(5000));
	ck_assert_int_eq(pace_now(&p, mono(5000)).ms, NOW_MS);
	ck_assert_int_eq(pace_now(&p, mono(5001)).ms, NOW_MS + 60);
	ck_assert_int_eq(pace_now(&p, mono(6000)).ms, NOW_MS + 60000);
	ck_assert_int_eq(pace_real_ms(&p, 90), 1);
	ck_assert(!pace_stale(&p, mono(5000 + PACE_RESYNC_MS - 1)));
	ck_assert(pace_stale(&p, mono(5000 + PACE_RESYNC_MS)));
}
END_TEST

struct wait_case {
	double rate;
	int64_t ahead_ms;
	int64_t expected;
};

static const struct wait_case waits[] = {
	{ 1, 0, 0 },
	{ 1, -5, 0 },
	{ 1, 1, 1 },
	{ 1, 1500, 1500 },
	{ 60, 60, 1 },
	{ 60, 61, 2 },
	{ 60, 59, 1 },
	{ 3600, 1, 1 },
	{ 3600, 7200001, 2001 },
	{ 0.5, 100, 200 },
	{ 0.5, 101, 202 },
	{ 1e7, DAY_MS, 9 },
};

START_TEST(test_wait)
{
	const struct wait_case *c = &waits[_i];
	struct pace p;

	pace_init(&p, NULL);
	pace_reading(&p, wall_at(NOW_MS), c->rate, mono(77));
	ck_assert_int_eq(
	    pace_wait_ms(&p, mono(77), wall_at(NOW_MS + c->ahead_ms)),
	    c->expected);
}
END_TEST

/* After the wait it is due, and a millisecond before it was not. */
START_TEST(test_wait_is_exact)
{
	for (int round = 0; round < 20000; round++) {
		double rate = (double)rng_between(&rng, 1, 4000000) / 1000;
		struct wall due =
		    wall_at(NOW_MS + rng_between(&rng, -DAY_MS, 30 * DAY_MS));
		int64_t at = rng_between(&rng, 0, 100000);
		struct pace p;
		int64_t wait;

		pace_init(&p, NULL);
		pace_reading(&p, wall_at(NOW_MS), rate, mono(at));
		wait = pace_wait_ms(&p, mono(at), due);
		ck_assert_int_ge(pace_now(&p, mono(at + wait)).ms, due.ms);
		if (wait > 0)
			ck_assert_int_lt(
			    pace_now(&p, mono(at + wait - 1)).ms, due.ms);
	}
}
END_TEST

START_TEST(test_unshifted)
{
	struct pace p;

	pace_init(&p, NULL);
	ck_assert_int_eq(pace_due(&p, wall_at(NOW_MS)).ms, NOW_MS);
	ck_assert_int_eq(pace_due(&p, wall_at(NOW_MS + 9)).ms, NOW_MS + 9);
	ck_assert_int_eq(p.shift_ms, 0);
	/* What stands later in the file goes later. */
	ck_assert_int_eq(pace_due(&p, wall_at(NOW_MS - 5)).ms, NOW_MS + 9);
	ck_assert_int_eq(pace_due(&p, wall_at(NOW_MS + 10)).ms, NOW_MS + 10);
}
END_TEST

START_TEST(test_shifted)
{
	struct wall from = wall_at(NOW_MS);
	struct pace p;

	pace_init(&p, &from);
	ck_assert_int_eq(pace_due(&p, wall_at(1000)).ms, NOW_MS);
	ck_assert_int_eq(p.shift_ms, NOW_MS - 1000);
	ck_assert_int_eq(pace_due(&p, wall_at(61000)).ms, NOW_MS + 60000);
	/* Back in time as well: a file from the future. */
	pace_init(&p, &from);
	ck_assert_int_eq(pace_due(&p, wall_at(NOW_MS + DAY_MS)).ms, NOW_MS);
	ck_assert_int_eq(p.shift_ms, -DAY_MS);
}
END_TEST

/* A whole replay on made-up clocks: the daemon's runs a little off the rate it
 * tells, as one under load seems to; each event goes as soon as it can, never
 * before its instant, and in the file's order. */
START_TEST(test_whole_replay)
{
	double rate = (double)rng_between(&rng, 1, 5000);
	double real_rate = rate * 1.0001;
	int64_t ours = 0;
	int64_t at = NOW_MS;
	struct pace p;

	pace_init(&p, NULL);
	pace_reading(&p, wall_at(NOW_MS), rate, mono(0));
	for (int i = 0; i < 3000; i++) {
		struct wall due;
		int64_t theirs, wait;

		at += rng_between(&rng, -20, (int64_t)(rate * 40));
		due = pace_due(&p, wall_at(at));
		while ((wait = pace_wait_ms(&p, mono(ours), due)) > 0) {
			ours += wait < PACE_RESYNC_MS ? wait : PACE_RESYNC_MS;
			theirs = NOW_MS + (int64_t)((double)ours * real_rate);
			if (pace_stale(&p, mono(ours)))
				pace_reading(
				    &p, wall_at(theirs), rate, mono(ours));
		}
		theirs = NOW_MS + (int64_t)((double)ours * real_rate);
		ck_assert_int_ge(theirs, due.ms);
		ck_assert_int_le(theirs - due.ms,
		    (int64_t)(rate * 2 + rate * 0.0001 * 2 * PACE_RESYNC_MS) +
			40);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("replay");
	TCase *tc = tcase_create("pace");

	tcase_add_test(tc, test_clock_runs_on);
	tcase_add_loop_test(
	    tc, test_wait, 0, (int)(sizeof waits / sizeof *waits));
	tcase_add_test(tc, test_wait_is_exact);
	tcase_add_test(tc, test_unshifted);
	tcase_add_test(tc, test_shifted);
	tcase_add_loop_test(tc, test_whole_replay, 0, 20);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_replay");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
