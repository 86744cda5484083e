/* scenario_print.h - the scenario again, with what happens in fact.
 *
 * The file as it is, comments and all, but for the transcripts: in an exact
 * scenario each step's `then` is what happened; in another one it stands below
 * the step as comments that begin with "# > ".  To be read and judged before it
 * is kept.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_SCENARIO_PRINT_H
#define SLAWATCH_CTL_SCENARIO_PRINT_H

#include "ctl/scenario_play.h"

/* The result of playing that very text. */
void scenario_print(const struct scenario_result *r, const char *text,
    size_t len, struct textbuf *out);

#endif
