/* test_when.c - instants for people, near and far.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/when.h"

#include <check.h>
#include <stdlib.h>
#include <time.h>

#define NOW_MS INT64_C(1767603600000) /* 2026-01-05T09:00:00Z */

struct relative_case {
	int64_t off_ms;
	const char *expected;
};

static const struct relative_case relatives[] = {
	{ 0, "now" },
	{ 999, "now" },
	{ -999, "now" },
	{ 1000, "in 1s" },
	{ -59999, "59s ago" },
	{ 12 * MINUTE_MS + 59 * SECOND_MS, "in 12m" },
	{ -12 * MINUTE_MS, "12m ago" },
	{ HOUR_MS, "in 1h" },
	{ -(HOUR_MS + 30 * MINUTE_MS + 40 * SECOND_MS), "1h 30m ago" },
	{ DAY_MS - 1, "in 23h 59m" },
	{ 2 * DAY_MS + 4 * HOUR_MS + 59 * MINUTE_MS, "in 2d 4h" },
};

START_TEST(test_relative)
{
	const struct relative_case *c = &relatives[_i];
	char out[WHEN_TEXT_MAX];

	when_relative(wall_at(NOW_MS + c->off_ms), wall_at(NOW_MS), out);
	ck_assert_str_eq(out, c->expected);
}
END_TEST

struct local_case {
	const char *zone;
	int64_t ms;
	const char *expected;
};

static const struct local_case locals[] = {
	{ "UTC", NOW_MS, "2026-01-05 09:00:00 UTC (now)" },
	{ "Europe/Berlin", NOW_MS, "2026-01-05 10:00:00 CET (now)" },
	/* Either side of the change to summer time, a second apart. */
	{ "Europe/Berlin", INT64_C(1774745999000),
	    "2026-03-29 01:59:59 CET (in 82d 15h)" },
	{ "Europe/Berlin", INT64_C(1774746000000),
	    "2026-03-29 03:00:00 CEST (in 82d 16h)" },
	{ "Asia/Kolkata", NOW_MS, "2026-01-05 14:30:00 IST (now)" },
};

START_TEST(test_local)
{
	const struct local_case *c = &locals[_i];
	char out[WHEN_TEXT_MAX];

	ck_assert_int_eq(setenv("TZ", c->zone, 1), 0);
	tzset();
	when_both(wall_at(c->ms), wall_at(NOW_MS), out);
	ck_assert_str_eq(out, c->expected);
}
END_TEST

START_TEST(test_never)
{
	char out[WHEN_TEXT_MAX] = "x";

	when_relative(WALL_NEVER, wall_at(NOW_MS), out);
	ck_assert_str_eq(out, "");
	when_local(WALL_NEVER, out);
	ck_assert_str_eq(out, "");
	when_both(WALL_NEVER, wall_at(NOW_MS), out);
	ck_assert_str_eq(out, "");
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("when");
	TCase *tc = tcase_create("when");

	tcase_add_loop_test(
	    tc, test_relative, 0, (int)(sizeof relatives / sizeof *relatives));
	tcase_add_loop_test(
	    tc, test_local, 0, (int)(sizeof locals / sizeof *locals));
	tcase_add_test(tc, test_never);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
