/* test_sweep.c - is every open ticket told of a new matrix, exactly once?
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/sweep.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { TICKETS = 1000, SOLVED = 600 };

static struct item *offered[SWEEP_TURN_MAX * 2];
static size_t noffered;
static size_t room;
static bool leisure;
static char remembered[32];
static int told[TICKETS + SOLVED + 1];
static struct watch watch;
static struct sweep sweep;
static int64_t solved; /* so many are to be told */
static int failing;    /* so many questions for them fail */
static int asked;

bool intake_has_leisure(const struct intake *in)
{
	(void)in;
	return leisure;
}

bool intake_offer_inside(struct intake *in, struct item *it)
{
	(void)in;
	if (noffered == room)
		return false;
	offered[noffered++] = it;
	return true;
}

/* Solved tickets behind those that are watched, a page at a time; `failing`
 * questions are not answered. */
static void answer(struct item *it)
{
	static int64_t ids[SOLVED];
	int64_t id = it->ev.ticket_id > TICKETS ? it->ev.ticket_id : TICKETS;

	asked++;
	ck_assert_str_eq(it->name, sweep.revision);
	ck_assert_str_eq(it->value, id > TICKETS ? "old" : "");
	it->out.solved = ids;
	it->out.kind = failing > 0 ? OUTCOME_FAILED : OUTCOME_ACCEPTED;
	for (; failing == 0 && id < TICKETS + solved &&
	       it->out.nsolved < it->limit;
	     it->value = "old")
		ids[it->out.nsolved++] = ++id;
	failing -= failing > 0;
	it->ev.ticket_id = id;
	it->published(it->user, it);
	item_free(it);
}

void intake_offer_control(struct intake *in, struct item *it)
{
	(void)in;
	if (it->kind == ITEM_SOLVED) {
		answer(it);
		return;
	}
	ck_assert_int_eq(it->kind, ITEM_META);
	ck_assert_str_eq(it->name, "matrix");
	strcpy(remembered, it->value);
	item_free(it);
}

static void publish_all(void)
{
	while (noffered > 0) {
		struct item *it = offered[--noffered];

		ck_assert_int_eq(it->ev.type, EVENT_REVISED);
		ck_assert_int_eq(it->ev.at.ms, 77);
		told[it->ev.ticket_id]++;
		it->published(it->user, it);
		item_free(it);
	}
}

static void setup(void)
{
	leisure = true;
	room = SWEEP_TURN_MAX * 2;
	watch_init(&watch);
	watch_reserve(&watch, TICKETS);
	for (int64_t id = 1; id <= TICKETS; id++)
		watch_put(&watch, id, id % 3 ? wall_at(id) : WALL_NEVER);
	/* Freed slots in between hold no tickets. */
	for (int64_t id = 10; id <= TICKETS; id += 10)
		watch_drop(&watch, id);
	sweep.watch = &watch;
}

static void teardown(void)
{
	watch_fini(&watch);
}

static void run_to_the_end(void)
{
	for (int turn = 0; turn < 100 && remembered[0] == '\0'; turn++) {
		sweep_turn(&sweep, wall_at(77));
		ck_assert_uint_le(noffered, SWEEP_TURN_MAX);
		publish_all();
	}
}

START_TEST(tells_every_ticket_once)
{
	sweep_start(&sweep, "abc");
	run_to_the_end();
	ck_assert_str_eq(remembered, "abc");
	for (int id = 1; id <= TICKETS; id++)
		ck_assert_int_eq(told[id], id % 10 != 0);
	ck_assert(!sweep.is_running);
}
END_TEST

START_TEST(waits_for_leisure)
{
	sweep_start(&sweep, "abc");
	leisure = false;
	sweep_turn(&sweep, wall_at(77));
	ck_assert_uint_eq(noffered, 0);
	leisure = true;
	room = 3;
	sweep_turn(&sweep, wall_at(77));
	ck_assert_uint_eq(noffered, 3);
	publish_all();
	room = SWEEP_TURN_MAX;
	run_to_the_end();
	for (int id = 1; id <= TICKETS; id++)
		ck_assert_int_eq(told[id], id % 10 != 0);
}
END_TEST

/* It is complete when the last was published, not when it was offered. */
START_TEST(remembers_only_what_is_done)
{
	sweep_start(&sweep, "abc");
	for (int turn = 0; turn < 100 && sweep.cursor < watch.tickets.used;
	     turn++) {
		publish_all();
		sweep_turn(&sweep, wall_at(77));
	}
	sweep_turn(&sweep, wall_at(77));
	ck_assert_uint_gt(noffered, 0);
	ck_assert_str_eq(remembered, "");
	publish_all();
	sweep_turn(&sweep, wall_at(77));
	ck_assert_str_eq(remembered, "abc");
}
END_TEST

START_TEST(tells_solved_ones_in_the_end)
{
	solved = SOLVED;
	failing = 2;
	sweep_start(&sweep, "abc");
	run_to_the_end();
	ck_assert_str_eq(remembered, "abc");
	for (int id = 1; id <= TICKETS; id++)
		ck_assert_int_eq(told[id], id % 10 != 0);
	for (int id = TICKETS + 1; id <= TICKETS + SOLVED; id++)
		ck_assert_int_eq(told[id], 1);
	ck_assert_int_eq(asked, 2 + 4); /* the last finds no more */
}
END_TEST

START_TEST(solved_ones_wait_for_room)
{
	solved = SOLVED;
	sweep_start(&sweep, "abc");
	room = 100;
	run_to_the_end();
	ck_assert_str_eq(remembered, "abc");
	for (int id = TICKETS + 1; id <= TICKETS + SOLVED; id++)
		ck_assert_int_eq(told[id], 1);
}
END_TEST

START_TEST(begins_again_for_another_matrix)
{
	sweep_start(&sweep, "abc");
	sweep_turn(&sweep, wall_at(77));
	publish_all();
	sweep_start(&sweep, "def");
	run_to_the_end();
	ck_assert_str_eq(remembered, "def");
	for (int id = 1; id <= TICKETS; id++)
		ck_assert(id % 10 == 0 || told[id] >= 1);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("sweep");
	TCase *tc = tcase_create("sweep");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, tells_every_ticket_once);
	tcase_add_test(tc, waits_for_leisure);
	tcase_add_test(tc, remembers_only_what_is_done);
	tcase_add_test(tc, tells_solved_ones_in_the_end);
	tcase_add_test(tc, solved_ones_wait_for_room);
	tcase_add_test(tc, begins_again_for_another_matrix);
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
