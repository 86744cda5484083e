/* match.c - see match.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/match.h"

#include "base/check.h"

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

const char *match_value(const struct fields *f, enum condition_field field)
{
	CHECK((unsigned)field < CONDITION_TAGS);
	return f->text[field_of[field]];
}

static bool part_holds(
    const struct condition *c, enum condition_field i, const struct fields *f)
{
	if (i == CONDITION_TAGS)
		return any_tag(c->any[i], c->nany[i], f);
	return any_equal(c->any[i], c->nany[i], match_value(f, i));
}

size_t match_parts(const struct condition *c, const struct fields *f,
    struct match_part out[CONDITION_FIELD_COUNT])
{
	size_t n = 0;

	for (int i = 0; i < CONDITION_FIELD_COUNT; i++) {
		enum condition_field field = (enum condition_field)i;

		if (c->any[i] == NULL)
			continue;
		out[n].field = field;
		out[n++].holds = part_holds(c, field, f);
	}
	return n;
}

bool match_condition(const struct condition *c, const struct fields *f)
{
	for (int i = 0; i < CONDITION_FIELD_COUNT; i++)
		if (c->any[i] != NULL &&
		    !part_holds(c, (enum condition_field)i, f))
			return false;
	return true;
}

int match_policy(const struct matrix *m, const struct fields *f)
{
	for (size_t i = 0; i < m->npolicies; i++)
		if (match_condition(&m->policies[i].when, f))
			return (int)i;
	return -1;
}
