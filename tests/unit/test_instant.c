/* test_instant.c - dates, RFC 3339 and durations against libc and tables.
 *
 * SPDX-License-Identifier: MIT */
#include "base/instant.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct rng rng;

/* Every day of 1600..2400, one after the other. */
START_TEST(days_walk_with_the_calendar)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	int64_t days = civil_days(1600, 1, 1);
	int weekday = 5; /* 1600-01-01 was a Saturday */

	REQUIRE(civil_days(1970, 1, 1) == 0);
	REQUIRE(civil_days(2200, 1, 1) * DAY_MS == WALL_MAX_MS);
	for (int year = 1600; year <= 2400; year++) {
		bool leap =
		    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

		for (int m = 1; m <= 12; m++) {
			int last = length[m - 1] + (m == 2 && leap);

			for (int d = 1; d <= last; d++, days++) {
				int y;
				int mm;
				int dd;

				civil_from_days(days, &y, &mm, &dd);
				REQUIRE(y == year && mm == m && dd == d);
				REQUIRE(civil_days(year, m, d) == days);
				REQUIRE(civil_weekday(days) == weekday);
				REQUIRE(civil_date_valid(year, m, d));
				weekday = (weekday + 1) % 7;
			}
			REQUIRE(!civil_date_valid(year, m, last + 1));
		}
	}
	REQUIRE(!civil_date_valid(2026, 0, 1));
	REQUIRE(!civil_date_valid(2026, 13, 1));
	REQUIRE(!civil_date_valid(2026, 1, 0));
	REQUIRE(!civil_date_valid(-1, 1, 1));
}
END_TEST

START_TEST(civil_agrees_with_gmtime)
{
	for (int i = 0; i < 200000; i++) {
		int64_t ms = rng_between(&rng, -WALL_MAX_MS, WALL_MAX_MS);
		time_t t = (time_t)(ms / 1000 - (ms % 1000 < 0));
		struct civil c;
		struct tm tm;

		gmtime_r(&t, &tm);
		civil_from_ms(ms, &c);
		REQUIRE(c.year == tm.tm_year + 1900);
		REQUIRE(c.month == tm.tm_mon + 1 && c.day == tm.tm_mday);
		REQUIRE(c.hour == tm.tm_hour && c.minute == tm.tm_min);
		REQUIRE(c.second == tm.tm_sec);
		REQUIRE(civil_ms(&c) == (int64_t)t * 1000);
	}
}
END_TEST

START_TEST(wall_text_comes_back)
{
	for (int i = 0; i < 100000; i++) {
		int64_t ms = rng_between(&rng, 0, WALL_MAX_MS);
		char text[WALL_TEXT_MAX];
		struct wall back = { -1 };

		if (i % 2 == 0)
			ms -= ms % 1000;
		wall_format(wall_at(ms), text);
		REQUIRE(strlen(text) == (ms % 1000 == 0 ? 20U : 24U));
		REQUIRE(wall_parse(text, strlen(text), &back));
		REQUIRE(back.ms == ms);
	}
}
END_TEST

static const struct {
	const char *text;
	int64_t ms; /* -1: refused */
} walls[] = {
	{ "1970-01-01T00:00:00Z", 0 },
	{ "2026-01-05T09:00:00Z", INT64_C(1767603600000) },
	{ "2026-01-05t09:00:00z", INT64_C(1767603600000) },
	{ "2026-01-05 09:00:00Z", INT64_C(1767603600000) },
	{ "2026-01-05T10:00:00+01:00", INT64_C(1767603600000) },
	{ "2026-01-05T03:30:00-05:30", INT64_C(1767603600000) },
	{ "2026-01-05T09:00:00-00:00", INT64_C(1767603600000) },
	{ "2026-01-05T09:00:00.1Z", INT64_C(1767603600100) },
	{ "2026-01-05T09:00:00.12Z", INT64_C(1767603600120) },
	{ "2026-01-05T09:00:00.1239999999999999Z", INT64_C(1767603600123) },
	{ "2026-01-05T09:00:00.000+00:00", INT64_C(1767603600000) },
	{ "2016-12-31T23:59:60Z", INT64_C(1483228800000) },
	{ "2016-12-31T18:59:60-05:00", INT64_C(1483228800000) },
	{ "2016-12-31T23:59:60.5Z", INT64_C(1483228800500) },
	{ "2000-02-29T00:00:00Z", INT64_C(951782400000) },
	{ "2200-01-01T00:00:00Z", WALL_MAX_MS },
	{ "2200-01-01T00:00:00.001Z", -1 },
	{ "1970-01-01T00:00:00+00:01", -1 },
	{ "1969-12-31T23:59:59Z", -1 },
	{ "1969-12-31T23:59:59-01:00", INT64_C(3599000) },
	{ "9999-12-31T23:59:59Z", -1 },
	{ "2026-01-05T12:30:60Z", -1 },
	{ "2026-01-05T09:00:61Z", -1 },
	{ "2026-01-05T09:60:00Z", -1 },
	{ "2026-01-05T24:00:00Z", -1 },
	{ "2026-02-29T09:00:00Z", -1 },
	{ "2100-02-29T09:00:00Z", -1 },
	{ "2026-00-05T09:00:00Z", -1 },
	{ "2026-13-05T09:00:00Z", -1 },
	{ "2026-01-32T09:00:00Z", -1 },
	{ "2026-1-5T09:00:00Z", -1 },
	{ "2026-01-05", -1 },
	{ "2026-01-05T09:00Z", -1 },
	{ "2026-01-05T09:00:00", -1 },
	{ "2026-01-05T09:00:00.Z", -1 },
	{ "2026-01-05T09:00:00,5Z", -1 },
	{ "2026-01-05T09:00:00+0100", -1 },
	{ "2026-01-05T09:00:00+24:00", -1 },
	{ "2026-01-05T09:00:00+01:60", -1 },
	{ "2026-01-05T09:00:00+1:00", -1 },
	{ "2026-01-05T09:00:00ZZ", -1 },
	{ "2026-01-05T09:00:00Z ", -1 },
	{ " 2026-01-05T09:00:00Z", -1 },
	{ "+026-01-05T09:00:00Z", -1 },
	{ "2026-01-05X09:00:00Z", -1 },
	{ "2026/01/05T09:00:00Z", -1 },
	{ "never", -1 },
	{ "", -1 },
};

START_TEST(wall_parse_reads_rfc3339_only)
{
	for (size_t i = 0; i < sizeof walls / sizeof walls[0]; i++) {
		struct wall w = { 42 };
		bool ok = wall_parse(walls[i].text, strlen(walls[i].text), &w);

		ck_assert_msg(ok == (walls[i].ms >= 0), "%s", walls[i].text);
		ck_assert_msg(w.ms == (ok ? walls[i].ms : 42), "%s: %lld",
		    walls[i].text, (long long)w.ms);
	}
}
END_TEST

/* Cut text lies at the end of its memory: the sanitizer sees a read beyond. */
START_TEST(parsers_stay_inside)
{
	static const char alphabet[] = "0123456789-:+.TZtz dhms";

	for (int i = 0; i < 100000; i++) {
		size_t len = rng_below(&rng, 30);
		char *text = malloc(len + 1);
		char *copy = malloc(len == 0 ? 1 : len);
		struct wall w;
		int64_t ms;

		snprintf(text, len + 1, "%s", "2026-01-05T09:00:00.123+01:00");
		for (size_t k = 0; k < len; k++) {
			if (rng_one_in(&rng, 10))
				text[k] =
				    alphabet[rng_below(&rng, sizeof alphabet)];
		}
		memcpy(copy, text, len);
		if (wall_parse(copy, len, &w))
			REQUIRE(w.ms >= 0 && w.ms <= WALL_MAX_MS);
		if (span_parse(copy, len, &ms))
			REQUIRE(ms >= 0);
		free(copy);
		free(text);
	}
}
END_TEST

START_TEST(wall_format_of_odd_instants)
{
	char text[WALL_TEXT_MAX];

	wall_format(WALL_NEVER, text);
	ck_assert_str_eq(text, "never");
	wall_format(wall_at(-1), text);
	ck_assert_str_eq(text, "1969-12-31T23:59:59.999Z");
	wall_format(wall_at(INT64_MAX - 1), text);
	ck_assert_str_eq(text, "9999-12-31T23:59:59.999Z");
	wall_format(wall_at(INT64_MIN), text);
	ck_assert_str_eq(text, "0000-01-01T00:00:00Z");
	ck_assert(wall_is_never(wall_plus(WALL_NEVER, 5)));
	ck_assert(wall_same(wall_min(wall_at(1), WALL_NEVER), wall_at(1)));
	ck_assert(wall_is_never(wall_max(wall_at(1), WALL_NEVER)));
}
END_TEST

static const struct {
	const char *text;
	int64_t ms; /* -1: refused */
	const char *people;
	const char *exact;
} spans[] = {
	{ "0", 0, "0s", "0s" },
	{ "0s", 0, "0s", "0s" },
	{ "90s", 90000, "1m 30s", "1m30s" },
	{ "15m", 900000, "15m", "15m" },
	{ "4h", 14400000, "4h", "4h" },
	{ "2d", 172800000, "2d", "2d" },
	{ "52h", 187200000, "2d 4h", "2d4h" },
	{ "1h30m", 5400000, "1h 30m", "1h30m" },
	{ "1d1m", 86460000, "1d", "1d1m" },
	{ "1h5s", 3605000, "1h", "1h5s" },
	{ "500ms", 500, "500ms", "500ms" },
	{ "1500ms", 1500, "1s", "1s500ms" },
	{ "1d2h3m4s5ms", 93784005, "1d 2h", "1d2h3m4s5ms" },
	{ "036525d", INT64_C(3155760000000), "36525d", "36525d" },
	{ "36525d1ms", -1, NULL, NULL },
	{ "36526d", -1, NULL, NULL },
	{ "99999999999999999999999d", -1, NULL, NULL },
	{ "", -1, NULL, NULL },
	{ "15", -1, NULL, NULL },
	{ "00", -1, NULL, NULL },
	{ "m", -1, NULL, NULL },
	{ "-5m", -1, NULL, NULL },
	{ "+5m", -1, NULL, NULL },
	{ "1.5h", -1, NULL, NULL },
	{ "5 m", -1, NULL, NULL },
	{ "1h 30m", -1, NULL, NULL },
	{ "30m1h", -1, NULL, NULL },
	{ "1h1h", -1, NULL, NULL },
	{ "5min", -1, NULL, NULL },
	{ "5M", -1, NULL, NULL },
	{ "1h30", -1, NULL, NULL },
	{ "1w", -1, NULL, NULL },
};

START_TEST(spans_read_and_write)
{
	for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
		char text[SPAN_TEXT_MAX];
		int64_t ms = 42;
		bool ok = span_parse(spans[i].text, strlen(spans[i].text), &ms);

		ck_assert_msg(ok == (spans[i].ms >= 0), "%s", spans[i].text);
		ck_assert_msg(
		    ms == (ok ? spans[i].ms : 42), "%s", spans[i].text);
		if (!ok)
			continue;
		span_format(ms, text);
		ck_assert_str_eq(text, spans[i].people);
		span_exact(ms, text);
		ck_assert_str_eq(text, spans[i].exact);
	}
}
END_TEST

START_TEST(spans_come_back)
{
	char text[SPAN_TEXT_MAX];

	for (int i = 0; i < 100000; i++) {
		int64_t ms = rng_between(&rng, 0, (36525 * DAY_MS) >> (i % 40));
		int64_t back = -1;

		span_exact(ms, text);
		REQUIRE(span_parse(text, strlen(text), &back));
		REQUIRE(back == ms);
	}
	span_format(-90000, text);
	ck_assert_str_eq(text, "-1m 30s");
	span_exact(-5, text);
	ck_assert_str_eq(text, "-5ms");
	span_exact(INT64_MIN, text);
	ck_assert_str_eq(text, "-106751991167d7h12m55s808ms");
	span_format(INT64_MAX, text);
	ck_assert_str_eq(text, "106751991167d 7h");
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("instant");
	TCase *tc = tcase_create("instant");

	tcase_add_test(tc, days_walk_with_the_calendar);
	tcase_add_test(tc, civil_agrees_with_gmtime);
	tcase_add_test(tc, wall_text_comes_back);
	tcase_add_test(tc, wall_parse_reads_rfc3339_only);
	tcase_add_test(tc, parsers_stay_inside);
	tcase_add_test(tc, wall_format_of_odd_instants);
	tcase_add_test(tc, spans_read_and_write);
	tcase_add_test(tc, spans_come_back);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_instant");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
