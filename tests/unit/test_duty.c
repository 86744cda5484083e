/* test_duty.c - does each value of duty.h hold what was said, and no more?
 *
 * SPDX-License-Identifier: MIT */
#include "core/duty.h"

#include "lib/oncall_world.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct duty_change *away(
    const struct duty *d, const char *person, const char *at)
{
	return duty_away(d, person, world_wall(at));
}

START_TEST(kinds_have_names)
{
	for (int i = 0; i < DUTY_KIND_COUNT; i++) {
		enum duty_kind k = DUTY_KIND_COUNT;

		ck_assert(
		    duty_kind_parse(duty_kind_name((enum duty_kind)i), &k));
		ck_assert_int_eq((int)k, i);
	}
	ck_assert(!duty_kind_parse("gone", &(enum duty_kind){ DUTY_AWAY }));
	ck_assert(!duty_kind_parse(NULL, &(enum duty_kind){ DUTY_AWAY }));
}
END_TEST

START_TEST(away_from_and_until)
{
	struct duty *d = world_said(NULL, DUTY_AWAY, NULL, "dana", "eli",
	    "2026-01-05T09:00:00Z", "2026-01-06T09:00:00Z");

	ck_assert_ptr_null(away(d, "dana", "2026-01-05T08:59:59Z"));
	ck_assert_str_eq(away(d, "dana", "2026-01-05T09:00:00Z")->other, "eli");
	ck_assert_ptr_nonnull(away(d, "dana", "2026-01-06T08:59:59Z"));
	ck_assert_ptr_null(away(d, "dana", "2026-01-06T09:00:00Z"));
	ck_assert_ptr_null(away(d, "eli", "2026-01-05T10:00:00Z"));
	ck_assert_ptr_null(away(&duty_none, "dana", "2026-01-05T10:00:00Z"));
	ck_assert_int_eq(d->number, 1);
	duty_free(d);
}
END_TEST

START_TEST(the_absence_said_last_holds)
{
	struct duty *d = world_said(
	    NULL, DUTY_AWAY, NULL, "dana", "eli", "2026-01-05T00:00:00Z", NULL);

	d = world_said(d, DUTY_AWAY, NULL, "dana", "mara",
	    "2026-01-07T00:00:00Z", "2026-01-08T00:00:00Z");
	ck_assert_str_eq(away(d, "dana", "2026-01-06T00:00:00Z")->other, "eli");
	ck_assert_str_eq(
	    away(d, "dana", "2026-01-07T12:00:00Z")->other, "mara");
	ck_assert_str_eq(away(d, "dana", "2027-01-01T00:00:00Z")->other, "eli");
	ck_assert_int_eq(d->number, 2);
	ck_assert_int_eq(away(d, "dana", "2026-01-07T12:00:00Z")->number, 2);
	duty_free(d);
}
END_TEST

START_TEST(back_ends_what_has_begun)
{
	struct duty *d = world_said(
	    NULL, DUTY_AWAY, NULL, "dana", NULL, "2026-01-05T00:00:00Z", NULL);

	d = world_said(d, DUTY_AWAY, NULL, "dana", NULL, "2026-01-20T00:00:00Z",
	    "2026-01-21T00:00:00Z");
	d = world_said(
	    d, DUTY_AWAY, NULL, "eli", NULL, "2026-01-05T00:00:00Z", NULL);
	d = world_said(
	    d, DUTY_BACK, NULL, "dana", NULL, "2026-01-10T12:00:00Z", NULL);
	ck_assert_ptr_nonnull(away(d, "dana", "2026-01-10T11:59:59Z"));
	ck_assert_ptr_null(away(d, "dana", "2026-01-10T12:00:00Z"));
	ck_assert_ptr_nonnull(away(d, "dana", "2026-01-20T12:00:00Z"));
	ck_assert_ptr_nonnull(away(d, "eli", "2026-01-20T12:00:00Z"));
	ck_assert_uint_eq(d->count, 3);
	ck_assert_int_eq(d->number, 4);
	d = world_said(
	    d, DUTY_AWAY, NULL, "dana", NULL, "2026-01-12T00:00:00Z", NULL);
	ck_assert_ptr_nonnull(away(d, "dana", "2026-01-20T12:00:00Z"));
	duty_free(d);
}
END_TEST

START_TEST(drop_takes_one_back)
{
	struct duty *d = world_said(
	    NULL, DUTY_AWAY, NULL, "dana", NULL, "2026-01-05T00:00:00Z", NULL);
	struct duty_change drop = { .kind = DUTY_DROP, .target = 1 };
	struct duty *after;

	d = world_said(d, DUTY_ADD, "one", "eli", NULL, "2026-01-05T00:00:00Z",
	    "2026-01-06T00:00:00Z");
	after = duty_after(d, &drop);
	ck_assert_uint_eq(after->count, 1);
	ck_assert_int_eq((int)after->items[0].kind, DUTY_ADD);
	ck_assert_int_eq(after->number, 3);
	/* The value before is as it was. */
	ck_assert_uint_eq(d->count, 2);
	ck_assert_ptr_nonnull(away(d, "dana", "2026-01-05T12:00:00Z"));
	duty_free(d);
	drop.target = 77;
	d = duty_after(after, &drop);
	ck_assert_uint_eq(d->count, 1);
	duty_free(after);
	duty_free(d);
}
END_TEST

START_TEST(what_is_over_is_left_out)
{
	struct duty_change c = { .kind = DUTY_ADD,
		.person = "mara",
		.schedule = "one",
		.from = world_wall("2026-02-01T00:00:00Z"),
		.until = world_wall("2026-02-02T00:00:00Z"),
		.at = world_wall("2026-01-06T09:00:00Z") };
	struct duty *d = world_said(NULL, DUTY_AWAY, NULL, "dana", NULL,
	    "2026-01-05T09:00:00Z", "2026-01-06T09:00:00Z");
	struct duty *after;

	d = world_said(d, DUTY_OVERRIDE, "one", "eli", NULL,
	    "2026-01-05T09:00:00Z", "2026-01-06T09:00:01Z");
	after = duty_after(d, &c);
	ck_assert_uint_eq(after->count, 2);
	ck_assert_str_eq(after->items[0].person, "eli");
	ck_assert_str_eq(after->items[1].person, "mara");
	ck_assert_str_eq(after->items[1].by, "");
	ck_assert_int_eq(after->items[0].number, 2);
	ck_assert_int_eq(after->items[1].number, 3);
	duty_free(d);
	duty_free(after);
}
END_TEST

/* --- feeds ---------------------------------------------------------------- */

static struct shift some_shifts[] = {
	{ { 1000 }, { 2000 }, "dana" },
	{ { 2000 }, { 3000 }, "eli" },
	{ { 3000 }, { 4000 }, "dana" },
};

START_TEST(a_feed_has_its_last_copy)
{
	struct shifts own = { some_shifts, 3, 1000 };
	struct shifts fewer = { some_shifts, 1, 1000 };
	char bytes[] = "abc";
	struct duty_change c = { .kind = DUTY_FEED,
		.schedule = "one",
		.bytes = bytes,
		.len = 3,
		.primary = &own };
	struct duty *d = duty_after(&duty_none, &c);
	struct duty *after;
	const struct duty_change *copy = duty_feed(d, "one");

	memset(bytes, 'x', 3);
	own.count = 0;
	ck_assert_int_eq(memcmp(copy->bytes, "abc", 3), 0);
	ck_assert_uint_eq(copy->primary->count, 3);
	ck_assert_str_eq(copy->primary->items[1].title, "eli");
	ck_assert_str_eq(copy->primary->items[2].title, "dana");
	ck_assert_int_eq(copy->primary->longest_ms, 1000);
	ck_assert_ptr_null(copy->override);
	ck_assert_ptr_null(duty_feed(d, "two"));
	c.schedule = "two";
	after = duty_after(d, &c);
	duty_free(d);
	ck_assert_uint_eq(after->count, 2);
	c.schedule = "one";
	c.primary = &fewer;
	c.override = &fewer;
	d = duty_after(after, &c);
	duty_free(after);
	ck_assert_uint_eq(d->count, 2);
	ck_assert_uint_eq(duty_feed(d, "one")->primary->count, 1);
	ck_assert_int_eq(duty_feed(d, "one")->number, 3);
	duty_free(d);
}
END_TEST

START_TEST(what_cannot_be_read_keeps_the_last_good_copy)
{
	struct shifts own = { some_shifts, 3, 1000 };
	struct duty_change c = { .kind = DUTY_FEED,
		.schedule = "one",
		.bytes = "old",
		.len = 3,
		.primary = &own,
		.override_bytes = "over",
		.override_len = 4,
		.override = &own };
	struct duty *d = duty_after(&duty_none, &c);
	struct duty *after;
	const struct duty_change *copy;

	c.primary = NULL;
	c.bytes = "broken";
	c.len = 6;
	c.override_bytes = "new";
	c.override_len = 3;
	c.at = wall_at(5000);
	after = duty_after(d, &c);
	duty_free(d);
	copy = duty_feed(after, "one");
	ck_assert_uint_eq(after->count, 1);
	ck_assert_uint_eq(copy->primary->count, 3);
	ck_assert_int_eq(memcmp(copy->bytes, "old", 3), 0);
	ck_assert_uint_eq(copy->len, 3);
	ck_assert_int_eq(memcmp(copy->override_bytes, "new", 3), 0);
	ck_assert_int_eq(copy->at.ms, 5000);
	c.override = NULL;
	d = duty_after(after, &c);
	duty_free(after);
	copy = duty_feed(d, "one");
	ck_assert_uint_eq(copy->override->count, 3);
	ck_assert_int_eq(memcmp(copy->override_bytes, "new", 3), 0);
	/* There is no such calendar any more. */
	c.override_bytes = NULL;
	after = duty_after(d, &c);
	duty_free(d);
	ck_assert_ptr_null(duty_feed(after, "one")->override);
	ck_assert_uint_eq(duty_feed(after, "one")->primary->count, 3);
	duty_free(after);
}
END_TEST

/* Neither time nor anybody's return ends a copy, and nobody drops it. */
START_TEST(a_copy_stays)
{
	struct shifts own = { some_shifts, 3, 1000 };
	struct duty_change c = {
		.kind = DUTY_FEED, .schedule = "one", .primary = &own
	};
	struct duty_change drop = { .kind = DUTY_DROP,
		.target = 1,
		.at = world_wall("2099-01-01T00:00:00Z") };
	struct duty *d = duty_after(&duty_none, &c);
	struct duty *after = duty_after(d, &drop);

	ck_assert_ptr_nonnull(duty_feed(after, "one"));
	duty_free(d);
	duty_free(after);
}
END_TEST

/* --- limits, and what may be said ----------------------------------------- */

START_TEST(when_full_the_first_to_end_makes_room)
{
	struct duty_change c = {
		.kind = DUTY_AWAY, .person = "dana", .until = wall_at(DAY_MS)
	};
	struct duty_change items[DUTY_ITEMS_MAX];
	struct duty full = { .number = DUTY_ITEMS_MAX,
		.items = items,
		.count = DUTY_ITEMS_MAX };
	struct duty *after;

	for (size_t i = 0; i < DUTY_ITEMS_MAX; i++) {
		items[i] = c;
		items[i].number = (int64_t)i + 1;
		items[i].until = wall_at(DAY_MS + 1000 - (i == 7 ? 1 : 0));
	}
	after = duty_after(&full, &c);
	ck_assert_uint_eq(after->count, DUTY_ITEMS_MAX);
	ck_assert_int_eq(after->items[6].number, 7);
	ck_assert_int_eq(after->items[7].number, 9);
	ck_assert_int_eq(
	    after->items[DUTY_ITEMS_MAX - 1].number, DUTY_ITEMS_MAX + 1);
	duty_free(after);
}
END_TEST

static struct matrix *m;
static struct duty *said;

static void refused(struct duty_change c, const char *want)
{
	struct errtext err = { "" };

	c.by = c.why = "";
	ck_assert_msg(!duty_check(m, said, &c, &err), "%s was taken", want);
	ck_assert_msg(strstr(err.text, want) != NULL, "%s", err.text);
}

static void taken(struct duty_change c)
{
	struct errtext err = { "" };

	ck_assert_msg(duty_check(m, said, &c, &err), "%s", err.text);
}

#define SOME(k, p, o, s)                                                       \
	((struct duty_change){ .kind = (k),                                    \
	    .person = (p),                                                     \
	    .other = (o),                                                      \
	    .schedule = (s),                                                   \
	    .from = wall_at(1000),                                             \
	    .until = wall_at(2000),                                            \
	    .at = wall_at(500) })

START_TEST(what_may_be_said)
{
	struct duty_change c = SOME(DUTY_AWAY, "dana", "", "");

	m = world_matrix(2);
	said = world_said(
	    NULL, DUTY_AWAY, NULL, "dana", NULL, "2026-01-05T00:00:00Z", NULL);
	taken(c);
	taken(SOME(DUTY_AWAY, "dana", "eli", ""));
	taken(SOME(DUTY_OVERRIDE, "dana", "", "one"));
	taken(SOME(DUTY_BACK, "dana", "", ""));
	taken(SOME(DUTY_FEED, "", "", "two"));
	taken((struct duty_change){ .kind = DUTY_DROP, .target = 1 });
	refused(SOME(DUTY_AWAY, "dena", "", ""),
	    "unknown person \"dena\"; did you mean \"dana\"?");
	refused(SOME(DUTY_AWAY, "dana", "elo", ""),
	    "unknown person \"elo\"; did you mean \"eli\"?");
	refused(SOME(DUTY_AWAY, "dana", "dana", ""), "name another");
	refused(SOME(DUTY_ADD, "dana", "", "twa"),
	    "unknown on-call schedule \"twa\"; did you mean \"two\"?");
	refused(SOME(DUTY_FEED, "", "", ""), "unknown on-call schedule");
	refused((struct duty_change){ .kind = DUTY_DROP, .target = 2 },
	    "no change 2 that still holds");
	c.until = c.from;
	refused(c, "give a later end");
	c = SOME(DUTY_AWAY, "dana", "", "");
	c.at = c.until;
	refused(c, "over already");
	said->count = DUTY_ITEMS_MAX;
	refused(SOME(DUTY_AWAY, "dana", "", ""), "take some back");
	said->count = 1;
	duty_free(said);
	matrix_free(m);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("duty");
	TCase *tc = tcase_create("duty");

	tcase_add_test(tc, kinds_have_names);
	tcase_add_test(tc, away_from_and_until);
	tcase_add_test(tc, the_absence_said_last_holds);
	tcase_add_test(tc, back_ends_what_has_begun);
	tcase_add_test(tc, drop_takes_one_back);
	tcase_add_test(tc, what_is_over_is_left_out);
	tcase_add_test(tc, a_feed_has_its_last_copy);
	tcase_add_test(tc, what_cannot_be_read_keeps_the_last_good_copy);
	tcase_add_test(tc, a_copy_stays);
	tcase_add_test(tc, when_full_the_first_to_end_makes_room);
	tcase_add_test(tc, what_may_be_said);
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
