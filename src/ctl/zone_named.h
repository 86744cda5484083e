/* zone_named.h - the time zone that the daemon named.
 *
 * From this machine's tzdata ($TZDIR): what a person types is read on the wall
 * clock of whom it concerns, wherever it is typed.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_ZONE_NAMED_H
#define SLAWATCH_CTL_ZONE_NAMED_H

#include "base/errtext.h"
#include "core/zone.h"

struct matrix;

struct zone_named {
	const struct zone *zone;
	struct matrix *owner; /* of it; nothing else is in there */
};

/* "" is UTC.  False with the reason: this machine does not know the zone. */
bool zone_named_get(
    const char *name, struct zone_named *out, struct errtext *err);
void zone_named_free(struct zone_named *z);

#endif
