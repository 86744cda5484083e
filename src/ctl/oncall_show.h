/* oncall_show.h - the answer of /v1/oncall for people.
 *
 * Local times are those of each schedule's zone, for that is the clock by which
 * its people live.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_ONCALL_SHOW_H
#define SLAWATCH_CTL_ONCALL_SHOW_H

#include "ctl/asking.h"

#include <stdbool.h>

/* Of a->tree to a->out: who is it, who next, where are the gaps; or each hour
 * of the next seven days. */
void oncall_show(struct asking *a, bool week);

#endif
