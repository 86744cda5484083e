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

#define NS_PER_MS INT64_C(1000000)

static struct pace_mono mono(int64_t ms)
{
	return (struct pace_mono){ ms * NS_PER_MS };
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

/* After the wait it is due, and a millisecond before it was not; the wait
 * begins anywhere after the reading. */
START_TEST(test_wait_is_exact)
{
	for (int round = 0; round < 20000; round++) {
		double rate = (double)rng_between(&rng, 1, 4000000) / 1000;
		struct wall due =
		    wall_at(NOW_MS + rng_between(&rng, -DAY_MS, 30 * DAY_MS));
		int64_t read = rng_between(&rng, 0, 100000 * NS_PER_MS);
		struct pace_mono at = { read +
					rng_between(&rng, 0, 999 * NS_PER_MS) };
		struct pace p;
		int64_t wait;

		pace_init(&p, NULL);
		pace_reading(
		    &p, wall_at(NOW_MS), rate, (struct pace_mono){ read });
		wait = pace_wait_ms(&p, at, due);
		at.ns += wait * NS_PER_MS;
		ck_assert_int_ge(pace_now(&p, at).ms, due.ms);
		at.ns -= NS_PER_MS;
		if (wait > 0 && at.ns >= read)
			ck_assert_int_lt(pace_now(&p, at).ms, due.ms);
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

/* Our clock stands a hair before a millisecond when the reading comes, and a
 * hair behind one when it is looked at: cut to milliseconds those are almost
 * one more than went by. */
START_TEST(test_not_cut_to_milliseconds)
{
	struct pace_mono read = { 5000 * NS_PER_MS - 1 };
	struct pace_mono later = { 5000 * NS_PER_MS };
	struct wall due = wall_at(NOW_MS + 600);
	struct pace p;

	pace_init(&p, NULL);
	pace_reading(&p, wall_at(NOW_MS), 600.0, read);
	ck_assert_int_eq(pace_now(&p, later).ms, NOW_MS);
	ck_assert_int_eq(pace_wait_ms(&p, later, due), 1);
	later.ns = read.ns + NS_PER_MS - 1;
	ck_assert_int_eq(pace_now(&p, later).ms, NOW_MS + 599);
	ck_assert_int_eq(pace_wait_ms(&p, later, due), 1);
	later.ns++;
	ck_assert_int_eq(pace_wait_ms(&p, later, due), 0);
	/* Nor is a reading old too early. */
	later.ns = read.ns + PACE_RESYNC_MS * NS_PER_MS - 1;
	ck_assert(!pace_stale(&p, later));
	later.ns++;
	ck_assert(pace_stale(&p, later));
}
END_TEST

/* A whole replay on made-up clocks. */
struct play {
	double rate;
	int64_t ours_ns;
	int64_t most_ns; /* a request's way, there or back, or a pause */
	struct pace pace;
};

/* What the daemon's clock really shows, in milliseconds with their fraction:
 * the line that net/ computes. */
static long double theirs(const struct play *y)
{
	return (long double)y->ours_ns * y->rate / NS_PER_MS;
}

static void pass(struct play *y)
{
	y->ours_ns += rng_between(&rng, 0, y->most_ns);
}

/* A request and its answer; the daemon tells whole milliseconds. */
static void ask(struct play *y)
{
	int64_t shown;

	pass(y);
	shown = (int64_t)theirs(y);
	pass(y);
	pace_reading(&y->pace, wall_at(NOW_MS + shown), y->rate,
	    (struct pace_mono){ y->ours_ns });
}

/* Waits as replay does; the event then goes without further delay. */
static void wait_for(struct play *y, struct wall due)
{
	int64_t wait;

	while ((wait = pace_wait_ms(
		    &y->pace, (struct pace_mono){ y->ours_ns }, due)) > 0) {
		wait = wait < PACE_RESYNC_MS ? wait : PACE_RESYNC_MS;
		y->ours_ns += wait * NS_PER_MS;
		pass(y);
		if (pace_stale(&y->pace, (struct pace_mono){ y->ours_ns }))
			ask(y);
	}
}

/* Each event goes when it is due by the daemon's clock as it really is, never
 * before, and soon after: however the moments of our clock lie between its
 * milliseconds, and be a request as quick as can be. */
START_TEST(test_whole_replay)
{
	int64_t quickest[] = { 0, 50, 20000, 3 * NS_PER_MS };
	struct play y = { .most_ns = quickest[_i % 4] };
	int64_t last = 0;
	int64_t at = 0;

	rng.state += (uint64_t)_i; /* each runs in a process of its own */
	y.rate = (double)rng_between(&rng, 1000, 5000000) / 1000;
	y.ours_ns = rng_between(&rng, 0, 100 * NS_PER_MS);
	pace_init(&y.pace, NULL);
	ask(&y);
	for (int i = 0; i < 3000; i++) {
		struct wall due;
		long double late;

		at += rng_between(&rng, -20, (int64_t)(y.rate * 40));
		due = pace_due(&y.pace, wall_at(NOW_MS + at));
		ck_assert_int_ge(due.ms, last);
		last = due.ms;
		if (theirs(&y) < (long double)(due.ms - NOW_MS)) {
			wait_for(&y, due);
			late = theirs(&y) - (long double)(due.ms - NOW_MS);
			ck_assert_msg(late >= 0, "%Lf ms early", -late);
			/* A wait's rounding, the ways, what was cut off. */
			ck_assert(late <= y.rate * (1 + 5 * (double)y.most_ns /
							    NS_PER_MS) +
					      2);
		}
	}
	ck_assert_int_gt(y.ours_ns, 10 * SECOND_MS * NS_PER_MS);
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
	tcase_add_test(tc, test_not_cut_to_milliseconds);
	tcase_add_loop_test(tc, test_whole_replay, 0, 40);
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
