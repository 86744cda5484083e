/* test_oncall_json.c - is who is on call told as oncall_json.h says?
 *
 * SPDX-License-Identifier: MIT */
#include "wire/oncall_json.h"

#include "lib/oncall_world.h"

#include <check.h>
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

static struct matrix *m;
static struct duty *said;
static cJSON *tree;

static const int two[] = { DANA, ELI };

static void setup(void)
{
	m = world_matrix(3);
	said = NULL;
	world_rotation(m, 0, world_zone(m, "Europe/Berlin"),
	    "2026-01-05T09:00:00Z", 7 * DAY_MS, two, 2);
	m->schedules[1].kind = SCHEDULE_FILE;
	world_shift(m, &m->schedules[1].primary, "2026-01-06T00:00:00Z",
	    "2026-01-07T00:00:00Z", "mara");
	world_shift(m, &m->schedules[1].primary, "2026-01-08T00:00:00Z",
	    "2026-01-09T00:00:00Z", "Zoe \"Z\"");
	m->schedules[2].kind = SCHEDULE_FEED;
	m->schedules[2].url = "https://cal.example.com/secret";
	m->schedules[2].zone = world_zone(m, "America/St_Johns");
	m->schedules[2].zone_name = "America/St_Johns";
	m->teams = arena_alloc(&m->arena, sizeof *m->teams);
	m->nteams = 1;
	m->teams[0].name = "experts";
	m->teams[0].members =
	    arena_alloc(&m->arena, 2 * sizeof *m->teams[0].members);
	m->teams[0].nmembers = 2;
	m->teams[0].members[0].person = OMAR;
	m->teams[0].members[1].person = MARA;
	m->roles = arena_alloc(&m->arena, 3 * sizeof *m->roles);
	m->nroles = 3;
	m->roles[0] = (struct role){ .name = "primary",
		.who = { WHO_SCHEDULE, 0 },
		.authority = "all" };
	m->roles[1] =
	    (struct role){ .name = "lead", .who = { WHO_PERSON, MARA } };
	m->roles[2] = (struct role){ .name = "group", .who = { WHO_TEAM, 0 } };
}

static void teardown(void)
{
	cJSON_Delete(tree);
	duty_free(said);
	matrix_free(m);
}

/* The text of what a path leads to: "oncall.0.people.1.name". */
static const char *at(const char *path)
{
	static char kept[4][200];
	static int turn;
	const cJSON *node = tree;
	char *text;

	while (*path != '\0' && node != NULL) {
		size_t len = strcspn(path, ".");
		char part[40];

		ck_assert_uint_lt(len, sizeof part);
		memcpy(part, path, len);
		part[len] = '\0';
		node = cJSON_IsArray(node)
			   ? cJSON_GetArrayItem(node, atoi(part))
			   : cJSON_GetObjectItemCaseSensitive(node, part);
		path += len + (path[len] == '.');
	}
	if (node == NULL)
		return "missing";
	if (cJSON_IsString(node))
		return node->valuestring;
	text = cJSON_PrintUnformatted(node);
	turn = (turn + 1) % 4;
	strncpy(kept[turn], text, sizeof kept[turn] - 1);
	cJSON_free(text);
	return kept[turn];
}

static void ask(const char *from, const char *until, const char *name)
{
	struct textbuf out;

	textbuf_init(&out);
	oncall_to_json(m, said == NULL ? &duty_none : said, world_wall(from),
	    world_wall(until), name, &out);
	cJSON_Delete(tree);
	tree = cJSON_ParseWithLength(out.data, out.len);
	ck_assert_msg(tree != NULL, "%s", out.data);
	ck_assert_msg(strstr(out.data, "secret") == NULL, "%s", out.data);
	textbuf_fini(&out);
}

START_TEST(a_role_by_rotation)
{
	ask("2026-01-11T12:00:00Z", "2026-02-10T12:00:00Z", "primary");
	ck_assert_str_eq(at("at"), "2026-01-11T12:00:00Z");
	ck_assert_str_eq(at("until"), "2026-02-10T12:00:00Z");
	ck_assert_str_eq(at("oncall.1"), "missing");
	ck_assert_str_eq(at("oncall.0.role"), "primary");
	ck_assert_str_eq(at("oncall.0.schedule"), "one");
	ck_assert_str_eq(at("oncall.0.kind"), "rotation");
	ck_assert_str_eq(at("oncall.0.zone"), "Europe/Berlin");
	ck_assert_str_eq(at("oncall.0.authority"), "all");
	ck_assert_str_eq(at("oncall.0.fetched"), "null");
	ck_assert_str_eq(at("oncall.0.people"),
	    "[{\"person\":\"dana\",\"name\":\"Dana Ruiz\",\"away\":false,"
	    "\"away_until\":null,\"cover\":null}]");
	ck_assert_str_eq(at("oncall.0.unknown"), "null");
	ck_assert_str_eq(at("oncall.0.until"), "2026-01-12T08:00:00Z");
	ck_assert_str_eq(at("oncall.0.next"),
	    "{\"from\":\"2026-01-12T08:00:00Z\","
	    "\"from_local\":\"2026-01-12T09:00:00+01:00\","
	    "\"people\":[\"eli\"]}");
	ck_assert_str_eq(at("oncall.0.gaps"), "[]");
	ck_assert_str_eq(at("oncall.0.stretches.4.to"), "2026-02-09T08:00:00Z");
	ck_assert_str_eq(at("oncall.0.stretches.5.to"), "2026-02-10T12:00:00Z");
	ck_assert_str_eq(at("oncall.0.stretches.6"), "missing");
	ck_assert_str_eq(at("oncall.0.more"), "false");
}
END_TEST

START_TEST(a_schedule_with_gaps_and_strangers)
{
	ask("2026-01-05T00:00:00Z", "2026-01-10T00:00:00Z", "two");
	ck_assert_str_eq(at("oncall.0.role"), "null");
	ck_assert_str_eq(at("oncall.0.kind"), "file");
	ck_assert_str_eq(at("oncall.0.zone"), "UTC");
	ck_assert_str_eq(at("oncall.0.people"), "[]");
	ck_assert_str_eq(at("oncall.0.until"), "2026-01-06T00:00:00Z");
	ck_assert_str_eq(at("oncall.0.next.people.0"), "mara");
	ck_assert_str_eq(at("oncall.0.gaps.0.from"), "2026-01-05T00:00:00Z");
	ck_assert_str_eq(at("oncall.0.gaps.0.to"), "2026-01-06T00:00:00Z");
	ck_assert_str_eq(
	    at("oncall.0.gaps.1.from_local"), "2026-01-07T00:00:00+00:00");
	ck_assert_str_eq(at("oncall.0.gaps.3.to"), "2026-01-10T00:00:00Z");
	ck_assert_str_eq(at("oncall.0.gaps.4"), "missing");
	ck_assert_str_eq(at("oncall.0.stretches.3.unknown"), "Zoe \"Z\"");
	ask("2026-01-08T12:00:00Z", "2026-01-10T00:00:00Z", "two");
	ck_assert_str_eq(at("oncall.0.unknown"), "Zoe \"Z\"");
	ck_assert_str_eq(at("oncall.0.next"), "null");
	/* Nobody takes over any more. */
	ask("2026-01-09T12:00:00Z", "2026-01-10T00:00:00Z", "two");
	ck_assert_str_eq(at("oncall.0.until"), "null");
}
END_TEST

START_TEST(a_feed_has_the_time_of_its_copy)
{
	struct shifts own = { NULL, 0, 0 };
	struct duty_change c = { .kind = DUTY_FEED,
		.schedule = "three",
		.primary = &own,
		.at = world_wall("2026-01-05T10:00:00Z") };

	ask("2026-07-05T00:00:00Z", "2026-07-06T00:00:00Z", "three");
	ck_assert_str_eq(at("oncall.0.kind"), "feed");
	ck_assert_str_eq(at("oncall.0.fetched"), "null");
	ck_assert_str_eq(
	    at("oncall.0.gaps.0.from_local"), "2026-07-04T21:30:00-02:30");
	world_shift(
	    m, &own, "2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z", "omar");
	said = duty_after(&duty_none, &c);
	ask("2026-01-05T12:00:00Z", "2026-01-06T00:00:00Z", "three");
	ck_assert_str_eq(at("oncall.0.fetched"), "2026-01-05T10:00:00Z");
	ck_assert_str_eq(at("oncall.0.people.0.person"), "omar");
}
END_TEST

START_TEST(who_is_away_is_told_so)
{
	said = world_said(said, DUTY_AWAY, NULL, "mara", "omar",
	    "2026-01-05T00:00:00Z", "2026-01-07T00:00:00Z");
	said = world_said(
	    said, DUTY_AWAY, NULL, "omar", NULL, "2026-01-05T00:00:00Z", NULL);
	ask("2026-01-06T00:00:00Z", "2026-01-10T00:00:00Z", "lead");
	ck_assert_str_eq(at("oncall.0.kind"), "person");
	ck_assert_str_eq(at("oncall.0.schedule"), "null");
	ck_assert_str_eq(at("oncall.0.people"),
	    "[{\"person\":\"mara\",\"name\":\"Stein, Mara\",\"away\":true,"
	    "\"away_until\":\"2026-01-07T00:00:00Z\",\"cover\":\"omar\"}]");
	ask("2026-01-06T00:00:00Z", "2026-01-10T00:00:00Z", "group");
	ck_assert_str_eq(at("oncall.0.kind"), "team");
	ck_assert_str_eq(at("oncall.0.people.0.away"), "true");
	ck_assert_str_eq(at("oncall.0.people.0.away_until"), "null");
	ck_assert_str_eq(at("oncall.0.people.0.cover"), "null");
	ck_assert_str_eq(at("oncall.0.people.1.cover"), "omar");
	ck_assert_str_eq(at("oncall.0.stretches"), "[]");
}
END_TEST

START_TEST(all_of_them)
{
	ask("2026-01-05T00:00:00Z", "2026-01-10T00:00:00Z", NULL);
	ck_assert_str_eq(at("oncall.0.role"), "primary");
	ck_assert_str_eq(at("oncall.1.role"), "lead");
	ck_assert_str_eq(at("oncall.2.role"), "group");
	/* "one" is primary's. */
	ck_assert_str_eq(at("oncall.3.schedule"), "two");
	ck_assert_str_eq(at("oncall.4.schedule"), "three");
	ck_assert_str_eq(at("oncall.5"), "missing");
	m->nroles = m->nschedules = 0;
	ask("2026-01-05T00:00:00Z", "2026-01-10T00:00:00Z", NULL);
	ck_assert_str_eq(at("oncall"), "[]");
}
END_TEST

START_TEST(no_more_stretches_than_room)
{
	m->schedules[0].rotation.shift_ms = MINUTE_MS;
	ask("2026-01-06T00:00:00Z", "2026-02-06T00:00:00Z", "one");
	ck_assert_str_eq(at("oncall.0.more"), "true");
	ck_assert_int_eq(
	    cJSON_GetArraySize(cJSON_GetObjectItem(
		cJSON_GetArrayItem(cJSON_GetObjectItem(tree, "oncall"), 0),
		"stretches")),
	    ONCALL_STRETCHES_MAX);
}
END_TEST

START_TEST(names_that_are_known)
{
	struct errtext err = { "" };

	ck_assert(oncall_knows(m, "primary", &err));
	ck_assert(oncall_knows(m, "lead", &err));
	ck_assert(oncall_knows(m, "two", &err));
	ck_assert(!oncall_knows(m, "primry", &err));
	ck_assert_str_eq(err.text,
	    "unknown role or on-call schedule \"primry\"; did you mean "
	    "\"primary\"?");
	ck_assert(!oncall_knows(m, "thre", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "\"three\""));
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("oncall_json");
	TCase *tc = tcase_create("oncall_json");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_role_by_rotation);
	tcase_add_test(tc, a_schedule_with_gaps_and_strangers);
	tcase_add_test(tc, a_feed_has_the_time_of_its_copy);
	tcase_add_test(tc, who_is_away_is_told_so);
	tcase_add_test(tc, all_of_them);
	tcase_add_test(tc, no_more_stretches_than_room);
	tcase_add_test(tc, names_that_are_known);
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
