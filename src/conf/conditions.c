/* conditions.c - see conditions.h: words, phrases, comparisons and what joins
 * them.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/conditions.h"

#include "base/decimal.h"
#include "core/match.h"
#include "core/phrase.h"

#include <string.h>

#define SECTION		 "WHEN"
#define COUNT_MAX_DIGITS 6

struct reading {
	struct reader *r;
	enum condition_use use;
	int depth;
};

/* The parts of one ALL or ANY, growing. */
struct parts {
	struct condition *items;
	size_t count;
	size_t cap;
};

static struct condition *add_part(struct reading *x, struct parts *p)
{
	return arena_push(
	    &x->r->m->arena, &p->items, &p->count, &p->cap, sizeof *p->items);
}

static struct condition *add_test(
    struct reading *x, struct parts *p, enum condition_field field)
{
	struct condition *c = add_part(x, p);

	c->op = CONDITION_TEST;
	c->field = field;
	return c;
}

/* --- words and phrases ---------------------------------------------------- */

static void unknown_status(struct reader *r, const struct yaml_node *node)
{
	struct nearest n;

	nearest_init(&n, node->text);
	for (int s = 0; s < STATUS_COUNT; s++)
		nearest_try(&n, status_name((enum status)s));
	report_error(r->report, node->at, "unknown status \"%s\"%s", node->text,
	    suggest(
		r, &n, "write new, open, pending, on_hold, solved or closed"));
}

static void check_word(
    struct reader *r, const struct yaml_node *node, enum condition_field field)
{
	enum status status;

	if (node->text[0] == '\0' && field != CONDITION_TEXT)
		report_error(r->report, node->at,
		    "an empty text is no value of a ticket; to ask for tickets "
		    "without one, list the values under not");
	else if (field == CONDITION_SEVERITY)
		read_ref(r, node, REF_SEVERITY);
	else if (field == CONDITION_STATUS &&
		 !status_parse(node->text, &status))
		unknown_status(r, node);
}

static void read_words(struct reader *r, const struct yaml_node *node,
    const char *what, struct condition *c)
{
	struct texts list;

	read_texts(r, node, what, &list);
	c->words = arena_alloc(&r->m->arena, list.count * sizeof *c->words);
	for (size_t i = 0; i < list.count; i++) {
		check_word(r, list.items[i], c->field);
		c->words[c->nwords++] = keep(r, list.items[i]->text);
	}
}

/* Folded here, once, and not for every ticket. */
static void fold_phrases(
    struct reader *r, const struct yaml_node *node, struct condition *c)
{
	struct texts list;

	read_texts(r, node, "text", &list);
	c->written = c->words;
	c->words = arena_alloc(&r->m->arena, list.count * sizeof *c->words);
	for (size_t i = 0; i < list.count; i++) {
		c->words[i] = phrase_fold(c->written[i], &r->m->arena);
		if (c->words[i][0] == '\0')
			report_error(r->report, list.items[i]->at,
			    "text: \"%s\" has no word to look for; write "
			    "letters or digits",
			    c->written[i]);
	}
}

/* { region: [ eu, us ], plan: gold }: a test each. */
static void read_attributes(
    struct reading *x, const struct yaml_node *node, struct parts *p)
{
	if (node->kind != YAML_MAP || node->count == 0) {
		report_error(x->r->report, node->at,
		    "attributes must be a map of names to values, not %s; "
		    "write attributes: { region: eu }",
		    node->kind == YAML_MAP ? "empty"
					   : yaml_kind_name(node->kind));
		return;
	}
	for (size_t i = 0; i < node->count; i++) {
		struct condition *c = add_test(x, p, CONDITION_ATTRIBUTES);

		c->attribute = keep(x->r, node->pairs[i].key->text);
		read_words(x->r, node->pairs[i].value, "attributes", c);
	}
}

/* --- comparisons ---------------------------------------------------------- */

/* Takes "<= " off the text; the longest that fits.  False: there is none. */
static bool take_compare(const char **text, enum compare *out)
{
	const char *at = *text + strspn(*text, " ");
	size_t best = 0;

	for (int i = 0; i < COMPARE_COUNT; i++) {
		const char *name = compare_name((enum compare)i);
		size_t len = strlen(name);

		if (len > best && strncmp(at, name, len) == 0) {
			best = len;
			*out = (enum compare)i;
		}
	}
	at += best;
	*text = at + strspn(at, " ");
	return best > 0;
}

static void read_number(
    struct reader *r, const struct yaml_node *node, struct condition *c)
{
	const char *what = condition_field_name(c->field);
	const char *text = node_text(r, node, what);

	if (text == NULL)
		return;
	c->compare = COMPARE_EQUAL;
	take_compare(&text, &c->compare);
	if (!decimal_parse(text, strlen(text), &c->number))
		report_error(r->report, node->at,
		    "%s: \"%s\" compares with no number; write one behind <, "
		    "<=, =, !=, >= or >, in quotes: \"< -0.6\"",
		    what, node->text);
}

static void read_compared_span(
    struct reader *r, const struct yaml_node *node, struct condition *c)
{
	const char *what = condition_field_name(c->field);
	const char *text = node_text(r, node, what);

	if (text == NULL)
		return;
	c->compare = COMPARE_AT_LEAST;
	take_compare(&text, &c->compare);
	if (!span_parse(text, strlen(text), &c->number))
		report_error(r->report, node->at,
		    "%s: \"%s\" compares with no duration; write one behind "
		    "<, <=, >= or >, in quotes: \"> 4h\"",
		    what, node->text);
}

static bool parse_count(const char *text, size_t len, int64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*out = *out * 10 + (text[i] - '0');
	}
	return len > 0 && len <= COUNT_MAX_DIGITS;
}

/* ">= 3 in 7d" */
static bool parse_tally(const char *text, struct condition *c)
{
	bool compares = take_compare(&text, &c->compare);
	size_t digits = strcspn(text, " ");
	const char *rest = text + digits + strspn(text + digits, " ");

	if (!compares || !parse_count(text, digits, &c->number) ||
	    strncmp(rest, "in ", 3) != 0)
		return false;
	rest += 3 + strspn(rest + 3, " ");
	return span_parse(rest, strlen(rest), &c->window_ms) &&
	       c->window_ms > 0 && c->window_ms <= TALLY_WINDOW_MAX_MS;
}

static void read_tally(
    struct reader *r, const struct yaml_node *node, struct condition *c)
{
	const char *what = condition_field_name(c->field);
	const char *text = node_text(r, node, what);

	if (text != NULL && !parse_tally(text, c))
		report_error(r->report, node->at,
		    "%s: \"%s\" does not say how many in what time, up to "
		    "400d; write \">= 3 in 7d\"",
		    what, text);
}

/* --- a test --------------------------------------------------------------- */

static bool field_of(const char *name, enum condition_field *out)
{
	for (int f = 0; f < CONDITION_FIELD_COUNT; f++)
		if (strcmp(condition_field_name((enum condition_field)f),
			name) == 0) {
			*out = (enum condition_field)f;
			return true;
		}
	return false;
}

static void read_test(
    struct reading *x, const struct yaml_pair *pair, struct parts *p)
{
	const struct yaml_node *node = pair->value;
	const char *name = pair->key->text;
	enum condition_field field;

	if (!field_of(name, &field))
		return; /* read_map() has said so */
	if (x->use == CONDITION_OF_POLICY && !condition_field_is_settled(field))
		report_error(x->r->report, pair->key->at,
		    "a policy cannot ask \"%s\": it changes while nothing "
		    "happens to the ticket; let a rule ask it and add a tag, "
		    "and ask for that tag here",
		    name);
	if (field == CONDITION_ATTRIBUTES) {
		read_attributes(x, node, p);
		return;
	}
	switch (condition_field_type(field)) {
	case CONDITION_WORDS:
		read_words(x->r, node, name, add_test(x, p, field));
		break;
	case CONDITION_PHRASES: {
		struct condition *c = add_test(x, p, field);

		read_words(x->r, node, name, c);
		fold_phrases(x->r, node, c);
		break;
	}
	case CONDITION_NUMBER:
		read_number(x->r, node, add_test(x, p, field));
		break;
	case CONDITION_SPAN:
		read_compared_span(x->r, node, add_test(x, p, field));
		break;
	case CONDITION_TALLY:
		read_tally(x->r, node, add_test(x, p, field));
		break;
	}
}

/* --- all, any, not -------------------------------------------------------- */

static void read_nested(
    struct reading *x, const struct yaml_node *node, struct condition *out);

/* What was gathered as one value: the only part is the whole. */
static void join(struct reading *x, const struct yaml_node *node,
    enum condition_op op, const struct parts *p, struct condition *out)
{
	if (p->count > MATCH_PARTS_MAX)
		report_error(x->r->report, node->at,
		    "more than %d conditions side by side; nest some of them "
		    "in an all or any of their own",
		    MATCH_PARTS_MAX);
	if (p->count == 1) {
		/* With its padding, which is zero: values are compared so. */
		memcpy(out, p->items, sizeof *out);
		return;
	}
	out->op = op;
	out->parts = p->items;
	out->nparts = p->count;
}

static void read_group(struct reading *x, const struct yaml_pair *pair,
    enum condition_op op, struct condition *out)
{
	const struct yaml_node *node = pair->value;
	struct parts p = { 0 };

	if (node->kind != YAML_LIST || node->count == 0) {
		report_error(x->r->report, node->at,
		    "%s must be a list of conditions, not %s; write %s: [ { "
		    "tier: trial }, { tags: vip } ]",
		    pair->key->text,
		    node->kind == YAML_LIST ? "empty"
					    : yaml_kind_name(node->kind),
		    pair->key->text);
		return;
	}
	for (size_t i = 0; i < node->count; i++)
		read_nested(x, node->items[i], add_part(x, &p));
	join(x, node, op, &p, out);
}

static void read_not(
    struct reading *x, const struct yaml_node *node, struct condition *out)
{
	out->op = CONDITION_NOT;
	out->parts = arena_alloc(&x->r->m->arena, sizeof *out->parts);
	out->nparts = 1;
	read_nested(x, node, out->parts);
}

static void read_pair(
    struct reading *x, const struct yaml_pair *pair, struct parts *p)
{
	const char *key = pair->key->text;

	if (strcmp(key, "all") == 0)
		read_group(x, pair, CONDITION_ALL, add_part(x, p));
	else if (strcmp(key, "any") == 0)
		read_group(x, pair, CONDITION_ANY, add_part(x, p));
	else if (strcmp(key, "not") == 0)
		read_not(x, pair->value, add_part(x, p));
	else
		read_test(x, pair, p);
}

/* All of the keys of a map. */
static void read_keys(
    struct reading *x, const struct yaml_node *node, struct condition *out)
{
	struct parts p = { 0 };

	if (!read_map(x->r, node, SECTION))
		return;
	for (size_t i = 0; i < node->count; i++)
		read_pair(x, &node->pairs[i], &p);
	join(x, node, CONDITION_ALL, &p, out);
}

static void read_nested(
    struct reading *x, const struct yaml_node *node, struct condition *out)
{
	if (node->kind == YAML_NULL ||
	    (node->kind == YAML_MAP && node->count == 0)) {
		report_error(x->r->report, node->at,
		    "a condition is empty; write what to ask, such as { tier: "
		    "trial }, or remove it");
		return;
	}
	if (x->depth == CONDITION_DEPTH_MAX) {
		report_error(x->r->report, node->at,
		    "all, any and not are nested more than %d deep; make "
		    "several rules of it that add a tag each",
		    CONDITION_DEPTH_MAX);
		return;
	}
	x->depth++;
	read_keys(x, node, out);
	x->depth--;
}

void condition_read(struct reader *r, const struct yaml_node *node,
    enum condition_use use, struct condition *out)
{
	struct reading x = { .r = r, .use = use };
	struct condition *whole = arena_alloc(&r->m->arena, sizeof *whole);

	read_keys(&x, node, whole);
	if (whole->op == CONDITION_ALL) {
		memcpy(out, whole, sizeof *out);
		return;
	}
	out->op = CONDITION_ALL;
	out->parts = whole;
	out->nparts = 1;
}
