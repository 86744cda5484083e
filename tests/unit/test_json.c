/* test_json.c - the gate, the slices, the items, the writer.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/python.h"
#include "lib/rng.h"
#include "wire/json_gate.h"
#include "wire/json_out.h"
#include "wire/json_slice.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static bool gate(const char *text)
{
	struct errtext err = { "" };
	bool ok = json_gate(text, strlen(text), &err);

	ck_assert_int_eq(ok, err.text[0] == '\0');
	return ok;
}

static const char *why(const char *text)
{
	static struct errtext err;

	errtext_set(&err, "%s", "");
	ck_assert(!json_gate(text, strlen(text), &err));
	return err.text;
}

START_TEST(accepts)
{
	static const char *const good[] = { "{}", "[]", "null", "true", "false",
		"0", "-0", "0.5", "1e3", "1E+3", "1e-999", "\"\"",
		" { \"a\" : [ 1 , 2 ] } ", "\"\\u00e9\\ud83d\\ude00\"",
		"{\"a\":1,\"b\":{\"a\":1}}", "[{\"a\":1},{\"a\":1}]",
		"9.99e307", "123456789012345678901234567890",
		"{\"\":1,\"\\t\":2}", "\"\x7f\"", "0.00000000000000000001e320",
		"{\"A\":1,\"a\":2}" };

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		ck_assert_msg(gate(good[i]), "%s", good[i]);
}
END_TEST

START_TEST(refuses)
{
	static const char *const bad[] = { "", " ", "{", "}", "[1,]",
		"{\"a\":1,}", "{a:1}", "{'a':1}", "01", "-", "+1", ".5", "5.",
		"1e", "1e+", "nul", "nulll", "True", "NaN", "Infinity",
		"-Infinity", "1e999", "-1e308", "0.1e309", "\"\\x\"", "\"",
		"\"\\u12\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\"",
		"\"\\ud800\\ud800\"", "\"a\nb\"", "\"a\tb\"", "1 2", "{} x",
		"\xEF\xBB\xBF{}", "\"\xff\"", "\"\xc0\xaf\"",
		"\"\xed\xa0\x80\"", "{\"a\":1,\"a\":2}",
		"{\"a\":1,\"\\u0061\":2}", "{\"\\u00e9\":1,\"\xc3\xa9\":2}",
		"{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}",
		"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "/* */1", "[1 2]",
		"{\"a\" 1}", "{\"a\":}", "\\u0031",
		("1234567890123456789012345678901234567890123456789012345678901"
		 "234") };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(!gate(bad[i]), "%s", bad[i]);
	ck_assert(!json_gate("\"a\0b\"", 5, &(struct errtext){ "" }));
}
END_TEST

START_TEST(says_where)
{
	ck_assert_str_eq(why("{\"id\": 1, \"ix\": 2,\n \"id\": 3}"),
	    "line 2 column 2: duplicate key \"id\"");
	ck_assert_str_eq(why("[1,\n\n  01]"),
	    "line 3 column 4: a number may not begin with 0");
	ck_assert_str_eq(
	    why("{\"\xc3\xa9\": \"\xff\"}"), "line 1 column 8: invalid UTF-8");
	ck_assert_str_eq(why("[1"), "line 1 column 3: the text ends here");
	ck_assert_str_eq(why("\xEF\xBB\xBF{}"),
	    "line 1 column 1: a byte order mark does not belong here");
}
END_TEST

START_TEST(depth_has_a_limit)
{
	char text[2 * JSON_DEPTH_MAX + 3];

	for (int i = 0; i < JSON_DEPTH_MAX; i++) {
		text[i] = '[';
		text[JSON_DEPTH_MAX + i] = ']';
	}
	text[2 * JSON_DEPTH_MAX] = '\0';
	ck_assert(gate(text));
	memset(text, '[', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	ck_assert_str_eq(why(text), "line 1 column 17: nested too deep");
}
END_TEST

/* A million names in one object: sorted, not compared each with each. */
START_TEST(many_names)
{
	struct textbuf tb;
	struct errtext err;
	int count = 200000;

	textbuf_init(&tb);
	textbuf_addc(&tb, '{');
	for (int i = 0; i < count; i++)
		textbuf_addf(&tb, "%s\"name%d\":0", i ? "," : "", i);
	textbuf_addc(&tb, '}');
	ck_assert(json_gate(tb.data, tb.len, &err));
	tb.len--;
	textbuf_addf(&tb, ",\"name%d\":0}", count / 2);
	ck_assert(!json_gate(tb.data, tb.len, &err));
	textbuf_fini(&tb);
}
END_TEST

/* Texts near JSON: a valid one with a few bytes changed, moved or doubled. */
static size_t mutant(struct rng *rng, char *out, size_t room)
{
	static const char *const seeds[] = {
		"{\"id\":\"e-17\",\"at\":\"2026-01-05T09:00:00Z\",\"n\":-0.25}",
		"[{\"a\":[1,2,{\"b\":null}]},{\"a\":true}]",
		"{\"a\":\"\\u00e9\\ud83d\\ude00\\n\",\"b\":1e-7,\"c\":false}",
		"{\"x\":{\"y\":{\"z\":[0,-1,2.5e+10]}},\"\xc3\xa9\":\"\\\\\"}",
	};
	static const char bytes[] = "{}[]\",:\\u0123456789abcdeE+-.tfn \n\t/"
				    "\x01\x7f\xc3\xa9\xf0";
	const char *seed = seeds[rng_below(rng, 4)];
	size_t len = strlen(seed);

	memcpy(out, seed, len);
	for (uint64_t n = rng_below(rng, 4); n > 0 && len > 1; n--) {
		size_t at = (size_t)rng_below(rng, len);
		char c = bytes[rng_below(rng, sizeof bytes - 1)];

		switch (rng_below(rng, 4)) {
		case 0:
			out[at] = c;
			break;
		case 1:
			memmove(out + at, out + at + 1, len - at - 1);
			len--;
			break;
		case 2:
			len = at + 1;
			break;
		default:
			if (len + 1 >= room)
				break;
			memmove(out + at + 1, out + at, len - at);
			out[at] = c;
			len++;
		}
	}
	return len;
}

/* Whatever the gate lets through, cJSON reads; and what cJSON prints of it,
 * the gate lets through and cJSON reads as the same tree. */
static void round_trip(const char *text, size_t len)
{
	struct errtext err;
	cJSON *tree = json_gate_parse(text, len, &err);
	cJSON *again;
	char *printed;
	struct textbuf compact;

	ck_assert_msg(tree != NULL, "%.*s: %s", (int)len, text, err.text);
	printed = cJSON_PrintUnformatted(tree);
	ck_assert_msg(json_gate(printed, strlen(printed), &err), "%s: %s",
	    printed, err.text);
	again = cJSON_Parse(printed);
	ck_assert(cJSON_Compare(tree, again, true));
	cJSON_Delete(again);
	cJSON_free(printed);
	textbuf_init(&compact);
	json_compact(text, len, &compact);
	again = cJSON_ParseWithLength(compact.data, compact.len);
	ck_assert(cJSON_Compare(tree, again, true));
	cJSON_Delete(again);
	textbuf_fini(&compact);
	cJSON_Delete(tree);
}

static const char oracle[] =
    "import json, sys\n"
    "def pairs(p):\n"
    "    d = dict(p)\n"
    "    if len(d) != len(p): raise ValueError('duplicate')\n"
    "    return d\n"
    "def number(s):\n"
    "    f = float(s)\n"
    "    if abs(f) >= 1e308: raise ValueError('large')\n"
    "    return f\n"
    "def no(s): raise ValueError(s)\n"
    "def good(b):\n"
    "    try:\n"
    "        v = json.loads(b.decode('utf-8'), object_pairs_hook=pairs,\n"
    "            parse_float=number, parse_constant=no)\n"
    "        t = json.dumps(v, ensure_ascii=False)\n"
    "        t.encode('utf-8')\n"
    "        return '\\\\u0000' not in t\n"
    "    except (ValueError, RecursionError): return False\n"
    "data = sys.stdin.buffer.read().split(b'\\0')\n"
    "print(''.join('1' if good(d) else '0' for d in data[:-1]))\n";

/* The gate and Python's json agree on every one of them. */
START_TEST(agrees_with_python)
{
	enum { ROUNDS = 20000 };
	struct rng rng = rng_seeded("test_json");
	bool *ours = calloc(ROUNDS, sizeof *ours);
	struct textbuf all;
	struct errtext err;
	size_t accepted = 0;
	char text[256];

	textbuf_init(&all);
	for (int i = 0; i < ROUNDS; i++) {
		size_t len = mutant(&rng, text, sizeof text);

		ours[i] = json_gate(text, len, &err);
		accepted += ours[i];
		if (ours[i])
			round_trip(text, len);
		textbuf_addn(&all, text, len);
		textbuf_addc(&all, '\0');
	}
	ck_assert(accepted > ROUNDS / 10 && accepted < ROUNDS);
	if (python_present("agrees_with_python")) {
		const char *at = all.data;
		int status;
		char *theirs =
		    python_run("-c", oracle, all.data, all.len, &status);

		ck_assert_int_eq(status, 0);
		ck_assert_uint_eq(strlen(theirs), ROUNDS + 1);
		for (int i = 0; i < ROUNDS; i++, at += strlen(at) + 1)
			ck_assert_msg(ours[i] == (theirs[i] == '1'),
			    "we say %d of: %s", ours[i], at);
		free(theirs);
	}
	textbuf_fini(&all);
	free(ours);
}
END_TEST

START_TEST(members)
{
	static const char text[] =
	    "{ \"a\" : 12345678901234567890 ,"
	    "\"o\":{\"a\":[\"]}\",2]},\"\\u0062\":-0.50}";
	struct json_slice object = { text, sizeof text - 1 };
	struct json_slice v;

	ck_assert(json_member(object, "a", &v));
	ck_assert_str_eq(strndupa(v.start, v.len), "12345678901234567890");
	ck_assert(json_member(object, "b", &v));
	ck_assert_str_eq(strndupa(v.start, v.len), "-0.50");
	ck_assert(json_member(object, "o", &v));
	ck_assert_str_eq(strndupa(v.start, v.len), "{\"a\":[\"]}\",2]}");
	ck_assert(json_member(v, "a", &v));
	ck_assert_str_eq(strndupa(v.start, v.len), "[\"]}\",2]");
	ck_assert(!json_member(object, "c", &v));
	ck_assert(!json_member((struct json_slice){ "{}", 2 }, "c", &v));
}
END_TEST

static void collect(void *user, size_t index, const char *item, size_t len)
{
	struct textbuf *out = user;

	textbuf_addf(out, "%zu<%.*s>", index, (int)len, item);
}

static const char *items(const char *text)
{
	static char buffer[400];
	struct textbuf out;
	struct errtext err = { "" };

	textbuf_init_fixed(&out, buffer, sizeof buffer);
	if (!json_items(text, strlen(text), collect, &out, &err)) {
		ck_assert_uint_eq(out.len, 0);
		textbuf_addf(&out, "!%s", err.text);
	}
	return buffer;
}

START_TEST(framing)
{
	static const struct {
		const char *text;
		const char *expected;
	} cases[] = {
		{ "", "" },
		{ " \n\n ", "" },
		{ "{}", "0<{}>" },
		{ " {\"a\":1} \n", "0<{\"a\":1}>" },
		{ "{\n\"a\":\n1}\n", "0<{\n\"a\":\n1}>" },
		{ "{}\n{}", "0<{}>1<{}>" },
		{ "{}\r\n\r\n  {} \r\n", "0<{}>1<{}>" },
		{ "{\"a\":1\n{\"b\":2}\n", "0<{\"a\":1>1<{\"b\":2}>" },
		{ "{}\nrubbish\n{}", "0<{}>1<rubbish>2<{}>" },
		{ "rubbish\n{}", "0<rubbish>1<{}>" },
		{ "{\n\"a\":\n1,}\n", "0<{\n\"a\":\n1,}>" },
		{ "{\n\"a\":\n1", "0<{\n\"a\":\n1>" },
		{ "{} {}", "0<{} {}>" },
		{ "[]", "" },
		{ "[ ]\n", "" },
		{ "[{}]", "0<{}>" },
		{ " [ {\"a\":[1,2]} , 5 ,\"x,]\" ]\n",
		    "0<{\"a\":[1,2]}>1<5>2<\"x,]\">" },
		{ "[{\"a\":01},{}]", "0<{\"a\":01}>1<{}>" },
		{ "[{},]", "!an element is missing or not closed" },
		{ "[,{}]", "!an element is missing or not closed" },
		{ "[{}", "!the array is not closed" },
		{ "[{}}", "!the array is not closed" },
		{ "[{]}", "!an element is missing or not closed" },
		{ "[{}] x", "!more text after the array" },
		{ "[] x", "!more text after the array" },
		{ "[{\"a}]", "!an element is missing or not closed" },
		{ "[", "!an element is missing or not closed" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_str_eq(items(cases[i].text), cases[i].expected);
}
END_TEST

/* No text at all may make the splitter read outside of it (ASan looks on). */
START_TEST(framing_of_rubbish)
{
	struct rng rng = rng_seeded("test_json");
	struct textbuf out;
	struct errtext err;
	char text[256];

	textbuf_init(&out);
	for (int i = 0; i < 20000; i++) {
		size_t len = mutant(&rng, text, sizeof text);
		char *copy = malloc(len);

		memcpy(copy, text, len);
		textbuf_clear(&out);
		json_items(copy, len, collect, &out, &err);
		json_extent(copy, len);
		free(copy);
	}
	textbuf_fini(&out);
}
END_TEST

START_TEST(writes)
{
	struct textbuf tb;
	struct json_out j;

	textbuf_init(&tb);
	json_out_init(&j, &tb);
	json_open(&j, NULL, '{');
	json_text(&j, "a", "x\"\\/\n\r\t\x01\x7f");
	json_text(&j, "n", NULL);
	json_text(&j, "empty", "");
	json_text_or_null(&j, "or", "null");
	json_text_or_null(&j, "or_not", "");
	json_text_or_null(&j, "nor", NULL);
	json_int_or_null(&j, "known", true, 0);
	json_int_or_null(&j, "unknown", false, 7);
	json_textn(&j, "part", "abcdef", 3);
	json_open(&j, "list", '[');
	json_int(&j, NULL, INT64_MIN);
	json_bool(&j, NULL, true);
	json_bool(&j, NULL, false);
	json_open(&j, NULL, '{');
	json_close(&j, '}');
	json_raw(&j, NULL, "-0.50");
	json_close(&j, ']');
	json_wall(&j, "at", wall_at(1767603600123));
	json_wall(&j, "never", WALL_NEVER);
	json_text(&j, "bad",
	    "\xff"
	    "a\xc3"
	    "b\xed\xa0\x80\xf0\x9f\x98\x80");
	json_close(&j, '}');
	ck_assert_str_eq(tb.data,
	    "{\"a\":\"x\\\"\\\\/\\n\\r\\t\\u0001\x7f\",\"n\":null,"
	    "\"empty\":\"\",\"or\":\"null\",\"or_not\":null,\"nor\":null,"
	    "\"known\":0,\"unknown\":null,\"part\":\"abc\","
	    "\"list\":[-9223372036854775808,true,false,{},-0.50],"
	    "\"at\":\"2026-01-05T09:00:00.123Z\",\"never\":null,"
	    "\"bad\":\"\xEF\xBF\xBD"
	    "a\xEF\xBF\xBD"
	    "b"
	    "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xf0\x9f\x98\x80\"}");
	textbuf_fini(&tb);
}
END_TEST

/* Any bytes become a text that the gate accepts. */
START_TEST(writes_rubbish_strictly)
{
	struct rng rng = rng_seeded("test_json");
	struct textbuf tb;
	struct errtext err;
	struct json_out j;
	char bytes[40];

	textbuf_init(&tb);
	for (int i = 0; i < 20000; i++) {
		size_t len = (size_t)rng_below(&rng, sizeof bytes);

		for (size_t k = 0; k < len; k++)
			bytes[k] = (char)(1 + rng_below(&rng, 255));
		textbuf_clear(&tb);
		json_out_init(&j, &tb);
		json_textn(&j, NULL, bytes, len);
		ck_assert_msg(json_gate(tb.data, tb.len, &err), "%s", err.text);
		if (utf8_valid(bytes, len)) {
			cJSON *v = cJSON_Parse(tb.data);

			ck_assert_uint_eq(strlen(v->valuestring), len);
			ck_assert_mem_eq(v->valuestring, bytes, len);
			cJSON_Delete(v);
		}
	}
	textbuf_fini(&tb);
}
END_TEST

START_TEST(wrong_nesting)
{
	struct textbuf tb;
	struct json_out j;

	textbuf_init(&tb);
	json_out_init(&j, &tb);
	json_open(&j, NULL, '{');
	if (_i == 0)
		json_close(&j, ']');
	else if (_i == 1)
		json_text(&j, NULL, "a value without a name");
	else
		json_close(&j, '}'), json_close(&j, '}');
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("json");
	TCase *tc = tcase_create("json");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, accepts);
	tcase_add_test(tc, refuses);
	tcase_add_test(tc, says_where);
	tcase_add_test(tc, depth_has_a_limit);
	tcase_add_test(tc, many_names);
	tcase_add_test(tc, agrees_with_python);
	tcase_add_test(tc, members);
	tcase_add_test(tc, framing);
	tcase_add_test(tc, framing_of_rubbish);
	tcase_add_test(tc, writes);
	tcase_add_test(tc, writes_rubbish_strictly);
	tcase_add_loop_test_raise_signal(tc, wrong_nesting, 6, 0, 3);
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
