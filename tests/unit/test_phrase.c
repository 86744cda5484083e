/* test_phrase.c - phrases in texts of many languages, and in none.
 *
 * SPDX-License-Identifier: MIT */
#include "core/phrase.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;

static void setup(void)
{
	arena_init(&arena);
}

static void teardown(void)
{
	arena_fini(&arena);
}

static bool found(const char *text, const char *phrase)
{
	return phrase_found(
	    phrase_fold(text, &arena), phrase_fold(phrase, &arena));
}

START_TEST(folds_to_words_with_blanks_around)
{
	static const char *const cases[][2] = {
		{ "Cancel my account!", " cancel my account " },
		{ "", "" },
		{ " \t\r\n--!?...", "" },
		{ "one", " one " },
		{ "cancel-my_account", " cancel my account " },
		{ "24x7 v2.0", " 24x7 v2 0 " },
		{ "Don't, DON\xe2\x80\x99T, don\xca\xbct", " dont dont dont " },
		{ "rock 'n' roll", " rock n roll " },
		{ "the users' 'wish'", " the users wish " },
		{ "can''t", " can t " },
		{ "Stra\xc3\x9f"
		  "e STRA\xe1\xba\x9e"
		  "E",
		    " strasse strasse " },
		{ "\xef\xac\x81ne \xe2\x84\xab", " fine \xc3\xa5 " },
		{ "e\xcc\x81"
		  "te",
		    " \xc3\xa9te " },
		{ "can\xc2\xad"
		  "cel",
		    " cancel " },
		{ "one\xe2\x80\x8btwo", " one two " },
		{ "\xce\xa3\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x82",
		    " \xcf\x83\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x83"
		    " " },
		{ "\xe8\xa7\xa3\xe7\xb4\x84"
		  "API",
		    " \xe8\xa7\xa3 \xe7\xb4\x84 api " },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_str_eq(phrase_fold(cases[i][0], &arena), cases[i][1]);
}
END_TEST

/* A text and a phrase that is in it. */
START_TEST(finds_whole_words)
{
	static const char *const cases[][2] = {
		{ "I want to CANCEL,\n my -- account.", "cancel my account" },
		{ "\xe2\x80\x9cUnacceptable!\xe2\x80\x9d", "unacceptable" },
		{ "I can\xe2\x80\x99t log in", "can't log in" },
		{ "cant log in", "can't log in" },
		/* German, French, Spanish, Polish */
		{ "Ich m\xc3\xb6"
		  "chte K\xc3\x9cNDIGEN.",
		    "k\xc3\xbcndigen" },
		{ "GROSSE STOERUNG", "gro\xc3\x9f"
				     "e stoerung" },
		{ "R\xc3\x89SILIER l\xe2\x80\x99"
		  "abonnement",
		    "r\xc3\xa9silier labonnement" },
		{ "\xc2\xbfMi cuenta? \xc2\xa1"
		  "CANCELAR MI CUENTA!",
		    "cancelar mi cuenta" },
		{ "WYPOWIEDZE\xc4\x86 UMOW\xc4\x98",
		    "wypowiedze\xc4\x87 umow\xc4\x99" },
		/* Russian, Greek, Armenian, Georgian capitals */
		{ "\xd0\xa3\xd0\x94\xd0\x90\xd0\x9b\xd0\x98\xd0\xa2\xd0\xac",
		    "\xd1\x83\xd0\xb4\xd0\xb0\xd0\xbb\xd0\xb8\xd1\x82\xd1"
		    "\x8c" },
		{ "\xce\x9b\xce\x9f\xce\x93\xce\x9f\xce\xa3",
		    "\xce\xbb\xce\xbf\xce\xb3\xce\xbf\xcf\x82" },
		{ "\xd5\x80\xd4\xb1\xd5\x85", "\xd5\xb0\xd5\xa1\xd5\xb5" },
		/* Hebrew and Arabic have no case; a mark belongs to its word */
		{ "\xd7\x9c\xd7\x91\xd7\x98\xd7\x9c!",
		    "\xd7\x9c\xd7\x91\xd7\x98\xd7\x9c" },
		{ "\xd8\xa5\xd9\x84\xd8\xba\xd8\xa7\xd8\xa1\xd8\x8c \xd8\xad",
		    "\xd8\xa5\xd9\x84\xd8\xba\xd8\xa7\xd8\xa1" },
		/* Hindi: the marks are in the word */
		{ "\xe0\xa4\x96\xe0\xa4\xbe\xe0\xa4\xa4\xe0\xa4\xbe "
		  "\xe0\xa4\x95",
		    "\xe0\xa4\x96\xe0\xa4\xbe\xe0\xa4\xa4\xe0\xa4\xbe" },
		/* Japanese, Chinese, Thai, Korean */
		{ "\xe8\xa7\xa3\xe7\xb4\x84\xe3\x81\x97\xe3\x81\x9f\xe3\x81"
		  "\x84",
		    "\xe8\xa7\xa3\xe7\xb4\x84" },
		{ "\xe6\x88\x91\xe8\xa6\x81\xe9\x80\x80\xe6\xac\xbe\xe3\x80"
		  "\x82",
		    "\xe9\x80\x80\xe6\xac\xbe" },
		{ "\xe0\xb8\x82\xe0\xb8\xad\xe0\xb8\xa2\xe0\xb8\x81\xe0\xb9"
		  "\x80",
		    "\xe0\xb8\xa2\xe0\xb8\x81" },
		{ "\xed\x95\xb4\xec\xa7\x80 \xec\x9a\x94\xec\xb2\xad",
		    "\xed\x95\xb4\xec\xa7\x80" },
		/* full width, half width */
		{ "\xef\xbc\xa1\xef\xbc\xb0\xef\xbc\xa9", "api" },
		{ "\xef\xbd\xb6\xef\xbe\x9e", "\xe3\x82\xac" },
		/* composed and not */
		{ "cafe\xcc\x81", "caf\xc3\xa9" },
		{ "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(found(cases[i][0], cases[i][1]), "%s in %s",
		    cases[i][1], cases[i][0]);
}
END_TEST

/* A text and a phrase that is not in it. */
START_TEST(finds_nothing_else)
{
	static const char *const cases[][2] = {
		{ "cancel my accounts", "cancel my account" },
		{ "uncancel my account", "cancel my account" },
		{ "cancel account", "cancel my account" },
		{ "my cancel account", "cancel my account" },
		{ "caf\xc3\xa9", "cafe" },
		{ "anything", "" },
		{ "anything", "!?" },
		{ "", "anything" },
		/* as Unicode folds it: a dotted capital I is not an i */
		{ "\xc4\xb0PTAL", "iptal" },
		{ "IPTAL", "\xc4\xb1ptal" },
		/* Korean has blanks between its words */
		{ "\xed\x95\xb4\xec\xa7\x80\xed\x95\x98\xea\xb3\xa0",
		    "\xed\x95\xb4\xec\xa7\x80" },
		/* a letter with another mark is another letter */
		{ "\xe3\x82\xac", "\xe3\x82\xab" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(!found(cases[i][0], cases[i][1]), "%s in %s",
		    cases[i][1], cases[i][0]);
}
END_TEST

START_TEST(broken_bytes_separate_words)
{
	ck_assert_str_eq(phrase_fold("one\xff\xfetwo", &arena), " one two ");
	ck_assert_str_eq(phrase_fold("\xc3", &arena), "");
	ck_assert_str_eq(phrase_fold("a\xed\xa0\x80"
				     "b",
			     &arena),
	    " a b ");
	ck_assert(found("caf\xc3 cancel", "cancel"));
}
END_TEST

START_TEST(huge_texts_are_read_up_to_a_limit)
{
	size_t size = 10 * PHRASE_TEXT_MAX;
	char *text = malloc(size + 1);

	memset(text, 'x', size);
	text[size] = '\0';
	memcpy(text, "first ", 6);
	memcpy(text + size - 5, " last", 5);
	ck_assert(found(text, "first"));
	ck_assert(!found(text, "last"));
	memcpy(text + PHRASE_TEXT_MAX - 5, " near", 5);
	ck_assert(found(text, "near"));
	/* one character that becomes eighteen */
	for (size_t i = 0; i + 3 <= size; i += 3)
		memcpy(text + i, "\xef\xb7\xba", 3);
	ck_assert_uint_gt(strlen(phrase_fold(text, &arena)), PHRASE_TEXT_MAX);
	free(text);
}
END_TEST

static void random_text(struct rng *rng, char *out, size_t size)
{
	static const char *const bits[] = { "a", "B", " ", "'", "\xe2\x80\x99",
		"\xcc\x81", "\xc3\x9f", "\xe8\xa7\xa3", "\xe0\xb8\x81", "-",
		"\xf0\x9f\x98\xa1", "\xff", "\xc3", "\xe2\x80\x8b", "7",
		"\xc5\x89", "\xc2\xb4", "\xd0\x96" };
	size_t len = 0;

	while (len + 4 < size && !rng_one_in(rng, 12)) {
		const char *bit =
		    bits[rng_below(rng, sizeof bits / sizeof *bits)];

		memcpy(out + len, bit, strlen(bit));
		len += strlen(bit);
	}
	out[len] = '\0';
}

/* What must hold of any folded text, and of any text in a longer one. */
START_TEST(folding_is_stable)
{
	struct rng rng = rng_seeded("test_phrase");

	for (int i = 0; i < 20000; i++) {
		char a[60], b[60], both[200];
		const char *folded;

		random_text(&rng, a, sizeof a);
		random_text(&rng, b, sizeof b);
		folded = phrase_fold(a, &arena);
		REQUIRE(strcmp(phrase_fold(folded, &arena), folded) == 0);
		REQUIRE(strstr(folded, "  ") == NULL);
		REQUIRE(
		    *folded == '\0' ||
		    (folded[0] == ' ' && folded[strlen(folded) - 1] == ' '));
		snprintf(both, sizeof both, "%s . %s . %s", b, a, b);
		REQUIRE(*folded == '\0' || found(both, a));
		arena_reset(&arena);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("phrase");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, folds_to_words_with_blanks_around);
	tcase_add_test(tc, finds_whole_words);
	tcase_add_test(tc, finds_nothing_else);
	tcase_add_test(tc, broken_bytes_separate_words);
	tcase_add_test(tc, huge_texts_are_read_up_to_a_limit);
	tcase_add_test(tc, folding_is_stable);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
