/* test_zone.c - the zone reader against libc, and against damaged files.
 *
 * The oracle is localtime() under setenv("TZ"): other code, written by other
 * people, on the same files.
 *
 * SPDX-License-Identifier: MIT */
#include "core/zone.h"
#include "core/zone_rule.h"
#include "lib/require.h"
#include "lib/rng.h"
#include "lib/zone_file.h"
#include "lib/zone_names.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FROM_S INT64_C(631152000)  /* 1990-01-01 */
#define TO_S   INT64_C(2871763200) /* 2061-01-01 */

static struct rng rng;

static void set_libc_zone(const char *tz)
{
	setenv("TZ", tz, 1);
	tzset();
}

static struct zone *parse(const char *name, const struct zone_file *f)
{
	struct errtext err = { "" };
	struct zone *z = zone_parse(name, f->bytes, f->len, &err);

	ck_assert_msg(z != NULL, "%s", err.text);
	return z;
}

static void require_instant(const struct zone *z, int64_t s)
{
	time_t t = (time_t)s;
	struct wall at = wall_at(s * 1000 + rng_between(&rng, 0, 999));
	struct civil c;
	struct tm tm;

	localtime_r(&t, &tm);
	zone_local(z, at, &c);
	if (zone_offset(z, at) == tm.tm_gmtoff &&
	    strcmp(zone_abbrev(z, at), tm.tm_zone) == 0 &&
	    c.year == tm.tm_year + 1900 && c.month == tm.tm_mon + 1 &&
	    c.day == tm.tm_mday && c.hour == tm.tm_hour &&
	    c.minute == tm.tm_min && c.second == tm.tm_sec)
		return;
	ck_abort_msg("%s at %lld: %d %s, libc has %ld %s", zone_name(z),
	    (long long)s, zone_offset(z, at), zone_abbrev(z, at), tm.tm_gmtoff,
	    tm.tm_zone);
}

/* Around every change that we know of, and in steps that would meet whichever
 * we do not. */
static void require_like_libc(const struct zone *z)
{
	struct wall at = wall_at((FROM_S - 1) * 1000);

	for (;;) {
		at = zone_next_change(z, at);
		if (at.ms / 1000 > TO_S)
			break;
		REQUIRE(at.ms % 1000 == 0);
		require_instant(z, at.ms / 1000 - 1);
		require_instant(z, at.ms / 1000);
		require_instant(z, at.ms / 1000 + 1);
		REQUIRE(
		    zone_offset(z, wall_at(at.ms - 1)) != zone_offset(z, at));
	}
	for (int64_t s = FROM_S; s < TO_S; s += 86400 * 6)
		require_instant(z, s);
	for (int i = 0; i < 300; i++)
		require_instant(z, rng_between(&rng, FROM_S, TO_S));
}

START_TEST(offsets_are_those_of_libc)
{
	int checked = 0;

	for (int i = 0; i < ZONE_NAMES; i++) {
		struct zone_file f;
		struct zone *z;

		if (!zone_file_read(zone_names[i], &f)) {
			printf("test_zone: %s is not here\n", zone_names[i]);
			continue;
		}
		set_libc_zone(zone_names[i]);
		z = parse(zone_names[i], &f);
		ck_assert_str_eq(zone_name(z), zone_names[i]);
		require_like_libc(z);
		zone_free(z);
		zone_file_free(&f);
		checked++;
	}
	printf("test_zone: %d zones checked\n", checked);
	ck_assert_int_ge(checked, ZONE_NAMES_WANTED);
}
END_TEST

static int64_t libc_offset(int64_t s)
{
	time_t t = (time_t)s;
	struct tm tm;

	localtime_r(&t, &tm);
	return tm.tm_gmtoff;
}

/* Every instant that libc shows as that wall time: for each offset in use
 * nearby, is it in force at the instant it leads to? */
static void require_wall_time(const struct zone *z, int64_t wall_s)
{
	int64_t first = INT64_MAX;
	int64_t last = INT64_MIN;
	int64_t before = libc_offset(wall_s - 26 * 3600);
	int changes = 0;
	int64_t was = before;
	struct civil c;

	for (int64_t s = -26 * 3600; s <= 26 * 3600; s += 900) {
		int64_t offset = libc_offset(wall_s + s);
		int64_t candidate = wall_s - offset;

		changes += offset != was;
		was = offset;
		if (libc_offset(candidate) != offset)
			continue;
		first = candidate < first ? candidate : first;
		last = candidate > last ? candidate : last;
	}
	/* A gap: the offset before the only jump in reach. */
	if (first == INT64_MAX && changes != 1)
		return;
	if (first == INT64_MAX)
		first = last = wall_s - before;
	civil_from_ms(wall_s * 1000, &c);
	if (zone_instant(z, &c, ZONE_FIRST).ms != first * 1000 ||
	    zone_instant(z, &c, ZONE_LAST).ms != last * 1000)
		ck_abort_msg("%s: wall time %lld is %lld..%lld, not %lld..%lld",
		    zone_name(z), (long long)wall_s,
		    (long long)zone_instant(z, &c, ZONE_FIRST).ms / 1000,
		    (long long)zone_instant(z, &c, ZONE_LAST).ms / 1000,
		    (long long)first, (long long)last);
}

/* Wall times in and around the jumps, and anywhere. */
START_TEST(wall_times_lead_where_libc_says)
{
	int checked = 0;

	for (int i = 0; i < ZONE_NAMES; i++) {
		struct wall at = wall_at(
		    rng_between(&rng, FROM_S, INT64_C(2100000000)) * 1000);
		struct zone_file f;
		struct zone *z;

		if (!zone_file_read(zone_names[i], &f))
			continue;
		set_libc_zone(zone_names[i]);
		z = parse(zone_names[i], &f);
		for (int k = 0; k < 12; k++) {
			int64_t s = at.ms / 1000;

			for (int m = 0; m < 8; m++)
				require_wall_time(
				    z, s + zone_offset(z, at) +
					   rng_between(&rng, -10, 10) * 900);
			require_wall_time(
			    z, s + zone_offset(z, at) +
				   rng_between(&rng, -86400, 86400));
			at = zone_next_change(z, at);
			if (at.ms / 1000 > TO_S)
				at = wall_at(FROM_S * 1000);
		}
		zone_free(z);
		zone_file_free(&f);
		checked++;
	}
	ck_assert_int_ge(checked, ZONE_NAMES_WANTED);
}
END_TEST

static int64_t at_wall(const struct zone *z, enum zone_pick pick, int year,
    int month, int day, int hour, int minute)
{
	struct civil c = { year, month, day, hour, minute, 0 };

	return zone_instant(z, &c, pick).ms / 1000;
}

/* By hand, since every oracle may share our misunderstanding. */
START_TEST(jumps_by_hand)
{
	struct zone_file f;
	struct zone *z;

	ck_assert(zone_file_read("Europe/Berlin", &f));
	z = parse("Europe/Berlin", &f);
	/* 2026-03-29 02:30 is not; it is read as 03:30 summer time. */
	ck_assert_int_eq(
	    at_wall(z, ZONE_FIRST, 2026, 3, 29, 2, 30), 1774747800);
	ck_assert_int_eq(at_wall(z, ZONE_LAST, 2026, 3, 29, 2, 30),
	    at_wall(z, ZONE_FIRST, 2026, 3, 29, 3, 30));
	/* 2026-10-25 02:30 is twice. */
	ck_assert_int_eq(
	    at_wall(z, ZONE_FIRST, 2026, 10, 25, 2, 30), 1792888200);
	ck_assert_int_eq(
	    at_wall(z, ZONE_LAST, 2026, 10, 25, 2, 30), 1792891800);
	/* 24:00 is the next day's 00:00. */
	ck_assert_int_eq(at_wall(z, ZONE_FIRST, 2026, 10, 24, 24, 0),
	    at_wall(z, ZONE_FIRST, 2026, 10, 25, 0, 0));
	zone_free(z);
	zone_file_free(&f);
	/* Samoa had no 2011-12-30 at all: UTC-10 before, UTC+14 after. */
	ck_assert(zone_file_read("Pacific/Apia", &f));
	z = parse("Pacific/Apia", &f);
	ck_assert_int_eq(at_wall(z, ZONE_FIRST, 2011, 12, 30, 12, 0),
	    at_wall(z, ZONE_FIRST, 2011, 12, 31, 12, 0));
	ck_assert_int_eq(
	    at_wall(z, ZONE_FIRST, 2011, 12, 31, 0, 0), 1325239200);
	zone_free(z);
	zone_file_free(&f);
}
END_TEST

START_TEST(utc_needs_no_file)
{
	struct zone *z = zone_utc();
	struct civil c;

	ck_assert_str_eq(zone_name(z), "UTC");
	ck_assert_str_eq(zone_abbrev(z, wall_at(0)), "UTC");
	ck_assert_int_eq(zone_offset(z, wall_at(WALL_MAX_MS)), 0);
	ck_assert(wall_is_never(zone_next_change(z, wall_at(0))));
	zone_local(z, wall_at(INT64_C(1767603600000)), &c);
	ck_assert_int_eq(c.hour, 9);
	ck_assert_int_eq(at_wall(z, ZONE_LAST, 2026, 1, 5, 9, 0), 1767603600);
	zone_free(z);
	zone_free(NULL);
}
END_TEST

/* A file that holds nothing but a rule, against libc with TZ set to it.  No
 * change lies at New Year: glibc takes the year from UTC and errs there. */
static const char *const rules[] = {
	"UTC0",
	"<+03>-3",
	"<-0330>3:30",
	"CET-1CEST,M3.5.0,M10.5.0/3",
	"EST5EDT,M3.2.0,M11.1.0",
	"IST-1GMT0,M10.5.0,M3.5.0/1",
	"<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
	"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
	"NZST-12NZDT,M9.5.0,M4.1.0/3",
	"EET-2EEST,M3.4.4/50,M10.4.4/50",
	"<-03>3<-02>,M3.5.0/-2,M10.5.0/-1",
	"QQQ3YYY,J60/0,J300/24",
	"QQQ3YYY,59/0,299/1:30:15",
	"QQQ-3:15:20YYY-5,J2/0,J59/2",
	"AAA4BBB,M2.5.4/1,M8.4.6/3",
	"AAA4BBB2,M12.1.1/-100,M1.5.3/120",
};

START_TEST(rules_are_those_of_libc)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		struct zone_file f;
		struct zone *z;

		zone_file_make(&f, '3', NULL, 0, rules[i]);
		set_libc_zone(rules[i]);
		z = parse(rules[i], &f);
		require_like_libc(z);
		zone_free(z);
		zone_file_free(&f);
	}
}
END_TEST

/* RFC 8536, 3.3.1: summer time all year ends when the next one starts. */
START_TEST(summer_time_all_year)
{
	struct zone_file f;
	struct zone *z;

	zone_file_make(&f, '3', NULL, 0, "EST5EDT,0/0,J365/25");
	z = parse("all-year", &f);
	for (int64_t s = 0; s < WALL_MAX_MS / 1000; s += 86400 / 2) {
		REQUIRE(zone_offset(z, wall_at(s * 1000)) == -4 * 3600);
		REQUIRE(strcmp(zone_abbrev(z, wall_at(s * 1000)), "EDT") == 0);
	}
	ck_assert(wall_is_never(zone_next_change(z, wall_at(0))));
	zone_free(z);
	zone_file_free(&f);
}
END_TEST

static bool rule_ok(const char *text)
{
	/* In memory of its own size: the sanitizer sees a read beyond. */
	size_t len = strlen(text);
	char *copy = malloc(len == 0 ? 1 : len);
	struct zone_rule rule;
	bool ok;

	memcpy(copy, text, len);
	ok = zone_rule_parse(copy, len, &rule);
	free(copy);
	return ok;
}

START_TEST(malformed_rules_are_refused)
{
	static const char *const bad[] = { "", "C", "CE-1", "CET", "CET-",
		"CET-25", "CET-1:60", "CET-1:00:60", "CET-1:", "<+03-3",
		"<+3>-3", "<+0", "+03-3", "CET-1CEST", "CET-1CEST,M3.5.0",
		"CET-1CEST,M3.5.0,", "CET-1CEST,M3.5.0,M10.5.0/168",
		"CET-1CEST,M3.5.0,M10.5.0/", "CET-1CEST,M13.5.0,M10.5.0",
		"CET-1CEST,M0.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
		"CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,J0,J366", "CET-1CEST,J1,J366", "CET-1CEST,0,366",
		"CET-1CEST,M3.5.0,M10.5.0/3x", "CET-1CEST;M3.5.0;M10.5.0",
		"CET-1CEST,M3.5,M10.5.0", "CET--1", "CET-0001",
		"ABCDEFGHIJKLMNOPQ-1", "CE\xC3\xA9T-1" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(!rule_ok(bad[i]), "%s", bad[i]);
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		ck_assert_msg(rule_ok(rules[i]), "%s", rules[i]);
}
END_TEST

/* Type 0 before the first change, the last type ever after without a footer,
 * the rule after the last change with one; in both file versions. */
START_TEST(edges_of_the_table)
{
	static const struct zone_file_change changes[] = {
		{ 1000000000, 2 * 3600, "TWO" },
		{ 1100000000, 3 * 3600, "TRE" },
	};
	static const char versions[] = { '\0', '2', '3', '4' };

	for (size_t i = 0; i < sizeof versions; i++) {
		const char *footer =
		    versions[i] == '4' ? "TRE-3SUM,M3.5.0,M10.5.0" : "";
		struct zone_file f;
		struct zone *z;

		zone_file_make(&f, versions[i], changes, 2, footer);
		z = parse("made", &f);
		ck_assert_int_eq(zone_offset(z, wall_at(0)), 0);
		ck_assert_str_eq(zone_abbrev(z, wall_at(0)), "LMT");
		ck_assert_int_eq(
		    zone_next_change(z, wall_at(0)).ms, INT64_C(1000000000000));
		ck_assert_int_eq(zone_offset(z, wall_at(999999999999)), 0);
		ck_assert_int_eq(zone_offset(z, wall_at(1000000000000)), 7200);
		/* 2004-12, then a July far ahead. */
		ck_assert_int_eq(zone_offset(z, wall_at(1102000000000)), 10800);
		ck_assert_int_eq(zone_offset(z, wall_at(7244000000000)),
		    versions[i] == '4' ? 14400 : 10800);
		ck_assert(wall_is_never(zone_next_change(z,
			      wall_at(1100000000000))) == (versions[i] != '4'));
		zone_free(z);
		zone_file_free(&f);
	}
}
END_TEST

/* Where each of these bytes stands, see RFC 8536, section 3.1. */
START_TEST(damage_is_named)
{
	static const struct zone_file_change changes[] = {
		{ 1000000000, 2 * 3600, "TWO" },
		{ 1100000000, 3 * 3600, "TRE" },
	};
	/* In a version 1 file: 44 bytes of header, 2 times, 2 indices, three
	 * types of 6 bytes, abbreviations. */
	static const struct {
		size_t at;
		unsigned char value;
		const char *why;
	} damages[] = {
		{ 0, 'X', "not a time zone file" },
		{ 4, '1', "version" },
		{ 4, '5', "version" },
		{ 23, 1, "cut short" },
		{ 31, 1, "cut short" },
		{ 35, 9, "cut short" },
		{ 32, 255, "cut short" },
		{ 43, 255, "cut short" },
		{ 39, 0, "no time types" },
		{ 48, 0, "not in order" },
		{ 53, 3, "unknown time type" },
		{ 54, 127, "out of range" },
		{ 58, 2, "malformed" },
		{ 59, 99, "abbreviation" },
		{ 83, 'x', "abbreviation" },
	};

	for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
		struct errtext err = { "" };
		struct zone_file f;
		struct zone *z;

		zone_file_make(&f, '\0', changes, 2, NULL);
		ck_assert_uint_eq(f.len, 84);
		f.bytes[damages[i].at] = damages[i].value;
		z = zone_parse("Made/Up", f.bytes, f.len, &err);
		ck_assert_ptr_null(z);
		ck_assert_msg(strstr(err.text, damages[i].why) != NULL,
		    "%zu: %s", damages[i].at, err.text);
		ck_assert_ptr_nonnull(strstr(err.text, "Made/Up"));
		zone_file_free(&f);
	}
}
END_TEST

static void ask_everything(const struct zone *z)
{
	struct wall at = wall_at(0);

	for (int i = 0; i < 20; i++) {
		struct wall t = wall_at(rng_between(&rng, 0, WALL_MAX_MS));
		struct civil c;

		zone_local(z, t, &c);
		REQUIRE(zone_instant(z, &c, ZONE_FIRST).ms <= t.ms);
		REQUIRE(
		    zone_instant(z, &c, ZONE_LAST).ms >= t.ms - t.ms % 1000);
		REQUIRE(strlen(zone_abbrev(z, t)) < 256);
	}
	for (int i = 0; i < 2000 && !wall_is_never(at); i++) {
		struct wall next = zone_next_change(z, at);

		REQUIRE(wall_before(at, next));
		at = next;
	}
}

/* One to four bytes changed, most often where the structure is, or cut. */
static void damage(struct zone_file *f)
{
	for (int64_t n = rng_between(&rng, 1, 4); n > 0; n--) {
		size_t at = rng_below(&rng, f->len);

		if (rng_one_in(&rng, 3))
			at = rng_below(&rng, f->len < 60 ? f->len : 60);
		else if (rng_one_in(&rng, 3))
			at = f->len - 1 - rng_below(&rng, f->len) % 60;
		f->bytes[at] =
		    (unsigned char)(rng_one_in(&rng, 2)
					? rng_u64(&rng)
					: f->bytes[at] ^
					      (1U << rng_below(&rng, 8)));
	}
	if (rng_one_in(&rng, 8))
		zone_file_cut(f, rng_below(&rng, f->len));
}

START_TEST(damaged_files_do_no_harm)
{
	static const char *const some[] = { "Europe/Berlin", "Asia/Gaza",
		"Australia/Lord_Howe", "UTC", "Pacific/Apia" };
	int parsed = 0;
	int refused = 0;

	for (int i = 0; i < 4000; i++) {
		struct errtext err = { "" };
		struct zone_file f;
		struct zone *z;

		if (!zone_file_read(some[i % 5], &f))
			continue;
		damage(&f);
		z = zone_parse(some[i % 5], f.bytes, f.len, &err);
		if (z != NULL)
			ask_everything(z);
		else
			REQUIRE(err.text[0] != '\0');
		parsed += z != NULL;
		refused += z == NULL;
		zone_free(z);
		zone_file_free(&f);
	}
	printf(
	    "test_zone: %d damaged files read, %d refused\n", parsed, refused);
	ck_assert_int_gt(parsed, 0);
	ck_assert_int_gt(refused, 0);
}
END_TEST

/* Every cut of a file is refused: the footer's newline is its last byte. */
START_TEST(cut_files_are_refused)
{
	struct errtext err;
	struct zone_file f;

	ck_assert(zone_file_read("Europe/Berlin", &f));
	while (f.len > 0) {
		zone_file_cut(&f, f.len - 1);
		REQUIRE(zone_parse("cut", f.bytes, f.len, &err) == NULL);
	}
	zone_file_free(&f);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("zone");
	TCase *tc = tcase_create("zone");

	tcase_add_test(tc, offsets_are_those_of_libc);
	tcase_add_test(tc, wall_times_lead_where_libc_says);
	tcase_add_test(tc, jumps_by_hand);
	tcase_add_test(tc, utc_needs_no_file);
	tcase_add_test(tc, rules_are_those_of_libc);
	tcase_add_test(tc, summer_time_all_year);
	tcase_add_test(tc, malformed_rules_are_refused);
	tcase_add_test(tc, edges_of_the_table);
	tcase_add_test(tc, damage_is_named);
	tcase_add_test(tc, damaged_files_do_no_harm);
	tcase_add_test(tc, cut_files_are_refused);
	tcase_set_timeout(tc, 120);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_zone");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
