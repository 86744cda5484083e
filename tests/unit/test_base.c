/* test_base.c - checks, arenas, text buffers and error texts.
 *
 * SPDX-License-Identifier: MIT */
#include "base/arena.h"
#include "base/check.h"
#include "base/errtext.h"
#include "base/markup.h"
#include "base/percent.h"
#include "base/textbuf.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <limits.h>
#include <signal.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct rng rng;
static int report_to;

static void report(const char *expr, const char *file, int line)
{
	dprintf(report_to, "%s|%s|%d", expr, strrchr(file, '/') + 1, line);
}

/* Runs a failing check in a child and returns what it reported. */
static void failing_child(bool with_reporter, char *out, size_t size)
{
	int ends[2];
	int status;
	ssize_t n;
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		report_to = ends[1];
		check_set_reporter(with_reporter ? report : NULL);
		CHECK(1 + 1 == 2);
		CHECK(1 + 1 == 3);
		_exit(0);
	}
	close(ends[1]);
	n = read(ends[0], out, size - 1);
	close(ends[0]);
	out[n > 0 ? n : 0] = '\0';
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

START_TEST(check_reports_and_aborts)
{
	char text[200];

	failing_child(true, text, sizeof text);
	ck_assert_ptr_nonnull(strstr(text, "1 + 1 == 3|test_base.c|"));
	failing_child(false, text, sizeof text);
	ck_assert_str_eq(text, "");
}
END_TEST

static void assert_zero(const unsigned char *p, size_t size)
{
	for (size_t i = 0; i < size; i++)
		REQUIRE(p[i] == 0);
}

/* What is handed out is zeroed, aligned, and nobody else's: each piece is
 * filled with its own byte and still has it at the end of the round. */
START_TEST(arena_pieces_are_apart)
{
	enum { PIECES = 300 };
	unsigned char *piece[PIECES];
	size_t size[PIECES];
	struct arena a = ARENA_INIT;

	for (int round = 0; round < 40; round++) {
		for (int i = 0; i < PIECES; i++) {
			size[i] =
			    rng_below(&rng, rng_one_in(&rng, 50) ? 20000 : 80);
			piece[i] = arena_alloc(&a, size[i]);
			REQUIRE(
			    (uintptr_t)piece[i] % alignof(max_align_t) == 0);
			assert_zero(piece[i], size[i]);
			memset(piece[i], i % 251 + 1, size[i]);
		}
		for (int i = 0; i < PIECES; i++) {
			for (size_t k = 0; k < size[i]; k++)
				REQUIRE(piece[i][k] == i % 251 + 1);
		}
		if (rng_one_in(&rng, 3))
			arena_fini(&a);
		else
			arena_reset(&a);
	}
	arena_fini(&a);
	ck_assert_ptr_null(a.head);
	arena_fini(&a);
}
END_TEST

START_TEST(arena_empty_pieces_differ)
{
	struct arena a;
	void *first;

	arena_init(&a);
	first = arena_alloc(&a, 0);
	ck_assert_ptr_nonnull(first);
	ck_assert_ptr_ne(first, arena_alloc(&a, 0));
	arena_fini(&a);
}
END_TEST

START_TEST(arena_reset_keeps_one_block)
{
	struct arena a = ARENA_INIT;
	void *first = arena_alloc(&a, 10);

	for (int i = 0; i < 100; i++)
		arena_alloc(&a, 1000);
	arena_reset(&a);
	ck_assert_ptr_eq(arena_alloc(&a, 10), first);
	arena_fini(&a);
	arena_reset(&a);
	ck_assert_ptr_null(a.head);
}
END_TEST

START_TEST(arena_copies_text)
{
	struct arena a = ARENA_INIT;

	ck_assert_str_eq(arena_strdup(&a, "abc"), "abc");
	ck_assert_str_eq(arena_strdup(&a, ""), "");
	ck_assert_str_eq(arena_strndup(&a, "abcdef", 3), "abc");
	ck_assert_str_eq(arena_strndup(&a, "x", 0), "");
	ck_assert_ptr_null(arena_strdup(&a, NULL));
	ck_assert_ptr_null(arena_strndup(&a, NULL, 5));
	arena_fini(&a);
}
END_TEST

START_TEST(arena_push_grows_and_keeps)
{
	struct pair {
		int a;
		double b;
	};
	struct arena a = ARENA_INIT;
	struct pair *pairs = NULL;
	size_t count = 0;
	size_t cap = 0;

	for (int i = 0; i < 1000; i++) {
		struct pair *p =
		    arena_push(&a, &pairs, &count, &cap, sizeof *p);

		ck_assert_ptr_eq(p, &pairs[count - 1]);
		REQUIRE(p->a == 0 && !(p->b > 0));
		p->a = i;
		p->b = i + 0.5;
	}
	REQUIRE(count == 1000);
	for (int i = 0; i < 1000; i++)
		REQUIRE(pairs[i].a == i && pairs[i].b > i);
	arena_fini(&a);
}
END_TEST

START_TEST(textbuf_grows)
{
	struct textbuf tb;
	char *text;

	textbuf_init(&tb);
	ck_assert_str_eq(tb.data, "");
	for (int i = 0; i < 1000; i++)
		textbuf_addf(&tb, "%d,", i % 10);
	ck_assert_uint_eq(tb.len, 2000);
	ck_assert_uint_eq(strlen(tb.data), 2000);
	ck_assert(!tb.cut);
	textbuf_clear(&tb);
	ck_assert_str_eq(tb.data, "");
	textbuf_add(&tb, "kept");
	text = textbuf_take(&tb);
	ck_assert_str_eq(text, "kept");
	ck_assert_str_eq(tb.data, "");
	free(text);
	text = textbuf_take(&tb);
	ck_assert_str_eq(text, "");
	free(text);
	textbuf_fini(&tb);
	textbuf_fini(&tb);
}
END_TEST

#define SAME_AS_PRINTF(...)                                                    \
	do {                                                                   \
		snprintf(want, sizeof want, __VA_ARGS__);                      \
		textbuf_clear(&tb);                                            \
		textbuf_addf(&tb, __VA_ARGS__);                                \
		ck_assert_str_eq(tb.data, want);                               \
	} while (0)

START_TEST(textbuf_formats_like_printf)
{
	struct textbuf tb;
	char want[300];

	textbuf_init(&tb);
	SAME_AS_PRINTF("plain");
	SAME_AS_PRINTF("%s%%%s", "a", "");
	SAME_AS_PRINTF("%.*s|%.*s|%.*s", 2, "abc", 9, "abc", 0, "abc");
	SAME_AS_PRINTF("%c%c", 'x', 'y');
	SAME_AS_PRINTF("%d %d %d", INT_MIN, INT_MAX, 0);
	SAME_AS_PRINTF("%u %u", UINT_MAX, 0U);
	SAME_AS_PRINTF("%lld %lld", LLONG_MIN, LLONG_MAX);
	SAME_AS_PRINTF("%llu %zu", ULLONG_MAX, SIZE_MAX);
	for (int i = 0; i < 1000; i++) {
		int shift = (int)rng_below(&rng, 64);
		long long n = (long long)(rng_u64(&rng) >> shift);

		SAME_AS_PRINTF("<%lld/%d/%u>", n, (int)n, (unsigned)n);
		SAME_AS_PRINTF("%lld%llu", -n, (unsigned long long)n);
	}
	textbuf_fini(&tb);
}
END_TEST

START_TEST(textbuf_refuses_other_conversions)
{
	/* Not a literal, so that the compiler lets it pass. */
	const char *volatile fmt = "%x";
	struct textbuf tb;

	textbuf_init(&tb);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	textbuf_addf(&tb, fmt, 1);
#pragma GCC diagnostic pop
}
END_TEST

START_TEST(textbuf_cuts_at_a_character)
{
	char small[6];
	struct textbuf tb;

	textbuf_init_fixed(&tb, small, sizeof small);
	textbuf_add(&tb, "12345");
	ck_assert(!tb.cut);
	textbuf_add(&tb, "");
	ck_assert(!tb.cut);
	textbuf_add(&tb, "6");
	ck_assert(tb.cut);
	ck_assert_str_eq(small, "12345");
	textbuf_clear(&tb);
	textbuf_add(&tb, "abc\xE2\x82\xAC"); /* 3 bytes for the euro */
	ck_assert_str_eq(small, "abc");
	ck_assert(tb.cut);
	textbuf_add(&tb, "d"); /* nothing behind the hole */
	ck_assert_str_eq(small, "abc");
	textbuf_fini(&tb);
	textbuf_init_fixed(&tb, small, 1);
	textbuf_addc(&tb, 'x');
	ck_assert(tb.cut && tb.len == 0);
}
END_TEST

/* A random valid character of 1 to 4 bytes. */
static size_t random_char(char out[4])
{
	static const char *const some[] = { "a", "Z", "\xC3\xA9", "\xDF\xBF",
		"\xE2\x82\xAC", "\xED\x9F\xBF", "\xEF\xBF\xBD",
		"\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF" };
	const char *c = some[rng_below(&rng, sizeof some / sizeof some[0])];

	memcpy(out, c, strlen(c));
	return strlen(c);
}

/* Whatever the limit and in whatever pieces it comes, the text stays valid,
 * is a prefix, and lacks less than one character. */
START_TEST(textbuf_cut_is_valid_utf8)
{
	for (int round = 0; round < 5000; round++) {
		char text[80];
		char small[40];
		size_t size = 1 + rng_below(&rng, sizeof small);
		struct textbuf tb;
		size_t len = 0;

		while (len < 70)
			len += random_char(text + len);
		textbuf_init_fixed(&tb, small, size);
		for (size_t i = 0; i < len;) {
			size_t n = 1 + rng_below(&rng, 5);

			if (n > len - i)
				n = len - i;
			textbuf_addn(&tb, text + i, n);
			i += n;
		}
		REQUIRE(tb.cut && utf8_valid(small, tb.len));
		REQUIRE(strlen(small) == tb.len);
		REQUIRE(memcmp(small, text, tb.len) == 0);
		REQUIRE(tb.len + 4 > size - 1);
		REQUIRE(utf8_cut(text, len, size - 1) == tb.len);
	}
	REQUIRE(utf8_cut("\x80\x80\x80\x80\x80", 5, 4) == 4);
	REQUIRE(utf8_cut("abc", 3, 9) == 3);
}
END_TEST

/* Decodes by the definition: the code point, then its range. */
static bool naive_valid(const unsigned char *s, size_t len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	for (size_t i = 0; i < len;) {
		size_t n = 1;
		uint32_t cp = s[i];

		if (cp >= 0x80) {
			n = cp >> 5 == 6 ? 2 : cp >> 4 == 14 ? 3 : 4;
			if (n == 4 && cp >> 3 != 30)
				return false;
			cp &= 0x7FU >> n;
		}
		if (i + n > len)
			return false;
		for (size_t k = 1; k < n; k++) {
			if (s[i + k] >> 6 != 2)
				return false;
			cp = cp << 6 | (s[i + k] & 0x3F);
		}
		if (cp < least[n] || cp > 0x10FFFF ||
		    (cp >= 0xD800 && cp <= 0xDFFF))
			return false;
		i += n;
	}
	return true;
}

/* All strings of one to three bytes, then four-byte forms at random. */
START_TEST(utf8_valid_agrees_with_definition)
{
	unsigned char s[4];

	for (uint32_t n = 0; n < 1U << 24; n += 1 + n % 3) {
		size_t len = 1 + n % 3;

		s[0] = (unsigned char)(n >> 16);
		s[1] = (unsigned char)(n >> 8);
		s[2] = (unsigned char)n;
		if (utf8_valid((char *)s, len) != naive_valid(s, len))
			ck_abort_msg(
			    "%02x %02x %02x (%zu)", s[0], s[1], s[2], len);
	}
	for (int i = 0; i < 500000; i++) {
		s[0] = (unsigned char)rng_between(&rng, 0xEE, 0xFF);
		for (size_t k = 1; k < 4; k++)
			s[k] = (unsigned char)rng_between(&rng, 0x7C, 0xC3);
		REQUIRE(utf8_valid((char *)s, 4) == naive_valid(s, 4));
	}
}
END_TEST

static size_t naive_distance(const char *a, const char *b)
{
	size_t change;
	size_t insert;
	size_t drop;

	if (*a == '\0' || *b == '\0')
		return strlen(a) + strlen(b);
	change = naive_distance(a + 1, b + 1) + (*a == *b ? 0 : 1);
	insert = naive_distance(a, b + 1) + 1;
	drop = naive_distance(a + 1, b) + 1;
	if (insert < change)
		change = insert;
	return drop < change ? drop : change;
}

START_TEST(distance_agrees_with_recursion)
{
	REQUIRE(text_distance("kitten", "sitting", 10) == 3);
	REQUIRE(text_distance("", "", 3) == 0);
	for (int i = 0; i < 2000; i++) {
		char a[7] = "";
		char b[7] = "";
		size_t cap = rng_below(&rng, 8);
		size_t want;

		for (size_t k = rng_below(&rng, 6); k > 0; k--)
			a[strlen(a)] = (char)rng_between(&rng, 'a', 'c');
		for (size_t k = rng_below(&rng, 6); k > 0; k--)
			b[strlen(b)] = (char)rng_between(&rng, 'a', 'c');
		want = naive_distance(a, b);
		REQUIRE(text_distance(a, b, cap) == (want < cap ? want : cap));
	}
}
END_TEST

START_TEST(errtext_sets_wraps_and_cuts)
{
	struct errtext err;
	char longer[ERRTEXT_MAX * 2];

	errtext_set(&err, "line %d: %s", 7, "bad");
	ck_assert_str_eq(err.text, "line 7: bad");
	errtext_wrap(&err, "file %s", "m.yaml");
	ck_assert_str_eq(err.text, "file m.yaml: line 7: bad");
	errtext_set(&err, "[%s]", err.text);
	ck_assert_str_eq(err.text, "[file m.yaml: line 7: bad]");
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	errtext_wrap(&err, "%s", longer);
	ck_assert_uint_eq(strlen(err.text), ERRTEXT_MAX - 1);
	errtext_set(&err, "%s", "");
	ck_assert_str_eq(err.text, "");
}
END_TEST

START_TEST(markup_means_nothing)
{
	struct textbuf tb;
	int plain = 0;

	textbuf_init(&tb);
	for (const char *p = "<a href=\"x\" title='y'>&amp;"; *p != '\0'; p++)
		markup_addc(&tb, *p);
	ck_assert_str_eq(
	    tb.data, "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;");
	/* Any other byte is itself. */
	for (int c = 1; c < 256; c++) {
		textbuf_clear(&tb);
		markup_addc(&tb, (char)c);
		plain += tb.len == 1 && tb.data[0] == (char)c;
	}
	ck_assert_int_eq(plain, 255 - 5);
	textbuf_fini(&tb);
	ck_assert(markup_is_none("\xef\xbf\xbe"));
	ck_assert(markup_is_none("\xef\xbf\xbf and more"));
	ck_assert(!markup_is_none("\xef\xbf\xbd"));
	ck_assert(!markup_is_none("\xef\xbf"));
	ck_assert(!markup_is_none(""));
}
END_TEST

START_TEST(percent_goes_and_comes)
{
	struct arena arena = ARENA_INIT;
	struct textbuf tb;
	char every[256];

	textbuf_init(&tb);
	percent_encode(&tb, "\xff\xfe? a.b-c_d~e@x.org", PERCENT_UNRESERVED);
	ck_assert_str_eq(tb.data, "%FF%FE%3F%20a.b-c_d~e%40x.org");
	textbuf_clear(&tb);
	percent_encode(&tb, "az:AZ~09/+%", "-._");
	ck_assert_str_eq(tb.data, "az%3AAZ%7E09%2F%2B%25");
	textbuf_clear(&tb);
	percent_encode(&tb, "z:1", PERCENT_UNRESERVED ":");
	ck_assert_str_eq(tb.data, "z:1");
	/* ASCII: decoding gives UTF-8 only. */
	for (int c = 1; c < 128; c++)
		every[c - 1] = (char)c;
	every[127] = '\0';
	for (int is_form = 0; is_form < 2; is_form++) {
		textbuf_clear(&tb);
		percent_encode(&tb, every, "");
		ck_assert_str_eq(
		    percent_decode(tb.data, tb.len, is_form != 0, &arena),
		    every);
	}
	textbuf_fini(&tb);
	arena_fini(&arena);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("base");
	TCase *tc = tcase_create("base");

	tcase_add_test(tc, check_reports_and_aborts);
	tcase_add_test(tc, arena_pieces_are_apart);
	tcase_add_test(tc, arena_empty_pieces_differ);
	tcase_add_test(tc, arena_reset_keeps_one_block);
	tcase_add_test(tc, arena_copies_text);
	tcase_add_test(tc, arena_push_grows_and_keeps);
	tcase_add_test(tc, textbuf_grows);
	tcase_add_test(tc, textbuf_formats_like_printf);
	tcase_add_test_raise_signal(
	    tc, textbuf_refuses_other_conversions, SIGABRT);
	tcase_add_test(tc, textbuf_cuts_at_a_character);
	tcase_add_test(tc, textbuf_cut_is_valid_utf8);
	tcase_add_test(tc, utf8_valid_agrees_with_definition);
	tcase_add_test(tc, distance_agrees_with_recursion);
	tcase_add_test(tc, errtext_sets_wraps_and_cuts);
	tcase_add_test(tc, markup_means_nothing);
	tcase_add_test(tc, percent_goes_and_comes);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_base");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
