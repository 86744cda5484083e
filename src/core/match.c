/* match.c - see match.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/match.h"

#include <string.h>

static const enum field field_of[CONDITION_FIELD_COUNT] = {
	[CONDITION_SEVERITY] = FIELD_SEVERITY,
	[CONDITION_TIER] = FIELD_CUSTOMER_TIER,
	[CONDITION_CATEGORY] = FIELD_CATEGORY,
	[CONDITION_TEAM] = FIELD_TEAM,
	[CONDITION_CHANNEL] = FIELD_CHANNEL,
	[CONDITION_TAGS] = FIELD_TAGS,
};

static bool any_equal(const char **list, size_t n, const char *value)
{
	if (value == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], value) == 0)
			return true;
	return false;
}

static bool any_tag(const char **list, size_t n, const struct fields *f)
{
	for (size_t i = 0; i < f->ntags; i++)
		if (any_equal(list, n, f->tags[i]))
			return true;
	return false;
}

bool match_condition(const struct condition *c, const struct fields *f)
{
	for (int i = 0; i < CONDITION_FIELD_COUNT; i++) {
		bool holds;

		if (c->any[i] == NULL)
			continue;
		if (i == CONDITION_TAGS)
			holds = any_tag(c->any[i], c->nany[i], f);
		else
			holds = any_equal(
			    c->any[i], c->nany[i], f->text[field_of[i]]);
		if (!holds)
			return false;
	}
	return true;
}

int match_policy(const struct matrix *m, const struct fields *f)
{
	for (size_t i = 0; i < m->npolicies; i++)
		if (match_condition(&m->policies[i].when, f))
			return (int)i;
	return -1;
}
