/* test_when.c - instants for people, near and far, told and read.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/when.h"

#include "core/moment.h"
#include "ctl/zone_named.h"
#include "lib/rng.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* $TZ is of no account. */
START_TEST(test_zone)
{
	char out[WHEN_TEXT_MAX];
	struct zone_named berlin;
	struct errtext err;

	ck_assert_int_eq(setenv("TZ", "Asia/Kathmandu", 1), 0);
	tzset();
	ck_assert(zone_named_get("Europe/Berlin", &berlin, &err));
	when_zone(wall_at(NOW_MS), NULL, out);
	ck_assert_str_eq(out, "2026-01-05 09:00:00");
	when_zone(wall_at(NOW_MS + 999), berlin.zone, out);
	ck_assert_str_eq(out, "2026-01-05 10:00:00");
	when_zone(wall_at(INT64_C(1774745999000)), berlin.zone, out);
	ck_assert_str_eq(out, "2026-03-29 01:59:59");
	when_zone(wall_at(INT64_C(1774746000000)), berlin.zone, out);
	ck_assert_str_eq(out, "2026-03-29 03:00:00");
	when_zone(WALL_NEVER, NULL, out);
	ck_assert_str_eq(out, "");
	zone_named_free(&berlin);
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

/* --- what a person types -------------------------------------------------- */

struct typed_case {
	const char *zone;
	const char *now;   /* it is then */
	const char *after; /* NULL: now */
	const char *text;
	const char *expected;
};

#define MONDAY "2026-01-05T08:00:00Z" /* 09:00 in Berlin */

static const struct typed_case typeds[] = {
	{ "Europe/Berlin", MONDAY, NULL, "now", MONDAY },
	{ "Europe/Berlin", MONDAY, NULL, "2026-12-01T08:00:00+05:30",
	    "2026-12-01T02:30:00Z" },
	{ "Europe/Berlin", MONDAY, NULL, "2026-12-01 08:00",
	    "2026-12-01T07:00:00Z" },
	{ "Europe/Berlin", MONDAY, NULL, "2026-07-01", "2026-06-30T22:00:00Z" },
	{ "Asia/Kolkata", MONDAY, NULL, "2026-07-01", "2026-06-30T18:30:00Z" },
	{ "", MONDAY, NULL, "2026-07-01", "2026-07-01T00:00:00Z" },
	/* A time of day is the next such. */
	{ "Europe/Berlin", MONDAY, NULL, "18:00", "2026-01-05T17:00:00Z" },
	{ "Europe/Berlin", MONDAY, NULL, "9:01", "2026-01-05T08:01:00Z" },
	{ "Europe/Berlin", MONDAY, NULL, "09:00", "2026-01-06T08:00:00Z" },
	{ "Europe/Berlin", MONDAY, NULL, "24:00", "2026-01-05T23:00:00Z" },
	/* So is a day of the week. */
	{ "Europe/Berlin", MONDAY, NULL, "mon 09:00", "2026-01-12T08:00:00Z" },
	{ "Europe/Berlin", MONDAY, NULL, "mon 09:01", "2026-01-05T08:01:00Z" },
	{ "Europe/Berlin", MONDAY, NULL, "mon", "2026-01-11T23:00:00Z" },
	{ "Europe/Berlin", MONDAY, NULL, "Sunday", "2026-01-10T23:00:00Z" },
	{ "Europe/Berlin", MONDAY, NULL, "THURS 8:00", "2026-01-08T07:00:00Z" },
	/* What day it is depends on where. */
	{ "Pacific/Auckland", "2026-01-04T12:00:00Z", NULL, "mon 09:00",
	    "2026-01-04T20:00:00Z" },
	{ "Pacific/Auckland", "2026-01-04T12:00:00Z", NULL, "today 09:00",
	    "2026-01-04T20:00:00Z" },
	{ "Europe/Berlin", MONDAY, NULL, "today 08:00",
	    "2026-01-05T07:00:00Z" },
	{ "Europe/Berlin", MONDAY, NULL, "tomorrow", "2026-01-05T23:00:00Z" },
	{ "Europe/Berlin", MONDAY, NULL, "tomorrow  08:00",
	    "2026-01-06T07:00:00Z" },
	{ "Europe/Berlin", MONDAY, NULL, "in 1h30m", "2026-01-05T09:30:00Z" },
	/* The first after another instant; but tomorrow is tomorrow. */
	{ "Europe/Berlin", MONDAY, "2026-02-02T08:00:00Z", "mon",
	    "2026-02-08T23:00:00Z" },
	{ "Europe/Berlin", MONDAY, "2026-02-02T08:00:00Z", "10:00",
	    "2026-02-02T09:00:00Z" },
	{ "Europe/Berlin", MONDAY, "2026-02-02T08:00:00Z", "tomorrow",
	    "2026-01-05T23:00:00Z" },
	/* Spring: 02:30 is not there on the 29th of March. */
	{ "Europe/Berlin", "2026-03-28T12:00:00Z", NULL, "02:30",
	    "2026-03-29T01:30:00Z" },
	{ "Europe/Berlin", "2026-03-28T12:00:00Z", NULL, "sun 03:00",
	    "2026-03-29T01:00:00Z" },
	{ "Europe/Berlin", "2026-03-28T12:00:00Z", NULL, "mon 09:00",
	    "2026-03-30T07:00:00Z" },
	/* Autumn: it comes twice on the 25th of October. */
	{ "Europe/Berlin", "2026-10-24T12:00:00Z", NULL, "02:30",
	    "2026-10-25T00:30:00Z" },
	{ "Europe/Berlin", "2026-10-25T00:45:00Z", NULL, "02:30",
	    "2026-10-25T01:30:00Z" },
	{ "Europe/Berlin", "2026-10-25T00:45:00Z", NULL, "sun 02:30",
	    "2026-10-25T01:30:00Z" },
	{ "Europe/Berlin", "2026-10-25T01:45:00Z", NULL, "02:30",
	    "2026-10-26T01:30:00Z" },
};

static struct wall instant(const char *text)
{
	struct wall out;

	ck_assert_msg(wall_parse(text, strlen(text), &out), "%s", text);
	return out;
}

START_TEST(test_typed)
{
	const struct typed_case *c = &typeds[_i];
	struct wall now = instant(c->now);
	char told[WALL_TEXT_MAX];
	struct zone_named z;
	struct errtext err;
	struct wall out;

	ck_assert(zone_named_get(c->zone, &z, &err));
	ck_assert_msg(
	    moment_parse(c->text, z.zone, now,
		c->after != NULL ? instant(c->after) : now, &out, &err),
	    "%s: %s", c->text, err.text);
	wall_format(out, told);
	zone_named_free(&z);
	ck_assert_msg(strcmp(told, c->expected) == 0, "%s: %s, not %s", c->text,
	    told, c->expected);
}
END_TEST

struct wrong_case {
	const char *text;
	const char *near; /* NULL: none */
};

static const struct wrong_case wrongs[] = {
	{ "", NULL },
	{ "mo", NULL },
	{ "mondya 09:00", "\"monday\"" },
	{ "tomorow", "\"tomorrow\"" },
	{ "monday 9", NULL },
	{ "monday 24:01", NULL },
	{ "9", NULL },
	{ "9:0", NULL },
	{ "25:00", NULL },
	{ "12:60", NULL },
	{ "2026-02-29", NULL },
	{ "2026-13-01 08:00", NULL },
	{ "2200-01-01", NULL },
	{ "2026-1-5", NULL },
	{ "mon tue", NULL },
	{ "mon 09:00 sharp", NULL },
	{ "now 09:00", NULL },
	{ "in", NULL },
	{ "in 5", NULL },
	{ "horoscope", NULL },
	{ "a line that is much longer than any instant that a person may type",
	    NULL },
};

START_TEST(test_wrong)
{
	const struct wrong_case *c = &wrongs[_i];
	struct zone_named z;
	struct errtext err;
	struct wall out;

	ck_assert(zone_named_get("Europe/Berlin", &z, &err));
	ck_assert_msg(!moment_parse(c->text, z.zone, wall_at(NOW_MS),
			  wall_at(NOW_MS), &out, &err),
	    "%s", c->text);
	zone_named_free(&z);
	ck_assert_ptr_nonnull(strstr(err.text, "tomorrow 08:00"));
	ck_assert_int_eq(
	    strstr(err.text, "did you mean") != NULL, c->near != NULL);
	if (c->near != NULL)
		ck_assert_ptr_nonnull(strstr(err.text, c->near));
}
END_TEST

/* The first minute after `after` at which the wall clock shows it, found by
 * looking at each; or never, if the clocks skip it. */
static struct wall naive(
    const struct zone *z, struct wall after, int weekday, int hour, int minute)
{
	struct wall at = wall_at(after.ms - after.ms % MINUTE_MS + MINUTE_MS);

	for (int i = 0; i < 8 * 24 * 60; i++) {
		struct civil c;

		zone_local(z, at, &c);
		if (c.hour == hour && c.minute == minute &&
		    (weekday < 0 || civil_weekday(civil_days(
					c.year, c.month, c.day)) == weekday))
			return at;
		at = wall_plus(at, MINUTE_MS);
	}
	return WALL_NEVER;
}

START_TEST(test_random)
{
	static const char *const zones[] = { "Europe/Berlin",
		"America/New_York", "Australia/Lord_Howe", "Asia/Kolkata" };
	static const char *const days[] = { "mon", "tue", "wed", "thu", "fri",
		"sat", "sun" };
	struct rng rng = rng_seeded("test_when");

	for (int i = 0; i < 400; i++) {
		struct zone_named z;
		struct errtext err;
		struct wall now =
		    wall_at(rng_between(&rng, NOW_MS, NOW_MS + 900 * DAY_MS));
		int day = (int)rng_between(&rng, -1, 6);
		int hour = (int)rng_below(&rng, 24);
		int minute = (int)rng_below(&rng, 60);
		char text[64];
		struct wall expected;
		struct wall out;

		ck_assert(zone_named_get(zones[rng_below(&rng, 4)], &z, &err));
		/* Often on the eve of a change of the clocks. */
		if (rng_one_in(&rng, 2) &&
		    !wall_is_never(zone_next_change(z.zone, now))) {
			now = wall_plus(zone_next_change(z.zone, now),
			    -rng_between(&rng, -HOUR_MS, 30 * HOUR_MS));
			hour = (int)rng_below(&rng, 5);
		}
		snprintf(text, sizeof text, "%s %02d:%02d",
		    day >= 0 ? days[day] : "", hour, minute);
		expected = naive(z.zone, now, day, hour, minute);
		ck_assert_msg(moment_parse(text + strspn(text, " "), z.zone,
				  now, now, &out, &err),
		    "%s", err.text);
		ck_assert(wall_before(now, out));
		/* One that the clocks skip is told later, never left out. */
		if (!wall_same(out, expected)) {
			struct civil c;

			zone_local(z.zone, out, &c);
			ck_assert_msg(
			    wall_before(out, expected) &&
				(c.hour != hour || c.minute != minute),
			    "%s: %lld, not %lld", text, (long long)out.ms,
			    (long long)expected.ms);
		}
		zone_named_free(&z);
	}
}
END_TEST

START_TEST(test_there)
{
	struct zone_named z;
	struct errtext err;
	char out[WHEN_TEXT_MAX];

	ck_assert(zone_named_get("Europe/Berlin", &z, &err));
	moment_there(wall_at(NOW_MS), z.zone, out);
	ck_assert_str_eq(out, "Mon 2026-01-05 10:00 CET");
	moment_there(instant("2026-10-25T01:30:59Z"), z.zone, out);
	ck_assert_str_eq(out, "Sun 2026-10-25 02:30:59 CET");
	moment_there(WALL_NEVER, z.zone, out);
	ck_assert_str_eq(out, "");
	zone_named_free(&z);
	ck_assert(!zone_named_get("Europe/Berln", &z, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "Europe/Berln"));
	ck_assert_ptr_nonnull(strstr(err.text, "tzdata"));
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
	tcase_add_test(tc, test_zone);
	tcase_add_test(tc, test_never);
	tcase_add_loop_test(
	    tc, test_typed, 0, (int)(sizeof typeds / sizeof *typeds));
	tcase_add_loop_test(
	    tc, test_wrong, 0, (int)(sizeof wrongs / sizeof *wrongs));
	tcase_add_test(tc, test_random);
	tcase_add_test(tc, test_there);
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
