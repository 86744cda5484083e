/* scenario_out.h - what became of the scenarios, for people and programs.
 *
 * A line a scenario and what failed in it; or TAP 13, which `prove` and test
 * drivers read; and a file of JUnit XML beside either, which build servers
 * read.  A file that cannot be played counts as an error, not as a failure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_SCENARIO_OUT_H
#define SLAWATCH_CTL_SCENARIO_OUT_H

#include "ctl/scenario_play.h"
#include "ctl/table.h"

struct scenario_out {
	bool tap;
	struct screen screen;
	struct textbuf out;    /* for standard output */
	struct textbuf errors; /* for standard error */
	struct textbuf cases;  /* of the XML */
	size_t count;
	size_t failed;
	size_t unplayable;
	size_t checked;
};

void scenario_out_init(struct scenario_out *o, bool tap, size_t planned);
void scenario_out_fini(struct scenario_out *o);

void scenario_out_one(
    struct scenario_out *o, const char *path, const struct scenario_result *r);

/* The last line; nothing with TAP. */
void scenario_out_end(struct scenario_out *o);

/* The whole document. */
void scenario_out_junit(const struct scenario_out *o, struct textbuf *xml);

#endif
