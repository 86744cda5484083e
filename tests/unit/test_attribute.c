/* test_attribute.c - members of a ticket's free attributes.
 *
 * SPDX-License-Identifier: MIT */
#include "core/attribute.h"
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

/* The values with "|" between. */
static const char *values(const char *json, const char *name)
{
	static char text[4096];
	const char *out[ATTRIBUTE_VALUES_MAX];
	size_t n = attribute_values(json, name, &arena, out);

	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text),
		    "%s%s", i > 0 ? "|" : "", out[i]);
	return text;
}

START_TEST(reads_a_member)
{
	static const char json[] =
	    "{\"region\":\"eu\",\"seats\":50,\"trial\":false,\"none\":null,"
	    "\"list\":[\"a\", "
	    "1,null,{\"x\":[\"}\"]},true],\"deep\":{\"region\":"
	    "\"us\"},\"q\\\"k\":\"x\",\"last\":\"\\u00e9\\ud83d\\ude21\\n\\/"
	    "\"}";

	ck_assert_str_eq(values(json, "region"), "eu");
	ck_assert_str_eq(values(json, "seats"), "50");
	ck_assert_str_eq(values(json, "trial"), "false");
	ck_assert_str_eq(values(json, "none"), "");
	ck_assert_str_eq(values(json, "list"), "a|1|true");
	ck_assert_str_eq(values(json, "deep"), "");
	ck_assert_str_eq(values(json, "q\"k"), "x");
	ck_assert_str_eq(values(json, "last"), "\xc3\xa9\xf0\x9f\x98\xa1\n/");
	ck_assert_str_eq(values(json, "Region"), "");
	ck_assert_str_eq(values(NULL, "region"), "");
	ck_assert_str_eq(values("{}", "region"), "");
	ck_assert_str_eq(values("[\"region\",\"eu\"]", "region"), "");
}
END_TEST

START_TEST(long_lists_are_cut)
{
	char json[2000] = "{\"n\":[0";
	const char *out[ATTRIBUTE_VALUES_MAX];

	for (int i = 1; i < 200; i++)
		snprintf(
		    json + strlen(json), sizeof json - strlen(json), ",%d", i);
	strcat(json, "]}");
	ck_assert_uint_eq(
	    attribute_values(json, "n", &arena, out), ATTRIBUTE_VALUES_MAX);
	ck_assert_str_eq(out[ATTRIBUTE_VALUES_MAX - 1], "63");
}
END_TEST

/* A disk can lie: whatever stands there, it ends. */
START_TEST(broken_texts_are_nothing)
{
	struct rng rng = rng_seeded("test_attribute");
	static const char whole[] =
	    "{\"a\":[\"x\\u00e9\",{\"b\":[1,2]}],\"c\":\"\\\\d\",\"e\":-1.5}";

	for (int i = 0; i < 20000; i++) {
		char json[sizeof whole];

		memcpy(json, whole, sizeof whole);
		for (uint64_t k = rng_below(&rng, 4); k > 0; k--)
			json[rng_below(&rng, sizeof whole - 1)] =
			    "\"\\{}[],:u0x"[rng_below(&rng, 12)];
		json[rng_below(&rng, sizeof whole)] = '\0';
		values(json, "a");
		values(json, "c");
		values(json, "e");
		arena_reset(&arena);
	}
	ck_assert_str_eq(values(whole, "e"), "-1.5");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("attribute");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, reads_a_member);
	tcase_add_test(tc, long_lists_are_cut);
	tcase_add_test(tc, broken_texts_are_nothing);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
