/* ics_line.c - unfolding, and the three parts of a content line.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/ics_line.h"

#include "base/textbuf.h"

#include <string.h>
#include <strings.h>

#define TEXT_BYTES_MAX 1000
#define SHOWN_MAX      80

void ics_lines_init(
    struct ics_lines *l, const char *text, size_t len, struct arena *arena)
{
	*l = (struct ics_lines){ text, text + len, 1, arena };
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		l->at += 3;
}

/* One line as it stands, without its end. */
static void take_raw(struct ics_lines *l, struct textbuf *tb)
{
	size_t left = (size_t)(l->end - l->at);
	const char *newline = memchr(l->at, '\n', left);
	size_t len = newline == NULL ? left : (size_t)(newline - l->at);
	size_t text = len > 0 && l->at[len - 1] == '\r' ? len - 1 : len;

	textbuf_addn(tb, l->at, text);
	l->at += newline == NULL ? len : len + 1;
	l->number++;
}

static bool goes_on(const struct ics_lines *l)
{
	return l->at < l->end && (*l->at == ' ' || *l->at == '\t');
}

/* The next unfolded line, or NULL at the end. */
static char *take_line(struct ics_lines *l, int *number)
{
	struct textbuf tb;
	char *line = NULL;

	textbuf_init(&tb);
	while (l->at < l->end && tb.len == 0) {
		*number = l->number;
		take_raw(l, &tb);
		while (goes_on(l)) {
			l->at++;
			take_raw(l, &tb);
		}
	}
	if (tb.len > 0)
		line = arena_strndup(l->arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return line;
}

static bool name_byte(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '-';
}

/* The colon that ends the parameters: not one inside quotes. */
static char *find_colon(char *at)
{
	bool quoted = false;

	for (; *at != '\0'; at++) {
		if (*at == '"')
			quoted = !quoted;
		else if (*at == ':' && !quoted)
			return at;
	}
	return NULL;
}

/* Cuts the line into its parts, in place. */
static bool split(char *line, struct ics_line *out)
{
	char *at = line;
	char *colon;

	for (; name_byte(*at); at++)
		if (*at >= 'a' && *at <= 'z')
			*at = (char)(*at - 'a' + 'A');
	colon = find_colon(at);
	if (at == line || colon == NULL || (*at != ';' && *at != ':'))
		return false;
	out->name = line;
	out->params = *at == ';' ? at + 1 : "";
	out->value = colon + 1;
	*at = '\0';
	*colon = '\0';
	return true;
}

bool ics_lines_next(
    struct ics_lines *l, struct ics_line *out, struct errtext *err)
{
	int number = 0;
	char *line = take_line(l, &number);

	err->text[0] = '\0';
	if (line == NULL)
		return false;
	out->number = number;
	if (split(line, out))
		return true;
	errtext_set(err, "%d: no line of a calendar file (NAME:VALUE)", number);
	return false;
}

bool ics_line_is(const struct ics_line *l, const char *name)
{
	return strcmp(l->name, name) == 0;
}

bool ics_value_is(const struct ics_line *l, const char *word)
{
	return strcasecmp(l->value, word) == 0;
}

const char *ics_param(
    const struct ics_line *l, const char *name, struct arena *arena)
{
	const char *at = l->params;
	size_t want = strlen(name);

	while (*at != '\0') {
		size_t key = strcspn(at, "=;");
		bool found = key == want && strncasecmp(at, name, want) == 0;
		size_t value;

		at += key;
		if (*at == '=')
			at++;
		value = strcspn(at, ";");
		if (*at == '"') {
			at++;
			value = strcspn(at, "\"");
		}
		if (found)
			return arena_strndup(arena, at, value);
		at += value;
		at += strcspn(at, ";");
		if (*at == ';')
			at++;
	}
	return NULL;
}

const char *ics_text(const struct ics_line *l, struct arena *arena)
{
	size_t len = utf8_cut(l->value, strlen(l->value), TEXT_BYTES_MAX);
	char *text = arena_strndup(arena, l->value, len);
	char *to = text;

	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '\\' && at[1] != '\0') {
			at++;
			*to++ = *at == 'n' || *at == 'N' ? '\n' : *at;
		} else {
			*to++ = *at;
		}
	}
	*to = '\0';
	return text;
}

int ics_shown(const char *text)
{
	return (int)utf8_cut(text, strlen(text), SHOWN_MAX);
}
