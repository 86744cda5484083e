/* slack_text.c - escaping, cutting, and Slack's own markup.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/slack_text.h"

#include "wire/plain_text.h"

#include <string.h>

#define DOTS "\xE2\x80\xA6" /* U+2026, one unit */

void slack_start(struct slack_text *c, size_t max)
{
	textbuf_clear(&c->tb);
	c->left = max;
}

static const char *escaped(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	default:
		return NULL;
	}
}

void slack_add(struct slack_text *c, const char *text)
{
	size_t len = strlen(text);

	if (len > c->left)
		return;
	textbuf_add(&c->tb, text);
	c->left -= len;
}

/* What a character costs once it is escaped. */
static size_t cost(const char *text, size_t n)
{
	const char *entity = n == 1 ? escaped(text[0]) : NULL;

	return entity != NULL ? strlen(entity) : n == 4 ? 2 : 1;
}

/* How many bytes of the text fit into max units; *units says what they take. */
static size_t fitting(const char *text, size_t len, size_t max, size_t *units)
{
	size_t at = 0;

	*units = 0;
	while (at < len) {
		size_t n = plain_char(text + at, len - at);
		size_t take = cost(text + at, n);

		if (*units + take > max)
			break;
		*units += take;
		at += n;
	}
	return at;
}

void slack_add_theirs(struct slack_text *c, const char *text, size_t max)
{
	struct textbuf line;
	size_t units;
	size_t len;
	bool cut;

	textbuf_init(&line);
	plain_line(text, &line);
	if (max > c->left)
		max = c->left;
	len = fitting(line.data, line.len, max, &units);
	cut = len < line.len && max > 0;
	if (cut)
		len = fitting(line.data, line.len, max - 1, &units);
	for (size_t i = 0; i < len; i++) {
		const char *entity = escaped(line.data[i]);

		if (entity != NULL)
			textbuf_add(&c->tb, entity);
		else
			textbuf_addc(&c->tb, line.data[i]);
	}
	c->left -= units;
	if (cut) {
		textbuf_add(&c->tb, DOTS);
		c->left--;
	}
	textbuf_fini(&line);
}

void slack_add_when(struct slack_text *c, struct wall at)
{
	char utc[WALL_TEXT_MAX];
	char text[100];
	struct textbuf tb;

	wall_format(at, utc);
	textbuf_init_fixed(&tb, text, sizeof text);
	textbuf_addf(&tb, "<!date^%lld^{date_short_pretty} {time}|%s>",
	    (long long)(at.ms / SECOND_MS), utc);
	slack_add(c, text);
}

void slack_add_lines(struct slack_text *c, const char *text, size_t max)
{
	size_t before = c->left;
	struct textbuf line;

	textbuf_init(&line);
	while (*text != '\0' && before - c->left + 1 < max && c->left > 1) {
		size_t len = strcspn(text, "\n");

		textbuf_clear(&line);
		textbuf_addn(&line, text, len);
		slack_add_theirs(c, line.data, max - (before - c->left) - 1);
		slack_add(c, "\n");
		text += text[len] == '\n' ? len + 1 : len;
	}
	textbuf_fini(&line);
}

static bool is_id(const char *id, const char *kinds)
{
	return id != NULL && id[0] != '\0' && strchr(kinds, id[0]) != NULL &&
	       id[1] != '\0' && strlen(id) <= 40 &&
	       strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == strlen(id);
}

bool slack_is_person(const char *id)
{
	return is_id(id, "UW");
}

bool slack_is_group(const char *id)
{
	return is_id(id, "S");
}

void slack_add_mention(struct slack_text *c, const char *id)
{
	char text[60];
	struct textbuf tb;

	if (!slack_is_person(id) && !slack_is_group(id))
		return;
	textbuf_init_fixed(&tb, text, sizeof text);
	textbuf_addf(&tb, slack_is_group(id) ? "<!subteam^%s> " : "<@%s> ", id);
	slack_add(c, text);
}

void slack_object(struct json_out *j, const char *name, const char *type,
    const struct slack_text *c)
{
	json_open(j, name, '{');
	json_text(j, "type", type);
	json_text(j, "text", c->tb.data);
	json_close(j, '}');
}

void slack_section(struct json_out *j, const struct slack_text *c)
{
	json_open(j, NULL, '{');
	json_text(j, "type", "section");
	slack_object(j, "text", "mrkdwn", c);
	json_close(j, '}');
}
