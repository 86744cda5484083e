/* zone_named.c - a zone by name, in a matrix of its own that owns it.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/zone_named.h"

#include "conf/zones.h"

bool zone_named_get(
    const char *name, struct zone_named *out, struct errtext *err)
{
	static const struct conf_options options = { .zoneinfo = NULL };
	struct report report = { .arena = NULL };
	struct reader reader = { .report = &report, .options = &options };

	out->owner = matrix_new();
	report.arena = &out->owner->arena;
	reader.m = out->owner;
	out->zone = zones_find(&reader, name[0] != '\0' ? name : "UTC");
	if (out->zone != NULL)
		return true;
	errtext_set(err,
	    "the time zone %s is not known on this machine (is tzdata "
	    "installed?); write instants as 2026-12-01T08:00:00Z",
	    name);
	zone_named_free(out);
	return false;
}

void zone_named_free(struct zone_named *z)
{
	if (z->owner != NULL)
		matrix_free(z->owner);
	*z = (struct zone_named){ .zone = NULL };
}
