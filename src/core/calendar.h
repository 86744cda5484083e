/* calendar.h - when does working time pass?
 *
 * A calendar is built once from its description into a table of open periods
 * in UTC, 1970-01-01 to 2101-01-01, with running sums.  Zones, holidays and
 * daylight saving are thus settled at build time, and every question is a
 * search in one sorted table: O(log n), no special cases left to get wrong.
 *
 * Semantics (DESIGN 5): an interval starts at the first and ends at the last
 * occurrence of an ambiguous wall time; a start or end that does not exist is
 * read with the offset before the jump.  Dated exceptions beat closures and
 * holidays, which beat the week.  An interval over midnight belongs to the day
 * it starts on: it goes on into a holiday, and on a holiday none starts.
 * Periods that touch or overlap are one.
 *
 * add(start, n) is the earliest instant by which n of working time has passed
 * since start; sub(end, n) the latest instant from which n remains until end.
 *	between(start, add(start, n)) == n
 *	between(sub(end, n), end) == n
 * so a target used up exactly at closing time is due at closing.  add(start,0)
 * is start itself, also while closed.
 *
 * The table is all there is: before 1970 and from 2101 on every calendar is
 * closed, also one that is always open.  One with hours outside of these years
 * only (nothing but an exception in 2150) is never open, and is refused.
 *
 * Immutable after build; any number of threads may ask.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_CALENDAR_H
#define SLAWATCH_CORE_CALENDAR_H

#include "base/errtext.h"
#include "base/instant.h"
#include "core/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Minutes of the day's wall clock: 0 .. 1440.  end <= start means that it ends
 * on the following day ("22:00-06:00"). */
struct day_interval {
	int16_t start_min;
	int16_t end_min;
};

#define CALENDAR_DAY_INTERVALS 16 /* most of one day */

struct day_hours {
	struct day_interval at[CALENDAR_DAY_INTERVALS];
	size_t count; /* 0: closed all day */
};

/* A day that differs.  year 0: every year on that date. */
struct calendar_date {
	int year;
	int month;
	int day;
	struct day_hours hours; /* closed for a holiday */
};

struct period {
	struct wall start;
	struct wall end; /* exclusive */
};

struct calendar_spec {
	const char *name;
	const struct zone *zone;  /* borrowed during build; NULL is UTC */
	bool always;		  /* 24x7: nothing below matters */
	struct day_hours week[7]; /* 0 Monday .. 6 Sunday */
	const struct calendar_date *exceptions; /* beat all */
	size_t nexceptions;
	const struct calendar_date *holidays; /* beat the week */
	size_t nholidays;
	/* Closed from one instant to another, in any order; of the hours that
	 * an exception opens they take nothing. */
	const struct period *closures;
	size_t nclosures;
};

struct calendar; /* owned by whoever built it */

/* NULL and a reason: a calendar that is never open is an error. */
struct calendar *calendar_build(
    const struct calendar_spec *spec, struct errtext *err);
void calendar_free(struct calendar *c);

const char *calendar_name(const struct calendar *c);
/* The name of the zone of its hours; NULL: UTC, or always open. */
const char *calendar_zone(const struct calendar *c);
bool calendar_is_always(const struct calendar *c);

/* Does working time pass at the same instants in both?  Their names and the
 * way they were described do not matter. */
bool calendar_same(const struct calendar *a, const struct calendar *b);

/* amount_ms >= 0.  Beyond the table: WALL_NEVER for add, the table's start for
 * sub. */
struct wall calendar_add(
    const struct calendar *c, struct wall start, int64_t amount_ms);
struct wall calendar_sub(
    const struct calendar *c, struct wall end, int64_t amount_ms);

/* Working time from a to b; negative if b is before a. */
int64_t calendar_between(
    const struct calendar *c, struct wall a, struct wall b);

/* Open at that instant?  At closing time it is closed, at opening open. */
bool calendar_open(const struct calendar *c, struct wall at);

/* The first instant at or after `at` that is open: `at` itself if it is. */
struct wall calendar_next_open(const struct calendar *c, struct wall at);

/* Where open periods begin and end; WALL_NEVER if there is none in the table.
 * An end that is the table's own is none: there nothing closes.  The same for
 * its start: what is open on 1970-01-01T00:00:00Z opened earlier. */
struct wall calendar_next_close(
    const struct calendar *c, struct wall at); /* the first one after `at` */
struct wall calendar_prev_open(
    const struct calendar *c, struct wall at); /* the last one by `at` */
struct wall calendar_prev_close(
    const struct calendar *c, struct wall at); /* the last one by `at` */

/* Up to max open periods that end after `from` and start before `to`, clipped
 * to neither.  Returns how many were written. */
size_t calendar_periods(const struct calendar *c, struct wall from,
    struct wall to, struct period *out, size_t max);

#endif
