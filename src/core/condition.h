/* condition.h - for which tickets does this hold?
 *
 * The `when` of a policy as a value; match.h holds it against a ticket.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_CONDITION_H
#define SLAWATCH_CORE_CONDITION_H

#include <stddef.h>

/* Every list that is given must hold; within a list any one is enough.  An
 * empty condition always holds. */
enum condition_field {
	CONDITION_SEVERITY,
	CONDITION_TIER,
	CONDITION_CATEGORY,
	CONDITION_TEAM,
	CONDITION_CHANNEL,
	CONDITION_TAGS, /* any of the ticket's tags */
	CONDITION_FIELD_COUNT
};

const char *condition_field_name(enum condition_field f);

struct condition {
	const char **any[CONDITION_FIELD_COUNT]; /* NULL: not asked */
	size_t nany[CONDITION_FIELD_COUNT];
};

#endif
