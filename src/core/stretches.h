/* stretches.h - where did a clock's time go?
 *
 * The life of a clock is a list of stretches, each counted or paused, by one
 * calendar.  There is one way to change it: paint a span anew.  A pause that
 * begins now paints from now on; a status that is told late paints the span in
 * which it held; a change of calendar paints the hours and leaves the pauses.
 * What has elapsed is the sum, so that explanation and clock cannot differ.
 *
 * A stretch that is not touched keeps its milliseconds for ever, whatever
 * later becomes of its calendar; one that is cut is counted anew by the
 * calendar of that name.
 *
 * Pure.  The clock's elapsed_ms and since are kept by the caller (clocks.c).
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_STRETCHES_H
#define SLAWATCH_CORE_STRETCHES_H

#include "core/matrix.h"
#include "core/ticket.h"

#include <stdbool.h>

enum paint_counts { PAINT_KEEP, PAINT_PAUSED, PAINT_COUNTED };

struct paint {
	struct wall from;
	struct wall to;		  /* exclusive; WALL_NEVER: for good */
	enum paint_counts counts; /* KEEP: as it was in each part */
	const char *calendar;	  /* NULL: as it was in each part */
	const char *why;
	bool split; /* a stretch begins at `from` even if nothing differs: the
		       calendar of that name counts otherwise from then on */
};

/* The first stretch, open. */
void stretches_begin(struct arena *a, struct clock *c, struct wall at,
    bool counts, const char *calendar, const char *why);

/* An unfinished clock; p->from before its first stretch extends it back. */
void stretches_paint(const struct matrix *m, struct arena *a, struct clock *c,
    const struct paint *p);

/* Closes the last stretch and forgets what lies after that instant. */
void stretches_end(
    const struct matrix *m, struct arena *a, struct clock *c, struct wall at);

/* A finished clock goes on: the time between is paused. */
void stretches_resume(struct arena *a, struct clock *c, struct wall at,
    bool counts, const char *calendar, const char *why);

/* Working time from its start to that instant, which may lie in the past. */
int64_t stretches_elapsed(
    const struct matrix *m, const struct clock *c, struct wall at);

/* The last one; a clock always has one. */
struct stretch *stretches_last(const struct clock *c);

/* What must hold between two decisions; NULL, or what does not. */
const char *stretches_fault(const struct clock *c);

/* As one line of text for the store; decode gives false for what encode never
 * wrote. */
const char *stretches_encode(const struct clock *c, struct arena *a);
bool stretches_decode(const char *text, struct arena *a, struct clock *c);

/* A clock from a database that kept no stretches: one for all that elapsed. */
void stretches_adopt(struct arena *a, struct clock *c);

#endif
