/* condition.c - see condition.h: the table of what may be asked.
 *
 * SPDX-License-Identifier: MIT */
#include "core/condition.h"

#include "base/check.h"

#include <string.h>

static const struct {
	const char *name;
	enum condition_type type;
} rows[CONDITION_FIELD_COUNT] = {
	[CONDITION_SEVERITY] = { "severity", CONDITION_WORDS },
	[CONDITION_TIER] = { "tier", CONDITION_WORDS },
	[CONDITION_CATEGORY] = { "category", CONDITION_WORDS },
	[CONDITION_TEAM] = { "team", CONDITION_WORDS },
	[CONDITION_CHANNEL] = { "channel", CONDITION_WORDS },
	[CONDITION_TAGS] = { "tags", CONDITION_WORDS },
	[CONDITION_STATUS] = { "status", CONDITION_WORDS },
	[CONDITION_ASSIGNEE] = { "assignee", CONDITION_WORDS },
	[CONDITION_CUSTOMER] = { "customer", CONDITION_WORDS },
	[CONDITION_SCOPE] = { "scope", CONDITION_WORDS },
	[CONDITION_IMPACT] = { "impact", CONDITION_WORDS },
	[CONDITION_WORKAROUND] = { "workaround", CONDITION_WORDS },
	[CONDITION_ATTRIBUTES] = { "attributes", CONDITION_WORDS },
	[CONDITION_TEXT] = { "text", CONDITION_PHRASES },
	[CONDITION_VALUE] = { "value", CONDITION_NUMBER },
	[CONDITION_SENTIMENT] = { "sentiment", CONDITION_NUMBER },
	[CONDITION_AI_CONFIDENCE] = { "ai_confidence", CONDITION_NUMBER },
	[CONDITION_CSAT] = { "csat", CONDITION_NUMBER },
	[CONDITION_RENEWAL] = { "renewal_in", CONDITION_SPAN },
	[CONDITION_AGE] = { "age", CONDITION_SPAN },
	[CONDITION_IN_STATUS] = { "in_status_for", CONDITION_SPAN },
	[CONDITION_NO_COMMENT] = { "no_comment_for", CONDITION_SPAN },
	[CONDITION_NO_REPLY] = { "no_reply_for", CONDITION_SPAN },
	[CONDITION_NO_WORD] = { "customer_silent_for", CONDITION_SPAN },
	[CONDITION_CUSTOMER_TICKETS] = { "customer_tickets", CONDITION_TALLY },
	[CONDITION_SIMILAR_TICKETS] = { "similar_tickets", CONDITION_TALLY },
};

static const char *const compares[COMPARE_COUNT] = {
	[COMPARE_LESS] = "<",
	[COMPARE_AT_MOST] = "<=",
	[COMPARE_EQUAL] = "=",
	[COMPARE_UNEQUAL] = "!=",
	[COMPARE_AT_LEAST] = ">=",
	[COMPARE_MORE] = ">",
};

const char *condition_field_name(enum condition_field f)
{
	CHECK((unsigned)f < CONDITION_FIELD_COUNT);
	return rows[f].name;
}

enum condition_type condition_field_type(enum condition_field f)
{
	CHECK((unsigned)f < CONDITION_FIELD_COUNT);
	return rows[f].type;
}

bool condition_field_is_settled(enum condition_field f)
{
	return rows[f].type != CONDITION_SPAN &&
	       rows[f].type != CONDITION_TALLY;
}

const char *compare_name(enum compare c)
{
	CHECK((unsigned)c < COMPARE_COUNT);
	return compares[c];
}

bool compare_holds(enum compare c, int64_t left, int64_t right)
{
	switch (c) {
	case COMPARE_LESS:
		return left < right;
	case COMPARE_AT_MOST:
		return left <= right;
	case COMPARE_EQUAL:
		return left == right;
	case COMPARE_UNEQUAL:
		return left != right;
	case COMPARE_AT_LEAST:
		return left >= right;
	case COMPARE_MORE:
		return left > right;
	case COMPARE_COUNT:
		break;
	}
	check_failed("known comparison", __FILE__, __LINE__);
}

static bool same_test(const struct condition *a, const struct condition *b)
{
	if (a->field != b->field || a->nwords != b->nwords)
		return false;
	if ((a->attribute == NULL) != (b->attribute == NULL) ||
	    (a->attribute != NULL && strcmp(a->attribute, b->attribute) != 0))
		return false;
	for (size_t i = 0; i < a->nwords; i++)
		if (strcmp(a->words[i], b->words[i]) != 0)
			return false;
	return a->compare == b->compare && a->number == b->number &&
	       a->window_ms == b->window_ms;
}

bool condition_same(const struct condition *a, const struct condition *b)
{
	if (a->op != b->op || a->nparts != b->nparts)
		return false;
	if (a->op == CONDITION_TEST)
		return same_test(a, b);
	for (size_t i = 0; i < a->nparts; i++)
		if (!condition_same(&a->parts[i], &b->parts[i]))
			return false;
	return true;
}

bool condition_asks(const struct condition *c, enum condition_field field)
{
	if (c->op == CONDITION_TEST)
		return c->field == field;
	for (size_t i = 0; i < c->nparts; i++)
		if (condition_asks(&c->parts[i], field))
			return true;
	return false;
}

bool condition_asks_type(const struct condition *c, enum condition_type type)
{
	if (c->op == CONDITION_TEST)
		return condition_field_type(c->field) == type;
	for (size_t i = 0; i < c->nparts; i++)
		if (condition_asks_type(&c->parts[i], type))
			return true;
	return false;
}
