/* match_value.h - what has this ticket where a test looks?
 *
 * Private to core/match*.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_MATCH_VALUE_H
#define SLAWATCH_CORE_MATCH_VALUE_H

#include "core/match.h"

/* Of a test for words: those of the ticket; 0: it has none.  *out lives as
 * long as the ticket or the arena. */
size_t match_words(
    struct matching *x, const struct condition *c, const char *const **out);

/* Of a test that compares: a number, span or tally; false: it has none.  A
 * span counts at x->at. */
bool match_number(
    const struct matching *x, const struct condition *c, int64_t *out);

/* Of a span: the instant it counts from, or (a renewal) to. */
bool match_anchor(
    const struct ticket *t, enum condition_field f, struct wall *out);

/* Which of the phrases the ticket has first; NULL: none of them. */
const char *match_phrase(struct matching *x, const struct condition *c);

#endif
