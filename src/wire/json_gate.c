/* json_gate.c - a strict reader of RFC 8259 that builds nothing.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/json_gate.h"

#include "base/check.h"
#include "base/textbuf.h"
#include "wire/json_slice.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct gate {
	const char *text;
	const char *at;
	const char *end;
	int depth;
	struct json_slice *keys; /* of all objects that are open; owned */
	size_t nkeys;
	size_t cap_keys;
	struct errtext *err;
};

static bool value(struct gate *g);

/* Columns count characters, as an editor does. */
static bool fail_at(struct gate *g, const char *at, const char *why)
{
	int line = 1;
	int column = 1;

	for (const char *p = g->text; p < at; p++) {
		if (*p == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)*p & 0xC0) != 0x80) {
			column++;
		}
	}
	errtext_set(g->err, "line %d column %d: %s", line, column, why);
	return false;
}

static bool fail(struct gate *g, const char *why)
{
	return fail_at(g, g->at, g->at == g->end ? "the text ends here" : why);
}

static void skip_blanks(struct gate *g)
{
	while (g->at < g->end && json_is_blank(*g->at))
		g->at++;
}

/* The next character if it is this one. */
static bool take(struct gate *g, char c)
{
	if (g->at == g->end || *g->at != c)
		return false;
	g->at++;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Four hex digits, or -1. */
static int32_t hex4(const char *s, const char *end)
{
	int32_t unit = 0;

	if (end - s < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(s[i]);

		if (digit < 0)
			return -1;
		unit = unit * 16 + digit;
	}
	return unit;
}

/* at stands behind "\u". */
static bool unicode_escape(struct gate *g)
{
	int32_t high = hex4(g->at, g->end);
	int32_t low;

	if (high < 0)
		return fail(g, "four hex digits must follow \\u");
	if (high == 0)
		return fail(g, "a string may not hold \\u0000");
	g->at += 4;
	if (high < 0xD800 || high > 0xDFFF)
		return true;
	if (high > 0xDBFF || g->end - g->at < 6 || g->at[0] != '\\' ||
	    g->at[1] != 'u')
		return fail_at(g, g->at - 4, "half of a surrogate pair");
	low = hex4(g->at + 2, g->end);
	if (low < 0xDC00 || low > 0xDFFF)
		return fail_at(g, g->at - 4, "half of a surrogate pair");
	g->at += 6;
	return true;
}

static bool escape(struct gate *g)
{
	g->at++;
	if (g->at < g->end && *g->at != '\0' &&
	    strchr("\"\\/bfnrt", *g->at) != NULL) {
		g->at++;
		return true;
	}
	if (!take(g, 'u'))
		return fail(g, "unknown escape");
	return unicode_escape(g);
}

/* at stands on the opening quote. */
static bool string(struct gate *g)
{
	g->at++;
	while (g->at < g->end && *g->at != '"') {
		if ((unsigned char)*g->at < 0x20)
			return fail(g, "control character in a string");
		if (*g->at != '\\')
			g->at++;
		else if (!escape(g))
			return false;
	}
	return take(g, '"') || fail(g, "");
}

static size_t digits(struct gate *g)
{
	const char *start = g->at;

	while (g->at < g->end && *g->at >= '0' && *g->at <= '9')
		g->at++;
	return (size_t)(g->at - start);
}

/* Where the first digit that is not 0 stands: 1 for "7", 3 for "700", 0 for
 * "0.7", -2 for "0.007"; INT_MIN-like small for zero itself. */
static int magnitude(const char *number, const char *end)
{
	const char *p = number + (*number == '-');
	const char *point = p;
	int place;

	while (point < end && *point >= '0' && *point <= '9')
		point++;
	place = (int)(point - p);
	for (; p < end && (*p == '0' || *p == '.'); p++)
		place -= *p == '0';
	return p < end && *p >= '1' && *p <= '9' ? place : -100000;
}

/* The number from start to at: can a double hold it? */
static bool finite_number(struct gate *g, const char *start, int exponent)
{
	if (g->at - start > JSON_NUMBER_MAX)
		return fail_at(g, start, "a number of over 63 characters");
	if (magnitude(start, g->at) + exponent > 308)
		return fail_at(g, start, "a number of 1e308 or more");
	return true;
}

/* Saturates: what matters is only whether it is beyond every double. */
static int read_exponent(struct gate *g)
{
	bool negative = take(g, '-');
	int exponent = 0;

	if (!negative)
		take(g, '+');
	while (g->at < g->end && *g->at >= '0' && *g->at <= '9') {
		if (exponent < 10000)
			exponent = exponent * 10 + (*g->at - '0');
		g->at++;
	}
	return negative ? -exponent : exponent;
}

static bool number(struct gate *g)
{
	const char *start = g->at;
	int exponent = 0;

	take(g, '-');
	if (take(g, '0')) {
		if (g->at < g->end && *g->at >= '0' && *g->at <= '9')
			return fail(g, "a number may not begin with 0");
	} else if (digits(g) == 0) {
		return fail(g, "a digit must follow");
	}
	if (take(g, '.') && digits(g) == 0)
		return fail(g, "a digit must follow");
	if (g->at < g->end && (*g->at == 'e' || *g->at == 'E')) {
		g->at++;
		exponent = read_exponent(g);
		if (g->at[-1] < '0' || g->at[-1] > '9')
			return fail(g, "a digit must follow");
	}
	return finite_number(g, start, exponent);
}

static void keep_key(struct gate *g, const char *start, const char *end)
{
	if (g->nkeys == g->cap_keys) {
		g->cap_keys = g->cap_keys ? g->cap_keys * 2 : 64;
		g->keys = realloc(g->keys, g->cap_keys * sizeof *g->keys);
		CHECK(g->keys != NULL);
	}
	g->keys[g->nkeys++] =
	    (struct json_slice){ start, (size_t)(end - start) };
}

/* Sorting keeps a hostile object of a million names from costing a million
 * times a million comparisons. */
static bool no_duplicates(struct gate *g, size_t first)
{
	struct json_slice *keys = g->keys + first;
	size_t count = g->nkeys - first;
	char why[120];
	struct textbuf tb;

	g->nkeys = first;
	if (count < 2)
		return true;
	qsort(keys, count, sizeof *keys, json_key_compare);
	for (size_t i = 1; i < count; i++) {
		struct json_slice *k = keys + i;

		if (json_key_compare(k - 1, k) != 0)
			continue;
		if (k->start < k[-1].start)
			k--;
		textbuf_init_fixed(&tb, why, sizeof why);
		textbuf_addf(&tb, "duplicate key \"%.*s\"",
		    (int)utf8_cut(k->start, k->len, 80), k->start);
		return fail_at(g, k->start - 1, why);
	}
	return true;
}

static bool member(struct gate *g)
{
	const char *start;

	skip_blanks(g);
	start = g->at + 1;
	if (g->at == g->end || *g->at != '"')
		return fail(g, "expected a name in double quotes");
	if (!string(g))
		return false;
	keep_key(g, start, g->at - 1);
	skip_blanks(g);
	if (!take(g, ':'))
		return fail(g, "expected ':'");
	return value(g);
}

static bool object(struct gate *g)
{
	size_t first = g->nkeys;

	g->at++;
	skip_blanks(g);
	if (take(g, '}'))
		return true;
	do {
		if (!member(g))
			return false;
		skip_blanks(g);
	} while (take(g, ','));
	if (!take(g, '}'))
		return fail(g, "expected ',' or '}'");
	return no_duplicates(g, first);
}

static bool array(struct gate *g)
{
	g->at++;
	skip_blanks(g);
	if (take(g, ']'))
		return true;
	do {
		if (!value(g))
			return false;
		skip_blanks(g);
	} while (take(g, ','));
	return take(g, ']') || fail(g, "expected ',' or ']'");
}

static bool literal(struct gate *g, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(g->end - g->at) < len || memcmp(g->at, word, len) != 0)
		return fail_at(g, g->at, "not a value");
	g->at += len;
	return true;
}

static bool nested(struct gate *g, bool (*inner)(struct gate *g))
{
	bool ok;

	if (g->depth == JSON_DEPTH_MAX)
		return fail(g, "nested too deep");
	g->depth++;
	ok = inner(g);
	g->depth--;
	return ok;
}

static bool value(struct gate *g)
{
	skip_blanks(g);
	if (g->at == g->end)
		return fail(g, "");
	switch (*g->at) {
	case '{':
		return nested(g, object);
	case '[':
		return nested(g, array);
	case '"':
		return string(g);
	case 't':
		return literal(g, "true");
	case 'f':
		return literal(g, "false");
	case 'n':
		return literal(g, "null");
	default:
		if (*g->at == '-' || (*g->at >= '0' && *g->at <= '9'))
			return number(g);
		return fail(g, "not a value");
	}
}

/* The start of the first character that is not well-formed. */
static const char *bad_utf8(const char *text, size_t len)
{
	size_t good = 0;
	size_t bad = len;

	while (good < bad) {
		size_t middle = good + (bad - good + 1) / 2;
		size_t cut = utf8_cut(text, len, middle);

		if (cut <= good)
			break;
		if (utf8_valid(text, cut))
			good = cut;
		else
			bad = cut - 1;
	}
	return text + good;
}

bool json_gate(const char *text, size_t len, struct errtext *err)
{
	struct gate g = {
		.text = text, .at = text, .end = text + len, .err = err
	};
	bool ok;

	if (!utf8_valid(text, len))
		return fail_at(&g, bad_utf8(text, len), "invalid UTF-8");
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		return fail(&g, "a byte order mark does not belong here");
	ok = value(&g);
	skip_blanks(&g);
	if (ok && g.at != g.end)
		ok = fail(&g, "more text after the value");
	free(g.keys);
	return ok;
}

cJSON *json_gate_parse(const char *text, size_t len, struct errtext *err)
{
	cJSON *tree;

	if (!json_gate(text, len, err))
		return NULL;
	tree = cJSON_ParseWithLength(text, len);
	if (tree == NULL)
		errtext_set(err, "not JSON that can be read");
	return tree;
}
