/* reload_plan.h - a plan of the daemon's, for people.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_RELOAD_PLAN_H
#define SLAWATCH_CTL_RELOAD_PLAN_H

#include "ctl/asking.h"

/* What a reload would do (is_done: has done), whole. */
void reload_plan_show(struct asking *a, const cJSON *plan, bool is_done);

/* The first lines of it: what is counted, without lists. */
void reload_plan_totals(struct asking *a, const cJSON *plan, bool is_done);

/* "Who would hear" and a line for each: "dana  2  step 1 of standard via dm".
 * From `people` of a plan or a forecast. */
void hearers_show(struct asking *a, const char *title, const cJSON *people);

#endif
