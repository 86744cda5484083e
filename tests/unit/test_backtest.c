/* test_backtest.c - are the numbers those that one counts by hand?
 *
 * A small matrix and three tickets, of which every number is worked out in the
 * comments; then what does not count: before `since`, drills, refusals.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/backtest_world.h"
#include "lib/zone_file.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct backtest_missed made_sla = {
	.field = FIELD_ATTRIBUTES, .attribute = "made_sla", .value = "false"
};

/*	09:00 A comes, P1: due 10:00	09:10 B comes, P2: due 11:10
 *	09:30 A's warning, to the room	09:50 B is answered, and kept it
 *	10:00 A is late: dana		10:20 A missed it, they say
 *	10:30 eli			10:35 eli acknowledges
 *	11:00 A is answered: room, dana and eli are told; A, B solved
 *	16:30 C comes, P1: due 17:30	17:00 its warning, to the room
 *	17:30 C is late: dana, whose hours are over since 17:00
 *	18:00 eli			18:10 nobody answered: eli in the room
 */
static void three_tickets(struct world *w)
{
	create(w, "t:A", "P1", at(9, 0));
	create(w, "t:B", "P2", at(9, 10));
	reply(w, "t:B", at(9, 50));
	attributes(w, "t:B", "{\"made_sla\":true}", at(9, 50));
	attributes(w, "t:A", "{\"x\":1,\"made_sla\":false}", at(10, 20));
	ack(w, "t:A", at(10, 35));
	reply(w, "t:A", at(11, 0));
	status(w, "t:A", STATUS_SOLVED, at(11, 0));
	status(w, "t:B", STATUS_SOLVED, at(11, 0));
	create(w, "t:C", "P1", at(16, 30));
	until(w, at(20, 0));
}

static const struct backtest_clock *clock_row(
    const struct backtest *b, const char *name)
{
	for (size_t i = 0; i < b->nclocks; i++)
		if (strcmp(b->clocks[i].severity, name) == 0)
			return &b->clocks[i];
	ck_abort_msg("no row of %s", name);
}

/* --- the tests ------------------------------------------------------------ */

START_TEST(tickets_and_clocks)
{
	const struct backtest_clock *c;
	struct world w;

	begin(&w, wall_at(0), NULL);
	three_tickets(&w);
	ck_assert_uint_eq(w.b->tickets, 3);
	ck_assert_uint_eq(w.b->events, 10);
	ck_assert_uint_eq(w.b->refused, 0);
	ck_assert_uint_eq(w.b->warned, 2);
	ck_assert_uint_eq(w.b->escalated, 2);
	ck_assert_uint_eq(w.b->breached, 2);
	ck_assert_uint_eq(w.b->open, 1);
	ck_assert_int_eq(w.b->from.ms, at(9, 0).ms);
	ck_assert_int_eq(w.b->until.ms, at(20, 0).ms);
	ck_assert_uint_eq(w.b->nclocks, 2);
	c = clock_row(w.b, "P1");
	ck_assert_str_eq(c->clock, "first_reply");
	ck_assert_uint_eq(c->started, 2);
	ck_assert_uint_eq(c->warned, 2);
	ck_assert_uint_eq(c->breached, 2);
	ck_assert_uint_eq(c->withdrawn, 0);
	ck_assert_uint_eq(c->met, 0);
	ck_assert_uint_eq(c->met_late, 1);
	c = clock_row(w.b, "P2");
	ck_assert_uint_eq(c->started, 1);
	ck_assert_uint_eq(c->warned, 0);
	ck_assert_uint_eq(c->breached, 0);
	ck_assert_uint_eq(c->met, 1);
	end(&w);
}
END_TEST

START_TEST(chains_and_steps)
{
	const struct backtest_chain *c;
	struct world w;

	begin(&w, wall_at(0), NULL);
	three_tickets(&w);
	c = &w.b->chains[0];
	ck_assert_str_eq(c->name, "call");
	ck_assert_uint_eq(c->tickets, 2);
	ck_assert_uint_eq(c->runs, 2);
	ck_assert_uint_eq(c->acked, 1);
	ck_assert_uint_eq(c->over, 0);
	ck_assert_uint_eq(c->exhausted, 1);
	ck_assert_uint_eq(c->superseded, 0);
	ck_assert_int_eq(c->begins.most_ms, HOUR_MS); /* A and C */
	ck_assert_int_eq(c->begins.least_ms, HOUR_MS);
	ck_assert_int_eq(c->ack.most_ms, 35 * MINUTE_MS);
	ck_assert_uint_eq(c->nsteps, 2);
	ck_assert_str_eq(c->steps[0].who, "dana");
	ck_assert_str_eq(c->steps[1].via, "pager, room");
	ck_assert_uint_eq(c->steps[0].fired, 2);
	ck_assert_uint_eq(c->steps[0].answered, 0);
	ck_assert_uint_eq(c->steps[1].fired, 2);
	ck_assert_uint_eq(c->steps[1].answered, 1);
	ck_assert_int_eq(c->steps[1].after.least_ms, 30 * MINUTE_MS);
	ck_assert_uint_eq(w.b->chains[1].runs, 0);
	end(&w);
}
END_TEST

/* A's is snoozed at 10:05 until 10:20, and nobody answers it then; B's is
 * acknowledged when it has come to its end. */
START_TEST(each_run_ends_in_one_way)
{
	const struct backtest_chain *c;
	struct world w;

	begin(&w, wall_at(0), NULL);
	create(&w, "t:A", "P1", at(9, 0));
	snooze(&w, "t:A", at(10, 5), at(10, 20));
	create(&w, "t:B", "P1", at(10, 30));
	ack(&w, "t:B", at(13, 0));
	until(&w, at(20, 0));
	c = &w.b->chains[0];
	ck_assert_uint_eq(c->acked, 0);
	ck_assert_uint_eq(c->exhausted, 2);
	ck_assert_uint_eq(c->lapsed, 1);
	ck_assert_uint_eq(c->ack.count, 2);
	ck_assert_int_eq(c->ack.most_ms, 90 * MINUTE_MS);
	end(&w);
}
END_TEST

/* What is said of another run does not unsay a step. */
START_TEST(two_runs_at_once)
{
	static const struct change both[] = {
		{ .kind = CHANGE_CHAIN_STARTED, .chain = "call", .run = 1 },
		{ .kind = CHANGE_CHAIN_STARTED, .chain = "unused", .run = 2 },
		{ .kind = CHANGE_CHAIN_STEP, .chain = "unused", .run = 2 },
		{ .kind = CHANGE_CHAIN_STEP, .chain = "call", .run = 1 },
		{ .kind = CHANGE_CHAIN_STEP_SKIPPED,
		    .chain = "unused",
		    .run = 2 },
	};
	struct change changes[5];
	struct decision d = { .changes = changes, .nchanges = 5 };
	struct event ev = { .type = EVENT_TICK, .at = at(9, 10) };
	struct world w;

	for (size_t i = 0; i < 5; i++) {
		changes[i] = both[i];
		changes[i].clock = "";
		changes[i].at = at(9, 10);
	}
	begin(&w, wall_at(0), NULL);
	create(&w, "t:A", "P3", at(9, 0));
	backtest_decided(w.b, simulation_find(w.s, "t:A"), &ev, at(9, 10), &d);
	until(&w, at(9, 30));
	ck_assert_uint_eq(w.b->chains[0].steps[0].fired, 1);
	ck_assert_uint_eq(w.b->chains[0].steps[0].skipped, 0);
	ck_assert_uint_eq(w.b->chains[1].steps[0].fired, 0);
	ck_assert_uint_eq(w.b->chains[1].steps[0].skipped, 1);
	ck_assert_uint_eq(w.b->escalated, 1);
	end(&w);
}
END_TEST

/* Warnings of A and C in the room; dana and eli of A; the end of A to all
 * three; dana and eli of C; exhausted to eli in the room. */
START_TEST(notices_by_whom_and_when)
{
	const struct backtest *b;
	struct world w;

	begin(&w, wall_at(0), NULL);
	three_tickets(&w);
	b = w.b;
	ck_assert_uint_eq(b->notices, 10);
	ck_assert_uint_eq(b->alerts, 7);
	ck_assert_uint_eq(b->of_reason[NOTICE_WARNING], 2);
	ck_assert_uint_eq(b->of_reason[NOTICE_CHAIN], 4);
	ck_assert_uint_eq(b->of_reason[NOTICE_RESOLVED], 3);
	ck_assert_uint_eq(b->of_reason[NOTICE_EXHAUSTED], 1);
	ck_assert_uint_eq(b->people[0].notices, 3);
	ck_assert_uint_eq(b->people[0].alerts, 2);
	ck_assert_uint_eq(b->people[0].off_hours, 1);
	ck_assert(b->people[0].has_hours);
	ck_assert_uint_eq(b->people[1].notices, 4);
	ck_assert_uint_eq(b->people[1].of_reason[NOTICE_CHAIN], 2);
	ck_assert_uint_eq(b->people[1].off_hours, 0);
	ck_assert(!b->people[1].has_hours);
	ck_assert_str_eq(b->people[0].title, "Dana Ruiz");
	ck_assert_str_eq(b->people[1].title, "eli");
	ck_assert_uint_eq(b->people[1].of_channel[0], 1);
	ck_assert_uint_eq(b->people[1].of_channel[1], 3);
	ck_assert_uint_eq(b->people[2].notices, 0);
	ck_assert_uint_eq(b->channels[0].notices, 4);
	ck_assert_uint_eq(b->channels[0].to_room, 3);
	ck_assert_uint_eq(b->channels[1].notices, 6);
	ck_assert_uint_eq(b->channels[1].to_room, 0);
	end(&w);
}
END_TEST

/* 9: 1; 10: 2; 11: 3; 17: 2; 18: 2.  With
 * tickets open nothing was said from 9:00 to 9:30, from 16:30 on for half an
 * hour, and from 18:10 to the end. */
START_TEST(the_week)
{
	struct world w;

	begin(&w, wall_at(0), NULL);
	three_tickets(&w);
	ck_assert_uint_eq(w.b->hours[0][9], 1);
	ck_assert_uint_eq(w.b->hours[0][10], 2);
	ck_assert_uint_eq(w.b->hours[0][11], 3);
	ck_assert_uint_eq(w.b->hours[0][17], 2);
	ck_assert_uint_eq(w.b->hours[0][18], 2);
	ck_assert_uint_eq(w.b->hours[1][9], 0);
	ck_assert_int_eq(w.b->busiest.ms, at(11, 0).ms);
	ck_assert_uint_eq(w.b->busiest_notices, 3);
	ck_assert_int_eq(w.b->silence_from.ms, at(18, 10).ms);
	ck_assert_int_eq(w.b->silence_until.ms, at(20, 0).ms);
	end(&w);
}
END_TEST

/* With no ticket open it is not silent: 11:00 to 16:30 does not count. */
START_TEST(silence_ends_with_the_last_ticket)
{
	struct world w;

	begin(&w, wall_at(0), NULL);
	create(&w, "t:A", "P3", at(9, 0)); /* a warning at 10:30 */
	status(&w, "t:A", STATUS_SOLVED, at(9, 20));
	create(&w, "t:B", "P3", at(15, 0));
	reply(&w, "t:B", at(15, 10));
	status(&w, "t:B", STATUS_SOLVED, at(15, 15));
	until(&w, at(20, 0));
	ck_assert_uint_eq(w.b->notices, 0);
	ck_assert(wall_is_never(w.b->busiest));
	ck_assert_int_eq(w.b->silence_from.ms, at(9, 0).ms);
	ck_assert_int_eq(w.b->silence_until.ms, at(9, 20).ms);
	ck_assert_uint_eq(w.b->open, 0);
	end(&w);
}
END_TEST

START_TEST(history)
{
	const struct backtest_history *h;
	struct world w;

	begin(&w, wall_at(0), &made_sla);
	three_tickets(&w);
	h = &w.b->history;
	ck_assert(h->known);
	ck_assert_uint_eq(h->said, 2); /* of C nothing is said */
	ck_assert_uint_eq(h->missed, 1);
	ck_assert_uint_eq(h->caught, 1);
	ck_assert_int_eq(h->lead.most_ms, 50 * MINUTE_MS); /* 9:30 to 10:20 */
	ck_assert_uint_eq(h->late_before, 1);
	ck_assert_int_eq(h->late_lead.most_ms, 20 * MINUTE_MS);
	ck_assert_uint_eq(h->alerted, 1);
	ck_assert_uint_eq(h->alerted_missed, 1);
	ck_assert_uint_eq(h->alerts, 7);
	ck_assert_uint_eq(h->late_missed, 1);
	ck_assert_uint_eq(h->late_kept, 0);
	ck_assert_uint_eq(h->kept_missed, 0);
	ck_assert_uint_eq(h->kept_kept, 1);
	end(&w);
}
END_TEST

/* A field that is no attribute; a miss before anything was said, and one that
 * was told late, of an instant before the alert. */
START_TEST(history_of_other_fields)
{
	static const struct backtest_missed by_severity = {
		.field = FIELD_SEVERITY, .value = "P2"
	};
	const struct backtest_history *h;
	struct world w;

	begin(&w, wall_at(0), &by_severity);
	create(&w, "t:A", "P1", at(9, 0));
	simulation_advance(w.s, at(9, 40)); /* its warning was at 9:30 */
	severity(&w, "t:A", "P2", at(9, 20));
	create(&w, "t:B", "P2", at(9, 45));
	until(&w, at(9, 50));
	h = &w.b->history;
	ck_assert_uint_eq(h->said, 2);
	ck_assert_uint_eq(h->missed, 2);
	ck_assert_uint_eq(h->caught, 0);
	ck_assert_uint_eq(h->late_before, 0);
	ck_assert_uint_eq(h->alerted, 1);
	ck_assert_uint_eq(h->alerted_missed, 1);
	ck_assert_uint_eq(h->kept_missed, 2);
	end(&w);
}
END_TEST

/* Told at 10:20 that it missed at 9:50: the warning of 9:30 was before, our
 * breach of 10:00 was not. */
START_TEST(history_told_late)
{
	struct world w;

	begin(&w, wall_at(0), &made_sla);
	create(&w, "t:A", "P1", at(9, 0));
	simulation_advance(w.s, at(10, 20));
	attributes(&w, "t:A", "{\"made_sla\":\"false\"}", at(9, 50));
	until(&w, at(10, 25));
	ck_assert_uint_eq(w.b->history.caught, 1);
	ck_assert_int_eq(w.b->history.lead.most_ms, 20 * MINUTE_MS);
	ck_assert_uint_eq(w.b->history.late_before, 0);
	ck_assert_uint_eq(w.b->history.late_lead.count, 0);
	ck_assert_uint_eq(w.b->history.late_missed, 1);
	end(&w);
}
END_TEST

START_TEST(history_as_recorded)
{
	static const struct backtest_missed recorded = { .field = FIELD_COUNT };
	const struct ticket *t;
	struct world w;

	begin(&w, wall_at(0), &recorded);
	create(&w, "t:A", "P1", at(9, 0));
	create(&w, "t:B", "P3", at(9, 0));
	simulation_advance(w.s, at(9, 40));
	t = simulation_find(w.s, "t:A");
	backtest_recorded_miss(w.b, t, at(9, 40));
	backtest_recorded_miss(w.b, t, at(9, 41)); /* once is enough */
	until(&w, at(9, 50));
	ck_assert_uint_eq(w.b->history.said, 2);
	ck_assert_uint_eq(w.b->history.missed, 1);
	ck_assert_uint_eq(w.b->history.caught, 1);
	ck_assert_uint_eq(w.b->history.lead.count, 1);
	ck_assert_int_eq(w.b->history.lead.most_ms, 10 * MINUTE_MS);
	ck_assert_uint_eq(w.b->history.kept_kept, 1);
	end(&w);
}
END_TEST

/* A suggestion is no alert: who gets one is not warned of anything. */
START_TEST(words_that_are_no_alert)
{
	struct notice n = {
		.reason = NOTICE_ASSIGNMENT, .who = "dana", .channel = "pager"
	};
	struct change sent = { .kind = CHANGE_NOTICE_SENT, .clock = "" };
	struct decision d = { .changes = &sent, .nchanges = 1 };
	struct event ev = { .type = EVENT_DELIVERY, .at = at(9, 10) };
	struct ticket *t;
	struct world w;

	begin(&w, wall_at(0), &made_sla);
	create(&w, "t:A", "P3", at(9, 0));
	t = (struct ticket *)simulation_find(w.s, "t:A");
	t->notices = &n;
	backtest_decided(w.b, t, &ev, at(9, 10), &d);
	t->notices = NULL;
	attributes(&w, "t:A", "{\"made_sla\":false}", at(9, 20));
	until(&w, at(9, 30));
	ck_assert_uint_eq(w.b->notices, 1);
	ck_assert_uint_eq(w.b->alerts, 0);
	ck_assert_uint_eq(w.b->people[0].notices, 1);
	ck_assert_uint_eq(w.b->people[0].alerts, 0);
	ck_assert_uint_eq(w.b->history.missed, 1);
	ck_assert_uint_eq(w.b->history.caught, 0);
	ck_assert_uint_eq(w.b->history.alerted, 0);
	end(&w);
}
END_TEST

START_TEST(what_never_came_to_be)
{
	const struct backtest *b;
	struct world w;

	begin(&w, wall_at(0), NULL);
	three_tickets(&w);
	b = w.b;
	ck_assert_uint_eq(b->policies[0].times, 0);
	ck_assert_uint_eq(b->policies[1].times, 3);
	ck_assert_uint_eq(b->rules[0].times, 0);
	ck_assert_uint_eq(b->severities[0].tickets, 2);
	ck_assert_uint_eq(b->severities[1].tickets, 1);
	ck_assert_uint_eq(b->severities[2].tickets, 0);
	ck_assert_uint_eq(b->ntargets, 6);
	for (size_t i = 0; i < b->ntargets; i++) {
		static const size_t times[] = { 0, 0, 0, 2, 1, 0 };

		ck_assert_str_eq(b->targets[i].clock, "first_reply");
		ck_assert_str_eq(b->targets[i].policy, i < 3 ? "gold" : "all");
		ck_assert_str_eq(
		    b->targets[i].severity, b->severities[i % 3].name);
		ck_assert_uint_eq(b->targets[i].times, times[i]);
	}
	end(&w);
}
END_TEST

/* The rule with the longer of two names that begin alike. */
START_TEST(rules_by_name)
{
	static const char *p1[] = { "P1" };
	struct world w;

	begin(&w, wall_at(0), NULL);
	w.m->rules[1].when = (struct condition){ .op = CONDITION_TEST,
		.field = CONDITION_SEVERITY,
		.words = p1,
		.nwords = 1 };
	w.m->rules[1].require_human = true;
	create(&w, "t:A", "P1", at(9, 0));
	create(&w, "t:B", "P2", at(9, 0));
	until(&w, at(9, 10));
	ck_assert_uint_eq(w.b->rules[0].times, 0);
	ck_assert_uint_eq(w.b->rules[1].times, 1);
	end(&w);
}
END_TEST

/* From 10:15 on: A is alive and late already, B is met but not solved. */
START_TEST(since)
{
	const struct backtest *b;
	struct world w;

	begin(&w, at(10, 15), &made_sla);
	three_tickets(&w);
	b = w.b;
	ck_assert_int_eq(b->from.ms, at(10, 15).ms);
	ck_assert_uint_eq(b->tickets, 3);
	ck_assert_uint_eq(b->events, 6);
	ck_assert_uint_eq(b->warned, 1);
	ck_assert_uint_eq(b->breached, 1);
	ck_assert_uint_eq(b->notices, 8);
	ck_assert_uint_eq(b->hours[0][10], 1);
	ck_assert_uint_eq(b->nclocks, 1);
	ck_assert_uint_eq(b->clocks[0].started, 1);
	ck_assert_uint_eq(b->clocks[0].breached, 1);
	ck_assert_uint_eq(b->clocks[0].met_late, 1);
	ck_assert_uint_eq(b->chains[0].runs, 1);
	ck_assert_uint_eq(b->chains[0].acked, 1); /* A's, which began before */
	ck_assert_uint_eq(b->chains[0].steps[0].fired, 1);
	ck_assert_uint_eq(b->chains[0].steps[1].fired, 2);
	ck_assert_uint_eq(b->policies[1].times, 3);
	ck_assert_uint_eq(b->targets[3].times, 2);
	ck_assert_uint_eq(b->history.missed, 1);
	ck_assert_uint_eq(b->history.caught, 1); /* by an alert of before */
	ck_assert_uint_eq(b->history.said, 2);
	ck_assert_uint_eq(b->history.late_missed, 1); /* late since before */
	ck_assert_uint_eq(b->history.kept_kept, 1);
	end(&w);
}
END_TEST

/* Solved before, nothing happens to it any more; and a miss of before is not
 * our matter. */
START_TEST(over_before_since)
{
	struct world w;

	begin(&w, at(10, 0), &made_sla);
	create(&w, "t:A", "P3", at(9, 0));
	attributes(&w, "t:A", "{\"made_sla\":false}", at(9, 5));
	status(&w, "t:A", STATUS_SOLVED, at(9, 10));
	create(&w, "t:B", "P3", at(9, 0));
	attributes(&w, "t:B", "{\"made_sla\":false}", at(9, 5));
	until(&w, at(10, 10));
	ck_assert_uint_eq(w.b->tickets, 1);
	ck_assert_uint_eq(w.b->events, 0);
	ck_assert_int_eq(w.b->from.ms, at(10, 0).ms);
	ck_assert_uint_eq(w.b->history.said, 0);
	ck_assert_uint_eq(w.b->history.missed, 0);
	ck_assert_uint_eq(w.b->history.alerted, 0);
	ck_assert_int_eq(w.b->silence_from.ms, at(10, 0).ms);
	end(&w);
}
END_TEST

START_TEST(drills_and_refusals)
{
	struct world w;

	begin(&w, wall_at(0), &made_sla);
	create(&w, "drill:1", "P1", at(9, 0));
	create(&w, "slawatch:matrix", "P1", at(9, 0));
	ack(&w, "t:unknown", at(9, 10));
	until(&w, at(12, 0));
	ck_assert_uint_eq(w.b->tickets, 0);
	ck_assert_uint_eq(w.b->events, 0);
	ck_assert_uint_eq(w.b->notices, 0);
	ck_assert_uint_eq(w.b->nclocks, 0);
	ck_assert_uint_eq(w.b->chains[0].runs, 0);
	ck_assert_uint_eq(w.b->refused, 1);
	ck_assert(wall_is_never(w.b->silence_from));
	end(&w);
}
END_TEST

/* P1 at 9:00, P2 from 9:40 on, late at 11:00: a breach of P2, and one start.
 * Answered, it stays P2 whatever is said of it later. */
START_TEST(cycles_follow_their_severity)
{
	const struct backtest_clock *c;
	struct world w;

	begin(&w, wall_at(0), NULL);
	create(&w, "t:A", "P1", at(9, 0));
	severity(&w, "t:A", "P2", at(9, 40));
	simulation_advance(w.s, at(11, 10));
	reply(&w, "t:A", at(11, 20));
	severity(&w, "t:A", "P3", at(11, 30));
	until(&w, at(12, 0));
	ck_assert_uint_eq(w.b->nclocks, 1);
	c = clock_row(w.b, "P2");
	ck_assert_uint_eq(c->started, 1);
	ck_assert_uint_eq(c->warned, 1);
	ck_assert_uint_eq(c->breached, 1);
	ck_assert_uint_eq(c->met_late, 1);
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(w.b->severities[i].tickets, 1);
	end(&w);
}
END_TEST

/* Told at 10:40 that it was answered at 9:50: it was not late. */
START_TEST(withdrawn_breach)
{
	const struct backtest_clock *c;
	struct world w;

	begin(&w, wall_at(0), NULL);
	create(&w, "t:A", "P1", at(9, 0));
	simulation_advance(w.s, at(10, 40));
	ck_assert_uint_eq(w.b->breached, 1);
	reply(&w, "t:A", at(9, 50));
	until(&w, at(11, 0));
	ck_assert_uint_eq(w.b->breached, 0);
	c = clock_row(w.b, "P1");
	ck_assert_uint_eq(c->breached, 1);
	ck_assert_uint_eq(c->withdrawn, 1);
	ck_assert_uint_eq(c->met, 1);
	ck_assert_uint_eq(c->met_late, 0);
	ck_assert_uint_eq(w.b->chains[0].over, 1);
	ck_assert_uint_eq(w.b->chains[0].steps[1].over, 1);
	end(&w);
}
END_TEST

/* Late before `since`, and taken back after: neither counts. */
START_TEST(withdrawn_breach_of_before)
{
	const struct backtest_clock *c;
	struct world w;

	begin(&w, at(10, 20), NULL);
	create(&w, "t:A", "P1", at(9, 0));
	simulation_advance(w.s, at(10, 40));
	reply(&w, "t:A", at(9, 50));
	until(&w, at(11, 0));
	ck_assert_uint_eq(w.b->breached, 0);
	c = clock_row(w.b, "P1");
	ck_assert_uint_eq(c->started, 0);
	ck_assert_uint_eq(c->breached, 0);
	ck_assert_uint_eq(c->withdrawn, 0);
	ck_assert_uint_eq(c->met, 1);
	end(&w);
}
END_TEST

/* The same target under another severity: nothing is said of the clock. */
START_TEST(cycles_follow_in_silence)
{
	struct world w;

	begin(&w, wall_at(0), NULL);
	w.m->policies[1].targets[1][matrix_kind(w.m, "first_reply")].ms =
	    HOUR_MS;
	create(&w, "t:A", "P1", at(9, 0));
	severity(&w, "t:A", "P2", at(9, 10));
	until(&w, at(9, 20));
	ck_assert_uint_eq(w.b->nclocks, 1);
	ck_assert_uint_eq(clock_row(w.b, "P2")->started, 1);
	ck_assert_uint_eq(clock_row(w.b, "P2")->unmet, 1);
	end(&w);
}
END_TEST

/* A due by hand moves a clock that has its target already. */
START_TEST(targets_count_once_a_cycle)
{
	struct event ev = event("t:A", EVENT_DUE, at(9, 10));
	struct world w;

	begin(&w, wall_at(0), NULL);
	create(&w, "t:A", "P1", at(9, 0));
	ev.clock = "first_reply";
	ev.due = at(12, 0);
	simulation_event(w.s, &ev);
	until(&w, at(9, 20));
	ck_assert_uint_eq(w.b->events, 2);
	ck_assert_uint_eq(w.b->targets[3].times, 1);
	end(&w);
}
END_TEST

/* Sent on Monday at 9:30 UTC, which is 15:15 in a zone 5:45 east of it, and an
 * hour that begins at 9:15 UTC. */
START_TEST(hours_of_a_zone)
{
	struct errtext err = { "" };
	struct zone_file file;
	struct zone *z;
	struct world w;

	ck_assert(zone_file_read("Asia/Kathmandu", &file));
	z = zone_parse("Asia/Kathmandu", file.bytes, file.len, &err);
	ck_assert_msg(z != NULL, "%s", err.text);
	zone_file_free(&file);
	begin(&w, wall_at(0), NULL);
	w.b->zone = z;
	create(&w, "t:A", "P1", at(9, 0));
	until(&w, at(9, 40));
	ck_assert_uint_eq(w.b->notices, 1);
	ck_assert_uint_eq(w.b->hours[0][15], 1);
	ck_assert_int_eq(w.b->busiest.ms, at(9, 15).ms);
	end(&w);
	zone_free(z);
}
END_TEST

/* Of two hours with as many the first is the busiest. */
START_TEST(first_of_the_busiest)
{
	struct world w;

	begin(&w, wall_at(0), NULL);
	create(&w, "t:A", "P1", at(9, 0));
	status(&w, "t:A", STATUS_SOLVED, at(9, 40)); /* two: 9:30, 9:40 */
	create(&w, "t:B", "P1", at(12, 0));
	status(&w, "t:B", STATUS_SOLVED, at(12, 40));
	until(&w, at(13, 0));
	ck_assert_uint_eq(w.b->notices, 4);
	ck_assert_int_eq(w.b->busiest.ms, at(9, 0).ms);
	ck_assert_uint_eq(w.b->busiest_notices, 2);
	end(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("backtest");
	TCase *tc = tcase_create("backtest");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, tickets_and_clocks);
	tcase_add_test(tc, chains_and_steps);
	tcase_add_test(tc, each_run_ends_in_one_way);
	tcase_add_test(tc, two_runs_at_once);
	tcase_add_test(tc, notices_by_whom_and_when);
	tcase_add_test(tc, the_week);
	tcase_add_test(tc, silence_ends_with_the_last_ticket);
	tcase_add_test(tc, history);
	tcase_add_test(tc, history_of_other_fields);
	tcase_add_test(tc, history_told_late);
	tcase_add_test(tc, history_as_recorded);
	tcase_add_test(tc, words_that_are_no_alert);
	tcase_add_test(tc, what_never_came_to_be);
	tcase_add_test(tc, rules_by_name);
	tcase_add_test(tc, since);
	tcase_add_test(tc, over_before_since);
	tcase_add_test(tc, drills_and_refusals);
	tcase_add_test(tc, cycles_follow_their_severity);
	tcase_add_test(tc, withdrawn_breach);
	tcase_add_test(tc, withdrawn_breach_of_before);
	tcase_add_test(tc, cycles_follow_in_silence);
	tcase_add_test(tc, targets_count_once_a_cycle);
	tcase_add_test(tc, hours_of_a_zone);
	tcase_add_test(tc, first_of_the_busiest);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
