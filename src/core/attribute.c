/* attribute.c - see attribute.h: a small reader of JSON in place.
 *
 * SPDX-License-Identifier: MIT */
#include "core/attribute.h"

#include "base/textbuf.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

static const char *skip_blanks(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* Behind the text that begins at p, a quote; NULL: it does not end. */
static const char *skip_text(const char *p)
{
	for (p++; *p != '"'; p++) {
		if (*p == '\\')
			p++;
		if (*p == '\0')
			return NULL;
	}
	return p + 1;
}

/* Behind the value at p, whatever it holds; NULL: it does not end. */
static const char *skip_value(const char *p)
{
	int depth = 0;

	do {
		p = skip_blanks(p);
		if (*p == '\0')
			return NULL;
		if (*p == '"') {
			p = skip_text(p);
			if (p == NULL)
				return NULL;
		} else if (strchr("{[", *p) != NULL) {
			depth++;
			p++;
		} else if (strchr("}],:", *p) != NULL) {
			depth -= *p == '}' || *p == ']';
			p++;
		} else {
			p += strcspn(p, " \t\r\n{}[],:\"");
		}
	} while (depth > 0);
	return depth == 0 ? p : NULL;
}

static int32_t hex4(const char *p)
{
	int32_t n = 0;

	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdef";
		int c = p[i] >= 'A' && p[i] <= 'F' ? p[i] + ('a' - 'A') : p[i];
		const char *at = c == '\0' ? NULL : strchr(digits, c);

		if (at == NULL)
			return -1;
		n = n * 16 + (int32_t)(at - digits);
	}
	return n;
}

/* The character of "\uXXXX" at p, of two where they are a pair. */
static const char *take_unicode(const char *p, struct textbuf *tb)
{
	int32_t c = hex4(p + 2);
	uint8_t bytes[4];
	utf8proc_ssize_t n;

	if (c < 0)
		return NULL;
	p += 6;
	if (c >= 0xd800 && c < 0xdc00 && p[0] == '\\' && p[1] == 'u') {
		int32_t low = hex4(p + 2);

		if (low >= 0xdc00 && low < 0xe000) {
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			p += 6;
		}
	}
	if (c == 0 || (c >= 0xd800 && c < 0xe000))
		return NULL;
	n = utf8proc_encode_char(c, bytes);
	textbuf_addn(tb, (const char *)bytes, (size_t)n);
	return p;
}

/* The text at p, decoded; NULL: it is broken. */
static const char *take_text(const char *p, struct arena *arena)
{
	static const char from[] = "bfnrt\"\\/";
	static const char to[] = "\b\f\n\r\t\"\\/";
	const char *end = skip_text(p);
	const char *text = NULL;
	struct textbuf tb;

	if (end == NULL)
		return NULL;
	textbuf_init(&tb);
	for (p++; p != NULL && p < end - 1;) {
		const char *at = NULL;

		if (*p != '\\') {
			textbuf_addc(&tb, *p++);
		} else if (p[1] == 'u') {
			p = take_unicode(p, &tb);
		} else {
			at = strchr(from, p[1]);
			if (at != NULL)
				textbuf_addc(&tb, to[at - from]);
			p = at == NULL ? NULL : p + 2;
		}
	}
	if (p != NULL)
		text = arena_strndup(arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

/* The one value at p; false: nothing that can be compared. */
static bool take_one(const char *p, struct arena *arena, const char **out)
{
	const char *end = skip_value(p);

	*out = NULL;
	if (end == NULL || *p == '{' || *p == '[' || strncmp(p, "null", 4) == 0)
		return false;
	*out = *p == '"' ? take_text(p, arena)
			 : arena_strndup(arena, p, (size_t)(end - p));
	return *out != NULL;
}

/* Where the member's value begins; NULL: there is none such. */
static const char *find_member(
    const char *json, const char *name, struct arena *arena)
{
	const char *p = skip_blanks(json);

	if (*p != '{')
		return NULL;
	for (p = skip_blanks(p + 1); p != NULL && *p == '"';) {
		const char *key = take_text(p, arena);

		p = key == NULL ? NULL : skip_blanks(skip_text(p));
		if (p == NULL || *p != ':')
			return NULL;
		p = skip_blanks(p + 1);
		if (strcmp(key, name) == 0)
			return p;
		p = skip_value(p);
		if (p != NULL)
			p = skip_blanks(p);
		if (p == NULL || *p != ',')
			return NULL;
		p = skip_blanks(p + 1);
	}
	return NULL;
}

size_t attribute_values(
    const char *json, const char *name, struct arena *arena, const char **out)
{
	const char *p = json == NULL ? NULL : find_member(json, name, arena);
	size_t n = 0;

	if (p == NULL)
		return 0;
	if (*p != '[')
		return take_one(p, arena, out) ? 1 : 0;
	for (p = skip_blanks(p + 1);
	     n < ATTRIBUTE_VALUES_MAX && *p != '\0' && *p != ']';) {
		if (take_one(p, arena, &out[n]))
			n++;
		p = skip_value(p);
		if (p == NULL)
			break;
		p = skip_blanks(p);
		if (*p == ',')
			p = skip_blanks(p + 1);
	}
	return n;
}
