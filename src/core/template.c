/* template.c - tags found, checked, and replaced.
 *
 * SPDX-License-Identifier: MIT */
#include "core/template.h"

#include "base/nearest.h"

#include <string.h>

#define OPEN  "{{"
#define CLOSE "}}"
#define MARK  2 /* bytes of either */

enum token_kind {
	TOKEN_TEXT,
	TOKEN_FIELD,  /* {{x}} */
	TOKEN_IF,     /* {{#x}} */
	TOKEN_UNLESS, /* {{^x}} */
	TOKEN_END,    /* {{/x}} */
	TOKEN_OPEN,   /* {{ that nothing closes */
	TOKEN_NONE    /* the end */
};

struct token {
	enum token_kind kind;
	const char *at; /* the text, or the name */
	size_t len;
	size_t line; /* from 1 */
};

struct scan {
	const char *start;
	const char *at;
	size_t line;
};

/* --- tokens --------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* What stands at "{{", and where it ends. */
static const char *read_tag(const char *open, struct token *t)
{
	const char *close = strstr(open + MARK, CLOSE);
	const char *p = open + MARK;
	const char *end;

	if (close == NULL) {
		*t = (struct token){ .kind = TOKEN_OPEN };
		return open + strlen(open);
	}
	t->kind = TOKEN_FIELD;
	while (is_blank(*p))
		p++;
	if (*p == '#' || *p == '^' || *p == '/') {
		t->kind = *p == '#'   ? TOKEN_IF
			  : *p == '^' ? TOKEN_UNLESS
				      : TOKEN_END;
		p++;
	}
	while (is_blank(*p))
		p++;
	end = close;
	while (end > p && is_blank(end[-1]))
		end--;
	t->at = p;
	t->len = (size_t)(end - p);
	return close + MARK;
}

/* Has a section's tag its line for itself?  Then *from is where that line
 * begins and *to where the next one does. */
static bool has_line(const struct scan *s, enum token_kind kind,
    const char **from, const char **to)
{
	const char *p = *from;
	const char *q = *to;

	if (kind != TOKEN_IF && kind != TOKEN_UNLESS && kind != TOKEN_END)
		return false;
	while (p > s->start && is_blank(p[-1]))
		p--;
	while (is_blank(*q))
		q++;
	if ((p > s->start && p[-1] != '\n') || (*q != '\n' && *q != '\0'))
		return false;
	*from = p;
	*to = *q == '\n' ? q + 1 : q;
	return true;
}

static void pass(struct scan *s, const char *to)
{
	for (; s->at < to; s->at++)
		s->line += *s->at == '\n';
}

/* Text up to the next tag; "{{{{" is text that ends with "{{". */
static void read_text(struct scan *s, const char *open, struct token *t)
{
	const char *to = open != NULL ? open : s->at + strlen(s->at);

	*t = (struct token){ .kind = TOKEN_TEXT,
		.at = s->at,
		.len = (size_t)(to - s->at),
		.line = s->line };
	pass(s, to);
}

static void next(struct scan *s, struct token *t)
{
	const char *open = strstr(s->at, OPEN);
	const char *from = open;
	const char *to;
	struct token tag = { .kind = TOKEN_NONE };

	*t = tag;
	t->line = s->line;
	if (*s->at == '\0')
		return;
	if (open == NULL) {
		read_text(s, NULL, t);
		return;
	}
	if (strncmp(open + MARK, OPEN, MARK) == 0) {
		read_text(s, open + MARK, t);
		s->at += MARK;
		return;
	}
	to = read_tag(open, &tag);
	has_line(s, tag.kind, &from, &to);
	if (from > s->at) {
		read_text(s, from, t);
		return;
	}
	pass(s, open);
	*t = tag;
	t->line = s->line;
	pass(s, to);
}

static const struct template_field *find(const struct token *t)
{
	for (size_t i = 0; i < template_fields_count; i++) {
		const char *name = template_fields[i].name;

		if (strlen(name) == t->len && memcmp(name, t->at, t->len) == 0)
			return &template_fields[i];
	}
	return NULL;
}

/* --- check ---------------------------------------------------------------- */

struct checking {
	struct token open[TEMPLATE_DEPTH_MAX];
	size_t depth;
	struct errtext *why;
};

static bool same(const struct token *a, const struct token *b)
{
	return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

static bool no_field(const struct token *t, struct errtext *why)
{
	struct nearest near;
	struct textbuf name;

	if (t->len == 0) {
		errtext_set(why,
		    "a tag without a field; write {{subject}}, or {{{{ for a "
		    "literal {{");
		return false;
	}
	textbuf_init(&name);
	textbuf_addn(&name, t->at, t->len);
	nearest_init(&near, name.data);
	for (size_t i = 0; i < template_fields_count; i++)
		nearest_try(&near, template_fields[i].name);
	nearest_say(&near, "there is no field", why);
	textbuf_fini(&name);
	return false;
}

static bool begins(struct checking *c, const struct token *t)
{
	for (size_t i = 0; i < c->depth; i++) {
		if (!same(&c->open[i], t))
			continue;
		errtext_set(c->why,
		    "the section of \"%.*s\" stands in itself; close it with "
		    "{{/%.*s}} first",
		    (int)t->len, t->at, (int)t->len, t->at);
		return false;
	}
	if (c->depth == TEMPLATE_DEPTH_MAX) {
		errtext_set(c->why, "more than %d sections in each other",
		    TEMPLATE_DEPTH_MAX);
		return false;
	}
	c->open[c->depth++] = *t;
	return true;
}

static bool ends(struct checking *c, const struct token *t)
{
	const struct token *open;

	if (c->depth == 0) {
		errtext_set(c->why,
		    "{{/%.*s}} ends nothing; the section begins with {{#%.*s}}",
		    (int)t->len, t->at, (int)t->len, t->at);
		return false;
	}
	open = &c->open[c->depth - 1];
	if (same(open, t)) {
		c->depth--;
		return true;
	}
	errtext_set(c->why, "{{/%.*s}}, but open is \"%.*s\" of line %zu",
	    (int)t->len, t->at, (int)open->len, open->at, open->line);
	return false;
}

static bool check_token(struct checking *c, const struct token *t)
{
	if (t->kind == TOKEN_TEXT)
		return true;
	if (t->kind == TOKEN_OPEN) {
		errtext_set(c->why,
		    "\"{{\" without its \"}}\"; a literal {{ is written {{{{");
		return false;
	}
	if (find(t) == NULL)
		return no_field(t, c->why);
	if (t->kind == TOKEN_FIELD)
		return true;
	return t->kind == TOKEN_END ? ends(c, t) : begins(c, t);
}

bool template_check(const char *text, struct errtext *why)
{
	struct scan s = { .start = text, .at = text, .line = 1 };
	struct checking c = { .why = why };
	struct token t;

	if (strlen(text) > TEMPLATE_MAX) {
		errtext_set(why, "over %d bytes", TEMPLATE_MAX);
		return false;
	}
	for (next(&s, &t); t.kind != TOKEN_NONE; next(&s, &t)) {
		if (check_token(&c, &t))
			continue;
		errtext_wrap(why, "line %zu", t.line);
		return false;
	}
	if (c.depth == 0)
		return true;
	t = c.open[c.depth - 1];
	errtext_set(why,
	    "line %zu: the section of \"%.*s\" does not end; it wants "
	    "{{/%.*s}}",
	    t.line, (int)t.len, t.at, (int)t.len, t.at);
	return false;
}

/* --- render --------------------------------------------------------------- */

enum source { SOURCE_VIEW, SOURCE_SAMPLE, SOURCE_LONGEST, SOURCE_BLANK };

struct rendering {
	enum source source;
	const struct notice_view *v; /* SOURCE_VIEW */
	enum template_escape escape;
	struct textbuf value; /* of the field at hand */
	struct textbuf *out;
};

/* A field's text, as long as one may be. */
static void fill(const struct template_field *f, struct textbuf *out)
{
	while (out->len < f->most && f->sample[0] != '\0')
		textbuf_add(out, f->sample);
}

static void take_value(struct rendering *r, const struct template_field *f)
{
	const char *text = f->sample;

	textbuf_clear(&r->value);
	switch (r->source) {
	case SOURCE_VIEW:
		if (f->add != NULL) {
			f->add(r->v, &r->value);
			return;
		}
		memcpy(&text, (const char *)r->v + f->at, sizeof text);
		break;
	case SOURCE_LONGEST:
		fill(f, &r->value);
		return;
	case SOURCE_BLANK:
		text = f->always ? f->sample : "";
		break;
	case SOURCE_SAMPLE:
		break;
	}
	textbuf_add(&r->value, text != NULL ? text : "");
}

static void add_cut(const struct rendering *r, size_t most)
{
	static const char rest[] = "...";
	size_t len = r->value.len;

	if (len <= most) {
		textbuf_addn(r->out, r->value.data, len);
		return;
	}
	if (most < sizeof rest)
		most = sizeof rest;
	textbuf_addn(r->out, r->value.data,
	    utf8_cut(r->value.data, len, most - (sizeof rest - 1)));
	textbuf_add(r->out, rest);
}

/* What may stand between the quotes of a JSON string. */
static void add_json(const struct rendering *r)
{
	static const char hex[] = "0123456789abcdef";
	bool sound = utf8_valid(r->value.data, r->value.len);

	for (size_t i = 0; i < r->value.len; i++) {
		unsigned char c = (unsigned char)r->value.data[i];

		if (c == '"' || c == '\\') {
			textbuf_addc(r->out, '\\');
			textbuf_addc(r->out, (char)c);
		} else if (c == '\n') {
			textbuf_add(r->out, "\\n");
		} else if (c < 0x20) {
			textbuf_addf(
			    r->out, "\\u00%c%c", hex[c >> 4], hex[c & 0x0f]);
		} else {
			textbuf_addc(
			    r->out, c >= 0x80 && !sound ? '?' : (char)c);
		}
	}
}

static void add_field(struct rendering *r, const struct template_field *f)
{
	take_value(r, f);
	if (r->escape == ESCAPE_JSON)
		add_json(r);
	else
		add_cut(r, f->most);
}

static bool is_hidden(struct rendering *r, const struct token *t)
{
	const struct template_field *f = find(t);

	if (f == NULL)
		return true;
	take_value(r, f);
	return (r->value.len > 0) != (t->kind == TOKEN_IF);
}

static void render(struct rendering *r, const char *text)
{
	struct scan s = { .start = text, .at = text, .line = 1 };
	size_t depth = 0;
	size_t hidden = 0; /* depth of the section that is not shown; or 0 */
	struct token t;

	textbuf_init(&r->value);
	for (next(&s, &t); t.kind != TOKEN_NONE; next(&s, &t)) {
		if (t.kind == TOKEN_IF || t.kind == TOKEN_UNLESS) {
			depth++;
			if (hidden == 0 && is_hidden(r, &t))
				hidden = depth;
		} else if (t.kind == TOKEN_END) {
			hidden = hidden == depth ? 0 : hidden;
			depth -= depth > 0;
		} else if (hidden != 0) {
			continue;
		} else if (t.kind == TOKEN_TEXT) {
			textbuf_addn(r->out, t.at, t.len);
		} else if (t.kind == TOKEN_FIELD && find(&t) != NULL) {
			add_field(r, find(&t));
		}
	}
	textbuf_fini(&r->value);
}

void template_render(const char *text, const struct notice_view *v,
    enum template_escape escape, struct textbuf *out)
{
	struct rendering r = {
		.source = SOURCE_VIEW, .v = v, .escape = escape, .out = out
	};

	render(&r, text);
}

void template_sample(const char *text, enum template_escape escape,
    bool longest, struct textbuf *out)
{
	struct rendering r = { .source =
				   longest ? SOURCE_LONGEST : SOURCE_SAMPLE,
		.escape = escape,
		.out = out };

	render(&r, text);
}

void template_blank(
    const char *text, enum template_escape escape, struct textbuf *out)
{
	struct rendering r = {
		.source = SOURCE_BLANK, .escape = escape, .out = out
	};

	render(&r, text);
}
