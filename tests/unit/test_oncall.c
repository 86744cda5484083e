/* test_oncall.c - who is on call at that instant, case by case.
 *
 * SPDX-License-Identifier: MIT */
#include "core/oncall.h"

#include "base/textbuf.h"
#include "lib/oncall_world.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct matrix *m;
static const struct zone *berlin;
static struct duty *said;

static void setup(void)
{
	m = world_matrix(3);
	berlin = world_zone(m, "Europe/Berlin");
	said = NULL;
}

static void teardown(void)
{
	duty_free(said);
	matrix_free(m);
}

static const struct duty *duty(void)
{
	return said == NULL ? &duty_none : said;
}

/* "dana eli ?Zed until 2026-01-05T09:00:00Z" */
static void add_who(const struct oncall *o, struct textbuf *out)
{
	char until[WALL_TEXT_MAX];

	for (size_t i = 0; i < o->count; i++)
		textbuf_addf(out, "%s ", m->people[o->people[i]].name);
	if (o->unknown != NULL)
		textbuf_addf(out, "?%s ", o->unknown);
	wall_format(o->until, until);
	textbuf_addf(out, "until %s", until);
}

static void is(int schedule, const char *at, const char *want)
{
	struct oncall o;
	struct textbuf got;

	oncall_at(m, duty(), schedule, world_wall(at), &o);
	textbuf_init(&got);
	add_who(&o, &got);
	ck_assert_msg(strcmp(got.data, want) == 0,
	    "at %s\nexpected %s\n     got %s", at, want, got.data);
	textbuf_fini(&got);
}

/* --- rotations ------------------------------------------------------------ */

static const int three[] = { DANA, ELI, MARA };
static const int two[] = { DANA, ELI };

START_TEST(turns_of_a_week)
{
	world_rotation(
	    m, 0, berlin, "2026-01-05T09:00:00Z", 7 * DAY_MS, three, 3);
	is(0, "2025-01-01T00:00:00Z", "until 2026-01-05T08:00:00Z");
	is(0, "2026-01-05T07:59:59Z", "until 2026-01-05T08:00:00Z");
	is(0, "2026-01-05T08:00:00Z", "dana until 2026-01-12T08:00:00Z");
	is(0, "2026-01-12T07:59:59.999Z", "dana until 2026-01-12T08:00:00Z");
	is(0, "2026-01-12T08:00:00Z", "eli until 2026-01-19T08:00:00Z");
	is(0, "2026-01-25T12:00:00Z", "mara until 2026-01-26T08:00:00Z");
	is(0, "2026-01-26T08:00:00Z", "dana until 2026-02-02T08:00:00Z");
	/* Summer: the hand-off stays at nine. */
	is(0, "2026-03-30T06:59:59Z", "mara until 2026-03-30T07:00:00Z");
	is(0, "2026-03-30T07:00:00Z", "dana until 2026-04-06T07:00:00Z");
}
END_TEST

START_TEST(night_shifts_when_the_clocks_change)
{
	world_rotation(
	    m, 0, berlin, "2026-01-01T20:00:00Z", 12 * HOUR_MS, two, 2);
	is(0, "2026-03-28T19:00:00Z", "dana until 2026-03-29T06:00:00Z");
	is(0, "2026-03-29T06:00:00Z", "eli until 2026-03-29T18:00:00Z");
	is(0, "2026-10-24T18:00:00Z", "dana until 2026-10-25T07:00:00Z");
	is(0, "2026-10-25T07:00:00Z", "eli until 2026-10-25T19:00:00Z");
}
END_TEST

START_TEST(a_hand_off_that_does_not_exist_or_comes_twice)
{
	world_rotation(m, 0, berlin, "2026-01-01T02:30:00Z", DAY_MS, two, 2);
	/* 02:30 is read with the offset before: 03:30 on that day. */
	is(0, "2026-03-29T01:29:59Z", "dana until 2026-03-29T01:30:00Z");
	is(0, "2026-03-29T01:30:00Z", "eli until 2026-03-30T00:30:00Z");
	/* 02:30 comes twice: the first one counts. */
	is(0, "2026-10-25T00:29:59Z", "dana until 2026-10-25T00:30:00Z");
	is(0, "2026-10-25T00:30:00Z", "eli until 2026-10-26T01:30:00Z");
	is(0, "2026-10-25T01:29:00Z", "eli until 2026-10-26T01:30:00Z");
}
END_TEST

START_TEST(turns_shorter_than_the_gap)
{
	static const int four[] = { DANA, ELI, MARA, OMAR };

	/* 02:00, 02:20 and 02:40 are 03:00, 03:20, 03:40; but at 03:00, 03:20
	 * and 03:40 others are due, who beat them: dana at 00:00, ... omar at
	 * 01:00, ... */
	world_rotation(
	    m, 0, berlin, "2026-03-29T00:00:00Z", 20 * MINUTE_MS, four, 4);
	is(0, "2026-03-29T00:59:00Z", "eli until 2026-03-29T01:00:00Z");
	is(0, "2026-03-29T01:00:00Z", "eli until 2026-03-29T01:20:00Z");
	is(0, "2026-03-29T01:20:00Z", "mara until 2026-03-29T01:40:00Z");
	is(0, "2026-03-29T01:40:00Z", "omar until 2026-03-29T02:00:00Z");
}
END_TEST

START_TEST(hours_of_a_rotation)
{
	struct calendar_spec spec = { .name = "office", .zone = berlin };
	struct errtext err;

	for (int day = 0; day < 5; day++) {
		spec.week[day].count = 1;
		spec.week[day].at[0] = (struct day_interval){ 9 * 60, 17 * 60 };
	}
	m->calendars = arena_alloc(&m->arena, sizeof(struct calendar *));
	m->calendars[0] = calendar_build(&spec, &err);
	m->ncalendars = 1;
	world_rotation(
	    m, 0, berlin, "2026-01-05T12:00:00Z", 7 * DAY_MS, two, 2);
	m->schedules[0].rotation.hours = 0;
	is(0, "2026-01-05T10:00:00Z", "until 2026-01-05T11:00:00Z");
	is(0, "2026-01-05T11:00:00Z", "dana until 2026-01-05T16:00:00Z");
	is(0, "2026-01-05T16:00:00Z", "until 2026-01-06T08:00:00Z");
	is(0, "2026-01-09T16:00:00Z", "until 2026-01-12T08:00:00Z");
	is(0, "2026-01-12T08:00:00Z", "dana until 2026-01-12T11:00:00Z");
	is(0, "2026-01-12T11:00:00Z", "eli until 2026-01-12T16:00:00Z");
}
END_TEST

START_TEST(one_member_and_no_zone)
{
	static const int twice[] = { OMAR, OMAR };

	world_rotation(
	    m, 0, NULL, "2026-01-05T00:00:00Z", 12 * HOUR_MS, twice, 2);
	world_rotation(
	    m, 1, NULL, "2026-01-05T00:00:00Z", 12 * HOUR_MS, two, 2);
	is(0, "2026-01-04T23:00:00Z", "until 2026-01-05T00:00:00Z");
	is(0, "2026-01-05T00:00:00Z", "omar until never");
	is(1, "2026-01-05T12:00:00Z", "eli until 2026-01-06T00:00:00Z");
	/* Where the calendar of the world ends, the last one stays. */
	is(1, "2199-12-31T23:00:00Z", "eli until never");
}
END_TEST

/* --- calendars ------------------------------------------------------------ */

static void calendar_of_two(int schedule)
{
	struct schedule *s = &m->schedules[schedule];

	s->kind = SCHEDULE_FILE;
	world_shift(m, &s->primary, "2026-01-05T00:00:00Z",
	    "2026-01-12T00:00:00Z", "Dana Ruiz");
	world_shift(m, &s->primary, "2026-01-06T00:00:00Z",
	    "2026-01-06T08:00:00Z", "[L1] @eli (night)");
	world_shift(m, &s->primary, "2026-01-13T00:00:00Z",
	    "2026-01-14T00:00:00Z", "eli & Zed");
	world_shift(m, &s->primary, "2026-01-13T12:00:00Z",
	    "2026-01-14T12:00:00Z", "mara");
	world_shift(m, &s->primary, "2026-01-20T00:00:00Z",
	    "2026-01-21T00:00:00Z", "who");
}

START_TEST(shifts_overlap_and_leave_gaps)
{
	calendar_of_two(0);
	is(0, "2026-01-01T00:00:00Z", "until 2026-01-05T00:00:00Z");
	is(0, "2026-01-05T00:00:00Z", "dana until 2026-01-06T00:00:00Z");
	is(0, "2026-01-06T00:00:00Z", "dana eli until 2026-01-06T08:00:00Z");
	is(0, "2026-01-06T08:00:00Z", "dana until 2026-01-12T00:00:00Z");
	is(0, "2026-01-11T23:59:59Z", "dana until 2026-01-12T00:00:00Z");
	is(0, "2026-01-12T00:00:00Z", "until 2026-01-13T00:00:00Z");
	is(0, "2026-01-13T01:00:00Z",
	    "eli ?eli & Zed until 2026-01-13T12:00:00Z");
	is(0, "2026-01-13T12:00:00Z",
	    "eli mara ?eli & Zed until 2026-01-14T00:00:00Z");
	is(0, "2026-01-20T00:00:00Z", "?who until 2026-01-21T00:00:00Z");
	is(0, "2026-01-21T00:00:00Z", "until never");
}
END_TEST

START_TEST(the_override_calendar_beats_while_somebody_is_on_it)
{
	calendar_of_two(0);
	world_shift(m, &m->schedules[0].override, "2026-01-05T12:00:00Z",
	    "2026-01-06T04:00:00Z", "omar");
	world_shift(m, &m->schedules[0].override, "2026-01-07T00:00:00Z",
	    "2026-01-08T00:00:00Z", "omar");
	world_shift(m, &m->schedules[0].override, "2026-01-09T00:00:00Z",
	    "2026-01-10T00:00:00Z", "Zed");
	is(0, "2026-01-05T00:00:00Z", "dana until 2026-01-05T12:00:00Z");
	/* That eli comes at midnight is of no matter then. */
	is(0, "2026-01-05T12:00:00Z", "omar until 2026-01-06T04:00:00Z");
	is(0, "2026-01-06T04:00:00Z", "dana eli until 2026-01-06T08:00:00Z");
	is(0, "2026-01-06T09:00:00Z", "dana until 2026-01-07T00:00:00Z");
	is(0, "2026-01-07T00:00:00Z", "omar until 2026-01-08T00:00:00Z");
	is(0, "2026-01-08T00:00:00Z", "dana until 2026-01-09T00:00:00Z");
	/* Nobody knows Zed: rather dana than nobody. */
	is(0, "2026-01-09T00:00:00Z", "dana ?Zed until 2026-01-10T00:00:00Z");
	is(0, "2026-01-10T00:00:00Z", "dana until 2026-01-12T00:00:00Z");
}
END_TEST

START_TEST(a_feed_is_its_last_copy)
{
	struct shifts own = { NULL, 0, 0 };
	struct shifts over = { NULL, 0, 0 };
	struct duty_change c = { .kind = DUTY_FEED,
		.schedule = "one",
		.primary = &own,
		.override = &over };

	m->schedules[0].kind = SCHEDULE_FEED;
	m->schedules[0].url = "https://cal.example.com/a.ics";
	is(0, "2026-01-05T00:00:00Z", "until never");
	world_shift(
	    m, &own, "2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z", "eli");
	world_shift(
	    m, &over, "2026-01-05T12:00:00Z", "2026-01-05T13:00:00Z", "omar");
	said = duty_after(&duty_none, &c);
	/* There is no override calendar in the matrix any more. */
	is(0, "2026-01-05T12:00:00Z", "eli until 2026-01-06T00:00:00Z");
	m->schedules[0].override_url = "https://cal.example.com/b.ics";
	is(0, "2026-01-05T12:00:00Z", "omar until 2026-01-05T13:00:00Z");
	is(0, "2026-01-05T11:00:00Z", "eli until 2026-01-05T12:00:00Z");
}
END_TEST

START_TEST(no_more_than_there_is_room_for)
{
	struct oncall o;
	struct textbuf names[ONCALL_MAX + 4];

	m->npeople = ONCALL_MAX + 4;
	m->people = arena_alloc(&m->arena, m->npeople * sizeof *m->people);
	m->schedules[0].kind = SCHEDULE_FILE;
	for (size_t i = 0; i < m->npeople; i++) {
		textbuf_init(&names[i]);
		textbuf_addf(&names[i], "p%zu", i);
		m->people[i].name = m->people[i].title = names[i].data;
		world_shift(m, &m->schedules[0].primary, "2026-01-05T00:00:00Z",
		    "2026-01-06T00:00:00Z", names[i].data);
	}
	oncall_at(m, duty(), 0, world_wall("2026-01-05T00:00:00Z"), &o);
	ck_assert_uint_eq(o.count, ONCALL_MAX);
	ck_assert_int_eq(o.people[ONCALL_MAX - 1], ONCALL_MAX - 1);
	for (size_t i = 0; i < m->npeople; i++)
		textbuf_fini(&names[i]);
}
END_TEST

/* --- titles --------------------------------------------------------------- */

static const struct {
	const char *title;
	int person;
} bare[] = {
	{ "dana", DANA },
	{ "DANA", DANA },
	{ " Dana Ruiz ", DANA },
	{ "dana ruiz", DANA },
	{ "@dana", DANA },
	{ "Dana@Example.com", DANA },
	{ "u01dana", DANA },
	{ "[L1] eli", ELI },
	{ "[L1] [night] @eli", ELI },
	{ "eli (until the move)", ELI },
	{ "[L1]@eli(note (inner))", ELI },
	{ "Stein, Mara", MARA },
	{ "", -1 },
	{ "@", -1 },
	{ "[L1]", -1 },
	{ "[L1 eli", -1 },
	{ "(eli)", -1 },
	{ "danax", -1 },
	{ "dan", -1 },
	{ "dana eli", -1 },
};

START_TEST(titles_of_one)
{
	for (size_t i = 0; i < sizeof bare / sizeof bare[0]; i++) {
		int got =
		    oncall_person(m, bare[i].title, strlen(bare[i].title));

		ck_assert_msg(
		    got == bare[i].person, "\"%s\" is %d", bare[i].title, got);
	}
}
END_TEST

static const struct {
	const char *title;
	const char *people;
	bool known;
} several[] = {
	{ "dana, eli", "dana eli ", true },
	{ "eli/dana", "eli dana ", true },
	{ "eli & dana and @omar", "eli dana omar ", true },
	{ "eli; dana,", "eli dana ", true },
	{ "dana, dana", "dana ", true },
	{ "Stein, Mara", "mara ", true },
	{ "[L1/L2] dana (for eli, omar), eli", "dana eli ", true },
	{ "dana, Zed", "dana ", false },
	{ "Zed", "", false },
	{ "", "", false },
	{ " , ", "", false },
	{ "dana and", "", false },
};

START_TEST(titles_of_several)
{
	for (size_t i = 0; i < sizeof several / sizeof several[0]; i++) {
		int people[4];
		size_t count = 0;
		struct textbuf got;
		bool known =
		    oncall_title(m, several[i].title, people, &count, 4);

		textbuf_init(&got);
		for (size_t k = 0; k < count; k++)
			textbuf_addf(&got, "%s ", m->people[people[k]].name);
		ck_assert_msg(strcmp(got.data, several[i].people) == 0,
		    "\"%s\" is %s", several[i].title, got.data);
		ck_assert_msg(
		    known == several[i].known, "\"%s\"", several[i].title);
		textbuf_fini(&got);
	}
}
END_TEST

/* --- commands ------------------------------------------------------------- */

#define FROM  "2026-01-06T00:00:00Z"
#define UNTIL "2026-01-07T00:00:00Z"

static void say(enum duty_kind kind, const char *person, const char *other)
{
	said = world_said(said, kind, "one", person, other, FROM, UNTIL);
}

static void rotation_of_two(void)
{
	world_rotation(m, 0, NULL, "2026-01-05T00:00:00Z", 7 * DAY_MS, two, 2);
}

START_TEST(an_override_takes_the_place)
{
	rotation_of_two();
	say(DUTY_OVERRIDE, "mara", NULL);
	is(0, "2026-01-05T00:00:00Z", "dana until 2026-01-06T00:00:00Z");
	is(0, FROM, "mara until 2026-01-07T00:00:00Z");
	is(0, UNTIL, "dana until 2026-01-12T00:00:00Z");
	say(DUTY_OVERRIDE, "omar", NULL);
	is(0, FROM, "omar until 2026-01-07T00:00:00Z");
	say(DUTY_ADD, "dana", NULL);
	is(0, FROM, "omar dana until 2026-01-07T00:00:00Z");
	say(DUTY_OVERRIDE, "eli", "omar");
	is(0, FROM, "eli dana until 2026-01-07T00:00:00Z");
	say(DUTY_OVERRIDE, "dana", "eli");
	is(0, FROM, "dana until 2026-01-07T00:00:00Z");
	say(DUTY_OVERRIDE, "mara", "omar");
	is(0, FROM, "dana until 2026-01-07T00:00:00Z");
	say(DUTY_REMOVE, "dana", NULL);
	is(0, FROM, "until 2026-01-07T00:00:00Z");
	say(DUTY_ADD, "eli", NULL);
	say(DUTY_ADD, "eli", NULL);
	is(0, FROM, "eli until 2026-01-07T00:00:00Z");
}
END_TEST

START_TEST(what_is_said_of_others_changes_nothing)
{
	rotation_of_two();
	say(DUTY_OVERRIDE, "nobody", NULL);
	say(DUTY_OVERRIDE, "mara", "nobody");
	said = world_said(said, DUTY_ADD, "two", "mara", NULL, FROM, UNTIL);
	said = world_said(said, DUTY_AWAY, NULL, "dana", "eli", FROM, UNTIL);
	is(0, FROM, "dana until 2026-01-07T00:00:00Z");
	is(0, UNTIL, "dana until 2026-01-12T00:00:00Z");
}
END_TEST

START_TEST(an_override_answers_for_an_unknown_name)
{
	calendar_of_two(0);
	said = world_said(said, DUTY_ADD, "one", "mara", NULL,
	    "2026-01-20T00:00:00Z", "2026-01-20T12:00:00Z");
	is(0, "2026-01-20T00:00:00Z", "mara ?who until 2026-01-20T12:00:00Z");
	said = world_said(said, DUTY_OVERRIDE, "one", "mara", NULL,
	    "2026-01-20T00:00:00Z", "2026-01-20T12:00:00Z");
	is(0, "2026-01-20T00:00:00Z", "mara until 2026-01-20T12:00:00Z");
}
END_TEST

/* --- stretches ------------------------------------------------------------ */

/* "FROM..TO dana eli\n" */
static void between(
    const char *from, const char *to, size_t max, const char *want)
{
	struct oncall_stretch out[16];
	size_t n = oncall_between(
	    m, duty(), 0, world_wall(from), world_wall(to), out, max);
	struct textbuf got;

	textbuf_init(&got);
	for (size_t i = 0; i < n; i++) {
		char text[WALL_TEXT_MAX];

		wall_format(out[i].from, text);
		textbuf_addf(&got, "%.*s", 10, text);
		wall_format(out[i].to, text);
		textbuf_addf(&got, "..%.*s", 10, text);
		for (size_t k = 0; k < out[i].who.count; k++)
			textbuf_addf(
			    &got, " %s", m->people[out[i].who.people[k]].name);
		textbuf_addc(&got, '\n');
	}
	ck_assert_msg(
	    strcmp(got.data, want) == 0, "expected\n%sgot\n%s", want, got.data);
	textbuf_fini(&got);
}

START_TEST(stretches_from_end_to_end)
{
	static const int some[] = { DANA, DANA, ELI };

	world_rotation(m, 0, NULL, "2026-01-05T00:00:00Z", DAY_MS, some, 3);
	between("2026-01-03T00:00:00Z", "2026-01-10T00:00:00Z", 16,
	    "2026-01-03..2026-01-05\n2026-01-05..2026-01-07 dana\n"
	    "2026-01-07..2026-01-08 eli\n2026-01-08..2026-01-10 dana\n");
	between("2026-01-03T00:00:00Z", "2026-01-10T00:00:00Z", 2,
	    "2026-01-03..2026-01-05\n2026-01-05..2026-01-07 dana\n");
	said = world_said(said, DUTY_OVERRIDE, "one", "dana", "eli",
	    "2026-01-07T00:00:00Z", "2026-01-08T00:00:00Z");
	between("2026-01-06T00:00:00Z", "2026-01-10T00:00:00Z", 16,
	    "2026-01-06..2026-01-10 dana\n");
	between("2026-01-06T00:00:00Z", "2026-01-06T00:00:00Z", 16, "");
}
END_TEST

START_TEST(names_of_schedules)
{
	m->roles = arena_alloc(&m->arena, 2 * sizeof *m->roles);
	m->nroles = 2;
	m->roles[0] =
	    (struct role){ .name = "primary", .who = { WHO_SCHEDULE, 2 } };
	m->roles[1] =
	    (struct role){ .name = "lead", .who = { WHO_PERSON, MARA } };
	ck_assert_int_eq(oncall_schedule(m, "primary"), 2);
	ck_assert_int_eq(oncall_schedule(m, "two"), 1);
	ck_assert_int_eq(oncall_schedule(m, "lead"), -1);
	ck_assert_int_eq(oncall_schedule(m, "none"), -1);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("oncall");
	TCase *tc = tcase_create("oncall");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, turns_of_a_week);
	tcase_add_test(tc, night_shifts_when_the_clocks_change);
	tcase_add_test(tc, a_hand_off_that_does_not_exist_or_comes_twice);
	tcase_add_test(tc, turns_shorter_than_the_gap);
	tcase_add_test(tc, hours_of_a_rotation);
	tcase_add_test(tc, one_member_and_no_zone);
	tcase_add_test(tc, shifts_overlap_and_leave_gaps);
	tcase_add_test(tc, the_override_calendar_beats_while_somebody_is_on_it);
	tcase_add_test(tc, a_feed_is_its_last_copy);
	tcase_add_test(tc, no_more_than_there_is_room_for);
	tcase_add_test(tc, titles_of_one);
	tcase_add_test(tc, titles_of_several);
	tcase_add_test(tc, an_override_takes_the_place);
	tcase_add_test(tc, what_is_said_of_others_changes_nothing);
	tcase_add_test(tc, an_override_answers_for_an_unknown_name);
	tcase_add_test(tc, stretches_from_end_to_end);
	tcase_add_test(tc, names_of_schedules);
	suite_add_tcase(s, tc);
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
