/* oncall.h - who is on call at that instant, and until when?
 *
 * From a schedule as written (schedule.h) and what was said since (duty.h), in
 * this order, each beating the one before:
 *	the rotation, or the shifts of the calendar
 *	the override calendar, while anybody we know is on it
 *	overrides by command: OVERRIDE takes somebody's place, ADD adds,
 *	REMOVE removes; one after the other as they were said
 * Being away is no matter of this: roster.h skips who is away.
 *
 * Rotations turn by the wall clock: in spring a night shift is an hour shorter,
 * and no hand-off is lost or doubled when the clocks change.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_ONCALL_H
#define SLAWATCH_CORE_ONCALL_H

#include "base/arena.h"
#include "core/duty.h"
#include "core/matrix.h"

#include <stdbool.h>
#include <stddef.h>

#define ONCALL_MAX 16 /* at once, on one schedule */

struct oncall {
	int people[ONCALL_MAX]; /* in order of the schedule, no one twice */
	size_t count;
	const char *unknown; /* a title that is nobody's, or NULL */
	struct wall until;   /* the same up to there, and perhaps beyond;
				WALL_NEVER: for ever */
};

void oncall_at(const struct matrix *m, const struct duty *d, int schedule,
    struct wall at, struct oncall *out);

/* What changes from one instant to another: stretches in order, without gaps
 * between them (count 0 is a gap in duty), the first from `from`, the last to
 * `to`; neighbours that are the same are one.  At most max; returns how many.
 */
struct oncall_stretch {
	struct wall from;
	struct wall to;
	struct oncall who;
};
size_t oncall_between(const struct matrix *m, const struct duty *d,
    int schedule, struct wall from, struct wall to, struct oncall_stretch *out,
    size_t max);

/* The schedule of that name, or the one that the role of that name stands for;
 * -1: neither. */
int oncall_schedule(const struct matrix *m, const char *name);

/* The person that a calendar's title means: key, name, address or Slack id,
 * case-folded in ASCII, after a leading "@", without "[L1]" before it and what
 * stands in parentheses behind.  -1: nobody.  A title may name several,
 * separated by comma, semicolon, "/", "&" or " and ". */
int oncall_person(const struct matrix *m, const char *title, size_t len);

/* The names in a title one after the other, bare: "dana".  *rest is the title
 * at first; false at its end.  len 0: nothing between two separators. */
bool oncall_next_name(const char **rest, const char **name, size_t *len);

/* Adds the people whom a title names to a list of at most max, no one twice.
 * False: some name in it is nobody's. */
bool oncall_title(const struct matrix *m, const char *title, int *people,
    size_t *count, size_t max);

#endif
