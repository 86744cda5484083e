/* percent.c - percent-decoding, once and strictly; and encoding.
 *
 * SPDX-License-Identifier: MIT */
#include "base/percent.h"

#include <string.h>

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

/* The character at raw, and how many bytes it took; 0 bytes if malformed. */
static size_t decode_one(const char *raw, size_t len, bool is_form, char *out)
{
	int high;
	int low;

	*out = is_form && *raw == '+' ? ' ' : *raw;
	if (*raw != '%')
		return *raw == '\0' ? 0 : 1;
	if (len < 3)
		return 0;
	high = hex_digit(raw[1]);
	low = hex_digit(raw[2]);
	if (high < 0 || low < 0)
		return 0;
	*out = (char)(high * 16 + low);
	return *out == '\0' ? 0 : 3;
}

const char *percent_decode(
    const char *raw, size_t len, bool is_form, struct arena *arena)
{
	char *text = arena_alloc(arena, len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		size_t took = decode_one(raw + i, len - i, is_form, &text[n]);

		if (took == 0)
			return NULL;
		i += took;
		n++;
	}
	text[n] = '\0';
	return utf8_valid(text, n) ? text : NULL;
}

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

void percent_encode(struct textbuf *out, const char *text, const char *plain)
{
	static const char hex[] = "0123456789ABCDEF";

	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		if (is_letter_or_digit(*text) || strchr(plain, *text) != NULL)
			textbuf_addc(out, *text);
		else
			textbuf_addf(
			    out, "%%%c%c", hex[byte >> 4], hex[byte & 15]);
	}
}
