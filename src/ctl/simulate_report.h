/* simulate_report.h - where the report goes, and what it takes for granted.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_SIMULATE_REPORT_H
#define SLAWATCH_CTL_SIMULATE_REPORT_H

#include "ctl/report.h"
#include "ctl/simulate_options.h"

#include <stdbool.h>
#include <stddef.h>

/* What became of the events that were read. */
struct simulate_fate {
	bool from_db;
	size_t events; /* all of them, good and bad */
	size_t duplicates;
	size_t unreadable;
	size_t beyond; /* came after --until */
	size_t unsaid; /* changes of duty that this matrix does not know */
};

/* Can the file be written?  Found before the work, not after it. */
int simulate_report_check(const struct simulate_options *o);

/* Fills in the notes and writes all that was asked for.  An exit_code; it has
 * said why. */
int simulate_report_write(struct report *r, const struct simulate_options *o,
    const struct simulate_fate *f);

#endif
