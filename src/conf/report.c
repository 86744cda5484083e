/* report.c - remarks on a file: collected, sorted, shown with their line.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/report.h"

#include "conf/load.h"

#include <stdlib.h>
#include <string.h>

#define LINE_SHOWN_MAX 160 /* bytes of a source line */
#define LINE_BEFORE    100 /* of these before the caret at most */

struct remark {
	struct place at;
	bool is_error;
	size_t order; /* as found: keeps those of one place apart */
	const char *text;
};

struct mask {
	size_t start;
	size_t end;
};

void report_init(struct report *r, struct arena *arena, const char *name,
    const char *text, size_t len)
{
	memset(r, 0, sizeof *r);
	r->arena = arena;
	r->name = name;
	r->text = text;
	r->len = len;
	r->looks = true;
}

static void remark(struct report *r, struct place at, bool is_error,
    const char *fmt, va_list ap)
{
	struct remark *m = arena_push(
	    r->arena, &r->remarks, &r->nremarks, &r->cap_remarks, sizeof *m);
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_vaddf(&tb, fmt, ap);
	m->at = at;
	m->is_error = is_error;
	m->order = r->nremarks;
	m->text = arena_strdup(r->arena, tb.data);
	textbuf_fini(&tb);
}

void report_error(struct report *r, struct place at, const char *fmt, ...)
{
	va_list ap;

	r->errors++;
	if (r->errors > CONF_ERRORS_MAX)
		return;
	va_start(ap, fmt);
	remark(r, at, true, fmt, ap);
	va_end(ap);
}

void report_warning(struct report *r, struct place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	remark(r, at, false, fmt, ap);
	va_end(ap);
}

void report_mask(struct report *r, struct place at)
{
	struct mask *m;

	if (at.end <= at.start)
		return;
	m = arena_push(
	    r->arena, &r->masks, &r->nmasks, &r->cap_masks, sizeof *m);
	m->start = at.start;
	m->end = at.end;
}

static bool starts_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

struct place report_place(const struct report *r, size_t offset)
{
	struct place at = { 1, 1, offset, offset };

	for (size_t i = 0; i < offset && i < r->len; i++) {
		if (r->text[i] == '\n') {
			at.line++;
			at.column = 1;
		} else if (starts_character(r->text[i])) {
			at.column++;
		}
	}
	return at;
}

/* --- secrets -------------------------------------------------------------- */

static bool masked(const struct report *r, size_t offset)
{
	for (size_t i = 0; i < r->nmasks; i++)
		if (offset >= r->masks[i].start && offset < r->masks[i].end)
			return true;
	return false;
}

/* Behind the colon and its blanks. */
static size_t skip_colon(const char *line, size_t len, size_t at)
{
	while (at < len && (line[at] == ':' || line[at] == ' '))
		at++;
	return at;
}

bool report_looks_secret(const char *word, size_t len)
{
	static const char *const keys[] = { "password", "secret", "token",
		"url", "signing_secret", "routing_key", "secret_access_key",
		"api_key" };
	char copy[32];

	if (len == 0 || len >= sizeof copy)
		return false;
	memcpy(copy, word, len);
	copy[len] = '\0';
	for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
		size_t near = strlen(keys[k]) / 3;

		if (text_distance(copy, keys[k], near + 1) <= near)
			return true;
	}
	return false;
}

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* Does such a key stand in the line, with any value, or (signs) with one that
 * YAML takes for something else than a text: a tag, an alias, a comment?  The
 * first byte of the value, or len. */
static size_t secret_behind(const char *line, size_t len, bool signs)
{
	size_t start = 0;

	for (size_t i = 0; i < len; i++) {
		size_t value;

		if (!is_word_byte(line[i]))
			start = i + 1;
		if (i + 1 >= len || is_word_byte(line[i + 1]) ||
		    !report_looks_secret(line + start, i + 1 - start))
			continue;
		value = skip_colon(line, len, i + 1);
		if (!signs ||
		    (value < len && strchr("!&*#|>%@`", line[value]) != NULL))
			return value;
	}
	return len;
}

/* The values of the tree are masked; what is left are comments, and what looks
 * like no text. */
static size_t leftover_secret_from(
    const struct report *r, size_t start, size_t end)
{
	const char *line = r->text + start;
	size_t len = end - start;
	size_t from = secret_behind(line, len, true);

	for (size_t i = 0; i < len; i++) {
		size_t in_comment;

		if (line[i] != '#' || (i > 0 && line[i - 1] != ' '))
			continue;
		in_comment = i + secret_behind(line + i, len - i, false);
		return start + (in_comment < from ? in_comment : from);
	}
	return start + from;
}

static size_t indentation(const char *line, size_t len)
{
	size_t n = 0;

	while (n < len && (line[n] == ' ' || line[n] == '\t'))
		n++;
	return n;
}

/* Any key of the line: its value may have begun on a line of its own. */
static bool names_secret(const char *line, size_t len)
{
	size_t start = 0;

	for (size_t i = 0; i <= len; i++) {
		if (i < len && is_word_byte(line[i]))
			continue;
		if (report_looks_secret(line + start, i - start))
			return true;
		start = i + 1;
	}
	return false;
}

/* Without values: from which byte of this line on may it be a secret?  A line
 * that goes on with a value begun above is judged by the line it belongs to. */
static size_t looks_secret_from(
    const struct report *r, size_t start, size_t end)
{
	size_t from = secret_behind(r->text + start, end - start, false);
	size_t indent = indentation(r->text + start, end - start);

	if (from < end - start)
		return start + from;
	while (start > 0 && indent > 0) {
		size_t stop = start - 1;

		for (start = stop; start > 0 && r->text[start - 1] != '\n';)
			start--;
		if (indentation(r->text + start, stop - start) >= indent)
			continue;
		if (names_secret(r->text + start, stop - start))
			return 0;
		break;
	}
	return end;
}

/* --- writing -------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	const struct remark *x = a;
	const struct remark *y = b;

	if (x->at.line != y->at.line)
		return x->at.line < y->at.line ? -1 : 1;
	if (x->at.column != y->at.column)
		return x->at.column < y->at.column ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* The bytes of a line, without its end. */
static void line_bounds(
    const struct report *r, int line, size_t *start, size_t *end)
{
	size_t i = 0;

	for (int n = 1; n < line && i < r->len; i++)
		if (r->text[i] == '\n')
			n++;
	*start = i;
	while (i < r->len && r->text[i] != '\n')
		i++;
	if (i > *start && r->text[i - 1] == '\r')
		i--;
	*end = i;
}

/* One byte as it may be shown: no control characters (they could move a
 * terminal's cursor), no broken UTF-8. */
static void add_byte(struct textbuf *out, char c, bool valid)
{
	unsigned char u = (unsigned char)c;

	if (u == '\t' || (u >= 0x20 && u < 0x7f) || (u >= 0x80 && valid))
		textbuf_addc(out, c);
	else if (starts_character(c))
		textbuf_addc(out, '?');
}

static void add_line(
    const struct report *r, size_t start, size_t end, struct textbuf *out)
{
	bool valid = utf8_valid(r->text + start, end - start);
	size_t hidden = r->looks ? looks_secret_from(r, start, end)
				 : leftover_secret_from(r, start, end);

	for (size_t i = start; i < end; i++) {
		if (!masked(r, i) && i < hidden)
			add_byte(out, r->text[i], valid);
		else if (starts_character(r->text[i]))
			textbuf_addc(out, '*');
	}
	textbuf_addc(out, '\n');
}

/* Blanks up to the caret; tabs stay tabs, so that it stands right below. */
static void add_caret(
    const struct report *r, size_t start, size_t caret, struct textbuf *out)
{
	for (size_t i = start; i < caret; i++)
		if (starts_character(r->text[i]))
			textbuf_addc(out, r->text[i] == '\t' ? '\t' : ' ');
	textbuf_add(out, "^\n");
}

static size_t character_start(const struct report *r, size_t i)
{
	while (i < r->len && !starts_character(r->text[i]))
		i++;
	return i;
}

static void add_source(
    const struct report *r, const struct place *at, struct textbuf *out)
{
	size_t start;
	size_t end;
	size_t caret;

	line_bounds(r, at->line, &start, &end);
	caret = start;
	for (int c = 1; c < at->column && caret < end; c++)
		caret = character_start(r, caret + 1);
	if (caret > end)
		caret = end;
	if (caret - start > LINE_BEFORE)
		start = character_start(r, caret - LINE_BEFORE);
	if (end - start > LINE_SHOWN_MAX)
		end = start +
		      utf8_cut(r->text + start, end - start, LINE_SHOWN_MAX);
	add_line(r, start, end, out);
	add_caret(r, start, caret, out);
}

void report_write(struct report *r, struct textbuf *out)
{
	if (r->nremarks > 1)
		qsort(r->remarks, r->nremarks, sizeof *r->remarks, compare);
	for (size_t i = 0; i < r->nremarks; i++) {
		const struct remark *m = &r->remarks[i];

		textbuf_add(out, r->name);
		if (m->at.line > 0)
			textbuf_addf(out, ":%d:%d", m->at.line, m->at.column);
		textbuf_addf(out, ": %s: %s\n",
		    m->is_error ? "error" : "warning", m->text);
		if (m->at.line > 0)
			add_source(r, &m->at, out);
	}
	if (r->errors > CONF_ERRORS_MAX)
		textbuf_addf(out,
		    "%s: error: %zu more errors are not shown; mend those "
		    "above first\n",
		    r->name, r->errors - CONF_ERRORS_MAX);
}
