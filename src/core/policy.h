/* policy.h - which targets a ticket has, and from when to when.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_POLICY_H
#define SLAWATCH_CORE_POLICY_H

#include "base/instant.h"
#include "core/clock_kind.h"
#include "core/condition.h"
#include "core/steps.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MATRIX_SEVERITIES_MAX 16
#define WARNINGS_MAX	      8 /* offsets of one policy */

/* A policy or rule of that window begins and ends by itself. */
struct validity {
	struct wall from;  /* inclusive; the epoch: since ever */
	struct wall until; /* exclusive; the epoch: for ever */
};

bool validity_holds(const struct validity *v, struct wall at);
/* When it begins or ends next, after `at`; WALL_NEVER: never. */
struct wall validity_next(const struct validity *v, struct wall at);

/* Where in a clock's working time a warning lies. */
struct warning {
	bool is_share;
	int64_t value;	  /* share: hundredths of a percent; else lead in ms */
	const char *text; /* as written: "80%", "15m" */
};

/* How long one clock of one severity may take.  Per customer tier, channel,
 * category ... is a matter of the policy's `when`. */
struct target {
	int64_t ms;   /* working time; 0: none */
	int calendar; /* beats severity's and policy's; or -1 */
	const struct warning *warnings; /* in place of the policy's; NULL: the
					   policy's hold */
	size_t nwarnings;
};

struct policy {
	const char *name;
	struct condition when;
	struct validity valid;
	int calendar; /* or -1: 24x7 */
	struct warning warnings[WARNINGS_MAX];
	size_t nwarnings;
	enum send send_warnings; /* unsaid: in_hours */
	enum send send_breaches; /* unsaid: always */
	int on_warning;		 /* chain or -1: tell the assignee */
	int on_breach;		 /* chain or -1: tell the assignee */
	struct target targets[MATRIX_SEVERITIES_MAX][CLOCK_KINDS_MAX];
};

#endif
