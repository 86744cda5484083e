/* match_words.c - what a condition asks for, and what it found, in words.
 *
 * SPDX-License-Identifier: MIT */
#include "core/match.h"

#include "base/check.h"
#include "base/decimal.h"
#include "base/textbuf.h"
#include "core/match_value.h"

static const char *keep(struct matching *x, struct textbuf *tb)
{
	const char *text = arena_strndup(x->arena, tb->data, tb->len);

	textbuf_fini(tb);
	return text;
}

static void add_list(
    struct textbuf *tb, const char *const *words, size_t n, const char *between)
{
	for (size_t i = 0; i < n; i++)
		textbuf_addf(tb, "%s%s", i > 0 ? between : "", words[i]);
}

static void add_phrases(
    struct textbuf *tb, const struct condition *c, const char *between)
{
	const char **words = c->written != NULL ? c->written : c->words;

	for (size_t i = 0; i < c->nwords; i++)
		textbuf_addf(tb, "%s\"%s\"", i > 0 ? between : "", words[i]);
}

static void add_field(struct textbuf *tb, const struct condition *c)
{
	textbuf_add(tb, condition_field_name(c->field));
	if (c->field == CONDITION_ATTRIBUTES)
		textbuf_addf(tb, ".%s", c->attribute);
}

/* A value of the test's kind: "0.25", "4h", "3". */
static void add_number(
    struct textbuf *tb, const struct condition *c, int64_t n, bool exact)
{
	char text[SPAN_TEXT_MAX];

	CHECK(DECIMAL_TEXT_MAX <= SPAN_TEXT_MAX);
	if (condition_field_type(c->field) == CONDITION_TALLY) {
		textbuf_addf(tb, "%lld", (long long)n);
		return;
	}
	if (condition_field_type(c->field) == CONDITION_NUMBER)
		decimal_format(n, text);
	else if (exact && n >= 0)
		span_exact(n, text);
	else
		span_format(n, text);
	textbuf_add(tb, text);
}

/* "< -0.6", ">= 3 in 7d" */
static void add_comparison(struct textbuf *tb, const struct condition *c)
{
	char window[SPAN_TEXT_MAX];

	textbuf_addf(tb, "%s ", compare_name(c->compare));
	add_number(tb, c, c->number, true);
	if (condition_field_type(c->field) != CONDITION_TALLY)
		return;
	span_exact(c->window_ms, window);
	textbuf_addf(tb, " in %s", window);
}

/* --- what it asks for ----------------------------------------------------- */

static void add_asked_test(struct textbuf *tb, const struct condition *c)
{
	bool tags = c->field == CONDITION_TAGS;

	add_field(tb, c);
	switch (condition_field_type(c->field)) {
	case CONDITION_WORDS:
		textbuf_addf(tb, " %s%s", tags ? "have" : "is",
		    c->nwords > 1 ? " one of " : " ");
		add_list(tb, c->words, c->nwords, ", ");
		break;
	case CONDITION_PHRASES:
		textbuf_add(tb, " has ");
		add_phrases(tb, c, " or ");
		break;
	case CONDITION_NUMBER:
	case CONDITION_SPAN:
	case CONDITION_TALLY:
		textbuf_addc(tb, ' ');
		add_comparison(tb, c);
		break;
	}
}

static void add_asked(struct textbuf *tb, const struct condition *c)
{
	if (c->op == CONDITION_TEST) {
		add_asked_test(tb, c);
		return;
	}
	if (c->op == CONDITION_NOT)
		textbuf_add(tb, "not (");
	else
		textbuf_add(
		    tb, c->op == CONDITION_ANY ? "any of (" : "all of (");
	for (size_t i = 0; i < c->nparts; i++) {
		textbuf_add(tb, i > 0 ? "; " : "");
		add_asked(tb, &c->parts[i]);
	}
	textbuf_addc(tb, ')');
}

/* --- what it found -------------------------------------------------------- */

/* The ticket's value; false: it has none. */
static bool add_value(
    struct matching *x, struct textbuf *tb, const struct condition *c)
{
	const char *const *words;
	const char *phrase;
	int64_t number;
	size_t n;

	switch (condition_field_type(c->field)) {
	case CONDITION_WORDS:
		n = match_words(x, c, &words);
		add_list(tb, words, n, ", ");
		return n > 0;
	case CONDITION_PHRASES:
		phrase = match_phrase(x, c);
		if (phrase != NULL)
			textbuf_addf(tb, "\"%s\"", phrase);
		return phrase != NULL;
	case CONDITION_NUMBER:
	case CONDITION_SPAN:
	case CONDITION_TALLY:
		break;
	}
	if (!match_number(x, c, &number))
		return false;
	add_number(tb, c, number, false);
	return true;
}

static void add_found_words(struct matching *x, struct textbuf *tb,
    const struct condition *c, bool holds)
{
	textbuf_add(tb, c->field == CONDITION_TAGS ? " are " : " is ");
	if (!add_value(x, tb, c))
		textbuf_add(tb, "not set");
	if (holds)
		return;
	textbuf_add(tb, ", wanted ");
	add_list(tb, c->words, c->nwords, " or ");
}

static void add_found_test(
    struct matching *x, struct textbuf *tb, const struct condition *c)
{
	bool holds = match_condition(x, c);

	add_field(tb, c);
	switch (condition_field_type(c->field)) {
	case CONDITION_WORDS:
		add_found_words(x, tb, c, holds);
		return;
	case CONDITION_PHRASES:
		textbuf_add(tb, " has ");
		if (add_value(x, tb, c))
			return;
		textbuf_add(tb, c->nwords > 1 ? "none of " : "no ");
		add_phrases(tb, c, ", ");
		return;
	case CONDITION_NUMBER:
	case CONDITION_SPAN:
	case CONDITION_TALLY:
		break;
	}
	textbuf_add(tb, " is ");
	if (!add_value(x, tb, c))
		textbuf_add(tb, "not set");
	textbuf_add(tb, ", wanted ");
	add_comparison(tb, c);
}

static void add_found(
    struct matching *x, struct textbuf *tb, const struct condition *c)
{
	bool holds = match_condition(x, c);
	size_t start = tb->len;

	if (c->op == CONDITION_TEST) {
		add_found_test(x, tb, c);
		return;
	}
	if (c->op == CONDITION_NOT) {
		textbuf_add(tb, holds ? "" : "not wanted: ");
		if (holds)
			add_asked(tb, c);
		else
			add_found(x, tb, &c->parts[0]);
		return;
	}
	for (size_t i = 0; i < c->nparts; i++) {
		if (match_condition(x, &c->parts[i]) != holds)
			continue;
		textbuf_add(tb, tb->len > start ? "; " : "");
		add_found(x, tb, &c->parts[i]);
	}
}

const char *match_reason(struct matching *x, const struct condition *c)
{
	struct textbuf tb;

	textbuf_init(&tb);
	add_found(x, &tb, c);
	if (tb.len == 0)
		textbuf_add(&tb, "it asks for nothing");
	return keep(x, &tb);
}

/* --- the parts ------------------------------------------------------------ */

static const char *asked(struct matching *x, const struct condition *c)
{
	struct textbuf tb;

	textbuf_init(&tb);
	add_asked(&tb, c);
	return keep(x, &tb);
}

static void take_test(
    struct matching *x, const struct condition *c, struct match_part *out)
{
	struct textbuf tb;
	bool known;

	textbuf_init(&tb);
	add_field(&tb, c);
	out->field = keep(x, &tb);
	textbuf_init(&tb);
	known = add_value(x, &tb, c);
	out->value = keep(x, &tb);
	if (!known)
		out->value = NULL;
	out->wanted = c->written != NULL ? c->written : c->words;
	out->nwanted = c->nwords;
	if (condition_field_type(c->field) == CONDITION_WORDS ||
	    condition_field_type(c->field) == CONDITION_PHRASES)
		return;
	textbuf_init(&tb);
	add_comparison(&tb, c);
	out->wanted = arena_alloc(x->arena, sizeof *out->wanted);
	out->wanted[0] = keep(x, &tb);
	out->nwanted = 1;
}

static void take_nested(
    struct matching *x, const struct condition *c, struct match_part *out)
{
	static const char *const names[] = { [CONDITION_ALL] = "all",
		[CONDITION_ANY] = "any",
		[CONDITION_NOT] = "not" };

	out->field = names[c->op];
	out->nwanted = c->nparts;
	out->wanted = arena_alloc(x->arena, c->nparts * sizeof *out->wanted);
	for (size_t i = 0; i < c->nparts; i++)
		out->wanted[i] = asked(x, &c->parts[i]);
}

static void take_part(
    struct matching *x, const struct condition *c, struct match_part *out)
{
	struct textbuf tb;

	*out = (struct match_part){ .text = asked(x, c),
		.holds = match_condition(x, c) };
	textbuf_init(&tb);
	add_found(x, &tb, c);
	out->why = keep(x, &tb);
	if (c->op == CONDITION_TEST)
		take_test(x, c, out);
	else
		take_nested(x, c, out);
}

size_t match_parts(struct matching *x, const struct condition *c,
    struct match_part out[MATCH_PARTS_MAX])
{
	const struct condition *parts = c->op == CONDITION_ALL ? c->parts : c;
	size_t n = c->op == CONDITION_ALL ? c->nparts : 1;
	struct condition rest = { .op = CONDITION_ALL };

	for (size_t i = 0; i < n && i < MATCH_PARTS_MAX; i++) {
		if (i == MATCH_PARTS_MAX - 1 && n > MATCH_PARTS_MAX) {
			rest.parts = &c->parts[i];
			rest.nparts = n - i;
			take_part(x, &rest, &out[i]);
		} else {
			take_part(x, &parts[i], &out[i]);
		}
	}
	return n < MATCH_PARTS_MAX ? n : MATCH_PARTS_MAX;
}
