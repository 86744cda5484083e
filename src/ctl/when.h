/* when.h - instants for people: where they are, and how far off.
 *
 * "Now" is the daemon's, always: its clock may be a virtual one, and a due that
 * the daemon calls late must not look early here.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_WHEN_H
#define SLAWATCH_CTL_WHEN_H

#include "base/instant.h"
#include "core/zone.h"

#define WHEN_TEXT_MAX 80

/* "in 12m", "1h 30m ago", "now"; "" for never.  Cut to what still matters:
 * seconds below a minute, minutes below a day, hours above. */
void when_relative(struct wall at, struct wall now, char out[WHEN_TEXT_MAX]);

/* "2026-01-05 10:00:00" in the local zone ($TZ, /etc/localtime); "" for
 * never. */
void when_local(struct wall at, char out[WHEN_TEXT_MAX]);

/* The same in that zone, NULL: UTC; on every machine alike. */
void when_zone(struct wall at, const struct zone *z, char out[WHEN_TEXT_MAX]);

/* "2026-01-05 10:00:00 CET (in 12m)"; "" for never. */
void when_both(struct wall at, struct wall now, char out[WHEN_TEXT_MAX]);

#endif
