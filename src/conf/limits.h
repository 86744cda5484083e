/* limits.h - `limit`, `person_limit` and `sees`: how much anybody has to hear.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_LIMITS_H
#define SLAWATCH_CONF_LIMITS_H

#include "conf/reader.h"

/* { count: 10, per: 15m } of that section of the table of keys. */
void limit_read(struct reader *r, const struct yaml_node *map,
    const char *section, struct limit *out);

/* `sees` of that map; SEES_UNSAID if it is absent. */
enum sees sees_read(struct reader *r, const struct yaml_node *map);

#endif
