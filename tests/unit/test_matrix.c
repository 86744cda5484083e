/* test_matrix.c - an empty matrix, its words, and the revisions behind it.
 *
 * SPDX-License-Identifier: MIT */
#include "core/matrix.h"

#include "core/ticket.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

START_TEST(a_new_one_has_the_defaults)
{
	struct matrix *m = matrix_new();

	ck_assert_int_eq(m->owner, -1);
	ck_assert_int_eq(m->fallback, -1);
	ck_assert_int_eq(m->give_up_ms, DAY_MS);
	ck_assert_uint_eq(m->nkinds, clock_kinds_default_count);
	ck_assert_uint_eq(m->on_comment.resumes,
	    STATUS_BIT(STATUS_PENDING) | STATUS_BIT(STATUS_ON_HOLD));
	ck_assert(!m->on_comment.reopens);
	ck_assert_uint_eq(m->nalways_human, 0);
	ck_assert_ptr_null(m->previous);
	for (size_t i = 0; i < m->nkinds; i++)
		ck_assert_int_eq(m->kinds[i].pause_at_most_ms, 0);
	matrix_free(m);
	matrix_free(NULL);
}
END_TEST

START_TEST(send_has_words)
{
	enum send s = SEND_UNSAID;

	ck_assert_str_eq(send_name(SEND_UNSAID), "");
	for (int i = SEND_IN_HOURS; i < SEND_COUNT; i++) {
		ck_assert(send_parse(send_name((enum send)i), &s));
		ck_assert_int_eq(s, i);
	}
	s = SEND_ALWAYS;
	ck_assert(!send_parse("", &s)); /* nobody can say nothing */
	ck_assert(!send_parse("never", &s));
	ck_assert(!send_parse(NULL, &s));
	ck_assert_int_eq(s, SEND_ALWAYS);
}
END_TEST

START_TEST(older_revisions_are_found)
{
	struct matrix *oldest = matrix_new();
	struct matrix *old = matrix_new();
	struct matrix *m = matrix_new();

	oldest->revision = "1";
	old->revision = "2";
	m->revision = "3";
	ck_assert_ptr_null(matrix_at(m, "2"));
	m->previous = old;
	old->previous = oldest;
	ck_assert_ptr_eq(matrix_at(m, "3"), m);
	ck_assert_ptr_eq(matrix_at(m, "2"), old);
	ck_assert_ptr_eq(matrix_at(m, "1"), oldest);
	ck_assert_ptr_null(matrix_at(m, "4"));
	ck_assert_ptr_null(matrix_at(m, ""));
	ck_assert_ptr_null(matrix_at(m, NULL));
	ck_assert_ptr_null(matrix_at(old, "3")); /* newer is not behind */
	matrix_free(m);
	matrix_free(old);
	matrix_free(oldest);
}
END_TEST

/* ----- which one decides ----- */

enum { CHAIN = 5 };

static struct matrix *chain[CHAIN]; /* the newest is the last */

static void make_chain(const enum applies *applies)
{
	static const char *const names[CHAIN] = { "1", "2", "3", "4", "5" };

	for (int i = 0; i < CHAIN; i++) {
		chain[i] = matrix_new();
		chain[i]->revision = names[i];
		chain[i]->applies = applies[i];
		chain[i]->previous = i > 0 ? chain[i - 1] : NULL;
	}
}

static void free_chain(void)
{
	for (int i = 0; i < CHAIN; i++)
		matrix_free(chain[i]);
}

/* The number of the one that decides a ticket which has that revision. */
static int decides(const char *revision)
{
	struct ticket t = { .revision = revision };
	const struct matrix *m = matrix_for(chain[CHAIN - 1], &t);

	for (int i = 0; i < CHAIN; i++)
		if (chain[i] == m)
			return i + 1;
	return 0;
}

START_TEST(each_ticket_has_its_matrix)
{
	static const enum applies newest[CHAIN] = { APPLIES_OPEN, APPLIES_ALL,
		APPLIES_NEW, APPLIES_NEW, APPLIES_NEW };
	static const enum applies open[CHAIN] = { APPLIES_NEW, APPLIES_NEW,
		APPLIES_NEW, APPLIES_NEW, APPLIES_OPEN };

	make_chain(newest);
	ck_assert_int_eq(decides(""), 5);
	ck_assert_int_eq(decides("5"), 5);
	ck_assert_int_eq(decides("4"), 4);
	ck_assert_int_eq(decides("3"), 3);
	ck_assert_int_eq(decides("2"), 2);
	ck_assert_int_eq(decides("1"), 2); /* it was taken over */
	ck_assert_int_eq(decides("0"), 2);
	free_chain();
	make_chain(open);
	for (const char *r = "1\0"
			     "2\0"
			     "3\0"
			     "4\0"
			     "5\0";
	     *r != 0; r += 2)
		ck_assert_int_eq(decides(r), 5);
	free_chain();
}
END_TEST

START_TEST(what_is_absent_decides_nothing)
{
	static const enum applies applies[CHAIN] = { APPLIES_OPEN, APPLIES_NEW,
		APPLIES_NEW, APPLIES_NEW, APPLIES_NEW };

	make_chain(applies);
	chain[2]->absent = true;
	ck_assert_int_eq(decides("3"), 5);
	ck_assert_int_eq(decides("4"), 4);
	ck_assert_int_eq(decides("2"), 2); /* beyond it */
	ck_assert_int_eq(decides("0"), 1);
	ck_assert_ptr_null(matrix_at(chain[4], "3"));
	/* The same text was in force before. */
	chain[1]->revision = "3";
	ck_assert_int_eq(decides("3"), 2);
	chain[0]->absent = true;
	ck_assert_int_eq(decides("1"), 5);
	chain[0]->applies = APPLIES_NEW;
	ck_assert_int_eq(decides("0"), 5); /* the chain ends */
	free_chain();
}
END_TEST

START_TEST(applies_has_words)
{
	enum applies a = APPLIES_NEW;

	for (int i = 0; i < APPLIES_COUNT; i++) {
		ck_assert(applies_parse(applies_name((enum applies)i), &a));
		ck_assert_int_eq(a, i);
	}
	ck_assert(!applies_parse("closed", &a));
	ck_assert_int_eq(a, APPLIES_ALL);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("matrix");
	TCase *tc = tcase_create("matrix");

	tcase_add_test(tc, a_new_one_has_the_defaults);
	tcase_add_test(tc, send_has_words);
	tcase_add_test(tc, older_revisions_are_found);
	tcase_add_test(tc, each_ticket_has_its_matrix);
	tcase_add_test(tc, what_is_absent_decides_nothing);
	tcase_add_test(tc, applies_has_words);
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
