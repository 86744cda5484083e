/* calendar_walk.h - what a calendar should answer, by walking the minutes.
 *
 * It knows no table, no sums and no merging: it lays out some weeks as minutes
 * of UTC, writes beside each what the wall clock shows, finds every interval's
 * ends by looking for the wall time, and then counts.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_CALENDAR_WALK_H
#define SLAWATCH_TESTS_CALENDAR_WALK_H

#include "core/calendar.h"

#include <string.h>

enum {
	WINDOW = 24 * 1440, /* minutes that are laid out */
	EDGE = 4 * 1440,    /* of them at either end not trusted */
};

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
	memset(w->open, 0, sizeof w->open);
	for (int i = 0; i < WINDOW; i++) {
		struct wall at = wall_at((from + i) * MINUTE_MS);

		w->wall[i] = from + i + zone_offset(spec->zone, at) / 60;
	}
}

/* The minute of the window at which the wall clock shows it: the first or the
 * last one, or as far behind the jump as it is behind the jump's start. */
static inline int find_wall(const struct window *w, int64_t wall, bool last)
{
	int found = -1;
	int jump = -1;

	for (int i = 0; i < WINDOW; i++) {
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

static inline const struct day_hours *hours_on(
    const struct calendar_spec *spec, int64_t day)
{
	const struct day_hours *hours;
	int y;
	int m;
	int d;

	civil_from_days(day, &y, &m, &d);
	hours = listed(spec->exceptions, spec->nexceptions, y, m, d);
	if (hours == NULL)
		hours = listed(spec->holidays, spec->nholidays, y, m, d);
	/* 1970-01-01 was a Thursday. */
	return hours != NULL ? hours : &spec->week[(day + 3) % 7];
}

static inline void open_between(struct window *w, int from, int to)
{
	for (int i = from < 0 ? 0 : from; i < to && i < WINDOW; i++)
		w->open[i] = true;
}

/* The outermost days are left out: their wall times may not be here. */
static inline void open_window(struct window *w)
{
	for (int64_t day = w->from / 1440 + 2;
	     day < (w->from + WINDOW) / 1440 - 2; day++) {
		const struct day_hours *hours = hours_on(w->spec, day);

		for (size_t i = 0; i < hours->count; i++) {
			int64_t start = day * 1440 + hours->at[i].start_min;
			int64_t end = day * 1440 + hours->at[i].end_min;

			if (end <= start)
				end += 1440;
			open_between(w, find_wall(w, start, false),
			    find_wall(w, end, true));
		}
	}
}

/* Minute i's share of a..b in milliseconds. */
static inline int64_t share(const struct window *w, int i, int64_t a, int64_t b)
{
	int64_t from = (w->from + i) * MINUTE_MS;
	int64_t to = from + MINUTE_MS;

	from = from < a ? a : from;
	to = to > b ? b : to;
	return w->open[i] && from < to ? to - from : 0;
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
