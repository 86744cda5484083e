/* moment.h - what did a person mean by "mon 09:00", there?
 *
 * Instants as people say them, by the wall clock of a zone: on the command line
 * and in Slack alike.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_MOMENT_H
#define SLAWATCH_CORE_MOMENT_H

#include "base/errtext.h"
#include "base/instant.h"
#include "core/zone.h"

#define MOMENT_TEXT_MAX 80

/* "Mon 2026-01-05 10:00 CET" in that zone, seconds only where there are any;
 * "" for never. */
void moment_there(
    struct wall at, const struct zone *z, char out[MOMENT_TEXT_MAX]);

/* What a person types for an instant, by the wall clock of the zone:
 *	2026-12-01T08:00:00+01:00	RFC 3339: the same in any zone
 *	2026-12-01 08:00		a day's time of day
 *	tomorrow 08:00, today 18:00	counted from `now`
 *	mon 09:00, friday 18:00		the first such after `after`
 *	18:00				likewise
 *	in 2h				after `now`
 *	now
 * A day without a time of day means its beginning.  A wall time that the clocks
 * skip in spring is read as zone.h does; of one that comes twice in autumn the
 * first is meant, but where it must be after `after` the first that is.
 *
 * False: *err says what can be written.  Pure. */
bool moment_parse(const char *text, const struct zone *z, struct wall now,
    struct wall after, struct wall *out, struct errtext *err);

#endif
