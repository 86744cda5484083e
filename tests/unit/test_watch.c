/* test_watch.c - is every deadline offered once, in order, and never lost?
 *
 * The intake is the test's own: it takes so many ticks and no more.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/fill.h"
#include "daemon/watch.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>

enum { TICKETS = 300 };

static struct rng rng;
static struct item *offered[WATCH_TURN_MAX + 1];
static size_t noffered;
static size_t room;

bool intake_offer_inside(struct intake *in, struct item *it)
{
	(void)in;
	if (noffered >= room)
		return false;
	offered[noffered++] = it;
	return true;
}

static void forget_offered(void)
{
	while (noffered > 0)
		item_free(offered[--noffered]);
}

/* The commit of a tick that leaves its ticket due then. */
static void publish(
    struct watch *w, struct item *it, struct wall due, struct wall now)
{
	it->out = (struct outcome){ .kind = OUTCOME_ACCEPTED,
		.ticket_id = it->ev.ticket_id,
		.next_due = due,
		.live = true };
	watch_publish(w, it, now);
}

static void start(struct watch *w, size_t takes)
{
	watch_init(w);
	room = takes;
	noffered = 0;
}

static void finish(struct watch *w)
{
	forget_offered();
	watch_fini(w);
}

START_TEST(offers_what_is_due_in_order)
{
	struct watch w;

	start(&w, 100);
	watch_reserve(&w, 5);
	watch_put(&w, 4, wall_at(300));
	watch_put(&w, 2, wall_at(100));
	watch_put(&w, 3, wall_at(100));
	watch_put(&w, 9, wall_at(301));
	watch_put(&w, 7, WALL_NEVER);
	ck_assert_int_eq(watch_next(&w).ms, 100);
	ck_assert_uint_eq(watch_overdue(&w, wall_at(300)), 3);
	watch_fire(&w, wall_at(99));
	ck_assert_uint_eq(noffered, 0);
	watch_fire(&w, wall_at(300));
	ck_assert_uint_eq(noffered, 3);
	ck_assert_int_eq(offered[0]->ev.ticket_id, 2);
	ck_assert_int_eq(offered[1]->ev.ticket_id, 3);
	ck_assert_int_eq(offered[2]->ev.ticket_id, 4);
	ck_assert_int_eq(offered[2]->ev.type, EVENT_TICK);
	ck_assert_int_eq(watch_next(&w).ms, 301);
	ck_assert_uint_eq(w.tickets.count, 5);
	ck_assert(!watch_settled(&w, wall_at(300)));
	/* In hand: not offered again. */
	watch_fire(&w, wall_at(300));
	ck_assert_uint_eq(noffered, 3);
	finish(&w);
}
END_TEST

START_TEST(a_full_intake_keeps_the_rest_in_the_heap)
{
	struct watch w;

	start(&w, 2);
	watch_reserve(&w, 3);
	for (int64_t id = 1; id <= 3; id++)
		watch_put(&w, id, wall_at(10 * id));
	watch_fire(&w, wall_at(50));
	ck_assert_uint_eq(noffered, 2);
	/* No use in an alarm that would find the same. */
	ck_assert(wall_is_never(watch_next(&w)));
	publish(&w, offered[0], wall_at(1000), wall_at(50));
	forget_offered();
	watch_fire(&w, wall_at(50));
	ck_assert_uint_eq(noffered, 1);
	ck_assert_int_eq(offered[0]->ev.ticket_id, 3);
	ck_assert_int_eq(watch_next(&w).ms, 1000);
	finish(&w);
}
END_TEST

START_TEST(nothing_is_offered_while_it_stops)
{
	struct watch w;

	start(&w, 100);
	watch_reserve(&w, 1);
	watch_put(&w, 1, wall_at(10));
	w.held = true;
	watch_fire(&w, wall_at(10));
	ck_assert_uint_eq(noffered, 0);
	ck_assert(wall_is_never(watch_next(&w)));
	finish(&w);
}
END_TEST

START_TEST(a_tick_that_changes_nothing_cannot_spin)
{
	struct watch w;

	start(&w, 100);
	watch_reserve(&w, 1);
	watch_put(&w, 1, wall_at(10));
	watch_fire(&w, wall_at(10));
	publish(&w, offered[0], wall_at(10), wall_at(20));
	ck_assert_uint_eq(w.put_off, 1);
	ck_assert_int_eq(watch_next(&w).ms, 20 + WATCH_PUT_OFF_MS);
	ck_assert_uint_eq(w.in_hand, 0);
	finish(&w);
}
END_TEST

START_TEST(who_is_over_is_forgotten)
{
	struct watch w;
	struct item *it = item_new(ITEM_EVENT);

	start(&w, 100);
	watch_reserve(&w, 2);
	watch_put(&w, 1, wall_at(10));
	it->out = (struct outcome){ .ticket_id = 1, .next_due = WALL_NEVER };
	watch_publish(&w, it, wall_at(5));
	ck_assert_uint_eq(w.tickets.count, 0);
	ck_assert(wall_is_never(watch_next(&w)));
	/* A live one that waits for nothing is watched. */
	it->out.live = true;
	watch_publish(&w, it, wall_at(5));
	ck_assert_uint_eq(w.tickets.count, 1);
	ck_assert(wall_is_never(watch_next(&w)));
	/* One that is over but has something to wait for, too. */
	it->out.live = false;
	it->out.next_due = wall_at(30);
	watch_publish(&w, it, wall_at(5));
	ck_assert_int_eq(watch_next(&w).ms, 30);
	/* What touched no ticket says nothing. */
	it->out = (struct outcome){ .next_due = WALL_NEVER };
	watch_publish(&w, it, wall_at(5));
	ck_assert_uint_eq(w.tickets.count, 1);
	item_free(it);
	finish(&w);
}
END_TEST

/* Random puts, drops, fires with little room, publishes out of order; the
 * oracle is an array of dues. */
struct naive {
	int64_t due[TICKETS]; /* -1 unknown, INT64_MAX never */
	bool in_hand[TICKETS];
};

static void fire_and_compare(struct watch *w, struct naive *n, int64_t now)
{
	size_t before = noffered;

	watch_fire(w, wall_at(now));
	for (size_t i = before; i < noffered; i++) {
		int64_t id = offered[i]->ev.ticket_id;

		REQUIRE(n->due[id] >= 0 && n->due[id] <= now);
		REQUIRE(!n->in_hand[id]);
		REQUIRE(i == before ||
			offered[i - 1]->ev.at.ms <= offered[i]->ev.at.ms);
		n->in_hand[id] = true;
	}
	if (noffered == room)
		return;
	for (int id = 0; id < TICKETS; id++)
		REQUIRE(n->due[id] < 0 || n->due[id] > now || n->in_hand[id]);
}

static void publish_some(struct watch *w, struct naive *n, int64_t now)
{
	while (noffered > 0 && !rng_one_in(&rng, 4)) {
		size_t i = rng_below(&rng, noffered);
		struct item *it = offered[i];
		int64_t due = rng_one_in(&rng, 5)
				  ? INT64_MAX
				  : now + rng_between(&rng, 1, 50);

		publish(w, it, wall_at(due), wall_at(now));
		n->due[it->ev.ticket_id] = due;
		n->in_hand[it->ev.ticket_id] = false;
		item_free(it);
		offered[i] = offered[--noffered];
	}
}

START_TEST(agrees_with_an_array)
{
	struct watch w;
	struct naive n;

	start(&w, 20);
	for (int id = 0; id < TICKETS; id++) {
		n.due[id] = -1;
		n.in_hand[id] = false;
	}
	for (int64_t now = 0; now < 3000; now++) {
		int64_t id = rng_between(&rng, 1, TICKETS - 1);

		watch_reserve(&w, 1);
		if (!n.in_hand[id] && rng_one_in(&rng, 8)) {
			watch_drop(&w, id);
			n.due[id] = -1;
		} else if (!n.in_hand[id]) {
			n.due[id] = now + rng_between(&rng, -5, 100);
			if (n.due[id] < 0)
				n.due[id] = 0;
			watch_put(&w, id, wall_at(n.due[id]));
		}
		fire_and_compare(&w, &n, now);
		publish_some(&w, &n, now);
		REQUIRE(w.in_hand == noffered);
		REQUIRE(deadline_heap_sound(&w.heap));
	}
	finish(&w);
}
END_TEST

/* More than fits between the two threads at once, and some wait for nothing. */
START_TEST(a_restart_fills_it)
{
	enum { MANY = 150000 };
	struct wall *due = malloc(MANY * sizeof *due);
	struct wall last = wall_at(0);
	struct watch w;
	struct fill *f;

	start(&w, 0);
	f = fill_begin(&w);
	for (int64_t i = 0; i < MANY; i++) {
		due[i] = rng_one_in(&rng, 7)
			     ? WALL_NEVER
			     : wall_at(rng_between(&rng, 0, HOUR_MS));
		fill_put(f, 3 * i + 1, due[i]);
	}
	fill_end(f);
	ck_assert_uint_eq(w.tickets.count, MANY);
	ck_assert(hashmap_sound(&w.tickets) && deadline_heap_sound(&w.heap));
	while (w.heap.count > 0) {
		struct deadline d = deadline_heap_pop(&w.heap);
		int64_t i = (hashmap_id(&w.tickets, d.slot) - 1) / 3;

		REQUIRE(wall_same(d.due, due[i]) && d.order == 3 * i + 1);
		REQUIRE(!wall_before(d.due, last));
		last = d.due;
		due[i] = WALL_NEVER;
	}
	for (int64_t i = 0; i < MANY; i++)
		REQUIRE(wall_is_never(due[i]));
	free(due);
	finish(&w);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("watch");
	TCase *tc = tcase_create("watch");

	tcase_add_test(tc, offers_what_is_due_in_order);
	tcase_add_test(tc, a_full_intake_keeps_the_rest_in_the_heap);
	tcase_add_test(tc, nothing_is_offered_while_it_stops);
	tcase_add_test(tc, a_tick_that_changes_nothing_cannot_spin);
	tcase_add_test(tc, who_is_over_is_forgotten);
	tcase_add_test(tc, agrees_with_an_array);
	tcase_add_test(tc, a_restart_fills_it);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_watch");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
