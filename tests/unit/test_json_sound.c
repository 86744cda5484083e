/* test_json_sound.c - what is JSON, and where does it cease to be?
 *
 * Random values are written by the grammar, so that they are JSON by
 * construction; each loses it when it is cut, and with a byte that no JSON has.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/json_sound.h"

#include "base/textbuf.h"

#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 3000

static const char *const sound[] = { "{}", "[]", " [ ] ", "null", "true",
	"false", "0", "-0", "12", "-1.5", "1e9", "1E+9", "1e-9", "0.5", "\"\"",
	"\"a\\n\\u00e9\\/\\\"\\\\\"", "{\"a\":1}", "{ \"a\" : [ 1 , {} ] }\n",
	"[[[]]]", "[null,true,false]", "\"\xc3\xa9\x7f\"" };

static const struct {
	const char *text;
	size_t wrong;
} unsound[] = {
	{ "", 0 },
	{ " ", 1 },
	{ "{", 1 },
	{ "[1,]", 3 },
	{ "{\"a\":1,}", 7 },
	{ "{\"a\" 1}", 5 },
	{ "{a:1}", 1 },
	{ "{'a':1}", 1 },
	{ "[1 2]", 3 },
	{ "01", 1 },
	{ "-", 1 },
	{ "1.", 2 },
	{ ".5", 0 },
	{ "+1", 0 },
	{ "1e", 2 },
	{ "1e+", 3 },
	{ "nul", 0 },
	{ "True", 0 },
	{ "\"a", 2 },
	{ "\"a\nb\"", 2 },
	{ "\"\\x\"", 2 },
	{ "\"\\u12g4\"", 5 },
	{ "\"\\u12", 5 },
	{ "\"\\", 2 },
	{ "{} {}", 3 },
	{ "// no\n{}", 0 },
	{ "[1}", 2 },
	{ "{\"a\":1]", 6 },
};

START_TEST(test_sound)
{
	size_t wrong;

	ck_assert_msg(json_is_sound(sound[_i], &wrong), "%s", sound[_i]);
}
END_TEST

START_TEST(test_unsound)
{
	size_t wrong = 999;

	ck_assert_msg(
	    !json_is_sound(unsound[_i].text, &wrong), "%s", unsound[_i].text);
	ck_assert_msg(
	    wrong == unsound[_i].wrong, "%s: %zu", unsound[_i].text, wrong);
}
END_TEST

START_TEST(test_depth)
{
	char text[2 * JSON_DEPTH_MAX + 3] = "";
	size_t wrong;

	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	ck_assert(json_is_sound(text, &wrong));
	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	ck_assert(!json_is_sound(text, &wrong));
	ck_assert_uint_eq(wrong, JSON_DEPTH_MAX);
}
END_TEST

/* --- random --------------------------------------------------------------- */

static void add_blanks(struct rng *rng, struct textbuf *tb)
{
	for (uint64_t n = rng_below(rng, 3); n > 0; n--)
		textbuf_addc(tb, " \t\r\n"[rng_below(rng, 4)]);
}

static void add_string(struct rng *rng, struct textbuf *tb)
{
	static const char *const parts[] = { "a", "\\\"", "\\\\", "\\u0041",
		"{", "]", ",", ":", "\\/", "\xc3\xa9", "'", "\\t" };

	textbuf_addc(tb, '"');
	for (uint64_t n = rng_below(rng, 6); n > 0; n--)
		textbuf_add(
		    tb, parts[rng_below(rng, sizeof parts / sizeof *parts)]);
	textbuf_addc(tb, '"');
}

static void add_number(struct rng *rng, struct textbuf *tb)
{
	if (rng_one_in(rng, 2))
		textbuf_addc(tb, '-');
	textbuf_addf(tb, "%u", (unsigned)rng_below(rng, 1000));
	if (rng_one_in(rng, 2))
		textbuf_addf(tb, ".%u", (unsigned)rng_below(rng, 1000));
	if (rng_one_in(rng, 3))
		textbuf_addf(tb, "%c%s%u", rng_one_in(rng, 2) ? 'e' : 'E',
		    rng_one_in(rng, 2) ? "-" : "+",
		    (unsigned)rng_below(rng, 40));
}

static void add_value(struct rng *rng, struct textbuf *tb, int depth);

static void add_list(struct rng *rng, struct textbuf *tb, int depth, bool map)
{
	uint64_t n = rng_below(rng, 4);

	textbuf_addc(tb, map ? '{' : '[');
	add_blanks(rng, tb);
	for (uint64_t i = 0; i < n; i++) {
		if (i > 0)
			textbuf_addc(tb, ',');
		add_blanks(rng, tb);
		if (map) {
			add_string(rng, tb);
			add_blanks(rng, tb);
			textbuf_addc(tb, ':');
		}
		add_value(rng, tb, depth + 1);
	}
	textbuf_addc(tb, map ? '}' : ']');
}

static void add_value(struct rng *rng, struct textbuf *tb, int depth)
{
	static const char *const words[] = { "true", "false", "null" };
	uint64_t kind = rng_below(rng, depth > 5 ? 3 : 5);

	add_blanks(rng, tb);
	if (kind == 0)
		add_string(rng, tb);
	else if (kind == 1)
		add_number(rng, tb);
	else if (kind == 2)
		textbuf_add(tb, words[rng_below(rng, 3)]);
	else
		add_list(rng, tb, depth, kind == 3);
	add_blanks(rng, tb);
}

/* With a byte that stands nowhere, or cut before it. */
static void check_broken(struct rng *rng, struct textbuf *tb)
{
	char *text = textbuf_take(tb);
	size_t len = strlen(text);
	size_t wrong;
	size_t at;

	while (strchr(" \t\r\n", text[len - 1]) != NULL)
		text[--len] = '\0';
	at = rng_below(rng, len);
	text[at] = '\x01';
	ck_assert_msg(!json_is_sound(text, &wrong), "%s", text);
	ck_assert_uint_le(wrong, at);
	text[at] = '\0';
	ck_assert_msg(!json_is_sound(text, &wrong), "%s", text);
	ck_assert_uint_le(wrong, at);
	free(text);
}

START_TEST(test_random)
{
	struct rng rng = rng_seeded("test_json_sound");

	for (int i = 0; i < ROUNDS; i++) {
		struct textbuf tb;
		size_t wrong;

		textbuf_init(&tb);
		add_list(&rng, &tb, 0, rng_one_in(&rng, 2));
		add_blanks(&rng, &tb);
		ck_assert_msg(
		    json_is_sound(tb.data, &wrong), "%zu: %s", wrong, tb.data);
		ck_assert_uint_eq(wrong, tb.len);
		check_broken(&rng, &tb);
		textbuf_fini(&tb);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("json_sound");
	TCase *tc = tcase_create("json");

	tcase_add_loop_test(
	    tc, test_sound, 0, (int)(sizeof sound / sizeof *sound));
	tcase_add_loop_test(
	    tc, test_unsound, 0, (int)(sizeof unsound / sizeof *unsound));
	tcase_add_test(tc, test_depth);
	tcase_add_test(tc, test_random);
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
