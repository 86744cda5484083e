/* json_slice.c - brackets, quotes and names of JSON text.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/json_slice.h"

#include <stdint.h>
#include <string.h>

static int hex_value(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* Four hex digits that are known to be there. */
static uint32_t unit_at(const char *s)
{
	uint32_t unit = 0;

	for (int i = 0; i < 4; i++)
		unit = unit * 16 + (uint32_t)hex_value(s[i]);
	return unit;
}

/* The next character of a name that has passed the gate, escapes resolved. */
static uint32_t key_next(const char **at, const char *end)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *p = *at;
	uint32_t unit;

	if (p == end)
		return 0;
	if (*p != '\\') {
		*at = p + 1;
		return (unsigned char)*p;
	}
	if (p[1] != 'u') {
		*at = p + 2;
		return (unsigned char)to[strchr(from, p[1]) - from];
	}
	unit = unit_at(p + 2);
	*at = p + 6;
	if (unit >= 0xD800 && unit <= 0xDFFF) {
		unit =
		    0x10000 + ((unit - 0xD800) << 10) + unit_at(p + 8) - 0xDC00;
		*at = p + 12;
	}
	return unit;
}

/* The next byte, as UTF-8, of a name; pending holds what is left of a
 * character that was written as an escape. */
struct key_reader {
	const char *at;
	const char *end;
	unsigned char pending[4];
	int npending;
};

static void key_encode(struct key_reader *r, uint32_t c)
{
	int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const unsigned char lead[] = { 0, 0xC0, 0xE0, 0xF0 };

	r->npending = 0;
	for (int i = 0; i < more; i++, c >>= 6)
		r->pending[r->npending++] = (unsigned char)(0x80 | (c & 0x3F));
	r->pending[r->npending++] = (unsigned char)(lead[more] | c);
}

/* 0 at the end. */
static unsigned char key_byte(struct key_reader *r)
{
	const char *before = r->at;
	uint32_t c;

	if (r->npending > 0)
		return r->pending[--r->npending];
	c = key_next(&r->at, r->end);
	if (r->at - before < 6 || c < 0x80)
		return (unsigned char)c;
	key_encode(r, c);
	return r->pending[--r->npending];
}

int json_key_compare(const void *a, const void *b)
{
	const struct json_slice *x = a;
	const struct json_slice *y = b;
	struct key_reader rx = { .at = x->start, .end = x->start + x->len };
	struct key_reader ry = { .at = y->start, .end = y->start + y->len };

	for (;;) {
		unsigned char cx = key_byte(&rx);
		unsigned char cy = key_byte(&ry);

		if (cx != cy)
			return cx < cy ? -1 : 1;
		if (cx == 0)
			return 0;
	}
}

bool json_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

size_t json_blanks(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && json_is_blank(text[n]))
		n++;
	return n;
}

/* Of the string that begins with a quote; 0 if it is not closed. */
static size_t string_extent(const char *text, size_t len)
{
	for (size_t i = 1; i < len; i++) {
		if (text[i] == '\\')
			i++;
		else if (text[i] == '"')
			return i + 1;
	}
	return 0;
}

/* Of a number or a word. */
static size_t word_extent(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && !json_is_blank(text[n]) && text[n] != '\0' &&
	       strchr(",]}[{\"", text[n]) == NULL)
		n++;
	return n;
}

/* What is open: a bit each, 1 for '{'. */
#define OPEN_MAX 64

size_t json_extent(const char *text, size_t len)
{
	uint64_t braces = 0;
	int depth = 0;
	size_t at = 0;

	if (len > 0 && text[0] != '{' && text[0] != '[')
		return text[0] == '"' ? string_extent(text, len)
				      : word_extent(text, len);
	while (at < len) {
		char c = text[at];

		if (c == '"') {
			size_t n = string_extent(text + at, len - at);

			if (n == 0)
				return 0;
			at += n;
			continue;
		}
		at++;
		if (c == '{' || c == '[') {
			if (depth++ == OPEN_MAX)
				return 0;
			braces = braces << 1 | (c == '{');
		} else if (c == '}' || c == ']') {
			if ((braces & 1) != (c == '}'))
				return 0;
			braces >>= 1;
			if (--depth == 0)
				return at;
		}
	}
	return 0;
}

bool json_member(
    struct json_slice object, const char *name, struct json_slice *value)
{
	const char *text = object.start;
	size_t len = object.len;
	struct json_slice wanted = { name, strlen(name) };

	for (size_t at = 1; at < len;) {
		struct json_slice key;
		size_t n;

		at += json_blanks(text + at, len - at);
		if (text[at] != '"')
			break;
		n = string_extent(text + at, len - at);
		key = (struct json_slice){ text + at + 1, n - 2 };
		at += n;
		at += json_blanks(text + at, len - at) + 1;
		at += json_blanks(text + at, len - at);
		n = json_extent(text + at, len - at);
		if (json_key_compare(&key, &wanted) == 0) {
			*value = (struct json_slice){ text + at, n };
			return true;
		}
		at += n;
		at += json_blanks(text + at, len - at) + 1;
	}
	return false;
}

void json_compact(const char *text, size_t len, struct textbuf *out)
{
	for (size_t at = 0; at < len;) {
		size_t n = json_blanks(text + at, len - at);

		at += n;
		if (at == len)
			break;
		if (text[at] == '"')
			n = string_extent(text + at, len - at);
		else
			n = 1;
		textbuf_addn(out, text + at, n);
		at += n;
	}
}
