/* zones.h - a zone's name to the zone, read from the system's tzdata.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_ZONES_H
#define SLAWATCH_CONF_ZONES_H

#include "conf/reader.h"

/* The zone the node names, or NULL and a report.  Each is read once and owned
 * by the matrix. */
const struct zone *zones_get(struct reader *r, const struct yaml_node *node);

/* The same by name, without a report: NULL if there is none that is sound. */
const struct zone *zones_find(struct reader *r, const char *name);

#endif
