/* hours.h - days and hours as people write them.
 *
 * "09:00-12:30", "22:00-06:00", "00:00-24:00"; "mon-fri", "sat,sun", "daily";
 * "2026-12-24", "12-25".  Pure text to values: no files, no reports.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_HOURS_H
#define SLAWATCH_CONF_HOURS_H

#include "core/calendar.h"

#include <stdbool.h>

/* An interval of the day.  One that starts when it ends is refused. */
bool hours_interval(const char *text, struct day_interval *out);

/* Days of the week as bits, 1 << 0 is Monday; 0 if the text names none, or one
 * of its parts is wrong. */
unsigned hours_days(const char *text);

/* A date; year 0 for one of every year.  Hours are left alone. */
bool hours_date(const char *text, struct calendar_date *out);

const char *hours_day_name(int day); /* "mon" for 0 */

/* Do two intervals of one day overlap? */
bool hours_overlap(struct day_interval a, struct day_interval b);

#endif
