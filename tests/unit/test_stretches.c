/* test_stretches.c - painting spans of a clock's life, against an array of
 * minutes; and the texts in which the store keeps them.
 *
 * SPDX-License-Identifier: MIT */
#include "core/stretches.h"
#include "core/ticket_text.h"
#include "lib/rng.h"

#include <check.h>
#include <string.h>

#define ROUNDS	2000
#define PAINTS	12
#define MINUTES 600
#define START	INT64_C(1767607200000) /* 2026-01-05T10:00Z, a Monday */

static struct matrix *make_matrix(void)
{
	struct matrix *m = matrix_new();
	struct calendar_spec spec = { .name = "lunch" };
	struct errtext err;

	for (int day = 0; day < 7; day++) {
		spec.week[day].at[0] = (struct day_interval){ 0, 720 };
		spec.week[day].at[1] = (struct day_interval){ 780, 1440 };
		spec.week[day].count = 2;
	}
	m->ncalendars = 1;
	m->calendars = arena_alloc(&m->arena, sizeof(struct calendar *));
	m->calendars[0] = calendar_build(&spec, &err);
	ck_assert_ptr_nonnull(m->calendars[0]);
	return m;
}

static struct wall minute(int64_t i)
{
	return wall_at(START + i * MINUTE_MS);
}

/* What each minute since the start is, and the minute of the first stretch. */
struct canvas {
	bool counts[MINUTES];
	bool lunch[MINUTES]; /* by that calendar, else 24x7 */
};

/* 10:00 is minute 0: lunch from 12:00 to 13:00. */
static int64_t naive_minutes(const struct canvas *cv, int from, int to)
{
	int64_t n = 0;

	for (int i = from; i < to; i++)
		n += cv->counts[i] &&
		     !(cv->lunch[i] && i % 1440 >= 120 && i % 1440 < 180);
	return n;
}

static void check_same(const struct matrix *m, const struct canvas *cv,
    const struct clock *c, int from)
{
	ck_assert_ptr_null(stretches_fault(c));
	for (int i = from; i <= MINUTES; i += 17)
		ck_assert_int_eq(stretches_elapsed(m, c, minute(i)),
		    naive_minutes(cv, from, i) * MINUTE_MS);
}

static struct paint random_paint(struct rng *rng, int *from, int *to)
{
	static const char *const calendars[] = { NULL, "", "lunch" };
	struct paint p = { .why = "painted" };

	*from = (int)rng_below(rng, MINUTES);
	*to = rng_below(rng, 2) == 0 ? MINUTES : (int)rng_below(rng, MINUTES);
	p.from = minute(*from);
	p.to = *to == MINUTES ? WALL_NEVER : minute(*to);
	p.counts = (enum paint_counts)rng_below(rng, 3);
	p.calendar = calendars[rng_below(rng, 3)];
	p.split = rng_below(rng, 8) == 0;
	return p;
}

static void paint_naively(
    struct canvas *cv, const struct paint *p, int from, int to)
{
	for (int i = from; i < to; i++) {
		if (p->counts != PAINT_KEEP)
			cv->counts[i] = p->counts == PAINT_COUNTED;
		if (p->calendar != NULL)
			cv->lunch[i] = *p->calendar != '\0';
	}
}

static void check_text(struct arena *arena, const struct clock *c)
{
	const char *text = stretches_encode(c, arena);
	struct clock back = { .state = c->state };

	ck_assert(stretches_decode(text, arena, &back));
	ck_assert_uint_eq(back.nstretches, c->nstretches);
	ck_assert_str_eq(stretches_encode(&back, arena), text);
}

/* A paint before the first stretch extends that one's kind backwards. */
static void live(struct rng *rng, const struct matrix *m)
{
	struct arena arena = ARENA_INIT;
	struct canvas cv = { 0 };
	struct clock c = { .state = CLOCK_RUNNING };
	int first = (int)rng_below(rng, MINUTES / 2);
	int end = MINUTES - 1;

	stretches_begin(&arena, &c, minute(first), true, "lunch", "created");
	for (int i = 0; i < MINUTES; i++)
		cv.counts[i] = cv.lunch[i] = true;
	for (int i = 0; i < PAINTS; i++) {
		int from, to;
		struct paint p = random_paint(rng, &from, &to);

		if (from < first && to < first)
			continue; /* no clock paints what it never lived */
		stretches_paint(m, &arena, &c, &p);
		if (from < first && from < to) {
			for (int k = from; k < first; k++) {
				cv.counts[k] = cv.counts[first];
				cv.lunch[k] = cv.lunch[first];
			}
			first = from;
		}
		paint_naively(&cv, &p, from, to);
		check_same(m, &cv, &c, first);
		check_text(&arena, &c);
	}
	stretches_end(m, &arena, &c, minute(end));
	c.state = CLOCK_MET;
	ck_assert_ptr_null(stretches_fault(&c));
	ck_assert_int_eq(stretches_elapsed(m, &c, minute(MINUTES)),
	    naive_minutes(&cv, first, end) * MINUTE_MS);
	stretches_resume(&arena, &c, minute(MINUTES), true, "", "reopened");
	c.state = CLOCK_RUNNING;
	ck_assert_ptr_null(stretches_fault(&c));
	ck_assert_int_eq(stretches_elapsed(m, &c, minute(MINUTES + 5)),
	    (naive_minutes(&cv, first, end) + 5) * MINUTE_MS);
	arena_fini(&arena);
}

START_TEST(painting_is_what_an_array_of_minutes_says)
{
	struct rng rng = rng_seeded("test_stretches");
	struct matrix *m = make_matrix();

	for (int i = 0; i < ROUNDS; i++)
		live(&rng, m);
	matrix_free(m);
}
END_TEST

/* Names of calendars and policies are the users'. */
START_TEST(texts_keep_any_name)
{
	struct arena arena = ARENA_INIT;
	struct clock c = { .state = CLOCK_RUNNING }, back = { 0 };

	stretches_begin(
	    &arena, &c, minute(0), true, "a,b;c%d", "B\xc3\xbcro: 9-5; \x01");
	ck_assert(
	    stretches_decode(stretches_encode(&c, &arena), &arena, &back));
	ck_assert_str_eq(back.stretches[0].calendar, "a,b;c%d");
	ck_assert_str_eq(back.stretches[0].why, "B\xc3\xbcro: 9-5; \x01");
	ck_assert(stretches_decode("", &arena, &back));
	ck_assert_uint_eq(back.nstretches, 0);
	arena_fini(&arena);
}
END_TEST

static const char *const broken[] = { "x", "1", "1;", "1;2", "1;2,1", "1;2,1,3",
	"1;2,1,3,a", "1;2,2,3,a,b", "1;2,-1,3,a,b", "1;x,1,3,a,b",
	"1;2,1,3,a,b,c", "1;2,1,3,%zz,b", "1;2,1,3,a,b;", ";2,1,3,a,b" };

START_TEST(what_was_never_written_is_refused)
{
	struct arena arena = ARENA_INIT;
	struct clock c = { 0 };
	struct ticket t;

	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
		ck_assert_msg(!stretches_decode(broken[i], &arena, &c) &&
				  c.nstretches == 0,
		    "%s", broken[i]);
	ticket_init(&t, &arena, "t:1");
	ck_assert(!ticket_history_decode(&t, "open"));
	ck_assert(!ticket_history_decode(&t, "open:1;shut:2"));
	ck_assert_uint_eq(t.nhistory, 0);
	ck_assert(!ticket_unanswered_decode(&t, "1;x"));
	ck_assert_uint_eq(t.nunanswered, 0);
	ck_assert(!ticket_field_at_decode(&t, "team:1;colour:2"));
	ck_assert(wall_is_never(t.field_at[FIELD_TEAM]));
	ck_assert(ticket_history_decode(&t, "new:1;open:2"));
	ck_assert_str_eq(ticket_history_encode(&t), "new:1;open:2");
	ck_assert(ticket_unanswered_decode(&t, "1;2"));
	ck_assert_str_eq(ticket_unanswered_encode(&t), "1;2");
	ck_assert(ticket_field_at_decode(&t, "severity:5;team:1"));
	ck_assert_str_eq(ticket_field_at_encode(&t), "severity:5;team:1");
	arena_fini(&arena);
}
END_TEST

/* Cut and twisted texts: refused, or read as something sound to print. */
START_TEST(a_disk_can_lie)
{
	struct rng rng = rng_seeded("test_stretches_text");
	struct arena arena = ARENA_INIT;
	char text[] = "1767607200000;1767609000000,1,1800000,office,created;,0,"
		      "0,office,status%20pending";
	size_t len = sizeof text - 1;

	for (int i = 0; i < 20000; i++) {
		char copy[sizeof text];
		struct clock c = { .state = CLOCK_PAUSED };

		memcpy(copy, text, sizeof text);
		copy[rng_below(&rng, (uint32_t)len)] =
		    (char)rng_between(&rng, 1, 255);
		if (rng_below(&rng, 2) == 0)
			copy[rng_below(&rng, (uint32_t)len)] = '\0';
		if (stretches_decode(copy, &arena, &c) && c.nstretches > 0)
			ck_assert_ptr_nonnull(stretches_encode(&c, &arena));
		arena_reset(&arena);
	}
	arena_fini(&arena);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("stretches");
	TCase *tc = tcase_create("stretches");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, painting_is_what_an_array_of_minutes_says);
	tcase_add_test(tc, texts_keep_any_name);
	tcase_add_test(tc, what_was_never_written_is_refused);
	tcase_add_test(tc, a_disk_can_lie);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed > 0;
}
