/* scenario_print.c - see scenario_print.h.
 *
 * Line by line: YAML that is parsed and written again would lose its comments.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/scenario_print.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

#define MARK "# > "

struct line {
	const char *at;
	size_t len;    /* without its newline */
	size_t indent; /* blanks at its beginning */
	bool empty;
	bool comment;
	bool dropped; /* an older transcript */
};

struct printing {
	const struct scenario_result *r;
	struct textbuf *out;
	struct line *lines;
	size_t count;
};

static void split(struct printing *p, const char *text, size_t len)
{
	const char *end = text + len;
	size_t n = 1;

	for (const char *c = text; c < end; c++)
		n += *c == '\n';
	p->lines = calloc(n, sizeof *p->lines);
	CHECK(p->lines != NULL);
	while (text < end) {
		struct line *l = &p->lines[p->count++];
		const char *stop = memchr(text, '\n', (size_t)(end - text));

		l->at = text;
		l->len = (size_t)((stop != NULL ? stop : end) - text);
		while (l->indent < l->len && text[l->indent] == ' ')
			l->indent++;
		l->empty = l->indent == l->len;
		l->comment = !l->empty && text[l->indent] == '#';
		text += l->len + 1;
	}
}

static bool starts(const struct line *l, const char *word)
{
	size_t len = strlen(word);

	return l->len - l->indent >= len &&
	       memcmp(l->at + l->indent, word, len) == 0;
}

/* The line behind the `then` that begins at `first`. */
static size_t then_end(const struct printing *p, size_t first, size_t indent)
{
	size_t end = first + 1;

	for (size_t i = end; i < p->count; i++) {
		const struct line *l = &p->lines[i];

		if (l->empty)
			continue;
		if (l->indent <= indent &&
		    !(l->indent == indent && starts(l, "- ")))
			break;
		end = i + 1;
	}
	return end;
}

static size_t step_end(const struct printing *p, size_t step)
{
	return step + 1 < p->r->scenario.nsteps
		   ? (size_t)p->r->scenario.steps[step + 1].line - 1
		   : p->count;
}

static void drop_old(struct printing *p, size_t step)
{
	const struct scenario_step *s = &p->r->scenario.steps[step];
	size_t first = (size_t)s->then_at.line - 1;

	if (s->has_then && s->then_at.line > s->line) {
		size_t end = then_end(p, first, (size_t)s->then_at.column - 1);

		for (size_t i = first; i < end; i++)
			p->lines[i].dropped = true;
	}
	for (size_t i = (size_t)s->line - 1; i < step_end(p, step); i++)
		if (p->lines[i].comment && starts(&p->lines[i], MARK))
			p->lines[i].dropped = true;
}

static void add_line(struct printing *p, const struct line *l)
{
	textbuf_addn(p->out, l->at, l->len);
	textbuf_addc(p->out, '\n');
}

static void add_blanks(struct printing *p, int n)
{
	for (int i = 0; i < n; i++)
		textbuf_addc(p->out, ' ');
}

/* What happened in the step, or after the last one. */
static void add_transcript(struct printing *p, size_t step)
{
	const struct scenario_result *r = p->r;
	const struct scenario *s = &r->scenario;
	int indent = s->steps[step].place.column - 1;
	size_t end = step + 1 < s->nsteps ? r->spans[step].end : r->log.count;
	bool begun = false;

	for (size_t i = r->spans[step].first; i < end; i++) {
		const char *line = r->log.items[i].line;

		if (line == NULL)
			continue;
		if (s->exact && !begun) {
			add_blanks(p, indent);
			textbuf_add(p->out, "then: |\n");
		}
		begun = true;
		add_blanks(p, indent + (s->exact ? 2 : 0));
		textbuf_addf(p->out, "%s%s\n", s->exact ? "" : MARK, line);
	}
}

/* The transcript stands behind the last line that says something. */
static void add_step(struct printing *p, size_t step)
{
	size_t first = (size_t)p->r->scenario.steps[step].line - 1;
	size_t end = step_end(p, step);
	size_t said = first;

	for (size_t i = first; i < end; i++)
		if (!p->lines[i].empty && !p->lines[i].dropped &&
		    !(p->lines[i].comment &&
			p->lines[i].indent <
			    (size_t)p->r->scenario.steps[step].place.column -
				1))
			said = i + 1;
	for (size_t i = first; i < end; i++) {
		if (i == said)
			add_transcript(p, step);
		if (!p->lines[i].dropped)
			add_line(p, &p->lines[i]);
	}
	if (said >= end)
		add_transcript(p, step);
}

void scenario_print(const struct scenario_result *r, const char *text,
    size_t len, struct textbuf *out)
{
	struct printing p = { .r = r, .out = out };
	const struct scenario *s = &r->scenario;
	size_t first;

	split(&p, text, len);
	for (size_t i = 0; i < s->nsteps; i++)
		drop_old(&p, i);
	first = (size_t)s->steps[0].line - 1;
	for (size_t i = 0; i < first; i++)
		add_line(&p, &p.lines[i]);
	for (size_t i = 0; i < s->nsteps; i++)
		add_step(&p, i);
	free(p.lines);
}
