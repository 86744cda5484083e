/* match.c - see match.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/match.h"

#include "base/check.h"
#include "core/drill.h"
#include "core/match_value.h"

#include <string.h>

static bool has_word(struct matching *x, const struct condition *c)
{
	const char *const *words;
	size_t n = match_words(x, c, &words);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < c->nwords; k++)
			if (strcmp(words[i], c->words[k]) == 0)
				return true;
	return false;
}

static bool compares(const struct matching *x, const struct condition *c)
{
	int64_t value;

	return match_number(x, c, &value) &&
	       compare_holds(c->compare, value, c->number);
}

static bool test(struct matching *x, const struct condition *c)
{
	switch (condition_field_type(c->field)) {
	case CONDITION_WORDS:
		return has_word(x, c);
	case CONDITION_PHRASES:
		return match_phrase(x, c) != NULL;
	case CONDITION_NUMBER:
	case CONDITION_SPAN:
	case CONDITION_TALLY:
		return compares(x, c);
	}
	check_failed("known type of test", __FILE__, __LINE__);
}

bool match_condition(struct matching *x, const struct condition *c)
{
	if (c->op == CONDITION_TEST)
		return test(x, c);
	if (c->op == CONDITION_NOT)
		return !match_condition(x, &c->parts[0]);
	for (size_t i = 0; i < c->nparts; i++)
		if (match_condition(x, &c->parts[i]) ==
		    (c->op == CONDITION_ANY))
			return c->op == CONDITION_ANY;
	return c->op == CONDITION_ALL;
}

/* --- time ----------------------------------------------------------------- */

/* A value that grows by one a millisecond and is the limit at `even` (one that
 * falls is looked at from the other side): before, at and after it. */
static struct wall flip_next(
    enum compare c, bool falls, struct wall even, struct wall at)
{
	bool at_even = c == COMPARE_EQUAL || c == COMPARE_UNEQUAL;
	bool after = at_even;

	if (c == COMPARE_AT_LEAST || c == COMPARE_LESS)
		*(falls ? &after : &at_even) = true;
	if (c == COMPARE_MORE || c == COMPARE_AT_MOST)
		*(falls ? &at_even : &after) = true;
	if (at_even && wall_before(at, even))
		return even;
	if (after && !wall_before(even, at))
		return wall_plus(even, 1);
	return WALL_NEVER;
}

static struct wall test_next(
    const struct matching *x, const struct condition *c)
{
	bool falls = c->field == CONDITION_RENEWAL;
	struct wall anchor;

	if (condition_field_type(c->field) != CONDITION_SPAN ||
	    !match_anchor(x->t, c->field, &anchor))
		return WALL_NEVER;
	return flip_next(c->compare, falls,
	    wall_plus(anchor, falls ? -c->number : c->number), x->at);
}

/* What no time changes, and nobody need be asked. */
static bool is_fixed(const struct condition *c)
{
	return !condition_asks_type(c, CONDITION_SPAN) &&
	       !condition_asks_type(c, CONDITION_TALLY);
}

/* A part that time does not change may settle the whole: then nothing else in
 * it matters until something happens. */
static bool is_settled(struct matching *x, const struct condition *c)
{
	for (size_t i = 0; i < c->nparts; i++)
		if (is_fixed(&c->parts[i]) &&
		    match_condition(x, &c->parts[i]) ==
			(c->op == CONDITION_ANY))
			return true;
	return false;
}

struct wall match_next(struct matching *x, const struct condition *c)
{
	struct wall next = WALL_NEVER;

	if (c->op == CONDITION_TEST)
		return test_next(x, c);
	if (!condition_asks_type(c, CONDITION_SPAN) ||
	    (c->op != CONDITION_NOT && is_settled(x, c)))
		return WALL_NEVER;
	for (size_t i = 0; i < c->nparts; i++)
		next = wall_min(next, match_next(x, &c->parts[i]));
	return next;
}

/* --- policies ------------------------------------------------------------- */

int match_policy(const struct matrix *m, const struct ticket *t, struct wall at)
{
	struct matching x = { .t = t, .at = at, .arena = t->arena };

	if (ticket_is_drill(t))
		return -1;
	for (size_t i = 0; i < m->npolicies; i++)
		if (validity_holds(&m->policies[i].valid, at) &&
		    match_condition(&x, &m->policies[i].when))
			return (int)i;
	return -1;
}

struct wall match_policy_next(
    const struct matrix *m, const struct ticket *t, struct wall at)
{
	struct matching x = { .t = t, .at = at, .arena = t->arena };
	struct wall next = WALL_NEVER;

	for (size_t i = 0; i < m->npolicies; i++) {
		struct wall w = validity_next(&m->policies[i].valid, at);

		if (wall_before(w, next) &&
		    match_condition(&x, &m->policies[i].when))
			next = w;
	}
	return next;
}
