/* line_text.c - see line_text.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/line_text.h"

#include <stdlib.h>
#include <string.h>

void line_add_name(struct textbuf *tb, const char *name)
{
	static const char hex[] = "0123456789ABCDEF";

	for (const char *p = name; *p != '\0'; p++) {
		unsigned char ch = (unsigned char)*p;

		if (ch > ' ' && ch != '%' && ch != ';' && ch != ',' &&
		    ch != '+') {
			textbuf_addc(tb, *p);
			continue;
		}
		textbuf_addc(tb, '%');
		textbuf_addc(tb, hex[ch >> 4]);
		textbuf_addc(tb, hex[ch & 15]);
	}
}

char *line_take(char **rest, char sep)
{
	char *start = *rest;

	if (start == NULL)
		return NULL;
	char *end = strchr(start, sep);
	if (end != NULL)
		*end++ = '\0';
	*rest = end;
	return start;
}

bool line_take_number(char **rest, char sep, int64_t max, int64_t *out)
{
	char *text = line_take(rest, sep);
	char *end;

	if (text == NULL || *text == '\0')
		return false;
	long long v = strtoll(text, &end, 10);
	if (*end != '\0' || v < -max || v > max)
		return false;
	*out = v;
	return true;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool line_unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++, to++) {
		if (*s != '%') {
			*to = *s;
			continue;
		}
		int hi = hex_value(s[1]);
		int lo = hi < 0 ? -1 : hex_value(s[2]);
		if (lo < 0 || hi * 16 + lo == 0)
			return false;
		*to = (char)(hi * 16 + lo);
		s += 2;
	}
	*to = '\0';
	return true;
}
