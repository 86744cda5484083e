/* test_ics.c - iCalendar texts to occurrences, and to the reasons why not.
 *
 * By hand for each rule of the format, and the calendars of public projects
 * where they are present (SLAWATCH_DATA).
 *
 * SPDX-License-Identifier: MIT */
#include "conf/ics.h"

#include "unit/conf_corpus.h"
#include "unit/ics_world.h"

#include <check.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- by hand -------------------------------------------------------------- */

struct row {
	const char *name;
	const char *events;
	const char *want;
};

static const struct row sound[] = {
	{ "no events", "", "" },
	{ "all-day, with an end, with its start as end, without an end",
	    EVENT("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261225\n"
		  "SUMMARY:a\n") EVENT("DTSTART;VALUE=DATE:20261225\n"
				       "DTEND;VALUE=DATE:20261225\nSUMMARY:b\n")
		EVENT("DTSTART;VALUE=DATE:20261226\nSUMMARY:c\n"),
	    "2026-12-24..2026-12-25 a\n2026-12-25..2026-12-26 b\n"
	    "2026-12-26..2026-12-27 c\n" },
	{ "several days, and by duration",
	    EVENT("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20270102\n"
		  "SUMMARY:a\n")
		EVENT("DTSTART;VALUE=DATE:20260105\nDURATION:P1W\n"),
	    "2026-01-05..2026-01-12 \n2026-12-24..2027-01-02 a\n" },
	{ "UTC, zone, Windows' zone, quoted, floating",
	    EVENT("DTSTART:20260701T100000Z\nDTEND:20260701T110000Z\n"
		  "SUMMARY:utc\n")
		EVENT("DTSTART;TZID=America/New_York:20260701T100000\n"
		      "DTEND;TZID=America/New_York:20260701T110000\n"
		      "SUMMARY:zone\n")
		    EVENT("DTSTART;TZID=\"W. Europe Standard Time\":"
			  "20260701T100000\nDURATION:PT30M\nSUMMARY:win\n")
			EVENT("DTSTART:20260701T100000\nSUMMARY:float\n"),
	    "2026-07-01T08:00:00Z..2026-07-01T08:30:00Z win\n"
	    "2026-07-01T08:00:00Z..2026-07-01T08:00:00Z float\n"
	    "2026-07-01T10:00:00Z..2026-07-01T11:00:00Z utc\n"
	    "2026-07-01T14:00:00Z..2026-07-01T15:00:00Z zone\n" },
	{ "start and end in different zones",
	    EVENT("DTSTART;TZID=Europe/Berlin:20260701T100000\n"
		  "DTEND;TZID=America/New_York:20260701T100000\n"),
	    "2026-07-01T08:00:00Z..2026-07-01T14:00:00Z \n" },
	{ "a shift lasts by the wall clock, a duration in hours exactly",
	    EVENT("DTSTART;TZID=Europe/Berlin:20260328T200000\n"
		  "DTEND;TZID=Europe/Berlin:20260329T080000\nSUMMARY:wall\n"
		  "RRULE:FREQ=DAILY;COUNT=2\n")
		EVENT("DTSTART;TZID=Europe/Berlin:20260328T200000\n"
		      "DURATION:PT12H\nSUMMARY:exact\n"),
	    "2026-03-28T19:00:00Z..2026-03-29T06:00:00Z wall\n"
	    "2026-03-28T19:00:00Z..2026-03-29T07:00:00Z exact\n"
	    "2026-03-29T18:00:00Z..2026-03-30T06:00:00Z wall\n" },
	{ "a time that does not exist, and one that comes twice",
	    EVENT("DTSTART;TZID=Europe/Berlin:20260329T023000\n"
		  "DURATION:PT0S\n")
		EVENT("DTSTART;TZID=Europe/Berlin:20261025T023000\n"),
	    "2026-03-29T01:30:00Z..2026-03-29T01:30:00Z \n"
	    "2026-10-25T00:30:00Z..2026-10-25T00:30:00Z \n" },
	{ "CRLF, folded lines, escapes, lower case, blank lines, alarm, other "
	  "components",
	    "BEGIN:VTIMEZONE\r\nTZID:x\r\nBEGIN:STANDARD\r\n"
	    "DTSTART:19700101T000000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
	    "begin:vevent\r\ndtstart;value=date:2026\r\n 0101\r\n\r\n"
	    "SUMMARY:New\\, \r\n\tYear\\n2\r\nBEGIN:VALARM\r\n"
	    "DTSTART:rubbish\r\nTRIGGER:-PT15H\r\nSUMMARY:x\r\nEND:VALARM\r\n"
	    "LOCATION:\r\nend:VEVENT\r\n",
	    "2026-01-01..2026-01-02 New, Year\n2\n" },
	{ "cancelled",
	    EVENT("UID:a\nDTSTART;VALUE=DATE:20260101\nSTATUS:CANCELLED\n"),
	    "" },
};

static const struct row recurring[] = {
	{ "yearly since before the range",
	    EVENT("DTSTART;VALUE=DATE:19001225\nRRULE:FREQ=YEARLY;"
		  "UNTIL=20211225\nSUMMARY:x\n"),
	    "2020-12-25..2020-12-26 x\n2021-12-25..2021-12-26 x\n" },
	{ "the fourth Thursday of November",
	    EVENT("DTSTART;VALUE=DATE:20191128\nRRULE:FREQ=YEARLY;BYMONTH=11;"
		  "BYDAY=4TH;COUNT=4\n"),
	    "2020-11-26..2020-11-27 \n2021-11-25..2021-11-26 \n"
	    "2022-11-24..2022-11-25 \n" },
	{ "UNTIL in UTC is the last one though local time is ahead",
	    EVENT("DTSTART;TZID=Europe/Berlin:20260701T003000\n"
		  "RRULE:FREQ=DAILY;UNTIL=20260702T223000Z\n"),
	    "2026-06-30T22:30:00Z..2026-06-30T22:30:00Z \n"
	    "2026-07-01T22:30:00Z..2026-07-01T22:30:00Z \n"
	    "2026-07-02T22:30:00Z..2026-07-02T22:30:00Z \n" },
	{ "UNTIL as local time, and as a date that is wholly in",
	    EVENT("DTSTART;TZID=Europe/Berlin:20260701T120000\n"
		  "RRULE:FREQ=WEEKLY;UNTIL=20260708T120000\n")
		EVENT("DTSTART;TZID=Europe/Berlin:20260702T120000\n"
		      "RRULE:FREQ=WEEKLY;UNTIL=20260709\n"),
	    "2026-07-01T10:00:00Z..2026-07-01T10:00:00Z \n"
	    "2026-07-02T10:00:00Z..2026-07-02T10:00:00Z \n"
	    "2026-07-08T10:00:00Z..2026-07-08T10:00:00Z \n"
	    "2026-07-09T10:00:00Z..2026-07-09T10:00:00Z \n" },
	{ "EXDATE of every kind, RDATE, one of them twice",
	    EVENT("DTSTART;TZID=Europe/Berlin:20260701T120000\nDURATION:PT1H\n"
		  "RRULE:FREQ=DAILY;COUNT=5\n"
		  "EXDATE;TZID=Europe/Berlin:20260701T120000\n"
		  "EXDATE:20260702T100000Z,20260704T110000Z\n"
		  "EXDATE;VALUE=DATE:20260703\n"
		  "RDATE;TZID=Europe/Berlin:20260705T120000,"
		  "20260801T120000\n"),
	    "2026-07-04T10:00:00Z..2026-07-04T11:00:00Z \n"
	    "2026-07-05T10:00:00Z..2026-07-05T11:00:00Z \n"
	    "2026-08-01T10:00:00Z..2026-08-01T11:00:00Z \n" },
	{ "moved, renamed, cancelled, and one that was never there",
	    EVENT("UID:s\nDTSTART;TZID=Europe/Berlin:20260701T120000\n"
		  "SUMMARY:old\nRRULE:FREQ=DAILY;COUNT=4\n")
		EVENT("UID:s\nRECURRENCE-ID:20260702T100000Z\n"
		      "DTSTART:20260720T100000Z\nSUMMARY:moved\n")
		    EVENT("UID:s\nRECURRENCE-ID;TZID=Europe/Berlin:"
			  "20260703T120000\nDTSTART:20260703T100000Z\n"
			  "STATUS:CANCELLED\n")
			EVENT("UID:s\nRECURRENCE-ID:19700101T000000Z\n"
			      "DTSTART:20260801T100000Z\nSUMMARY:extra\n")
			    EVENT("UID:other\nRECURRENCE-ID:"
				  "20260701T100000Z\nSUMMARY:o\n"
				  "DTSTART:20260801T110000Z\n"),
	    "2026-07-01T10:00:00Z..2026-07-01T10:00:00Z old\n"
	    "2026-07-04T10:00:00Z..2026-07-04T10:00:00Z old\n"
	    "2026-07-20T10:00:00Z..2026-07-20T10:00:00Z moved\n"
	    "2026-08-01T10:00:00Z..2026-08-01T10:00:00Z extra\n"
	    "2026-08-01T11:00:00Z..2026-08-01T11:00:00Z o\n" },
	{ "the highest SEQUENCE counts, of equals the later change",
	    EVENT("UID:s\nSEQUENCE:1\nDTSTART;VALUE=DATE:20260101\n"
		  "SUMMARY:old\n")
		EVENT("UID:s\nSEQUENCE:2\nDTSTART;VALUE=DATE:20260201\n"
		      "RRULE:FREQ=DAILY;COUNT=2\nSUMMARY:new\n")
		    EVENT("UID:s\nRECURRENCE-ID;VALUE=DATE:20260201\n"
			  "DTSTART;VALUE=DATE:20260301\nSUMMARY:first\n")
			EVENT("UID:s\nRECURRENCE-ID;VALUE=DATE:20260201\n"
			      "DTSTART;VALUE=DATE:20260401\nSUMMARY:last\n"),
	    "2026-02-02..2026-02-03 new\n2026-04-01..2026-04-02 last\n" },
	{ "careless UIDs",
	    EVENT("UID:h\nDTSTART;VALUE=DATE:20260101\nSUMMARY:a\n")
		EVENT("UID:h\nDTSTART;VALUE=DATE:20260501\nSUMMARY:b\n"),
	    "2026-01-01..2026-01-02 a\n2026-05-01..2026-05-02 b\n" },
	{ "two rules that share dates",
	    EVENT("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;COUNT=2\n"
		  "RRULE:FREQ=DAILY;INTERVAL=2;COUNT=2\n"),
	    "2026-01-01..2026-01-02 \n2026-01-02..2026-01-03 \n"
	    "2026-01-03..2026-01-04 \n" },
	{ "29 February comes in leap years, the 31st in long months",
	    EVENT("DTSTART;VALUE=DATE:20240229\n"
		  "RRULE:FREQ=YEARLY;UNTIL=20290101\n")
		EVENT("DTSTART;VALUE=DATE:20260131\n"
		      "RRULE:FREQ=MONTHLY;COUNT=3\n"),
	    "2024-02-29..2024-03-01 \n2026-01-31..2026-02-01 \n"
	    "2026-03-31..2026-04-01 \n2026-05-31..2026-06-01 \n"
	    "2028-02-29..2028-03-01 \n" },
};

static void expect_row(const struct row *row)
{
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(&text, "BEGIN:VCALENDAR\n%sEND:VCALENDAR\n", row->events);
	ics_expect(row->name, text.data, row->want);
	textbuf_fini(&text);
}

START_TEST(test_sound)
{
	expect_row(&sound[_i]);
}
END_TEST

START_TEST(test_recurring)
{
	expect_row(&recurring[_i]);
}
END_TEST

/* --- refused -------------------------------------------------------------- */

#define WHEN "DTSTART;VALUE=DATE:20260101\n"
#define WHY  "error: "

/* The first line of `lines` is line 3 of the text. */
static const struct {
	const char *lines;
	const char *why;
} bad[] = {
	{ "UID:u\n", "2: event \"u\": no DTSTART; an event has a start" },
	{ WHEN WHEN, "4: a second DTSTART; an event has one" },
	{ "UID:u\nDTSTART:20261301\n",
	    "4: event \"u\": DTSTART: \"20261301\" is no date; write 20261225 "
	    "or 20261225T090000" },
	{ "DTSTART:20260230T100000Z\n",
	    "3: DTSTART: \"20260230T100000Z\" is no date; write 20261225 or "
	    "20261225T090000" },
	{ "DTSTART:20260101T240000\n",
	    "3: DTSTART: \"20260101T240000\" is no date; write 20261225 or "
	    "20261225T090000" },
	{ "DTSTART:15001231\n",
	    "3: DTSTART: \"15001231\" is no date; write 20261225 or "
	    "20261225T090000" },
	{ "DTSTART;TZID=Mars/Olympus:20260101T090000\n",
	    "3: DTSTART: no time zone \"Mars/Olympus\" is known; write an IANA "
	    "name such as Europe/Berlin" },
	{ WHEN "DTEND;VALUE=DATE:20251231\n", "2: it ends before it starts" },
	{ WHEN "DTEND:20260102T000000\n",
	    "2: one of DTSTART and DTEND is a date, the other has a time of "
	    "day; write both alike" },
	{ WHEN "DTEND:20260102\nDURATION:P1D\n",
	    "5: a second end; write one DTEND or DURATION" },
	{ WHEN "DURATION:PT1H\n",
	    "2: an all-day event lasts whole days; write P1D" },
	{ WHEN "DURATION:-P1D\n",
	    "4: DURATION: \"-P1D\" is no duration; write P1D or PT8H" },
	{ WHEN "EXDATE:20260101,rubbish\n",
	    "4: EXDATE: \"rubbish\" is no date; write 20261225 or "
	    "20261225T090000" },
	{ WHEN "EXDATE:\n", "4: EXDATE: \"\" is no date" },
	{ WHEN "RDATE:20260102T000000\n",
	    "2: one of DTSTART and RDATE is a date, the other has a time of "
	    "day; write both alike" },
	{ WHEN "RDATE;VALUE=PERIOD:20260101T090000Z/PT1H\n",
	    "4: RDATE with periods is not taken; make them events of their "
	    "own" },
	{ WHEN "EXRULE:FREQ=DAILY\n",
	    "4: EXRULE is not taken; write the dates as EXDATE" },
	{ WHEN "RECURRENCE-ID;RANGE=THISANDFUTURE:20260101\n",
	    "4: RECURRENCE-ID with RANGE is not taken; end the series by UNTIL "
	    "and start another" },
	{ WHEN "SEQUENCE:x\n", "4: SEQUENCE: \"x\" is no number" },
	{ WHEN "RRULE:FREQ=HOURLY\n",
	    "4: RRULE: FREQ=HOURLY is not taken; write DAILY, WEEKLY, MONTHLY "
	    "or YEARLY" },
	{ WHEN "RRULE:FREQ=BANANA\n",
	    "4: RRULE: FREQ=BANANA is not taken; write DAILY, WEEKLY, MONTHLY "
	    "or YEARLY" },
	{ WHEN "RRULE:FREQ=DAILY;COUNT=2x\n", "4: RRULE: COUNT is not \"2X\"" },
	{ WHEN "RRULE:FREQ=DAILY;BYHOUR=9\n",
	    "4: RRULE: the part \"BYHOUR\" is not taken" },
	{ WHEN "RRULE:FREQ=DAILY;COUNT=2;COUNT=3\n",
	    "4: RRULE: COUNT stands twice" },
	{ WHEN "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270101\n",
	    "4: RRULE: UNTIL and COUNT exclude each other" },
	{ WHEN "RRULE:FREQ=DAILY;UNTIL=20270230\n",
	    "4: RRULE: \"20270230\" is no date; write UNTIL=20261225T090000Z" },
	{ WHEN "RRULE:COUNT=2\n", "4: RRULE: \"COUNT=2\" is no rule" },
	{ WHEN "RRULE:FREQ=DAILY;INTERVAL=0\n",
	    "4: RRULE: \"FREQ=DAILY;INTERVAL=0\" is no rule" },
	{ WHEN "RRULE:FREQ=WEEKLY;BYDAY=MO\n",
	    "2: DTSTART is not the first date of its RRULE; start "
	    "the event on that date" },
	{ WHEN "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\n",
	    "2: RRULE: \"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\" "
	    "names no date that exists" },
	{ "DTSTART:16010101\nRRULE:FREQ=DAILY\nRRULE:FREQ=DAILY;INTERVAL=1\n"
	  "RRULE:FREQ=DAILY;INTERVAL=1\nRRULE:FREQ=DAILY;INTERVAL=1\n"
	  "RRULE:FREQ=DAILY\nRRULE:FREQ=DAILY\nRRULE:FREQ=DAILY\n",
	    "2: the rules up to this one give too many dates; end "
	    "them by UNTIL or COUNT" },
	{ "no colon\n", "3: no line of a calendar file (NAME:VALUE)" },
	{ "X;A=\"b:c\n", "3: no line of a calendar file (NAME:VALUE)" },
};

START_TEST(test_bad)
{
	struct textbuf text;
	struct textbuf want;

	textbuf_init(&text);
	textbuf_init(&want);
	textbuf_addf(&text,
	    "BEGIN:VCALENDAR\nBEGIN:VEVENT\n%sEND:VEVENT\nEND:VCALENDAR\n",
	    bad[_i].lines);
	textbuf_addf(&want, "error: %s\n", bad[_i].why);
	ics_expect(bad[_i].lines, text.data, want.data);
	textbuf_fini(&want);
	textbuf_fini(&text);
}
END_TEST

/* What is wrong with the text as a whole. */
START_TEST(test_bad_text)
{
	static const char nul[] = "BEGIN:VCALENDAR\0END:VCALENDAR";
	size_t big = ICS_BYTES_MAX + 1;
	char *spaces = malloc(big);
	struct textbuf got;

	ics_expect("empty", "",
	    "error: the file is empty; it should hold BEGIN:VCALENDAR ... "
	    "END:VCALENDAR\n");
	ics_expect("HTML", "<!DOCTYPE html>\n",
	    "error: 1: no line of a calendar file (NAME:VALUE)\n");
	ics_expect("no calendar", "BEGIN:VEVENT\nEND:VEVENT\n",
	    "error: 1: a calendar starts with BEGIN:VCALENDAR\n");
	ics_expect("outside", CALENDAR("") "X:y\n",
	    "error: 3: X outside of a calendar; it starts with "
	    "BEGIN:VCALENDAR\n");
	ics_expect("cut off", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2026",
	    "error: 3: the file ends within BEGIN:VEVENT; it is cut "
	    "off\n");
	ics_expect("crossed", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n",
	    "error: 3: END:VCALENDAR where BEGIN:VEVENT is open\n");
	ics_expect(
	    "END alone", "END:\n", "error: 1: END: where nothing is open\n");
	ics_expect("UTF-8", "BEGIN:VCALENDAR\nX:\xff\n",
	    "error: not UTF-8; save it as UTF-8\n");
	textbuf_init(&got);
	ics_list(nul, sizeof nul - 1, &got);
	ck_assert_str_eq(got.data, "error: byte 16 is NUL; this is no text\n");
	textbuf_clear(&got);
	memset(spaces, ' ', big);
	ics_list(spaces, big, &got);
	ck_assert_str_eq(got.data, "error: larger than 2097152 bytes\n");
	textbuf_fini(&got);
	free(spaces);
}
END_TEST

/* Two calendars in one file, the zone it names, and the fields of an event. */
START_TEST(test_fields)
{
	static const char text[] =
	    "\xef\xbb\xbf" CALENDAR("X-WR-TIMEZONE:Europe/Berlin\n")
		CALENDAR(EVENT("UID:u\nTRANSP:TRANSPARENT\n" WHEN
			       "DESCRIPTION:Observance\\nmore\n"));
	struct arena arena = ARENA_INIT;
	struct ics_options o = ics_usual();
	struct errtext err;
	struct ics feed;

	ck_assert_msg(ics_read(text, sizeof text - 1, &o, &arena, &feed, &err),
	    "%s", err.text);
	ck_assert_str_eq(feed.zone_name, "Europe/Berlin");
	ck_assert_uint_eq(feed.count, 1);
	ck_assert_str_eq(feed.items[0].uid, "u");
	ck_assert_str_eq(feed.items[0].description, "Observance\nmore");
	ck_assert_int_eq(feed.items[0].line, 5);
	ck_assert(feed.items[0].transparent);
	/* A day is where the reader is. */
	ck_assert(wall_same(
	    feed.items[0].start, ics_instant_of("2025-12-31T23:00:00Z")));
	ck_assert(wall_same(
	    feed.items[0].end, ics_instant_of("2026-01-01T23:00:00Z")));
	arena_fini(&arena);
}
END_TEST

/* --- calendars of public projects ----------------------------------------- */

static const char *text_of(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(object, key));
}

static const cJSON *items_of(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* Is anybody of that name on duty then? */
static bool is_on(const struct ics *feed, struct wall at, const char *who)
{
	for (size_t i = 0; i < feed->count; i++)
		if (!wall_before(at, feed->items[i].start) &&
		    wall_before(at, feed->items[i].end) &&
		    strcmp(feed->items[i].summary, who) == 0)
			return true;
	return false;
}

static size_t count_on(const struct ics *feed, struct wall at)
{
	size_t n = 0;

	for (size_t i = 0; i < feed->count; i++)
		n += !wall_before(at, feed->items[i].start) &&
		     wall_before(at, feed->items[i].end);
	return n;
}

static size_t count_between(
    const struct ics *feed, struct wall from, struct wall to)
{
	size_t n = 0;

	for (size_t i = 0; i < feed->count; i++)
		n += wall_before(feed->items[i].start, to) &&
		     wall_before(from, feed->items[i].end);
	return n;
}

static bool has_event(const struct ics *feed, const cJSON *event)
{
	bool all_day = items_of(event, "all_day") != NULL;
	struct wall start = ics_instant_of(text_of(event, "start"));
	struct wall end = ics_instant_of(text_of(event, "end"));

	/* That project ends days on their last second. */
	if (all_day)
		end = wall_plus(end, SECOND_MS);
	for (size_t i = 0; i < feed->count; i++)
		if (feed->items[i].all_day == all_day &&
		    wall_same(feed->items[i].start, start) &&
		    wall_same(feed->items[i].end, end))
			return true;
	return false;
}

static void check_at(const char *id, const struct ics *feed, const cJSON *check)
{
	struct wall at = ics_instant_of(text_of(check, "at"));
	const cJSON *names = items_of(check, "oncall");
	const cJSON *name;

	ck_assert_msg((int)count_on(feed, at) == cJSON_GetArraySize(names),
	    "%s at %s", id, text_of(check, "at"));
	cJSON_ArrayForEach(name, names)
	    ck_assert_msg(is_on(feed, at, name->valuestring), "%s: %s", id,
		name->valuestring);
}

static void check_case(
    const char *id, const struct ics *feed, const cJSON *check)
{
	const char *op = text_of(check, "op");
	const cJSON *events = items_of(check, "events");
	const cJSON *event;
	size_t n;

	if (strcmp(op, "at") == 0)
		check_at(id, feed, check);
	if (strncmp(op, "between", 7) != 0)
		return;
	n = count_between(feed, ics_instant_of(text_of(check, "from")),
	    ics_instant_of(text_of(check, "to")));
	if (events == NULL) {
		ck_assert_uint_eq(
		    n, (size_t)items_of(check, "count")->valueint);
		return;
	}
	ck_assert_msg((int)n == cJSON_GetArraySize(events), "%s", id);
	cJSON_ArrayForEach(event, events) ck_assert_msg(
	    has_event(feed, event), "%s: %s", id, text_of(event, "start"));
}

/* Those projects place days and floating times in UTC. */
static void check_calendar(const cJSON *c)
{
	const char *id = text_of(c, "id");
	const char *text = text_of(c, "ics");
	struct arena arena = ARENA_INIT;
	struct ics_options o = ics_usual();
	struct errtext err;
	struct ics feed;
	const cJSON *check;

	o.floating = NULL;
	ck_assert_msg(ics_read(text, strlen(text), &o, &arena, &feed, &err),
	    "%s: %s", id, err.text);
	cJSON_ArrayForEach(check, items_of(c, "checks"))
	    check_case(id, &feed, check);
	arena_fini(&arena);
}

/* Is that date an all-day event of that title, and an observance or not? */
static bool has_date(
    const struct ics *feed, const char *date, const char *title, bool observed)
{
	char text[WALL_TEXT_MAX];

	for (size_t i = 0; i < feed->count; i++) {
		const struct ics_occurrence *o = &feed->items[i];

		wall_format(wall_at(o->first_day * DAY_MS), text);
		if (o->all_day && o->end_day == o->first_day + 1 &&
		    strncmp(text, date, 10) == 0 &&
		    strcmp(o->summary, title) == 0)
			return (strncmp(o->description, "Observance\n", 11) ==
				   0) == observed;
	}
	return false;
}

/* Every map of dates to titles that the feed's expectations hold. */
static int check_dates(
    const char *id, const struct ics *feed, const cJSON *expected)
{
	const cJSON *map;
	const cJSON *date;
	int n = 0;

	cJSON_ArrayForEach(map, expected)
	{
		bool observed = strcmp(map->string, "observances") == 0;

		cJSON_ArrayForEach(date, map)
		{
			ck_assert_msg(has_date(feed, date->string,
					  date->valuestring, observed),
			    "%s: %s", id, date->string);
			n++;
		}
	}
	return n;
}

static int check_feed(const cJSON *c)
{
	const char *id = text_of(c, "id");
	const char *text = text_of(c, "ics");
	struct arena arena = ARENA_INIT;
	struct ics_options o = ics_usual();
	struct errtext err;
	struct ics feed;
	const cJSON *expected;
	int n = 0;

	o.from = wall_at(0);
	ck_assert_msg(ics_read(text, strlen(text), &o, &arena, &feed, &err),
	    "%s: %s", id, err.text);
	cJSON_ArrayForEach(expected, items_of(c, "expect"))
	{
		n += check_dates(id, &feed, expected);
	}
	arena_fini(&arena);
	return n;
}

START_TEST(test_public_calendars)
{
	const char *data = getenv("SLAWATCH_DATA");
	char path[4096];
	size_t len = 0;
	char *text;
	cJSON *root;
	const cJSON *c;
	int n = 0;

	if (data == NULL) {
		printf("public_calendars: skipped, SLAWATCH_DATA is not set\n");
		return;
	}
	snprintf(path, sizeof path, "%s/ics/oncall_calendars.json", data);
	text = slurp(path, &len);
	ck_assert_msg(text != NULL, "%s", path);
	root = cJSON_Parse(text);
	ck_assert_ptr_nonnull(root);
	cJSON_ArrayForEach(c, items_of(root, "ics_cases"))
	{
		check_calendar(c);
		n++;
	}
	printf("ics: looked at %d public calendars\n", n);
	ck_assert_int_ge(n, 7);
	n = 0;
	cJSON_ArrayForEach(c, items_of(root, "holiday_feeds"))
	{
		n += check_feed(c);
	}
	printf("ics: looked at %d public holidays\n", n);
	ck_assert_int_ge(n, 12);
	cJSON_Delete(root);
	free(text);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("ics");
	TCase *tc = tcase_create("ics");

	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(
	    tc, test_sound, 0, (int)(sizeof sound / sizeof sound[0]));
	tcase_add_loop_test(tc, test_recurring, 0,
	    (int)(sizeof recurring / sizeof recurring[0]));
	tcase_add_loop_test(tc, test_bad, 0, (int)(sizeof bad / sizeof bad[0]));
	tcase_add_test(tc, test_bad_text);
	tcase_add_test(tc, test_fields);
	tcase_add_test(tc, test_public_calendars);
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
