/* test_form.c - forms are read once and strictly, escapes above all.
 *
 * SPDX-License-Identifier: MIT */
#include "base/textbuf.h"
#include "lib/require.h"
#include "lib/rng.h"
#include "wire/form.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 20000

static bool parse(const char *body, struct arena *a, struct form *f)
{
	struct errtext err = { "" };
	bool ok = form_parse(body, strlen(body), a, f, &err);

	ck_assert_int_eq(ok, err.text[0] == '\0');
	return ok;
}

START_TEST(reads_what_slack_sends)
{
	static const char body[] =
	    "token=t&text=snooze+zendesk%3A4711+1h&response_url=https%3A%2F%2F"
	    "hooks.slack.com%2Fcommands%2FT1%2F2%2Fx&empty=&name&%61=%C3%BC%2B";
	struct arena a = ARENA_INIT;
	struct form f;

	ck_assert(parse(body, &a, &f));
	ck_assert_uint_eq(f.count, 6);
	ck_assert_str_eq(form_get(&f, "text"), "snooze zendesk:4711 1h");
	ck_assert_str_eq(form_get(&f, "response_url"),
	    "https://hooks.slack.com/commands/T1/2/x");
	ck_assert_str_eq(form_get(&f, "empty"), "");
	ck_assert_str_eq(form_get(&f, "name"), "");
	ck_assert_str_eq(form_get(&f, "a"), "\xC3\xBC+");
	ck_assert_ptr_null(form_get(&f, "Text"));
	ck_assert_ptr_null(form_get(&f, ""));
	arena_fini(&a);
}
END_TEST

START_TEST(refuses_what_could_be_read_in_two_ways)
{
	static const char *const bad[] = { "a=1&a=2", "a=1&%61=2", "a=%",
		"a=%4", "a=%zz", "a=%00b", "%00=b", "a=%C3", "a=%ED%A0%80",
		"a=\xFF", "=1&=2", "a=1&b=2&c=%g1" };
	struct arena a = ARENA_INIT;
	struct form f;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(!parse(bad[i], &a, &f), "%s", bad[i]);
	arena_fini(&a);
}
END_TEST

START_TEST(an_unescaped_nul_is_refused)
{
	struct arena a = ARENA_INIT;
	struct errtext err = { "" };
	struct form f;

	ck_assert(!form_parse("a=b\0c", 5, &a, &f, &err));
	ck_assert(!form_parse("a\0=b", 4, &a, &f, &err));
	arena_fini(&a);
}
END_TEST

START_TEST(limits_its_fields)
{
	struct arena a = ARENA_INIT;
	struct textbuf body;
	struct form f;

	textbuf_init(&body);
	for (int i = 0; i < FORM_FIELDS_MAX; i++)
		textbuf_addf(&body, "&n%d=v", i);
	ck_assert(parse(body.data, &a, &f));
	ck_assert_uint_eq(f.count, FORM_FIELDS_MAX);
	textbuf_add(&body, "&one=more");
	ck_assert(!parse(body.data, &a, &f));
	ck_assert(parse("", &a, &f));
	ck_assert_uint_eq(f.count, 0);
	ck_assert(parse("&&&", &a, &f));
	ck_assert_uint_eq(f.count, 0);
	textbuf_fini(&body);
	arena_fini(&a);
}
END_TEST

/* Any character that may stand in a text, now and then one that may not stand
 * bare. */
static void random_text(struct rng *rng, struct textbuf *out)
{
	static const char *const some[] = { "a", "Z", "0", " ", "+", "%", "&",
		"=", "\xC3\xBC", "\xF0\x9F\x94\xA5", "\n", ";", "\x7f", "~" };
	size_t n = (size_t)rng_below(rng, 8);

	while (n-- > 0)
		textbuf_add(
		    out, some[rng_below(rng, sizeof some / sizeof some[0])]);
}

/* A writer that escapes what it must, and at random what it need not. */
static void write_escaped(
    struct rng *rng, const char *text, struct textbuf *out)
{
	static const char upper[] = "0123456789ABCDEF";
	static const char lower[] = "0123456789abcdef";

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		const char *hex = rng_one_in(rng, 2) ? upper : lower;

		if (c == ' ' && rng_one_in(rng, 2))
			textbuf_addc(out, '+');
		else if (strchr("%&=+", c) != NULL || rng_one_in(rng, 4)) {
			textbuf_addc(out, '%');
			textbuf_addc(out, hex[c >> 4]);
			textbuf_addc(out, hex[c & 15]);
		} else
			textbuf_addc(out, (char)c);
	}
}

START_TEST(reads_back_whatever_was_written)
{
	struct rng rng = rng_seeded("test_form");

	for (int round = 0; round < ROUNDS; round++) {
		struct arena a = ARENA_INIT;
		struct textbuf body;
		struct textbuf name;
		struct textbuf value;
		struct form f;

		textbuf_init(&body);
		textbuf_init(&name);
		textbuf_init(&value);
		textbuf_add(&name, "n");
		random_text(&rng, &name);
		random_text(&rng, &value);
		textbuf_add(&body, "x=1&");
		write_escaped(&rng, name.data, &body);
		textbuf_addc(&body, '=');
		write_escaped(&rng, value.data, &body);
		REQUIRE(parse(body.data, &a, &f));
		REQUIRE(f.count == 2);
		REQUIRE(strcmp(f.fields[1].name, name.data) == 0);
		REQUIRE(strcmp(form_get(&f, name.data), value.data) == 0);
		textbuf_fini(&body);
		textbuf_fini(&name);
		textbuf_fini(&value);
		arena_fini(&a);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("form");
	TCase *tc = tcase_create("form");

	tcase_add_test(tc, reads_what_slack_sends);
	tcase_add_test(tc, refuses_what_could_be_read_in_two_ways);
	tcase_add_test(tc, an_unescaped_nul_is_refused);
	tcase_add_test(tc, limits_its_fields);
	tcase_add_test(tc, reads_back_whatever_was_written);
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
