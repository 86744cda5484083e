/* test_deadline_heap.c - the heap against an array that is searched.
 *
 * SPDX-License-Identifier: MIT */
#include "base/deadline_heap.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>

enum { SLOTS = 200 };

static struct rng rng;

/* What the heap should hold: for each slot its due and order. */
struct naive {
	bool live[SLOTS];
	int64_t due[SLOTS];
	uint32_t order[SLOTS];
	uint32_t count;
};

static uint32_t naive_earliest(const struct naive *n)
{
	uint32_t best = SLOTS;

	for (uint32_t s = 0; s < SLOTS; s++) {
		if (!n->live[s])
			continue;
		if (best == SLOTS || n->due[s] < n->due[best] ||
		    (n->due[s] == n->due[best] && n->order[s] < n->order[best]))
			best = s;
	}
	return best;
}

static void require_same(const struct deadline_heap *h, const struct naive *n)
{
	const struct deadline *first = deadline_heap_peek(h);
	uint32_t slot = (uint32_t)rng_below(&rng, SLOTS);
	struct wall due = deadline_heap_due(h, slot);

	REQUIRE(deadline_heap_sound(h));
	REQUIRE(h->count == n->count);
	REQUIRE(n->live[slot] ? due.ms == n->due[slot] : wall_is_never(due));
	if (n->count == 0) {
		REQUIRE(first == NULL);
		return;
	}
	REQUIRE(first != NULL && first->slot == naive_earliest(n));
	REQUIRE(first->due.ms == n->due[first->slot]);
	REQUIRE(first->order == n->order[first->slot]);
}

static void put(struct deadline_heap *h, struct naive *n)
{
	uint32_t slot = (uint32_t)rng_below(&rng, SLOTS);
	/* Few different instants, so that ties are common. */
	int64_t due = rng_between(&rng, 0, rng_one_in(&rng, 4) ? 5 : 100000);

	deadline_heap_reserve(h, n->count + 1, slot + 1);
	/* Orders differ from each other, as row ids do. */
	n->order[slot] = SLOTS - slot;
	n->count += !n->live[slot];
	n->live[slot] = true;
	n->due[slot] = due;
	deadline_heap_put(h, slot, n->order[slot], wall_at(due));
}

static void drop(struct deadline_heap *h, struct naive *n)
{
	uint32_t slot = (uint32_t)rng_below(&rng, SLOTS);

	deadline_heap_drop(h, slot);
	n->count -= n->live[slot];
	n->live[slot] = false;
}

static void pop(struct deadline_heap *h, struct naive *n)
{
	uint32_t slot = naive_earliest(n);
	struct deadline d;

	if (slot == SLOTS)
		return;
	d = deadline_heap_pop(h);
	REQUIRE(d.slot == slot && d.due.ms == n->due[slot]);
	n->live[slot] = false;
	n->count--;
}

START_TEST(agrees_with_array)
{
	for (int round = 0; round < 500; round++) {
		struct naive n = { .count = 0 };
		/* Some rounds fill up, some stay nearly empty. */
		uint64_t puts = rng_below(&rng, 10) + 1;
		struct deadline_heap h;

		deadline_heap_init(&h);
		for (int step = 0; step < 1500; step++) {
			uint64_t what = rng_below(&rng, puts + 3);

			if (what < puts)
				put(&h, &n);
			else if (what == puts)
				drop(&h, &n);
			else
				pop(&h, &n);
			require_same(&h, &n);
		}
		deadline_heap_fini(&h);
	}
}
END_TEST

/* Everything comes off in order, whether put one by one or built. */
START_TEST(empties_in_order)
{
	for (uint32_t count = 0; count < 150; count++) {
		struct deadline from[150];
		struct deadline_heap built;
		struct deadline_heap grown;
		struct wall last = wall_at(0);

		deadline_heap_init(&built);
		deadline_heap_init(&grown);
		deadline_heap_reserve(&built, count, count * 2);
		for (uint32_t i = 0; i < count; i++) {
			from[i].due = wall_at(rng_between(&rng, 0, 50));
			from[i].slot = count * 2 - 1 - i;
			from[i].order = i ^ 5;
			deadline_heap_reserve(&grown, i + 1, count * 2);
			deadline_heap_put(
			    &grown, from[i].slot, from[i].order, from[i].due);
		}
		deadline_heap_build(&built, from, count);
		REQUIRE(deadline_heap_sound(&built));
		for (uint32_t i = 0; i < count; i++) {
			struct deadline a = deadline_heap_pop(&built);
			struct deadline b = deadline_heap_pop(&grown);

			REQUIRE(a.slot == b.slot && wall_same(a.due, b.due));
			REQUIRE(!wall_before(a.due, last));
			last = a.due;
		}
		REQUIRE(deadline_heap_peek(&built) == NULL);
		deadline_heap_fini(&built);
		deadline_heap_fini(&grown);
	}
}
END_TEST

START_TEST(unknown_slots_have_nothing)
{
	struct deadline_heap h;

	deadline_heap_init(&h);
	deadline_heap_drop(&h, 77);
	ck_assert(wall_is_never(deadline_heap_due(&h, 77)));
	ck_assert_ptr_null(deadline_heap_peek(&h));
	ck_assert(deadline_heap_sound(&h));
	deadline_heap_reserve(&h, 1, 78);
	deadline_heap_put(&h, 77, 1, wall_at(5));
	deadline_heap_put(&h, 77, 1, wall_at(9));
	ck_assert_uint_eq(h.count, 1);
	ck_assert_int_eq(deadline_heap_due(&h, 77).ms, 9);
	deadline_heap_fini(&h);
	deadline_heap_fini(&h);
}
END_TEST

/* The test of the test: sound() must see each kind of damage. */
START_TEST(sound_sees_damage)
{
	struct deadline_heap h;
	struct deadline saved;

	deadline_heap_init(&h);
	deadline_heap_reserve(&h, 10, 10);
	for (uint32_t i = 0; i < 10; i++)
		deadline_heap_put(&h, i, i, wall_at(i));
	ck_assert(deadline_heap_sound(&h));
	saved = h.at[7];
	h.at[7].due = wall_at(0);
	ck_assert(!deadline_heap_sound(&h));
	h.at[7] = saved;
	h.where[3] = 9;
	ck_assert(!deadline_heap_sound(&h));
	h.where[3] = 4;
	ck_assert(deadline_heap_sound(&h));
	h.count--;
	ck_assert(!deadline_heap_sound(&h));
	deadline_heap_fini(&h);
}
END_TEST

/* A put without room is a bug, and is not left to chance. */
START_TEST(put_needs_room)
{
	struct deadline_heap h;

	deadline_heap_init(&h);
	deadline_heap_put(&h, 0, 0, wall_at(1));
}
END_TEST

START_TEST(put_needs_an_instant)
{
	struct deadline_heap h;

	deadline_heap_init(&h);
	deadline_heap_reserve(&h, 1, 1);
	deadline_heap_put(&h, 0, 0, WALL_NEVER);
}
END_TEST

/* What the header promises, however the heap has grown. */
START_TEST(an_entry_costs_little)
{
	enum { MANY = 300000 };
	struct deadline_heap h;

	deadline_heap_init(&h);
	for (uint32_t i = 0; i < MANY; i++) {
		deadline_heap_reserve(&h, i + 1, i + 1);
		deadline_heap_put(&h, i, i, wall_at(rng_between(&rng, 0, 99)));
	}
	ck_assert(deadline_heap_sound(&h));
	ck_assert_uint_le(deadline_heap_bytes(&h), MANY * 43UL / 2);
	deadline_heap_fini(&h);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("deadline_heap");
	TCase *tc = tcase_create("deadline_heap");

	tcase_add_test(tc, agrees_with_array);
	tcase_add_test(tc, empties_in_order);
	tcase_add_test(tc, unknown_slots_have_nothing);
	tcase_add_test(tc, sound_sees_damage);
	tcase_add_test_raise_signal(tc, put_needs_room, SIGABRT);
	tcase_add_test_raise_signal(tc, put_needs_an_instant, SIGABRT);
	tcase_add_test(tc, an_entry_costs_little);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_deadline_heap");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
