/* json_items.c - where one event of a body ends and the next begins.
 *
 * Brackets and quotes alone decide, so that one broken event does not take its
 * neighbours with it; each item meets the gate by itself.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/json_gate.h"

#include "wire/json_slice.h"

#include <string.h>

struct items {
	void (*each)(void *user, size_t index, const char *item, size_t len);
	void *user;
	size_t count;
};

static void pass_on(struct items *to, const char *item, size_t len)
{
	if (to->each != NULL)
		to->each(to->user, to->count, item, len);
	to->count++;
}

/* text begins with '['.  Its elements, or what is wrong with the frame. */
static const char *array_items(const char *text, size_t len, struct items *to)
{
	size_t at = 1 + json_blanks(text + 1, len - 1);

	if (at < len && text[at] == ']')
		return json_blanks(text + at + 1, len - at - 1) == len - at - 1
			   ? NULL
			   : "more text after the array";
	for (;;) {
		size_t n;

		at += json_blanks(text + at, len - at);
		n = json_extent(text + at, len - at);
		if (n == 0)
			return "an element is missing or not closed";
		pass_on(to, text + at, n);
		at += n;
		at += json_blanks(text + at, len - at);
		if (at < len && text[at] == ',')
			at++;
		else
			break;
	}
	if (at == len || text[at] != ']')
		return "the array is not closed";
	at++;
	at += json_blanks(text + at, len - at);
	return at == len ? NULL : "more text after the array";
}

static size_t line_length(const char *text, size_t len)
{
	const char *end = memchr(text, '\n', len);

	return end != NULL ? (size_t)(end - text) : len;
}

static void line_items(const char *text, size_t len, struct items *to)
{
	for (size_t at = 0, n; at < len; at += n + 1) {
		size_t skip;

		n = line_length(text + at, len - at);
		skip = json_blanks(text + at, n);
		if (skip == n)
			continue;
		while (json_is_blank(text[at + n - 1]))
			n--;
		pass_on(to, text + at + skip, n - skip);
		n += line_length(text + at + n, len - at - n);
	}
}

/* One value over several lines, or a value a line?  A whole value is one item;
 * else the lines decide: a first line that is whole in itself, or a later one
 * that begins an object. */
static bool is_lines(const char *text, size_t len)
{
	size_t n = json_extent(text, len);
	size_t first = line_length(text, len);

	if (n > 0 && n + json_blanks(text + n, len - n) == len)
		return false;
	return (n > 0 && n <= first) || first == len ||
	       memmem(text + first, len - first, "\n{", 2) != NULL;
}

bool json_items(const char *text, size_t len,
    void (*each)(void *user, size_t index, const char *item, size_t item_len),
    void *user, struct errtext *err)
{
	struct items to = { .user = user };
	size_t blanks = json_blanks(text, len);
	const char *wrong;

	text += blanks;
	len -= blanks;
	while (len > 0 && json_is_blank(text[len - 1]))
		len--;
	if (len > 0 && text[0] == '[') {
		wrong = array_items(text, len, &to);
		if (wrong != NULL) {
			errtext_set(err, "%s", wrong);
			return false;
		}
		to = (struct items){ .each = each, .user = user };
		array_items(text, len, &to);
		return true;
	}
	to.each = each;
	if (is_lines(text, len))
		line_items(text, len, &to);
	else if (len > 0)
		pass_on(&to, text, len);
	return true;
}
