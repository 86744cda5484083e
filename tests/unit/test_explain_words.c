/* test_explain_words.c - what an explanation says of policies, causes, plans.
 *
 * SPDX-License-Identifier: MIT */
#include "core/explain.h"
#include "core/simulation.h"
#include "lib/explain_world.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define MONDAY_MS INT64_C(1767603600000) /* 2026-01-05T09:00:00Z */

static struct matrix *m;
static struct simulation *s;
static struct explain_told told;
static struct arena arena;
static struct explanation e;

static void decided(void *user, const struct ticket *t, const struct event *ev,
    struct wall now, const struct decision *d)
{
	(void)user;
	explain_tell(&told, t, ev, now, d);
}

static void setup(void)
{
	static const struct simulation_hooks hooks = { .decided = decided };

	explain_told_init(&told);
	arena_init(&arena);
	m = explain_matrix(false);
	s = simulation_new(m, &hooks);
}

static void teardown(void)
{
	simulation_free(s);
	matrix_free(m);
	explain_told_fini(&told);
	arena_fini(&arena);
}

static void tell(const char *id, int64_t after_ms, struct event ev)
{
	ev.id = id;
	ev.ticket = "t:1";
	ev.at = wall_at(MONDAY_MS + after_ms);
	ck_assert(simulation_event(s, &ev));
}

static void create(const char *severity, const char *tier)
{
	struct event ev = { .type = EVENT_CREATED };

	ev.fields.set =
	    FIELD_BIT(FIELD_SEVERITY) | FIELD_BIT(FIELD_CUSTOMER_TIER);
	ev.fields.text[FIELD_SEVERITY] = severity;
	ev.fields.text[FIELD_CUSTOMER_TIER] = tier;
	tell("made", 0, ev);
}

static void tell_status(const char *id, int64_t after_ms, enum status status)
{
	struct event ev = { .type = EVENT_STATUS, .by = "dana" };

	ev.fields.status = status;
	tell(id, after_ms, ev);
}

static void explain_at(int64_t after_ms)
{
	const struct ticket *t;
	struct explain_past past;

	simulation_advance(s, wall_at(MONDAY_MS + after_ms));
	t = simulation_find(s, "t:1");
	past = (struct explain_past){ t, told.rows, told.nrows, false };
	explain(m, &facts_none, t, &past, simulation_now(s), &arena, &e);
}

static const struct explained_clock *clock_of(const char *kind)
{
	for (size_t i = 0; i < e.nclocks; i++)
		if (strcmp(e.clocks[i].clock->kind, kind) == 0)
			return &e.clocks[i];
	ck_abort_msg("no clock %s", kind);
	return NULL;
}

START_TEST(policies_say_why_they_do_not_match)
{
	create("P2", "standard");
	explain_at(0);
	ck_assert_uint_eq(e.npolicies, 3);
	ck_assert_int_eq(e.policies[0].verdict, POLICY_FAILED);
	ck_assert(!e.policies[0].just_missed);
	ck_assert_str_eq(e.policies[0].why,
	    "team is not set, wanted backoffice; tags are not set, wanted "
	    "vip");
	ck_assert_int_eq(e.policies[1].verdict, POLICY_FAILED);
	ck_assert(e.policies[1].just_missed);
	ck_assert_str_eq(e.policies[1].why,
	    "tier is standard, wanted enterprise or premium");
	ck_assert_int_eq(e.policies[2].verdict, POLICY_MATCHED);
	ck_assert(!e.policies[2].just_missed);
	ck_assert_str_eq(e.policies[2].why, "it asks for nothing");
}
END_TEST

START_TEST(policies_behind_the_first_stand_later)
{
	create("P2", "premium");
	explain_at(0);
	ck_assert_int_eq(e.policies[1].verdict, POLICY_MATCHED);
	ck_assert_str_eq(e.policies[1].why, "tier is premium");
	ck_assert_int_eq(e.policies[2].verdict, POLICY_LATER);
	ck_assert_str_eq(explained_verdict_name(POLICY_LATER), "stands_later");
}
END_TEST

START_TEST(stretches_say_what_began_them)
{
	const struct explained_clock *c;

	create("P2", "standard");
	tell_status("wait", 10 * MINUTE_MS, STATUS_PENDING);
	tell_status("work", 30 * MINUTE_MS, STATUS_OPEN);
	explain_at(40 * MINUTE_MS);
	c = clock_of("agent_work");
	ck_assert_uint_eq(c->nstretches, 3);
	ck_assert_str_eq(c->stretches[0].why, "the ticket was created");
	ck_assert_str_eq(c->stretches[0].event->event_id, "made");
	ck_assert_str_eq(c->stretches[1].why, "the status became pending");
	ck_assert_str_eq(c->stretches[1].event->event_id, "wait");
	ck_assert_str_eq(c->stretches[1].event->change.who, "dana");
	ck_assert(!c->stretches[1].stretch->counts);
	ck_assert_str_eq(c->stretches[2].event->event_id, "work");
	ck_assert_int_eq(c->stretches[2].to.ms, MONDAY_MS + 40 * MINUTE_MS);
	ck_assert_int_eq(c->elapsed_ms, 20 * MINUTE_MS);
	ck_assert_uint_eq(c->nrows, 3);
	ck_assert_int_eq(c->rows[1].row->change.kind, CHANGE_CLOCK_PAUSED);
	ck_assert_str_eq(c->rows[1].event->event_id, "wait");
}
END_TEST

START_TEST(a_pause_that_ends_by_itself_is_nobodys_doing)
{
	const struct explained_clock *c;

	create("P2", "standard");
	tell_status("wait", 10 * MINUTE_MS, STATUS_PENDING);
	explain_at(20 * MINUTE_MS);
	ck_assert_uint_gt(e.nnext, 0);
	c = clock_of("agent_work");
	ck_assert_int_eq(c->warnings[0].state, WARNING_WAITS);
	explain_at(80 * MINUTE_MS);
	c = clock_of("agent_work");
	ck_assert_uint_eq(c->nstretches, 3);
	ck_assert_str_eq(
	    c->stretches[2].why, "it was paused for as long as it may");
	ck_assert_int_eq(c->stretches[2].ms, 10 * MINUTE_MS);
	ck_assert_ptr_null(c->stretches[2].event);
	ck_assert_ptr_null(c->rows[c->nrows - 1].event);
}
END_TEST

/* One decision: the event, the pause it began, and that pause's own end. */
START_TEST(a_pause_told_late_ended_by_itself_too)
{
	const struct explained_clock *c;

	create("P2", "standard");
	explain_at(90 * MINUTE_MS);
	tell_status("wait", 10 * MINUTE_MS, STATUS_PENDING);
	explain_at(90 * MINUTE_MS);
	c = clock_of("agent_work");
	ck_assert_uint_eq(c->nrows, 3);
	ck_assert_int_eq(c->rows[1].row->change.kind, CHANGE_CLOCK_PAUSED);
	ck_assert_str_eq(c->rows[1].event->event_id, "wait");
	ck_assert_int_eq(c->rows[2].row->change.kind, CHANGE_CLOCK_RESUMED);
	ck_assert_ptr_null(c->rows[2].event);
	ck_assert_int_eq(c->elapsed_ms, 30 * MINUTE_MS);
}
END_TEST

START_TEST(whose_calendar_it_is)
{
	create("P2", "standard");
	explain_at(0);
	ck_assert_int_eq(clock_of("first_reply")->calendar_from, SOURCE_POLICY);
	ck_assert_int_eq(
	    clock_of("pausable_update")->calendar_from, SOURCE_TARGET);
	teardown();
	setup();
	create("P1", "premium");
	explain_at(0);
	ck_assert_int_eq(
	    clock_of("first_reply")->calendar_from, SOURCE_SEVERITY);
	teardown();
	setup();
	create("P2", "premium");
	explain_at(0);
	ck_assert_int_eq(clock_of("first_reply")->calendar_from, SOURCE_NONE);
}
END_TEST

START_TEST(what_comes_next_and_whom_it_tells)
{
	const struct explained_next *n;

	create("P2", "premium"); /* first_reply 1h, 24x7: 50% after 30m */
	explain_at(0);
	ck_assert_uint_ge(e.nnext, 3);
	n = &e.next[0];
	ck_assert_str_eq(n->what, "warning: 50% of pausable_update is used");
	ck_assert_int_eq(n->kind, CHANGE_CLOCK_WARNED);
	ck_assert_int_eq(e.next[1].kind, CHANGE_CHAIN_STARTED);
	ck_assert_str_eq(e.next[1].what, "chain soft starts");
	n = &e.next[2];
	ck_assert_str_eq(n->what, "step 1 of soft");
	ck_assert_uint_eq(n->ntold, 1);
	ck_assert_str_eq(n->told[0].who, "dana");
	ck_assert_str_eq(n->told[0].channel, "mail");
	ck_assert(wall_is_never(n->told[0].held_until));
}
END_TEST

/* At 22:02 mara's hours are over: hers waits, until a higher chain starts. */
START_TEST(a_held_notice_is_told_and_withdrawn)
{
	const struct explained_next *step = NULL;
	const struct explained_next *gone = NULL;
	struct event ev = { .type = EVENT_CREATED };

	ev.fields.set =
	    FIELD_BIT(FIELD_SEVERITY) | FIELD_BIT(FIELD_CUSTOMER_TIER);
	ev.fields.text[FIELD_SEVERITY] = "P2";
	ev.fields.text[FIELD_CUSTOMER_TIER] = "premium";
	tell("made", 12 * HOUR_MS + 40 * MINUTE_MS, ev);
	explain_at(12 * HOUR_MS + 40 * MINUTE_MS);
	for (size_t i = 0; i < e.nnext; i++) {
		const struct explained_next *n = &e.next[i];

		if (step == NULL && n->kind == CHANGE_CHAIN_STEP &&
		    n->step == 2)
			step = n;
		if (strcmp(n->what,
			"the chain to mara is withdrawn: superseded") == 0)
			gone = n;
	}
	ck_assert_ptr_nonnull(step);
	ck_assert_uint_eq(step->ntold, 1);
	ck_assert_str_eq(step->told[0].who, "mara");
	ck_assert_int_eq(step->told[0].held_until.ms, MONDAY_MS + 21 * HOUR_MS);
	ck_assert_ptr_nonnull(gone);
	ck_assert_int_eq(gone->kind, CHANGE_NOTICE_WITHDRAWN);
	ck_assert(wall_before(gone->at, step->told[0].held_until));
}
END_TEST

START_TEST(what_is_over_has_a_past_and_nothing_ahead)
{
	const struct explained_clock *c;

	create("P2", "standard");
	tell_status("done", 12 * MINUTE_MS + 345, STATUS_SOLVED);
	explain_at(DAY_MS);
	ck_assert_uint_eq(e.nnext, 0);
	ck_assert(!e.more);
	c = clock_of("agent_work");
	ck_assert_int_eq(c->clock->state, CLOCK_MET);
	ck_assert_int_eq(c->elapsed_ms, 12 * MINUTE_MS + 345);
	ck_assert_uint_eq(c->nwarnings, 0);
	ck_assert_str_eq(c->rows[c->nrows - 1].event->event_id, "done");
}
END_TEST

START_TEST(warnings_and_notices_tell_what_became_of_them)
{
	const struct explained_clock *c;

	create("P2", "premium");
	explain_at(35 * MINUTE_MS);
	c = clock_of("first_reply");
	ck_assert_uint_eq(c->nwarnings, 2);
	ck_assert_str_eq(c->warnings[0].offset, "50%");
	ck_assert_int_eq(c->warnings[0].state, WARNING_SENT);
	ck_assert_int_eq(c->warnings[0].at.ms, MONDAY_MS + 30 * MINUTE_MS);
	ck_assert_str_eq(c->warnings[1].offset, "10m");
	ck_assert_int_eq(c->warnings[1].state, WARNING_AHEAD);
	ck_assert_int_eq(c->warnings[1].at.ms, MONDAY_MS + 50 * MINUTE_MS);
	ck_assert_uint_gt(e.nnotices, 0);
	ck_assert_int_eq(e.notices[0].notice->state, NOTICE_DONE);
	ck_assert(!wall_is_never(e.notices[0].over_at));
	ck_assert_uint_gt(e.nruns, 0);
	ck_assert_uint_gt(e.runs[0].chain.nsteps, 0);
	ck_assert_uint_gt(e.runs[0].nrows, 1);
	ck_assert_int_eq(
	    e.runs[0].rows[0].row->change.kind, CHANGE_CHAIN_STARTED);
	ck_assert_ptr_null(e.runs[0].rows[0].event);
}
END_TEST

/* Each rule with what it found; the one that fired with when and why. */
START_TEST(rules_and_what_they_changed_are_told)
{
	const struct explained_rule *r;

	explain_add_rules(m);
	create("P3", "trial");
	explain_at(3 * HOUR_MS);
	ck_assert_uint_eq(e.nrules, 4);
	r = &e.rules[0];
	ck_assert_str_eq(r->name, "silence");
	ck_assert(!r->holds && !r->seen && r->fired == NULL);
	ck_assert_str_eq(r->why, "no_comment_for is 3h, wanted > 3h");
	ck_assert_str_eq(
	    e.rules[2].why, "it is valid from 2026-01-05T15:00:00Z");
	ck_assert(e.rules[2].holds && !e.rules[2].valid);
	ck_assert_uint_eq(e.nseverity, 0);
	ck_assert_uint_ge(e.nnext, 2);
	ck_assert_int_eq(e.next[0].kind, CHANGE_RULE_FIRED);
	ck_assert_int_eq(e.next[0].at.ms, MONDAY_MS + 3 * HOUR_MS + 1);
	ck_assert_str_eq(
	    e.next[0].what, "rule silence: no_comment_for is 3h, wanted > 3h");
	ck_assert_str_eq(e.next[1].what, "severity P3 to P2 by rule silence");
	explain_at(3 * HOUR_MS + 10);
	r = &e.rules[0];
	ck_assert(r->holds && r->seen);
	ck_assert_ptr_nonnull(r->fired);
	ck_assert_int_eq(r->fired->change.at.ms, MONDAY_MS + 3 * HOUR_MS + 1);
	ck_assert_uint_eq(e.nseverity, 1);
	ck_assert_str_eq(e.severity[0].row->change.who, "rule silence");
	ck_assert_ptr_null(e.severity[0].event); /* it came by itself */
	ck_assert_str_eq(e.ticket->severity_by, "rule silence");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("explain_words");
	TCase *tc = tcase_create("explain_words");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, policies_say_why_they_do_not_match);
	tcase_add_test(tc, policies_behind_the_first_stand_later);
	tcase_add_test(tc, stretches_say_what_began_them);
	tcase_add_test(tc, a_pause_that_ends_by_itself_is_nobodys_doing);
	tcase_add_test(tc, a_pause_told_late_ended_by_itself_too);
	tcase_add_test(tc, whose_calendar_it_is);
	tcase_add_test(tc, what_comes_next_and_whom_it_tells);
	tcase_add_test(tc, a_held_notice_is_told_and_withdrawn);
	tcase_add_test(tc, what_is_over_has_a_past_and_nothing_ahead);
	tcase_add_test(tc, warnings_and_notices_tell_what_became_of_them);
	tcase_add_test(tc, rules_and_what_they_changed_are_told);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
