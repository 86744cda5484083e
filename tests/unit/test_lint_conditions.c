/* test_lint_conditions.c - what is certain about conditions, against tickets.
 *
 * Random trees are held against every ticket of a small world: what is said to
 * be certain must be so for each of them.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/lint_conditions.h"
#include "core/match.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>

static const char *tiers[] = { "gold", "silver", "trial" };
static const char *tags[] = { "vip", "churn" };

static struct condition words(
    enum condition_field f, const char **list, size_t n)
{
	return (struct condition){
		.op = CONDITION_TEST, .field = f, .words = list, .nwords = n
	};
}

static struct condition number(enum compare c, int64_t n)
{
	return (struct condition){ .op = CONDITION_TEST,
		.field = CONDITION_VALUE,
		.compare = c,
		.number = n * 1000000 };
}

static struct condition several(
    enum condition_op op, struct condition *parts, size_t n)
{
	return (struct condition){ .op = op, .parts = parts, .nparts = n };
}

START_TEST(knows_what_is_plain)
{
	struct condition gold = words(CONDITION_TIER, tiers, 1);
	struct condition silver = words(CONDITION_TIER, tiers + 1, 1);
	struct condition both = words(CONDITION_TIER, tiers, 2);
	struct condition apart[] = { gold, silver };
	struct condition all = several(CONDITION_ALL, apart, 2);
	struct condition any = several(CONDITION_ANY, apart, 2);
	struct condition nothing = several(CONDITION_ANY, NULL, 0);
	struct condition everything = several(CONDITION_ALL, NULL, 0);
	struct condition no_gold = several(CONDITION_NOT, &gold, 1);
	struct condition few = number(COMPARE_LESS, 5);
	struct condition fewer = number(COMPARE_AT_MOST, 4);
	struct condition many = number(COMPARE_AT_LEAST, 5);

	ck_assert(condition_is_never(&all));
	ck_assert(condition_is_never(&nothing));
	ck_assert(!condition_is_never(&any));
	ck_assert(condition_implies(&gold, &both));
	ck_assert(!condition_implies(&both, &gold));
	ck_assert(condition_implies(&both, &any)); /* word by word */
	ck_assert(condition_implies(&any, &both));
	ck_assert(condition_implies(&gold, &everything));
	ck_assert(!condition_implies(&everything, &gold));
	ck_assert(condition_implies(&silver, &no_gold));
	ck_assert(condition_disjoint(&gold, &no_gold));
	ck_assert(condition_implies(&fewer, &few));
	ck_assert(!condition_implies(&few, &fewer)); /* 4.5 */
	ck_assert(condition_disjoint(&few, &many));
	ck_assert(condition_allows(&both, CONDITION_TIER, "gold"));
	ck_assert(!condition_allows(&no_gold, CONDITION_TIER, "gold"));
	ck_assert(condition_allows(&gold, CONDITION_SEVERITY, "P1"));
}
END_TEST

START_TEST(knows_phrases_in_phrases)
{
	const char *longer[] = { " cancel my account " };
	const char *shorter[] = { " my account ", " refund " };
	struct condition a = words(CONDITION_TEXT, longer, 1);
	struct condition b = words(CONDITION_TEXT, shorter, 2);

	ck_assert(condition_implies(&a, &b));
	ck_assert(!condition_implies(&b, &a));
	ck_assert(!condition_disjoint(&a, &b)); /* a text has many words */
}
END_TEST

/* --- a small world -------------------------------------------------------- */

static struct condition random_tree(
    struct rng *rng, struct arena *arena, int depth)
{
	struct condition *parts;
	size_t n;

	switch (rng_below(rng, depth == 0 ? 3 : 6)) {
	case 0:
		n = 1 + rng_below(rng, 2);
		return words(CONDITION_TIER, tiers + rng_below(rng, 4 - n), n);
	case 1:
		return words(CONDITION_TAGS, tags + rng_below(rng, 2), 1);
	case 2:
		return number((enum compare)rng_below(rng, COMPARE_COUNT),
		    (int64_t)rng_below(rng, 3));
	default:
		break;
	}
	n = rng_below(rng, 4);
	parts = arena_alloc(arena, 4 * sizeof *parts);
	for (size_t i = 0; i < 4; i++)
		parts[i] = random_tree(rng, arena, depth - 1);
	if (rng_one_in(rng, 3))
		return several(CONDITION_NOT, parts, 1);
	return several(
	    rng_one_in(rng, 2) ? CONDITION_ALL : CONDITION_ANY, parts, n);
}

/* tier: three and none; tags: none, either, both; value: 0 to 3 and none. */
#define WORLD (4 * 4 * 5)

static bool holds(const struct condition *c, int n, struct arena *arena)
{
	static const char *const values[] = { "0", "1", "1.5", "2", NULL };
	struct ticket t;
	struct matching x = { .t = &t, .arena = arena };
	const char *own[2];

	ticket_init(&t, arena, "t:1");
	if (n % 4 < 3)
		t.fields.text[FIELD_CUSTOMER_TIER] = tiers[n % 4];
	t.fields.tags = own;
	for (int i = 0; i < 2; i++)
		if (n / 4 % 4 & 1 << i)
			own[t.fields.ntags++] = tags[i];
	t.fields.text[FIELD_CUSTOMER_VALUE] = values[n / 16];
	return match_condition(&x, c);
}

START_TEST(what_is_certain_is_so)
{
	struct rng rng = rng_seeded("test_lint_conditions");
	int said[3] = { 0, 0, 0 };

	for (int round = 0; round < 3000; round++) {
		struct arena arena = ARENA_INIT;
		struct condition a = random_tree(&rng, &arena, 2);
		struct condition b = random_tree(&rng, &arena, 2);
		bool never = condition_is_never(&a);
		bool implies = condition_implies(&a, &b);
		bool disjoint = condition_disjoint(&a, &b);

		for (int n = 0; n < WORLD; n++) {
			bool x = holds(&a, n, &arena);
			bool y = holds(&b, n, &arena);

			ck_assert(!(never && x));
			ck_assert(!(implies && x && !y));
			ck_assert(!(disjoint && x && y));
		}
		said[0] += never;
		said[1] += implies;
		said[2] += disjoint;
		arena_fini(&arena);
	}
	/* It is not by silence that it is right. */
	ck_assert_int_gt(said[0], 100);
	ck_assert_int_gt(said[1], 100);
	ck_assert_int_gt(said[2], 100);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("lint_conditions");
	TCase *tc = tcase_create("lint_conditions");

	tcase_add_test(tc, knows_what_is_plain);
	tcase_add_test(tc, knows_phrases_in_phrases);
	tcase_add_test(tc, what_is_certain_is_so);
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
