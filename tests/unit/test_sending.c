/* test_sending.c - when may a reader be disturbed?
 *
 * Random hours and quiet hours against a walk hour by hour, and which
 * notice waits for them at all.
 *
 * SPDX-License-Identifier: MIT */
#include "core/sending.h"

#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define MONDAY	INT64_C(1767571200000) /* 2026-01-05T00:00:00Z */
#define WALK_MS (15 * DAY_MS)	       /* hours repeat every week */

static struct matrix *m;
static struct arena arena;
static struct ticket t;
static struct decision decision;
static struct turn u;
static struct person person;
static struct severity severities[] = { { .name = "P1", .calendar = -1 },
	{ .name = "P2", .calendar = -1 } };

static void setup(void)
{
	arena_init(&arena);
	m = matrix_new();
	m->severities = severities;
	m->nseverities = 2;
	person = (struct person){ .name = "ann", .hours = -1, .quiet = -1 };
	m->people = &person;
	m->npeople = 1;
	ticket_init(&t, &arena, "zendesk:4711");
	t.fields.text[FIELD_SEVERITY] = "P2";
	decision = (struct decision){ .verdict = VERDICT_ACCEPTED };
	u = (struct turn){ .m = m,
		.f = &facts_none,
		.t = &t,
		.now = wall_at(MONDAY),
		.out = &decision,
		.policy = -1 };
}

static void teardown(void)
{
	matrix_free(m);
	arena_fini(&arena);
}

/* By whole hours, and few enough that they often leave little between them. */
static struct calendar *some_hours(struct rng *rng)
{
	struct calendar_spec spec = { .name = "random" };
	struct calendar *c;
	struct errtext err;

	for (int day = 0; day < 7; day++) {
		struct day_hours *h = &spec.week[day];

		h->count = rng_below(rng, 3);
		for (size_t i = 0; i < h->count; i++) {
			h->at[i].start_min = (int16_t)(rng_below(rng, 24) * 60);
			h->at[i].end_min =
			    (int16_t)(60 + rng_below(rng, 24) * 60);
		}
	}
	c = calendar_build(&spec, &err);
	return c; /* NULL: never open */
}

static bool is_free(struct wall at)
{
	return (person.hours < 0 || calendar_open(m->calendars[0], at)) &&
	       (person.quiet < 0 || !calendar_open(m->calendars[1], at));
}

static struct wall walked(struct wall from)
{
	int64_t hour = (from.ms + HOUR_MS - 1) / HOUR_MS * HOUR_MS;

	if (is_free(from))
		return from;
	for (int64_t ms = hour; ms < from.ms + WALK_MS; ms += HOUR_MS)
		if (is_free(wall_at(ms)))
			return wall_at(ms);
	/* Never both: then the hours alone. */
	return person.hours < 0 ? from
				: calendar_next_open(m->calendars[0], from);
}

static struct wall free_at(struct occasion o, enum send said)
{
	return sending_free_at(&u, &o, 0, said);
}

START_TEST(against_a_walk)
{
	struct rng rng = rng_seeded("test_sending");

	m->calendars = arena_alloc(&arena, 2 * sizeof *m->calendars);
	for (int round = 0; round < 12; round++) {
		struct occasion o = { .reason = NOTICE_WARNING, .step = -1 };

		m->calendars[0] = some_hours(&rng);
		m->calendars[1] = some_hours(&rng);
		person.hours = m->calendars[0] == NULL ? -1 : 0;
		person.quiet = m->calendars[1] == NULL ? -1 : 1;
		for (int k = 0; k < 60; k++) {
			struct wall want;

			u.now = wall_at(
			    MONDAY + rng_between(&rng, 0, 20000) * MINUTE_MS);
			want = walked(u.now);
			ck_assert_int_eq(free_at(o, SEND_UNSAID).ms, want.ms);
			ck_assert_int_eq(free_at(o, SEND_ALWAYS).ms, u.now.ms);
			o.reason = NOTICE_RESOLVED;
			o.alerted_at = wall_at(u.now.ms - HOUR_MS);
			if (!is_free(o.alerted_at))
				want = u.now; /* was woken */
			ck_assert_int_eq(free_at(o, SEND_UNSAID).ms, want.ms);
			o.reason = NOTICE_WARNING;
		}
		calendar_free(m->calendars[0]);
		calendar_free(m->calendars[1]);
	}
	m->ncalendars = 0;
}
END_TEST

START_TEST(what_is_an_alarm)
{
	static const bool alarms[NOTICE_REASON_COUNT] = {
		[NOTICE_BREACH] = true,
		[NOTICE_CHAIN] = true,
		[NOTICE_ACK_TIMEOUT] = true,
		[NOTICE_EXHAUSTED] = true,
		[NOTICE_UNREACHABLE] = true,
		[NOTICE_REMINDER] = true,
		[NOTICE_MATRIX] = true,
	};
	struct chain_run run = { .cause = "warning", .clock = "" };

	for (int i = 0; i < NOTICE_REASON_COUNT; i++) {
		struct occasion o = { .reason = (enum notice_reason)i };

		ck_assert_int_eq(
		    sending_alarms(&u, &o, SEND_UNSAID), alarms[i]);
		/* The most urgent waits for nobody, but for the end of it, and
		 * what somebody did about it. */
		t.fields.text[FIELD_SEVERITY] = "P1";
		ck_assert_int_eq(sending_alarms(&u, &o, SEND_UNSAID),
		    i != NOTICE_RESOLVED && i != NOTICE_UPDATE);
		t.fields.text[FIELD_SEVERITY] = "P2";
		o.run = &run;
		ck_assert_int_eq(sending_alarms(&u, &o, SEND_UNSAID),
		    i == NOTICE_EXHAUSTED || i == NOTICE_UNREACHABLE);
		ck_assert_int_eq(sending_alarms(&u, &o, SEND_ALWAYS),
		    i != NOTICE_RESOLVED && i != NOTICE_UPDATE);
	}
}
END_TEST

START_TEST(why_it_waits)
{
	struct calendar_spec day = { .name = "day" };
	struct calendar_spec lunch = { .name = "lunch" };
	struct calendar *calendars[2];
	struct errtext err;
	struct occasion o = { .reason = NOTICE_WARNING, .step = -1 };

	day.week[0] = (struct day_hours){ .count = 1, .at = { { 540, 1020 } } };
	lunch.week[0] =
	    (struct day_hours){ .count = 1, .at = { { 720, 780 } } };
	calendars[0] = calendar_build(&day, &err);
	calendars[1] = calendar_build(&lunch, &err);
	m->calendars = calendars;
	person.hours = 0;
	person.quiet = 1;
	ck_assert_int_eq(free_at(o, SEND_UNSAID).ms, MONDAY + 9 * HOUR_MS);
	ck_assert_str_eq(sending_why(&u, 0, wall_at(MONDAY + 9 * HOUR_MS)),
	    "until the reader's hours open");
	u.now = wall_at(MONDAY + 12 * HOUR_MS);
	ck_assert_int_eq(free_at(o, SEND_UNSAID).ms, MONDAY + 13 * HOUR_MS);
	ck_assert_str_eq(sending_why(&u, 0, wall_at(MONDAY + 13 * HOUR_MS)),
	    "until the reader's quiet hours end");
	person.quiet_not = 2; /* P2 disturbs */
	ck_assert_int_eq(free_at(o, SEND_UNSAID).ms, u.now.ms);
	ck_assert_int_eq(sending_free_at(&u, &o, -1, SEND_UNSAID).ms, u.now.ms);
	calendar_free(calendars[0]);
	calendar_free(calendars[1]);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sending");
	TCase *tc = tcase_create("sending");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, against_a_walk);
	tcase_add_test(tc, what_is_an_alarm);
	tcase_add_test(tc, why_it_waits);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
