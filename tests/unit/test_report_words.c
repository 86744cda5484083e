/* test_report_words.c - are the report's numbers rounded as one would?
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/report_parts.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char *percent(size_t part, size_t whole)
{
	static char text[REPORT_TEXT_MAX];

	report_percent(part, whole, text);
	return text;
}

static const char *each(size_t count, size_t of)
{
	static char text[REPORT_TEXT_MAX];

	report_each(count, of, text);
	return text;
}

static const char *per(int64_t lasts_ms, size_t count, int64_t span_ms)
{
	static char text[REPORT_TEXT_MAX];
	struct backtest b = { .from = wall_at(1000),
		.until = wall_at(1000 + lasts_ms) };

	report_per(&b, count, span_ms, text);
	return text;
}

START_TEST(percents)
{
	ck_assert_str_eq(percent(0, 0), "-");
	ck_assert_str_eq(percent(0, 7), "0.0%");
	ck_assert_str_eq(percent(7, 7), "100.0%");
	ck_assert_str_eq(percent(1, 3), "33.3%");
	ck_assert_str_eq(percent(2, 3), "66.7%");
	ck_assert_str_eq(percent(1, 2000), "0.1%");  /* half up */
	ck_assert_str_eq(percent(1, 2001), "<0.1%"); /* not nothing */
	ck_assert_str_eq(percent(1, 100000), "<0.1%");
	ck_assert_str_eq(percent(99999, 100000), ">99.9%"); /* not all */
	ck_assert_str_eq(percent(999, 1000), "99.9%");
}
END_TEST

START_TEST(for_each)
{
	ck_assert_str_eq(each(5, 0), "-");
	ck_assert_str_eq(each(0, 3), "0.0");
	ck_assert_str_eq(each(10, 3), "3.3");
	ck_assert_str_eq(each(1, 20), "0.1");
	ck_assert_str_eq(each(1, 21), "0.0");
	ck_assert_str_eq(each(100000, 1), "100000.0");
}
END_TEST

START_TEST(per_span)
{
	ck_assert_str_eq(per(DAY_MS, 10, DAY_MS), "10.0");
	ck_assert_str_eq(per(DAY_MS - 1, 10, DAY_MS), "-");
	ck_assert_str_eq(per(3 * DAY_MS, 10, DAY_MS), "3.3");
	ck_assert_str_eq(per(28 * DAY_MS, 10, 7 * DAY_MS), "2.5");
	ck_assert_str_eq(per(-DAY_MS, 10, DAY_MS), "-");
	/* A century, and more notices than there are people. */
	ck_assert_str_eq(per(36500 * DAY_MS, 36500000000, DAY_MS), "1000000.0");
}
END_TEST

START_TEST(instants)
{
	struct backtest b = { .from = WALL_NEVER };
	char text[REPORT_TEXT_MAX];

	report_at(&b, WALL_NEVER, text);
	ck_assert_str_eq(text, "-");
	report_at(&b, wall_at(0), text);
	ck_assert_str_eq(text, "Thu 1970-01-01 00:00");
	report_at(&b, wall_at(INT64_C(1767611045999)), text);
	ck_assert_str_eq(text, "Mon 2026-01-05 11:04");
	ck_assert_int_eq(report_lasts(&b), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("report_words");
	TCase *tc = tcase_create("report_words");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, percents);
	tcase_add_test(tc, for_each);
	tcase_add_test(tc, per_span);
	tcase_add_test(tc, instants);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
