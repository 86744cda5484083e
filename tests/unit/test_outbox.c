/* test_outbox.c - who goes next, who waits, who may not go yet?
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/outbox.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>

static struct rng rng;
static struct outbox box;

static void setup(void)
{
	outbox_init(&box);
}

static void teardown(void)
{
	outbox_fini(&box);
}

static void put(
    int64_t id, enum notice_reason reason, int64_t free_at, const char *channel)
{
	struct pending p = { .notice_id = id,
		.ticket_id = 1000 + id,
		.reason = reason,
		.free_at = wall_at(free_at),
		.channel = channel };

	outbox_put(&box, &p);
}

static int64_t take(size_t lane, int64_t now)
{
	int64_t id = 0;

	return outbox_take(&box, lane, wall_at(now), (struct mono){ now }, &id)
		   ? id
		   : -1;
}

/* Everything that is free by now is also durable. */
static void ripen(int64_t now)
{
	ck_assert(
	    wall_is_never(outbox_ripen(&box, wall_at(now), wall_at(now))));
}

START_TEST(urgent_ones_go_first)
{
	put(1, NOTICE_RESOLVED, 10, "hook");
	put(2, NOTICE_REMINDER, 10, "hook");
	put(3, NOTICE_WARNING, 10, "hook");
	put(4, NOTICE_CHAIN, 30, "hook");
	put(5, NOTICE_BREACH, 20, "hook");
	put(6, NOTICE_EXHAUSTED, 20, "hook");
	put(7, NOTICE_BREACH, 999, "hook");
	ripen(50);
	ck_assert_int_eq(take(0, 50), 5);
	ck_assert_int_eq(take(0, 50), 6);
	ck_assert_int_eq(take(0, 50), 4);
	ck_assert_int_eq(take(0, 50), 3);
	ck_assert_int_eq(take(0, 50), 2);
	ck_assert_int_eq(take(0, 50), 1);
	ck_assert_int_eq(take(0, 50), -1);
	ck_assert_int_eq(box.lanes[0].busy, 6);
	ck_assert_int_eq(outbox_next(&box, wall_at(50)).ms, 999);
}
END_TEST

START_TEST(nothing_goes_before_it_is_durable)
{
	put(1, NOTICE_BREACH, 100, "hook");
	put(2, NOTICE_BREACH, 200, "hook");
	ck_assert_int_eq(outbox_ripen(&box, wall_at(250), wall_at(50)).ms, 100);
	ck_assert_int_eq(take(0, 250), -1);
	ck_assert_int_eq(
	    outbox_ripen(&box, wall_at(250), wall_at(150)).ms, 200);
	ck_assert_int_eq(take(0, 250), 1);
	ck_assert_int_eq(take(0, 250), -1);
	ripen(250);
	ck_assert_int_eq(take(0, 250), 2);
}
END_TEST

START_TEST(a_pause_holds_one_lane)
{
	put(1, NOTICE_BREACH, 10, "hook");
	put(2, NOTICE_BREACH, 10, "mail");
	ripen(20);
	outbox_pause(&box, 0, wall_at(100));
	outbox_pause(&box, 0, wall_at(60)); /* a shorter one changes nothing */
	ck_assert_int_eq(take(0, 20), -1);
	ck_assert_int_eq(take(1, 20), 2);
	ck_assert_int_eq(outbox_next(&box, wall_at(20)).ms, 100);
	ck_assert_int_eq(take(0, 99), -1);
	ck_assert_int_eq(take(0, 100), 1);
}
END_TEST

START_TEST(held_is_in_somebodys_hands)
{
	put(1, NOTICE_BREACH, 10, "hook");
	ripen(20);
	ck_assert_int_eq(take(0, 20), 1);
	/* Another change of the ticket says it is pending: it is with us. */
	put(1, NOTICE_BREACH, 10, "hook");
	ripen(30);
	ck_assert_int_eq(take(0, 30), -1);
	outbox_attempt_over(&box, 0, (struct mono){ 31 });
	ck_assert_int_eq(box.lanes[0].busy, 0);
	outbox_release(&box, 1, wall_at(40));
	ripen(39);
	ck_assert_int_eq(take(0, 39), -1);
	ripen(40);
	ck_assert_int_eq(take(0, 40), 1);
	/* Withdrawn while it was sent: not put back. */
	outbox_gone(&box, 1);
	ck_assert_ptr_nonnull(outbox_entry(&box, 1));
	outbox_release(&box, 1, wall_at(50));
	ck_assert_ptr_null(outbox_entry(&box, 1));
	ck_assert_uint_eq(outbox_count(&box), 0);
}
END_TEST

START_TEST(gone_is_forgotten)
{
	put(1, NOTICE_BREACH, 10, "hook");
	put(2, NOTICE_BREACH, 500, "hook");
	ripen(20);
	outbox_gone(&box, 1);
	outbox_gone(&box, 2);
	outbox_gone(&box, 3);
	ck_assert_uint_eq(outbox_count(&box), 0);
	ck_assert_int_eq(take(0, 20), -1);
	ck_assert(wall_is_never(outbox_next(&box, wall_at(20))));
}
END_TEST

/* A room that is full of one channel's notices does not delay another's. */
START_TEST(is_bounded_without_starving_anybody)
{
	for (int64_t id = 1; id <= OUTBOX_MAX; id++)
		put(id, NOTICE_BREACH, 1000 + id, "down");
	ck_assert(!box.on_disk);
	put(900001, NOTICE_BREACH, 5, "down");
	ck_assert(box.on_disk);
	ck_assert_ptr_null(outbox_entry(&box, 900001));
	put(900002, NOTICE_BREACH, 5, "mail");
	ck_assert_ptr_nonnull(outbox_entry(&box, 900002));
	ck_assert_uint_eq(outbox_count(&box), OUTBOX_MAX);
	/* The next ones of the long lane are still there. */
	ck_assert_ptr_nonnull(outbox_entry(&box, 1));
	ripen(10);
	ck_assert_int_eq(take(1, 10), 900002);
}
END_TEST

/* Random life against a list: each notice is taken in the right order of its
 * lane, exactly once, and only when it may. */
enum { NOTICES = 120, LANES = 3 };

struct naive {
	bool known[NOTICES];
	bool held[NOTICES];
	bool gone[NOTICES];
	int64_t free_at[NOTICES];
	enum notice_reason reason[NOTICES];
};

static const char *const names[LANES] = { "0", "1", "2" };

static int class_of(enum notice_reason r)
{
	return r == NOTICE_RESOLVED   ? 3
	       : r == NOTICE_REMINDER ? 2
	       : r == NOTICE_WARNING  ? 1
				      : 0;
}

static bool goes_before(const struct naive *n, int a, int b)
{
	int x = class_of(n->reason[a]);
	int y = class_of(n->reason[b]);

	if (x != y)
		return x < y;
	if (n->free_at[a] != n->free_at[b])
		return n->free_at[a] < n->free_at[b];
	return a < b;
}

static int naive_first(const struct naive *n, int lane, int64_t now)
{
	int best = -1;

	for (int id = lane; id < NOTICES; id += LANES) {
		if (!n->known[id] || n->held[id] || n->free_at[id] > now)
			continue;
		if (best < 0 || goes_before(n, id, best))
			best = id;
	}
	return best;
}

static void one_change(struct naive *n, int64_t now)
{
	int id = (int)rng_below(&rng, NOTICES);

	switch (rng_below(&rng, 4)) {
	case 0:
	case 1:
		if (n->held[id])
			break;
		n->known[id] = true;
		n->free_at[id] = now + rng_between(&rng, -3, 20);
		if (n->free_at[id] < 0)
			n->free_at[id] = 0;
		n->reason[id] =
		    (enum notice_reason)rng_below(&rng, NOTICE_REASON_COUNT);
		put(id, n->reason[id], n->free_at[id], names[id % LANES]);
		break;
	case 2:
		outbox_gone(&box, id);
		n->gone[id] = n->held[id];
		n->known[id] &= n->held[id];
		break;
	default:
		if (!n->held[id])
			break;
		outbox_release(&box, id, wall_at(now + 5));
		n->held[id] = false;
		n->known[id] = !n->gone[id];
		n->free_at[id] = now + 5;
		n->gone[id] = false;
	}
}

START_TEST(agrees_with_a_list)
{
	static struct naive n;

	for (int i = 0; i < LANES; i++)
		put(NOTICES + i, NOTICE_BREACH, 0, names[i]);
	for (int i = 0; i < LANES; i++)
		outbox_gone(&box, NOTICES + i);
	for (int64_t now = 0; now < 4000; now++) {
		int lane = (int)rng_below(&rng, LANES);
		int want;

		one_change(&n, now);
		ripen(now);
		if (!rng_one_in(&rng, 3))
			continue;
		want = naive_first(&n, lane, now);
		REQUIRE(take((size_t)lane, now) == want);
		if (want < 0)
			continue;
		n.held[want] = true;
		outbox_attempt_over(&box, (size_t)lane, (struct mono){ now });
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("outbox");
	TCase *tc = tcase_create("outbox");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, urgent_ones_go_first);
	tcase_add_test(tc, nothing_goes_before_it_is_durable);
	tcase_add_test(tc, a_pause_holds_one_lane);
	tcase_add_test(tc, held_is_in_somebodys_hands);
	tcase_add_test(tc, gone_is_forgotten);
	tcase_add_test(tc, is_bounded_without_starving_anybody);
	tcase_add_test(tc, agrees_with_a_list);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_outbox");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
