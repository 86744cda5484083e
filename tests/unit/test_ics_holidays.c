/* test_ics_holidays.c - matrices with calendar files: what they close, what
 * extends what, and what is stored.
 *
 * The feeds of public projects are embedded as what matters of them.
 *
 * SPDX-License-Identifier: MIT */
#include "unit/conf_corpus.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct conf_options options = { .credentials = "",
	.no_secrets = true };

static struct conf conf;
static struct textbuf messages;
static char folder[4096];

static const char *const names[] = { "a.ics", "b.ics", "matrix.yaml" };

static void path_of(char *out, size_t size, const char *name)
{
	snprintf(out, size, "%s/%s", folder, name);
}

static void setup(void)
{
	const char *tmp = getenv("TMPDIR");

	memset(&conf, 0, sizeof conf);
	textbuf_init(&messages);
	snprintf(folder, sizeof folder, "%s/slawatch-ics-XXXXXX",
	    tmp == NULL ? "." : tmp);
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void teardown_files(void)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char path[4200];

		path_of(path, sizeof path, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

static void teardown(void)
{
	teardown_files();
	conf_free(&conf);
	textbuf_fini(&messages);
}

static void put(const char *name, const char *text)
{
	char path[4200];
	FILE *f;

	path_of(path, sizeof path, name);
	f = fopen(path, "wb");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

/* A matrix that uses the calendar `c`, beside the files. */
static void matrix_text(struct textbuf *tb, const char *calendars)
{
	textbuf_addf(tb,
	    "matrix: { fallback: log }\nseverities: { P1: {} }\n"
	    "channels: { log: { type: log } }\n"
	    "policies: [ { name: p, calendar: c, targets: { P1: { resolution: "
	    "1h } } } ]\n"
	    "calendars:\n%s",
	    calendars);
}

static bool load(const char *calendars)
{
	char path[4200];
	struct textbuf text;
	bool ok;

	conf_free(&conf);
	textbuf_clear(&messages);
	textbuf_init(&text);
	matrix_text(&text, calendars);
	path_of(path, sizeof path, "matrix.yaml");
	ok = conf_load_text(
	    path, text.data, text.len, &options, &conf, &messages);
	textbuf_fini(&text);
	return ok;
}

static void loads(const char *calendars)
{
	ck_assert_msg(load(calendars), "%s", messages.data);
	ck_assert_str_eq(messages.data, "");
}

static const struct calendar *calendar(const char *name)
{
	for (size_t i = 0; i < conf.matrix->ncalendars; i++)
		if (strcmp(calendar_name(conf.matrix->calendars[i]), name) == 0)
			return conf.matrix->calendars[i];
	ck_abort_msg("no calendar %s", name);
}

/* "09:00-12:00 13:00-17:00" of one UTC day, "" if it is closed. */
static const char *hours(const char *name, const char *date)
{
	static char text[400];
	struct textbuf tb;
	struct period p[20];
	char at[WALL_TEXT_MAX];
	struct wall from;
	size_t n;

	snprintf(text, sizeof text, "%sT00:00:00Z", date);
	ck_assert(wall_parse(text, strlen(text), &from));
	n = calendar_periods(
	    calendar(name), from, wall_plus(from, DAY_MS), p, 20);
	textbuf_init_fixed(&tb, text, sizeof text);
	for (size_t i = 0; i < n; i++) {
		wall_format(p[i].start, at);
		textbuf_addf(&tb, "%s%.*s-", i == 0 ? "" : " ", 5, at + 11);
		wall_format(p[i].end, at);
		textbuf_addf(&tb, "%.*s", 5, at + 11);
	}
	return text;
}

static void put_events(const char *name, const char *events)
{
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_addf(&tb, "BEGIN:VCALENDAR\n%sEND:VCALENDAR\n", events);
	put(name, tb.data);
	textbuf_fini(&tb);
}

#define EVENT(lines) "BEGIN:VEVENT\n" lines "END:VEVENT\n"
#define DAILY(more)                                                            \
	"  c: { zone: UTC, week: { daily: \"09:00-17:00\" }, " more " }\n"

/* --- feeds ---------------------------------------------------------------- */

/* As the feeds of Zammad's tests and of Google are. */
static const char feed[] =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-TIMEZONE:Europe/Berlin\r\n"
    "BEGIN:VEVENT\r\nUID:eve\r\nRRULE:FREQ=YEARLY;INTERVAL=1\r\n"
    "DTSTART;VALUE=DATE:20121224\r\nDTEND;VALUE=DATE:20121225\r\n"
    "BEGIN:VALARM\r\nTRIGGER:-PT15H\r\nEND:VALARM\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:day\r\nRRULE:FREQ=YEARLY;INTERVAL=1\r\n"
    "DTSTART;VALUE=DATE:20121225\r\nDTEND;VALUE=DATE:20121225\r\n"
    "END:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:mlk\r\nDTSTART;VALUE=DATE:20210118\r\n"
    "DTEND;VALUE=DATE:20210119\r\nDESCRIPTION:Public holiday\r\n"
    "TRANSP:TRANSPARENT\r\nSTATUS:CONFIRMED\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:dst\r\nDTSTART;VALUE=DATE:20210314\r\n"
    "DTEND;VALUE=DATE:20210315\r\nDESCRIPTION:Observance\\nTo hide observan\r\n"
    " ces\\, go to Google Calendar\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:off\r\nDTSTART;VALUE=DATE:20210401\r\n"
    "STATUS:CANCELLED\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:week\r\nDTSTART;VALUE=DATE:20210628\r\n"
    "DTEND;VALUE=DATE:20210703\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

START_TEST(test_feed)
{
	static const char *const closed[] = { "2012-12-24", "2016-12-24",
		"2016-12-25", "2019-12-25", "2099-12-24", "2021-01-18",
		"2021-06-28", "2021-07-02" };
	static const char *const open[] = { "2011-12-24", "2016-12-26",
		"2021-01-17", "2021-01-19", "2021-03-14", "2021-04-01",
		"2021-06-27", "2021-07-03" };

	put("a.ics", feed);
	loads(DAILY("holidays: a.ics"));
	for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++)
		ck_assert_msg(
		    strcmp(hours("c", closed[i]), "") == 0, "%s", closed[i]);
	for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
		ck_assert_msg(strcmp(hours("c", open[i]), "09:00-17:00") == 0,
		    "%s", open[i]);
}
END_TEST

/* A timed event closes exactly its span; an exception beats it. */
START_TEST(test_timed)
{
	put_events("a.ics",
	    EVENT("DTSTART:20260701T120000Z\nDTEND:20260701T130000Z\n")
		EVENT("DTSTART:20260702T160000Z\nDTEND:20260703T100000Z\n")
		    EVENT("DTSTART:20260704T120000Z\nDURATION:PT1H\n")
			EVENT("DTSTART:20260705T120000Z\n")
			    EVENT("DTSTART;TZID=America/New_York:"
				  "20260706T050000\nDURATION:PT1H\n"));
	loads(DAILY("holidays: [ a.ics, 2026-07-07 ], except: { 2026-07-04: "
		    "\"10:00-14:00\", 2026-07-07: \"10:00-11:00\" }"));
	ck_assert_str_eq(hours("c", "2026-07-01"), "09:00-12:00 13:00-17:00");
	ck_assert_str_eq(hours("c", "2026-07-02"), "09:00-16:00");
	ck_assert_str_eq(hours("c", "2026-07-03"), "10:00-17:00");
	ck_assert_str_eq(hours("c", "2026-07-04"), "10:00-14:00");
	ck_assert_str_eq(hours("c", "2026-07-05"), "09:00-17:00");
	ck_assert_str_eq(hours("c", "2026-07-06"), "10:00-17:00");
	ck_assert_str_eq(hours("c", "2026-07-07"), "10:00-11:00");
}
END_TEST

static bool open_at(const char *name, const char *text)
{
	struct wall at;

	ck_assert(wall_parse(text, strlen(text), &at));
	return calendar_open(calendar(name), at);
}

/* The calendar's own zone places days and floating times, also those of a file
 * that it inherits. */
START_TEST(test_floating)
{
	put_events("a.ics",
	    EVENT("DTSTART:20260701T120000\nDTEND:20260701T130000\n")
		EVENT("DTSTART;VALUE=DATE:20260702\n"));
	loads("  b: { zone: UTC, week: { daily: \"00:00-24:00\" }, holidays: "
	      "a.ics }\n"
	      "  c: { extends: b, zone: Asia/Kolkata }\n");
	ck_assert(!open_at("b", "2026-07-01T12:30:00Z"));
	ck_assert(open_at("c", "2026-07-01T12:30:00Z"));
	ck_assert(open_at("b", "2026-07-01T07:00:00Z"));
	ck_assert(!open_at("c", "2026-07-01T07:00:00Z"));
	ck_assert(open_at("b", "2026-07-01T18:30:00Z"));
	ck_assert(!open_at("c", "2026-07-01T18:30:00Z"));
	ck_assert(!open_at("b", "2026-07-02T18:30:00Z"));
	ck_assert(open_at("c", "2026-07-02T18:30:00Z"));
}
END_TEST

/* --- extends -------------------------------------------------------------- */

/* In whatever order, over two generations. */
START_TEST(test_extends)
{
	put_events("a.ics", EVENT("DTSTART:20260803\n"));
	put_events("b.ics", EVENT("DTSTART:20260804\n"));
	loads("  c: { extends: b, week: { sat: \"10:00-12:00\" }, holidays: [ "
	      "b.ics, 2026-08-06 ], except: { 12-24: \"08:00-09:00\" } }\n"
	      "  b: { extends: a, week: { mon: closed }, except: { 2026-08-14: "
	      "closed } }\n"
	      "  a: { zone: UTC, week: { mon-fri: \"09:00-17:00\" }, holidays: "
	      "[ a.ics, 2026-08-05 ], except: { 2026-12-24: closed, "
	      "2026-08-14: \"09:00-10:00\", 2026-08-15: \"09:00-10:00\" } }\n");
	ck_assert_str_eq(hours("a", "2026-08-10"), "09:00-17:00");
	ck_assert_str_eq(hours("b", "2026-08-10"), "");
	ck_assert_str_eq(hours("c", "2026-08-10"), "");
	ck_assert_str_eq(hours("c", "2026-08-11"), "09:00-17:00");
	ck_assert_str_eq(hours("b", "2026-08-08"), "");
	ck_assert_str_eq(hours("c", "2026-08-08"), "10:00-12:00");
	ck_assert_str_eq(hours("a", "2026-08-04"), "09:00-17:00");
	ck_assert_str_eq(hours("c", "2026-08-04"), "");
	ck_assert_str_eq(hours("c", "2026-08-05"), "");
	ck_assert_str_eq(hours("c", "2026-08-06"), "");
	ck_assert_str_eq(hours("b", "2026-08-06"), "09:00-17:00");
	ck_assert_str_eq(hours("a", "2026-08-14"), "09:00-10:00");
	ck_assert_str_eq(hours("c", "2026-08-14"), "");
	ck_assert_str_eq(hours("c", "2026-08-15"), "09:00-10:00");
	/* One's own Christmas Eve beats the other's of one year. */
	ck_assert_str_eq(hours("b", "2026-12-24"), "");
	ck_assert_str_eq(hours("c", "2026-12-24"), "08:00-09:00");
	ck_assert_str_eq(hours("c", "2027-12-24"), "08:00-09:00");
}
END_TEST

/* --- dump ----------------------------------------------------------------- */

START_TEST(test_dump)
{
	struct textbuf dump;
	struct conf second;
	const char *difference;

	put_events("a.ics",
	    EVENT("DTSTART:20260803\n") EVENT("DTSTART:20260804T120000\n"
					      "DTEND:20260804T130000\n"));
	loads("  c: { extends: b, holidays: [ 12-25 ] }\n"
	      "  b: { zone: Europe/Berlin, week: { daily: \"09:00-17:00\" }, "
	      "holidays: a.ics, except: { 01-01: closed } }\n");
	textbuf_init(&dump);
	conf_dump(&conf, &dump);
	ck_assert_ptr_nonnull(strstr(dump.data, "/a.ics\n"));
	ck_assert_ptr_null(strstr(dump.data, "2026-08-03"));
	/* It stands on its own, wherever it lies. */
	ck_assert_msg(conf_load_text("/nowhere/x.yaml", dump.data, dump.len,
			  &options, &second, &messages),
	    "%s\n%s", messages.data, dump.data);
	difference = conf_difference(&conf, &second);
	ck_assert_msg(difference == NULL, "%s", difference);
	conf_free(&second);
	textbuf_fini(&dump);
}
END_TEST

/* --- the revision, and what is stored ------------------------------------- */

static const char two_files[] =
    "  c: { zone: UTC, week: { daily: \"09:00-17:00\" }, holidays: [ a.ics, "
    "b.ics, ./a.ics ] }\n";

START_TEST(test_revision)
{
	char before[64];

	put_events("a.ics", EVENT("DTSTART:20260803\n"));
	put_events("b.ics", EVENT("DTSTART:20260804\n"));
	loads(two_files);
	snprintf(before, sizeof before, "%s", conf.matrix->revision);
	loads(two_files);
	ck_assert_str_eq(before, conf.matrix->revision);
	put_events("b.ics", EVENT("DTSTART:20260805\n"));
	loads(two_files);
	ck_assert_str_ne(before, conf.matrix->revision);
	put_events("b.ics", EVENT("DTSTART:20260804\n"));
	loads(two_files);
	ck_assert_str_eq(before, conf.matrix->revision);
	/* Their places count as well. */
	put_events("a.ics", EVENT("DTSTART:20260804\n"));
	put_events("b.ics", EVENT("DTSTART:20260803\n"));
	loads(two_files);
	ck_assert_str_ne(before, conf.matrix->revision);
}
END_TEST

static const char stored_more[] =
    "people: { a: { email: a@example.com } }\n"
    "daemon: { tokens: { t: { secret: { credential: none }, scopes: [ read ] "
    "} } }\n";

/* Without the folder, and with secrets that are not there any more. */
START_TEST(test_stored)
{
	struct conf_file files[2];
	struct textbuf text;
	struct conf second;
	char path[4200];

	put_events("a.ics", EVENT("DTSTART:20260803\n"));
	put_events("b.ics", EVENT("DTSTART:20260804T120000Z\nDURATION:PT1H\n"));
	textbuf_init(&text);
	matrix_text(&text,
	    "  c: { zone: UTC, week: { daily: \"09:00-17:00\" }, holidays: [ "
	    "a.ics, b.ics ] }\n");
	textbuf_add(&text, stored_more);
	path_of(path, sizeof path, "matrix.yaml");
	ck_assert_msg(conf_load_text(path, text.data, text.len, &options, &conf,
			  &messages),
	    "%s", messages.data);
	ck_assert_uint_eq(conf.nfiles, 2);
	ck_assert_str_eq(conf.files[0].name, "a.ics");
	memcpy(files, conf.files, sizeof files);
	teardown_files();
	textbuf_clear(&messages);
	ck_assert_msg(conf_load_stored("revision", text.data, text.len, files,
			  2, &(struct conf_options){ .credentials = "" },
			  &second, &messages),
	    "%s", messages.data);
	ck_assert_str_eq(messages.data, "");
	ck_assert_str_eq(second.matrix->revision, conf.matrix->revision);
	ck_assert_ptr_null(conf_difference(&conf, &second));
	ck_assert_uint_eq(second.nfiles, 2);
	conf_free(&second);
	/* One that is missing is told. */
	ck_assert(!conf_load_stored("revision", text.data, text.len, files, 1,
	    &options, &second, &messages));
	ck_assert_ptr_nonnull(strstr(messages.data,
	    "the calendar file b.ics cannot be read: not stored with the "
	    "matrix; "));
	ck_assert_ptr_null(second.matrix);
	textbuf_fini(&text);
}
END_TEST

/* A secret that could be read is not: the disk of now is not that of then. */
START_TEST(test_stored_secrets)
{
	static const struct conf_options strict = { .credentials = "" };
	struct textbuf text;

	put("a.ics", "topsecret");
	textbuf_init(&text);
	textbuf_addf(&text,
	    "matrix: { fallback: h }\nseverities: { P1: {} }\n"
	    "channels: { h: { type: webhook, url: \"http://127.0.0.1/\", "
	    "secret: "
	    "{ file: \"%s/a.ics\" }, ca_file: /nowhere } }\n",
	    folder);
	ck_assert_msg(conf_load_stored("revision", text.data, text.len, NULL, 0,
			  &strict, &conf, &messages),
	    "%s", messages.data);
	ck_assert_str_eq(messages.data, "");
	ck_assert_str_eq(conf.matrix->channels[0].secret, "");
	textbuf_fini(&text);
}
END_TEST

/* --- refused -------------------------------------------------------------- */

static void refuses(const char *calendars, const char *why)
{
	ck_assert_msg(!load(calendars), "%s", calendars);
	ck_assert_msg(strstr(messages.data, why) != NULL, "%s", messages.data);
	/* One thing is wrong, and one is told. */
	ck_assert_ptr_null(
	    strstr(strstr(messages.data, "error:") + 1, "error:"));
}

START_TEST(test_refused)
{
	put_events("a.ics", EVENT("UID:u\nDTSTART:20261301\n"));
	put_events("b.ics", EVENT("DTSTART:19691231\nRRULE:FREQ=DAILY\n"));
	refuses(DAILY("holidays: [ 12-25, a.ics ]"),
	    "matrix.yaml:6:70: error: a.ics:4: event \"u\": DTSTART: "
	    "\"20261301\" is no date; write 20261225 or 20261225T090000; "
	    "correct the file, or fetch it again\n");
	refuses(DAILY("holidays: none.ics"),
	    "matrix.yaml:6:61: error: the calendar file none.ics cannot be "
	    "read: No such file or directory; put it beside the matrix, or "
	    "correct the path\n");
	refuses(DAILY("holidays: \"https://example.com/a.ics\""),
	    "https://example.com/a.ics is no file; fetch it regularly by a "
	    "timer, and name the file here");
	refuses(DAILY("holidays: ."), "\".\" is no date");
	refuses(DAILY("holidays: b.ics"), "calendar c is never open");
	/* Heirs of what is broken say nothing more. */
	refuses("  c: { extends: b }\n"
		"  b: { zone: UTC, week: { daily: \"09:00-17:00\" }, holidays: "
		"a.ics }\n",
	    "matrix.yaml:7:61: error: a.ics:4: event \"u\"");
	put("a.ics", "BEGIN:VCALENDAR\nX:\xff\n");
	refuses(DAILY("holidays: a.ics"), "error: a.ics: not UTF-8; save it");
}
END_TEST

START_TEST(test_empty_feed)
{
	put("a.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR\n");
	ck_assert(load(DAILY("holidays: a.ics")));
	ck_assert_ptr_nonnull(strstr(messages.data,
	    "matrix.yaml:6:61: warning: a.ics has no event; see that it is the "
	    "right file\n"));
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("ics holidays");
	TCase *tc = tcase_create("ics holidays");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_feed);
	tcase_add_test(tc, test_timed);
	tcase_add_test(tc, test_floating);
	tcase_add_test(tc, test_extends);
	tcase_add_test(tc, test_dump);
	tcase_add_test(tc, test_revision);
	tcase_add_test(tc, test_stored);
	tcase_add_test(tc, test_stored_secrets);
	tcase_add_test(tc, test_refused);
	tcase_add_test(tc, test_empty_feed);
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
