/* schedule.h - who is on call: the rotation or the calendar as written.
 *
 * Three kinds: a rotation defined in the matrix, an .ics file beside it, an
 * .ics feed that is fetched while the daemon runs (its copies are in duty.h).
 * oncall.h answers who it is at an instant.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_SCHEDULE_H
#define SLAWATCH_CORE_SCHEDULE_H

#include "base/instant.h"
#include "core/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One stretch of duty, as a calendar tells it. */
struct shift {
	struct wall start;
	struct wall end;   /* exclusive */
	const char *title; /* the event's: who it is, oncall_person() */
};

/* By start; sets of shifts may overlap: then several are on call. */
struct shifts {
	struct shift *items;
	size_t count;
	int64_t longest_ms; /* the longest of them */
};

enum schedule_kind {
	SCHEDULE_ROTATION,
	SCHEDULE_FILE, /* `primary` and `override` are part of the matrix */
	SCHEDULE_FEED, /* they come from `url`, by and by */
};

/* Members take turns by the wall clock of the zone: turn n begins n shifts
 * after the first hand-off, whatever the clocks did since. */
struct rotation {
	int *members; /* people, in order; one may stand there twice */
	size_t nmembers;
	int64_t first_local_ms; /* local wall time of the first hand-off, as if
				   it were UTC */
	int64_t shift_ms;	/* by the wall clock; whole days hand off at
				   the same time of day */
	int hours; /* calendar: on duty only while it is open; or -1 */
};

struct schedule {
	const char *name; /* "support"; of a role's own: the role's name */
	enum schedule_kind kind;
	const struct zone *zone; /* borrowed; rotation, floating times */
	const char *zone_name;	 /* or NULL: UTC */
	struct rotation rotation;
	struct shifts primary;	/* FILE */
	struct shifts override; /* FILE: beats it while anybody is on it */
	const char *file;	/* FILE: as written; or NULL */
	const char *override_file;
	const char *url;	  /* FEED: may hold a secret: never log */
	const char *override_url; /* or NULL */
	const char *ca_file; /* FEED: trusted certificates; NULL: the system's
			      */
	int64_t refresh_ms;  /* FEED */
};

#endif
