/* oncall_json.h - who is on call, until when, who is next, and where nobody is.
 *
 * The answer of GET /v1/oncall and of `slawatchctl oncall --json`:
 *
 *	{"at", "until",
 *	 "oncall": [{"role", "schedule", "kind", "zone", "authority", "fetched",
 *	   "people": [{"person", "name", "away", "away_until", "cover"}],
 *	   "unknown", "until",
 *	   "next": {"from", "from_local", "people": ["eli"]},
 *	   "gaps": [{"from", "to", "from_local", "to_local"}],
 *	   "stretches": [{"from", "to", "from_local", "to_local",
 *	     "people": ["dana"], "unknown"}],
 *	   "more"}]}
 *
 * One entry a role, then one a schedule that no role stands for.
 *
 * kind: rotation, file, feed, person or team; of the last two the people stay
 * what they are.  fetched: when the copy of a feed came that is in use; null
 * if there is none.  until: null if nobody takes over within the window.
 * next: the first stretch after this one with people in it, or null.  more:
 * the list of stretches ends before the window does.  from_local, to_local:
 * the same instants by the clock of the schedule's zone.  unknown: a title
 * that names somebody who is not in the matrix, or null.  Away is a word on a
 * person, no reason to be left out.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_ONCALL_JSON_H
#define SLAWATCH_WIRE_ONCALL_JSON_H

#include "base/errtext.h"
#include "base/textbuf.h"
#include "core/oncall.h"

#include <stdbool.h>

#define ONCALL_AHEAD_MS	     (30 * DAY_MS) /* the window unless asked for */
#define ONCALL_STRETCHES_MAX 1000	   /* of one schedule */

/* Is it a role or a schedule?  False and which one is near. */
bool oncall_knows(
    const struct matrix *m, const char *name, struct errtext *err);

/* From `at` to `until`; name: a role or schedule that is known, or NULL for
 * all. */
void oncall_to_json(const struct matrix *m, const struct duty *d,
    struct wall at, struct wall until, const char *name, struct textbuf *out);

#endif
