/* calendar_walk.h - what a calendar should answer, by walking the minutes.
 *
 * It knows no table, no sums and no merging: it lays out some weeks as minutes
 * of UTC, writes beside each what the wall clock shows, finds every interval's
 * ends by looking for the wall time, and then counts.  What the wall clock
 * shows is the opinion of core/zone or that of the C library.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_CALENDAR_WALK_H
#define SLAWATCH_TESTS_CALENDAR_WALK_H

#include "core/calendar.h"
#include "lib/libc_zone.h"

#include <string.h>
#include <time.h>

/* A test may want less. */
#ifndef WALK_DAYS
#define WALK_DAYS 24
#endif

enum {
	WINDOW = WALK_DAYS * 1440, /* minutes that are laid out */
	EDGE = 4 * 1440,	   /* of them at either end not trusted */
	REACH = 40 * 60,	   /* zones and jumps take no minute further */
};

/* 2101-01-01: nothing is open from then on, nor before 1970. */
#define WALK_END_MIN (INT64_C(4133980800) / 60)

/* Some weeks of UTC, minute by minute. */
struct window {
	const struct calendar_spec *spec;
	int64_t from;	      /* first minute, since the epoch */
	int64_t wall[WINDOW]; /* minutes of the wall clock, since 1970 there */
	bool open[WINDOW];
};

/* Zones of whole minutes only: true of all named above in our years. */
static inline void lay_out(
    struct window *w, const struct calendar_spec *spec, int64_t from)
{
	w->spec = spec;
	w->from = from;
	for (int i = 0; i < WINDOW; i++) {
		struct wall at = wall_at((from + i) * MINUTE_MS);

		w->wall[i] = from + i + zone_offset(spec->zone, at) / 60;
	}
}

/* As lay_out() does, without core/zone.  No zone changes its clock twice in
 * an hour; an hour with a change in it is asked minute by minute. */
static inline void lay_out_libc(
    struct window *w, const struct calendar_spec *spec, int64_t from)
{
	w->spec = spec;
	w->from = from;
	for (int hour = 0; hour < WINDOW; hour += 60) {
		int64_t s = (from + hour) * 60;
		int64_t offset = libc_zone_offset(s);
		bool same = libc_zone_offset(s + 3599) == offset;

		for (int i = hour; i < hour + 60; i++) {
			if (!same)
				offset = libc_zone_offset((from + i) * 60);
			w->wall[i] = from + i + offset / 60;
		}
	}
}

/* The minute of the window at which the wall clock shows it: the first or the
 * last one, or as far behind the jump as it is behind the jump's start. */
static inline int find_wall(const struct window *w, int64_t wall, bool last)
{
	int near = (int)(wall - w->from);
	int found = -1;
	int jump = -1;

	for (int i = near < REACH ? 0 : near - REACH;
	     i < WINDOW && i <= near + REACH; i++) {
		if (w->wall[i] == wall && (last || found < 0))
			found = i;
		if (i > 0 && jump < 0 && w->wall[i - 1] < wall &&
		    w->wall[i] > wall)
			jump = i + (int)(wall - w->wall[i - 1]) - 1;
	}
	return found >= 0 ? found : jump;
}

/* The last one listed that fits, with its year before any without. */
static inline const struct day_hours *listed(const struct calendar_date *dates,
    size_t count, int year, int month, int day)
{
	for (int any_year = 0; any_year <= 1; any_year++) {
		for (size_t i = count; i-- > 0;) {
			const struct calendar_date *d = &dates[i];

			if (d->month == month && d->day == day &&
			    d->year == (any_year ? 0 : year))
				return &d->hours;
		}
	}
	return NULL;
}

/* The day's hours if they are an exception's (special), or if they are not;
 * else NULL. */
static inline const struct day_hours *hours_on(
    const struct calendar_spec *spec, int64_t day, bool special)
{
	time_t noon = (time_t)(day * 86400 + 43200);
	const struct day_hours *hours;
	struct tm tm;

	gmtime_r(&noon, &tm);
	hours = listed(spec->exceptions, spec->nexceptions, tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday);
	if (special)
		return hours;
	if (hours != NULL)
		return NULL;
	hours = listed(spec->holidays, spec->nholidays, tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday);
	return hours != NULL ? hours : &spec->week[(tm.tm_wday + 6) % 7];
}

static inline void open_between(struct window *w, int from, int to)
{
	for (int i = from < 0 ? 0 : from; i < to && i < WINDOW; i++)
		w->open[i] = w->from + i >= 0 && w->from + i < WALK_END_MIN;
}

/* The outermost days are left out: their wall times may not be here. */
static inline void open_days_of(struct window *w, bool special)
{
	for (int64_t day = w->from / 1440 + 2;
	     day < (w->from + WINDOW) / 1440 - 2; day++) {
		const struct day_hours *hours = hours_on(w->spec, day, special);

		for (size_t i = 0; hours != NULL && i < hours->count; i++) {
			int64_t start = day * 1440 + hours->at[i].start_min;
			int64_t end = day * 1440 + hours->at[i].end_min;

			if (end <= start)
				end += 1440;
			open_between(w, find_wall(w, start, false),
			    find_wall(w, end, true));
		}
	}
}

/* Closures of whole minutes only. */
static inline bool closed_then(const struct calendar_spec *spec, int64_t ms)
{
	for (size_t i = 0; i < spec->nclosures; i++) {
		if (spec->closures[i].start.ms <= ms &&
		    ms < spec->closures[i].end.ms)
			return true;
	}
	return false;
}

/* The usual hours, less the closures, and with an exception's above all. */
static inline void open_window(struct window *w)
{
	memset(w->open, 0, sizeof w->open);
	open_days_of(w, false);
	for (int i = 0; i < WINDOW; i++)
		w->open[i] = w->open[i] &&
			     !closed_then(w->spec, (w->from + i) * MINUTE_MS);
	open_days_of(w, true);
}

/* Minute i's share of a..b in milliseconds. */
static inline int64_t share(const struct window *w, int i, int64_t a, int64_t b)
{
	int64_t from = (w->from + i) * MINUTE_MS;
	int64_t to = from + MINUTE_MS;

	if (!w->open[i])
		return 0;
	from = from < a ? a : from;
	to = to > b ? b : to;
	return from < to ? to - from : 0;
}

static inline int minute_of(const struct window *w, int64_t ms)
{
	return (int)(ms / MINUTE_MS - w->from);
}

static inline int64_t walk_between(const struct window *w, int64_t a, int64_t b)
{
	int64_t sum = 0;

	for (int i = minute_of(w, a); i <= minute_of(w, b); i++)
		sum += share(w, i, a, b);
	return sum;
}

/* -1 if it lies outside the trusted part. */
static inline int64_t walk_add(const struct window *w, int64_t start, int64_t n)
{
	for (int i = minute_of(w, start); i < WINDOW - EDGE; i++) {
		int64_t here = share(w, i, start, INT64_MAX);
		int64_t from = (w->from + i) * MINUTE_MS;

		if (n == 0)
			return start;
		if (here >= n)
			return (from < start ? start : from) + n;
		n -= here;
	}
	return -1;
}

static inline int64_t walk_sub(const struct window *w, int64_t end, int64_t n)
{
	for (int i = minute_of(w, end); i >= EDGE; i--) {
		int64_t here = share(w, i, 0, end);
		int64_t to = (w->from + i + 1) * MINUTE_MS;

		if (n == 0)
			return end;
		if (here >= n)
			return (to > end ? end : to) - n;
		n -= here;
	}
	return -1;
}

#endif
