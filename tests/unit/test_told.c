/* test_told.c - what the matrix's owner is told when; what a feed's copy is
 * worth; what is wrong with the matrix at an instant.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/load.h"
#include "daemon/chores.h"
#include "daemon/feeds.h"
#include "daemon/told.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1796385600000) /* 2026-12-04 12:00, a Friday */

static struct wall day(int n)
{
	return wall_at(NOW + n * DAY_MS);
}

/* One look in which just that topic holds. */
static bool look(struct told *t, const char *topic, struct wall now)
{
	bool due;

	told_begin(t);
	due = topic != NULL && told_is_due(t, topic, now);
	told_end(t);
	return due;
}

START_TEST(once_and_then_weekly)
{
	struct told t;

	told_init(&t);
	ck_assert(wall_is_never(told_next(&t)));
	ck_assert(look(&t, "gap night", day(0)));
	for (int n = 1; n < 7; n++)
		ck_assert(!look(&t, "gap night", day(n)));
	ck_assert(wall_same(told_next(&t), day(7)));
	ck_assert(look(&t, "gap night", day(7)));
	ck_assert(!look(&t, "gap night", day(13)));
	ck_assert(look(&t, "gap night", day(15)));
	ck_assert(wall_same(told_next(&t), day(22)));
	told_fini(&t);
}
END_TEST

START_TEST(what_is_mended_is_forgotten)
{
	struct told t;

	told_init(&t);
	ck_assert(look(&t, "feed night", day(0)));
	ck_assert(!look(&t, NULL, day(1)));
	ck_assert(wall_is_never(told_next(&t)));
	ck_assert(look(&t, "feed night", day(2)));
	/* Nobody has looked: not mended, not said. */
	told_begin(&t);
	told_hold(&t, "feed night");
	told_hold(&t, "feed day");
	told_end(&t);
	ck_assert_uint_eq(t.count, 1);
	ck_assert(!look(&t, "feed night", day(3)));
	/* A clock that was wrong does not silence it for years. */
	ck_assert(look(&t, "feed night", day(-300)));
	told_fini(&t);
}
END_TEST

START_TEST(outlives_a_restart)
{
	struct textbuf text;
	struct told t;
	struct told again;

	told_init(&t);
	told_init(&again);
	textbuf_init(&text);
	ck_assert(!t.is_changed);
	told_begin(&t);
	ck_assert(told_is_due(&t, "gap a;b, c%", day(0)));
	ck_assert(told_is_due(&t, "review 2026-08-01", day(1)));
	told_end(&t);
	ck_assert(t.is_changed);
	told_write(&t, &text);
	ck_assert(!t.is_changed);
	told_read(&again, text.data);
	ck_assert_uint_eq(again.count, 2);
	told_begin(&again);
	ck_assert(!told_is_due(&again, "gap a;b, c%", day(6)));
	ck_assert(!told_is_due(&again, "review 2026-08-01", day(7)));
	ck_assert(told_is_due(&again, "gap a;b, c%", day(7)));
	told_end(&again);
	textbuf_fini(&text);
	told_fini(&t);
	told_fini(&again);
}
END_TEST

START_TEST(believes_no_broken_line)
{
	static const char *const lines[] = { "", ";;;", "gap", "gap,", "gap,x",
		"gap,-1,", "gap%,1", "gap,99999999999999999999", "," };
	struct told t;

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		told_init(&t);
		told_read(&t, lines[i]);
		told_begin(&t);
		told_end(&t);
		ck_assert_uint_eq(t.count, 0);
		told_fini(&t);
	}
	told_init(&t);
	told_read(&t, "gap,1;gap,2;broken;feed,3");
	ck_assert_uint_eq(t.count, 2);
	told_fini(&t);
}
END_TEST

/* --- feeds ---------------------------------------------------------------- */

static struct shift dana = { { 1000 }, { 2000 }, "dana" };
static struct shift eli = { { 1000 }, { 2000 }, "eli" };
static struct shift later = { { 1000 }, { 2001 }, "dana" };

static struct shifts of(struct shift *s)
{
	return (struct shifts){ s, s != NULL, 1000 };
}

static enum feed_worth judge(const struct shifts *had,
    const struct shifts *over, struct shift *primary, struct shift *override)
{
	struct duty_change copy = { .primary = had, .override = over };
	struct shifts p = of(primary);
	struct shifts o = of(override);
	struct errtext why = { "" };
	enum feed_worth worth =
	    feed_judge(had == NULL ? NULL : &copy, &p, &o, &why);

	ck_assert_int_eq(worth == FEED_BAD, why.text[0] != '\0');
	return worth;
}

START_TEST(what_a_copy_is_worth)
{
	struct shifts one = of(&dana);
	struct shifts none = of(NULL);
	struct shifts other = of(&eli);

	ck_assert_int_eq(judge(NULL, NULL, &dana, NULL), FEED_NEW);
	ck_assert_int_eq(judge(NULL, NULL, NULL, NULL), FEED_NEW);
	ck_assert_int_eq(judge(&one, NULL, &dana, NULL), FEED_SAME);
	ck_assert_int_eq(judge(&one, &none, &dana, NULL), FEED_SAME);
	ck_assert_int_eq(judge(&one, NULL, &eli, NULL), FEED_NEW);
	ck_assert_int_eq(judge(&one, NULL, &later, NULL), FEED_NEW);
	ck_assert_int_eq(judge(&one, NULL, &dana, &eli), FEED_NEW);
	ck_assert_int_eq(judge(&one, &other, &dana, &eli), FEED_SAME);
	ck_assert_int_eq(judge(&one, &other, &dana, NULL), FEED_NEW);
	ck_assert_int_eq(judge(&one, NULL, NULL, NULL), FEED_BAD);
	ck_assert_int_eq(judge(&none, NULL, NULL, NULL), FEED_SAME);
	ck_assert_int_eq(judge(&none, NULL, &dana, NULL), FEED_NEW);
}
END_TEST

/* --- what is wrong -------------------------------------------------------- */

static const char matrix[] =
    "matrix: { fallback: log, revised: 2026-10-05, review_every: 60d }\n"
    "severities: { P1: {} }\n"
    "channels: { log: { type: log } }\n"
    "people: { dana: {} }\n"
    "oncall:\n"
    "  later: { members: dana, start: 2026-12-10, shift: 7d }\n"
    "  unasked: { members: dana, start: 2026-12-10, shift: 7d }\n"
    "  feed: { calendar: \"https://cal.example.com/a.ics\" }\n"
    "chains: { c: { steps: [ { notify: [ later, feed ], via: log } ] } }\n"
    "policies: [ { name: p, on_breach: c, targets: { P1: { first_reply: 1h } "
    "} } ]\n";

static struct conf conf;

static void load(void)
{
	const struct conf_options o = { .credentials = "", .no_secrets = true };
	struct textbuf messages;

	textbuf_init(&messages);
	ck_assert_msg(conf_load_text("m.yaml", matrix, sizeof matrix - 1, &o,
			  &conf, &messages),
	    "%s", messages.data);
	textbuf_fini(&messages);
}

START_TEST(the_review_is_due)
{
	struct arena arena = ARENA_INIT;
	struct chore_list list = { NULL, 0, 0 };
	struct wall due;

	load();
	due = matrix_review_at(conf.matrix);
	ck_assert_int_eq(due.ms, NOW - 12 * HOUR_MS);
	chores_review(conf.matrix, wall_at(due.ms - 1), &arena, &list);
	ck_assert_uint_eq(list.count, 0);
	chores_review(conf.matrix, due, &arena, &list);
	ck_assert_uint_eq(list.count, 1);
	ck_assert_str_eq(list.items[0].topic, "review 2026-10-05");
	ck_assert_ptr_nonnull(
	    strstr(list.items[0].text, "was due on 2026-12-04"));
	conf.matrix->review_every_ms = 0;
	ck_assert(wall_is_never(matrix_review_at(conf.matrix)));
	arena_fini(&arena);
	conf_free(&conf);
}
END_TEST

/* Nobody asks the one, and the other was never fetched. */
START_TEST(gaps_that_matter)
{
	struct arena arena = ARENA_INIT;
	struct chore_list list = { NULL, 0, 0 };

	load();
	chores_schedules(conf.matrix, &duty_none, day(0), &arena, &list);
	ck_assert_uint_eq(list.count, 1);
	ck_assert_str_eq(list.items[0].topic, "gap later");
	ck_assert_ptr_nonnull(strstr(list.items[0].text,
	    "nobody is on call from Fri 2026-12-04 12:00 to Thu 2026-12-10 "
	    "00:00 (UTC), 18 %"));
	list.count = 0;
	chores_schedules(conf.matrix, &duty_none, day(6), &arena, &list);
	ck_assert_uint_eq(list.count, 0);
	arena_fini(&arena);
	conf_free(&conf);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("told");
	TCase *tc = tcase_create("told");

	tcase_add_test(tc, once_and_then_weekly);
	tcase_add_test(tc, what_is_mended_is_forgotten);
	tcase_add_test(tc, outlives_a_restart);
	tcase_add_test(tc, believes_no_broken_line);
	tcase_add_test(tc, what_a_copy_is_worth);
	tcase_add_test(tc, the_review_is_due);
	tcase_add_test(tc, gaps_that_matter);
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
