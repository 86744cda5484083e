/* match.h - does this condition hold for that ticket?
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

#endif
