/* drill_show.h - a drill for people: each step as it fires, then the report.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_DRILL_SHOW_H
#define SLAWATCH_CTL_DRILL_SHOW_H

#include "ctl/asking.h"

/* A row of the timeline on a line of its own, by how long after the drill's
 * start it happened; nothing of what tells a reader nothing. */
void drill_show_row(struct asking *a, const cJSON *row, struct wall started);

/* The report: drill_json.h. */
void drill_show_report(struct asking *a, const cJSON *drill);

#endif
