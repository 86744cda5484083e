/* test_zone_against.c - the zone reader against two others, 1970 to 2100.
 *
 * Python's zoneinfo (lib/zone_rows.py) finds the changes of each zone by itself
 * and says, there and at random, what the wall clock shows and which instants a
 * wall time stands for; the C library is asked about each instant too.  All
 * three read the same files.  test_zone.c has what needs no other program.
 *
 * SLAWATCH_ALL_ZONES in the environment takes every zone of the machine in
 * place of those of lib/zone_names.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/zone.h"
#include "lib/libc_zone.h"
#include "lib/python.h"
#include "lib/require.h"
#include "lib/rng.h"
#include "lib/zone_file.h"
#include "lib/zone_names.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TO_MS INT64_C(4133980800000) /* 2101-01-01 */

static struct rng rng;

/* What has been compared so far, and with which zone it goes on. */
struct tally {
	char name[128];
	struct zone *zone; /* NULL: none yet */
	int zones;
	long instants;
	long wall_times;
	long changes;
	struct wall changed; /* the last change of offset that both have */
};

/* No change is ours alone. */
static void finish_zone(struct tally *t)
{
	if (t->zone == NULL)
		return;
	REQUIRE(zone_next_change(t->zone, t->changed).ms >= TO_MS);
	zone_free(t->zone);
	t->zone = NULL;
}

static void next_zone(struct tally *t, const char *name)
{
	struct errtext err = { "" };
	struct zone_file f;

	finish_zone(t);
	snprintf(t->name, sizeof t->name, "%s", name);
	ck_assert_msg(zone_file_read(name, &f), "no zone %s", name);
	t->zone = zone_parse(name, f.bytes, f.len, &err);
	ck_assert_msg(t->zone != NULL, "%s", err.text);
	zone_file_free(&f);
	libc_zone_set(name);
	t->changed = wall_at(0);
	t->zones++;
}

/* "change SECONDS" */
static void require_change(struct tally *t, const char *row)
{
	int64_t s = strtoll(row, NULL, 10);

	t->changed = zone_next_change(t->zone, t->changed);
	if (t->changed.ms != s * 1000)
		ck_abort_msg("%s changes at %lld, not at %lld", t->name,
		    (long long)s, (long long)t->changed.ms / 1000);
	t->changes++;
}

/* "at SECONDS OFFSET ABBREVIATION" */
static void require_instant(struct tally *t, const char *row)
{
	char *end;
	int64_t s = strtoll(row, &end, 10);
	int64_t offset = strtoll(end, &end, 10);
	const char *abbrev = end + 1;
	struct wall at = wall_at(s * 1000 + rng_between(&rng, 0, 999));
	struct civil c;
	struct tm tm;
	time_t there = (time_t)(s + offset);

	if (zone_offset(t->zone, at) != offset ||
	    strcmp(zone_abbrev(t->zone, at), abbrev) != 0)
		ck_abort_msg("%s at %lld: %d %s, Python has %s", t->name,
		    (long long)s, zone_offset(t->zone, at),
		    zone_abbrev(t->zone, at), row);
	if (libc_zone_offset(s) != offset)
		ck_abort_msg("%s at %lld: libc has %lld, not %lld", t->name,
		    (long long)s, (long long)libc_zone_offset(s),
		    (long long)offset);
	zone_local(t->zone, at, &c);
	gmtime_r(&there, &tm);
	REQUIRE(c.year == tm.tm_year + 1900 && c.month == tm.tm_mon + 1 &&
		c.day == tm.tm_mday && c.hour == tm.tm_hour &&
		c.minute == tm.tm_min && c.second == tm.tm_sec);
	t->instants++;
}

/* "wall SECONDS FIRST LAST" */
static void require_wall_time(struct tally *t, const char *row)
{
	char *end;
	time_t s = (time_t)strtoll(row, &end, 10);
	int64_t first = strtoll(end, &end, 10);
	int64_t last = strtoll(end, &end, 10);
	struct civil c;
	struct tm tm;

	gmtime_r(&s, &tm);
	c = (struct civil){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
		tm.tm_hour, tm.tm_min, tm.tm_sec };
	if (zone_instant(t->zone, &c, ZONE_FIRST).ms != first * 1000 ||
	    zone_instant(t->zone, &c, ZONE_LAST).ms != last * 1000)
		ck_abort_msg("%s: wall time %s (first, last) is %lld, %lld",
		    t->name, row,
		    (long long)zone_instant(t->zone, &c, ZONE_FIRST).ms / 1000,
		    (long long)zone_instant(t->zone, &c, ZONE_LAST).ms / 1000);
	t->wall_times++;
}

/* True at the last line. */
static bool require_row(struct tally *t, char *row)
{
	if (strncmp(row, "zone ", 5) == 0)
		next_zone(t, row + 5);
	else if (strncmp(row, "change ", 7) == 0)
		require_change(t, row + 7);
	else if (strncmp(row, "at ", 3) == 0)
		require_instant(t, row + 3);
	else if (strncmp(row, "wall ", 5) == 0)
		require_wall_time(t, row + 5);
	else
		return strcmp(row, "end") == 0;
	return false;
}

/* The seed, and the names of zones that are here; none stands for all. */
static size_t write_names(char *out, size_t room)
{
	size_t len = (size_t)snprintf(
	    out, room, "%u\n", (unsigned)rng_below(&rng, UINT32_MAX));
	const char *all = getenv("SLAWATCH_ALL_ZONES");
	struct zone_file f;

	for (int i = 0; i < ZONE_NAMES && (all == NULL || *all == '\0'); i++) {
		if (!zone_file_read(zone_names[i], &f)) {
			printf("test_zone_against: %s is not here\n",
			    zone_names[i]);
			continue;
		}
		zone_file_free(&f);
		len += (size_t)snprintf(
		    out + len, room - len, "%s\n", zone_names[i]);
	}
	REQUIRE(len < room);
	return len;
}

static void compare_rows(char *rows)
{
	struct tally t = { .zone = NULL };
	bool ended = false;
	char *rest = NULL;

	for (char *row = strtok_r(rows, "\n", &rest); row != NULL;
	     row = strtok_r(NULL, "\n", &rest))
		ended = require_row(&t, row);
	finish_zone(&t);
	printf("test_zone_against: %d zones, %ld changes, %ld instants, "
	       "%ld wall times\n",
	    t.zones, t.changes, t.instants, t.wall_times);
	ck_assert(ended);
	ck_assert_int_ge(t.zones, ZONE_NAMES_WANTED);
	ck_assert_int_gt(t.changes, 1000);
	ck_assert_int_gt(t.instants, 10000);
	ck_assert_int_gt(t.wall_times, 10000);
}

START_TEST(conversions_are_those_of_python)
{
	char names[8192];
	struct zone_file f;
	char *rows;
	int status;
	size_t len;

	if (!python_present("test_zone_against"))
		return;
	if (!zone_file_read("Europe/Berlin", &f)) {
		printf("test_zone_against: skipped, there is no time zone "
		       "database\n");
		return;
	}
	zone_file_free(&f);
	len = write_names(names, sizeof names);
	rows = python_run(
	    python_source("tests/lib/zone_rows.py"), NULL, names, len, &status);
	ck_assert_int_eq(status, 0);
	if (strncmp(rows, "skipped ", 8) == 0)
		printf("test_zone_against: %s", rows);
	else
		compare_rows(rows);
	free(rows);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("zone_against");
	TCase *tc = tcase_create("zone_against");

	tcase_add_test(tc, conversions_are_those_of_python);
	tcase_set_timeout(tc, 600);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_zone_against");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
