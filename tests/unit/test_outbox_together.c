/* test_outbox_together.c - budgets, and what goes together when they are short.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/outbox.h"
#include "lib/outbox_hands.h"

#include <check.h>
#include <stdlib.h>

/* --- budgets and digests ------------------------------------------------- */

START_TEST(the_first_goes_alone_the_flood_together)
{
	for (int64_t id = 1; id <= 250; id++)
		put(id, NOTICE_CHAIN, id, "support");
	ripen(1000);
	ck_assert_int_eq(send(1000), 1);
	ck_assert_int_eq(parcel.kind, PARCEL_NOTICE);
	ck_assert_int_eq(send(1000), 2);
	ck_assert_int_eq(parcel.kind, PARCEL_DIGEST);
	ck_assert_uint_eq(parcel.count, PARCEL_MAX);
	ck_assert_uint_eq(parcel.more, 149);
	ck_assert_int_eq(parcel.tickets[99], 1101);
	/* The last token is for a breach. */
	ck_assert_int_eq(send(1999), -1);
	ck_assert_int_eq(outbox_next_mono(box, at(1000)).ms, 2000);
	ck_assert_int_eq(lane_named("support", "").delay_ms, 2000 + 1000);
	ck_assert_int_eq(send(2000), 102);
	ck_assert_uint_eq(parcel.count, PARCEL_MAX);
	ck_assert_int_eq(send(3000), 202);
	ck_assert_uint_eq(parcel.count, 49);
	ck_assert_uint_eq(parcel.more, 0);
	ck_assert_int_eq(send(9000), -1);
	ck_assert_uint_eq(outbox_count(box), 0);
}
END_TEST

START_TEST(what_the_budget_lets_go_goes_one_by_one)
{
	put(1, NOTICE_WARNING, 0, "support");
	put(2, NOTICE_WARNING, 0, "support");
	ripen(0);
	ck_assert_int_eq(send(0), 1);
	ck_assert_uint_eq(parcel.count, 1);
	ck_assert_int_eq(send(0), 2);
	ck_assert_uint_eq(parcel.count, 1);
	/* A destination with a burst of one that never comes to rest. */
	world_channels[AT_OTHER].budget =
	    (struct budget){ .every_ms = 1000, .burst = 1 };
	outbox_take_matrix(box, &world_matrix);
	for (int64_t id = 11; id <= 30; id++)
		put(id, NOTICE_BREACH, 0, "other");
	ripen(1);
	ck_assert_int_eq(send(1), 11);
	ck_assert_uint_eq(parcel.count, 1);
	ck_assert_int_eq(send(1000), -1);
	ck_assert_int_eq(send(1001), 12);
	ck_assert_uint_eq(parcel.count, 19);
}
END_TEST

/* Of a ticket that is a drill's. */
static void put_drill_to(int64_t id, const char *channel, const char *who)
{
	struct pending p = { .notice_id = id,
		.ticket_id = 1000 + id,
		.reason = NOTICE_CHAIN,
		.free_at = wall_at(0),
		.channel = channel,
		.who = who,
		.is_drill = true };

	outbox_put(box, &p);
}

static void put_drill(int64_t id, const char *channel)
{
	put_drill_to(id, channel, "");
}

/* Whatever is real goes before it, however young, and none of it with it. */
START_TEST(a_drill_goes_last_and_alone)
{
	put_drill(1, "support");
	put_drill(2, "support");
	put(11, NOTICE_UPDATE, 0, "support");
	put(12, NOTICE_RESOLVED, 0, "support");
	ripen(0);
	ck_assert_int_eq(send(0), 11);
	ck_assert_uint_eq(parcel.count, 1);
	ck_assert_int_eq(send(0), 12);
	ck_assert_uint_eq(parcel.count, 1);
	for (int64_t id = 21; id <= 40; id++)
		put(id, NOTICE_WARNING, 0, "support");
	put(41, NOTICE_MATRIX, 0, "support");
	ripen(1000);
	ck_assert_int_eq(send(1000), 21);
	ck_assert_int_eq(parcel.kind, PARCEL_DIGEST);
	ck_assert_uint_eq(parcel.count, 20);
	ck_assert_uint_eq(parcel.more, 1); /* the report behind the drills */
	ck_assert_int_eq(send(2000), 1);
	ck_assert_int_eq(parcel.kind, PARCEL_NOTICE);
	ck_assert_uint_eq(parcel.count, 1);
	ck_assert_int_eq(send(3000), 2);
	ck_assert_uint_eq(parcel.count, 1);
}
END_TEST

/* What waits behind does not make a digest of what would go alone. */
START_TEST(a_drill_bundles_nothing_real)
{
	for (int64_t id = 1; id <= 20; id++)
		put_drill(id, "support");
	put(31, NOTICE_BREACH, 0, "support");
	put(32, NOTICE_CHAIN, 0, "support");
	ripen(0);
	ck_assert_int_eq(send(0), 31);
	ck_assert_uint_eq(parcel.count, 1);
	ck_assert_int_eq(send(0), 32);
	ck_assert_uint_eq(parcel.count, 1);
	/* It takes no token of the breaches' reserve. */
	ck_assert_int_eq(send(0), -1);
	put(33, NOTICE_BREACH, 0, "support");
	ripen(0);
	ck_assert_int_eq(send(0), 33);
}
END_TEST

/* Reports come after it, and not with it. */
START_TEST(reports_do_not_join_a_drill)
{
	for (int64_t id = 11; id <= 20; id++)
		put(id, NOTICE_MATRIX, 0, "support");
	put_drill(1, "support");
	ripen(0);
	ck_assert_int_eq(send(0), 1); /* a quiet room's first */
	put_drill(2, "support");
	ripen(0);
	ck_assert_int_eq(send(0), 2);
	ck_assert_uint_eq(parcel.count, 1);
	ck_assert_int_eq(send(1000), 11);
	ck_assert_uint_eq(parcel.count, 10);
}
END_TEST

/* It stands for an escalation, which would not be held back. */
START_TEST(a_drill_waits_for_nobodys_limit)
{
	for (int64_t id = 1; id <= 3; id++)
		put_drill_to(id, "support.dm", "dana");
	ripen(0);
	for (int64_t id = 1; id <= 3; id++)
		ck_assert_int_eq(send(1000 * id), id);
}
END_TEST

/* Warnings have used up their share; a breach still goes, and alone. */
START_TEST(a_breach_has_the_reserve)
{
	for (int64_t id = 1; id <= 20; id++)
		put(id, NOTICE_WARNING, 0, "support");
	ripen(0);
	ck_assert_int_eq(send(0), 1);
	ck_assert_int_eq(send(0), 2);
	put(30, NOTICE_WARNING, 0, "support");
	ripen(0);
	ck_assert_int_eq(send(0), -1);
	put(31, NOTICE_BREACH, 0, "support");
	ripen(0);
	/* Of the last token nothing is left for others: together. */
	ck_assert_int_eq(send(0), 31);
	ck_assert_int_eq(parcel.kind, PARCEL_DIGEST);
	ck_assert_uint_eq(parcel.count, 2);
	/* With two left the breach goes alone, the others together. */
	for (int64_t id = 41; id <= 60; id++)
		put(id, NOTICE_WARNING, 0, "support");
	put(61, NOTICE_BREACH, 0, "support");
	ripen(2000);
	ck_assert_int_eq(send(2000), 61);
	ck_assert_uint_eq(parcel.count, 1);
	ck_assert_int_eq(send(2999), -1);
	ck_assert_int_eq(send(3000), 41);
	ck_assert_uint_eq(parcel.count, 20);
}
END_TEST

/* A second begins when the message has arrived, not when it was begun: the
 * other side counts from there. */
START_TEST(a_slow_message_makes_no_debt_good)
{
	for (int64_t id = 1; id <= 250; id++)
		put(id, NOTICE_WARNING, 0, "support");
	ripen(0);
	ck_assert_int_eq(send(0), 1);
	ck_assert_int_eq(take(0), 2);
	over(ATTEMPT_ANSWERED, 700);
	ck_assert_int_eq(outbox_next_mono(box, at(700)).ms, 1700);
	ck_assert_int_eq(send(1699), -1);
	ck_assert_int_eq(send(1700), 102);
}
END_TEST

START_TEST(what_was_not_sent_costs_nothing)
{
	put_as(1, NOTICE_WARNING, 0, "support.dm", "dana", false);
	for (int i = 0; i < 10; i++) {
		ripen(i);
		ck_assert_int_eq(take(i), 1);
		over(ATTEMPT_NONE, i);
		outbox_release(box, 1, wall_at(0));
	}
	ck_assert_int_eq(lane_named("support.dm", "dana").delay_ms, 0);
}
END_TEST

START_TEST(a_refused_bundle_goes_one_by_one)
{
	for (int64_t id = 1; id <= 20; id++)
		put(id, NOTICE_WARNING, 0, "support");
	ripen(0);
	ck_assert_int_eq(send(0), 1);
	ck_assert_int_eq(take(0), 2);
	ck_assert_uint_eq(parcel.count, 19);
	outbox_one_by_one(box, parcel.lane, at(2500));
	over(ATTEMPT_ANSWERED, 0);
	for (size_t i = 0; i < parcel.count; i++)
		outbox_release(box, parcel.ids[i], wall_at(0));
	ripen(0);
	ck_assert_int_eq(send(1000), 2);
	ck_assert_uint_eq(parcel.count, 1);
	ck_assert_int_eq(send(2000), 3);
	ck_assert_uint_eq(parcel.count, 1);
	ck_assert_int_eq(send(3000), 4);
	ck_assert_uint_eq(parcel.count, 17);
}
END_TEST

START_TEST(a_kind_that_cannot_bundle_goes_one_by_one)
{
	world_channels[AT_HOOK] =
	    world_channel("hook", CHANNEL_PAGERDUTY, WAY_ROOM, AT_HOOK);
	outbox_take_matrix(box, &world_matrix);
	for (int64_t id = 1; id <= 30; id++)
		put(id, NOTICE_WARNING, 0, "hook");
	ripen(0);
	for (int64_t id = 1; id <= 9; id++)
		ck_assert_int_eq(send(0), id);
	ck_assert_int_eq(send(499), -1);
	for (int64_t id = 10; id <= 30; id++) {
		ck_assert_int_eq(send(500 * (id - 9)), id);
		ck_assert_uint_eq(parcel.count, 1);
	}
}
END_TEST

/* What waits for her limit is not brought along by what does not. */
START_TEST(an_escalation_goes_without_what_is_held_back)
{
	for (int64_t id = 1; id <= 12; id++)
		put_as(id, NOTICE_WARNING, 0, "support.dm", "dana", false);
	ripen(0);
	ck_assert_int_eq(send(0), 1);
	ck_assert_int_eq(send(0), 2);
	ck_assert_uint_eq(parcel.count, 11);
	for (int64_t id = 21; id <= 29; id++)
		put_as(id, NOTICE_WARNING, 0, "support.dm", "dana", false);
	put_as(31, NOTICE_CHAIN, 0, "support.dm", "dana", false);
	ripen(9000);
	ck_assert_int_eq(send(9000), 31);
	ck_assert_uint_eq(parcel.count, 1);
	ck_assert_int_eq(send(12000), -1);
	for (int64_t id = 32; id <= 36; id++) {
		put_as(id, NOTICE_CHAIN, 0, "support.dm", "dana", false);
		ripen(12000 + id);
		ck_assert_int_eq(send(12000 + 1000 * (id - 32)), id);
		ck_assert_uint_eq(parcel.count, 1);
	}
	/* More of these than the budget lets go: then all together. */
	for (int64_t id = 41; id <= 49; id++)
		put_as(id, NOTICE_CHAIN, 0, "support.dm", "dana", false);
	ripen(17000);
	ck_assert_int_eq(send(17000), 41);
	ck_assert_uint_eq(parcel.count, 18);
}
END_TEST

/* Two in a quarter of an hour, over all ways to her. */
START_TEST(a_persons_limit_counts_everything)
{
	int64_t quarter = 15 * MINUTE_MS;

	put_as(1, NOTICE_CHAIN, 0, "support.dm", "dana", false);
	put_as(2, NOTICE_CHAIN, 0, "support.mention", "dana", false);
	ripen(0);
	ck_assert_int_eq(send(0), 1);
	ck_assert_int_eq(send(0), 2);
	for (int64_t id = 11; id <= 15; id++)
		put_as(id, NOTICE_WARNING, 0, "mail", "dana", false);
	put_as(16, NOTICE_WARNING, 0, "mail", "eli", false);
	ripen(1);
	ck_assert_int_eq(send(1), 16);
	ck_assert_int_eq(send(1), -1);
	ck_assert_int_eq(outbox_next_mono(box, at(1)).ms, quarter);
	/* An escalation goes all the same, and counts. */
	put_as(20, NOTICE_CHAIN, 0, "support.dm", "dana", false);
	/* A mention too: the room waits for nobody's limit. */
	put_as(21, NOTICE_WARNING, 0, "support.mention", "dana", false);
	ripen(5000);
	ck_assert_int_eq(send(5000), 20);
	ck_assert_int_eq(send(5000), 21);
	ck_assert_int_eq(send(quarter + 4999), -1);
	ck_assert_int_eq(send(quarter + 5000), 11);
	/* Two were free, five waited: together. */
	ck_assert_int_eq(parcel.kind, PARCEL_NOTICE);
	ck_assert_int_eq(send(quarter + 5000), 12);
	ck_assert_int_eq(parcel.kind, PARCEL_DIGEST);
	ck_assert_uint_eq(parcel.count, 4);
}
END_TEST

/* --- incidents ----------------------------------------------------------- */

static void with_incidents(void)
{
	world_matrix.incidents[0] = (struct incident_rule){ SAME_CATEGORY, 3,
		10 * MINUTE_MS, MINUTE_MS };
	world_matrix.nincidents = 1;
	outbox_take_matrix(box, &world_matrix);
}

START_TEST(many_alike_are_one_incident)
{
	with_incidents();
	put_alike(1, "login", "a");
	put_alike(9, "mail", "a");
	ripen(0);
	ck_assert_int_eq(send(0), 1);
	ck_assert_int_eq(send(0), 9);
	put_alike(2, "login", "b");
	ripen(5000);
	ck_assert_int_eq(send(5000), 2);
	ck_assert_int_eq(parcel.kind, PARCEL_NOTICE);
	put_alike(3, "login", "c");
	put_alike(4, "login", "d");
	put_alike(10, "mail", "d");
	ripen(10000);
	ck_assert_int_eq(send(10000), 3);
	ck_assert_int_eq(parcel.kind, PARCEL_INCIDENT);
	ck_assert_uint_eq(parcel.count, 2);
	ck_assert_int_eq(parcel.same, SAME_CATEGORY);
	ck_assert_uint_eq(parcel.ntold, 2);
	ck_assert_int_eq(parcel.told[0] + parcel.told[1], 1001 + 1002);
	ck_assert_int_eq(parcel.all, 4);
	ck_assert_int_eq(parcel.lasts_ms, 10000);
	ck_assert_int_eq(send(10000), 10);
	ck_assert_int_eq(parcel.kind, PARCEL_NOTICE);
	/* The next word about it in a minute. */
	put_alike(5, "login", "e");
	ripen(20000);
	ck_assert_int_eq(send(20000), -1);
	ck_assert_int_eq(outbox_next_mono(box, at(20000)).ms, 70000);
	ck_assert_int_eq(send(70000), 5);
	ck_assert_int_eq(parcel.kind, PARCEL_INCIDENT);
	ck_assert_uint_eq(parcel.ntold, 4);
	ck_assert_int_eq(parcel.all, 5);
	/* Ten quiet minutes end it. */
	put_alike(6, "login", "f");
	ripen(70001 + 10 * MINUTE_MS);
	ck_assert_int_eq(send(70001 + 10 * MINUTE_MS), 6);
	ck_assert_int_eq(parcel.kind, PARCEL_NOTICE);
}
END_TEST

/* A notice of an incident that failed does not wait for the next one's turn,
 * and does not say that it was told before. */
START_TEST(an_incident_that_failed_goes_again)
{
	with_incidents();
	for (int64_t id = 1; id <= 3; id++)
		put_alike(id, "login", NULL);
	ripen(0);
	ck_assert_int_eq(take(0), 1);
	ck_assert_uint_eq(parcel.count, 3);
	over(ATTEMPT_FAILED, 100);
	for (int64_t id = 1; id <= 3; id++)
		outbox_release(box, id, wall_at(1500));
	ripen(1500);
	ck_assert_int_eq(send(1500), 1);
	ck_assert_int_eq(parcel.kind, PARCEL_INCIDENT);
	ck_assert_uint_eq(parcel.count, 3);
	ck_assert_uint_eq(parcel.ntold, 0);
	ck_assert_int_eq(parcel.all, 3);
}
END_TEST

/* A message that is refused for its form names one ticket next time. */
START_TEST(a_refused_incident_goes_one_by_one)
{
	with_incidents();
	for (int64_t id = 1; id <= 4; id++)
		put_alike(id, "login", NULL);
	ripen(0);
	ck_assert_int_eq(take(0), 1);
	ck_assert_int_eq(parcel.kind, PARCEL_INCIDENT);
	outbox_one_by_one(box, parcel.lane, at(60000));
	over(ATTEMPT_ANSWERED, 0);
	for (int64_t id = 1; id <= 4; id++)
		outbox_release(box, id, wall_at(0));
	ripen(0);
	for (int64_t id = 1; id <= 4; id++) {
		ck_assert_int_eq(send(id * 1000), id);
		ck_assert_int_eq(parcel.kind, PARCEL_NOTICE);
		ck_assert_uint_eq(parcel.count, 1);
		ck_assert_uint_eq(parcel.ntold, 0);
		ck_assert_uint_eq(parcel.more, 0);
	}
}
END_TEST

START_TEST(a_large_incident_comes_in_parts)
{
	with_incidents();
	for (int64_t id = 1; id <= 230; id++)
		put_alike(id, "login", NULL);
	ripen(0);
	ck_assert_int_eq(send(0), 1);
	ck_assert_int_eq(parcel.kind, PARCEL_INCIDENT);
	ck_assert_uint_eq(parcel.count, 100);
	ck_assert_uint_eq(parcel.more, 130);
	ck_assert_int_eq(send(0), 101);
	ck_assert_uint_eq(parcel.ntold, 100);
	ck_assert_int_eq(send(1000), 201);
	ck_assert_int_eq(parcel.all, 230);
	ck_assert_uint_eq(parcel.more, 0);
	/* Withdrawn ones are not told of, and empty the queue. */
	put_alike(301, "login", NULL);
	ripen(2000);
	outbox_gone(box, 301);
	ck_assert_int_eq(send(100000), -1);
	ck_assert_uint_eq(outbox_count(box), 0);
}
END_TEST

START_TEST(other_rules_dissolve_an_incident)
{
	with_incidents();
	for (int64_t id = 1; id <= 5; id++)
		put_alike(id, "login", NULL);
	ripen(0);
	world_matrix.nincidents = 0;
	outbox_take_matrix(box, &world_matrix);
	ck_assert_int_eq(send(0), 1);
	ck_assert_int_eq(parcel.kind, PARCEL_NOTICE);
	ck_assert_int_eq(send(0), 2);
	ck_assert_int_eq(parcel.kind, PARCEL_DIGEST);
	ck_assert_uint_eq(parcel.count, 4);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("outbox_together");
	TCase *tc = tcase_create("together");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_first_goes_alone_the_flood_together);
	tcase_add_test(tc, what_the_budget_lets_go_goes_one_by_one);
	tcase_add_test(tc, a_drill_goes_last_and_alone);
	tcase_add_test(tc, a_drill_bundles_nothing_real);
	tcase_add_test(tc, a_drill_waits_for_nobodys_limit);
	tcase_add_test(tc, reports_do_not_join_a_drill);
	tcase_add_test(tc, a_breach_has_the_reserve);
	tcase_add_test(tc, a_slow_message_makes_no_debt_good);
	tcase_add_test(tc, what_was_not_sent_costs_nothing);
	tcase_add_test(tc, a_refused_bundle_goes_one_by_one);
	tcase_add_test(tc, a_kind_that_cannot_bundle_goes_one_by_one);
	tcase_add_test(tc, an_escalation_goes_without_what_is_held_back);
	tcase_add_test(tc, a_persons_limit_counts_everything);
	tcase_add_test(tc, many_alike_are_one_incident);
	tcase_add_test(tc, an_incident_that_failed_goes_again);
	tcase_add_test(tc, a_refused_incident_goes_one_by_one);
	tcase_add_test(tc, a_large_incident_comes_in_parts);
	tcase_add_test(tc, other_rules_dissolve_an_incident);
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
