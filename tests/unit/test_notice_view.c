/* test_notice_view.c - what a tired person reads at three in the morning.
 *
 * SPDX-License-Identifier: MIT */
#include "core/chain.h"
#include "core/line_text.h"
#include "core/notice_view.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define NOW_MS INT64_C(1767603600000) /* 2026-01-05T09:00:00Z */

static struct matrix *m;
static struct arena arena;
static struct ticket t;

static struct severity severities[] = {
	{ .name = "P1", .title = "Critical", .calendar = -1 }
};
static struct person people[] = {
	{ .name = "dana",
	    .title = "Dana Ruiz",
	    .slack = "U01DANA",
	    .email = "dana@example.com",
	    .hours = -1,
	    .quiet = -1 },
	{ .name = "mara", .title = "Mara Stein", .hours = -1, .quiet = -1 },
};
static struct team teams[] = { { .name = "front", .title = "Front line" } };
static struct role roles[] = {
	{ .name = "lead",
	    .who = { WHO_PERSON, 1 },
	    .authority = "credits up to 500 EUR" },
	{ .name = "backup", .who = { WHO_PERSON, 0 } },
};
static struct chain chains[] = {
	{ .name = "standard",
	    .handoff = FIELD_BIT(FIELD_IMPACT) | FIELD_BIT(FIELD_TRIED) |
		       FIELD_BIT(FIELD_CUSTOMER_NAME) | FIELD_BIT(FIELD_TAGS) |
		       FIELD_BIT(FIELD_STATUS) },
};

static void build_ticket(void)
{
	static struct step steps[4];
	struct chain chain = {
		.name = "standard", .steps = steps, .nsteps = 4
	};

	for (int i = 0; i < 4; i++) {
		steps[i].who[0] = "dana";
		steps[i].nwho = 1;
		steps[i].via[0] = "support";
		steps[i].nvia = 1;
	}
	ticket_init(&t, &arena, "zendesk:4711");
	t.fields.text[FIELD_SUBJECT] = "Cannot log in";
	t.fields.text[FIELD_SEVERITY] = "P1";
	t.fields.text[FIELD_CUSTOMER_ID] = "acme";
	t.fields.text[FIELD_CUSTOMER_TIER] = "enterprise";
	t.fields.text[FIELD_TEAM] = "front";
	t.fields.text[FIELD_ASSIGNEE] = "dana";
	t.fields.status = STATUS_OPEN;
	t.clocks = arena_alloc(&arena, 2 * sizeof *t.clocks);
	t.nclocks = 1;
	t.clocks[0] = (struct clock){ .kind = "first_reply",
		.cycle = 1,
		.state = CLOCK_RUNNING,
		.due = wall_at(NOW_MS),
		.calendar = "",
		.ended_at = WALL_NEVER };
	t.runs = arena_alloc(&arena, sizeof *t.runs);
	t.nruns = 1;
	t.runs[0] = (struct chain_run){ .seq = 1,
		.chain = "standard",
		.definition = chain_encode(&chain, &arena),
		.cause = "breach",
		.clock = "first_reply",
		.cycle = 1,
		.acked_by = "dana" };
}

static void setup(void)
{
	arena_init(&arena);
	m = matrix_new();
	m->severities = severities;
	m->nseverities = 1;
	m->people = people;
	m->npeople = 2;
	m->teams = teams;
	m->nteams = 1;
	m->roles = roles;
	m->nroles = 2;
	m->chains = chains;
	m->nchains = 1;
	build_ticket();
}

static void teardown(void)
{
	matrix_free(m);
	arena_fini(&arena);
}

static struct notice about(enum notice_reason reason)
{
	return (struct notice){ .id = 17,
		.reason = reason,
		.clock = "first_reply",
		.cycle = 1,
		.due = wall_at(NOW_MS),
		.chain = "",
		.step = -1,
		.role = "",
		.who = "",
		.channel = "support",
		.spare = "",
		.detail = "",
		.at = wall_at(NOW_MS),
		.held_until = WALL_NEVER };
}

static struct notice step_of(enum notice_reason reason, int step)
{
	struct notice n = about(reason);

	n.run = 1;
	n.chain = "standard";
	n.step = step;
	n.role = "lead";
	n.who = "mara";
	return n;
}

static struct notice_view view(const struct notice *n, int64_t late_ms)
{
	struct notice_view v;

	notice_view_build(m, &t, n, wall_at(NOW_MS + late_ms), &arena, &v);
	return v;
}

static const char *headline(struct notice n, int64_t late_ms)
{
	return view(&n, late_ms).headline;
}

START_TEST(headlines_of_a_clock)
{
	struct notice warning = about(NOTICE_WARNING);
	struct notice breach = about(NOTICE_BREACH);

	ck_assert_str_eq(
	    headline(warning, -12 * MINUTE_MS), "Due in 12m: first reply");
	ck_assert_str_eq(headline(warning, -15 * MINUTE_MS + 200),
	    "Due in 15m: first reply");
	ck_assert_str_eq(headline(warning, -2 * HOUR_MS - 5 * MINUTE_MS),
	    "Due in 2h 5m: first reply");
	ck_assert_str_eq(
	    headline(warning, -45 * SECOND_MS), "Due in 45s: first reply");
	ck_assert_str_eq(headline(warning, 0), "Due now: first reply");
	ck_assert_str_eq(
	    headline(warning, 3 * MINUTE_MS), "Overdue by 3m: first reply");
	ck_assert_str_eq(headline(breach, 12 * MINUTE_MS),
	    "Breached: first reply is 12m late");
	ck_assert_str_eq(
	    headline(breach, 20), "Breached: first reply is due now");
	ck_assert_str_eq(headline(breach, 26 * HOUR_MS),
	    "Breached: first reply is 1d 2h late");
}
END_TEST

START_TEST(headlines_of_a_chain)
{
	struct notice n = step_of(NOTICE_CHAIN, 2);

	ck_assert_str_eq(headline(n, 12 * MINUTE_MS),
	    "Escalation step 3 of 4 (lead): first reply is 12m late");
	ck_assert_str_eq(headline(n, -12 * MINUTE_MS),
	    "Escalation step 3 of 4 (lead): first reply is due in 12m");
	n.round = 1;
	ck_assert_str_eq(headline(n, 12 * MINUTE_MS),
	    "Escalation step 3 of 4, round 2 (lead): first reply is 12m "
	    "late");
	n = step_of(NOTICE_REMINDER, 0);
	n.nth = 2;
	ck_assert_str_eq(headline(n, MINUTE_MS),
	    "Reminder 2 of step 1 of 4 (lead): first reply is 1m late");
	ck_assert_str_eq(headline(step_of(NOTICE_EXHAUSTED, -1), HOUR_MS),
	    "Nobody answered any of 4 steps of standard: first reply is 1h "
	    "late");
	ck_assert_str_eq(headline(step_of(NOTICE_UNREACHABLE, 1), HOUR_MS),
	    "Nobody reached by step 2 of 4 (lead): first reply is 1h late");
	ck_assert_str_eq(headline(step_of(NOTICE_ACK_TIMEOUT, 1), HOUR_MS),
	    "Acknowledged by Dana Ruiz, and nothing followed: first reply is "
	    "1h late");
	/* By hand, no clock; a definition that cannot be read. */
	n = step_of(NOTICE_CHAIN, 2);
	n.clock = "";
	n.due = WALL_NEVER;
	t.runs[0].definition = "rubbish";
	ck_assert_str_eq(headline(n, 0), "Escalation step 3 (lead)");
	ck_assert_str_eq(view(&n, 0).due_text, "");
}
END_TEST

START_TEST(headlines_of_what_is_no_alarm)
{
	struct notice n = about(NOTICE_RULE);

	n.detail = "about to leave: text has \"cancel\"";
	ck_assert_str_eq(headline(n, HOUR_MS),
	    "Rule: about to leave; first reply is 1h late");
	n.clock = "";
	n.due = WALL_NEVER;
	ck_assert_str_eq(headline(n, 0), "Rule: about to leave");
	n.detail = "no colon";
	ck_assert_str_eq(headline(n, 0), "Rule: no colon");
	n.detail = "";
	ck_assert_str_eq(headline(n, 0), "Rule");
	n.reason = NOTICE_ASSIGNMENT;
	n.role = "assign front";
	n.who = "dana";
	n.detail = "has the fewest open ones";
	ck_assert_str_eq(headline(n, 0), "Suggested to Dana Ruiz");
	ck_assert_str_eq(view(&n, 0).why, "has the fewest open ones");
	n.who = "";
	ck_assert_str_eq(headline(n, 0), "Suggested to the team");
	n.role = "helpdesk";
	n.detail = "suggested to Dana Ruiz (dana)";
	ck_assert_str_eq(
	    headline(n, 0), "Assignment: suggested to Dana Ruiz (dana)");
	n.role = "fallback of front";
	n.who = "mara";
	n.detail = "nobody claimed it within 15m";
	ck_assert_str_eq(
	    headline(n, 0), "Assignment: nobody claimed it within 15m");
	n.reason = NOTICE_MATRIX;
	n.detail = "the feed of night cannot be fetched";
	ck_assert_str_eq(
	    headline(n, 0), "Matrix: the feed of night cannot be fetched");
	n.reason = NOTICE_UPDATE;
	n.detail = "Snoozed by Dana Ruiz until 2026-01-05 12:00 UTC";
	ck_assert_str_eq(headline(n, 0), n.detail);
	ck_assert_str_eq(view(&n, 0).why, "");
	n.detail = "Acknowledged by Dana Ruiz: on it: now";
	ck_assert_str_eq(headline(n, 0), "Acknowledged by Dana Ruiz");
	ck_assert_str_eq(view(&n, 0).why, "on it: now");
	n = about(NOTICE_CHAIN); /* to a team that has no chain */
	n.detail = "escalated to Front line: the board asks";
	ck_assert_str_eq(
	    headline(n, HOUR_MS), "Escalated by hand: first reply is 1h late");
	ck_assert_str_eq(view(&n, 0).why, n.detail);
}
END_TEST

START_TEST(what_is_missing)
{
	struct notice n = step_of(NOTICE_CHAIN, 2);

	ck_assert_str_eq(view(&n, 0).missing, "customer.name, tags, impact, "
					      "tried");
	t.fields.text[FIELD_TRIED] = "cleared sessions";
	t.fields.text[FIELD_IMPACT] = "";
	t.fields.text[FIELD_CUSTOMER_NAME] = "Acme Corp";
	t.fields.ntags = 1;
	ck_assert_str_eq(view(&n, 0).missing, "impact");
	n.step = -1;
	n.reason = NOTICE_HANDOFF;
	n.detail = "impact, tried"; /* was missing then */
	ck_assert_str_eq(
	    headline(n, 0), "Please add for the escalation: impact");
	ck_assert_str_eq(view(&n, 0).why,
	    "started by a breach of first reply; an escalation must carry "
	    "these fields");
	t.fields.text[FIELD_IMPACT] = "workflow_blocked";
	ck_assert_str_eq(headline(n, 0), "The escalation has what it needs");
	ck_assert_str_eq(view(&n, 0).missing, "");
	/* When it is over nobody needs them, nor without a chain. */
	t.fields.text[FIELD_IMPACT] = NULL;
	n.reason = NOTICE_RESOLVED;
	ck_assert_str_eq(view(&n, 0).missing, "");
	n = about(NOTICE_BREACH);
	ck_assert_str_eq(view(&n, 0).missing, "");
	n = step_of(NOTICE_CHAIN, 0);
	n.chain = "gone"; /* the matrix has it no more */
	ck_assert_str_eq(view(&n, 0).missing, "");
}
END_TEST

START_TEST(which_rule_started_it)
{
	struct rule rules[] = {
		{ .name = "other chain", .start = -1 },
		{ .name = "a, b; c", .start = 0 },
		{ .name = "churn", .start = 0 },
	};
	struct notice n = step_of(NOTICE_CHAIN, 0);
	struct textbuf held;

	t.runs[0].cause = "rule";
	t.runs[0].clock = "";
	ck_assert_str_eq(
	    view(&n, 0).why, "step 1 of standard: lead; started by a rule");
	m->rules = rules;
	m->nrules = 2;
	ck_assert_str_eq(view(&n, 0).why,
	    "step 1 of standard: lead; started by the rule a, b; c");
	m->nrules = 3;
	ck_assert_str_eq(
	    view(&n, 0).why, "step 1 of standard: lead; started by a rule");
	t.rules_held = "x,churn";
	ck_assert_str_eq(view(&n, 0).why,
	    "step 1 of standard: lead; started by the rule churn");
	textbuf_init(&held);
	line_add_name(&held, "a, b; c");
	textbuf_add(&held, ",x");
	t.rules_held = held.data;
	ck_assert_str_eq(view(&n, 0).why,
	    "step 1 of standard: lead; started by the rule a, b; c");
	textbuf_fini(&held);
}
END_TEST

START_TEST(what_may_be_decided)
{
	struct notice n = step_of(NOTICE_CHAIN, 2);

	ck_assert_str_eq(view(&n, 0).authority, "credits up to 500 EUR");
	n.role = "backup";
	ck_assert_str_eq(view(&n, 0).authority, "");
	n.role = "mara";
	ck_assert_str_eq(view(&n, 0).authority, "");
}
END_TEST

START_TEST(headlines_of_the_end)
{
	struct notice n = about(NOTICE_RESOLVED);

	t.clocks[0].state = CLOCK_MET;
	ck_assert_str_eq(
	    headline(n, 0), "Resolved: first reply was met in time");
	t.clocks[0].state = CLOCK_MET_LATE;
	t.clocks[0].ended_at = wall_at(NOW_MS + 12 * MINUTE_MS);
	ck_assert_str_eq(
	    headline(n, HOUR_MS), "Resolved: first reply was met 12m late");
	ck_assert_str_eq(view(&n, HOUR_MS).due_text, "");
	t.clocks[0].state = CLOCK_CANCELLED;
	ck_assert_str_eq(
	    headline(n, 0), "Resolved: first reply is not watched any more");
	n.clock = "";
	ck_assert_str_eq(headline(n, 0), "Resolved");
	t.fields.status = STATUS_SOLVED;
	ck_assert_str_eq(headline(n, 0), "Resolved: the ticket is solved");
}
END_TEST

/* The present truth, not that of when it was queued. */
START_TEST(the_clock_as_it_is_now)
{
	struct notice n = about(NOTICE_WARNING);

	t.clocks[0].due = wall_at(NOW_MS + HOUR_MS);
	ck_assert_str_eq(headline(n, 0), "Due in 1h: first reply");
	ck_assert_str_eq(view(&n, 0).due_text, "due in 1h");
	ck_assert_int_eq(view(&n, 0).due.ms, NOW_MS + HOUR_MS);
	t.clocks[0].state = CLOCK_PAUSED;
	t.clocks[0].due = WALL_NEVER;
	ck_assert_str_eq(headline(n, 0), "Warning: first reply is paused");
	ck_assert_str_eq(view(&n, 0).due_text, "paused");
	n.cycle = 2; /* a cycle that is not loaded: as the notice had it */
	ck_assert_str_eq(headline(n, -MINUTE_MS), "Due in 1m: first reply");
	ck_assert_str_eq(view(&n, MINUTE_MS).due_text, "late by 1m");
}
END_TEST

START_TEST(why_it_came)
{
	struct notice n = step_of(NOTICE_CHAIN, 2);

	ck_assert_str_eq(view(&n, 0).why,
	    "step 3 of standard: lead; started by a breach of first reply");
	n.detail = "backup is away";
	t.runs[0].cause = "hand";
	t.runs[0].clock = "";
	ck_assert_str_eq(view(&n, 0).why,
	    "step 3 of standard: lead; started by hand; backup is away");
	n = about(NOTICE_WARNING);
	ck_assert_str_eq(view(&n, 0).why, "");
	n.detail = "80%";
	ck_assert_str_eq(view(&n, 0).why, "80%");
}
END_TEST

START_TEST(the_ticket)
{
	struct notice n = step_of(NOTICE_CHAIN, 2);
	struct notice_view v = view(&n, 0);

	ck_assert_str_eq(v.ticket, "zendesk:4711");
	ck_assert_str_eq(v.thread, "zendesk:4711");
	ck_assert_str_eq(v.subject, "Cannot log in");
	ck_assert_str_eq(v.severity, "P1");
	ck_assert_str_eq(v.severity_title, "Critical");
	ck_assert_str_eq(v.customer, "acme");
	ck_assert_str_eq(v.team, "Front line");
	ck_assert_str_eq(v.assignee, "Dana Ruiz");
	ck_assert_str_eq(v.suggested_to, "");
	ck_assert_str_eq(v.person, "Mara Stein");
	ck_assert_ptr_null(v.person_slack);
	ck_assert_str_eq(v.clock, "first reply");
	ck_assert_ptr_null(v.url);
	n.who = "dana";
	ck_assert_str_eq(view(&n, 0).person_slack, "U01DANA");
	n.who = "";
	t.fields.text[FIELD_SUBJECT] = "";
	t.fields.text[FIELD_SEVERITY] = NULL;
	t.fields.text[FIELD_ASSIGNEE] = "somebody";
	t.suggested_to = "mara";
	t.fields.text[FIELD_TEAM] = "another";
	t.fields.text[FIELD_CUSTOMER_NAME] = "Acme Corp";
	v = view(&n, 0);
	ck_assert_str_eq(v.subject, "(no subject)");
	ck_assert_str_eq(v.severity, "");
	ck_assert_str_eq(v.severity_title, "");
	ck_assert_str_eq(v.assignee, "somebody");
	ck_assert_str_eq(v.suggested_to, "mara");
	ck_assert_str_eq(v.team, "another");
	ck_assert_str_eq(v.customer, "Acme Corp");
	ck_assert_str_eq(v.person, "");
}
END_TEST

/* "crew" is a role that the whole team has. */
START_TEST(the_group_that_is_mentioned)
{
	static struct channel channels[] = {
		{ .name = "room", .type = CHANNEL_SLACK },
		{ .name = "room.mention",
		    .type = CHANNEL_SLACK,
		    .way = WAY_MENTION },
	};
	static struct team grouped[] = {
		{ .name = "front", .title = "F", .slack_group = "S01FRONT" },
		{ .name = "back", .title = "B", .slack_group = "S02BACK" },
		{ .name = "bare", .title = "C" },
	};
	static struct role crew[] = { { .name = "crew",
					  .who = { WHO_TEAM, 1 } },
		{ .name = "lead", .who = { WHO_PERSON, 1 } } };
	static const struct {
		const char *role, *who, *channel, *group;
	} rows[] = {
		{ "front", "", "room.mention", "S01FRONT" },
		{ "back", "", "room.mention", "S02BACK" },
		{ "crew", "", "room.mention", "S02BACK" },
		{ "team", "", "room.mention", "S01FRONT" },
		{ "bare", "", "room.mention", NULL },
		{ "lead", "", "room.mention", NULL },
		{ "nothing", "", "room.mention", NULL },
		{ "front", "dana", "room.mention", NULL },
		{ "front", "", "room", NULL },
	};
	struct notice n = about(NOTICE_CHAIN);

	m->channels = channels;
	m->nchannels = 2;
	m->teams = grouped;
	m->nteams = 3;
	m->roles = crew;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		n.role = rows[i].role;
		n.who = rows[i].who;
		n.channel = rows[i].channel;
		ck_assert_pstr_eq(view(&n, 0).group, rows[i].group);
	}
	n = about(NOTICE_CHAIN);
	n.role = "team";
	n.channel = "room.mention";
	n.who = "";
	t.fields.text[FIELD_TEAM] = "elsewhere";
	ck_assert_ptr_null(view(&n, 0).group);
}
END_TEST

START_TEST(lateness)
{
	struct notice n = about(NOTICE_BREACH);

	ck_assert(!view(&n, MINUTE_MS).late);
	ck_assert_str_eq(view(&n, MINUTE_MS).late_text, "");
	ck_assert(view(&n, MINUTE_MS + 1).late);
	ck_assert_str_eq(
	    view(&n, 14 * MINUTE_MS).late_text, "this notice is late by 14m");
	n.repeat = true;
	ck_assert(view(&n, 0).repeat);
}
END_TEST

/* What waited for its reader's hours is not late when they open. */
START_TEST(held_is_not_late)
{
	struct notice n = about(NOTICE_WARNING);

	n.held_until = wall_at(NOW_MS + 14 * HOUR_MS);
	ck_assert(!view(&n, 14 * HOUR_MS).late);
	ck_assert(view(&n, 14 * HOUR_MS + 5 * MINUTE_MS).late);
	ck_assert_str_eq(view(&n, 14 * HOUR_MS + 5 * MINUTE_MS).late_text,
	    "this notice is late by 5m");
}
END_TEST

START_TEST(who_was_told)
{
	static const struct {
		int64_t id;
		enum notice_reason reason;
		enum notice_state state;
		const char *who;
		int64_t at;
	} others[] = {
		{ 5, NOTICE_CHAIN, NOTICE_DONE, "mara", 3 },
		{ 4, NOTICE_CHAIN, NOTICE_DONE, "gone", 2 },
		{ 3, NOTICE_WARNING, NOTICE_DONE, "", 1 },
		{ 6, NOTICE_BREACH, NOTICE_DONE, "dana", 2 },
		{ 7, NOTICE_RESOLVED, NOTICE_DONE, "dana", 1 },
		{ 8, NOTICE_CHAIN, NOTICE_PENDING, "dana", 1 },
		{ 9, NOTICE_CHAIN, NOTICE_DEAD, "dana", 1 },
		{ 10, NOTICE_HANDOFF, NOTICE_DONE, "dana", 1 },
		{ 11, NOTICE_ASSIGNMENT, NOTICE_DONE, "dana", 1 },
		{ 17, NOTICE_CHAIN, NOTICE_DONE, "dana", 1 },
	};
	static const char *const expected[] = { "support", "gone", "Dana Ruiz",
		"Mara Stein" };
	struct notice n = step_of(NOTICE_CHAIN, 2);
	struct notice_view v;

	t.nnotices = sizeof others / sizeof others[0];
	t.notices = arena_alloc(&arena, t.nnotices * sizeof *t.notices);
	for (size_t i = 0; i < t.nnotices; i++) {
		t.notices[i] = about(others[i].reason);
		t.notices[i].id = others[i].id;
		t.notices[i].state = others[i].state;
		t.notices[i].who = others[i].who;
		t.notices[i].at = wall_at(others[i].at);
	}
	v = view(&n, 0);
	ck_assert_uint_eq(v.ntold, 4);
	for (size_t i = 0; i < 4; i++)
		ck_assert_str_eq(v.told[i].who, expected[i]);
	ck_assert_str_eq(v.told[0].channel, "support");
	ck_assert_int_eq(v.told[3].at.ms, 3);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("notice_view");
	TCase *tc = tcase_create("notice_view");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, headlines_of_a_clock);
	tcase_add_test(tc, headlines_of_a_chain);
	tcase_add_test(tc, headlines_of_what_is_no_alarm);
	tcase_add_test(tc, what_is_missing);
	tcase_add_test(tc, which_rule_started_it);
	tcase_add_test(tc, what_may_be_decided);
	tcase_add_test(tc, headlines_of_the_end);
	tcase_add_test(tc, the_clock_as_it_is_now);
	tcase_add_test(tc, why_it_came);
	tcase_add_test(tc, the_ticket);
	tcase_add_test(tc, the_group_that_is_mentioned);
	tcase_add_test(tc, lateness);
	tcase_add_test(tc, held_is_not_late);
	tcase_add_test(tc, who_was_told);
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
