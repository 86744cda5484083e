/* test_store_duty.c - what was said of people's presence, kept and said again.
 *
 * Changes at random, good and overtaken ones, one on the other as the daemon
 * makes them: what a start makes of the rows is the same value, and so is what
 * a replay makes of a part of them.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/store_fixture.h"

#include "conf/duty_read.h"
#include "conf/load.h"
#include "store/audit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define ANY(list) (list)[rng_below(&rng, sizeof(list) / sizeof *(list))]

enum { CHANGES = 120 };

static const char text[] =
    "matrix: { owner: dana, fallback: room }\n"
    "channels: { room: { type: log } }\n"
    "people: { dana: {}, eli: {}, mara: {} }\n"
    "oncall:\n"
    "  feed: { calendar: \"https://cal.example.com/a.ics\", zone: "
    "Europe/Berlin }\n"
    "  other: { calendar: \"https://cal.example.com/b.ics\" }\n"
    "  turns: { members: [ dana, eli ], start: \"2026-01-05\", shift: 7d }\n"
    "severities: { P1: {} }\n";

static struct matrix *load_matrix(void)
{
	struct matrix *m;
	struct textbuf messages;
	struct conf conf;

	textbuf_init(&messages);
	if (!conf_load_text("m.yaml", text, strlen(text),
		&(struct conf_options){ .no_secrets = true }, &conf, &messages))
		ck_abort_msg("%s", messages.data);
	textbuf_fini(&messages);
	m = conf.matrix;
	conf.matrix = NULL;
	conf_free(&conf);
	return m;
}

/* --- changes -------------------------------------------------------------- */

static const char *calendar_text(size_t *len)
{
	static const char *const titles[] = { "dana", "Eli", "nobody" };
	struct textbuf tb;
	const char *out;

	textbuf_init(&tb);
	textbuf_add(&tb, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n");
	for (int i = (int)rng_below(&rng, 3); i >= 0; i--)
		textbuf_addf(&tb,
		    "BEGIN:VEVENT\r\nUID:%d\r\nDTSTAMP:20260101T000000Z\r\n"
		    "DTSTART:2026010%dT080000\r\nDTEND:2026010%dT200000\r\n"
		    "SUMMARY:%s\r\nEND:VEVENT\r\n",
		    i, i + 1, i + 2, ANY(titles));
	textbuf_add(&tb, "END:VCALENDAR\r\n");
	out = arena_strndup(&arena, tb.data, tb.len);
	*len = tb.len;
	textbuf_fini(&tb);
	return out;
}

static void make_feed(struct duty_change *c)
{
	static const char *const schedules[] = { "feed", "other" };
	bool both = rng_one_in(&rng, 2);

	c->schedule = ANY(schedules);
	if (both || rng_one_in(&rng, 2))
		c->bytes = calendar_text(&c->len);
	if (both || c->bytes == NULL)
		c->override_bytes = calendar_text(&c->override_len);
}

static void make_change(struct duty_change *c, int64_t number)
{
	static const char *const people[] = { "dana", "eli", "mara" };
	static const char *const whys[] = { "", "ill", "caf\xc3\xa9 \"1;2\"" };

	*c = (struct duty_change){ .number = number,
		.kind = (enum duty_kind)rng_below(&rng, DUTY_KIND_COUNT),
		.person = ANY(people),
		.other = "",
		.schedule = "",
		.from = wall_at(number * 1000 + rng_between(&rng, 0, 4000)),
		.until = WALL_NEVER,
		.by = ANY(people),
		.why = ANY(whys),
		.at = wall_at(number * 1000) };
	if (c->kind == DUTY_OVERRIDE || c->kind == DUTY_ADD ||
	    c->kind == DUTY_REMOVE)
		c->schedule = "turns";
	if (rng_one_in(&rng, 2))
		c->until = wall_plus(c->from, rng_between(&rng, 1, 30000));
	if (c->kind == DUTY_DROP)
		c->target = rng_between(&rng, 1, number);
	if (c->kind == DUTY_FEED)
		make_feed(c);
}

/* --- are two the same? ---------------------------------------------------- */

static void same_shifts(const struct shifts *a, const struct shifts *b)
{
	ck_assert_int_eq(a == NULL, b == NULL);
	if (a == NULL)
		return;
	ck_assert_uint_eq(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		ck_assert_int_eq(a->items[i].start.ms, b->items[i].start.ms);
		ck_assert_int_eq(a->items[i].end.ms, b->items[i].end.ms);
		ck_assert_str_eq(a->items[i].title, b->items[i].title);
	}
}

static void same_bytes(const char *a, size_t alen, const char *b, size_t blen)
{
	ck_assert_int_eq(a == NULL, b == NULL);
	ck_assert_uint_eq(alen, blen);
	if (a != NULL)
		ck_assert_mem_eq(a, b, alen);
}

static void same_item(const struct duty_change *a, const struct duty_change *b)
{
	ck_assert_int_eq(a->number, b->number);
	ck_assert_int_eq(a->kind, b->kind);
	ck_assert_str_eq(a->person, b->person);
	ck_assert_str_eq(a->other, b->other);
	ck_assert_str_eq(a->schedule, b->schedule);
	ck_assert(wall_same(a->from, b->from) && wall_same(a->until, b->until));
	ck_assert_int_eq(a->target, b->target);
	ck_assert_str_eq(a->by, b->by);
	ck_assert_str_eq(a->why, b->why);
	ck_assert(wall_same(a->at, b->at));
	same_bytes(a->bytes, a->len, b->bytes, b->len);
	same_bytes(a->override_bytes, a->override_len, b->override_bytes,
	    b->override_len);
	same_shifts(a->primary, b->primary);
	same_shifts(a->override, b->override);
}

static void same_duty(const struct duty *a, const struct duty *b)
{
	ck_assert_int_eq(a->number, b->number);
	ck_assert_uint_eq(a->count, b->count);
	for (size_t i = 0; i < a->count; i++)
		same_item(&a->items[i], &b->items[i]);
}

/* Takes the value. */
static struct duty *add(
    struct duty *built, const struct duty_change *c, const struct matrix *m)
{
	struct duty *next =
	    duty_read_after(built != NULL ? built : &duty_none, c, m);

	duty_free(built);
	return next;
}

struct building {
	const struct matrix *m;
	struct duty *built;
};

static bool on_change(void *user, const struct duty_change *c)
{
	struct building *b = user;

	b->built = add(b->built, c, b->m);
	return true;
}

/* From the rows up to one number in two pieces, as a replay does. */
static void check_parts(
    const struct matrix *m, int64_t upto, const struct duty *expected)
{
	struct building b = { m, NULL };
	int64_t middle = rng_between(&rng, 0, upto);
	struct audit *a;

	OK(audit_open(path, &a, &err));
	OK(audit_each_duty(a, 0, middle, on_change, &b, &err));
	ck_assert_int_eq(b.built == NULL ? 0 : b.built->number, middle);
	OK(audit_each_duty(a, middle, upto, on_change, &b, &err));
	same_duty(expected, b.built);
	duty_free(b.built);
	audit_close(a);
}

/* --- tests ---------------------------------------------------------------- */

START_TEST(what_was_said_is_made_again)
{
	struct matrix *m = load_matrix();
	struct duty *built = NULL;
	struct duty_change c;
	struct building again;

	rng.state += (uint64_t)_i * 7919;
	for (int64_t n = 1; n <= CHANGES; n++) {
		make_change(&c, n);
		OK(store_begin(store, &err));
		OK(store_add_duty(store, &c, &err));
		OK(store_commit(store, &err));
		built = add(built, &c, m);
		if (rng_one_in(&rng, 10)) {
			reopen();
			again = (struct building){ m, NULL };
			OK(store_each_duty(store, on_change, &again, &err));
			same_duty(built, again.built);
			duty_free(again.built);
			check_parts(m, n, built);
		}
	}
	duty_free(built);
	matrix_free(m);
}
END_TEST

/* By another matrix a feed is read anew; all the rest is as it was. */
START_TEST(another_matrix_reads_feeds_again)
{
	struct matrix *m = load_matrix();
	struct duty *built = NULL, *again;
	struct duty_change away, feed;

	again = duty_read_again(&duty_none, m);
	ck_assert_ptr_null(again);
	do
		make_change(&away, 1);
	while (away.kind != DUTY_AWAY || !wall_is_never(away.until));
	do
		make_change(&feed, 2);
	while (feed.kind != DUTY_FEED || feed.bytes == NULL);
	feed.schedule = "feed";
	built = add(built, &feed, m);
	built = add(built, &away, m);
	again = duty_read_again(built, m);
	ck_assert_int_eq(again->number, 2);
	ck_assert_uint_eq(again->count, 2);
	same_shifts(duty_feed(built, "feed")->primary,
	    duty_feed(again, "feed")->primary);
	duty_free(again);
	m->schedules[matrix_schedule(m, "feed")].zone = NULL;
	again = duty_read_again(built, m);
	ck_assert_int_eq(duty_feed(again, "feed")->primary->items[0].start.ms,
	    duty_feed(built, "feed")->primary->items[0].start.ms + HOUR_MS);
	duty_free(again);
	duty_free(built);
	matrix_free(m);
}
END_TEST

START_TEST(it_cannot_be_changed)
{
	struct duty_change c;
	sqlite3 *db;

	make_change(&c, 1);
	OK(store_add_duty(store, &c, &err));
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "UPDATE duty_change SET why = 'x'",
			     NULL, NULL, NULL),
	    SQLITE_CONSTRAINT);
	ck_assert_int_eq(
	    sqlite3_exec(db, "DELETE FROM duty_change", NULL, NULL, NULL),
	    SQLITE_CONSTRAINT);
	sqlite3_close(db);
	ck_assert_int_eq(store_add_duty(store, &c, &err), STORE_FAILED);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("store_duty");
	TCase *c = tcase_create("store_duty");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, what_was_said_is_made_again, 0, 4);
	tcase_add_test(c, another_matrix_reads_feeds_again);
	tcase_add_test(c, it_cannot_be_changed);
	suite_add_tcase(s, c);
	return s;
}

int main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_store_duty");
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
