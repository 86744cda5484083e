/* scenario_near.h - which notice comes nearest to the one that is missing?
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_SCENARIO_NEAR_H
#define SLAWATCH_CTL_SCENARIO_NEAR_H

#include "ctl/scenario_parts.h"

struct window {
	size_t first; /* of the log */
	size_t last;  /* behind the last */
	struct wall from;
	struct wall until; /* inclusive, or WALL_NEVER: as far as `last` */
	bool exact;	   /* at that instant */
	bool passing;	   /* of a step in which time passes */
};

struct search {
	const struct wanted_notice *wanted;
	enum change_kind kind; /* NOTICE_SENT, ... */
	int step;	       /* of the chain, or -1: any */
	struct window window;
};

/* Is that item of the log what is wanted? */
bool near_matches(const struct play *p, const struct search *s, size_t item);

/* "a warning to dana via support within 5m of Mon 2026-01-05 10:00 UTC" */
const char *near_wanted(struct play *p, const struct search *s);

/* A failure: what was wanted, what comes nearest and in what it differs. */
void near_tell(struct play *p, const struct search *s);

#endif
