/* ics_world.h - what the tests of ics.h share: a reader's place and years, and
 * occurrences as text.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_ICS_WORLD_H
#define SLAWATCH_TESTS_ICS_WORLD_H

#include "base/textbuf.h"
#include "conf/ics.h"

#include <stddef.h>
#include <stdint.h>

#define CALENDAR(events) "BEGIN:VCALENDAR\n" events "END:VCALENDAR\n"
#define EVENT(lines)	 "BEGIN:VEVENT\n" lines "END:VEVENT\n"

struct wall ics_instant_of(const char *text);

/* The years 2020 to 2040, floating times in Berlin, zones of the system. */
struct ics_options ics_usual(void);

/* "2026-01-05", for a day since 1970. */
void ics_list_day(struct textbuf *tb, int64_t day);

/* What the text gives by ics_usual(), a line each: "FROM..TO SUMMARY"; or
 * "error: " and the reason why it gives nothing. */
void ics_list(const char *text, size_t len, struct textbuf *tb);

/* Is that what the text gives?  `name` says what is looked at. */
void ics_expect(const char *name, const char *text, const char *want);

#endif
