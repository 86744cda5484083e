/* test_hashmap.c - the map against a list that is searched.
 *
 * SPDX-License-Identifier: MIT */
#include "base/hashmap.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>

enum { MOST = 400 };

static struct rng rng;

/* The ids that should be there, and the slot each was given. */
struct naive {
	int64_t id[MOST];
	uint32_t slot[MOST];
	uint32_t count;
	uint32_t peak; /* most that were ever there at once */
};

static uint32_t naive_find(const struct naive *n, int64_t id)
{
	uint32_t i = 0;

	while (i < n->count && n->id[i] != id)
		i++;
	return i;
}

/* Ids close together, far apart, or all with the same low bits. */
static int64_t some_id(int flavour)
{
	switch (flavour) {
	case 0:
		return rng_between(&rng, 0, 500);
	case 1:
		return (int64_t)(rng_u64(&rng) >> 1);
	case 2:
		return rng_between(&rng, 0, 500) << 32;
	default:
		return rng_one_in(&rng, 9) ? INT64_MAX
					   : rng_between(&rng, 0, 500) << 20;
	}
}

static void put(struct hashmap *map, struct naive *n, int64_t id)
{
	uint32_t i = naive_find(n, id);
	uint32_t slot;

	if (i == n->count && n->count == MOST)
		return;
	hashmap_reserve(map, n->count + 1);
	hashmap_expect(map, id);
	slot = i == n->count && rng_one_in(&rng, 2) ? hashmap_add(map, id)
						    : hashmap_put(map, id);
	if (i < n->count) {
		REQUIRE(slot == n->slot[i]);
		return;
	}
	for (uint32_t k = 0; k < n->count; k++)
		REQUIRE(n->slot[k] != slot);
	n->id[n->count] = id;
	n->slot[n->count++] = slot;
	if (n->peak < n->count)
		n->peak = n->count;
	/* Dense: never a new slot while an old one is free. */
	REQUIRE(slot < n->peak);
}

static void drop(struct hashmap *map, struct naive *n, int64_t id)
{
	uint32_t i = naive_find(n, id);
	uint32_t slot = hashmap_drop(map, id);

	if (i == n->count) {
		REQUIRE(slot == HASHMAP_NONE);
		return;
	}
	REQUIRE(slot == n->slot[i]);
	n->count--;
	n->id[i] = n->id[n->count];
	n->slot[i] = n->slot[n->count];
}

static void require_same(
    const struct hashmap *map, const struct naive *n, int64_t other)
{
	uint32_t i = naive_find(n, other);

	REQUIRE(hashmap_sound(map));
	REQUIRE(map->count == n->count);
	REQUIRE(hashmap_find(map, other) ==
		(i == n->count ? HASHMAP_NONE : n->slot[i]));
	for (uint32_t k = 0; k < n->count; k++) {
		REQUIRE(hashmap_find(map, n->id[k]) == n->slot[k]);
		REQUIRE(hashmap_id(map, n->slot[k]) == n->id[k]);
	}
}

START_TEST(agrees_with_list)
{
	for (int round = 0; round < 400; round++) {
		struct naive n = { .count = 0 };
		uint64_t puts = rng_below(&rng, 6) + 1;
		struct hashmap map;

		hashmap_init(&map);
		for (int step = 0; step < 700; step++) {
			int64_t id = some_id(round % 4);

			if (n.count > 0 && rng_one_in(&rng, 2))
				id = n.id[rng_below(&rng, n.count)];
			if (rng_below(&rng, puts + 2) < puts)
				put(&map, &n, id);
			else
				drop(&map, &n, id);
			require_same(&map, &n, some_id(round % 4));
		}
		hashmap_fini(&map);
	}
}
END_TEST

START_TEST(empty_map_has_nothing)
{
	struct hashmap map;

	hashmap_init(&map);
	ck_assert_uint_eq(hashmap_find(&map, 1), HASHMAP_NONE);
	ck_assert_uint_eq(hashmap_drop(&map, 1), HASHMAP_NONE);
	ck_assert(hashmap_sound(&map));
	hashmap_reserve(&map, 1);
	ck_assert_uint_eq(hashmap_find(&map, -1), HASHMAP_NONE);
	ck_assert_uint_eq(hashmap_put(&map, 0), 0);
	ck_assert_uint_eq(hashmap_drop(&map, 0), 0);
	ck_assert_uint_eq(hashmap_find(&map, 0), HASHMAP_NONE);
	hashmap_fini(&map);
	hashmap_fini(&map);
}
END_TEST

START_TEST(sound_sees_damage)
{
	struct hashmap map;

	hashmap_init(&map);
	hashmap_reserve(&map, 20);
	for (int64_t id = 1; id <= 20; id++)
		hashmap_put(&map, id);
	hashmap_drop(&map, 5);
	ck_assert(hashmap_sound(&map));
	map.ids[7] = 4000;
	ck_assert(!hashmap_sound(&map));
	map.ids[7] = 8;
	ck_assert(hashmap_sound(&map));
	map.free = HASHMAP_NONE;
	ck_assert(!hashmap_sound(&map));
	hashmap_fini(&map);
}
END_TEST

START_TEST(put_needs_room)
{
	struct hashmap map;

	hashmap_init(&map);
	hashmap_put(&map, 1);
}
END_TEST

/* However many there are, an id costs what the header says: 8 bytes in its
 * slot, and 4 in a table that may be as little as 7/16 full. */
START_TEST(an_id_costs_little)
{
	struct hashmap map;

	hashmap_init(&map);
	for (uint32_t i = 0; i < 300000; i++) {
		hashmap_reserve(&map, i + 1);
		REQUIRE(hashmap_put(&map, (int64_t)i * 3) == i);
		REQUIRE(i < 10000 ||
			hashmap_bytes(&map) * 10 <= (i + 1) * UINT64_C(178));
	}
	ck_assert(hashmap_sound(&map));
	hashmap_fini(&map);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("hashmap");
	TCase *tc = tcase_create("hashmap");

	tcase_add_test(tc, agrees_with_list);
	tcase_add_test(tc, empty_map_has_nothing);
	tcase_add_test(tc, sound_sees_damage);
	tcase_add_test_raise_signal(tc, put_needs_room, SIGABRT);
	tcase_add_test(tc, an_id_costs_little);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_hashmap");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
