/* test_budget.c - never more than was agreed, and never less than may go.
 *
 * SPDX-License-Identifier: MIT */
#include "core/budget.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static struct rng rng;

static const struct budget slack = {
	.every_ms = 1000, .burst = 3, .reserve = 1
};

static struct mono at(int64_t ms)
{
	return (struct mono){ ms };
}

START_TEST(slack_by_hand)
{
	struct bucket b = { 0 };

	ck_assert(bucket_is_full(&b, at(7)));
	ck_assert_int_eq(bucket_count(&b, &slack, CLASS_BREACH, at(7)), 3);
	ck_assert_int_eq(bucket_count(&b, &slack, CLASS_REPORT, at(7)), 2);
	bucket_take(&b, &slack, at(7));
	ck_assert(!bucket_is_full(&b, at(7)));
	bucket_take(&b, &slack, at(7));
	ck_assert(!bucket_has(&b, &slack, CLASS_ESCALATION, at(7)));
	ck_assert(bucket_has(&b, &slack, CLASS_BREACH, at(7)));
	ck_assert_int_eq(
	    bucket_at(&b, &slack, CLASS_ESCALATION, at(7)).ms, 1007);
	ck_assert_int_eq(bucket_at(&b, &slack, CLASS_BREACH, at(7)).ms, 7);
	bucket_take(&b, &slack, at(7));
	ck_assert(!bucket_has(&b, &slack, CLASS_BREACH, at(1006)));
	ck_assert(bucket_has(&b, &slack, CLASS_BREACH, at(1007)));
	ck_assert(!bucket_has(&b, &slack, CLASS_WARNING, at(2006)));
	ck_assert(bucket_has(&b, &slack, CLASS_WARNING, at(2007)));
	ck_assert(!bucket_is_full(&b, at(3006)));
	ck_assert(bucket_is_full(&b, at(3007)));
	/* It fills up to the brim and no further. */
	ck_assert_int_eq(bucket_count(&b, &slack, CLASS_BREACH, at(DAY_MS)), 3);
}
END_TEST

START_TEST(without_a_limit)
{
	struct budget none = { .every_ms = 0, .burst = 1 };
	struct bucket b = { 0 };

	for (int i = 0; i < 1000; i++) {
		ck_assert_int_eq(
		    bucket_count(&b, &none, CLASS_REPORT, at(0)), INT_MAX);
		ck_assert_int_eq(
		    bucket_at(&b, &none, CLASS_REPORT, at(0)).ms, 0);
		bucket_take(&b, &none, at(0));
	}
	ck_assert(bucket_is_full(&b, at(0)));
}
END_TEST

/* A person clicked: it goes, and the others wait the longer. */
START_TEST(more_than_there_is)
{
	struct bucket b = { 0 };

	for (int i = 0; i < 5; i++)
		bucket_take(&b, &slack, at(0));
	ck_assert_int_eq(bucket_count(&b, &slack, CLASS_BREACH, at(0)), 0);
	ck_assert_int_eq(bucket_at(&b, &slack, CLASS_BREACH, at(0)).ms, 3000);
	bucket_put_back(&b, &slack, at(0));
	ck_assert_int_eq(bucket_at(&b, &slack, CLASS_BREACH, at(0)).ms, 2000);
	for (int i = 0; i < 9; i++)
		bucket_put_back(&b, &slack, at(0));
	ck_assert_int_eq(bucket_count(&b, &slack, CLASS_BREACH, at(0)), 3);
}
END_TEST

START_TEST(every_reason_has_its_class)
{
	static const enum notice_class want[NOTICE_REASON_COUNT] = {
		[NOTICE_BREACH] = CLASS_BREACH,
		[NOTICE_CHAIN] = CLASS_ESCALATION,
		[NOTICE_ACK_TIMEOUT] = CLASS_ESCALATION,
		[NOTICE_EXHAUSTED] = CLASS_ESCALATION,
		[NOTICE_UNREACHABLE] = CLASS_ESCALATION,
		[NOTICE_WARNING] = CLASS_WARNING,
		[NOTICE_RULE] = CLASS_WARNING,
		[NOTICE_REMINDER] = CLASS_REMINDER,
		[NOTICE_ASSIGNMENT] = CLASS_REMINDER,
		[NOTICE_HANDOFF] = CLASS_REMINDER,
		[NOTICE_UPDATE] = CLASS_UPDATE,
		[NOTICE_RESOLVED] = CLASS_UPDATE,
		[NOTICE_MATRIX] = CLASS_REPORT,
	};

	for (int r = 0; r < NOTICE_REASON_COUNT; r++)
		ck_assert_int_eq(notice_class((enum notice_reason)r), want[r]);
	for (int c = 0; c < CLASS_COUNT; c++)
		for (int d = 0; d < c; d++)
			ck_assert_str_ne(
			    notice_class_name((enum notice_class)c),
			    notice_class_name((enum notice_class)d));
}
END_TEST

/* The other side counts each when it comes: it never sees one too many. */
static void one_journey(void)
{
	int burst = (int)rng_between(&rng, 1, 4);
	struct budget ours = { .every_ms = rng_between(&rng, 1, 300),
		.burst = burst };
	struct bucket here = { 0 };
	struct bucket there = { 0 };
	int64_t now = 0;

	for (int i = 0; i < 200; i++) {
		int64_t late = rng_between(&rng, 0, 500);

		now = bucket_at(&here, &ours, CLASS_BREACH, at(now)).ms;
		bucket_take(&here, &ours, at(now));
		now += late;
		REQUIRE(bucket_has(&there, &ours, CLASS_BREACH, at(now)));
		bucket_take(&there, &ours, at(now));
		now += rng_between(&rng, 0, 500);
		bucket_arrived(&here, at(now));
		now += rng_one_in(&rng, 5) ? rng_between(&rng, 0, 2000) : 0;
	}
}

START_TEST(never_ahead_of_the_other_side)
{
	for (int i = 0; i < 100; i++)
		one_journey();
}
END_TEST

/* The oracle: tokens, counted in each millisecond. */
struct naive {
	int64_t parts; /* of a token: every_ms is one */
};

static void naive_pass(struct naive *n, const struct budget *b, int64_t ms)
{
	int64_t brim = b->every_ms * b->burst;

	for (int64_t i = 0; i < ms; i++)
		n->parts += n->parts < brim;
}

static int naive_count(
    const struct naive *n, const struct budget *b, enum notice_class c)
{
	int64_t kept = c == CLASS_BREACH ? 0 : b->every_ms * b->reserve;

	return n->parts < kept ? 0 : (int)((n->parts - kept) / b->every_ms);
}

static void one_round(void)
{
	int burst = (int)rng_between(&rng, 1, 6);
	struct budget budget = { .every_ms = rng_between(&rng, 1, 300),
		.burst = burst,
		.reserve = (int)rng_below(&rng, (uint64_t)burst) };
	struct naive n = { budget.every_ms * burst };
	struct bucket b = { 0 };
	int64_t now = rng_between(&rng, 0, 1000);

	for (int i = 0; i < 300; i++) {
		enum notice_class c =
		    (enum notice_class)rng_below(&rng, CLASS_COUNT);
		int64_t pass = rng_between(&rng, 0, budget.every_ms * 2);
		struct mono next;

		now += pass;
		naive_pass(&n, &budget, pass);
		REQUIRE(bucket_count(&b, &budget, c, at(now)) ==
			naive_count(&n, &budget, c));
		REQUIRE(bucket_is_full(&b, at(now)) ==
			(n.parts == budget.every_ms * burst));
		next = bucket_at(&b, &budget, c, at(now));
		REQUIRE(bucket_has(&b, &budget, c, next));
		REQUIRE(next.ms == now ||
			!bucket_has(&b, &budget, c, at(next.ms - 1)));
		while (bucket_has(&b, &budget, c, at(now)) &&
		       rng_one_in(&rng, 2)) {
			bucket_take(&b, &budget, at(now));
			n.parts -= budget.every_ms;
			if (!rng_one_in(&rng, 8))
				continue;
			bucket_put_back(&b, &budget, at(now));
			n.parts += budget.every_ms;
		}
	}
}

START_TEST(agrees_with_counting)
{
	for (int i = 0; i < 60; i++)
		one_round();
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("budget");
	TCase *tc = tcase_create("budget");

	tcase_add_test(tc, slack_by_hand);
	tcase_add_test(tc, without_a_limit);
	tcase_add_test(tc, more_than_there_is);
	tcase_add_test(tc, every_reason_has_its_class);
	tcase_add_test(tc, never_ahead_of_the_other_side);
	tcase_add_test(tc, agrees_with_counting);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_budget");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
