/* test_calendar.c - calendars against a minute-by-minute walk.
 * (lib/calendar_walk.h), against what must hold for any calendar, and against
 * dates worked out by hand.
 *
 * SPDX-License-Identifier: MIT */
#include "core/calendar.h"
#include "lib/calendar_walk.h"
#include "lib/require.h"
#include "lib/rng.h"
#include "lib/zone_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DATES = 12 };

static struct rng rng;

static const char *const names[] = { "Europe/Berlin", "America/New_York",
	"Australia/Lord_Howe", "Pacific/Apia", "Asia/Tehran", "Asia/Gaza",
	"Africa/Casablanca", "America/Sao_Paulo", "Europe/Dublin", "UTC" };

enum { NAMES = sizeof names / sizeof names[0] };

static struct zone *zone_named(const char *name)
{
	struct errtext err = { "" };
	struct zone_file f;
	struct zone *z;

	ck_assert_msg(zone_file_read(name, &f), "%s is not here", name);
	z = zone_parse(name, f.bytes, f.len, &err);
	ck_assert_msg(z != NULL, "%s", err.text);
	zone_file_free(&f);
	return z;
}

static int64_t some_instant(const struct window *w)
{
	int64_t ms =
	    (w->from + rng_between(&rng, EDGE, WINDOW - EDGE - 1)) * MINUTE_MS;

	return rng_one_in(&rng, 3) ? ms
				   : ms + rng_between(&rng, 0, MINUTE_MS - 1);
}

static void require_like_walk(const struct calendar *c, const struct window *w)
{
	int64_t a = some_instant(w);
	int64_t b = some_instant(w);
	int64_t low = a < b ? a : b;
	int64_t high = a < b ? b : a;
	int64_t n = rng_between(&rng, 0, DAY_MS << rng_below(&rng, 4));
	int64_t added;
	int64_t taken;

	/* Often to the very end of a period, where seams are. */
	if (rng_one_in(&rng, 2))
		n = walk_between(w, low, high);
	added = walk_add(w, a, n);
	taken = walk_sub(w, a, n);
	if (calendar_between(c, wall_at(low), wall_at(high)) !=
	    walk_between(w, low, high))
		ck_abort_msg("between %lld and %lld: %lld", (long long)low,
		    (long long)high,
		    (long long)calendar_between(
			c, wall_at(low), wall_at(high)));
	REQUIRE(calendar_between(c, wall_at(high), wall_at(low)) ==
		-walk_between(w, low, high));
	if (added >= 0 && calendar_add(c, wall_at(a), n).ms != added)
		ck_abort_msg("add %lld to %lld: %lld, not %lld", (long long)n,
		    (long long)a, (long long)calendar_add(c, wall_at(a), n).ms,
		    (long long)added);
	if (taken >= 0 && calendar_sub(c, wall_at(a), n).ms != taken)
		ck_abort_msg("sub %lld from %lld: %lld, not %lld", (long long)n,
		    (long long)a, (long long)calendar_sub(c, wall_at(a), n).ms,
		    (long long)taken);
	REQUIRE(calendar_open(c, wall_at(a)) == w->open[minute_of(w, a)]);
}

/* The next and last change between open and closed, by looking. */
static void require_openings(const struct calendar *c, const struct window *w)
{
	int64_t at = some_instant(w);
	int now = minute_of(w, at);
	int opens = now;
	int closes = now;
	int closed = now;

	while (opens < WINDOW - EDGE && !w->open[opens])
		opens++;
	while (closes < WINDOW - EDGE &&
	       !(w->open[closes] && !w->open[closes + 1]))
		closes++;
	while (closed > EDGE && !(w->open[closed - 1] && !w->open[closed]))
		closed--;
	if (opens < WINDOW - EDGE)
		REQUIRE(calendar_next_open(c, wall_at(at)).ms ==
			(opens == now ? at : (w->from + opens) * MINUTE_MS));
	if (closes < WINDOW - EDGE)
		REQUIRE(calendar_next_close(c, wall_at(at)).ms ==
			(w->from + closes + 1) * MINUTE_MS);
	if (closed > EDGE)
		REQUIRE(calendar_prev_close(c, wall_at(at)).ms ==
			(w->from + closed) * MINUTE_MS);
}

/* The periods cover exactly the open minutes. */
static void require_periods(const struct calendar *c, const struct window *w)
{
	int64_t from = (w->from + EDGE) * MINUTE_MS;
	int64_t to = (w->from + WINDOW - EDGE) * MINUTE_MS;
	struct period p[1000];
	size_t n = calendar_periods(c, wall_at(from), wall_at(to), p, 1000);
	size_t k = 0;

	REQUIRE(n < 1000);
	for (size_t i = 1; i < n; i++)
		REQUIRE(wall_before(p[i - 1].end, p[i].start));
	for (int i = EDGE; i < WINDOW - EDGE; i++) {
		int64_t ms = (w->from + i) * MINUTE_MS;

		while (k < n && p[k].end.ms <= ms)
			k++;
		REQUIRE(w->open[i] == (k < n && p[k].start.ms <= ms));
	}
	REQUIRE(calendar_periods(c, wall_at(from), wall_at(to), p, 1) ==
		(n > 0 ? 1 : 0));
}

static struct day_hours some_hours(void)
{
	struct day_hours h = { .count = rng_below(&rng, 4) };

	for (size_t i = 0; i < h.count; i++) {
		/* Often at the hours at which clocks are changed. */
		h.at[i].start_min = (int16_t)rng_between(
		    &rng, 0, rng_one_in(&rng, 3) ? 200 : 1439);
		h.at[i].end_min = (int16_t)rng_between(
		    &rng, 0, rng_one_in(&rng, 3) ? 200 : 1440);
		if (rng_one_in(&rng, 2))
			h.at[i].start_min =
			    (int16_t)(h.at[i].start_min / 30 * 30);
		if (rng_one_in(&rng, 10))
			h.at[i].end_min = 1440;
	}
	return h;
}

/* Dates in the window, some of them every year, some twice. */
static void some_dates(struct calendar_date *dates, int64_t from_min)
{
	for (int i = 0; i < DATES; i++) {
		int64_t day = from_min / 1440 + rng_between(&rng, 0, 24);

		civil_from_days(
		    day, &dates[i].year, &dates[i].month, &dates[i].day);
		if (rng_one_in(&rng, 3))
			dates[i].year = 0;
		dates[i].hours = some_hours();
		if (rng_one_in(&rng, 2))
			dates[i].hours.count = 0;
	}
}

static void compare_round(const struct zone *zone)
{
	/* Around a change of the zone, if it still has any. */
	struct wall at = zone_next_change(
	    zone, wall_at(rng_between(&rng, 9000, 22000) * DAY_MS));
	int64_t from =
	    (wall_is_never(at) ? 20000 * DAY_MS : at.ms) / MINUTE_MS -
	    rng_between(&rng, EDGE, WINDOW - EDGE);
	struct calendar_date exceptions[DATES];
	struct calendar_date holidays[DATES];
	struct calendar_spec spec = { .name = "random",
		.zone = zone,
		.exceptions = exceptions,
		.nexceptions = rng_below(&rng, DATES),
		.holidays = holidays,
		.nholidays = rng_below(&rng, DATES) };
	struct errtext err;
	struct calendar *c;
	struct window *w = malloc(sizeof *w);

	for (int i = 0; i < 7; i++)
		spec.week[i] = some_hours();
	some_dates(exceptions, from);
	some_dates(holidays, from);
	lay_out(w, &spec, from);
	open_window(w);
	c = calendar_build(&spec, &err);
	if (c != NULL) {
		for (int i = 0; i < 60; i++) {
			require_like_walk(c, w);
			require_openings(c, w);
		}
		require_periods(c, w);
	}
	calendar_free(c);
	free(w);
}

START_TEST(agrees_with_walk)
{
	for (int i = 0; i < NAMES; i++) {
		struct zone *zone = zone_named(names[i]);

		for (int k = 0; k < 10; k++)
			compare_round(zone);
		zone_free(zone);
	}
}
END_TEST

static struct calendar_spec office(const struct zone *zone)
{
	struct calendar_spec spec = { .name = "office", .zone = zone };

	for (int i = 0; i < 5; i++)
		spec.week[i] =
		    (struct day_hours){ { { 540, 720 }, { 780, 1080 } }, 2 };
	return spec;
}

static struct calendar *built(const struct calendar_spec *spec)
{
	struct errtext err = { "" };
	struct calendar *c = calendar_build(spec, &err);

	ck_assert_msg(c != NULL, "%s", err.text);
	return c;
}

static void require_laws(const struct calendar *c)
{
	int64_t last_add = 0;
	int64_t last_sub = 0;
	int64_t start = rng_between(&rng, 1800 * DAY_MS, 40000 * DAY_MS);
	int64_t n = 0;

	for (int i = 0; i < 40; i++) {
		struct wall due = calendar_add(c, wall_at(start), n);
		struct wall from = calendar_sub(c, wall_at(start), n);

		REQUIRE(calendar_between(c, wall_at(start), due) == n);
		REQUIRE(calendar_between(c, from, wall_at(start)) == n);
		/* The earliest, the latest. */
		if (n > 0) {
			REQUIRE(calendar_between(c, wall_at(start),
				    wall_at(due.ms - 1)) == n - 1);
			REQUIRE(calendar_between(c, wall_at(from.ms + 1),
				    wall_at(start)) == n - 1);
		}
		REQUIRE(i == 0 || due.ms >= last_add);
		REQUIRE(i == 0 || from.ms <= last_sub);
		last_add = due.ms;
		last_sub = from.ms;
		n += rng_between(&rng, 0, HOUR_MS << rng_below(&rng, 6));
	}
}

START_TEST(laws_hold)
{
	for (int i = 0; i < NAMES; i++) {
		struct zone *zone = zone_named(names[i]);
		struct calendar_spec spec = office(zone);
		struct calendar *c;

		spec.week[6] = (struct day_hours){ { { 1320, 360 } }, 1 };
		c = built(&spec);
		for (int k = 0; k < 1000; k++)
			require_laws(c);
		calendar_free(c);
		zone_free(zone);
	}
}
END_TEST

static int64_t utc(const char *text)
{
	struct wall w = { -1 };

	ck_assert_msg(wall_parse(text, strlen(text), &w), "%s", text);
	return w.ms;
}

static void expect_add(const struct calendar *c, const char *start,
    const char *span, const char *due)
{
	char text[WALL_TEXT_MAX];
	int64_t n;

	ck_assert(span_parse(span, strlen(span), &n));
	wall_format(calendar_add(c, wall_at(utc(start)), n), text);
	ck_assert_str_eq(text, due);
}

/* By hand: an office in Berlin, 9-12 and 13-18, winter at UTC+1. */
START_TEST(office_by_hand)
{
	struct zone *zone = zone_named("Europe/Berlin");
	struct calendar_spec spec = office(zone);
	struct calendar *c = built(&spec);

	ck_assert_str_eq(calendar_name(c), "office");
	ck_assert(!calendar_is_always(c));
	/* A target used up at closing is due at closing. */
	expect_add(c, "2026-01-05T08:00:00Z", "8h", "2026-01-05T17:00:00Z");
	expect_add(c, "2026-01-05T08:00:00Z", "3h", "2026-01-05T11:00:00Z");
	expect_add(
	    c, "2026-01-05T08:00:00Z", "3h1ms", "2026-01-05T12:00:00.001Z");
	/* Friday evening, over the weekend. */
	expect_add(c, "2026-01-09T16:30:00Z", "1h", "2026-01-12T08:30:00Z");
	expect_add(c, "2026-01-10T12:00:00Z", "0", "2026-01-10T12:00:00Z");
	/* From Friday into summer time. */
	expect_add(c, "2026-03-27T16:30:00Z", "1h", "2026-03-30T07:30:00Z");
	ck_assert_int_eq(
	    calendar_sub(c, wall_at(utc("2026-01-12T08:00:00Z")), HOUR_MS).ms,
	    utc("2026-01-09T16:00:00Z"));
	ck_assert_int_eq(
	    calendar_sub(c, wall_at(utc("2026-01-12T09:00:00Z")), HOUR_MS).ms,
	    utc("2026-01-12T08:00:00Z"));
	ck_assert(!calendar_open(c, wall_at(utc("2026-01-05T07:59:59Z"))));
	ck_assert(calendar_open(c, wall_at(utc("2026-01-05T08:00:00Z"))));
	ck_assert(!calendar_open(c, wall_at(utc("2026-01-05T11:00:00Z"))));
	calendar_free(c);
	zone_free(zone);
}
END_TEST

/* A night shift over both changes of the clock: 22-06 is 7 or 9 hours then,
 * and 02:00-03:00 on Sundays nothing or two. */
START_TEST(nights_by_hand)
{
	struct zone *zone = zone_named("Europe/Berlin");
	struct calendar_spec spec = { .name = "nights", .zone = zone };
	struct calendar *c;

	spec.week[5] = (struct day_hours){ { { 1320, 360 } }, 1 };
	c = built(&spec);
	ck_assert_int_eq(
	    calendar_between(c, wall_at(utc("2026-03-28T00:00:00Z")),
		wall_at(utc("2026-03-30T00:00:00Z"))),
	    7 * HOUR_MS);
	ck_assert_int_eq(
	    calendar_between(c, wall_at(utc("2026-10-24T00:00:00Z")),
		wall_at(utc("2026-10-26T00:00:00Z"))),
	    9 * HOUR_MS);
	calendar_free(c);
	spec.week[5].count = 0;
	spec.week[6] = (struct day_hours){ { { 120, 180 } }, 1 };
	c = built(&spec);
	/* Both ends are read as one hour of summer time or are twice. */
	ck_assert_int_eq(
	    calendar_between(c, wall_at(utc("2026-03-28T00:00:00Z")),
		wall_at(utc("2026-03-30T00:00:00Z"))),
	    0);
	ck_assert_int_eq(
	    calendar_between(c, wall_at(utc("2026-10-24T00:00:00Z")),
		wall_at(utc("2026-10-26T00:00:00Z"))),
	    2 * HOUR_MS);
	calendar_free(c);
	zone_free(zone);
}
END_TEST

static int64_t open_ms_on(const struct calendar *c, const char *day)
{
	struct wall from = { utc(day) };

	return calendar_between(c, from, wall_plus(from, DAY_MS));
}

/* Exceptions beat holidays, which beat the week; a date with its year beats
 * every year's. */
START_TEST(dates_by_hand)
{
	const struct day_hours closed = { .count = 0 };
	const struct day_hours hour = { { { 600, 660 } }, 1 };
	const struct day_hours two = { { { 600, 720 } }, 1 };
	struct calendar_date holidays[] = {
		{ 0, 12, 25, closed },
		{ 0, 2, 29, closed },
		{ 2026, 4, 3, closed },
		{ 2026, 5, 1, hour },
	};
	struct calendar_date exceptions[] = {
		{ 2025, 12, 25, two },
		{ 0, 5, 1, two },
		{ 2027, 5, 1, hour },
		{ 2026, 4, 4, hour },
	};
	struct calendar_spec spec = office(NULL);
	struct calendar *c;

	spec.holidays = holidays;
	spec.nholidays = 4;
	spec.exceptions = exceptions;
	spec.nexceptions = 4;
	c = built(&spec);
	ck_assert_int_eq(open_ms_on(c, "2026-12-25T00:00:00Z"), 0);
	ck_assert_int_eq(open_ms_on(c, "2030-12-25T00:00:00Z"), 0);
	ck_assert_int_eq(open_ms_on(c, "2025-12-25T00:00:00Z"), 2 * HOUR_MS);
	ck_assert_int_eq(open_ms_on(c, "2028-02-29T00:00:00Z"), 0);
	ck_assert_int_eq(open_ms_on(c, "2028-03-01T00:00:00Z"), 8 * HOUR_MS);
	/* No leap year: 1 March is not closed in place of 29 February. */
	ck_assert_int_eq(open_ms_on(c, "2027-03-01T00:00:00Z"), 8 * HOUR_MS);
	ck_assert_int_eq(open_ms_on(c, "2026-04-03T00:00:00Z"), 0);
	ck_assert_int_eq(open_ms_on(c, "2026-04-04T00:00:00Z"), HOUR_MS);
	ck_assert_int_eq(open_ms_on(c, "2026-05-01T00:00:00Z"), 2 * HOUR_MS);
	ck_assert_int_eq(open_ms_on(c, "2027-05-01T00:00:00Z"), HOUR_MS);
	calendar_free(c);
}
END_TEST

START_TEST(always_is_one_period)
{
	struct calendar_spec spec = { .name = "24x7", .always = true };
	struct calendar *c = built(&spec);
	int64_t end = utc("2101-01-01T00:00:00Z");
	struct period p[2];

	ck_assert(calendar_is_always(c));
	ck_assert_uint_eq(calendar_periods(c, wall_at(0), WALL_NEVER, p, 2), 1);
	ck_assert(p[0].start.ms == 0 && p[0].end.ms == end);
	for (int i = 0; i < 1000; i++) {
		int64_t at = rng_between(&rng, 0, end - 1);
		int64_t n = rng_between(&rng, 0, end - at);

		REQUIRE(calendar_add(c, wall_at(at), n).ms == at + n);
		REQUIRE(calendar_sub(c, wall_at(at + n), n).ms == at);
		REQUIRE(calendar_open(c, wall_at(at)));
		REQUIRE(calendar_next_open(c, wall_at(at)).ms == at);
		REQUIRE(wall_is_never(calendar_next_close(c, wall_at(at))));
		REQUIRE(wall_is_never(calendar_prev_close(c, wall_at(at))));
	}
	calendar_free(c);
}
END_TEST

/* The same hours said in two ways are the same periods: touching ones merge,
 * so that 24x7 by the week never closes either. */
START_TEST(touching_periods_are_one)
{
	struct zone *zone = zone_named("Europe/Berlin");
	struct calendar_spec spec = { .name = "all", .zone = zone };
	struct period p[2];
	struct calendar *c;

	for (int i = 0; i < 7; i++)
		spec.week[i] = (struct day_hours){
			{ { 720, 1440 }, { 0, 700 }, { 600, 720 } }, 3
		};
	c = built(&spec);
	ck_assert_uint_eq(calendar_periods(c, wall_at(0), WALL_NEVER, p, 2), 1);
	ck_assert(!calendar_is_always(c));
	calendar_free(c);
	zone_free(zone);
}
END_TEST

/* From nine to nine is a day and a night, from 0 to 0 a day. */
START_TEST(equal_ends_are_a_day)
{
	struct calendar_spec spec = { .name = "whole" };
	struct calendar *c;

	spec.week[0] = (struct day_hours){ { { 540, 540 } }, 1 };
	spec.week[3] = (struct day_hours){ { { 0, 0 } }, 1 };
	c = built(&spec);
	expect_add(c, "2026-01-05T00:00:00Z", "24h", "2026-01-06T09:00:00Z");
	expect_add(c, "2026-01-07T00:00:00Z", "24h", "2026-01-09T00:00:00Z");
	ck_assert_int_eq(
	    calendar_between(c, wall_at(utc("2026-01-05T00:00:00Z")),
		wall_at(utc("2026-01-12T00:00:00Z"))),
	    48 * HOUR_MS);
	calendar_free(c);
}
END_TEST

START_TEST(edges_of_the_table)
{
	struct calendar_spec spec = office(NULL);
	struct calendar *c = built(&spec);
	struct wall first = { utc("1970-01-01T09:00:00Z") };
	struct wall late = { utc("2150-01-01T00:00:00Z") };
	struct wall last = { utc("2100-12-31T18:00:00Z") };

	ck_assert(wall_same(calendar_next_open(c, wall_at(0)), first));
	ck_assert(wall_is_never(calendar_prev_close(c, first)));
	ck_assert_int_eq(calendar_sub(c, first, 1).ms, 0);
	ck_assert_int_eq(calendar_sub(c, wall_at(-5), HOUR_MS).ms, 0);
	ck_assert(wall_is_never(calendar_add(c, last, 1)));
	ck_assert(wall_same(
	    calendar_add(c, wall_plus(last, -HOUR_MS), HOUR_MS), last));
	ck_assert(wall_is_never(calendar_add(c, first, INT64_MAX)));
	ck_assert(wall_is_never(calendar_add(c, late, HOUR_MS)));
	ck_assert(wall_is_never(calendar_add(c, WALL_NEVER, HOUR_MS)));
	ck_assert(wall_same(calendar_add(c, late, 0), late));
	ck_assert(wall_same(calendar_prev_close(c, late), last));
	ck_assert(wall_is_never(calendar_next_open(c, late)));
	ck_assert(wall_is_never(calendar_next_close(c, last)));
	ck_assert(wall_same(
	    calendar_sub(c, late, HOUR_MS), wall_plus(last, -HOUR_MS)));
	ck_assert_int_eq(calendar_between(c, last, WALL_NEVER), 0);
	ck_assert(!calendar_open(c, WALL_NEVER));
	calendar_free(c);
	calendar_free(NULL);
}
END_TEST

static void expect_refused(const struct calendar_spec *spec, const char *why)
{
	struct errtext err = { "" };

	ck_assert_ptr_null(calendar_build(spec, &err));
	ck_assert_msg(strstr(err.text, why) != NULL, "%s", err.text);
}

START_TEST(bad_descriptions_are_refused)
{
	struct calendar_date date = { 2026, 2, 29, { .count = 0 } };
	struct calendar_date always[7];
	struct calendar_spec spec = { .name = "bad" };

	expect_refused(&spec, "calendar bad is never open");
	spec = office(NULL);
	spec.holidays = &date;
	spec.nholidays = 1;
	expect_refused(&spec, "2026-2-29");
	date.day = 27;
	date.hours.count = CALENDAR_DAY_INTERVALS + 1;
	expect_refused(&spec, "bad hours");
	date.hours.count = 1;
	date.hours.at[0] = (struct day_interval){ 1441, 0 };
	expect_refused(&spec, "bad hours");
	date.hours.at[0] = (struct day_interval){ 0, -1 };
	expect_refused(&spec, "bad hours");
	spec = office(NULL);
	spec.week[2].at[1].end_min = 1441;
	expect_refused(&spec, "weekday 3");
	/* Open on one day that a holiday takes away again. */
	spec = (struct calendar_spec){ .name = "none" };
	spec.holidays = always;
	spec.nholidays = 1;
	always[0] = (struct calendar_date){ 0, 2, 29, { .count = 0 } };
	expect_refused(&spec, "never open");
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("calendar");
	TCase *tc = tcase_create("calendar");

	tcase_add_test(tc, agrees_with_walk);
	tcase_add_test(tc, laws_hold);
	tcase_add_test(tc, office_by_hand);
	tcase_add_test(tc, nights_by_hand);
	tcase_add_test(tc, dates_by_hand);
	tcase_add_test(tc, always_is_one_period);
	tcase_add_test(tc, touching_periods_are_one);
	tcase_add_test(tc, equal_ends_are_a_day);
	tcase_add_test(tc, edges_of_the_table);
	tcase_add_test(tc, bad_descriptions_are_refused);
	tcase_set_timeout(tc, 120);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_calendar");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
