/* attribute.h - one of a ticket's free attributes.
 *
 * They are kept as the JSON object in which they came, which the door has
 * checked; this reads one member of it and believes nothing.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_ATTRIBUTE_H
#define SLAWATCH_CORE_ATTRIBUTE_H

#include "base/arena.h"

#include <stddef.h>

#define ATTRIBUTE_VALUES_MAX 64 /* of a list the others are not looked at */

/* The texts of the member `name`: one of a text, a number ("3", as written), a
 * true or false; several of a list of such; none of anything else, or where
 * there is no such member.  In the arena. */
size_t attribute_values(
    const char *json, const char *name, struct arena *arena, const char **out);

#endif
