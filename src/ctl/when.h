/* when.h - instants for people: where they are, how far off, and what was
 * meant by "mon 09:00".
 *
 * "Now" is the daemon's, always: its clock may be a virtual one, and a due that
 * the daemon calls late must not look early here.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_WHEN_H
#define SLAWATCH_CTL_WHEN_H

#include "base/errtext.h"
#include "base/instant.h"
#include "core/zone.h"

#define WHEN_TEXT_MAX 80

/* "in 12m", "1h 30m ago", "now"; "" for never.  Cut to what still matters:
 * seconds below a minute, minutes below a day, hours above. */
void when_relative(struct wall at, struct wall now, char out[WHEN_TEXT_MAX]);

/* "2026-01-05 10:00:00" in the local zone ($TZ, /etc/localtime); "" for
 * never. */
void when_local(struct wall at, char out[WHEN_TEXT_MAX]);

/* "2026-01-05 10:00:00 CET (in 12m)"; "" for never. */
void when_both(struct wall at, struct wall now, char out[WHEN_TEXT_MAX]);

/* "Mon 2026-01-05 10:00 CET" in that zone, seconds only where there are any;
 * "" for never. */
void when_there(struct wall at, const struct zone *z, char out[WHEN_TEXT_MAX]);

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
bool when_parse(const char *text, const struct zone *z, struct wall now,
    struct wall after, struct wall *out, struct errtext *err);

#endif
