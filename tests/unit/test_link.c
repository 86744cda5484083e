/* test_link.c - a signed link says what was put in, and nothing else passes.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/link.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define KEY   "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define OTHER "00112233445566778899aabbccddeeff00112233445566778899aabbccddeefe"
#define NOW   INT64_C(1796385600000)

static struct link link_of(int64_t ticket, const char *person, int64_t expires)
{
	struct link l = { .ticket_id = ticket, .expires = wall_at(expires) };

	memcpy(l.person, person, strlen(person) + 1);
	return l;
}

START_TEST(says_what_was_put_in)
{
	static const char *const people[] = { "dana", "d", "a.b.c", "1.2.3",
		"dana.ruiz@example.com", "J\xC3\xB6rg" };
	char text[LINK_TEXT_MAX];
	struct link got;

	for (size_t i = 0; i < sizeof people / sizeof people[0]; i++) {
		struct link l = link_of(4711, people[i], NOW + 1);

		ck_assert(link_make(KEY, &l, text));
		ck_assert_uint_eq(
		    strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"
				 "ghijklmnopqrstuvwxyz0123456789-"
				 "_"),
		    strlen(text));
		ck_assert_int_eq(
		    link_read(KEY, text, wall_at(NOW), &got), LINK_OK);
		ck_assert_int_eq(got.ticket_id, 4711);
		ck_assert_str_eq(got.person, people[i]);
		ck_assert_int_eq(got.expires.ms, NOW + 1);
	}
}
END_TEST

/* Links of mails that were sent must hold over an update of the program. */
START_TEST(is_the_same_for_ever)
{
	struct link l = link_of(7, "dana", NOW);
	char text[LINK_TEXT_MAX];

	ck_assert(link_make(KEY, &l, text));
	ck_assert_str_eq(text,
	    "xqndec3l6uM6Bh-YO2Gac-"
	    "3S8Li9FzbFoNfiz71tHKI3LjE3OTYzODU2MDAwMDAuZGFuYQ");
}
END_TEST

START_TEST(ends_at_its_instant)
{
	struct link l = link_of(7, "dana", NOW);
	char text[LINK_TEXT_MAX];
	struct link got;

	ck_assert(link_make(KEY, &l, text));
	ck_assert_int_eq(link_read(KEY, text, wall_at(NOW - 1), &got), LINK_OK);
	ck_assert_int_eq(
	    link_read(KEY, text, wall_at(NOW), &got), LINK_EXPIRED);
	ck_assert_int_eq(got.ticket_id, 7);
	ck_assert_str_eq(got.person, "dana");
	/* Expired and forged is forged. */
	ck_assert_int_eq(
	    link_read(OTHER, text, wall_at(NOW), &got), LINK_FORGED);
	ck_assert_int_eq(got.ticket_id, 0);
	ck_assert_str_eq(got.person, "");
}
END_TEST

START_TEST(takes_no_other_key)
{
	struct link l = link_of(7, "dana", NOW + 1);
	char text[LINK_TEXT_MAX];
	struct link got;

	ck_assert(link_make(KEY, &l, text));
	ck_assert_int_eq(
	    link_read(OTHER, text, wall_at(NOW), &got), LINK_FORGED);
	ck_assert_int_eq(link_read("", text, wall_at(NOW), &got), LINK_FORGED);
}
END_TEST

START_TEST(refuses_a_name_too_long)
{
	struct link l = link_of(7, "", NOW);
	char text[LINK_TEXT_MAX];
	struct link got;

	ck_assert(!link_make(KEY, &l, text));
	ck_assert_str_eq(text, "");
	memset(l.person, 'x', sizeof l.person - 1);
	l.ticket_id = INT64_C(999999999999999999);
	ck_assert(link_make(KEY, &l, text));
	ck_assert_int_eq(link_read(KEY, text, wall_at(NOW - 1), &got), LINK_OK);
	ck_assert_str_eq(got.person, l.person);
}
END_TEST

START_TEST(refuses_rubbish)
{
	static const char *const rubbish[] = { "", "A", "AA", "AAA", "AAAA",
		"a b", "=", "../..", "%41", "\xC3\xBC",
		"AAAAAAAAAAAAAAAAAAAAAAA"
		"AAAAAAAAAAAAAAAAAAAA",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
	char lengthy[2 * LINK_TEXT_MAX];
	struct link got;

	for (size_t i = 0; i < sizeof rubbish / sizeof rubbish[0]; i++)
		ck_assert_int_eq(link_read(KEY, rubbish[i], wall_at(NOW), &got),
		    LINK_FORGED);
	for (size_t len = 0; len < sizeof lengthy; len++) {
		memset(lengthy, 'A', len);
		lengthy[len] = '\0';
		ck_assert_int_eq(
		    link_read(KEY, lengthy, wall_at(NOW), &got), LINK_FORGED);
	}
}
END_TEST

/* No other text is taken for a token: none that differs in one place, is cut,
 * or goes on. */
START_TEST(refuses_whatever_was_changed)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
				      "mnopqrstuvwxyz0123456789-_=. /+";
	struct rng rng = rng_seeded("test_link");

	for (int i = 0; i < 20000; i++) {
		struct link l = link_of(rng_between(&rng, 1, 1000000), "dana",
		    NOW + rng_between(&rng, 1, 1000000));
		char text[LINK_TEXT_MAX];
		char changed[LINK_TEXT_MAX + 1];
		struct link got;
		size_t len;
		size_t at;

		l.person[rng_below(&rng, 4)] = (char)rng_between(&rng, 33, 126);
		REQUIRE(link_make(KEY, &l, text));
		len = strlen(text);
		memcpy(changed, text, len + 1);
		at = (size_t)rng_below(&rng, len + 1);
		if (rng_one_in(&rng, 4))
			changed[at] = '\0';
		else
			changed[at] =
			    letters[rng_below(&rng, sizeof letters - 1)];
		changed[len + 1] = '\0';
		REQUIRE(link_read(KEY, text, wall_at(NOW), &got) == LINK_OK);
		REQUIRE(got.ticket_id == l.ticket_id);
		REQUIRE(strcmp(got.person, l.person) == 0);
		if (strcmp(changed, text) != 0)
			REQUIRE(link_read(KEY, changed, wall_at(NOW), &got) ==
				LINK_FORGED);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("link");
	TCase *tc = tcase_create("link");

	tcase_add_test(tc, says_what_was_put_in);
	tcase_add_test(tc, is_the_same_for_ever);
	tcase_add_test(tc, ends_at_its_instant);
	tcase_add_test(tc, takes_no_other_key);
	tcase_add_test(tc, refuses_a_name_too_long);
	tcase_add_test(tc, refuses_rubbish);
	tcase_add_test(tc, refuses_whatever_was_changed);
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
