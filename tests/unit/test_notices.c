/* test_notices.c - what becomes of one notice: down, sent, dead, and by hand.
 *
 * Decisions are made one by one, as the store would have them; random outcomes
 * are held against a naive model of what may be in which state.
 *
 * SPDX-License-Identifier: MIT */
#include "core/decide.h"
#include "core/duty.h"

#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define START wall_at(INT64_C(1767609000000)) /* Mon 2026-01-05T10:30Z */

static struct channel channels[] = {
	{ .name = "ops", .type = CHANNEL_LOG, .base = 0 },
	{ .name = "support",
	    .type = CHANNEL_SLACK,
	    .base = 1,
	    .url = "https://slack.com/api" },
	{ .name = "support.dm",
	    .type = CHANNEL_SLACK,
	    .way = WAY_DM,
	    .base = 1,
	    .url = "https://slack.com/api" },
	{ .name = "support.mention",
	    .type = CHANNEL_SLACK,
	    .way = WAY_MENTION,
	    .base = 1,
	    .url = "https://slack.com/api" },
	{ .name = "mail",
	    .type = CHANNEL_SMTP,
	    .base = 4,
	    .url = "smtps://mail.example.com" },
	{ .name = "pager",
	    .type = CHANNEL_PAGERDUTY,
	    .base = 5,
	    .url = "https://events.pagerduty.com" },
};
static struct person people[] = {
	{ .name = "dana",
	    .title = "Dana Ruiz",
	    .slack = "U01DANA",
	    .email = "dana@example.com",
	    .hours = -1,
	    .quiet = -1 },
	{ .name = "omar", .title = "Omar", .hours = -1, .quiet = -1 },
};
static struct severity severities[] = {
	{ .name = "P1", .title = "", .calendar = -1 }
};
static struct step steps[2];
static struct chain chain;
static struct policy policy;
static struct matrix *m;
static struct arena arena;
static struct ticket t;
static struct decision d;
static struct facts facts;
static struct wall now;
static int64_t numbers;

static void setup(void)
{
	arena_init(&arena);
	m = matrix_new();
	m->revision = "one";
	m->severities = severities;
	m->nseverities = 1;
	m->channels = channels;
	m->nchannels = sizeof channels / sizeof channels[0];
	m->people = people;
	m->npeople = 2;
	m->fallback = 0;
	steps[0] = (struct step){ .who = { "dana" },
		.nwho = 1,
		.via = { "dm", "mention", "mail" },
		.nvia = 3,
		.hours = "" };
	steps[1] = (struct step){ .after_ms = HOUR_MS,
		.who = { "support" },
		.nwho = 1,
		.hours = "" };
	chain = (struct chain){ .name = "c",
		.repeat_after_ms = HOUR_MS,
		.steps = steps,
		.nsteps = 2 };
	m->chains = &chain;
	m->nchains = 1;
	memset(&policy, 0, sizeof policy);
	policy.name = "p";
	policy.calendar = -1;
	policy.on_warning = -1;
	policy.on_breach = 0;
	for (int s = 0; s < MATRIX_SEVERITIES_MAX; s++)
		for (int k = 0; k < CLOCK_KINDS_MAX; k++)
			policy.targets[s][k].calendar = -1;
	policy.targets[0][matrix_kind(m, "first_reply")].ms = HOUR_MS;
	m->policies = &policy;
	m->npolicies = 1;
	facts = (struct facts){ .duty = &duty_none };
	ticket_init(&t, &arena, "z:1");
	now = START;
	numbers = 0;
}

static void teardown(void)
{
	matrix_free(m);
	arena_fini(&arena);
}

/* As the store does between two decisions, but that nothing is forgotten. */
static enum verdict tell(struct event ev)
{
	const char *why;

	now = wall_plus(now, 1000);
	ev.at = now;
	ev.due = WALL_NEVER;
	if (ev.type != EVENT_SNOOZED)
		ev.until = WALL_NEVER;
	ev.ticket = "z:1";
	decide(m, &facts, &t, &ev, now, &d);
	for (size_t i = 0; i < t.nnotices; i++)
		if (t.notices[i].id == 0)
			t.notices[i].id = ++numbers;
	ck_assert_msg(ticket_sound(&t, &why), "%s", why);
	return d.verdict;
}

/* The first step has told dana: by dm, with mention and mail as spares. */
static void breached(void)
{
	struct event ev = { .type = EVENT_CREATED, .id = "e1" };

	ev.fields.set = FIELD_BIT(FIELD_SEVERITY);
	ev.fields.text[FIELD_SEVERITY] = "P1";
	ck_assert_int_eq(tell(ev), VERDICT_ACCEPTED);
	now = t.next_due;
	ck_assert_int_eq(
	    tell((struct event){ .type = EVENT_TICK }), VERDICT_ACCEPTED);
	ck_assert_uint_eq(t.nnotices, 1);
	ck_assert_str_eq(t.notices[0].channel, "support.dm");
	ck_assert_str_eq(t.notices[0].spare, "support.mention,mail");
}

static enum verdict outcome(
    int64_t id, enum delivery delivery, const char *text, const char *ref)
{
	return tell((struct event){ .type = EVENT_DELIVERY,
	    .notice_id = id,
	    .delivery = delivery,
	    .text = text,
	    .ref = ref,
	    .again_at = wall_plus(now, MINUTE_MS) });
}

static enum verdict hand(enum event_type type, int64_t id, const char *by)
{
	return tell((struct event){ .type = type, .notice_id = id, .by = by });
}

static size_t count_of(enum change_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < d.nchanges; i++)
		n += d.changes[i].kind == kind;
	return n;
}

static struct notice *notice(int64_t id)
{
	struct notice *n = ticket_notice(&t, id);

	ck_assert_ptr_nonnull(n);
	return n;
}

START_TEST(down_takes_a_way_by_another_endpoint)
{
	breached();
	ck_assert_int_eq(outcome(1, DELIVERY_DOWN, "slack.com is down", NULL),
	    VERDICT_ACCEPTED);
	ck_assert_int_eq(notice(1)->state, NOTICE_WITHDRAWN);
	ck_assert(notice(1)->ended);
	ck_assert_int_eq(notice(1)->attempts, 0);
	ck_assert_int_eq(d.changes[0].kind, CHANGE_NOTICE_DIVERTED);
	ck_assert_str_eq(d.changes[0].detail, "slack.com is down");
	ck_assert_str_eq(notice(2)->channel, "mail"); /* not the mention */
	ck_assert_str_eq(notice(2)->spare, "");
	/* Mail is down as well: it stays, and nothing has happened to it. */
	ck_assert_int_eq(
	    outcome(2, DELIVERY_DOWN, "down", NULL), VERDICT_NOTHING);
	ck_assert_uint_eq(d.nchanges, 0);
	ck_assert_int_eq(notice(2)->state, NOTICE_PENDING);
	ck_assert_int_eq(notice(2)->attempts, 0);
	ck_assert_uint_eq(t.nnotices, 2);
}
END_TEST

/* A refusal is not about the endpoint: the mention may do. */
START_TEST(refused_takes_any_other_way)
{
	breached();
	outcome(1, DELIVERY_NEVER, "user_disabled", NULL);
	ck_assert_int_eq(notice(1)->state, NOTICE_DEAD);
	ck_assert_str_eq(notice(2)->channel, "support.mention");
	ck_assert_str_eq(notice(2)->spare, "mail");
}
END_TEST

START_TEST(sent_keeps_what_they_call_it)
{
	breached();
	outcome(1, DELIVERY_OK, "in a digest of 17", "1767603960.000100");
	ck_assert_str_eq(notice(1)->ref, "1767603960.000100");
	ck_assert_str_eq(d.changes[0].detail, "in a digest of 17");
	ck_assert(!notice(1)->ended);
}
END_TEST

START_TEST(a_dead_one_is_sent_all_the_same)
{
	struct wall useful;

	breached();
	steps[0].nvia = 1;
	outcome(1, DELIVERY_NEVER, "no", NULL);
	useful = notice(1)->useful_until;
	ck_assert_int_eq(hand(EVENT_NOTICE_RETRY, 1, NULL), VERDICT_INVALID);
	ck_assert_int_eq(hand(EVENT_NOTICE_RETRY, 1, ""), VERDICT_INVALID);
	ck_assert_int_eq(
	    hand(EVENT_NOTICE_RETRY, 99, "omar"), VERDICT_UNKNOWN_TICKET);
	ck_assert_int_eq(hand(EVENT_NOTICE_DROP, 1, "omar"), VERDICT_CONFLICT);
	ck_assert_int_eq(hand(EVENT_NOTICE_RETRY, 1, "omar"), VERDICT_ACCEPTED);
	ck_assert_int_eq(notice(1)->state, NOTICE_PENDING);
	ck_assert_int_eq(notice(1)->attempts, 0);
	ck_assert(wall_same(notice(1)->free_at, now));
	ck_assert(wall_before(useful, notice(1)->useful_until));
	ck_assert_str_eq(d.changes[0].detail, "by omar");
	ck_assert_int_eq(hand(EVENT_NOTICE_RETRY, 1, "omar"), VERDICT_CONFLICT);
	/* The matrix has its channel no more. */
	outcome(1, DELIVERY_NEVER, "no", NULL);
	m->nchannels = 2;
	ck_assert_int_eq(hand(EVENT_NOTICE_RETRY, 1, "omar"), VERDICT_CONFLICT);
	ck_assert_ptr_nonnull(strstr(d.why.text, "support.dm"));
	m->nchannels = sizeof channels / sizeof channels[0];
}
END_TEST

/* It would alert somebody of what is over. */
START_TEST(what_is_over_is_not_said_again)
{
	breached();
	outcome(1, DELIVERY_NEVER, "no", NULL);
	outcome(2, DELIVERY_OK, "", NULL);
	tell((struct event){
	    .type = EVENT_COMMENT, .author = AUTHOR_AGENT, .is_public = true });
	ck_assert(notice(1)->ended);
	ck_assert_int_eq(hand(EVENT_NOTICE_RETRY, 1, "omar"), VERDICT_CONFLICT);
	ck_assert_ptr_nonnull(strstr(d.why.text, "is over"));
	/* The word that it is over may be. */
	ck_assert_int_eq(notice(3)->reason, NOTICE_RESOLVED);
	outcome(3, DELIVERY_NEVER, "no", NULL);
	ck_assert_int_eq(notice(3)->state, NOTICE_DEAD);
	ck_assert_int_eq(hand(EVENT_NOTICE_RETRY, 3, "omar"), VERDICT_ACCEPTED);
	ck_assert(!notice(3)->ended);
	ck_assert_int_eq(outcome(3, DELIVERY_OK, "", NULL), VERDICT_ACCEPTED);
	ck_assert(notice(3)->ended);
}
END_TEST

/* It was on its way when it was dropped: whoever got it was alerted, and hears
 * of the end then, not now. */
START_TEST(a_dropped_one_may_arrive_all_the_same)
{
	breached();
	ck_assert_int_eq(hand(EVENT_NOTICE_DROP, 1, "omar"), VERDICT_ACCEPTED);
	ck_assert_int_eq(notice(1)->state, NOTICE_WITHDRAWN);
	ck_assert_int_eq(d.changes[0].kind, CHANGE_NOTICE_DROPPED);
	ck_assert_int_eq(
	    outcome(1, DELIVERY_NEVER, "no", NULL), VERDICT_NOTHING);
	ck_assert_int_eq(outcome(1, DELIVERY_OK, "", NULL), VERDICT_ACCEPTED);
	ck_assert_int_eq(notice(1)->state, NOTICE_DONE);
	ck_assert_uint_eq(count_of(CHANGE_NOTICE_QUEUED), 0);
	tell((struct event){
	    .type = EVENT_COMMENT, .author = AUTHOR_AGENT, .is_public = true });
	ck_assert_uint_eq(count_of(CHANGE_NOTICE_QUEUED), 1);
	ck_assert_int_eq(notice(2)->reason, NOTICE_RESOLVED);
}
END_TEST

/* Nobody is alarmed because a follower did not hear. */
START_TEST(an_update_that_is_refused_is_left)
{
	breached();
	outcome(1, DELIVERY_NEVER, "no", NULL); /* now by mention */
	outcome(2, DELIVERY_OK, "", NULL);
	tell((struct event){ .type = EVENT_ACKNOWLEDGED, .by = "dana" });
	ck_assert_int_eq(notice(3)->reason, NOTICE_UPDATE);
	ck_assert_str_eq(notice(3)->channel, "support");
	ck_assert_str_eq(notice(3)->who, "");
	outcome(3, DELIVERY_NEVER, "is_archived", NULL);
	ck_assert_uint_eq(count_of(CHANGE_NOTICE_QUEUED), 0);
	ck_assert(notice(3)->ended);
	ck_assert_uint_eq(t.nnotices, 3);
}
END_TEST

START_TEST(the_room_does_not_know_what_was_said_alone)
{
	breached();
	outcome(1, DELIVERY_OK, "", NULL);
	tell((struct event){ .type = EVENT_ACKNOWLEDGED, .by = "dana" });
	ck_assert_uint_eq(t.nnotices, 1);
}
END_TEST

/* Who reads it in the room may act before the room's answer is here: what they
 * did is said there once it is, and nobody is told that it is over. */
START_TEST(a_room_hears_what_was_done_before_it_answered)
{
	breached();
	outcome(1, DELIVERY_NEVER, "no", NULL); /* now by mention */
	ck_assert_int_eq(notice(2)->state, NOTICE_PENDING);
	tell((struct event){ .type = EVENT_ACKNOWLEDGED, .by = "dana" });
	tell((struct event){ .type = EVENT_CLAIMED, .by = "omar" });
	ck_assert_uint_eq(t.nnotices, 2);
	ck_assert_int_eq(notice(2)->state, NOTICE_WITHDRAWN);
	outcome(2, DELIVERY_OK, "", NULL);
	ck_assert_uint_eq(t.nnotices, 3);
	ck_assert_int_eq(notice(3)->reason, NOTICE_UPDATE);
	ck_assert_str_eq(notice(3)->channel, "support");
	ck_assert_str_eq(notice(3)->who, "");
	ck_assert_str_eq(
	    notice(3)->detail, "Acknowledged by Dana Ruiz; Claimed by Omar");
	/* From now on it is a room like any other. */
	tell((struct event){ .type = EVENT_ACKNOWLEDGED, .by = "dana" });
	ck_assert_str_eq(notice(4)->detail, "Acknowledged by Dana Ruiz");
	tell((struct event){
	    .type = EVENT_COMMENT, .author = AUTHOR_AGENT, .is_public = true });
	ck_assert_int_eq(notice(5)->reason, NOTICE_RESOLVED);
	ck_assert_uint_eq(t.nnotices, 5);
}
END_TEST

/* What goes to a room that was told before is on its way: what was done is said
 * there at once, and that it arrives after that is the end of nothing. */
START_TEST(what_arrives_after_an_ack_is_no_end)
{
	breached();
	outcome(1, DELIVERY_NEVER, "no", NULL);
	outcome(2, DELIVERY_OK, "", NULL);
	now = wall_plus(now, HOUR_MS);
	tell((struct event){ .type = EVENT_TICK });
	ck_assert_str_eq(notice(3)->channel, "support");
	tell((struct event){ .type = EVENT_ACKNOWLEDGED, .by = "dana" });
	ck_assert_int_eq(notice(3)->state, NOTICE_WITHDRAWN);
	ck_assert_int_eq(notice(4)->reason, NOTICE_UPDATE);
	outcome(3, DELIVERY_OK, "", NULL);
	ck_assert_uint_eq(t.nnotices, 4);
	tell((struct event){
	    .type = EVENT_COMMENT, .author = AUTHOR_AGENT, .is_public = true });
	ck_assert_int_eq(notice(5)->reason, NOTICE_RESOLVED);
	ck_assert_uint_eq(t.nnotices, 5);
}
END_TEST

/* Nor to somebody alone: they hear of the end when it comes, as they would have
 * had the answer been there before the ack. */
START_TEST(what_arrives_after_an_ack_is_no_end_to_a_person)
{
	breached();
	tell((struct event){ .type = EVENT_ACKNOWLEDGED, .by = "omar" });
	ck_assert_int_eq(notice(1)->state, NOTICE_WITHDRAWN);
	outcome(1, DELIVERY_OK, "", NULL);
	ck_assert_int_eq(notice(1)->state, NOTICE_DONE);
	ck_assert_uint_eq(t.nnotices, 1);
	tell((struct event){
	    .type = EVENT_COMMENT, .author = AUTHOR_AGENT, .is_public = true });
	ck_assert_int_eq(notice(2)->reason, NOTICE_RESOLVED);
	ck_assert_str_eq(notice(2)->who, "dana");
	ck_assert_uint_eq(t.nnotices, 2);
}
END_TEST

/* A rule's word is of the ticket, of no clock and no chain. */
START_TEST(a_rules_word_that_arrives_after_an_ack_is_no_end)
{
	breached();
	notice(1)->reason = NOTICE_RULE;
	notice(1)->run = 0;
	notice(1)->clock = "";
	tell((struct event){ .type = EVENT_ACKNOWLEDGED, .by = "omar" });
	ck_assert_int_eq(notice(1)->state, NOTICE_WITHDRAWN);
	outcome(1, DELIVERY_OK, "", NULL);
	ck_assert_int_eq(notice(1)->state, NOTICE_DONE);
	ck_assert_uint_eq(t.nnotices, 1);
	tell((struct event){ .type = EVENT_DELETED });
	ck_assert_int_eq(notice(2)->reason, NOTICE_RESOLVED);
	ck_assert_uint_eq(t.nnotices, 2);
}
END_TEST

/* One that never got there owes nothing, nor does one that waits its time. */
START_TEST(a_room_that_was_not_told_hears_nothing)
{
	breached();
	outcome(1, DELIVERY_NEVER, "no", NULL);
	notice(2)->free_at = wall_plus(now, HOUR_MS);
	tell((struct event){ .type = EVENT_ACKNOWLEDGED, .by = "dana" });
	ck_assert_str_eq(notice(2)->owed, "");
	ck_assert(notice(2)->ended);
	teardown();
	setup();
	breached();
	outcome(1, DELIVERY_NEVER, "no", NULL);
	tell((struct event){ .type = EVENT_ACKNOWLEDGED, .by = "dana" });
	outcome(2, DELIVERY_NEVER, "no", NULL);
	ck_assert_uint_eq(t.nnotices, 2);
	tell((struct event){ .type = EVENT_DELETED });
	ck_assert(notice(2)->ended);
	ck_assert_uint_eq(t.nnotices, 2);
}
END_TEST

/* It is over while it is on its way: both are told, in this order. */
START_TEST(done_and_over_before_the_room_answered)
{
	breached();
	outcome(1, DELIVERY_NEVER, "no", NULL);
	tell((struct event){ .type = EVENT_ACKNOWLEDGED, .by = "dana" });
	tell((struct event){
	    .type = EVENT_COMMENT, .author = AUTHOR_AGENT, .is_public = true });
	ck_assert(notice(2)->ended);
	outcome(2, DELIVERY_OK, "", NULL);
	ck_assert_uint_eq(t.nnotices, 4);
	ck_assert_int_eq(notice(3)->reason, NOTICE_UPDATE);
	ck_assert_int_eq(notice(4)->reason, NOTICE_RESOLVED);
}
END_TEST

/* An ack makes alarms moot, not the word of another ack. */
START_TEST(updates_wait_for_each_other)
{
	breached();
	outcome(1, DELIVERY_NEVER, "no", NULL);
	outcome(2, DELIVERY_OK, "", NULL);
	tell((struct event){ .type = EVENT_ACKNOWLEDGED, .by = "dana" });
	tell((struct event){ .type = EVENT_CLAIMED, .by = "omar" });
	ck_assert_int_eq(notice(3)->state, NOTICE_PENDING);
	ck_assert_str_eq(notice(4)->detail, "Claimed by Omar");
	/* When it is over they say nothing new. */
	tell((struct event){ .type = EVENT_DELETED });
	ck_assert_int_eq(notice(3)->state, NOTICE_WITHDRAWN);
	ck_assert_int_eq(notice(4)->state, NOTICE_WITHDRAWN);
	ck_assert_int_eq(notice(5)->reason, NOTICE_RESOLVED);
	ck_assert_uint_eq(t.nnotices, 5);
}
END_TEST

/* What was said is cut where a letter ends. */
START_TEST(long_words_are_cut)
{
	char text[1000];

	breached();
	outcome(1, DELIVERY_NEVER, "no", NULL);
	outcome(2, DELIVERY_OK, "", NULL);
	for (size_t i = 0; i + 2 < sizeof text; i += 2)
		memcpy(text + i, "\xc3\xa9", 3);
	tell((struct event){
	    .type = EVENT_ACKNOWLEDGED, .by = "U01DANA", .text = text });
	ck_assert_int_eq(notice(3)->reason, NOTICE_UPDATE);
	ck_assert_uint_eq(strlen(notice(3)->detail),
	    strlen("Acknowledged by Dana Ruiz: ") + 300 + 3);
	ck_assert_str_eq(
	    notice(3)->detail + strlen(notice(3)->detail) - 5, "\xc3\xa9...");
}
END_TEST

/* --- any outcomes --------------------------------------------------------- */

/* What may follow which, by the drawing in a reader's head. */
static bool may_become(
    const struct notice *was, enum notice_state is, const struct event *ev)
{
	if (was->state == is)
		return true;
	switch (was->state) {
	case NOTICE_PENDING:
		return true;
	case NOTICE_WITHDRAWN:
		return is == NOTICE_DONE && ev->type == EVENT_DELIVERY &&
		       ev->delivery == DELIVERY_OK;
	case NOTICE_DEAD:
		return (is == NOTICE_PENDING &&
			   ev->type == EVENT_NOTICE_RETRY) ||
		       (is == NOTICE_DONE && ev->type == EVENT_DELIVERY);
	case NOTICE_DONE:
	case NOTICE_STATE_COUNT:
		break;
	}
	return false;
}

static struct event some_event(struct rng *rng)
{
	static const enum event_type types[] = { EVENT_NOTICE_RETRY,
		EVENT_NOTICE_DROP, EVENT_TICK, EVENT_ACKNOWLEDGED,
		EVENT_SNOOZED, EVENT_ESCALATED };
	struct event ev = { .type = EVENT_DELIVERY,
		.by = "dana",
		.notice_id = (int64_t)rng_below(rng, (uint64_t)numbers + 1),
		.delivery = (enum delivery)rng_below(rng, 4),
		.until = wall_plus(now, HOUR_MS),
		.again_at = wall_plus(now, MINUTE_MS) };

	if (rng_one_in(rng, 2))
		ev.type = types[rng_below(rng, 6)];
	if (rng_one_in(rng, 20)) {
		ev.type = EVENT_COMMENT;
		ev.author = rng_one_in(rng, 2) ? AUTHOR_AGENT : AUTHOR_CUSTOMER;
		ev.is_public = true;
	}
	if (ev.type == EVENT_TICK)
		now = wall_plus(now, 20 * MINUTE_MS);
	/* What is over comes to an end once; nothing else is in flight. */
	if (ev.type == EVENT_DELIVERY && ev.notice_id > 0 &&
	    (notice(ev.notice_id)->state == NOTICE_DONE ||
		notice(ev.notice_id)->state == NOTICE_DEAD))
		ev.notice_id = 0;
	if (ev.notice_id == 0)
		ev.notice_id = -1;
	return ev;
}

START_TEST(any_outcomes_leave_it_sound)
{
	struct rng rng = rng_seeded("test_notices");
	size_t diverted = 0, revived = 0, dropped = 0, updates = 0;

	for (int life = 0; life < 300; life++) {
		struct notice was[200];

		breached();
		for (int i = 0; i < 40 && t.nnotices < 150; i++) {
			size_t n = t.nnotices;
			struct event ev = some_event(&rng);

			memcpy(was, t.notices, n * sizeof *was);
			tell(ev);
			for (size_t k = 0; k < n; k++)
				ck_assert_msg(may_become(&was[k],
						  t.notices[k].state, &ev),
				    "%s to %s by %s",
				    notice_state_name(was[k].state),
				    notice_state_name(t.notices[k].state),
				    event_type_name(ev.type));
			for (size_t k = n; k < t.nnotices; k++)
				updates += t.notices[k].reason == NOTICE_UPDATE;
			diverted += count_of(CHANGE_NOTICE_DIVERTED);
			revived += count_of(CHANGE_NOTICE_REVIVED);
			dropped += count_of(CHANGE_NOTICE_DROPPED);
		}
		teardown();
		setup();
	}
	ck_assert_uint_gt(diverted, 50);
	ck_assert_uint_gt(revived, 10);
	ck_assert_uint_gt(dropped, 50);
	ck_assert_uint_gt(updates, 50);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("notices");
	TCase *tc = tcase_create("notices");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, down_takes_a_way_by_another_endpoint);
	tcase_add_test(tc, refused_takes_any_other_way);
	tcase_add_test(tc, sent_keeps_what_they_call_it);
	tcase_add_test(tc, a_dead_one_is_sent_all_the_same);
	tcase_add_test(tc, what_is_over_is_not_said_again);
	tcase_add_test(tc, a_dropped_one_may_arrive_all_the_same);
	tcase_add_test(tc, an_update_that_is_refused_is_left);
	tcase_add_test(tc, the_room_does_not_know_what_was_said_alone);
	tcase_add_test(tc, a_room_hears_what_was_done_before_it_answered);
	tcase_add_test(tc, a_room_that_was_not_told_hears_nothing);
	tcase_add_test(tc, what_arrives_after_an_ack_is_no_end);
	tcase_add_test(tc, what_arrives_after_an_ack_is_no_end_to_a_person);
	tcase_add_test(tc, a_rules_word_that_arrives_after_an_ack_is_no_end);
	tcase_add_test(tc, done_and_over_before_the_room_answered);
	tcase_add_test(tc, updates_wait_for_each_other);
	tcase_add_test(tc, long_words_are_cut);
	tcase_add_test(tc, any_outcomes_leave_it_sound);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
