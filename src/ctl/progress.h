/* progress.h - how far is it?
 *
 * A line on standard error while something takes longer than a moment, if that
 * is a terminal; gone when it is over, or interrupted.  Never a part of any
 * output.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_PROGRESS_H
#define SLAWATCH_CTL_PROGRESS_H

#include "base/instant.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	bool wanted; /* somebody could see it */
	bool shown;
	struct mono next; /* not drawn before */
	const char *what; /* "simulating" */
};

/* Rows that go to the same terminal would be mixed with it: not with these. */
void progress_begin(struct progress *p, const char *what, bool rows);

/* So much of all is done (all 0: nobody knows of how much), and what was seen
 * so far.  Cheap unless it is time to draw. */
void progress_at(struct progress *p, int64_t done, int64_t all, size_t tickets,
    size_t events);

void progress_end(struct progress *p);

/* "\r  43% [########            ] ..." into out; what progress_at() draws. */
#define PROGRESS_TEXT_MAX 160
void progress_text(const char *what, int64_t done, int64_t all, size_t tickets,
    size_t events, char out[PROGRESS_TEXT_MAX]);

#endif
