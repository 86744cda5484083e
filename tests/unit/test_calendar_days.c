/* test_calendar_days.c - days that differ: midnights, closures, the edges.
 *
 * SPDX-License-Identifier: MIT */
#include "core/calendar.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static int64_t utc(const char *text)
{
	struct wall w = { -1 };

	ck_assert_msg(wall_parse(text, strlen(text), &w), "%s", text);
	return w.ms;
}

static struct calendar *built(const struct calendar_spec *spec)
{
	struct errtext err = { "" };
	struct calendar *c = calendar_build(spec, &err);

	ck_assert_msg(c != NULL, "%s", err.text);
	return c;
}

static struct calendar_spec office(const struct zone *zone)
{
	struct calendar_spec spec = { .name = "office", .zone = zone };

	for (int i = 0; i < 5; i++)
		spec.week[i] =
		    (struct day_hours){ { { 540, 720 }, { 780, 1080 } }, 2 };
	return spec;
}

static int64_t open_ms_on(const struct calendar *c, const char *day)
{
	struct wall from = { utc(day) };

	return calendar_between(c, from, wall_plus(from, DAY_MS));
}

static void expect_refused(const struct calendar_spec *spec, const char *why)
{
	struct errtext err = { "" };

	ck_assert_ptr_null(calendar_build(spec, &err));
	ck_assert_msg(strstr(err.text, why) != NULL, "%s", err.text);
}

/* Several intervals, 24:00, over midnight into a holiday, a closed day and the
 * next year: an interval belongs to the day it starts on. */
START_TEST(midnights_by_hand)
{
	const struct day_hours closed = { .count = 0 };
	const struct day_hours late = { { { 1320, 1440 } }, 1 };
	const struct day_hours night = { { { 480, 600 }, { 1320, 360 } }, 2 };
	struct calendar_date holidays[] = {
		{ 0, 1, 1, closed },
		{ 2026, 4, 3, closed },
	};
	struct calendar_date exceptions[] = {
		{ 2027, 1, 1, late }, /* opens a holiday */
		{ 2026, 4, 6, closed },
		{ 0, 2, 29, late },
		{ 2100, 12, 31, night },
	};
	struct calendar_spec spec = { .name = "nights",
		.holidays = holidays,
		.nholidays = 2,
		.exceptions = exceptions,
		.nexceptions = 4 };
	struct calendar *c;

	for (int i = 0; i < 6; i++) /* Sunday is closed */
		spec.week[i] = night;
	c = built(&spec);
	ck_assert_int_eq(open_ms_on(c, "2026-04-02T00:00:00Z"), 10 * HOUR_MS);
	/* Good Friday: only what began on Thursday. */
	ck_assert_int_eq(open_ms_on(c, "2026-04-03T00:00:00Z"), 6 * HOUR_MS);
	ck_assert_int_eq(open_ms_on(c, "2026-04-04T00:00:00Z"), 4 * HOUR_MS);
	/* Sunday is closed, and Monday by an exception: nothing came over. */
	ck_assert_int_eq(open_ms_on(c, "2026-04-05T00:00:00Z"), 6 * HOUR_MS);
	ck_assert_int_eq(open_ms_on(c, "2026-04-06T00:00:00Z"), 0);
	ck_assert_int_eq(open_ms_on(c, "2026-04-07T00:00:00Z"), 4 * HOUR_MS);
	/* Old year to new, a holiday that is closed and one that opens. */
	ck_assert_int_eq(open_ms_on(c, "2026-01-01T00:00:00Z"), 6 * HOUR_MS);
	ck_assert_int_eq(open_ms_on(c, "2027-01-01T00:00:00Z"), 8 * HOUR_MS);
	ck_assert_int_eq(open_ms_on(c, "2027-01-02T00:00:00Z"), 4 * HOUR_MS);
	ck_assert_int_eq(
	    calendar_prev_open(c, wall_at(utc("2027-01-02T07:00:00Z"))).ms,
	    utc("2027-01-01T22:00:00Z"));
	ck_assert_int_eq(
	    calendar_next_close(c, wall_at(utc("2026-12-31T23:00:00Z"))).ms,
	    utc("2027-01-01T06:00:00Z"));
	/* A leap day, and the day that would be one. */
	ck_assert_int_eq(open_ms_on(c, "2028-02-29T00:00:00Z"), 8 * HOUR_MS);
	ck_assert_int_eq(open_ms_on(c, "2027-03-01T00:00:00Z"), 4 * HOUR_MS);
	/* The table ends while it is open: that is no closing. */
	ck_assert(wall_is_never(
	    calendar_next_close(c, wall_at(utc("2100-12-31T23:00:00Z")))));
	calendar_free(c);
}
END_TEST

/* Closures take from the week, in any order, nothing from exceptions. */
START_TEST(closures_by_hand)
{
	const struct day_hours hours = { { { 600, 1320 } }, 1 };
	struct calendar_date exception = { 2026, 4, 7, hours };
	struct period closed[] = {
		{ { utc("2026-04-07T00:00:00Z") },
		    { utc("2026-04-08T09:30:00Z") } },
		{ { utc("2026-04-02T12:00:00Z") },
		    { utc("2026-04-02T13:00:00Z") } },
		{ { utc("2026-04-02T12:30:00Z") },
		    { utc("2026-04-02T14:00:00Z") } },
		{ { utc("2026-04-02T15:00:00Z") },
		    { utc("2026-04-02T15:00:00Z") } },
		{ { utc("2026-04-02T17:00:00Z") },
		    { utc("2026-04-03T10:00:00Z") } },
		{ { -5 * DAY_MS }, { utc("1970-01-02T00:00:00Z") } },
	};
	struct calendar_spec spec = { .name = "closed",
		.exceptions = &exception,
		.nexceptions = 1,
		.closures = closed,
		.nclosures = 6 };
	struct calendar *c;
	struct calendar *bare;
	struct period p[3];

	for (int i = 0; i < 7; i++)
		spec.week[i] = (struct day_hours){ { { 540, 1080 } }, 1 };
	c = built(&spec);
	ck_assert_int_eq(open_ms_on(c, "1970-01-01T00:00:00Z"), 0);
	ck_assert_int_eq(open_ms_on(c, "2026-04-02T00:00:00Z"), 6 * HOUR_MS);
	ck_assert_uint_eq(
	    calendar_periods(c, wall_at(utc("2026-04-02T00:00:00Z")),
		wall_at(utc("2026-04-03T00:00:00Z")), p, 3),
	    2);
	ck_assert_int_eq(p[0].end.ms, utc("2026-04-02T12:00:00Z"));
	ck_assert_int_eq(p[1].start.ms, utc("2026-04-02T14:00:00Z"));
	ck_assert_int_eq(p[1].end.ms, utc("2026-04-02T17:00:00Z"));
	ck_assert_int_eq(open_ms_on(c, "2026-04-03T00:00:00Z"), 8 * HOUR_MS);
	ck_assert_int_eq(open_ms_on(c, "2026-04-07T00:00:00Z"), 12 * HOUR_MS);
	ck_assert_int_eq(
	    open_ms_on(c, "2026-04-08T00:00:00Z"), 8 * HOUR_MS + HOUR_MS / 2);
	spec.nclosures = 0;
	bare = built(&spec);
	ck_assert(calendar_same(c, c));
	ck_assert(!calendar_same(c, bare));
	calendar_free(bare);
	/* Closed for good, and backwards. */
	closed[0] = (struct period){ { 0 }, { utc("2101-01-01T00:00:00Z") } };
	spec.nclosures = 1;
	spec.nexceptions = 0;
	expect_refused(&spec, "never open");
	closed[0] = (struct period){ { 5 }, { 4 } };
	expect_refused(&spec, "ends before it starts");
	calendar_free(c);
}
END_TEST

/* Hours outside of the table are none. */
START_TEST(hours_beyond_the_table)
{
	struct calendar_date later = { 2150, 1, 5, { { { 540, 1020 } }, 1 } };
	struct calendar_spec spec = {
		.name = "later", .exceptions = &later, .nexceptions = 1
	};

	expect_refused(&spec, "calendar later is never open");
	later.year = 2100;
	calendar_free(built(&spec));
}
END_TEST

/* The last opening at or before: at the opening itself it is that one. */
START_TEST(previous_openings)
{
	struct calendar_spec spec = office(NULL);
	struct calendar_spec round = { .name = "round", .always = true };
	struct calendar *c = built(&spec);
	struct wall opens = calendar_next_open(c, wall_at(0));
	struct wall next = calendar_next_open(c, calendar_next_close(c, opens));

	ck_assert(wall_is_never(calendar_prev_open(c, wall_plus(opens, -1))));
	ck_assert(wall_same(calendar_prev_open(c, opens), opens));
	ck_assert(wall_same(
	    calendar_prev_open(c, calendar_next_close(c, opens)), opens));
	ck_assert(wall_same(calendar_prev_open(c, wall_plus(next, -1)), opens));
	ck_assert(wall_same(calendar_prev_open(c, next), next));
	ck_assert(!wall_is_never(calendar_prev_open(c, WALL_NEVER)));
	calendar_free(c);
	c = built(&round);
	ck_assert(wall_is_never(calendar_prev_open(c, wall_at(DAY_MS))));
	calendar_free(c);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("calendar days");
	TCase *tc = tcase_create("calendar days");

	tcase_add_test(tc, midnights_by_hand);
	tcase_add_test(tc, closures_by_hand);
	tcase_add_test(tc, hours_beyond_the_table);
	tcase_add_test(tc, previous_openings);
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
