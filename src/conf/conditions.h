/* conditions.h - a `when` of the file to the condition it says.
 *
 * What comes of it is in its simplest form, so that conf_dump() writes it and
 * reads the same again: an ALL at the top, in the order of the file; below it
 * every ALL and ANY has two parts at least, and an ALL written as a map with
 * one key is that key's part.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_CONDITIONS_H
#define SLAWATCH_CONF_CONDITIONS_H

#include "conf/reader.h"

#define CONDITION_DEPTH_MAX 8 /* all, any and not within each other */

/* The longest time in which tickets are counted. */
#define TALLY_WINDOW_MAX_MS (400 * DAY_MS)

enum condition_use {
	CONDITION_OF_RULE,
	CONDITION_OF_POLICY, /* nothing that changes without an event */
};

/* Into *out, which is zero.  An empty map holds always. */
void condition_read(struct reader *r, const struct yaml_node *node,
    enum condition_use use, struct condition *out);

#endif
