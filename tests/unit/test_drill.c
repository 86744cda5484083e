/* test_drill.c - what a drill is, what it is not, and how it ends.
 *
 * SPDX-License-Identifier: MIT */
#include "core/drill.h"

#include "conf/load.h"
#include "core/chain.h"
#include "core/drill_report.h"
#include "core/notice_view.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define START wall_at(INT64_C(1767603600000)) /* Mon 2026-01-05T09:00Z */
#define KEY   "drill:2026-01-05-1"

static const char matrix_text[] =
    "matrix: { owner: omar, fallback: journal }\n"
    "severities: { P1: {}, P2: {}, P3: {} }\n"
    "channels: { journal: { type: log } }\n"
    "people: { dana: { name: Dana Ruiz }, eli: {}, mara: {}, omar: {} }\n"
    "teams: { frontline: { members: [ dana ], lead: dana,\n"
    "  channel: journal, assign: round-robin, unclaimed_after: 10m },\n"
    "  billing: { members: [ eli ], lead: eli } }\n"
    "chains:\n"
    "  standard:\n"
    "    ack_timeout: 30m\n"
    "    repeat: 0\n"
    "    repeat_after: 20m\n"
    "    handoff: [ impact ]\n"
    "    steps:\n"
    "      - { notify: dana, via: journal, until: replied,\n"
    "          remind: { every: 5m, times: 1 } }\n"
    "      - { after: 10m, notify: eli, via: journal }\n"
    "  urgent: { steps: [ { notify: mara, via: journal } ] }\n"
    "  soft: { steps: [ { notify: mara, via: journal } ] }\n"
    "rules:\n"
    "  - { name: aged, when: { age: 2m }, then: { tags: aged } }\n"
    "  - { name: always, when: { severity: [ P1, P2, P3 ] },\n"
    "      then: { tags: seen } }\n"
    "policies:\n"
    "  - name: bills\n"
    "    when: { team: billing, severity: [ P1 ] }\n"
    "    on_breach: urgent\n"
    "    targets: { P1: { first_reply: 10m } }\n"
    "  - name: quiet\n"
    "    when: { severity: [ P3 ] }\n"
    "    targets: { P3: { first_reply: 1d } }\n"
    "  - name: vip\n"
    "    when: { tier: gold }\n"
    "    on_breach: soft\n"
    "    targets: { P1: { first_reply: 1m } }\n"
    "  - name: everyone\n"
    "    when: { severity: [ P1, P2 ] }\n"
    "    on_breach: standard\n"
    "    targets: { P1: { first_reply: 1h }, P2: { first_reply: 2h } }\n";

static struct conf conf;
static const struct matrix *m;
static struct arena arena;
static struct ticket t;
static struct decision d;
static struct wall now;
static struct journal_row *rows;
static size_t nrows;

static void setup(void)
{
	const struct conf_options o = { .no_secrets = true };
	struct textbuf messages;

	textbuf_init(&messages);
	ck_assert_msg(conf_load_text("m.yaml", matrix_text,
			  sizeof matrix_text - 1, &o, &conf, &messages),
	    "%s", messages.data);
	textbuf_fini(&messages);
	m = conf.matrix;
	arena_init(&arena);
	ticket_init(&t, &arena, KEY);
	now = START;
	rows = NULL;
	nrows = 0;
}

static void teardown(void)
{
	free(rows);
	arena_fini(&arena);
	conf_free(&conf);
}

/* As the store would: numbers for notices, rows for changes. */
static void keep(const struct event *ev)
{
	for (size_t i = 0; i < t.nnotices; i++)
		if (t.notices[i].id == 0)
			t.notices[i].id = (int64_t)i + 1;
	t.id = 1;
	rows = realloc(rows, (nrows + d.nchanges + 1) * sizeof *rows);
	ck_assert_ptr_nonnull(rows);
	for (size_t i = 0; i < d.nchanges; i++) {
		const struct change *c = &d.changes[i];

		rows[nrows] = (struct journal_row){ .id = (int64_t)nrows + 1,
			.recorded = now,
			.change = *c,
			.notice_id =
			    c->notice < 0 ? 0 : t.notices[c->notice].id,
			.event_type = c->kind == CHANGE_EVENT
					  ? event_type_name(ev->type)
					  : "",
			.event_id = "",
			.cause = "" };
		nrows++;
	}
}

static enum verdict say(struct event ev)
{
	const char *why;

	ev.ticket = t.key;
	ev.at = now;
	decide(m, &facts_none, &t, &ev, now, &d);
	if (d.verdict == VERDICT_ACCEPTED)
		keep(&ev);
	ck_assert_msg(ticket_sound(&t, &why), "%s", why);
	return d.verdict;
}

static struct event event_of(enum event_type type, const char *id)
{
	return (struct event){ .type = type,
		.id = id,
		.by = "mara",
		.author = AUTHOR_AGENT,
		.until = WALL_NEVER,
		.due = WALL_NEVER,
		.again_at = WALL_NEVER };
}

static struct event created(const char *id, const char *attributes)
{
	struct event ev = event_of(EVENT_CREATED, id);

	ev.fields.set = FIELD_BIT(FIELD_SUBJECT) | FIELD_BIT(FIELD_SEVERITY) |
			FIELD_BIT(FIELD_TEAM) | FIELD_BIT(FIELD_ATTRIBUTES);
	ev.fields.text[FIELD_SUBJECT] = "Drill of chain standard, by mara";
	ev.fields.text[FIELD_SEVERITY] = "P1";
	ev.fields.text[FIELD_TEAM] = "frontline";
	ev.fields.text[FIELD_ATTRIBUTES] = attributes;
	return ev;
}

static void begin(const char *attributes)
{
	struct event ev = event_of(EVENT_ESCALATED, KEY ":start");

	ck_assert_int_eq(say(created(KEY, attributes)), VERDICT_ACCEPTED);
	ev.chain = "standard";
	ck_assert_int_eq(say(ev), VERDICT_ACCEPTED);
}

/* What is due by then happens, each at its own instant. */
static void until(int64_t ms)
{
	struct wall end = wall_plus(START, ms);

	while (!wall_before(end, t.next_due)) {
		now = wall_max(now, t.next_due);
		(void)say((struct event){ .type = EVENT_TICK });
	}
	now = end;
}

static void delivered(int64_t id, enum delivery what)
{
	struct event ev = { .type = EVENT_DELIVERY,
		.notice_id = id,
		.delivery = what,
		.text = what == DELIVERY_OK ? NULL : "no such room",
		.again_at = wall_plus(now, MINUTE_MS) };

	(void)say(ev);
}

static size_t notices(enum notice_reason reason, enum notice_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < t.nnotices; i++)
		n += t.notices[i].reason == reason &&
		     t.notices[i].state == state;
	return n;
}

static size_t changes(enum change_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < nrows; i++)
		n += rows[i].change.kind == kind;
	return n;
}

/* --- what it is ----------------------------------------------------------- */

START_TEST(known_by_key_and_attribute)
{
	ck_assert(drill_key("drill:x"));
	ck_assert(!drill_key("drills:x"));
	ck_assert(!drill_key("Drill:x"));
	ck_assert(!ticket_is_drill(&t)); /* not made yet */
	begin("{\"drill\":true,\"speed\":60}");
	ck_assert(ticket_is_drill(&t));
	ck_assert_int_eq(drill_speed(&t), 60);
	t.fields.text[FIELD_ATTRIBUTES] = "{\"drill\":true}";
	ck_assert_int_eq(drill_speed(&t), 1);
	t.fields.text[FIELD_ATTRIBUTES] = "{\"drill\":true,\"speed\":99999}";
	ck_assert_int_eq(drill_speed(&t), DRILL_SPEED_MAX);
	t.fields.text[FIELD_ATTRIBUTES] = "{\"drill\":\"maybe\"}";
	ck_assert(!ticket_is_drill(&t));
	t.fields.text[FIELD_ATTRIBUTES] = "{\"drill\":true}";
	t.key = "zendesk:1";
	ck_assert(!ticket_is_drill(&t));
}
END_TEST

/* No policy, clock, rule, suggestion, handoff packet; not on any later word. */
START_TEST(nothing_counts_it)
{
	struct event note = event_of(EVENT_NOTE, "n1");

	begin("{\"drill\":true}");
	note.text = "looks good";
	ck_assert_int_eq(say(note), VERDICT_ACCEPTED);
	ck_assert_int_eq(
	    say((struct event){ .type = EVENT_REVISED }), VERDICT_NOTHING);
	ck_assert_uint_eq(t.nclocks, 0);
	ck_assert_str_eq(t.policy, "");
	ck_assert_str_eq(t.rules_held, "");
	ck_assert_str_eq(t.suggested_to, "");
	ck_assert_uint_eq(changes(CHANGE_NO_POLICY), 0);
	ck_assert_uint_eq(changes(CHANGE_RULE_FIRED), 0);
	ck_assert_uint_eq(changes(CHANGE_HANDOFF_INCOMPLETE), 0);
	ck_assert_uint_eq(notices(NOTICE_ASSIGNMENT, NOTICE_PENDING), 0);
	ck_assert_uint_eq(t.nruns, 1);
	ck_assert_int_eq(wall_minus(t.next_due, START), 5 * MINUTE_MS);
}
END_TEST

START_TEST(an_ordinary_ticket_has_all_that)
{
	ticket_init(&t, &arena, "zendesk:1");
	ck_assert_int_eq(
	    say(created("e1", "{\"drill\":true}")), VERDICT_ACCEPTED);
	ck_assert(!ticket_is_drill(&t));
	ck_assert_uint_gt(t.nclocks, 0);
	ck_assert_str_eq(t.policy, "everyone");
	ck_assert_uint_eq(changes(CHANGE_RULE_FIRED), 1);
	ck_assert_str_eq(t.suggested_to, "dana");
}
END_TEST

START_TEST(from_outside_little_is_taken)
{
	static const enum event_type refused[] = { EVENT_UPDATED, EVENT_COMMENT,
		EVENT_STATUS, EVENT_ASSIGNED, EVENT_ESCALATED, EVENT_MERGED,
		EVENT_DELETED, EVENT_SEVERITY_CONFIRMED, EVENT_DUE };

	ck_assert_int_eq(
	    say(created("other", "{\"drill\":true}")), VERDICT_INVALID);
	ck_assert_ptr_nonnull(strstr(d.why.text, "reserved"));
	begin("{\"drill\":true}");
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		ck_assert_int_eq(
		    say(event_of(refused[i], "other")), VERDICT_INVALID);
		ck_assert_ptr_nonnull(strstr(d.why.text, "a drill can be"));
	}
	ck_assert(drill_takes(EVENT_NOTE) && drill_takes(EVENT_CLAIMED));
	ck_assert(
	    drill_takes(EVENT_SNOOZED) && drill_takes(EVENT_ACKNOWLEDGED));
}
END_TEST

/* --- the walk ------------------------------------------------------------- */

START_TEST(speed_divides_every_wait)
{
	struct chain c;
	struct chain quick;

	begin("{\"drill\":true,\"speed\":60}");
	ck_assert(chain_decode(t.runs[0].definition, &arena, &c));
	ck_assert_int_eq(c.ack_timeout_ms, 30 * SECOND_MS);
	ck_assert_int_eq(c.repeat_after_ms, 20 * SECOND_MS);
	ck_assert_int_eq(c.steps[0].after_ms, 0);
	ck_assert_int_eq(c.steps[0].remind_every_ms, 5 * SECOND_MS);
	ck_assert_int_eq(c.steps[1].after_ms, 10 * SECOND_MS);
	until(10 * SECOND_MS);
	ck_assert_uint_eq(changes(CHANGE_CHAIN_STEP), 2);
	ck_assert_uint_eq(changes(CHANGE_CHAIN_REMINDED), 1);
	/* No wait is shorter than a second, unless it was. */
	quick = drill_quicken(
	    &m->chains[matrix_chain(m, "standard")], DRILL_SPEED_MAX, &arena);
	ck_assert_int_eq(quick.steps[1].after_ms, SECOND_MS);
	ck_assert_int_eq(quick.steps[0].remind_every_ms, SECOND_MS);
	ck_assert_int_eq(quick.steps[0].after_ms, 0);
	quick =
	    drill_quicken(&m->chains[matrix_chain(m, "standard")], 7, &arena);
	ck_assert_int_eq(quick.steps[1].after_ms, 85715); /* rounded up */
	/* The matrix's own is as it was. */
	ck_assert_int_eq(
	    m->chains[matrix_chain(m, "standard")].steps[1].after_ms,
	    10 * MINUTE_MS);
}
END_TEST

static void acked(enum event_type type)
{
	struct event ev = event_of(type, "a1");

	begin("{\"drill\":true}");
	delivered(1, DELIVERY_OK);
	until(10 * MINUTE_MS);
	delivered(3, DELIVERY_OK);
	ev.by = "eli";
	ev.until = wall_plus(now, HOUR_MS);
	until(12 * MINUTE_MS);
	ck_assert_int_eq(say(ev), VERDICT_ACCEPTED);
}

/* Though its step waits until somebody replied; one decision ends it all. */
START_TEST(an_ack_ends_it)
{
	static const enum event_type types[] = { EVENT_ACKNOWLEDGED,
		EVENT_CLAIMED, EVENT_SNOOZED };
	struct event again = event_of(EVENT_ACKNOWLEDGED, "a2");

	acked(types[_i]);
	ck_assert(ticket_is_over(&t));
	ck_assert_int_eq(t.runs[0].state, RUN_ENDED);
	ck_assert(wall_is_never(t.next_due));
	/* Both who were told hear of it, once. */
	ck_assert_uint_eq(notices(NOTICE_RESOLVED, NOTICE_PENDING), 2);
	ck_assert_uint_eq(notices(NOTICE_REMINDER, NOTICE_PENDING), 0);
	ck_assert_str_eq(t.notices[t.nnotices - 1].detail,
	    "the drill is over: eli answered");
	ck_assert_int_eq(say(again), VERDICT_CONFLICT);
	ck_assert_str_eq(d.why.text, "ticket: the drill is over");
}
END_TEST

/* The owner hears that nobody answered, as of a real one. */
START_TEST(exhausted_it_ends_too)
{
	size_t last;

	begin("{\"drill\":true,\"speed\":60}");
	delivered(1, DELIVERY_OK);
	until(HOUR_MS);
	ck_assert(ticket_is_over(&t));
	ck_assert_int_eq(t.runs[0].state, RUN_ENDED);
	ck_assert_uint_eq(changes(CHANGE_CHAIN_EXHAUSTED), 1);
	ck_assert_uint_eq(notices(NOTICE_EXHAUSTED, NOTICE_PENDING), 1);
	ck_assert_uint_eq(notices(NOTICE_RESOLVED, NOTICE_PENDING), 1);
	ck_assert_uint_eq(notices(NOTICE_CHAIN, NOTICE_PENDING), 0);
	last = 0;
	while (t.notices[last].reason != NOTICE_EXHAUSTED)
		last++;
	delivered(t.notices[last].id, DELIVERY_OK);
	ck_assert(t.notices[last].ended); /* nothing is left of it */
}
END_TEST

START_TEST(it_can_be_stopped)
{
	struct event ev = event_of(EVENT_STATUS, KEY ":stop");

	begin("{\"drill\":true}");
	delivered(1, DELIVERY_OK);
	ev.fields.set = FIELD_BIT(FIELD_STATUS);
	ev.fields.status = STATUS_SOLVED;
	ck_assert_int_eq(say(ev), VERDICT_ACCEPTED);
	ck_assert(ticket_is_over(&t));
	ck_assert_str_eq(
	    t.notices[t.nnotices - 1].detail, "the drill was stopped");
	ck_assert_int_eq(say(ev), VERDICT_CONFLICT);
}
END_TEST

/* As it is told: marked, with what is missing of no packet. */
START_TEST(its_notices_are_marked)
{
	struct notice_view v;

	begin("{\"drill\":true}");
	notice_view_build(m, &t, &t.notices[0], now, &arena, &v);
	ck_assert_str_eq(v.mark, "DRILL");
	ck_assert(v.drill);
	ck_assert_str_eq(v.missing, "");
	ticket_view_build(m, &t, now, &arena, &v);
	ck_assert_str_eq(v.mark, "DRILL");
	ck_assert_int_eq(
	    say(event_of(EVENT_ACKNOWLEDGED, "a1")), VERDICT_ACCEPTED);
	ck_assert(ticket_is_over(&t)); /* though its step waits for a reply */
}
END_TEST

START_TEST(nothing_else_is_marked)
{
	struct notice_view v;

	ticket_init(&t, &arena, "zendesk:1");
	ck_assert_int_eq(say(created("e1", "{}")), VERDICT_ACCEPTED);
	ticket_view_build(m, &t, now, &arena, &v);
	ck_assert_str_eq(v.mark, "");
	ck_assert(!v.drill);
}
END_TEST

/* --- which chain ---------------------------------------------------------- */

START_TEST(a_severity_has_the_chain_of_its_policy)
{
	int standard = matrix_chain(m, "standard");
	int urgent = matrix_chain(m, "urgent");

	ck_assert_int_eq(drill_policy(m, "P1", NULL, START, &arena), 3);
	ck_assert_int_eq(drill_policy(m, "P1", "billing", START, &arena), 0);
	ck_assert_int_eq(drill_policy(m, "P3", NULL, START, &arena), 1);
	ck_assert_int_lt(m->policies[1].on_breach, 0);
	ck_assert_int_eq(drill_severity(m, standard, NULL, START, &arena), 0);
	ck_assert_int_eq(
	    drill_severity(m, standard, "billing", START, &arena), 1);
	ck_assert_int_eq(drill_severity(m, urgent, NULL, START, &arena), -1);
	ck_assert_int_eq(
	    drill_severity(m, urgent, "billing", START, &arena), 0);
}
END_TEST

/* --- what it says --------------------------------------------------------- */

static struct drill_report report(const struct drill_try *tries, size_t n)
{
	struct explain_past past = {
		.whole = &t, .rows = rows, .nrows = nrows
	};
	struct drill_report r;

	drill_report(m, &past, tries, n, &arena, &r);
	return r;
}

START_TEST(the_report_of_an_answer)
{
	static const struct drill_try tries[] = {
		{ 1, false, 30, 503, "server error" },
		{ 1, true, 20, 200, "" },
		{ 3, true, 10, 200, "" },
	};
	struct drill_report r;

	acked(EVENT_ACKNOWLEDGED);
	r = report(tries, 3);
	ck_assert_int_eq(r.state, DRILL_ANSWERED);
	ck_assert_str_eq(r.acked_by, "eli");
	ck_assert_int_eq(wall_minus(r.ended, r.started), 12 * MINUTE_MS);
	ck_assert_int_eq(r.step, 1);
	ck_assert_uint_eq(r.nsteps, 2);
	ck_assert(r.waits); /* the word of its end is on its way */
	ck_assert(r.ok);    /* tried again, and arrived */
	ck_assert_uint_ge(r.ntold, 4);
	ck_assert_str_eq(r.told[0].title, "Dana Ruiz");
	ck_assert_int_eq(r.told[0].fate, FATE_OF_SENT);
	ck_assert_int_eq(r.told[0].tries, 2);
	ck_assert_int_eq(r.told[0].took_ms, 20);
	ck_assert_str_eq(r.told[0].why, "");
	ck_assert_int_eq(r.told[0].acked_ms, -1);
	ck_assert_int_eq(r.told[1].fate, FATE_OF_WITHDRAWN); /* reminder */
	ck_assert_int_eq(r.told[2].acked_ms, 2 * MINUTE_MS);
	ck_assert_uint_eq(r.nchannels, 1);
	ck_assert_int_eq(r.channels[0].sent, 2);
	ck_assert_int_eq(r.channels[0].again, 1);
	ck_assert_int_eq(r.channels[0].failed, 0);
	/* When that word arrives, the end is when it was. */
	until(20 * MINUTE_MS);
	delivered(t.notices[t.nnotices - 1].id, DELIVERY_OK);
	r = report(tries, 3);
	ck_assert_int_eq(wall_minus(r.ended, r.started), 12 * MINUTE_MS);
}
END_TEST

START_TEST(the_report_of_what_failed)
{
	static const struct drill_try tries[] = { { 3, false, 5, 500,
	    "server error" } };
	struct drill_report r;

	begin("{\"drill\":true,\"speed\":60,\"chain\":\"standard\","
	      "\"by\":\"mara\"}");
	r = report(NULL, 0);
	ck_assert_int_eq(r.state, DRILL_RUNS);
	ck_assert(wall_is_never(r.ended));
	ck_assert(!r.ok);
	delivered(1, DELIVERY_NEVER);
	until(12 * SECOND_MS);
	r = report(tries, 1);
	ck_assert_int_eq(r.told[0].fate, FATE_OF_FAILED);
	ck_assert_str_eq(r.told[0].why, "no such room");
	until(HOUR_MS);
	r = report(tries, 1);
	ck_assert_int_eq(r.state, DRILL_EXHAUSTED);
	ck_assert(!r.ok);
	ck_assert_str_eq(r.chain, "standard");
	ck_assert_str_eq(r.by, "mara");
	ck_assert_int_eq(r.speed, 60);
	ck_assert_uint_eq(r.nskipped, 1); /* the step reached nobody */
	ck_assert_int_eq(r.skipped[0].step, 0);
	ck_assert_int_ge(r.channels[0].failed, 2);
	/* Still failing when it ended: that it was withdrawn hides nothing. */
	for (size_t i = 0; i < r.ntold; i++)
		if (r.told[i].notice->id == 3)
			ck_assert_int_eq(r.told[i].fate, FATE_OF_FAILED);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("drill");
	TCase *tc = tcase_create("drill");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, known_by_key_and_attribute);
	tcase_add_test(tc, nothing_counts_it);
	tcase_add_test(tc, an_ordinary_ticket_has_all_that);
	tcase_add_test(tc, from_outside_little_is_taken);
	tcase_add_test(tc, speed_divides_every_wait);
	tcase_add_loop_test(tc, an_ack_ends_it, 0, 3);
	tcase_add_test(tc, exhausted_it_ends_too);
	tcase_add_test(tc, it_can_be_stopped);
	tcase_add_test(tc, its_notices_are_marked);
	tcase_add_test(tc, nothing_else_is_marked);
	tcase_add_test(tc, a_severity_has_the_chain_of_its_policy);
	tcase_add_test(tc, the_report_of_an_answer);
	tcase_add_test(tc, the_report_of_what_failed);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
