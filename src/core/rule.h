/* rule.h - a trigger as written: a condition, and what follows from it.
 *
 * rules.h fires them.  Indices go into the matrix; -1 is none.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_RULE_H
#define SLAWATCH_CORE_RULE_H

#include "core/condition.h"
#include "core/policy.h"
#include "core/steps.h"

#include <stdbool.h>
#include <stddef.h>

struct rule {
	const char *name;
	struct condition when;
	struct validity valid;

	/* Consequences, in this order; at least one. */
	int set_severity;  /* severity or -1 */
	int raise_to;	   /* severity or -1: only if it is less urgent */
	int team;	   /* or -1 */
	const char **tags; /* to be added */
	size_t ntags;
	bool require_human; /* as if its category were in always_human */
	int start;	    /* chain or -1 */
	struct step notify; /* once, without a chain; nwho 0: nobody */
};

/* A row of the severity table: a list that is not given fits all.  The first
 * row that fits gives the ticket its severity.  Impact decides, not volume of
 * voice: nothing else can be asked here. */
struct severity_row {
	const char **scope;
	size_t nscope;
	const char **impact;
	size_t nimpact;
	const char **workaround;
	size_t nworkaround;
	int severity;
};

#endif
