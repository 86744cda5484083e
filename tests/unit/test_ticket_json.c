/* test_ticket_json.c - tickets and their story as the API shows them.
 *
 * SPDX-License-Identifier: MIT */
#include "core/chain.h"
#include "wire/json_gate.h"
#include "wire/ticket_json.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define START_MS INT64_C(1767603600000) /* Monday 2026-01-05T09:00:00Z */

static struct matrix *m;
static struct arena arena;
static struct ticket t;

static struct calendar *office(void)
{
	struct calendar_spec spec = { .name = "office" };
	struct errtext err;
	struct calendar *c;

	for (int day = 0; day < 5; day++)
		spec.week[day] = (struct day_hours){ .count = 1,
			.at = { { 9 * 60, 17 * 60 } } };
	c = calendar_build(&spec, &err);
	ck_assert_msg(c != NULL, "%s", err.text);
	return c;
}

static void build_ticket(void)
{
	ticket_init(&t, &arena, "zendesk:4711");
	t.created = wall_at(START_MS);
	t.updated = wall_at(START_MS + SECOND_MS);
	t.clocks = arena_alloc(&arena, sizeof *t.clocks);
	t.nclocks = 1;
	t.clocks[0] = (struct clock){ .kind = "first_reply",
		.cycle = 1,
		.state = CLOCK_RUNNING,
		.started = wall_at(START_MS),
		.elapsed_ms = 5 * MINUTE_MS,
		.since = wall_at(START_MS + 7 * HOUR_MS),
		.target_ms = 4 * HOUR_MS,
		.due = wall_at(START_MS + DAY_MS),
		.policy = "everyone",
		.calendar = "office",
		.breached_at = WALL_NEVER,
		.ended_at = WALL_NEVER,
		.warned = "" };
}

static void setup(void)
{
	arena_init(&arena);
	m = matrix_new();
	m->calendars = arena_alloc(&m->arena, sizeof *m->calendars);
	m->calendars[0] = office();
	m->ncalendars = 1;
	build_ticket();
}

static void teardown(void)
{
	matrix_free(m);
	arena_fini(&arena);
}

/* What it writes is strict JSON; the text lives until the next call. */
static const char *shown(struct wall now, bool whole)
{
	static struct textbuf tb;
	struct errtext err;
	struct json_out j;

	textbuf_fini(&tb);
	textbuf_init(&tb);
	json_out_init(&j, &tb);
	ticket_json(m, &t, now, whole, &j);
	ck_assert_msg(json_gate(tb.data, tb.len, &err), "%s", err.text);
	return tb.data;
}

static int64_t elapsed(int64_t after_ms)
{
	const char *text = shown(wall_at(START_MS + after_ms), false);
	const char *at = strstr(text, "\"elapsed_s\":");

	ck_assert_ptr_nonnull(at);
	return strtoll(at + strlen("\"elapsed_s\":"), NULL, 10);
}

START_TEST(a_bare_ticket)
{
	t.nclocks = 0;
	ck_assert_str_eq(shown(wall_at(START_MS), true),
	    "{\"key\":\"zendesk:4711\",\"subject\":null,\"severity\":null,"
	    "\"status\":\"new\",\"category\":null,\"channel\":null,"
	    "\"customer\":{\"id\":null,\"name\":null,\"tier\":null,"
	    "\"value\":null,\"renewal\":null},\"team\":null,"
	    "\"assignee\":null,\"tags\":[],\"url\":null,"
	    "\"created\":\"2026-01-05T09:00:00Z\","
	    "\"updated\":\"2026-01-05T09:00:01Z\",\"policy\":null,"
	    "\"matrix\":null,\"next_due\":null,\"clocks\":[],\"chains\":[],"
	    "\"notices\":[]}");
	ck_assert_ptr_null(strstr(shown(wall_at(START_MS), false), "notices"));
}
END_TEST

/* The newer one is for new tickets only, and knows other hours. */
START_TEST(the_matrix_it_goes_by)
{
	struct matrix *newer = matrix_new();
	struct matrix *older = m;
	int64_t counted;

	older->revision = "1111";
	t.revision = "1111";
	counted = elapsed(8 * HOUR_MS);
	ck_assert_ptr_nonnull(strstr(shown(wall_at(START_MS), false),
	    "\"matrix\":{\"revision\":\"1111\",\"in_force\":true}"));
	newer->revision = "2222";
	newer->applies = APPLIES_NEW;
	newer->previous = older;
	m = newer;
	ck_assert_ptr_nonnull(strstr(shown(wall_at(START_MS), true),
	    "\"matrix\":{\"revision\":\"1111\",\"in_force\":false}"));
	ck_assert_int_eq(elapsed(8 * HOUR_MS), counted);
	m = older;
	matrix_free(newer);
}
END_TEST

START_TEST(its_fields)
{
	static const char *tags[] = { "login", "a\"b" };
	const char *text;

	t.fields.text[FIELD_SUBJECT] = "Cannot \"log\" in\n";
	t.fields.text[FIELD_CUSTOMER_VALUE] = "12345678901234567890";
	t.fields.text[FIELD_CUSTOMER_TIER] = "enterprise";
	t.fields.text[FIELD_ASSIGNEE] = "";
	t.fields.tags = tags;
	t.fields.ntags = 2;
	text = shown(wall_at(START_MS), true);
	ck_assert_ptr_nonnull(
	    strstr(text, "\"subject\":\"Cannot \\\"log\\\" in\\n\""));
	ck_assert_ptr_nonnull(strstr(text, "\"value\":12345678901234567890,"));
	ck_assert_ptr_nonnull(strstr(text, "\"assignee\":null"));
	ck_assert_ptr_nonnull(strstr(text, "\"tags\":[\"login\",\"a\\\"b\"]"));
	t.fields.text[FIELD_CUSTOMER_VALUE] = "a lot";
	ck_assert_ptr_nonnull(
	    strstr(shown(wall_at(START_MS), true), "\"value\":\"a lot\""));
}
END_TEST

START_TEST(a_clock)
{
	const char *text;

	t.clocks[0].warned = "50%,80%";
	text = shown(wall_at(START_MS + 7 * HOUR_MS), false);
	ck_assert_ptr_nonnull(strstr(text,
	    "\"clocks\":[{\"clock\":\"first_reply\",\"cycle\":1,"
	    "\"state\":\"running\",\"started\":\"2026-01-05T09:00:00Z\","
	    "\"due\":\"2026-01-06T09:00:00Z\",\"elapsed_s\":300,"
	    "\"target_s\":14400,\"breached_at\":null,\"ended_at\":null,"
	    "\"calendar\":\"office\",\"policy\":\"everyone\","
	    "\"warned\":[\"50%\",\"80%\"]}]"));
	t.clocks[0].state = CLOCK_MET;
	ck_assert_ptr_nonnull(
	    strstr(shown(wall_at(START_MS), false), "\"due\":null"));
}
END_TEST

/* since is 16:00, the office closes at 17:00 and opens at 09:00. */
START_TEST(elapsed_as_of_now)
{
	ck_assert_int_eq(elapsed(0), 300); /* before since */
	ck_assert_int_eq(elapsed(7 * HOUR_MS), 300);
	ck_assert_int_eq(elapsed(7 * HOUR_MS + 90 * SECOND_MS), 390);
	ck_assert_int_eq(elapsed(12 * HOUR_MS), 300 + 3600);
	ck_assert_int_eq(elapsed(DAY_MS + HOUR_MS), 300 + 7200);
	t.clocks[0].state = CLOCK_BREACHED;
	ck_assert_int_eq(elapsed(DAY_MS + HOUR_MS), 300 + 7200);
	t.clocks[0].state = CLOCK_PAUSED;
	ck_assert_int_eq(elapsed(DAY_MS + HOUR_MS), 300);
	t.clocks[0].state = CLOCK_RUNNING;
	t.clocks[0].calendar = "";
	ck_assert_int_eq(elapsed(12 * HOUR_MS), 300 + 5 * 3600);
	t.clocks[0].calendar = "gone with a reload";
	ck_assert_int_eq(elapsed(12 * HOUR_MS), 300 + 5 * 3600);
}
END_TEST

START_TEST(a_clock_without_a_target_is_not_shown)
{
	ck_assert_ptr_nonnull(
	    strstr(shown(wall_at(START_MS), true), "first_reply"));
	t.clocks[0].state = CLOCK_IDLE;
	t.clocks[0].target_ms = 0;
	t.clocks[0].due = WALL_NEVER;
	ck_assert_ptr_nonnull(
	    strstr(shown(wall_at(START_MS), true), "\"clocks\":[]"));
}
END_TEST

START_TEST(a_chain_and_a_notice)
{
	static struct step steps[3];
	struct chain chain = {
		.name = "standard", .steps = steps, .nsteps = 3
	};
	struct chain_run run = { .seq = 2,
		.chain = "standard",
		.state = RUN_ACKED,
		.cause = "breach",
		.clock = "first_reply",
		.step = 1,
		.started = wall_at(START_MS),
		.next_at = WALL_NEVER,
		.acked_by = "dana",
		.acked_at = wall_at(START_MS) };
	struct notice n = { .id = 9,
		.reason = NOTICE_CHAIN,
		.state = NOTICE_DONE,
		.clock = "",
		.chain = "standard",
		.step = 1,
		.role = "backup",
		.who = "eli",
		.channel = "mail",
		.at = wall_at(START_MS),
		.free_at = wall_at(START_MS),
		.attempts = 2,
		.repeat = true };
	const char *text;

	run.definition = chain_encode(&chain, &arena);
	t.runs = &run;
	t.nruns = 1;
	t.notices = &n;
	t.nnotices = 1;
	text = shown(wall_at(START_MS), true);
	ck_assert_ptr_nonnull(strstr(text,
	    "\"chains\":[{\"chain\":\"standard\",\"run\":2,"
	    "\"state\":\"acked\",\"cause\":\"breach\","
	    "\"clock\":\"first_reply\",\"step\":2,\"steps\":3,\"round\":0,"
	    "\"started\":\"2026-01-05T09:00:00Z\",\"next\":null,"
	    "\"acked_by\":\"dana\",\"acked_at\":\"2026-01-05T09:00:00Z\"}],"
	    "\"notices\":[{\"id\":9,\"reason\":\"chain\",\"state\":\"done\","
	    "\"clock\":null,\"chain\":\"standard\",\"step\":2,"
	    "\"role\":\"backup\",\"who\":\"eli\",\"channel\":\"mail\","
	    "\"at\":\"2026-01-05T09:00:00Z\","
	    "\"free_at\":\"2026-01-05T09:00:00Z\",\"attempts\":2,"
	    "\"repeat\":true}]"));
	n.step = -1;
	ck_assert_ptr_nonnull(
	    strstr(shown(wall_at(START_MS), true), "\"step\":null"));
}
END_TEST

static const char *told(const struct journal_row *row)
{
	static struct textbuf tb;
	struct errtext err;
	struct json_out j;

	textbuf_fini(&tb);
	textbuf_init(&tb);
	json_out_init(&j, &tb);
	journal_json(row, &j);
	ck_assert_msg(json_gate(tb.data, tb.len, &err), "%s", err.text);
	return tb.data;
}

START_TEST(the_journal)
{
	struct journal_row row = { .id = 3,
		.recorded = wall_at(START_MS),
		.change = { .kind = CHANGE_EVENT,
		    .at = wall_at(START_MS),
		    .clock = "",
		    .due = WALL_NEVER,
		    .chain = "",
		    .step = -1,
		    .notice = -1,
		    .who = "dana",
		    .channel = "",
		    .detail = "" },
		.event_id = "e-1",
		.event_type = "note",
		.body = "{\"id\":\"e-1\"}" };

	ck_assert_str_eq(told(&row),
	    "{\"id\":3,\"at\":\"2026-01-05T09:00:00Z\","
	    "\"recorded\":\"2026-01-05T09:00:00Z\",\"kind\":\"event\","
	    "\"event\":\"e-1\",\"type\":\"note\",\"who\":\"dana\","
	    "\"body\":{\"id\":\"e-1\"}}");
	row = (struct journal_row){ .id = 4,
		.recorded = wall_at(START_MS),
		.change = { .kind = CHANGE_CHAIN_STEP,
		    .at = wall_at(START_MS),
		    .clock = "first_reply",
		    .cycle = 1,
		    .due = wall_at(START_MS),
		    .chain = "standard",
		    .run = 1,
		    .step = 0,
		    .notice = -1,
		    .who = "",
		    .channel = "",
		    .late_ms = 2500,
		    .detail = "x" },
		.notice_id = 7,
		.event_id = "",
		.event_type = "" };
	row.change.reason = NOTICE_CHAIN;
	ck_assert_str_eq(told(&row),
	    "{\"id\":4,\"at\":\"2026-01-05T09:00:00Z\","
	    "\"recorded\":\"2026-01-05T09:00:00Z\",\"kind\":\"chain_step\","
	    "\"clock\":\"first_reply\",\"cycle\":1,"
	    "\"due\":\"2026-01-05T09:00:00Z\",\"chain\":\"standard\","
	    "\"run\":1,\"step\":1,\"reason\":\"chain\",\"notice\":7,"
	    "\"late_s\":2,\"detail\":\"x\"}");
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("ticket_json");
	TCase *tc = tcase_create("ticket_json");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_bare_ticket);
	tcase_add_test(tc, the_matrix_it_goes_by);
	tcase_add_test(tc, its_fields);
	tcase_add_test(tc, a_clock);
	tcase_add_test(tc, elapsed_as_of_now);
	tcase_add_test(tc, a_clock_without_a_target_is_not_shown);
	tcase_add_test(tc, a_chain_and_a_notice);
	tcase_add_test(tc, the_journal);
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
