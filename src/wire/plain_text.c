/* plain_text.c - one line, nothing that moves.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/plain_text.h"

#include <stdint.h>
#include <string.h>

size_t plain_char(const char *text, size_t len)
{
	unsigned char lead;
	size_t n;

	if (len == 0)
		return 0;
	lead = (unsigned char)text[0];
	n = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
	return n <= len && utf8_valid(text, n) ? n : 0;
}

static uint32_t code_point(const char *text, size_t n)
{
	static const unsigned char mask[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
	uint32_t c = (unsigned char)text[0] & mask[n];

	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)text[i] & 0x3F);
	return c;
}

static bool is_gap(uint32_t c)
{
	return c <= ' ' || (c >= 0x7F && c <= 0x9F) || c == 0x2028 ||
	       c == 0x2029;
}

static bool is_override(uint32_t c)
{
	return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

void plain_line(const char *text, struct textbuf *out)
{
	size_t len = strlen(text);
	bool gap = false;
	bool first = true;

	for (size_t at = 0, n; at<len; at += n> 0 ? n : 1) {
		uint32_t c;

		n = plain_char(text + at, len - at);
		if (n == 0)
			continue;
		c = code_point(text + at, n);
		if (is_override(c))
			continue;
		if (is_gap(c)) {
			gap = true;
			continue;
		}
		if (gap && !first)
			textbuf_addc(out, ' ');
		gap = false;
		first = false;
		textbuf_addn(out, text + at, n);
	}
}

void plain_cut(const char *text, size_t max, struct textbuf *out)
{
	struct textbuf line;
	size_t len;

	textbuf_init(&line);
	plain_line(text, &line);
	len = utf8_cut(line.data, line.len, max);
	textbuf_addn(out, line.data, len);
	if (len < line.len)
		textbuf_add(out, "...");
	textbuf_fini(&line);
}

bool plain_url(const char *url, size_t max)
{
	size_t scheme;

	if (url == NULL || strlen(url) > max)
		return false;
	if (strncmp(url, "https://", 8) == 0)
		scheme = 8;
	else if (strncmp(url, "http://", 7) == 0)
		scheme = 7;
	else
		return false;
	if (url[scheme] == '\0')
		return false;
	for (const char *p = url; *p != '\0'; p++) {
		if (*p <= ' ' || *p >= 0x7F || strchr("\"<>\\|`", *p) != NULL)
			return false;
	}
	return true;
}
