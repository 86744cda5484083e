/* test_outbox.c - who goes next, and who waits for what?
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/outbox.h"
#include "lib/outbox_hands.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* --- order and durability ------------------------------------------------ */

START_TEST(urgent_ones_go_first)
{
	put(1, NOTICE_RESOLVED, 10, "hook");
	put(2, NOTICE_REMINDER, 10, "hook");
	put(3, NOTICE_WARNING, 10, "hook");
	put(4, NOTICE_CHAIN, 30, "hook");
	put(8, NOTICE_MATRIX, 5, "hook");
	put(6, NOTICE_BREACH, 20, "hook");
	put(5, NOTICE_BREACH, 20, "hook");
	put(7, NOTICE_BREACH, 999, "hook");
	ripen(50);
	ck_assert_int_eq(take(50), 5);
	ck_assert_int_eq(parcel.kind, PARCEL_NOTICE);
	ck_assert_uint_eq(parcel.count, 1);
	ck_assert_int_eq(parcel.tickets[0], 1005);
	ck_assert_int_eq(take(50), 6);
	ck_assert_int_eq(take(50), 4);
	ck_assert_int_eq(take(50), 3);
	ck_assert_int_eq(take(50), 2);
	ck_assert_int_eq(take(50), 1);
	ck_assert_int_eq(take(50), 8);
	ck_assert_int_eq(take(50), -1);
	ck_assert_int_eq(lane_named("hook", "").busy, 7);
	ck_assert_int_eq(outbox_next(box, wall_at(50)).ms, 999);
}
END_TEST

START_TEST(nothing_goes_before_it_is_durable)
{
	put(1, NOTICE_BREACH, 100, "hook");
	put(2, NOTICE_BREACH, 200, "hook");
	ck_assert_int_eq(
	    outbox_ripen(box, wall_at(250), wall_at(50), at(0)).ms, 100);
	ck_assert_int_eq(take(250), -1);
	ck_assert_int_eq(
	    outbox_ripen(box, wall_at(250), wall_at(150), at(0)).ms, 200);
	ck_assert_int_eq(take(250), 1);
	ck_assert_int_eq(take(250), -1);
	ripen(250);
	ck_assert_int_eq(take(250), 2);
}
END_TEST

START_TEST(held_is_in_somebodys_hands)
{
	int64_t ticket = 0;

	put(1, NOTICE_BREACH, 10, "hook");
	ripen(20);
	ck_assert_int_eq(take(20), 1);
	/* Another change of the ticket says it is pending: it is with us. */
	put(1, NOTICE_BREACH, 10, "hook");
	ripen(30);
	ck_assert_int_eq(take(30), -1);
	over(ATTEMPT_ANSWERED, 31);
	outbox_release(box, 1, wall_at(40));
	ripen(39);
	ck_assert_int_eq(take(39), -1);
	ripen(40);
	ck_assert_int_eq(take(40), 1);
	/* Withdrawn while it was sent: not put back. */
	outbox_gone(box, 1);
	ck_assert(outbox_ticket(box, 1, &ticket));
	ck_assert_int_eq(ticket, 1001);
	outbox_release(box, 1, wall_at(50));
	ck_assert(!outbox_ticket(box, 1, &ticket));
	ck_assert_uint_eq(outbox_count(box), 0);
}
END_TEST

START_TEST(gone_is_forgotten)
{
	put(1, NOTICE_BREACH, 10, "hook");
	put(2, NOTICE_BREACH, 500, "hook");
	ripen(20);
	outbox_gone(box, 1);
	outbox_gone(box, 2);
	outbox_gone(box, 3);
	ck_assert_uint_eq(outbox_count(box), 0);
	ck_assert_int_eq(take(20), -1);
	ck_assert(wall_is_never(outbox_next(box, wall_at(20))));
	ck_assert_int_eq(outbox_next_mono(box, at(20)).ms, INT64_MAX);
}
END_TEST

/* A post and a notice of the same number are two things. */
START_TEST(an_edit_has_a_lane_of_its_own)
{
	put(7, NOTICE_BREACH, 0, "support");
	put(-7, NOTICE_UPDATE, 0, "support");
	put(-8, NOTICE_UPDATE, 0, "support");
	ripen(0);
	ck_assert_int_eq(take(0), 7);
	ck_assert_int_eq(parcel.kind, PARCEL_NOTICE);
	ck_assert_int_eq(take(0), -7);
	ck_assert_int_eq(parcel.kind, PARCEL_EDIT);
	/* Stale anew while it was edited: once more, though it was sent. */
	put(-7, NOTICE_UPDATE, 1, "support");
	over(ATTEMPT_ANSWERED, 1);
	outbox_release(box, -7, WALL_NEVER);
	ck_assert_int_eq(take(1), -1);
	ck_assert_int_eq(outbox_next_mono(box, at(1)).ms, 1201);
	ripen(1201);
	ck_assert_int_eq(send(1200), -1);
	ck_assert_int_eq(send(1201), -8);
	ck_assert_int_eq(parcel.kind, PARCEL_EDIT);
	ck_assert_int_eq(send(2401), -7);
	ck_assert_int_eq(send(9600), -1);
	ck_assert_uint_eq(outbox_count(box), 1);
}
END_TEST

/* --- lanes --------------------------------------------------------------- */

START_TEST(a_pause_holds_one_lane)
{
	put(1, NOTICE_BREACH, 10, "hook");
	put_as(2, NOTICE_BREACH, 10, "mail", "eli", false);
	ripen(20);
	ck_assert_int_eq(take(20), 1);
	outbox_pause(box, parcel.lane, at(100));
	outbox_pause(box, parcel.lane, at(60)); /* shorter: nothing changes */
	over(ATTEMPT_ANSWERED, 20);
	outbox_release(box, 1, wall_at(20));
	ripen(20);
	ck_assert_int_eq(take(20), 2);
	ck_assert_int_eq(take(20), -1);
	ck_assert_int_eq(outbox_next_mono(box, at(20)).ms, 100);
	ck_assert_int_eq(take(99), -1);
	ck_assert_int_eq(take(100), 1);
}
END_TEST

START_TEST(a_person_is_a_lane_and_a_room_is_one)
{
	put_as(1, NOTICE_BREACH, 0, "support", "dana", false);
	put_as(2, NOTICE_BREACH, 0, "support.mention", "eli", false);
	put_as(3, NOTICE_BREACH, 0, "support.dm", "eli", false);
	put_as(4, NOTICE_BREACH, 0, "support.dm", "dana", false);
	put_as(5, NOTICE_BREACH, 0, "mail", "eli", false);
	put_as(6, NOTICE_BREACH, 0, "gone", "eli", false);
	ripen(0);
	ck_assert_uint_eq(outbox_lanes(box), 5);
	ck_assert_uint_eq(lane_named("support", "").ready, 2);
	ck_assert_uint_eq(lane_named("support.dm", "eli").ready, 1);
	ck_assert_uint_eq(lane_named("support.dm", "dana").ready, 1);
	ck_assert_uint_eq(lane_named("mail", "eli").ready, 1);
	/* Of a channel that no matrix knows: somebody has to refuse it. */
	ck_assert_str_eq(lane_named("gone", "").endpoint, "");
	ck_assert_str_eq(lane_named("support.dm", "eli").endpoint, "slack.com");
	ck_assert_str_eq(
	    lane_named("mail", "eli").endpoint, "mail.example.com:465");
	for (int i = 0; i < 5; i++)
		ck_assert_int_ne(take(0), -1);
	/* A thread begins once: the room has one attempt at a time. */
	ck_assert_int_eq(take(0), -1);
}
END_TEST

/* Burst 3: three tests are as many messages, whoever is mentioned by them. */
START_TEST(what_goes_beside_it_is_paid_for)
{
	outbox_spend(box, "support", "", at(0));
	outbox_spend(box, "support.mention", "dana", at(0));
	outbox_spend(box, "support.dm", "dana", at(0));
	put_as(1, NOTICE_BREACH, 0, "support", "", false);
	ripen(0);
	ck_assert_int_eq(take(0), 1);
	over(ATTEMPT_ANSWERED, 0);
	outbox_spend(box, "support", "", at(0));
	put_as(2, NOTICE_BREACH, 0, "support", "", false);
	ripen(0);
	ck_assert_int_eq(take(0), -1);
	ck_assert_int_eq(take(1999), -1);
	ck_assert_int_eq(take(2000), 2);
}
END_TEST

START_TEST(attempts_are_bounded)
{
	for (int64_t id = 1; id <= 100; id++) {
		put(id, NOTICE_BREACH, 0, "hook");
		put(1000 + id, NOTICE_BREACH, 0, "log");
	}
	ripen(0);
	for (int i = 0; i < LANE_BUSY_MAX + LANE_LOG_MAX; i++)
		ck_assert_int_ne(take(0), -1);
	ck_assert_int_eq(take(0), -1);
	ck_assert_int_eq(outbox_next_mono(box, at(0)).ms, INT64_MAX);
	ck_assert_int_eq(lane_named("hook", "").busy, LANE_BUSY_MAX);
	ck_assert_int_eq(lane_named("log", "").busy, LANE_LOG_MAX);
}
END_TEST

START_TEST(an_endpoint_is_not_overrun)
{
	static const char *const who[] = { "a", "b", "c", "d" };

	for (int64_t id = 0; id < 40; id++)
		put_as(id, NOTICE_BREACH, 0, "mail", who[id % 4], false);
	ripen(0);
	for (int i = 0; i < ENDPOINT_BUSY_MAX; i++)
		ck_assert_int_ne(take(0), -1);
	ck_assert_int_eq(take(0), -1);
	over(ATTEMPT_ANSWERED, 1);
	ck_assert_int_ne(take(1), -1);
	ck_assert_int_eq(take(1), -1);
}
END_TEST

/* The first lane has enough for everybody's attempts. */
START_TEST(everybody_has_their_turn)
{
	bool told[4] = { false };

	for (int64_t id = 0; id < 40; id++)
		put_as(id, NOTICE_BREACH, 0, "mail",
		    (const char *const[]){
			"a", "b", "c", "d" }[id < 4 ? id : 0],
		    false);
	ripen(0);
	for (int i = 0; i < 4; i++) {
		int64_t id = take(0);

		told[id < 4 ? id : 0] = true;
	}
	ck_assert(told[0] && told[1] && told[2] && told[3]);
}
END_TEST

/* A room that is full of one channel's notices does not delay another's. */
START_TEST(is_bounded_without_starving_anybody)
{
	int64_t ticket;

	outbox_set_on_disk(box, false);
	for (int64_t id = 1; id <= OUTBOX_MAX; id++)
		put(id, NOTICE_BREACH, 1000 + id, "support");
	ck_assert(!outbox_on_disk(box));
	put(900001, NOTICE_BREACH, 5, "support");
	ck_assert(outbox_on_disk(box));
	ck_assert(!outbox_ticket(box, 900001, &ticket));
	put(900002, NOTICE_BREACH, 5, "hook");
	ck_assert(outbox_ticket(box, 900002, &ticket));
	ck_assert_uint_eq(outbox_count(box), OUTBOX_MAX);
	/* The next ones of the long lane are still there. */
	ck_assert(outbox_ticket(box, 1, &ticket));
	ripen(10);
	ck_assert_int_eq(take(10), 900002);
}
END_TEST

/* --- breakers ------------------------------------------------------------ */

START_TEST(what_has_another_way_does_not_wait_for_the_dead)
{
	int64_t id = 0;
	int64_t ticket = 0;
	size_t lane;

	put_as(1, NOTICE_BREACH, 0, "support", "", false);
	put_as(2, NOTICE_BREACH, 0, "other", "", false);
	put_as(3, NOTICE_BREACH, 0, "support.dm", "eli", true);
	ripen(0);
	for (int i = 1; i <= 3; i++) {
		ck_assert_int_ne(take(0), -1);
		ck_assert_int_eq(over(ATTEMPT_FAILED, 0),
		    i < 3 ? BREAKER_SAME : BREAKER_OPENED);
		outbox_release(box, parcel.ids[0], wall_at(10));
	}
	ck_assert_str_eq(outbox_changed(box), "slack.com");
	put_as(4, NOTICE_WARNING, 10, "support", "", true);
	ripen(10);
	ck_assert_int_eq(take(10), -1);
	ck_assert(outbox_take_stranded(box, at(10), &lane, &id, &ticket));
	ck_assert_int_eq(id, 4);
	ck_assert_int_eq(ticket, 1004);
	ck_assert(outbox_take_stranded(box, at(10), &lane, &id, &ticket));
	ck_assert_int_eq(id, 3);
	ck_assert(!outbox_take_stranded(box, at(10), &lane, &id, &ticket));
	/* What has none is the probe, one at a time. */
	ck_assert_int_eq(outbox_next_mono(box, at(10)).ms, 2500);
	ck_assert_int_eq(take(2499), -1);
	ck_assert_int_ne(take(2500), -1);
	ck_assert_int_eq(lane_named("support", "").breaker, BREAKER_HALF_OPEN);
	put(5, NOTICE_BREACH, 10, "other");
	ripen(2500);
	ck_assert_int_eq(take(2500), -1);
	ck_assert_int_eq(outbox_next_mono(box, at(2500)).ms, INT64_MAX);
	ck_assert_int_eq(over(ATTEMPT_ANSWERED, 2600), BREAKER_RECOVERED);
	ck_assert_str_eq(outbox_changed(box), "slack.com");
	ck_assert_int_ne(take(2600), -1);
}
END_TEST

START_TEST(a_long_pause_is_as_bad_as_down)
{
	int64_t id = 0;
	int64_t ticket;
	size_t lane;

	put(1, NOTICE_BREACH, 0, "support");
	ripen(0);
	ck_assert_int_eq(take(0), 1);
	outbox_pause(box, parcel.lane, at(LANE_PATIENCE_MS + 10));
	over(ATTEMPT_ANSWERED, 0);
	put_as(2, NOTICE_BREACH, 0, "support", "", true);
	put_as(3, NOTICE_BREACH, 0, "support", "", false);
	ripen(0);
	ck_assert(!outbox_take_stranded(box, at(10), &lane, &id, &ticket));
	ck_assert(outbox_take_stranded(box, at(9), &lane, &id, &ticket));
	ck_assert_int_eq(id, 2);
	ck_assert(!outbox_take_stranded(box, at(9), &lane, &id, &ticket));
}
END_TEST

/* A revoked token of one channel says nothing of others at that host. */
START_TEST(a_refusal_of_everything_is_the_channels)
{
	struct endpoint_line e;
	int64_t id = 0;
	int64_t ticket;
	size_t lane;
	size_t open = 0;

	put(1, NOTICE_BREACH, 0, "support");
	ripen(0);
	ck_assert_int_eq(take(0), 1);
	ck_assert_int_eq(over(ATTEMPT_REFUSED, 0), BREAKER_OPENED);
	ck_assert_str_eq(outbox_changed(box), "channel support");
	outbox_release(box, 1, WALL_NEVER);
	put(2, NOTICE_BREACH, 0, "other");
	put_as(3, NOTICE_BREACH, 0, "support.dm", "dana", true);
	put(4, NOTICE_BREACH, 0, "support");
	ripen(1);
	ck_assert_int_eq(take(1), 2);
	ck_assert_int_eq(take(1), -1);
	ck_assert(outbox_take_stranded(box, at(1), &lane, &id, &ticket));
	ck_assert_int_eq(id, 3);
	ck_assert_str_eq(lane_named("support", "").endpoint, "channel support");
	for (size_t i = 0; i < outbox_endpoints(box); i++) {
		outbox_endpoint(box, i, &e);
		open += e.state != BREAKER_CLOSED;
	}
	ck_assert_uint_eq(open, 1);
	ck_assert_int_eq(take(2500), 4);
	ck_assert_int_eq(over(ATTEMPT_ANSWERED, 2500), BREAKER_RECOVERED);
	ck_assert_str_eq(outbox_changed(box), "channel support");
}
END_TEST

/* --- another matrix ------------------------------------------------------ */

/* "hook" becomes mail: its notices are one lane a person from here on. */
START_TEST(a_channel_that_changes_its_nature_is_read_anew)
{
	int64_t ticket;

	put_as(1, NOTICE_BREACH, 0, "hook", "eli", false);
	put_as(2, NOTICE_BREACH, 0, "hook", "dana", false);
	put_as(3, NOTICE_BREACH, 99, "hook", "dana", false);
	put_as(4, NOTICE_BREACH, 0, "support", "", false);
	ripen(0);
	ck_assert_int_eq(take(0), 1);
	outbox_set_on_disk(box, false);
	world_channels[AT_HOOK] =
	    world_channel("hook", CHANNEL_SMTP, WAY_ROOM, AT_HOOK);
	outbox_take_matrix(box, &world_matrix);
	ck_assert(outbox_on_disk(box));
	ck_assert_uint_eq(outbox_count(box), 2); /* HELD, and "support" */
	ck_assert(!outbox_ticket(box, 2, &ticket));
	outbox_set_on_disk(box, false);
	over(ATTEMPT_NONE, 0);
	outbox_release(box, 1, wall_at(0));
	ck_assert(outbox_on_disk(box));
	ck_assert_uint_eq(outbox_count(box), 1);
	put_as(1, NOTICE_BREACH, 0, "hook", "eli", false);
	ck_assert_uint_eq(lane_named("hook", "eli").waiting, 1);
}
END_TEST

START_TEST(says_when_it_is_stuck)
{
	put(1, NOTICE_BREACH, 0, "hook");
	ripen(0);
	ck_assert(!outbox_stuck(box, at(OUTBOX_STUCK_MS), at(0)));
	ck_assert(outbox_stuck(box, at(OUTBOX_STUCK_MS + 1), at(0)));
	ck_assert_int_eq(take(0), 1);
	ck_assert(!outbox_stuck(box, at(OUTBOX_ATTEMPT_MS), at(0)));
	ck_assert(outbox_stuck(box, at(OUTBOX_ATTEMPT_MS + 1), at(0)));
	over(ATTEMPT_ANSWERED, 0);
	outbox_release(box, 1, wall_at(0));
	ripen(0);
	outbox_pause(box, parcel.lane, at(HOUR_MS));
	ck_assert(!outbox_stuck(box, at(OUTBOX_STUCK_MS + 1), at(0)));
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("outbox");
	TCase *tc = tcase_create("outbox");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, urgent_ones_go_first);
	tcase_add_test(tc, nothing_goes_before_it_is_durable);
	tcase_add_test(tc, held_is_in_somebodys_hands);
	tcase_add_test(tc, gone_is_forgotten);
	tcase_add_test(tc, an_edit_has_a_lane_of_its_own);
	tcase_add_test(tc, a_pause_holds_one_lane);
	tcase_add_test(tc, a_person_is_a_lane_and_a_room_is_one);
	tcase_add_test(tc, what_goes_beside_it_is_paid_for);
	tcase_add_test(tc, attempts_are_bounded);
	tcase_add_test(tc, an_endpoint_is_not_overrun);
	tcase_add_test(tc, everybody_has_their_turn);
	tcase_add_test(tc, is_bounded_without_starving_anybody);
	tcase_add_test(tc, what_has_another_way_does_not_wait_for_the_dead);
	tcase_add_test(tc, a_long_pause_is_as_bad_as_down);
	tcase_add_test(tc, a_refusal_of_everything_is_the_channels);
	tcase_add_test(tc, a_channel_that_changes_its_nature_is_read_anew);
	tcase_add_test(tc, says_when_it_is_stuck);
	tcase_set_timeout(tc, 60);
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
