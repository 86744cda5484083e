/* ics_event.h - one VEVENT: its lines to values.
 *
 * Whatever bears on when the event is must be understood or is an error: a
 * date that does not exist, a zone that nobody knows, a property that stands
 * twice.  Everything else is read past.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_ICS_EVENT_H
#define SLAWATCH_CONF_ICS_EVENT_H

#include "conf/ics.h"
#include "conf/ics_line.h"
#include "conf/ics_rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A date, or a date with a time of day. */
struct ics_time {
	int64_t local_ms; /* as if it were UTC */
	bool is_date;
	const struct zone *zone; /* NULL: floating, as every date is */
};

struct ics_times {
	struct ics_time *items;
	size_t count;
	size_t cap;
};

struct ics_event {
	int line;	 /* of BEGIN:VEVENT */
	const char *uid; /* "" if it has none */
	const char *summary;
	const char *description;
	int sequence;
	bool cancelled;
	bool transparent;
	struct ics_time start;
	/* How long it lasts: first by the clock on the wall, then exactly. */
	int64_t local_span_ms;
	int64_t exact_span_ms;
	bool is_override; /* it stands for one date of another event: */
	struct ics_time instead_of;
	struct ics_times exdates;
	struct ics_times rdates;
	struct ics_rule *rules;
	size_t nrules;
	size_t cap_rules;
};

/* What all events of a file share while they are read. */
struct ics_reader {
	const struct ics_options *options;
	const struct zone *utc;
	struct arena *arena;
	struct errtext *err; /* "LINE: event UID: what" */
};

bool ics_event_read(struct ics_reader *r, const struct ics_line *lines,
    size_t count, int number, struct ics_event *out);

/* The instant at which its zone's wall clock shows it; for a floating one the
 * zone of the options. */
struct wall ics_instant(
    const struct ics_reader *r, const struct zone *zone, int64_t local_ms);

/* What the wall clock of the zone `there` shows at that instant; a date is
 * midnight everywhere.  And its date, as days since 1970. */
int64_t ics_local_ms(const struct ics_reader *r, const struct ics_time *t,
    const struct zone *there);
int64_t ics_local_day(const struct ics_reader *r, const struct ics_time *t,
    const struct zone *there);

#endif
