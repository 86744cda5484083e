/* pick.h - read a member of the daemon's JSON, whatever is there.
 *
 * The daemon may be newer or older than this program: a member that is missing
 * or of another type reads as empty, never as an error.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_PICK_H
#define SLAWATCH_CTL_PICK_H

#include "base/instant.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

/* "" if it is null, missing or no text; lives as long as the tree. */
const char *pick_text(const cJSON *object, const char *name);
int64_t pick_int(const cJSON *object, const char *name);   /* or 0 */
double pick_number(const cJSON *object, const char *name); /* or 0 */
bool pick_true(const cJSON *object, const char *name);
struct wall pick_wall(const cJSON *object, const char *name); /* or never */

/* An object or array, or NULL: reading from that is empty again.  What is null
 * there is nothing. */
const cJSON *pick(const cJSON *object, const char *name);

#endif
