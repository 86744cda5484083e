/* channel_parts.h - what channels.c is made of.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_CHANNEL_PARTS_H
#define SLAWATCH_CONF_CHANNEL_PARTS_H

#include "conf/reader.h"

/* The url at that place. */
void channel_check_url(
    struct reader *r, struct place at, const struct channel *c);

/* A password must not cross a network in the clear. */
void channel_check_login(
    struct reader *r, const struct yaml_node *node, const struct channel *c);

/* `budget` of the channel; what its kind has, unless given. */
void channel_budget_read(
    struct reader *r, const struct yaml_node *node, struct channel *c);

/* "support.dm" and "support.mention" for each room of Slack's app, behind the
 * channels of the file, which keep their places.  The matrix has room. */
void channel_ways_add(struct reader *r, const struct yaml_node *map);

#define CHANNEL_WAYS_MAX WAY_COUNT /* channels that one of the file makes */

#endif
