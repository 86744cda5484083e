/* textbuf.c - the program's only formatter, and a few questions about text.
 *
 * SPDX-License-Identifier: MIT */
#include "base/textbuf.h"

#include "base/check.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What an empty growing buffer shows; cap 0 tells that it is not ours to
 * write or to free. */
static char nothing[1];

void textbuf_init(struct textbuf *tb)
{
	*tb = (struct textbuf){ .data = nothing };
}

void textbuf_init_fixed(struct textbuf *tb, char *array, size_t size)
{
	CHECK(size > 0);
	array[0] = '\0';
	*tb = (struct textbuf){ .data = array, .cap = size, .fixed = true };
}

void textbuf_fini(struct textbuf *tb)
{
	if (!tb->fixed && tb->cap > 0)
		free(tb->data);
	textbuf_init(tb);
}

void textbuf_clear(struct textbuf *tb)
{
	tb->len = 0;
	tb->cut = false;
	if (tb->cap > 0)
		tb->data[0] = '\0';
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

static void textbuf_grow(struct textbuf *tb, size_t need)
{
	size_t cap = tb->cap == 0 ? 64 : tb->cap;
	char *data;

	CHECK(need < SIZE_MAX / 4);
	while (cap < need)
		cap *= 2;
	data = realloc(tb->cap == 0 ? NULL : tb->data, cap);
	CHECK(data != NULL);
	data[tb->len] = '\0';
	tb->data = data;
	tb->cap = cap;
}

/* Takes off the character whose bytes the limit has just divided.  It may
 * have come in several calls, so the buffer is looked at, not the addition. */
static void drop_divided(struct textbuf *tb)
{
	size_t n = tb->len;

	while (n > 0 && tb->len - n < 3 && is_continuation(tb->data[n - 1]))
		n--;
	if (n > 0 && (unsigned char)tb->data[n - 1] >= 0xC0)
		tb->len = n - 1;
}

/* After the first cut nothing more is taken: text that goes on behind a hole
 * would say something else. */
static void add_fixed(struct textbuf *tb, const char *s, size_t len)
{
	size_t room = tb->cap - 1 - tb->len;

	if (tb->cut || len == 0)
		return;
	tb->cut = len > room;
	memcpy(tb->data + tb->len, s, tb->cut ? room : len);
	tb->len += tb->cut ? room : len;
	if (tb->cut && is_continuation(s[room]))
		drop_divided(tb);
	tb->data[tb->len] = '\0';
}

void textbuf_addn(struct textbuf *tb, const char *s, size_t len)
{
	if (tb->fixed) {
		add_fixed(tb, s, len);
		return;
	}
	if (len == 0)
		return;
	CHECK(len < SIZE_MAX / 4);
	if (tb->cap < tb->len + len + 1)
		textbuf_grow(tb, tb->len + len + 1);
	memcpy(tb->data + tb->len, s, len);
	tb->len += len;
	tb->data[tb->len] = '\0';
}

void textbuf_add(struct textbuf *tb, const char *s)
{
	CHECK(s != NULL);
	textbuf_addn(tb, s, strlen(s));
}

void textbuf_addc(struct textbuf *tb, char c)
{
	textbuf_addn(tb, &c, 1);
}

static void add_unsigned(struct textbuf *tb, unsigned long long n)
{
	char digits[20]; /* 2^64 has 20 */
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	textbuf_addn(tb, digits + at, sizeof digits - at);
}

static void add_signed(struct textbuf *tb, long long n)
{
	if (n < 0)
		textbuf_addc(tb, '-');
	/* Negated as unsigned: -LLONG_MIN has no signed value. */
	add_unsigned(
	    tb, n < 0 ? 0ULL - (unsigned long long)n : (unsigned long long)n);
}

/* %.*s: at most max bytes, and none behind a NUL, as printf has it. */
static void add_slice(struct textbuf *tb, int max, const char *s)
{
	CHECK(max >= 0 && (s != NULL || max == 0));
	if (max > 0)
		textbuf_addn(tb, s, strnlen(s, (size_t)max));
}

static bool takes(const char **at, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

void textbuf_vaddf(struct textbuf *tb, const char *fmt, va_list ap)
{
	const char *at = fmt;

	while (*at != '\0') {
		size_t plain = strcspn(at, "%");

		textbuf_addn(tb, at, plain);
		at += plain;
		if (*at == '\0')
			break;
		if (takes(&at, "%s")) {
			textbuf_add(tb, va_arg(ap, const char *));
		} else if (takes(&at, "%.*s")) {
			int max = va_arg(ap, int);

			add_slice(tb, max, va_arg(ap, const char *));
		} else if (takes(&at, "%c")) {
			textbuf_addc(tb, (char)va_arg(ap, int));
		} else if (takes(&at, "%d")) {
			add_signed(tb, va_arg(ap, int));
		} else if (takes(&at, "%u")) {
			add_unsigned(tb, va_arg(ap, unsigned));
		} else if (takes(&at, "%lld")) {
			add_signed(tb, va_arg(ap, long long));
		} else if (takes(&at, "%llu")) {
			add_unsigned(tb, va_arg(ap, unsigned long long));
		} else if (takes(&at, "%zu")) {
			add_unsigned(tb, va_arg(ap, size_t));
		} else {
			CHECK(takes(&at, "%%"));
			textbuf_addc(tb, '%');
		}
	}
}

void textbuf_addf(struct textbuf *tb, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	textbuf_vaddf(tb, fmt, ap);
	va_end(ap);
}

char *textbuf_take(struct textbuf *tb)
{
	char *text;

	CHECK(!tb->fixed);
	if (tb->cap == 0)
		textbuf_grow(tb, 1);
	text = tb->data;
	textbuf_init(tb);
	return text;
}

size_t utf8_cut(const char *s, size_t len, size_t max)
{
	size_t n = max;

	if (len <= max)
		return len;
	while (n > 0 && max - n < 3 && is_continuation(s[n]))
		n--;
	/* Four continuation bytes in a row are no UTF-8: any cut will do. */
	return is_continuation(s[n]) ? max : n;
}

/* The bytes of the character at s, or 0 if it is malformed.  The second byte
 * alone decides about overlong forms, surrogates and what lies above
 * U+10FFFF (RFC 3629, section 4). */
static size_t utf8_char(const unsigned char *s, size_t len)
{
	unsigned char low = 0x80;
	unsigned char high = 0xBF;
	size_t want;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xC2 || s[0] > 0xF4)
		return 0;
	want = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
	if (s[0] == 0xE0)
		low = 0xA0;
	else if (s[0] == 0xED)
		high = 0x9F;
	else if (s[0] == 0xF0)
		low = 0x90;
	else if (s[0] == 0xF4)
		high = 0x8F;
	if (len < want || s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < want; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	}
	return want;
}

bool utf8_valid(const char *s, size_t len)
{
	const unsigned char *at = (const unsigned char *)s;
	size_t done = 0;

	while (done < len) {
		size_t n = utf8_char(at + done, len - done);

		if (n == 0)
			return false;
		done += n;
	}
	return true;
}

static size_t min_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* One row of the edit table from the one above, in place; returns the least
 * value in it. */
static size_t distance_row(size_t *row, char c, const char *b, size_t nb)
{
	size_t diagonal = row[0];
	size_t least = ++row[0];

	for (size_t j = 1; j <= nb; j++) {
		size_t above = row[j];
		size_t change = diagonal + (c == b[j - 1] ? 0 : 1);

		row[j] = min_of(change, min_of(above, row[j - 1]) + 1);
		least = min_of(least, row[j]);
		diagonal = above;
	}
	return least;
}

size_t text_distance(const char *a, const char *b, size_t cap)
{
	size_t na = strlen(a);
	size_t nb = strlen(b);
	size_t least = 0;
	size_t *row;

	if ((na > nb ? na - nb : nb - na) >= cap)
		return cap;
	row = malloc((nb + 1) * sizeof *row);
	CHECK(row != NULL);
	for (size_t j = 0; j <= nb; j++)
		row[j] = j;
	/* Values never shrink from row to row. */
	for (size_t i = 0; i < na && least < cap; i++)
		least = distance_row(row, a[i], b, nb);
	least = least < cap ? min_of(row[nb], cap) : cap;
	free(row);
	return least;
}
