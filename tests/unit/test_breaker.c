/* test_breaker.c - closed, open, half open: each edge, and random lives.
 *
 * SPDX-License-Identifier: MIT */
#include "core/breaker.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct rng rng;

static struct mono at(int64_t ms)
{
	return (struct mono){ ms };
}

static enum breaker_change failed_at(struct breaker *b, int64_t now)
{
	return breaker_failed(b, false, at(now), 0);
}

START_TEST(three_in_a_row_open_it)
{
	struct breaker b = { 0 };

	ck_assert_int_eq(failed_at(&b, 0), BREAKER_SAME);
	ck_assert_int_eq(failed_at(&b, 0), BREAKER_SAME);
	/* Any answer begins the count anew. */
	ck_assert_int_eq(breaker_answered(&b), BREAKER_SAME);
	ck_assert_int_eq(failed_at(&b, 0), BREAKER_SAME);
	ck_assert_int_eq(failed_at(&b, 0), BREAKER_SAME);
	ck_assert(breaker_allows(&b, at(0)));
	ck_assert_int_eq(failed_at(&b, 0), BREAKER_OPENED);
	ck_assert_int_eq(b.state, BREAKER_OPEN);
	ck_assert(!breaker_allows(&b, at(0)));
	/* Others that were on their way: nothing new. */
	ck_assert_int_eq(failed_at(&b, 1), BREAKER_SAME);
	ck_assert_int_eq(b.until.ms, BREAKER_FIRST_MS / 2);
}
END_TEST

START_TEST(a_refusal_of_everything_opens_it_at_once)
{
	struct breaker b = { 0 };

	ck_assert_int_eq(breaker_failed(&b, true, at(0), 0), BREAKER_OPENED);
	ck_assert(!breaker_allows(&b, at(0)));
}
END_TEST

START_TEST(one_probe_decides)
{
	struct breaker b = { 0 };
	int64_t now;

	breaker_failed(&b, true, at(0), 0);
	now = b.until.ms;
	ck_assert(!breaker_allows(&b, at(now - 1)));
	ck_assert_int_eq(b.state, BREAKER_OPEN);
	ck_assert(breaker_allows(&b, at(now)));
	ck_assert_int_eq(b.state, BREAKER_HALF_OPEN);
	/* Asked again before it is on its way: still one. */
	ck_assert(breaker_allows(&b, at(now)));
	breaker_begin(&b);
	ck_assert(!breaker_allows(&b, at(now + DAY_MS)));
	/* It came to nothing: another may. */
	breaker_put_back(&b);
	ck_assert(breaker_allows(&b, at(now)));
	breaker_begin(&b);
	ck_assert_int_eq(failed_at(&b, now), BREAKER_SAME);
	ck_assert_int_eq(b.state, BREAKER_OPEN);
	ck_assert_int_eq(b.until.ms, now + BREAKER_FIRST_MS);
	now = b.until.ms;
	ck_assert(breaker_allows(&b, at(now)));
	breaker_begin(&b);
	ck_assert_int_eq(breaker_answered(&b), BREAKER_RECOVERED);
	ck_assert_int_eq(b.state, BREAKER_CLOSED);
	ck_assert(breaker_allows(&b, at(now)));
	/* As if nothing had been: it takes three again. */
	ck_assert_int_eq(failed_at(&b, now), BREAKER_SAME);
	ck_assert(breaker_allows(&b, at(now)));
}
END_TEST

START_TEST(a_late_answer_closes_it)
{
	struct breaker b = { 0 };

	breaker_failed(&b, true, at(0), 0);
	ck_assert_int_eq(breaker_answered(&b), BREAKER_RECOVERED);
	ck_assert(breaker_allows(&b, at(0)));
}
END_TEST

START_TEST(waits_double_half_by_chance)
{
	int64_t step = BREAKER_FIRST_MS;
	struct breaker b = { 0 };
	int64_t now = 0;

	for (int i = 0; i < 12; i++) {
		int64_t least = INT64_MAX;
		int64_t most = 0;

		for (int k = 0; k < 500; k++) {
			struct breaker copy = b;
			int64_t wait;

			breaker_failed(&copy, true, at(now), rng_u64(&rng));
			wait = copy.until.ms - now;
			least = wait < least ? wait : least;
			most = wait > most ? wait : most;
		}
		ck_assert_int_ge(least, step / 2);
		ck_assert_int_lt(least, step / 2 + step / 20);
		ck_assert_int_le(most, step);
		ck_assert_int_gt(most, step - step / 20);
		breaker_failed(&b, true, at(now), 0);
		now = b.until.ms;
		ck_assert(breaker_allows(&b, at(now)));
		breaker_begin(&b);
		step = step * 2 > BREAKER_LONGEST_MS ? BREAKER_LONGEST_MS
						     : step * 2;
	}
}
END_TEST

/* Whatever happens: nothing goes between opening and `until`, then one at a
 * time until an answer, and never more than the longest wait passes without a
 * chance. */
static void one_life(void)
{
	struct breaker b = { 0 };
	int64_t now = 0;
	bool down = false;
	bool probing = false;

	for (int i = 0; i < 400; i++) {
		bool allowed;
		enum breaker_change change = BREAKER_SAME;

		now += rng_between(&rng, 0, 20 * SECOND_MS);
		allowed = breaker_allows(&b, at(now));
		if (!down)
			REQUIRE(allowed);
		if (probing)
			REQUIRE(!allowed);
		if (!allowed && !probing)
			REQUIRE(down && b.until.ms > now &&
				b.until.ms - now <= BREAKER_LONGEST_MS);
		if (!allowed && !rng_one_in(&rng, 4))
			continue;
		if (allowed) {
			breaker_begin(&b);
			probing = down;
		}
		switch (rng_below(&rng, 5)) {
		case 0:
			breaker_put_back(&b);
			probing = false;
			break;
		case 1:
			change = breaker_answered(&b);
			REQUIRE((change == BREAKER_RECOVERED) == down);
			probing = down = false;
			break;
		case 2: /* still on its way */
			break;
		default:
			change = breaker_failed(
			    &b, rng_one_in(&rng, 5), at(now), rng_u64(&rng));
			REQUIRE(change != BREAKER_RECOVERED);
			REQUIRE(change == BREAKER_SAME || !down);
			down = down || change == BREAKER_OPENED;
			probing = probing && b.state == BREAKER_HALF_OPEN;
			break;
		}
		REQUIRE(down == (b.state != BREAKER_CLOSED));
	}
}

START_TEST(random_lives)
{
	for (int i = 0; i < 300; i++)
		one_life();
}
END_TEST

START_TEST(names)
{
	ck_assert_str_eq(breaker_state_name(BREAKER_CLOSED), "closed");
	ck_assert_str_eq(breaker_state_name(BREAKER_OPEN), "open");
	ck_assert_str_eq(breaker_state_name(BREAKER_HALF_OPEN), "half-open");
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("breaker");
	TCase *tc = tcase_create("breaker");

	tcase_add_test(tc, three_in_a_row_open_it);
	tcase_add_test(tc, a_refusal_of_everything_opens_it_at_once);
	tcase_add_test(tc, one_probe_decides);
	tcase_add_test(tc, a_late_answer_closes_it);
	tcase_add_test(tc, waits_double_half_by_chance);
	tcase_add_test(tc, random_lives);
	tcase_add_test(tc, names);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_breaker");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
