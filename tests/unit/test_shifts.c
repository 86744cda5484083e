/* test_shifts.c - .ics texts to who is on call, and what the matrix makes of
 * its own.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/shifts.h"

#include "conf/load.h"
#include "core/oncall.h"
#include "lib/oncall_world.h"
#include "unit/conf_corpus.h"
#include "unit/ics_world.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* --- texts ---------------------------------------------------------------- */

static struct matrix *m;
static struct arena arena;

static void setup(void)
{
	m = world_matrix(1);
	arena_init(&arena);
}

static void teardown(void)
{
	arena_fini(&arena);
	matrix_free(m);
}

/* "FROM..TO title\n" each, or the reason why not. */
static void reads(const char *name, const char *text, const char *want)
{
	struct errtext err = { "" };
	struct textbuf got;
	struct shifts s;

	textbuf_init(&got);
	if (!shifts_read(
		text, strlen(text), m, &m->schedules[0], &arena, &s, &err)) {
		textbuf_addf(&got, "error: %s\n", err.text);
		s.count = 0;
	}
	for (size_t i = 0; i < s.count; i++) {
		char at[WALL_TEXT_MAX];

		wall_format(s.items[i].start, at);
		textbuf_addf(&got, "%s..", at);
		wall_format(s.items[i].end, at);
		textbuf_addf(&got, "%s %s\n", at, s.items[i].title);
	}
	ck_assert_msg(strcmp(got.data, want) == 0,
	    "%s\n--- expected\n%s--- got\n%s", name, want, got.data);
	textbuf_fini(&got);
}

#define DAY	 EVENT("DTSTART;VALUE=DATE:20260701\nSUMMARY:dana\n")
#define FLOATING EVENT("DTSTART:20260701T090000\nDURATION:PT1H\nSUMMARY:eli\n")
#define BERLIN	 "X-WR-TIMEZONE:Europe/Berlin\n"

START_TEST(days_and_times_without_a_zone)
{
	reads("nobody says: UTC", CALENDAR(DAY FLOATING),
	    "2026-07-01T00:00:00Z..2026-07-02T00:00:00Z dana\n"
	    "2026-07-01T09:00:00Z..2026-07-01T10:00:00Z eli\n");
	reads("the calendar says", CALENDAR(BERLIN DAY FLOATING),
	    "2026-06-30T22:00:00Z..2026-07-01T22:00:00Z dana\n"
	    "2026-07-01T07:00:00Z..2026-07-01T08:00:00Z eli\n");
	reads("it says so behind them", CALENDAR(DAY FLOATING BERLIN),
	    "2026-06-30T22:00:00Z..2026-07-01T22:00:00Z dana\n"
	    "2026-07-01T07:00:00Z..2026-07-01T08:00:00Z eli\n");
	reads("it says so as Windows does",
	    CALENDAR("X-WR-TIMEZONE:Tokyo Standard Time\n" DAY),
	    "2026-06-30T15:00:00Z..2026-07-01T15:00:00Z dana\n");
	m->schedules[0].zone = world_zone(m, "America/New_York");
	reads("the schedule beats it", CALENDAR(BERLIN DAY FLOATING),
	    "2026-07-01T04:00:00Z..2026-07-02T04:00:00Z dana\n"
	    "2026-07-01T13:00:00Z..2026-07-01T14:00:00Z eli\n");
}
END_TEST

START_TEST(zones_of_the_matrix_are_taken_first)
{
	const struct zone *berlin = world_zone(m, "Europe/Berlin");

	m->schedules[0].zone = berlin;
	reads("of both kinds",
	    CALENDAR(EVENT("DTSTART;TZID=Europe/Berlin:20260701T090000\n"
			   "DURATION:PT1H\nSUMMARY:a\n")
		    EVENT("DTSTART;TZID=Asia/Tokyo:20260701T090000\n"
			  "DURATION:PT1H\nSUMMARY:b\n")),
	    "2026-07-01T00:00:00Z..2026-07-01T01:00:00Z b\n"
	    "2026-07-01T07:00:00Z..2026-07-01T08:00:00Z a\n");
	/* Nothing was added: other threads look at it. */
	ck_assert_uint_eq(m->nzones, 1);
}
END_TEST

START_TEST(what_is_no_shift)
{
	reads("without length, cancelled, transparent ones count",
	    CALENDAR(EVENT("DTSTART:20260701T090000Z\nSUMMARY:none\n")
		    EVENT("DTSTART:20260701T090000Z\nDURATION:PT1H\n"
			  "STATUS:CANCELLED\nSUMMARY:cancelled\n")
			EVENT("DTSTART:20260701T090000Z\nDURATION:PT1H\n"
			      "TRANSP:TRANSPARENT\nSUMMARY:eli\n")),
	    "2026-07-01T09:00:00Z..2026-07-01T10:00:00Z eli\n");
	reads("no events", CALENDAR(""), "");
}
END_TEST

START_TEST(a_night_shift_lasts_by_the_clock_on_the_wall)
{
	struct shifts s;
	struct errtext err;
	const char *text =
	    CALENDAR(EVENT("DTSTART;TZID=Europe/Berlin:20260328T200000\n"
			   "DTEND;TZID=Europe/Berlin:20260329T080000\n"
			   "RRULE:FREQ=DAILY;COUNT=2\nSUMMARY:dana\n")
		    EVENT("DTSTART;TZID=Europe/Berlin:20261024T200000\n"
			  "DTEND;TZID=Europe/Berlin:20261025T080000\n"
			  "SUMMARY:eli\n"));

	reads("spring and autumn", text,
	    "2026-03-28T19:00:00Z..2026-03-29T06:00:00Z dana\n"
	    "2026-03-29T18:00:00Z..2026-03-30T06:00:00Z dana\n"
	    "2026-10-24T18:00:00Z..2026-10-25T07:00:00Z eli\n");
	ck_assert(shifts_read(
	    text, strlen(text), m, &m->schedules[0], &arena, &s, &err));
	ck_assert_int_eq(s.longest_ms, 13 * HOUR_MS);
}
END_TEST

/* However many dates they have. */
START_TEST(titles_are_kept_once)
{
	struct shifts s;
	struct errtext err;
	const char *text =
	    CALENDAR(EVENT("DTSTART:20260701T090000Z\nDURATION:PT1H\n"
			   "RRULE:FREQ=DAILY;COUNT=2\nSUMMARY:dana\n")
		    EVENT("DTSTART:20260701T180000Z\nDURATION:PT1H\n"
			  "RRULE:FREQ=DAILY;COUNT=2\nSUMMARY:eli\n"));

	ck_assert(shifts_read(
	    text, strlen(text), m, &m->schedules[0], &arena, &s, &err));
	ck_assert_uint_eq(s.count, 4);
	ck_assert_str_eq(s.items[1].title, "eli");
	ck_assert_ptr_eq(s.items[0].title, s.items[2].title);
	ck_assert_ptr_eq(s.items[1].title, s.items[3].title);
}
END_TEST

START_TEST(what_cannot_be_read)
{
	reads("cut off", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
	    "error: 2: the file ends within BEGIN:VEVENT; it is cut off\n");
	reads("no calendar", "<html>",
	    "error: 1: no line of a calendar file (NAME:VALUE)\n");
	reads("a zone that nobody knows",
	    CALENDAR("X-WR-TIMEZONE:Mars/Olympus\n" DAY),
	    "error: its zone \"Mars/Olympus\" (X-WR-TIMEZONE) is not known "
	    "here, and the schedule has none of its own\n");
	m->schedules[0].zone = world_zone(m, "Europe/Berlin");
	reads("which does not matter then",
	    CALENDAR("X-WR-TIMEZONE:Mars/Olympus\n" DAY),
	    "2026-06-30T22:00:00Z..2026-07-01T22:00:00Z dana\n");
}
END_TEST

/* --- in a matrix ---------------------------------------------------------- */

static const struct conf_options bare = { .credentials = "",
	.no_secrets = true };

/* tests/conf/good/oncall.yaml, from its folder. */
static bool load(
    const struct conf_options *o, struct conf *out, struct textbuf *messages)
{
	char path[4096];

	srcdir_path(path, sizeof path, "tests/conf/good/oncall.yaml");
	return conf_load(path, o, out, messages);
}

static const char *on_call(
    const struct matrix *mat, const char *name, const char *at)
{
	static char names[100];
	struct textbuf out;
	struct oncall who;

	oncall_at(
	    mat, &duty_none, oncall_schedule(mat, name), world_wall(at), &who);
	textbuf_init_fixed(&out, names, sizeof names);
	for (size_t i = 0; i < who.count; i++)
		textbuf_addf(&out, i > 0 ? " %s" : "%s",
		    mat->people[who.people[i]].name);
	return names;
}

START_TEST(files_of_a_matrix)
{
	struct textbuf messages;
	struct conf c;

	textbuf_init(&messages);
	ck_assert_msg(load(&bare, &c, &messages), "%s", messages.data);
	ck_assert_str_eq(
	    on_call(c.matrix, "file", "2026-01-06T00:00:00Z"), "dana");
	ck_assert_str_eq(on_call(c.matrix, "file", "2026-01-06T05:00:00Z"), "");
	/* Days of Berlin; of London where the role says so. */
	ck_assert_str_eq(
	    on_call(c.matrix, "file", "2026-01-09T23:30:00Z"), "eli mara");
	ck_assert_str_eq(
	    on_call(c.matrix, "night", "2026-01-09T23:30:00Z"), "");
	/* The swap. */
	ck_assert_str_eq(
	    on_call(c.matrix, "file", "2026-01-12T21:30:00Z"), "mara");
	ck_assert_str_eq(
	    on_call(c.matrix, "file", "2026-01-13T21:30:00Z"), "dana");
	/* UNTIL of 2030 and no further. */
	ck_assert_str_eq(
	    on_call(c.matrix, "file", "2030-12-30T22:00:00Z"), "dana");
	ck_assert_str_eq(on_call(c.matrix, "file", "2031-01-06T22:00:00Z"), "");
	ck_assert_str_eq(
	    on_call(c.matrix, "weekly", "2026-01-05T09:00:00Z"), "dana");
	ck_assert_str_eq(
	    on_call(c.matrix, "primary", "2026-01-12T09:00:00Z"), "eli");
	conf_free(&c);
	textbuf_fini(&messages);
}
END_TEST

static const struct schedule *named(const struct matrix *mat, const char *name)
{
	int i = matrix_schedule(mat, name);

	ck_assert_msg(i >= 0, "no schedule %s", name);
	return &mat->schedules[i];
}

START_TEST(values_of_schedules)
{
	struct textbuf messages;
	struct conf c;
	const struct schedule *s;

	textbuf_init(&messages);
	ck_assert(load(&bare, &c, &messages));
	s = named(c.matrix, "weekly");
	ck_assert_int_eq((int)s->kind, SCHEDULE_ROTATION);
	ck_assert_uint_eq(s->rotation.nmembers, 3);
	ck_assert_str_eq(c.matrix->people[s->rotation.members[1]].name, "eli");
	ck_assert_int_eq(
	    s->rotation.first_local_ms, world_wall("2026-01-05T09:00:00Z").ms);
	ck_assert_int_eq(s->rotation.shift_ms, 7 * DAY_MS);
	ck_assert_int_eq(s->rotation.hours, -1);
	ck_assert_ptr_null(s->zone);
	s = named(c.matrix, "halves");
	ck_assert_int_eq(
	    s->rotation.first_local_ms, world_wall("2026-01-05T00:00:00Z").ms);
	ck_assert_int_eq(s->rotation.shift_ms, 12 * HOUR_MS);
	ck_assert_int_eq(
	    s->rotation.hours, matrix_calendar(c.matrix, "office"));
	ck_assert_str_eq(s->zone_name, "America/New_York");
	ck_assert_str_eq(zone_name(s->zone), "America/New_York");
	s = named(c.matrix, "file");
	ck_assert_int_eq((int)s->kind, SCHEDULE_FILE);
	ck_assert_str_eq(s->file, "oncall-night.ics");
	ck_assert_str_eq(s->override_file, "oncall-swaps.ics");
	s = named(c.matrix, "local");
	ck_assert_int_eq((int)s->kind, SCHEDULE_FEED);
	ck_assert_str_eq(s->url, "http://127.0.0.1:8080/a.ics");
	ck_assert_str_eq(s->override_url, "http://localhost/b.ics");
	ck_assert_int_eq(s->refresh_ms, MINUTE_MS);
	s = named(c.matrix, "hidden");
	ck_assert_int_eq((int)s->kind, SCHEDULE_FEED);
	ck_assert_int_eq(s->refresh_ms, 15 * MINUTE_MS);
	conf_free(&c);
	textbuf_fini(&messages);
}
END_TEST

static const struct {
	const char *name;
	enum who_kind kind;
	const char *of;
} roles[] = {
	{ "primary", WHO_SCHEDULE, "weekly" },
	{ "weekly", WHO_TEAM, "experts" },
	{ "backup", WHO_SCHEDULE, "halves" },
	{ "night", WHO_SCHEDULE, "night" },
	{ "feed", WHO_SCHEDULE, "feed" },
	{ "lead", WHO_PERSON, "mara" },
	{ "group", WHO_TEAM, "experts" },
	{ "plain", WHO_PERSON, "eli" },
};

static const char *name_of(const struct matrix *mat, const struct who *w)
{
	if (w->kind == WHO_SCHEDULE)
		return mat->schedules[w->index].name;
	return w->kind == WHO_TEAM ? mat->teams[w->index].name
				   : mat->people[w->index].name;
}

START_TEST(values_of_roles)
{
	struct textbuf messages;
	struct conf c;
	const struct role *role;

	textbuf_init(&messages);
	ck_assert(load(&bare, &c, &messages));
	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
		role = &c.matrix->roles[i];
		ck_assert_str_eq(role->name, roles[i].name);
		ck_assert_int_eq((int)role->who.kind, (int)roles[i].kind);
		ck_assert_str_eq(name_of(c.matrix, &role->who), roles[i].of);
	}
	ck_assert_str_eq(c.matrix->roles[2].authority, "credits up to 500 EUR");
	ck_assert_ptr_null(c.matrix->roles[0].authority);
	ck_assert_str_eq(named(c.matrix, "night")->zone_name, "Europe/London");
	ck_assert_int_eq(named(c.matrix, "feed")->refresh_ms, 2 * HOUR_MS);
	conf_free(&c);
	textbuf_fini(&messages);
}
END_TEST

/* The files are part of the matrix: from the stored bytes it is the same. */
START_TEST(a_stored_matrix_has_its_shifts)
{
	struct textbuf messages;
	struct conf first, again;
	const char *difference;

	textbuf_init(&messages);
	ck_assert(load(&bare, &first, &messages));
	ck_assert_uint_eq(first.nfiles, 4);
	textbuf_clear(&messages);
	ck_assert_msg(conf_load_stored("m.yaml", first.text, strlen(first.text),
			  first.files, first.nfiles, &bare, &again, &messages),
	    "%s", messages.data);
	ck_assert_str_eq(messages.data, "");
	difference = conf_difference(&first, &again);
	ck_assert_msg(difference == NULL, "%s", difference);
	ck_assert_str_eq(first.matrix->revision, again.matrix->revision);
	conf_free(&again);
	/* One of them is missing. */
	ck_assert(!conf_load_stored("m.yaml", first.text, strlen(first.text),
	    first.files, 1, &bare, &again, &messages));
	ck_assert_ptr_nonnull(strstr(messages.data, "oncall-swaps.ics"));
	conf_free(&first);
	textbuf_fini(&messages);
}
END_TEST

/* Of whom we do not know only what is to come is told. */
START_TEST(strangers_of_the_past_are_no_matter)
{
	struct conf_options o = bare;
	struct textbuf messages;
	struct conf c;

	o.now = world_wall("2026-01-07T12:00:00Z");
	textbuf_init(&messages);
	ck_assert(load(&o, &c, &messages));
	ck_assert_ptr_nonnull(strstr(messages.data, "Dena Ruiz"));
	ck_assert_ptr_null(strstr(messages.data, "Klaus"));
	ck_assert_ptr_nonnull(strstr(messages.data, "oncall-strangers.ics:16"));
	conf_free(&c);
	textbuf_fini(&messages);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("shifts");
	TCase *texts = tcase_create("texts");
	TCase *files = tcase_create("files");

	tcase_add_checked_fixture(texts, setup, teardown);
	tcase_add_test(texts, days_and_times_without_a_zone);
	tcase_add_test(texts, zones_of_the_matrix_are_taken_first);
	tcase_add_test(texts, what_is_no_shift);
	tcase_add_test(texts, a_night_shift_lasts_by_the_clock_on_the_wall);
	tcase_add_test(texts, titles_are_kept_once);
	tcase_add_test(texts, what_cannot_be_read);
	tcase_add_test(files, files_of_a_matrix);
	tcase_add_test(files, values_of_schedules);
	tcase_add_test(files, values_of_roles);
	tcase_add_test(files, a_stored_matrix_has_its_shifts);
	tcase_add_test(files, strangers_of_the_past_are_no_matter);
	suite_add_tcase(s, texts);
	suite_add_tcase(s, files);
	return s;
}

int main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
