/* lint_conditions.h - what is certain about conditions, whatever the ticket?
 *
 * Each question is answered "yes" only where it is certain: `false` means "not
 * known", never "no".  So what the lint says of them is never wrong, though it
 * does not find everything.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_LINT_CONDITIONS_H
#define SLAWATCH_CONF_LINT_CONDITIONS_H

#include "core/condition.h"

#include <stdbool.h>

/* Does no ticket fit it? */
bool condition_is_never(const struct condition *c);

/* Does every ticket that fits `given` fit `then`? */
bool condition_implies(
    const struct condition *given, const struct condition *then);

/* May a ticket that fits it have that word in that field? */
bool condition_allows(
    const struct condition *when, enum condition_field field, const char *word);

/* Does no ticket fit both? */
bool condition_disjoint(const struct condition *a, const struct condition *b);

#endif
