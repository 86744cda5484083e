/* test_people_json.c - people and their absences as the API shows them.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/duty_json.h"
#include "wire/json_gate.h"
#include "wire/people_json.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define START_MS INT64_C(1767603600000) /* Monday 2026-01-05T09:00:00Z */
#define NOW	 wall_at(START_MS)

enum { DANA, ELI, MARA, NPEOPLE };

static struct matrix *m;
static struct duty *d;

static struct person people[NPEOPLE] = {
	[DANA] = { .name = "dana",
	    .title = "Dana Ruiz",
	    .email = "dana@example.com",
	    .hours = 0,
	    .quiet = -1 },
	[ELI] = { .name = "eli",
	    .title = "Eli Park",
	    .zone_name = "America/New_York",
	    .hours = 0,
	    .quiet = 1,
	    .quiet_not = 2 },
	[MARA] = { .name = "mara", .title = "Mara", .hours = -1, .quiet = -1 },
};

static struct team_member members[] = { { .person = ELI }, { .person = DANA } };
static struct team teams[] = { { .name = "frontline",
    .members = members,
    .nmembers = 2,
    .lead = MARA,
    .channel = -1,
    .chain = -1 } };
static struct role roles[] = {
	{ .name = "backup", .who = { WHO_PERSON, ELI } },
	{ .name = "primary", .who = { WHO_TEAM, 0 } },
};
static struct severity severities[] = { { .name = "P1" }, { .name = "P2" } };
static struct channel channels[] = { { .name = "pager" }, { .name = "mail" } };
static struct ways ways[] = { { { 0, 1 }, 2 }, { { 1 }, 1 }, { { 0 }, 0 } };

static struct calendar *daily(const char *name, int from, int to)
{
	struct calendar_spec spec = { .name = name };
	struct errtext err;
	struct calendar *c;

	for (int day = 0; day < 7; day++)
		spec.week[day] = (struct day_hours){ .count = 1,
			.at = {
			    { (int16_t)(60 * from), (int16_t)(60 * to) } } };
	c = calendar_build(&spec, &err);
	ck_assert_msg(c != NULL, "%s", err.text);
	return c;
}

static void setup(void)
{
	m = matrix_new();
	m->calendars = arena_alloc(&m->arena, 2 * sizeof *m->calendars);
	m->calendars[0] = daily("office", 8, 17);
	m->calendars[1] = daily("lunch", 9, 10);
	m->ncalendars = 2;
	people[DANA].ways = ways;
	m->people = people;
	m->npeople = NPEOPLE;
	m->teams = teams;
	m->nteams = 1;
	m->roles = roles;
	m->nroles = 2;
	m->severities = severities;
	m->nseverities = 2;
	m->channels = channels;
	m->nchannels = 2;
	d = NULL;
}

static void teardown(void)
{
	duty_free(d);
	matrix_free(m);
}

/* One more change of that kind; the numbers count from 1. */
static void say(enum duty_kind kind, const char *person, const char *other,
    struct wall from, struct wall until)
{
	struct duty_change c = { .kind = kind,
		.person = person,
		.other = other,
		.schedule = kind == DUTY_AWAY ? "" : "support",
		.from = from,
		.until = until,
		.by = "mara",
		.why = "",
		.at = NOW };
	struct duty *next = duty_after(d != NULL ? d : &duty_none, &c);

	duty_free(d);
	d = next;
}

/* What it writes is strict JSON; the text lives until the next call. */
static const char *checked(struct textbuf *tb)
{
	struct errtext err;

	ck_assert_msg(
	    json_gate(tb->data, tb->len, &err), "%s: %s", err.text, tb->data);
	return tb->data;
}

static const char *shown(int person, struct wall now)
{
	static struct textbuf tb;
	struct json_out j;

	textbuf_fini(&tb);
	textbuf_init(&tb);
	json_out_init(&j, &tb);
	person_json(m, d != NULL ? d : &duty_none, person, now, &j);
	return checked(&tb);
}

static const char *changes(struct wall now)
{
	static struct textbuf tb;
	struct json_out j;

	textbuf_fini(&tb);
	textbuf_init(&tb);
	json_out_init(&j, &tb);
	duty_json(d, now, NULL, &j);
	return checked(&tb);
}

#define HAS(text, part)                                                        \
	ck_assert_msg(strstr(text, part) != NULL, "%s\nin %s", part, text)
#define HAS_NOT(text, part)                                                    \
	ck_assert_msg(strstr(text, part) == NULL, "%s\nin %s", part, text)

START_TEST(test_whole)
{
	ck_assert_str_eq(shown(DANA, NOW),
	    "{\"now\":\"2026-01-05T09:00:00Z\",\"person\":\"dana\","
	    "\"name\":\"Dana Ruiz\",\"slack\":null,"
	    "\"email\":\"dana@example.com\",\"zone\":\"UTC\","
	    "\"hours\":\"office\",\"on_duty\":true,\"quiet\":null,"
	    "\"away\":null,\"covered_by\":null,\"covers\":[],"
	    "\"absences\":[],\"teams\":[\"frontline\"],\"leads\":[],"
	    "\"roles\":[\"primary\"],\"oncall\":[],"
	    "\"channels\":{\"P1\":[\"pager\",\"mail\"],\"P2\":[\"mail\"],"
	    "\"any\":[]},\"sees\":null,\"limit\":null}");
}
END_TEST

START_TEST(test_spared)
{
	m->person_limit = (struct limit){ 12, 3600000 };
	people[ELI].sees = SEES_OWN;
	people[ELI].limit = (struct limit){ 3, 900000 };
	people[MARA].sees = SEES_ALL;
	HAS(shown(ELI, NOW),
	    "\"sees\":\"own\",\"limit\":{\"count\":3,\"per_s\":900}}");
	HAS(shown(MARA, NOW),
	    "\"sees\":\"all\",\"limit\":{\"count\":12,\"per_s\":3600}}");
	HAS(shown(DANA, NOW),
	    "\"sees\":null,\"limit\":{\"count\":12,\"per_s\":3600}}");
	people[ELI].sees = people[MARA].sees = SEES_UNSAID;
	people[ELI].limit = (struct limit){ 0, 0 };
}
END_TEST

START_TEST(test_duty_and_quiet)
{
	const char *text;

	/* Their own quiet hours are those of 9 to 10. */
	text = shown(ELI, NOW);
	HAS(text, "\"on_duty\":false");
	HAS(text, "\"quiet\":{\"hours\":\"lunch\",\"unless\":[\"P2\"],"
		  "\"now\":true}");
	HAS(text, "\"zone\":\"America/New_York\"");
	HAS(text, "\"roles\":[\"backup\",\"primary\"]");
	HAS(text, "\"channels\":null");
	text = shown(ELI, wall_plus(NOW, HOUR_MS));
	HAS(text, "\"on_duty\":true");
	HAS(text, "\"now\":false}");
	HAS(shown(DANA, wall_plus(NOW, 8 * HOUR_MS)), "\"on_duty\":false");
	text = shown(MARA, NOW);
	HAS(text, "\"hours\":null,\"on_duty\":true");
	HAS(text, "\"teams\":[],\"leads\":[\"frontline\"],\"roles\":[]");
}
END_TEST

START_TEST(test_away)
{
	struct wall later = wall_plus(NOW, DAY_MS);
	const char *text;

	say(DUTY_AWAY, "dana", "eli", NOW, later);
	say(DUTY_AWAY, "eli", "mara", NOW, wall_plus(NOW, HOUR_MS));
	say(DUTY_AWAY, "dana", "", wall_plus(NOW, 9 * DAY_MS), WALL_NEVER);
	ck_assert_uint_eq(people_away(m, d, NOW), 2);
	text = shown(DANA, NOW);
	HAS(text,
	    "\"away\":{\"number\":1,\"kind\":\"away\",\"person\":\"dana\","
	    "\"cover\":\"eli\",\"from\":\"2026-01-05T09:00:00Z\","
	    "\"until\":\"2026-01-06T09:00:00Z\",\"by\":\"mara\","
	    "\"why\":null,\"at\":\"2026-01-05T09:00:00Z\"},"
	    "\"covered_by\":\"mara\"");
	HAS(text, "\"absences\":[{\"number\":1,");
	HAS(text, "{\"number\":3,");
	HAS(text, "\"on_duty\":false");
	HAS(shown(MARA, NOW), "\"covers\":[\"dana\",\"eli\"]");
	/* An hour later eli is back, and stands in alone. */
	text = shown(DANA, wall_plus(NOW, HOUR_MS));
	HAS(text, "\"covered_by\":\"eli\"");
	HAS(shown(MARA, wall_plus(NOW, HOUR_MS)), "\"covers\":[]");
	/* Over is over, to come is to come. */
	text = shown(DANA, later);
	HAS(text, "\"away\":null");
	HAS_NOT(text, "\"number\":1,");
	HAS(text, "\"until\":null");
	ck_assert_uint_eq(people_away(m, d, later), 0);
}
END_TEST

START_TEST(test_changes)
{
	struct duty_change feed = { .kind = DUTY_FEED,
		.person = "",
		.other = "",
		.schedule = "feed",
		.by = "",
		.why = "",
		.from = NOW,
		.until = WALL_NEVER,
		.at = NOW,
		.bytes = "BEGIN",
		.len = 5 };
	struct duty_change drop = { .kind = DUTY_DROP,
		.number = 9,
		.target = 4,
		.by = "mara",
		.from = NOW,
		.until = WALL_NEVER,
		.at = NOW };
	struct duty *next;
	struct textbuf tb;
	struct json_out j;
	const char *text;

	say(DUTY_OVERRIDE, "mara", "dana", NOW, wall_plus(NOW, HOUR_MS));
	say(DUTY_ADD, "mara", "", NOW, wall_plus(NOW, DAY_MS));
	next = duty_after(d, &feed);
	duty_free(d);
	d = next;
	text = changes(NOW);
	HAS(text,
	    "[{\"number\":1,\"kind\":\"override\",\"schedule\":\"support\","
	    "\"person\":\"mara\",\"instead_of\":\"dana\",");
	HAS(text, "{\"number\":2,\"kind\":\"add\",");
	HAS(text, "\"instead_of\":null");
	HAS_NOT(text, "feed");
	HAS_NOT(changes(wall_plus(NOW, HOUR_MS)), "override");
	ck_assert_str_eq(changes(wall_plus(NOW, DAY_MS)), "[]");
	textbuf_init(&tb);
	json_out_init(&j, &tb);
	duty_change_json(&drop, NULL, &j);
	HAS(checked(&tb), "{\"number\":9,\"kind\":\"drop\",\"target\":4,");
	HAS_NOT(tb.data, "person");
	textbuf_fini(&tb);
}
END_TEST

/* The zone of their hours stands in for one of their own. */
START_TEST(test_zone)
{
	struct calendar_spec spec = { .name = "there" };
	struct zone *utc = zone_utc();
	struct errtext err;

	ck_assert_str_eq(person_zone(m, DANA), "UTC");
	ck_assert_ptr_null(calendar_zone(m->calendars[0]));
	spec.zone = utc;
	spec.week[0] = (struct day_hours){ .count = 1, .at = { { 0, 60 } } };
	calendar_free(m->calendars[0]);
	m->calendars[0] = calendar_build(&spec, &err);
	zone_free(utc); /* the calendar keeps the name, not the zone */
	ck_assert_str_eq(calendar_zone(m->calendars[0]), "UTC");
	ck_assert_str_eq(person_zone(m, ELI), "America/New_York");
	ck_assert_str_eq(person_zone(m, MARA), "UTC");
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("people_json");
	TCase *tc = tcase_create("people_json");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_whole);
	tcase_add_test(tc, test_spared);
	tcase_add_test(tc, test_duty_and_quiet);
	tcase_add_test(tc, test_away);
	tcase_add_test(tc, test_changes);
	tcase_add_test(tc, test_zone);
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
