/* scenario_record.h - a scenario of what happened to a live ticket.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_SCENARIO_RECORD_H
#define SLAWATCH_CTL_SCENARIO_RECORD_H

#include "ctl/args.h"

/* `slawatchctl test --record TICKET`: to standard output. */
int scenario_record(const struct invocation *in);

#endif
