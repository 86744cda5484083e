/* match.h - does this condition hold for that ticket, and if not, why not?
 *
 * Plain texts are compared byte for byte; tags hold if the ticket has any one
 * of those asked for.  Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_MATCH_H
#define SLAWATCH_CORE_MATCH_H

#include "core/matrix.h"
#include "core/ticket.h"

#include <stdbool.h>

bool match_condition(const struct condition *c, const struct fields *f);

/* Index of the first policy that matches, or -1. */
int match_policy(const struct matrix *m, const struct fields *f);

/* One of the lists that a condition asks for. */
struct match_part {
	enum condition_field field;
	bool holds;
};

/* All of them, in order, whether they hold or not; returns how many.  The
 * condition holds if each of them does. */
size_t match_parts(const struct condition *c, const struct fields *f,
    struct match_part out[CONDITION_FIELD_COUNT]);

/* The text that is compared with the list; NULL if the ticket has none.  Not
 * for tags, of which there are many. */
const char *match_value(const struct fields *f, enum condition_field field);

#endif
