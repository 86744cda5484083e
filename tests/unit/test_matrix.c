/* test_matrix.c - an empty matrix, its words, and the revisions behind it.
 *
 * SPDX-License-Identifier: MIT */
#include "core/matrix.h"

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

static Suite *suite(void)
{
	Suite *s = suite_create("matrix");
	TCase *tc = tcase_create("matrix");

	tcase_add_test(tc, a_new_one_has_the_defaults);
	tcase_add_test(tc, send_has_words);
	tcase_add_test(tc, older_revisions_are_found);
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
