/* ics.h - an iCalendar text to the list of what happens when.
 *
 * Holidays and on-call calendars come as .ics files of Google, Outlook, Apple
 * and many others.  This reads the events of one, unfolds what recurs, applies
 * EXDATE, RDATE and the changed and cancelled dates of a series (by UID and
 * RECURRENCE-ID), and gives plain occurrences in the order of time.
 *
 * Strict where it matters: what bears on when something happens is understood
 * or is an error with its line and UID, for a feed that is read half closes the
 * wrong days in silence.  Lenient elsewhere: other components (VTODO, VALARM,
 * VTIMEZONE) and other properties are read past.
 *
 * - All-day: dates, DTEND exclusive; without DTEND, or with one equal to
 *   DTSTART, it is that one day.
 * - A TZID is an IANA name or a common one of Windows; the file's VTIMEZONE is
 *   not used.  Times without a zone are those of options.floating.
 * - An occurrence of a series lasts by the wall clock as long as the first: a
 *   shift from 08:00 to 08:00 stays one when the clocks change.
 * - A RECURRENCE-ID that names no occurrence makes an event of its own.  Of
 *   several versions of one event the highest SEQUENCE counts.
 *
 * Pure apart from the zones it asks for; bounded in time and memory by the
 * limits below.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_ICS_H
#define SLAWATCH_CONF_ICS_H

#include "base/arena.h"
#include "base/errtext.h"
#include "core/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ICS_BYTES_MAX	    (2 * 1024 * 1024)
#define ICS_EVENTS_MAX	    10000
#define ICS_RULES_MAX	    500		     /* recurring events of one file */
#define ICS_OCCURRENCES_MAX 200000	     /* 130 years of four a day */
#define ICS_BUDGET	    INT64_C(1000000) /* dates that are looked at */

/* The zone of that name, which lives as long as the caller needs; or NULL. */
typedef const struct zone *ics_zone_fn(void *user, const char *name);

struct ics_options {
	struct wall from;	     /* what ends before it, */
	struct wall to;		     /* or starts at it or later, is left out */
	const struct zone *floating; /* borrowed; NULL is UTC */
	ics_zone_fn *zone;
	void *user;
};

struct ics_occurrence {
	const char *uid; /* "" if it has none */
	const char *summary;
	const char *description;
	int line;	  /* of its event in the text */
	bool transparent; /* TRANSP: does not make busy; holidays mostly are */
	bool all_day;
	int64_t first_day; /* all-day: local dates, in days since 1970 */
	int64_t end_day;   /* exclusive */
	struct wall start; /* all-day: midnight in the floating zone */
	struct wall end;   /* exclusive; may equal start if not all-day */
};

struct ics {
	struct ics_occurrence *items; /* by start, then by line */
	size_t count;
	size_t cap;
	const char *zone_name; /* X-WR-TIMEZONE, or NULL; not applied */
};

/* The result lives in the arena.  False and "LINE: event \"UID\": reason" or
 * "LINE: reason"; or, of the text as a whole, a reason that does not start with
 * a digit. */
bool ics_read(const char *text, size_t len, const struct ics_options *o,
    struct arena *arena, struct ics *out, struct errtext *err);

#endif
