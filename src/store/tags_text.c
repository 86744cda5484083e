/* tags_text.c - the encoding of a list of tags.
 *
 * SPDX-License-Identifier: MIT */
#include "store/tags_text.h"

#include <string.h>

/* Appends one tag; returns where the next one goes. */
static char *put(char *to, const char *tag)
{
	for (; *tag; tag++) {
		if (*tag == '\n' || *tag == '\\')
			*to++ = '\\';
		*to++ = *tag == '\n' ? 'n' : *tag;
	}
	*to++ = '\n';
	return to;
}

const char *tags_to_text(
    const char *const *tags, size_t count, struct arena *arena)
{
	size_t size = 1;
	char *text, *to;

	if (count == 0)
		return "";
	for (size_t i = 0; i < count; i++)
		size += 2 * strlen(tags[i]) + 1;
	text = to = arena_alloc(arena, size);
	for (size_t i = 0; i < count; i++)
		to = put(to, tags[i]);
	*to = '\0';
	return text;
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* One tag, unescaped in place; returns the start of the next one. */
static char *take(char *from)
{
	char *to = from;

	while (*from != '\n' && *from != '\0') {
		if (*from == '\\' && from[1] != '\0') {
			from++;
			*to++ = *from == 'n' ? '\n' : *from;
		} else {
			*to++ = *from;
		}
		from++;
	}
	if (*from == '\n')
		from++;
	*to = '\0';
	return from;
}

const char **tags_from_text(
    const char *text, struct arena *arena, size_t *count)
{
	const char **tags;
	char *at;

	*count = count_lines(text);
	if (*count == 0)
		return NULL;
	tags = arena_alloc(arena, *count * sizeof *tags);
	at = arena_strdup(arena, text);
	for (size_t i = 0; i < *count; i++) {
		tags[i] = at;
		at = take(at);
	}
	return tags;
}
