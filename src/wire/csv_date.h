/* csv_date.h - dates as exports write them.
 *
 * The conversions of strptime(3) that exports need, read without libc, whose
 * result depends on the process's locale and zone:
 *	%d %m %H %M %S	one or two digits	%Y	four digits
 *	%y	two digits, 1970..2069		%b	Jan .. Dec, any case
 *	%I %p	hour of 12 with AM or PM	%z	Z, +01:00, +0100
 *	%%	itself; a blank any blanks, also none; else itself
 * The word "rfc3339" is instant.h's wall_parse().
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_CSV_DATE_H
#define SLAWATCH_WIRE_CSV_DATE_H

#include "base/errtext.h"
#include "base/instant.h"
#include "core/zone.h"

#include <stdbool.h>

/* Does it give a whole date, by known conversions? */
bool csv_date_format_sound(const char *format, struct errtext *err);

/* Without %z the text is wall time in that zone (NULL is UTC), the first
 * occurrence of an ambiguous one.  False: the text is not such a date. */
bool csv_date_parse(const char *format, const char *text,
    const struct zone *zone, struct wall *out);

#endif
