/* zone.h - what does the clock on the wall say there?
 *
 * A time zone read from TZif bytes (RFC 8536, versions 1 to 4): transitions
 * up to the last one in the file, and the footer's POSIX TZ rule for ever
 * after.  The bytes are read by conf/; this layer sees only memory.
 *
 * Why not libc: tzset() is process-global, sixty times slower, and cannot say
 * which of two offsets an ambiguous wall time has.
 *
 * Immutable after parsing; any number of threads may ask.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_ZONE_H
#define SLAWATCH_CORE_ZONE_H

#include "base/errtext.h"
#include "base/instant.h"

#include <stdbool.h>
#include <stddef.h>

struct zone; /* owned by whoever parsed it */

/* NULL and a reason if the bytes are not a TZif file we can trust: every index
 * is checked.  `name` is copied ("Europe/Berlin"). */
struct zone *zone_parse(
    const char *name, const void *bytes, size_t len, struct errtext *err);

/* The zone "UTC", without any file. */
struct zone *zone_utc(void);

void zone_free(struct zone *z);

const char *zone_name(const struct zone *z);

/* Seconds east of UTC at that instant. */
int32_t zone_offset(const struct zone *z, struct wall at);

/* The zone's abbreviation then ("CET"); lives as long as the zone. */
const char *zone_abbrev(const struct zone *z, struct wall at);

/* Wall time there.  Never fails inside instant.h's range. */
void zone_local(const struct zone *z, struct wall at, struct civil *out);

enum zone_pick {
	ZONE_FIRST, /* of an ambiguous wall time: the first occurrence */
	ZONE_LAST,  /* ... the last occurrence */
};

/* The instant at which the wall clock shows it.  A wall time that does not
 * exist is read with the offset before the jump (RFC 5545: in a gap 02:30
 * becomes 03:30).  hour may be 24 with minute and second 0. */
struct wall zone_instant(
    const struct zone *z, const struct civil *local, enum zone_pick pick);

/* The first transition (change of offset) after `at`, or WALL_NEVER if there
 * is none before 2200. */
struct wall zone_next_change(const struct zone *z, struct wall at);

#endif
