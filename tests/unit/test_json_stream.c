/* test_json_stream.c - are the items of a text the same in whatever pieces it
 * comes, and those that json_items() finds in the whole?
 *
 * SPDX-License-Identifier: MIT */
#include "wire/json_gate.h"
#include "wire/json_slice.h"
#include "wire/json_stream.h"

#include "tests/lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT 4000

struct found {
	struct textbuf out; /* "LINE<item>" each */
	const char *text;   /* the whole; NULL: lines are not counted */
	size_t len;
};

/* The line in which a slice of the text begins. */
static size_t line_at(const struct found *f, const char *item)
{
	size_t line = 1;

	for (const char *at = f->text; at < item; at++)
		line += *at == '\n';
	return line;
}

static void put(struct found *f, size_t line, const char *item, size_t len)
{
	textbuf_addf(&f->out, "%zu<", line);
	textbuf_addn(&f->out, item, len);
	textbuf_addc(&f->out, '>');
}

static void whole_item(void *user, size_t index, const char *item, size_t len)
{
	struct found *f = user;

	(void)index;
	put(f, line_at(f, item), item, len);
}

static void stream_item(void *user, size_t line, const char *item, size_t len)
{
	put(user, line, item, len);
}

/* What json_items() finds; "!why" where the frame is broken. */
static void whole(const char *text, size_t len, struct found *f)
{
	struct errtext err;

	textbuf_clear(&f->out);
	f->text = text;
	f->len = len;
	if (!json_items(text, len, whole_item, f, &err)) {
		textbuf_clear(&f->out);
		textbuf_addf(&f->out, "!%s", err.text);
	}
}

static void feed(struct json_stream *s, const char *bytes, size_t len)
{
	char *copy = malloc(len + 1); /* ASan sees a read outside of it */

	memcpy(copy, bytes, len);
	copy = realloc(copy, len == 0 ? 1 : len);
	json_stream_feed(s, copy, len);
	free(copy);
}

/* In pieces that end at these places. */
static void pieces(const char *text, size_t len, const size_t *cuts,
    size_t ncuts, size_t limit, struct found *f)
{
	struct json_stream s;
	size_t at = 0;

	textbuf_clear(&f->out);
	json_stream_init(&s, limit, stream_item, f);
	for (size_t i = 0; i < ncuts; i++) {
		feed(&s, text + at, cuts[i] - at);
		at = cuts[i];
	}
	feed(&s, text + at, len - at);
	if (!json_stream_end(&s)) {
		textbuf_clear(&f->out);
		textbuf_addf(&f->out, "!%s", s.wrong);
	}
	json_stream_fini(&s);
}

static void same(struct found *a, struct found *b, const char *text, size_t len)
{
	ck_assert_msg(a->out.len == b->out.len &&
			  memcmp(a->out.data, b->out.data, a->out.len) == 0,
	    "of \"%.*s\"\n  whole:  %s\n  pieces: %s", (int)len, text,
	    a->out.data, b->out.data);
}

static void found_init(struct found *f)
{
	memset(f, 0, sizeof *f);
	textbuf_init(&f->out);
}

static const char *const texts[] = {
	"",
	" \n\n ",
	"{}",
	" {\"a\":1} \n",
	"{\n\"a\":\n1}\n",
	"{}\n{}",
	"{}\r\n\r\n  {} \r\n\n {\"x\":\"\\\"}\"}",
	"\n\n {\"a\":1\n{\"b\":2}\n",
	"{\"a\":1\n{\"b\":2}\n}\n",
	"{\"a\":1\n{\"b\":2}\n}\n{}",
	"{\"a\":\n1}\n {}\nx",
	"{\"a\":\n1} x\n\n{}",
	"{\n\"a\":1}\n{}\n",
	"{}\nrubbish\n{}",
	"rubbish\n{}",
	"rubbish",
	"12 13\n14",
	"}\n{}",
	"}\n}",
	",",
	"\"a\nb\"\n{}",
	"\"a\\\"\nb\" ",
	"\"a\nb",
	"{\n\"a\":\n1,}\n",
	"{\n\"a\":\n1",
	"{]\n{}\n",
	"{]\n ]",
	"{} {}",
	"{}x\n{}",
	"[]",
	"[ ]\n",
	"[{}]",
	"\n[ {\"a\":[1,2]} , 5 ,\"x,]\" ,\n{\"b\":\n\"\\\\\"},\n null]\n",
	"[{\"a\":01},{}]",
	"[{},]",
	"[,{}]",
	"[{}",
	"[{},",
	"[{}}",
	"[{]}",
	"[{}] x",
	"[] x",
	"[{\"a}]",
	"[1 2]",
	"[1",
	"[1 ",
	"[\"a",
	"[\"a ",
	"[]]",
	"[",
};

START_TEST(every_cut)
{
	const char *text = texts[_i];
	size_t len = strlen(text);
	struct found want, got;

	found_init(&want);
	found_init(&got);
	whole(text, len, &want);
	for (size_t a = 0; a <= len; a++)
		for (size_t b = a; b <= len; b++) {
			size_t cuts[] = { a, b };

			pieces(text, len, cuts, 2, LIMIT, &got);
			same(&want, &got, text, len);
		}
	textbuf_fini(&want.out);
	textbuf_fini(&got.out);
}
END_TEST

/* Of what JSON is made of, and of what breaks it. */
static size_t any_text(struct rng *rng, char *text, size_t most)
{
	static const char *const parts[] = { "{", "}", "[", "]", "\"", "\\",
		"\n", "\n", "\n{", " ", ",", "1", "{}", "{}\n", "{\"a\":1}\n",
		"{\"a\":\n", "\"b\"", ": ", "\r\n", "x" };
	size_t want = (size_t)rng_below(rng, 24);
	size_t len = 0;

	for (size_t i = 0; i < want; i++) {
		const char *part =
		    parts[rng_below(rng, sizeof parts / sizeof *parts)];

		if (len + strlen(part) > most)
			break;
		memcpy(text + len, part, strlen(part));
		len += strlen(part);
		if (rng_below(rng, 40) == 0 && len < most)
			text[len++] = '\0';
	}
	return len;
}

START_TEST(random_texts)
{
	struct rng rng = rng_seeded("test_json_stream");
	struct found want, got;
	char text[256];

	found_init(&want);
	found_init(&got);
	for (int i = 0; i < 60000; i++) {
		size_t len = any_text(&rng, text, sizeof text);
		size_t a = (size_t)rng_below(&rng, len + 1);
		size_t b = (size_t)rng_below(&rng, len + 1);
		size_t cuts[] = { a < b ? a : b, a < b ? b : a };

		whole(text, len, &want);
		pieces(text, len, cuts, 2, LIMIT, &got);
		same(&want, &got, text, len);
	}
	textbuf_fini(&want.out);
	textbuf_fini(&got.out);
}
END_TEST

/* A small limit: the same whatever the pieces, and nothing longer. */
START_TEST(random_limits)
{
	struct rng rng = rng_seeded("test_json_stream");
	struct found want, got;
	char text[256];

	found_init(&want);
	found_init(&got);
	for (int i = 0; i < 60000; i++) {
		size_t len = any_text(&rng, text, sizeof text);
		size_t limit = 1 + (size_t)rng_below(&rng, 20);
		size_t cut = (size_t)rng_below(&rng, len + 1);

		pieces(text, len, NULL, 0, limit, &want);
		pieces(text, len, &cut, 1, limit, &got);
		same(&want, &got, text, len);
	}
	textbuf_fini(&want.out);
	textbuf_fini(&got.out);
}
END_TEST

static const char *limited(const char *text, size_t limit)
{
	static char out[400];
	struct found f;

	found_init(&f);
	pieces(text, strlen(text), NULL, 0, limit, &f);
	ck_assert_uint_lt(f.out.len, sizeof out);
	strcpy(out, f.out.data);
	textbuf_fini(&f.out);
	return out;
}

/* What is too long is cut one byte behind the limit and spoils nothing else. */
START_TEST(limits)
{
	ck_assert_str_eq(
	    limited("{}\n{\"aaaa\":1}\n{}\n", 6), "1<{}>2<{\"aaaa\">3<{}>");
	ck_assert_str_eq(limited("{\"aaaa\":1}\n{}\n", 6), "1<{\"aaaa\">2<{}>");
	ck_assert_str_eq(limited("{\"aaaa\":1\n{}\n", 6), "1<{\"aaaa\">2<{}>");
	ck_assert_str_eq(limited("{\"aaaa\":1\n\n{}\n", 6), "1<{\"aaaa\">");
	ck_assert_str_eq(limited("[{},{\"aaaa\":1},\n\"bbbbbbb\",{}]", 6),
	    "1<{}>1<{\"aaaa\">2<\"bbbbbb>2<{}>");
	ck_assert_str_eq(limited("{\n\"aaaa\":\n1}\n", 6), "1<{\n\"aaaa>");
	ck_assert_str_eq(limited("{\n1}          \n", 6), "1<{\n1}>");
	ck_assert_str_eq(limited("{\n1}          x", 6), "1<{\n1}   >");
	ck_assert_str_eq(limited("{}          \n{}", 6), "1<{}>2<{}>");
	ck_assert_str_eq(limited("{}          x\n{}", 6), "1<{}     >2<{}>");
	ck_assert_str_eq(
	    limited("{\n{}\n\n{}\n{\n{}", 6), "1<{>2<{}>4<{}>5<{>6<{}>");
}
END_TEST

/* Nothing is looked at behind what is broken. */
START_TEST(broken_stays_broken)
{
	struct json_stream s;
	struct found f;

	found_init(&f);
	json_stream_init(&s, LIMIT, stream_item, &f);
	ck_assert(json_stream_feed(&s, "[{}", 3));
	ck_assert(!json_stream_feed(&s, " {}, {}]", 8));
	ck_assert_str_eq(s.wrong, "the array is not closed");
	ck_assert(!json_stream_feed(&s, "{}", 2));
	ck_assert(!json_stream_end(&s));
	ck_assert_str_eq(f.out.data, "1<{}>");
	json_stream_fini(&s);
	textbuf_fini(&f.out);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("json_stream");
	TCase *tc = tcase_create("json_stream");

	tcase_set_timeout(tc, 0);
	tcase_add_loop_test(
	    tc, every_cut, 0, (int)(sizeof texts / sizeof *texts));
	tcase_add_test(tc, random_texts);
	tcase_add_test(tc, random_limits);
	tcase_add_test(tc, limits);
	tcase_add_test(tc, broken_stays_broken);
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
