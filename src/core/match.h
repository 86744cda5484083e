/* match.h - does this condition hold for that ticket, and if not, why not?
 *
 * Words are compared byte for byte, phrases as phrase.h says, numbers exactly.
 * A ticket that has no value for a test does not pass it.  Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_MATCH_H
#define SLAWATCH_CORE_MATCH_H

#include "core/facts.h"
#include "core/matrix.h"
#include "core/ticket.h"

#include <stdbool.h>

/* What a condition is held against: a ticket at an instant. */
struct matching {
	const struct ticket *t;
	const struct facts *facts; /* for tallies; NULL: they never hold */
	struct wall at;
	struct arena *arena; /* for texts made on the way */
	const char *folded;  /* made when first asked for; NULL at first */
};

bool match_condition(struct matching *x, const struct condition *c);

/* The first instant after x->at at which a span in the condition passes its
 * limit, so that the answer may be another; WALL_NEVER: never, or not before
 * something else happens to the ticket.  Asks no facts. */
struct wall match_next(struct matching *x, const struct condition *c);

/* Index of the first policy that is valid then and matches, or -1. */
int match_policy(
    const struct matrix *m, const struct ticket *t, struct wall at);

/* When a policy that fits this ticket begins or ends next, after `at`. */
struct wall match_policy_next(
    const struct matrix *m, const struct ticket *t, struct wall at);

/* What made it hold, in words: "text has "cancel my account"; tier is trial".
 * In x->arena.  The condition holds. */
const char *match_reason(struct matching *x, const struct condition *c);

/* One part of a condition as people read it. */
struct match_part {
	const char *field;   /* "tier"; "any", "not" for what is nested */
	const char *value;   /* the ticket's; tags with commas; NULL: none */
	const char **wanted; /* words; or the comparison as one text; of what
				is nested, what each part asks for */
	size_t nwanted;
	const char *text; /* what it asks for: "tier is one of gold, trial" */
	const char *why;  /* what it found: "tier is basic, wanted gold or
			     trial" */
	bool holds;
};

#define MATCH_PARTS_MAX 32 /* what is beyond is told as one, the last */

/* The parts of an ALL at the top, or the one test, in order, whether they hold
 * or not; returns how many.  The condition holds if each of them does. */
size_t match_parts(struct matching *x, const struct condition *c,
    struct match_part out[MATCH_PARTS_MAX]);

#endif
