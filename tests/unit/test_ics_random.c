/* test_ics_random.c - random series against a walk from day to day, and mutated
 * calendars.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/rng.h"
#include "unit/ics_world.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- random series -------------------------------------------------------- */

/* A rule as a predicate on days, beside the same as text. */
struct series {
	int freq; /* 0 daily .. 3 yearly */
	int interval;
	unsigned weekdays; /* weekly */
	int nth;	   /* monthly: -1..4 of weekday; 0: by day of month */
	int weekday;
	int64_t start;
	int64_t until; /* last day */
	int count;     /* 0: none */
	int64_t exdate;
};

static int month_length(int year, int month)
{
	int days = 28;

	while (civil_date_valid(year, month, days + 1))
		days++;
	return days;
}

static bool on_day(const struct series *s, int64_t day)
{
	int y, m, d, sy, sm, sd;

	civil_from_days(day, &y, &m, &d);
	civil_from_days(s->start, &sy, &sm, &sd);
	switch (s->freq) {
	case 0:
		return (day - s->start) % s->interval == 0;
	case 1: {
		int64_t monday = s->start - civil_weekday(s->start);

		return ((day - monday) / 7) % s->interval == 0 &&
		       (s->weekdays & 1u << civil_weekday(day)) != 0;
	}
	case 2:
		if (((y - sy) * 12 + m - sm) % s->interval != 0)
			return false;
		if (s->nth == 0)
			return d == sd;
		if (civil_weekday(day) != s->weekday)
			return false;
		return s->nth > 0 ? (d - 1) / 7 + 1 == s->nth
				  : d + 7 > month_length(y, m);
	default:
		return (y - sy) % s->interval == 0 && m == sm && d == sd;
	}
}

static const char *const day_codes[] = { "MO", "TU", "WE", "TH", "FR", "SA",
	"SU" };

static void ics_date(struct textbuf *tb, int64_t day)
{
	int y, m, d;

	civil_from_days(day, &y, &m, &d);
	textbuf_addf(tb, "%d%d%d%d%d", y, m / 10, m % 10, d / 10, d % 10);
}

static void write_rule(struct textbuf *tb, const struct series *s)
{
	static const char *const freqs[] = { "DAILY", "WEEKLY", "MONTHLY",
		"YEARLY" };
	const char *comma = ";BYDAY=";

	textbuf_addf(
	    tb, "RRULE:FREQ=%s;INTERVAL=%d", freqs[s->freq], s->interval);
	for (int i = 0; s->freq == 1 && i < 7; i++)
		if ((s->weekdays & 1u << i) != 0) {
			textbuf_addf(tb, "%s%s", comma, day_codes[i]);
			comma = ",";
		}
	if (s->freq == 2 && s->nth != 0)
		textbuf_addf(tb, ";BYDAY=%d%s", s->nth, day_codes[s->weekday]);
	if (s->count > 0) {
		textbuf_addf(tb, ";COUNT=%d\n", s->count);
	} else {
		textbuf_add(tb, ";UNTIL=");
		ics_date(tb, s->until);
		textbuf_addc(tb, '\n');
	}
}

static struct series some_series(struct rng *rng)
{
	struct series s = { .freq = (int)rng_below(rng, 4),
		.interval = (int)rng_between(rng, 1, 5),
		.weekdays = (unsigned)rng_between(rng, 1, 127),
		.nth = (int)rng_between(rng, -1, 4),
		.weekday = (int)rng_below(rng, 7),
		.start = rng_between(rng, 18300, 24000) };

	/* It starts on a date of its own. */
	if (s.freq == 1)
		while ((s.weekdays & 1u << civil_weekday(s.start)) == 0)
			s.start++;
	if (s.freq == 2 && s.nth != 0) {
		int interval = s.interval;

		s.interval = 1;
		while (!on_day(&s, s.start))
			s.start++;
		s.interval = interval;
	}
	if (rng_one_in(rng, 2))
		s.count = (int)rng_between(rng, 1, 60);
	s.until = s.start + rng_between(rng, 0, 2000);
	s.exdate = s.start + rng_between(rng, 0, 60);
	return s;
}

/* Day by day. */
static void walk_series(const struct series *s, struct textbuf *want)
{
	int left = s->count > 0 ? s->count : INT32_MAX;
	int64_t last = s->count > 0 ? 25932 : s->until;

	for (int64_t day = s->start; day <= last && day < 25933 && left > 0;
	     day++) {
		if (!on_day(s, day))
			continue;
		left--;
		if (day == s->exdate)
			continue;
		ics_list_day(want, day);
		textbuf_add(want, "..");
		ics_list_day(want, day + 1);
		textbuf_add(want, " \n");
	}
}

START_TEST(test_random_series)
{
	struct rng rng = rng_seeded("test_ics series");
	size_t dates = 0;

	for (int round = 0; round < 3000; round++) {
		struct series s = some_series(&rng);
		struct textbuf text;
		struct textbuf want;

		textbuf_init(&text);
		textbuf_init(&want);
		textbuf_add(&text, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:");
		ics_date(&text, s.start);
		textbuf_add(&text, "\nEXDATE:");
		ics_date(&text, s.exdate);
		textbuf_addc(&text, '\n');
		write_rule(&text, &s);
		textbuf_add(&text, "END:VEVENT\nEND:VCALENDAR\n");
		walk_series(&s, &want);
		ics_expect(text.data, text.data, want.data);
		dates += want.len;
		textbuf_fini(&want);
		textbuf_fini(&text);
	}
	ck_assert_uint_gt(dates, 3000);
}
END_TEST

/* --- mutations ------------------------------------------------------------ */

static const char seed_text[] =
    CALENDAR(EVENT("UID:a\nDTSTART;TZID=Europe/Berlin:20260701T120000\n"
		   "DTEND;TZID=\"W. Europe Standard Time\":20260701T130000\n"
		   "RRULE:FREQ=WEEKLY;BYDAY=WE,FR;INTERVAL=2;COUNT=9\n"
		   "EXDATE:20260715T100000Z,20260729T100000Z\n"
		   "SUMMARY:one\\, two\n  three\n")
	    EVENT("UID:a\nRECURRENCE-ID:20260703T100000Z\nSEQUENCE:2\n"
		  "DTSTART:20260704T100000Z\nDURATION:PT1H30M\n"
		  "BEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM\n")
		EVENT("DTSTART;VALUE=DATE:20260131\nDTEND;VALUE=DATE:20260203"
		      "\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1,31;BYSETPOS=1;"
		      "UNTIL=20270101\nRDATE:20260203,20260305\n")
		    EVENT("DTSTART:20261126\nTRANSP:TRANSPARENT\n"
			  "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;WKST=SU\n"
			  "STATUS:CONFIRMED\n"));

/* Bytes over others, and digits over digits: most stay calendars. */
static void mutate(struct rng *rng, char *text, size_t len)
{
	static const char interesting[] = "0123456789:;=,\n\r \t\"-+TZPABY\xc3";
	size_t times = 1 + rng_below(rng, 4);

	for (size_t i = 0; i < times; i++) {
		size_t at = rng_below(rng, len);
		bool digit = text[at] >= '0' && text[at] <= '9';

		text[at] = interesting[rng_below(
		    rng, digit ? 10 : sizeof interesting - 1)];
		if (rng_one_in(rng, 8))
			memmove(text + at, text + rng_below(rng, at + 1),
			    rng_below(rng, len - at));
	}
}

START_TEST(test_mutations)
{
	struct rng rng = rng_seeded("test_ics mutations");
	struct ics_options o = ics_usual();
	size_t sound_ones = 0;

	for (int round = 0; round < 20000; round++) {
		char *text = malloc(sizeof seed_text - 1); /* no NUL behind */
		struct arena arena = ARENA_INIT;
		struct errtext err;
		struct ics feed;

		memcpy(text, seed_text, sizeof seed_text - 1);
		mutate(&rng, text, sizeof seed_text - 1);
		if (ics_read(
			text, sizeof seed_text - 1, &o, &arena, &feed, &err))
			sound_ones++;
		else
			ck_assert_msg(err.text[0] != '\0', "no reason");
		ck_assert_uint_le(feed.count, ICS_OCCURRENCES_MAX);
		for (size_t i = 0; i < feed.count; i++) {
			ck_assert(!wall_before(
			    feed.items[i].end, feed.items[i].start));
			ck_assert(wall_before(feed.items[i].start, o.to));
		}
		arena_fini(&arena);
		free(text);
	}
	printf("ics: %zu of 20000 mutated texts are calendars\n", sound_ones);
	ck_assert_uint_gt(sound_ones, 1000);
	ck_assert_uint_lt(sound_ones, 19000);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("ics random");
	TCase *tc = tcase_create("ics random");

	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, test_random_series);
	tcase_add_test(tc, test_mutations);
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
