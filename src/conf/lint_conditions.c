/* lint_conditions.c - see lint_conditions.h.
 *
 * Both questions about two trees go down one of them at a time until two tests
 * are left.  Trees in a file are small; one made to be slow runs out of steps,
 * and then nothing is certain.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/lint_conditions.h"

#include <stdint.h>
#include <string.h>

#define STEPS_MAX 20000
#define SPLIT_MAX 8 /* parts of what is taken apart case by case */

struct thought {
	int steps; /* left */
};

static bool implies(struct thought *t, const struct condition *given,
    const struct condition *then);
static bool disjoint(
    struct thought *t, const struct condition *a, const struct condition *b);

/* --- two tests ------------------------------------------------------------ */

static bool same_question(const struct condition *a, const struct condition *b)
{
	if (a->field != b->field || a->window_ms != b->window_ms)
		return false;
	return a->field != CONDITION_ATTRIBUTES ||
	       (a->attribute != NULL && b->attribute != NULL &&
		   strcmp(a->attribute, b->attribute) == 0);
}

static bool has_word(const struct condition *c, const char *word)
{
	for (size_t i = 0; i < c->nwords; i++)
		if (strcmp(c->words[i], word) == 0)
			return true;
	return false;
}

/* A text that holds "cancel my account" holds "my account", too. */
static bool has_phrase_of(const struct condition *c, const char *phrase)
{
	for (size_t i = 0; i < c->nwords; i++)
		if (c->words[i][0] != '\0' &&
		    strstr(phrase, c->words[i]) != NULL)
			return true;
	return false;
}

/* What a comparison lets through, both ends inclusive: all values are whole
 * numbers.  COMPARE_UNEQUAL is everything here. */
struct range {
	int64_t least;
	int64_t most;
};

static struct range range_of(const struct condition *c)
{
	struct range r = { INT64_MIN, INT64_MAX };

	if (c->compare == COMPARE_EQUAL || c->compare == COMPARE_AT_LEAST)
		r.least = c->number;
	if (c->compare == COMPARE_EQUAL || c->compare == COMPARE_AT_MOST)
		r.most = c->number;
	if (c->compare == COMPARE_MORE)
		r.least = c->number + 1;
	if (c->compare == COMPARE_LESS)
		r.most = c->number - 1;
	return r;
}

static bool range_implies(
    const struct condition *given, const struct condition *then)
{
	struct range g = range_of(given);
	struct range t = range_of(then);

	if (given->compare == COMPARE_UNEQUAL)
		return then->compare == COMPARE_UNEQUAL &&
		       given->number == then->number;
	if (then->compare == COMPARE_UNEQUAL)
		return then->number < g.least || then->number > g.most;
	return g.least >= t.least && g.most <= t.most;
}

static bool test_implies(
    const struct condition *given, const struct condition *then)
{
	enum condition_type type = condition_field_type(given->field);

	if (!same_question(given, then))
		return false;
	if (type != CONDITION_WORDS && type != CONDITION_PHRASES)
		return range_implies(given, then);
	for (size_t i = 0; i < given->nwords; i++)
		if (type == CONDITION_WORDS
			? !has_word(then, given->words[i])
			: !has_phrase_of(then, given->words[i]))
			return false;
	return true;
}

/* A ticket has one tier and one value, but many tags and many words. */
static bool test_disjoint(const struct condition *a, const struct condition *b)
{
	enum condition_type type = condition_field_type(a->field);
	struct range x = range_of(a);
	struct range y = range_of(b);

	if (!same_question(a, b) || a->field == CONDITION_TAGS ||
	    type == CONDITION_PHRASES)
		return false;
	if (type != CONDITION_WORDS) {
		if (a->compare == COMPARE_UNEQUAL)
			return b->compare == COMPARE_EQUAL &&
			       a->number == b->number;
		if (b->compare == COMPARE_UNEQUAL)
			return a->compare == COMPARE_EQUAL &&
			       a->number == b->number;
		return x.most < y.least || y.most < x.least;
	}
	for (size_t i = 0; i < a->nwords; i++)
		if (has_word(b, a->words[i]))
			return false;
	return true;
}

/* --- one tree ------------------------------------------------------------- */

static bool always(struct thought *t, const struct condition *c);

/* Ages and counts are never negative, and a count has this ticket in it. */
static bool test_never(const struct condition *c)
{
	enum condition_type type = condition_field_type(c->field);

	if (type == CONDITION_WORDS || type == CONDITION_PHRASES)
		return c->nwords == 0;
	if (type == CONDITION_TALLY)
		return range_of(c).most < 1;
	return type == CONDITION_SPAN && c->field != CONDITION_RENEWAL &&
	       range_of(c).most < 0;
}

static bool parts_clash(struct thought *t, const struct condition *c)
{
	for (size_t i = 1; i < c->nparts; i++)
		for (size_t k = 0; k < i; k++)
			if (disjoint(t, &c->parts[i], &c->parts[k]))
				return true;
	return false;
}

static bool never(struct thought *t, const struct condition *c)
{
	if (t->steps-- <= 0)
		return false;
	switch (c->op) {
	case CONDITION_TEST:
		return test_never(c);
	case CONDITION_NOT:
		return always(t, &c->parts[0]);
	case CONDITION_ANY:
		for (size_t i = 0; i < c->nparts; i++)
			if (!never(t, &c->parts[i]))
				return false;
		return true;
	case CONDITION_ALL:
		for (size_t i = 0; i < c->nparts; i++)
			if (never(t, &c->parts[i]))
				return true;
		return parts_clash(t, c);
	}
	return false;
}

static bool always(struct thought *t, const struct condition *c)
{
	if (t->steps-- <= 0)
		return false;
	switch (c->op) {
	case CONDITION_TEST:
		return false;
	case CONDITION_NOT:
		return never(t, &c->parts[0]);
	case CONDITION_ANY:
		for (size_t i = 0; i < c->nparts; i++)
			if (always(t, &c->parts[i]))
				return true;
		return false;
	case CONDITION_ALL:
		for (size_t i = 0; i < c->nparts; i++)
			if (!always(t, &c->parts[i]))
				return false;
		return true;
	}
	return false;
}

/* --- two trees ------------------------------------------------------------ */

/* "gold or silver" is gold or it is silver: each may be covered by another
 * part of what follows. */
static bool each_word_implies(struct thought *t, const struct condition *given,
    const struct condition *then)
{
	struct condition one = *given;

	one.nwords = 1;
	for (size_t i = 0; i < given->nwords; i++) {
		one.words = &given->words[i];
		if (!implies(t, &one, then))
			return false;
	}
	return true;
}

static bool is_either(const struct condition *c)
{
	return c->op == CONDITION_ANY ||
	       (c->op == CONDITION_TEST && c->nwords > 1 &&
		   condition_field_type(c->field) == CONDITION_WORDS);
}

/* The i-th of what it may be. */
static struct condition one_of(const struct condition *c, size_t i)
{
	struct condition one = *c;

	if (c->op == CONDITION_ANY)
		return c->parts[i];
	one.words = &c->words[i];
	one.nwords = 1;
	return one;
}

/* "(gold or silver) and by mail" is gold and by mail, or silver and by mail:
 * likewise.  The part is taken apart in a copy. */
static bool each_case_implies(struct thought *t, const struct condition *given,
    size_t part, const struct condition *then)
{
	struct condition parts[SPLIT_MAX];
	struct condition one = *given;
	const struct condition *either = &given->parts[part];
	size_t n =
	    either->op == CONDITION_ANY ? either->nparts : either->nwords;

	memcpy(parts, given->parts, given->nparts * sizeof *parts);
	one.parts = parts;
	for (size_t i = 0; i < n; i++) {
		parts[part] = one_of(either, i);
		if (!implies(t, &one, then))
			return false;
	}
	return true;
}

static bool cases_imply(struct thought *t, const struct condition *given,
    const struct condition *then)
{
	for (size_t i = 0; given->nparts <= SPLIT_MAX && i < given->nparts; i++)
		if (is_either(&given->parts[i]))
			return each_case_implies(t, given, i, then);
	return false;
}

static bool any_part_implies(struct thought *t, const struct condition *given,
    const struct condition *then)
{
	for (size_t i = 0; i < given->nparts; i++)
		if (implies(t, &given->parts[i], then))
			return true;
	return false;
}

static bool implies_any_part(struct thought *t, const struct condition *given,
    const struct condition *then)
{
	for (size_t i = 0; i < then->nparts; i++)
		if (implies(t, given, &then->parts[i]))
			return true;
	return false;
}

static bool every_part(struct thought *t, const struct condition *whole,
    const struct condition *other, bool parts_are_given)
{
	for (size_t i = 0; i < whole->nparts; i++)
		if (parts_are_given ? !implies(t, &whole->parts[i], other)
				    : !implies(t, other, &whole->parts[i]))
			return false;
	return true;
}

static bool implies(struct thought *t, const struct condition *given,
    const struct condition *then)
{
	if (t->steps-- <= 0)
		return false;
	if (then->op == CONDITION_ALL)
		return every_part(t, then, given, false);
	if (given->op == CONDITION_ANY)
		return every_part(t, given, then, true);
	if (given->op == CONDITION_NOT && then->op == CONDITION_NOT &&
	    implies(t, &then->parts[0], &given->parts[0]))
		return true;
	if (then->op == CONDITION_NOT)
		return disjoint(t, given, &then->parts[0]);
	if (then->op == CONDITION_ANY && implies_any_part(t, given, then))
		return true;
	if (then->op == CONDITION_ANY && is_either(given))
		return each_word_implies(t, given, then);
	if (given->op == CONDITION_ALL)
		return any_part_implies(t, given, then) || never(t, given) ||
		       (then->op == CONDITION_ANY &&
			   cases_imply(t, given, then));
	return given->op == CONDITION_TEST && then->op == CONDITION_TEST &&
	       test_implies(given, then);
}

static bool disjoint_of_parts(struct thought *t, const struct condition *whole,
    const struct condition *other)
{
	bool all = whole->op == CONDITION_ANY;

	for (size_t i = 0; i < whole->nparts; i++)
		if (disjoint(t, &whole->parts[i], other) != all)
			return !all;
	return all;
}

static bool disjoint(
    struct thought *t, const struct condition *a, const struct condition *b)
{
	if (t->steps-- <= 0)
		return false;
	if (a->op == CONDITION_ANY)
		return disjoint_of_parts(t, a, b);
	if (b->op == CONDITION_ANY)
		return disjoint_of_parts(t, b, a);
	if (a->op == CONDITION_NOT && implies(t, b, &a->parts[0]))
		return true;
	if (b->op == CONDITION_NOT && implies(t, a, &b->parts[0]))
		return true;
	if (a->op == CONDITION_ALL && disjoint_of_parts(t, a, b))
		return true;
	if (b->op == CONDITION_ALL)
		return disjoint_of_parts(t, b, a);
	return a->op == CONDITION_TEST && b->op == CONDITION_TEST &&
	       test_disjoint(a, b);
}

bool condition_is_never(const struct condition *c)
{
	struct thought t = { STEPS_MAX };

	return never(&t, c);
}

bool condition_implies(
    const struct condition *given, const struct condition *then)
{
	struct thought t = { STEPS_MAX };

	return implies(&t, given, then);
}

bool condition_disjoint(const struct condition *a, const struct condition *b)
{
	struct thought t = { STEPS_MAX };

	return disjoint(&t, a, b);
}

bool condition_allows(
    const struct condition *when, enum condition_field field, const char *word)
{
	struct condition is = { .op = CONDITION_TEST,
		.field = field,
		.words = &word,
		.nwords = 1 };

	return !condition_disjoint(when, &is);
}
