/* test_decimal.c - numbers told as texts, compared exactly.
 *
 * SPDX-License-Identifier: MIT */
#include "base/decimal.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool parse(const char *text, int64_t *out)
{
	return decimal_parse(text, strlen(text), out);
}

START_TEST(reads_what_json_allows)
{
	static const struct {
		const char *text;
		int64_t millionths;
	} cases[] = {
		{ "0", 0 },
		{ "-0", 0 },
		{ "+7", 7000000 },
		{ "50000", 50000000000 },
		{ "-0.25", -250000 },
		{ "0.000001", 1 },
		{ "0.0000019", 1 },
		{ "-0.0000019", -1 },
		{ "5e4", 50000000000 },
		{ "5E+4", 50000000000 },
		{ "25e-2", 250000 },
		{ "1.5e1", 15000000 },
		{ "123456789e-9", 123456 },
		{ "0e999999999999999999999", 0 },
		{ "1e-99999999999999999999", 0 },
		{ "9e12", 9000000000000000000 },
		{ "-9e12", -9000000000000000000 },
		{ "9000000000000.000000", 9000000000000000000 },
		{ "0.1000000000000000000000000000000001", 100000 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t n = 42;

		ck_assert_msg(parse(cases[i].text, &n), "%s", cases[i].text);
		ck_assert_msg(n == cases[i].millionths, "%s is %lld",
		    cases[i].text, (long long)n);
	}
}
END_TEST

START_TEST(refuses_what_is_no_number)
{
	static const char *const texts[] = { "", "-", "+", "+-1", "--1", " 1",
		"1 ", "01", "-007", ".5", "5.", "1.e3", "1e", "1e+", "1e1.5",
		"0x10", "1,5", "NaN", "Infinity", "nine",
		"9000000000000.000001", "9.1e12", "1e13", "-1e400",
		"1e999999999999999999999", "1-" };
	int64_t n = 42;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		ck_assert_msg(!parse(texts[i], &n), "%s", texts[i]);
	ck_assert_int_eq(n, 42);
	ck_assert(!decimal_parse("12", 0, &n));
	ck_assert(decimal_parse("12", 1, &n));
	ck_assert_int_eq(n, DECIMAL_ONE);
}
END_TEST

START_TEST(writes_the_shortest_text)
{
	static const struct {
		int64_t millionths;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ 1, "0.000001" },
		{ -250000, "-0.25" },
		{ 50000000000, "50000" },
		{ 1000010, "1.00001" },
		{ INT64_MIN, "-9223372036854.775808" },
		{ INT64_MAX, "9223372036854.775807" },
	};
	char text[DECIMAL_TEXT_MAX];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		decimal_format(cases[i].millionths, text);
		ck_assert_str_eq(text, cases[i].text);
	}
}
END_TEST

/* With some zeroes in front of an exponent it is the same number. */
static void shifted(struct rng *rng, const char *text, int64_t want)
{
	int places = (int)rng_between(rng, 0, 40);
	char moved[120];
	int64_t n;

	if (want == 0 || strchr(text, '.') != NULL)
		return;
	snprintf(moved, sizeof moved, "%s%.*se-%d", text, places,
	    "0000000000000000000000000000000000000000", places);
	REQUIRE(parse(moved, &n) && n == want);
}

START_TEST(reads_back_what_it_wrote)
{
	struct rng rng = rng_seeded("test_decimal");

	for (int i = 0; i < 20000; i++) {
		int64_t most = INT64_C(9000000000000000000);
		int64_t want =
		    rng_between(&rng, -most, most) >> rng_below(&rng, 60);
		char text[DECIMAL_TEXT_MAX];
		int64_t n;

		if (rng_one_in(&rng, 3))
			want = want / DECIMAL_ONE * DECIMAL_ONE;
		decimal_format(want, text);
		REQUIRE(parse(text, &n) && n == want);
		REQUIRE(
		    strchr(text, '.') == NULL || text[strlen(text) - 1] != '0');
		shifted(&rng, text, want);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("decimal");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, reads_what_json_allows);
	tcase_add_test(tc, refuses_what_is_no_number);
	tcase_add_test(tc, writes_the_shortest_text);
	tcase_add_test(tc, reads_back_what_it_wrote);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
