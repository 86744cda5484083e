/* test_face.c - does a post show how its ticket stands, and change when it
 * must?
 *
 * SPDX-License-Identifier: MIT */
#include "core/notice_view.h"

#include "lib/rng.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW_MS INT64_C(1767603600000) /* 2026-01-05T09:00:00Z */

static struct matrix *m;
static struct arena arena;
static struct ticket t;

static struct person people[] = {
	{ .name = "dana", .title = "Dana Ruiz", .slack = "U01DANA" },
	{ .name = "eli", .title = "Eli Park", .email = "eli@example.com" },
};

static struct clock clock_of(const char *kind, enum clock_state state)
{
	return (struct clock){ .kind = kind,
		.cycle = 1,
		.state = state,
		.due = clock_state_ticks(state) ? wall_at(NOW_MS + HOUR_MS)
						: WALL_NEVER,
		.breached_at =
		    state == CLOCK_BREACHED || state == CLOCK_MET_LATE
			? wall_at(NOW_MS)
			: WALL_NEVER,
		.ended_at =
		    clock_state_is_final(state) ? wall_at(NOW_MS) : WALL_NEVER,
		.calendar = "",
		.warned = "",
		.current = true };
}

static struct chain_run run_in(enum run_state state, const char *by)
{
	return (struct chain_run){ .seq = 1,
		.chain = "standard",
		.cause = "breach",
		.clock = "first_reply",
		.cycle = 1,
		.state = state,
		.acked_by = by,
		.acked_at = *by != '\0' ? wall_at(NOW_MS) : WALL_NEVER,
		.next_at = wall_at(NOW_MS + HOUR_MS) };
}

static void setup(void)
{
	arena_init(&arena);
	m = matrix_new();
	m->people = people;
	m->npeople = 2;
	ticket_init(&t, &arena, "zendesk:4711");
	t.fields.text[FIELD_SUBJECT] = "Cannot log in";
	t.fields.status = STATUS_OPEN;
	t.clocks = arena_alloc(&arena, 3 * sizeof *t.clocks);
	t.runs = arena_alloc(&arena, 3 * sizeof *t.runs);
	t.clocks[0] = clock_of("first_reply", CLOCK_RUNNING);
	t.nclocks = 1;
}

static void teardown(void)
{
	matrix_free(m);
	arena_fini(&arena);
}

static struct notice_view view(void)
{
	struct notice_view v;

	ticket_view_build(m, &t, wall_at(NOW_MS), &arena, &v);
	return v;
}

static void looks(enum face face, const char *title)
{
	struct notice_view v = view();

	ck_assert_str_eq(face_name(v.face), face_name(face));
	ck_assert_str_eq(v.face_title, title);
	ck_assert_str_eq(v.headline, title);
	ck_assert_int_eq(v.notice_id, 0);
}

START_TEST(how_it_stands)
{
	looks(FACE_OPEN, "On track");
	t.clocks[0].warned = "50%";
	looks(FACE_WARNED, "At risk: first reply");
	t.clocks[0] = clock_of("first_reply", CLOCK_BREACHED);
	looks(FACE_BREACHED, "Breached: first reply");
	t.runs[0] = run_in(RUN_WALKING, "");
	t.nruns = 1;
	looks(FACE_BREACHED, "Breached: first reply");
	t.runs[0] = run_in(RUN_ACKED, "dana");
	looks(FACE_ACKED, "Acknowledged by Dana Ruiz");
	t.runs[0] = run_in(RUN_SNOOZED, "eli");
	looks(FACE_ACKED, "Snoozed by Eli Park");
	/* One chain is acknowledged, the other waits for somebody. */
	t.runs[1] = run_in(RUN_WALKING, "");
	t.nruns = 2;
	looks(FACE_BREACHED, "Breached: first reply");
	t.runs[1].state = RUN_ENDED;
	looks(FACE_ACKED, "Snoozed by Eli Park");
	t.runs[0].state = RUN_EXHAUSTED;
	looks(FACE_BREACHED, "Breached: first reply");
	t.nruns = 0;
	t.clocks[0] = clock_of("first_reply", CLOCK_MET);
	looks(FACE_OPEN, "On track: first reply met in time");
	t.clocks[0] = clock_of("first_reply", CLOCK_MET_LATE);
	looks(FACE_OPEN, "On track: first reply met late");
}
END_TEST

START_TEST(a_chain_without_a_late_clock)
{
	t.runs[0] = run_in(RUN_WALKING, "");
	t.nruns = 1;
	looks(FACE_WARNED, "At risk");
	t.runs[0] = run_in(RUN_ACKED, "somebody");
	looks(FACE_ACKED, "Acknowledged by somebody");
	t.clocks[0] = clock_of("first_reply", CLOCK_PAUSED);
	t.clocks[0].breached_at = wall_at(NOW_MS);
	t.nruns = 0;
	looks(FACE_BREACHED, "Breached: first reply");
	t.clocks[0].current = false;
	looks(FACE_OPEN, "On track");
}
END_TEST

START_TEST(it_is_over)
{
	t.clocks[0] = clock_of("first_reply", CLOCK_MET_LATE);
	t.fields.status = STATUS_SOLVED;
	looks(FACE_OVER, "Solved: first reply met late");
	t.nclocks = 0;
	t.fields.status = STATUS_CLOSED;
	looks(FACE_OVER, "Closed");
	t.merged_into = "zendesk:1";
	looks(FACE_OVER, "Merged into zendesk:1");
	t.merged_into = "";
	t.deleted = true;
	looks(FACE_OVER, "Deleted");
}
END_TEST

START_TEST(what_the_view_has)
{
	struct notice_view v;

	t.clocks[1] = clock_of("resolution", CLOCK_CANCELLED);
	t.clocks[2] = clock_of("next_reply", CLOCK_PAUSED);
	t.nclocks = 3;
	t.fields.text[FIELD_CATEGORY] = "login";
	t.runs[0] = run_in(RUN_SNOOZED, "dana");
	t.nruns = 1;
	v = view();
	ck_assert_uint_eq(v.nclocks, 2);
	ck_assert_str_eq(v.clocks[0].name, "first reply");
	ck_assert_str_eq(v.clocks[0].words, "due in 1h");
	ck_assert_str_eq(v.clocks[1].name, "next reply");
	ck_assert_str_eq(v.clocks[1].words, "paused");
	ck_assert_str_eq(v.category, "login");
	ck_assert_str_eq(v.acked_by, "Dana Ruiz");
	ck_assert_int_eq(v.acked_at.ms, NOW_MS);
	ck_assert_int_eq(v.snoozed_until.ms, NOW_MS + HOUR_MS);
	ck_assert_str_eq(v.mark, "");
	ck_assert_ptr_null(v.title);
	ck_assert_ptr_null(v.body);
}
END_TEST

START_TEST(a_test)
{
	struct notice_view v;

	test_view_build(m, 1, "dana", wall_at(NOW_MS), &arena, &v);
	ck_assert_str_eq(v.mark, "TEST");
	ck_assert_str_eq(v.person, "Eli Park");
	ck_assert_str_eq(v.person_email, "eli@example.com");
	ck_assert_ptr_nonnull(strstr(v.body, "Dana Ruiz"));
	ck_assert_ptr_null(v.url);
	test_view_build(m, -1, "", wall_at(NOW_MS), &arena, &v);
	ck_assert_str_eq(v.person, "");
	ck_assert_ptr_nonnull(strstr(v.body, "Somebody"));
}
END_TEST

/* --- the number ----------------------------------------------------------- */

/* What one may do to a ticket, and whether its post shows it. */
struct deed {
	const char *name;
	void (*run)(void);
	bool shown;
};

static void other_subject(void)
{
	t.fields.text[FIELD_SUBJECT] = "Cannot log out";
}

static void other_status(void)
{
	t.fields.status = STATUS_PENDING;
}

static void other_assignee(void)
{
	t.fields.text[FIELD_ASSIGNEE] = "eli";
}

static void other_due(void)
{
	t.clocks[0].due = wall_plus(t.clocks[0].due, 1);
}

static void other_ack(void)
{
	t.runs[0] = run_in(RUN_ACKED, "eli");
	t.nruns = 1;
}

static void later_snooze(void)
{
	t.runs[0] = run_in(RUN_SNOOZED, "dana");
	t.runs[0].next_at = wall_at(NOW_MS + 2 * HOUR_MS);
	t.nruns = 1;
}

static void another_clock(void)
{
	t.clocks[1] = clock_of("resolution", CLOCK_RUNNING);
	t.nclocks = 2;
}

static void merged(void)
{
	t.merged_into = "zendesk:1";
}

static void other_customer(void)
{
	t.fields.text[FIELD_CUSTOMER_NAME] = "Acme";
}

static void other_text(void)
{
	t.fields.text[FIELD_TEXT] = "more words";
}

static void elapsed(void)
{
	t.clocks[0].elapsed_ms += 1000;
	t.clocks[0].since = wall_at(NOW_MS);
	t.updated = wall_at(NOW_MS);
}

static void more_notices(void)
{
	t.notices = arena_alloc(&arena, sizeof *t.notices);
	t.notices[0] = (struct notice){ .clock = "",
		.chain = "",
		.who = "",
		.role = "",
		.channel = "",
		.spare = "",
		.detail = "",
		.ref = "" };
	t.nnotices = 1;
}

static void an_old_clock(void)
{
	t.clocks[1] = clock_of("resolution", CLOCK_MET);
	t.clocks[1].current = false;
	t.nclocks = 2;
}

static const struct deed deeds[] = { { "subject", other_subject, true },
	{ "status", other_status, true }, { "assignee", other_assignee, true },
	{ "due", other_due, true }, { "ack", other_ack, true },
	{ "snooze", later_snooze, true }, { "clock", another_clock, true },
	{ "merge", merged, true }, { "customer", other_customer, true },
	{ "text", other_text, false }, { "elapsed", elapsed, false },
	{ "notices", more_notices, false },
	{ "old clock", an_old_clock, false } };

START_TEST(the_number_follows_what_is_shown)
{
	for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
		uint64_t before;

		teardown();
		setup();
		before = ticket_face(m, &t);
		ck_assert_uint_ne(before, 0);
		ck_assert_uint_eq(ticket_face(m, &t), before);
		deeds[i].run();
		ck_assert_msg((ticket_face(m, &t) != before) == deeds[i].shown,
		    "%s", deeds[i].name);
	}
}
END_TEST

/* Any two tickets: the same number, and they show the same. */
START_TEST(the_same_number_shows_the_same)
{
	struct rng rng = rng_seeded("test_face");
	char shown[2][600];
	uint64_t face[2];

	for (int round = 0; round < 3000; round++) {
		for (int i = 0; i < 2; i++) {
			struct notice_view v;

			t.nclocks = 1;
			t.nruns = t.nnotices = 0;
			t.merged_into = "";
			t.fields = (struct fields){ .status = STATUS_OPEN };
			t.clocks[0] = clock_of(
			    "first_reply", (enum clock_state)rng_below(
					       &rng, CLOCK_STATE_COUNT));
			for (size_t k = rng_below(&rng, 3); k > 0; k--)
				deeds[rng_below(
					  &rng, sizeof deeds / sizeof *deeds)]
				    .run();
			v = view();
			face[i] = ticket_face(m, &t);
			snprintf(shown[i], sizeof shown[i],
			    "%d|%s|%s|%s|%s|%s|%lld|%lld|%zu|%d|%lld",
			    (int)v.face, v.face_title, v.subject, v.status,
			    v.customer, v.assignee, (long long)v.acked_at.ms,
			    (long long)v.snoozed_until.ms, v.nclocks,
			    v.nclocks > 0 ? (int)v.clocks[0].state : -1,
			    v.nclocks > 0 ? (long long)v.clocks[0].due.ms : 0);
		}
		if (face[0] == face[1])
			ck_assert_str_eq(shown[0], shown[1]);
		arena_reset(&arena);
		teardown();
		setup();
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("face");
	TCase *tc = tcase_create("face");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, how_it_stands);
	tcase_add_test(tc, a_chain_without_a_late_clock);
	tcase_add_test(tc, it_is_over);
	tcase_add_test(tc, what_the_view_has);
	tcase_add_test(tc, a_test);
	tcase_add_test(tc, the_number_follows_what_is_shown);
	tcase_add_test(tc, the_same_number_shows_the_same);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
