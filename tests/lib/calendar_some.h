/* calendar_some.h - random calendars, and instants that are asked for trouble.
 *
 * The instants lie where tables, seams and clocks change: openings, closings,
 * changes of the zone, turns of the year and the ends of the table, each to the
 * millisecond and one beside it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_CALENDAR_SOME_H
#define SLAWATCH_TESTS_CALENDAR_SOME_H

#include "core/calendar.h"
#include "lib/require.h"
#include "lib/rng.h"
#include "lib/zone_file.h"

#include <string.h>

enum {
	SOME_DATES = 40,     /* most exceptions, and most holidays */
	SOME_CLOSURES = 20,  /* most of these */
	SOME_INSTANTS = 600, /* edges that are kept of a calendar */
};

#define SOME_END_MS INT64_C(4133980800000) /* 2101-01-01 */

struct some_calendar {
	struct calendar_spec spec;
	struct calendar_date exceptions[SOME_DATES];
	struct calendar_date holidays[SOME_DATES];
	struct period closures[SOME_CLOSURES];
	bool ragged; /* closures are not of whole minutes: no walk then */
	struct calendar *calendar; /* NULL if the description is never open */
	int64_t edges[SOME_INSTANTS];
	size_t nedges;
};

/* NULL if the machine has no such zone. */
static inline struct zone *some_zone(const char *name)
{
	struct errtext err = { "" };
	struct zone_file f;
	struct zone *z;

	if (!zone_file_read(name, &f))
		return NULL;
	z = zone_parse(name, f.bytes, f.len, &err);
	ck_assert_msg(z != NULL, "%s", err.text);
	zone_file_free(&f);
	return z;
}

/* A minute of the day; often one at which clocks are changed, or a round one.
 */
static inline int16_t some_minute(struct rng *rng)
{
	static const int16_t often[] = { 0, 60, 120, 150, 180, 540, 720, 780,
		1080, 1320, 1380, 1439, 1440 };

	if (rng_one_in(rng, 3))
		return often[rng_below(rng, sizeof often / sizeof often[0])];
	if (rng_one_in(rng, 3))
		return (int16_t)(rng_below(rng, 49) * 30);
	return (int16_t)rng_between(rng, 0, 1440);
}

/* Touching, overlapping, over midnight, a whole day, of one minute; now and
 * then as many as a day can have, and these so short that each counts. */
static inline struct day_hours some_hours_of(struct rng *rng)
{
	struct day_hours h = { .count = rng_below(rng, 5) };
	bool full = rng_one_in(rng, 20);

	if (full)
		h.count = CALENDAR_DAY_INTERVALS;
	for (size_t i = 0; i < h.count; i++) {
		struct day_interval *at = &h.at[i];

		at->start_min = some_minute(rng);
		at->end_min = some_minute(rng);
		if (i > 0 && rng_one_in(rng, 4))
			at->start_min = h.at[i - 1].end_min;
		if (at->start_min < 1440 && (full || rng_one_in(rng, 8)))
			at->end_min = (int16_t)(at->start_min + 1);
	}
	return h;
}

/* Once or every year, closed or with other hours, some on 29 February, some
 * at the turn of the year, often near that day. */
static inline struct calendar_date some_date(struct rng *rng, int64_t near_day)
{
	struct calendar_date d = { .hours = { .count = 0 } };
	int64_t day = rng_one_in(rng, 4) ? rng_between(rng, 0, 47846)
					 : near_day + rng_between(rng, -9, 9);

	civil_from_days(day, &d.year, &d.month, &d.day);
	if (rng_one_in(rng, 12)) {
		d.month = 2;
		d.day = 29;
		d.year = d.year / 4 * 4;
		if (!civil_date_valid(d.year, 2, 29))
			d.year = 2000;
	} else if (rng_one_in(rng, 12)) {
		d.month = rng_one_in(rng, 2) ? 1 : 12;
		d.day = d.month == 1 ? 1 : 31;
	}
	if (rng_one_in(rng, 3))
		d.year = 0;
	if (rng_one_in(rng, 2))
		d.hours = some_hours_of(rng);
	return d;
}

/* Up to years or for nothing at all, often over another one or touching it. */
static inline void some_closures(
    struct some_calendar *s, struct rng *rng, int64_t near_day)
{
	s->ragged = rng_one_in(rng, 4);
	s->spec.closures = s->closures;
	s->spec.nclosures =
	    rng_one_in(rng, 2) ? rng_below(rng, SOME_CLOSURES) : 0;
	for (size_t i = 0; i < SOME_CLOSURES; i++) {
		struct period *p = &s->closures[i];
		int64_t day =
		    rng_one_in(rng, 3) ? rng_between(rng, -5, 47850) : near_day;
		int64_t start =
		    day * DAY_MS + rng_between(rng, -4 * DAY_MS, 4 * DAY_MS);
		int64_t length =
		    rng_between(rng, 0, INT64_C(1) << rng_between(rng, 1, 36));

		if (i > 0 && rng_one_in(rng, 4))
			start = p[-1].end.ms;
		if (!s->ragged) {
			start -= start % MINUTE_MS;
			length -= length % MINUTE_MS;
		}
		p->start = wall_at(start);
		p->end = wall_at(start + length);
	}
}

/* A week without any hours, or with one day, now and then. */
static inline void some_spec(struct some_calendar *s, struct rng *rng,
    const struct zone *zone, int64_t near_day)
{
	struct calendar_spec *spec = &s->spec;
	uint64_t days = rng_one_in(rng, 8) ? rng_below(rng, 2) : 7;

	*spec = (struct calendar_spec){ .name = "random",
		.zone = zone,
		.exceptions = s->exceptions,
		.nexceptions = rng_below(rng, SOME_DATES),
		.holidays = s->holidays,
		.nholidays = rng_below(rng, SOME_DATES) };
	for (uint64_t i = 0; i < days; i++)
		spec->week[(i + (uint64_t)near_day) % 7] = some_hours_of(rng);
	for (size_t i = 0; i < SOME_DATES; i++) {
		s->exceptions[i] = some_date(rng, near_day);
		s->holidays[i] = some_date(rng, near_day);
	}
	some_closures(s, rng, near_day);
	spec->always = rng_one_in(rng, 60);
}

static inline void some_edge(struct some_calendar *s, struct wall at)
{
	if (s->nedges < SOME_INSTANTS && !wall_is_never(at))
		s->edges[s->nedges++] = at.ms;
}

/* A third changes of the zone, a third openings and closings around them and
 * anywhere, the rest turns of the year and of the table. */
static inline void some_edges(struct some_calendar *s, struct rng *rng)
{
	const struct calendar *c = s->calendar;
	const struct zone *z = s->spec.zone;

	s->nedges = 0;
	for (int i = 0; i < 120; i++) {
		struct wall at =
		    wall_at(rng_between(rng, 0, SOME_END_MS - DAY_MS));

		if (rng_one_in(rng, 3))
			at = zone_next_change(z, at);
		some_edge(s, at);
		if (wall_is_never(at))
			continue;
		some_edge(s, calendar_next_open(c, at));
		some_edge(s, calendar_next_close(c, at));
		some_edge(s, calendar_prev_close(c, at));
	}
	for (int i = 0; i < 40; i++)
		some_edge(
		    s, wall_at(
			   civil_days((int)rng_between(rng, 1970, 2101), 1, 1) *
			   DAY_MS));
	for (size_t i = 0; i < s->spec.nclosures; i++) {
		some_edge(s, s->closures[i].start);
		some_edge(s, s->closures[i].end);
	}
	some_edge(s, wall_at(0));
	some_edge(s, wall_at(SOME_END_MS));
	some_edge(s, calendar_next_open(c, wall_at(0)));
	some_edge(s, calendar_next_close(c, wall_at(0)));
	some_edge(s, calendar_prev_close(c, wall_at(SOME_END_MS)));
}

static inline int64_t some_instant_of(
    const struct some_calendar *s, struct rng *rng)
{
	int64_t edge = s->edges[rng_below(rng, s->nedges)];

	switch (rng_below(rng, 8)) {
	case 0:
		return rng_between(rng, -DAY_MS, SOME_END_MS + DAY_MS);
	case 1:
		return edge + rng_between(rng, -DAY_MS, DAY_MS);
	case 2:
	case 3:
		return edge;
	default:
		return edge + rng_between(rng, -1, 1);
	}
}

#endif
