/* test_nearest.c - what is near, what is not, and how it is said.
 *
 * SPDX-License-Identifier: MIT */
#include "base/nearest.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct near_case {
	const char *want;
	const char *names[4]; /* NULL behind the last */
	const char *best;     /* NULL: none is near */
};

static const struct near_case cases[] = {
	{ "polices", { "people", "policies" }, "policies" },
	{ "wran", { "when", "warn" }, "warn" },	  /* swapped: one mistake */
	{ "Type", { "at", "type" }, "type" },	  /* case counts as one */
	{ "mail", { "name", "email" }, "email" }, /* one is missing */
	{ "databse", { "batch_max", "database" }, "database" },
	{ "number", { "nummber" }, "nummber" },		   /* one too many */
	{ "tickets", { "ticket", "tickets" }, "tickets" }, /* the very name */
	{ "P3", { "P1", "P2" }, "P1" },			   /* the first wins */
	{ "abdef", { "abcdef", "abdefg" }, "abcdef" },
	{ "horoscope", { "when", "warn", "targets" }, NULL },
	{ "xyz", { "new", "open" }, NULL },
	{ "opne", { "pen0", "new" }, NULL }, /* two mistakes in four letters */
	{ "onpe", { "open" }, "open" },	     /* any order of them */
	{ "x", { "y" }, NULL },		     /* no letter is kept */
	{ "", { "a", "ab" }, NULL },
	{ "a", { "" }, NULL },
	{ "anything", { NULL }, NULL },
	/* Five mistakes are too many, however long the name. */
	{ "abcdefghijklmnopqrstuvwxyz", { "ABCDEfghijklmnopqrstuvwxyz" },
	    NULL },
	{ "abcdefghijklmnopqrstuvwxyz", { "ABCDefghijklmnopqrstuvwxyz" },
	    "ABCDefghijklmnopqrstuvwxyz" },
};

static size_t count_of(const struct near_case *c)
{
	size_t n = 0;

	while (n < 4 && c->names[n] != NULL)
		n++;
	return n;
}

START_TEST(nearest_is_found)
{
	const struct near_case *c = &cases[_i];
	const char *best = nearest_of(c->want, c->names, count_of(c));

	ck_assert_msg((best == NULL) == (c->best == NULL),
	    "\"%s\" is near \"%s\"", c->want, best == NULL ? "nothing" : best);
	if (best != NULL)
		ck_assert_str_eq(best, c->best);
}
END_TEST

/* One by one is the same as all at once. */
START_TEST(distance_says_how_near)
{
	struct nearest n;

	nearest_init(&n, "severety");
	ck_assert_ptr_null(n.best);
	nearest_try(&n, "status");
	ck_assert_ptr_null(n.best);
	nearest_try(&n, "severity");
	ck_assert_str_eq(n.best, "severity");
	ck_assert_uint_eq(n.distance, 1);
	nearest_try(&n, "severetx"); /* as near, but later */
	ck_assert_str_eq(n.best, "severity");
	nearest_try(&n, "severety");
	ck_assert_uint_eq(n.distance, 0);
}
END_TEST

/* What somebody sent may be as long as they like. */
START_TEST(a_huge_name_is_cut)
{
	struct nearest n;
	struct errtext err;
	char huge[5000];

	memset(huge, 'x', sizeof huge - 1);
	huge[sizeof huge - 1] = '\0';
	nearest_init(&n, huge);
	nearest_try(&n, "status");
	nearest_say(&n, "unknown member", &err);
	ck_assert_uint_eq(strlen(err.text), strlen("unknown member \"\"") + 60);
}
END_TEST

START_TEST(it_asks)
{
	struct nearest n;
	struct errtext err;

	nearest_init(&n, "opne");
	nearest_say(&n, "unknown status", &err);
	ck_assert_str_eq(err.text, "unknown status \"opne\"");
	nearest_try(&n, "open");
	nearest_say(&n, "unknown status", &err);
	ck_assert_str_eq(
	    err.text, "unknown status \"opne\"; did you mean \"open\"?");
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("nearest");
	TCase *tc = tcase_create("nearest");

	tcase_add_loop_test(
	    tc, nearest_is_found, 0, (int)(sizeof cases / sizeof cases[0]));
	tcase_add_test(tc, distance_says_how_near);
	tcase_add_test(tc, a_huge_name_is_cut);
	tcase_add_test(tc, it_asks);
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
