/* test_table.c - columns of text, and tables laid out by them.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/table.h"
#include "ctl/width.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct rng rng;
static const struct screen unlimited = { 0, false };

struct width_case {
	const char *text;
	size_t columns;
	const char *clean; /* NULL: as it is */
};

static const struct width_case widths[] = {
	{ "", 0, NULL }, { "plain", 5, NULL },
	{ "Gr\xc3\xb6\xc3\x9f"
	  "e",
	    5, NULL },				 /* Groesse */
	{ "\xe7\xb4\xa7\xe6\x80\xa5", 4, NULL }, /* two of CJK */
	{ "\xed\x95\x9c\xea\xb8\x80", 4, NULL }, /* Hangul */
	{ "\xef\xbc\xa1", 2, NULL },		 /* fullwidth A */
	{ "\xef\xbd\xb1", 1, NULL },		 /* halfwidth kana */
	{ "e\xcc\x81", 1, NULL },		 /* e, acute */
	{ "\xe0\xb8\x81\xe0\xb8\xb3\xe0\xb8\xb5", 2, NULL }, /* Thai */
	{ "\xf0\x9f\x94\xa5", 2, NULL },		     /* fire */
	{ "\xe2\x9d\xa4\xef\xb8\x8f", 1, NULL }, /* heart, selector 16 */
	{ "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", 4, NULL }, /* ZWJ */
	{ "\xe2\x80\xa6", 1, NULL },		 /* ellipsis */
	{ "\xf0\xa0\x80\x80", 2, NULL },	 /* plane 2 */
	{ "\xd7\xa9\xd6\xb8\xd7\x9c", 2, NULL }, /* Hebrew, point */
	{ "a\tb\r\nc", 6, "a b  c" }, { "\x1b[2Jx", 5, "\xef\xbf\xbd[2Jx" },
	{ "\x07\x7f", 2, "\xef\xbf\xbd\xef\xbf\xbd" },
	{ "\xc2\x9b"
	  "31m",
	    4,
	    "\xef\xbf\xbd"
	    "31m" }, /* C1's CSI */
	{ "\xe2\x80\xae"
	  "x",
	    2, "\xef\xbf\xbdx" },   /* RTL override */
	{ "\xe2\x80\xa8", 1, " " }, /* line separator */
	{ "a\xff"
	  "b",
	    3,
	    "a\xef\xbf\xbd"
	    "b" }, /* no UTF-8 */
	{ "\xc3", 1, "\xef\xbf\xbd" },
	{ "\xc0\xaf", 2, "\xef\xbf\xbd\xef\xbf\xbd" }, /* overlong */
};

START_TEST(test_width)
{
	const struct width_case *c = &widths[_i];
	struct textbuf out;

	ck_assert_uint_eq(text_width(c->text), c->columns);
	textbuf_init(&out);
	text_clean(&out, c->text);
	ck_assert_str_eq(out.data, c->clean != NULL ? c->clean : c->text);
	textbuf_fini(&out);
}
END_TEST

struct fit_case {
	const char *text;
	size_t columns;
	const char *expected;
};

static const struct fit_case fits[] = {
	{ "short", 5, "short" },
	{ "shorter", 5, "shor\xe2\x80\xa6" },
	{ "xy", 1, "\xe2\x80\xa6" },
	{ "x", 1, "x" },
	/* A wide character that would stick out is left out. */
	{ "\xe7\xb4\xa7\xe6\x80\xa5\xe7\xb4\xa7", 4,
	    "\xe7\xb4\xa7\xe2\x80\xa6" },
	{ "\xe7\xb4\xa7\xe6\x80\xa5\xe7\xb4\xa7", 5,
	    "\xe7\xb4\xa7\xe6\x80\xa5\xe2\x80\xa6" },
	/* A mark stays with its letter. */
	{ "e\xcc\x81xyz", 3, "e\xcc\x81x\xe2\x80\xa6" },
};

START_TEST(test_fit)
{
	const struct fit_case *c = &fits[_i];
	struct textbuf out;
	size_t used;

	textbuf_init(&out);
	used = text_fit(&out, c->text, c->columns);
	ck_assert_str_eq(out.data, c->expected);
	ck_assert_uint_eq(used, text_width(c->expected));
	textbuf_fini(&out);
}
END_TEST

static void some_text(char *text, int64_t most)
{
	int64_t len = rng_between(&rng, 0, most);

	for (int64_t i = 0; i < len; i++)
		text[i] = (char)rng_between(&rng, 1, 255);
	text[len] = '\0';
}

/* Any bytes, any width: never wider than asked, always clean UTF-8. */
START_TEST(test_fit_random)
{
	struct textbuf out;

	textbuf_init(&out);
	for (int round = 0; round < 20000; round++) {
		size_t most = (size_t)rng_between(&rng, 1, 12);
		char text[33];
		size_t used;

		some_text(text, 32);
		textbuf_clear(&out);
		used = text_fit(&out, text, most);
		ck_assert_uint_le(used, most);
		ck_assert_uint_eq(used, text_width(out.data));
		ck_assert(utf8_valid(out.data, out.len));
		for (size_t i = 0; i < out.len; i++)
			ck_assert_int_ge((unsigned char)out.data[i], ' ');
	}
	textbuf_fini(&out);
}
END_TEST

static const struct table_column columns[] = {
	{ "KEY", 0, false },
	{ "N", 0, true },
	{ "SUBJECT", 6, false },
	{ "WHO", 3, false },
};

static void add_row(struct table *t, const char *key, const char *n,
    const char *subject, const char *who)
{
	table_cell(t, key, COLOUR_NONE);
	table_cell(t, n, COLOUR_NONE);
	table_cell(t, subject, COLOUR_RED);
	table_cell(t, who, COLOUR_NONE);
}

static void expect_table(struct table *t, struct screen s, const char *expected)
{
	struct textbuf out;

	textbuf_init(&out);
	table_print(t, s, &out);
	ck_assert_str_eq(out.data, expected);
	textbuf_fini(&out);
}

START_TEST(test_layout)
{
	struct table t;

	table_init(&t, columns, 4);
	add_row(&t, "z:1", "7", "\xe7\xb4\xa7\xe6\x80\xa5", "dana");
	add_row(&t, "z:22", "123", "e\xcc\x81t\xc3\xa9", NULL);
	expect_table(&t, unlimited,
	    "KEY     N  SUBJECT  WHO\n"
	    "z:1     7  \xe7\xb4\xa7\xe6\x80\xa5     dana\n"
	    "z:22  123  e\xcc\x81t\xc3\xa9      -\n");
	table_fini(&t);
}
END_TEST

START_TEST(test_narrow)
{
	struct table t;

	table_init(&t, columns, 4);
	add_row(&t, "z:1", "7", "a subject that is long", "dana and eli");
	/* The widest that may shrink gives way, then both in turn. */
	expect_table(&t, (struct screen){ 36, false },
	    "KEY  N  SUBJECT         WHO\n"
	    "z:1  7  a subject tha\xe2\x80\xa6  dana and eli\n");
	expect_table(&t, (struct screen){ 26, false },
	    "KEY  N  SUBJECT   WHO\n"
	    "z:1  7  a subje\xe2\x80\xa6  dana an\xe2\x80\xa6\n");
	/* Not below what each must have, though it does not fit then. */
	expect_table(&t, (struct screen){ 5, false },
	    "KEY  N  SUBJE\xe2\x80\xa6  WHO\n"
	    "z:1  7  a sub\xe2\x80\xa6  da\xe2\x80\xa6\n");
	table_fini(&t);
}
END_TEST

START_TEST(test_colours)
{
	static const struct table_column one[] = { { "A", 0, false },
		{ "B", 0, false } };
	struct table t;

	table_init(&t, one, 2);
	table_cell(&t, "xx", COLOUR_RED);
	table_cell(&t, "y", COLOUR_NONE);
	expect_table(&t, (struct screen){ 0, true },
	    "\033[1mA\033[0m   \033[1mB\033[0m\n"
	    "\033[31mxx\033[0m  y\n");
	expect_table(&t, unlimited, "A   B\nxx  y\n");
	table_fini(&t);
}
END_TEST

/* Whatever the cells, no line is wider than a terminal that could hold it. */
START_TEST(test_random_tables)
{

	for (int round = 0; round < 300; round++) {
		struct screen s = { (size_t)rng_between(&rng, 24, 60), false };
		struct textbuf out;
		struct table t;
		char *save = NULL;

		table_init(&t, columns, 4);
		for (int i = 0; i < 4 * 5; i++) {
			char text[41];

			some_text(text, i % 4 < 2 ? 4 : 40);
			table_cell(&t, text, COLOUR_NONE);
		}
		textbuf_init(&out);
		table_print(&t, s, &out);
		for (char *line = strtok_r(out.data, "\n", &save); line != NULL;
		     line = strtok_r(NULL, "\n", &save))
			ck_assert_uint_le(text_width(line), s.columns);
		textbuf_fini(&out);
		table_fini(&t);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("table");
	TCase *tc = tcase_create("all");

	tcase_add_loop_test(
	    tc, test_width, 0, (int)(sizeof widths / sizeof *widths));
	tcase_add_loop_test(tc, test_fit, 0, (int)(sizeof fits / sizeof *fits));
	tcase_add_test(tc, test_fit_random);
	tcase_add_test(tc, test_layout);
	tcase_add_test(tc, test_narrow);
	tcase_add_test(tc, test_colours);
	tcase_add_test(tc, test_random_tables);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_table");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
