/* test_spread.c - are percentiles those of the sorted list, nearly?
 *
 * SPDX-License-Identifier: MIT */
#include "core/spread.h"
#include "base/instant.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>

#define LISTS 400
#define MOST  1500

static int by_size(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left;
	int64_t b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

/* The smallest that at least so many percent do not exceed. */
static int64_t of_list(const int64_t *sorted, size_t n, int percent)
{
	size_t rank = 1;

	while (rank * 100 < (size_t)percent * n)
		rank++;
	return sorted[rank - 1];
}

/* Below, a bucket holds one value; above, its middle is off by half of it. */
static void near(int64_t is, int64_t exact)
{
	int64_t off = is > exact ? is - exact : exact - is;

	if (exact < 2 * SPREAD_SHARES)
		ck_assert_int_eq(is, exact);
	ck_assert_msg(off * 2 * SPREAD_SHARES <= exact, "%lld is not near %lld",
	    (long long)is, (long long)exact);
}

static int64_t some(struct rng *rng)
{
	static const int64_t tops[] = { 1, 20, 1000, HOUR_MS, 90 * DAY_MS,
		100 * 366 * DAY_MS };

	return rng_between(rng, 0, tops[rng_below(rng, 6)]);
}

START_TEST(as_sorted)
{
	struct rng rng = rng_seeded("test_spread");
	static int64_t list[MOST];

	for (int round = 0; round < LISTS; round++) {
		size_t n = 1 + rng_below(&rng, MOST);
		struct spread s = { 0 };
		int64_t sum = 0;

		for (size_t i = 0; i < n; i++) {
			list[i] = some(&rng);
			sum += list[i];
			spread_add(&s, list[i]);
		}
		qsort(list, n, sizeof *list, by_size);
		ck_assert_uint_eq(s.count, n);
		ck_assert_int_eq(s.least_ms, list[0]);
		ck_assert_int_eq(s.most_ms, list[n - 1]);
		ck_assert_int_eq(s.sum_ms, sum);
		ck_assert_int_eq(spread_mean(&s), sum / (int64_t)n);
		ck_assert_int_eq(spread_percentile(&s, 0), list[0]);
		ck_assert_int_eq(spread_percentile(&s, 100), list[n - 1]);
		for (int p = 1; p < 100; p++)
			near(spread_percentile(&s, p), of_list(list, n, p));
	}
}
END_TEST

START_TEST(none_and_one)
{
	struct spread s = { 0 };

	ck_assert_int_eq(spread_percentile(&s, 50), 0);
	ck_assert_int_eq(spread_mean(&s), 0);
	spread_add(&s, -5);
	ck_assert_int_eq(s.least_ms, 0);
	ck_assert_int_eq(spread_percentile(&s, 90), 0);
	s = (struct spread){ 0 };
	spread_add(&s, 3 * HOUR_MS);
	for (int p = 0; p <= 100; p++)
		ck_assert_int_eq(spread_percentile(&s, p), 3 * HOUR_MS);
}
END_TEST

/* Each bucket begins where the one before ends, and none is left out. */
START_TEST(buckets_follow_each_other)
{
	size_t last = 0;

	for (int64_t ms = 0; ms < 300000; ms++) {
		struct spread s = { 0 };
		size_t at = 0;

		spread_add(&s, ms);
		while (s.bucket[at] == 0)
			at++;
		REQUIRE(at == last || at == last + 1);
		last = at;
	}
}
END_TEST

START_TEST(beyond_all_years)
{
	struct spread s = { 0 };

	spread_add(&s, WALL_MAX_MS);
	spread_add(&s, INT64_C(1) << 60);
	spread_add(&s, INT64_C(1) << 60);
	ck_assert_uint_eq(s.bucket[SPREAD_BUCKETS - 1], 2);
	near(spread_percentile(&s, 1), WALL_MAX_MS);
	ck_assert_int_eq(spread_percentile(&s, 100), INT64_C(1) << 60);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("spread");
	TCase *tc = tcase_create("spread");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, as_sorted);
	tcase_add_test(tc, none_and_one);
	tcase_add_test(tc, buckets_follow_each_other);
	tcase_add_test(tc, beyond_all_years);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
