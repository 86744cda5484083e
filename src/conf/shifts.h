/* shifts.h - who is on call when, as an .ics calendar tells it.
 *
 * Each event is a stretch of duty of whom its title names (oncall_title() in
 * core/oncall.h); TRANSP says nothing here.  An all-day event is a day of the
 * schedule's zone; where that has none, of the calendar's own (X-WR-TIMEZONE),
 * else of UTC.  So are times without a zone.
 *
 * Shifts keep instants and titles only: no zone has to outlive the reading.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_SHIFTS_H
#define SLAWATCH_CONF_SHIFTS_H

#include "base/arena.h"
#include "base/errtext.h"
#include "conf/ics.h"
#include "core/matrix.h"

#include <stdbool.h>
#include <stddef.h>

/* The events of a calendar in the arena; zone NULL: the calendar's own.  False
 * and why, as ics_read() says it. */
bool shifts_events(const char *bytes, size_t len, const struct zone *zone,
    ics_zone_fn *zone_of, void *user, struct arena *arena, struct ics *out,
    struct errtext *err);

/* The shifts of these events, in the arena with their titles. */
void shifts_of(
    const struct ics *events, struct arena *arena, struct shifts *out);

/* Both at once, of a feed's bytes as they were fetched.  Zones are those of the
 * matrix or read for the time being: any thread may ask. */
bool shifts_read(const char *bytes, size_t len, const struct matrix *m,
    const struct schedule *s, struct arena *arena, struct shifts *out,
    struct errtext *err);

#endif
