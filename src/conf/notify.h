/* notify.h - `notify` and `via`: whom a step tells, and how.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_NOTIFY_H
#define SLAWATCH_CONF_NOTIFY_H

#include "conf/reader.h"

/* Both keys of a map into the step.  Without `via` everybody who can be meant
 * must have channels of their own; else that is reported.
 * `what` the map is, for messages: "step". */
void notify_read(struct reader *r, const struct yaml_node *map,
    const char *what, struct step *s);

/* What a word of `via` or of a person's `channels` means, as matrix_way(); -1
 * and a report if it is unknown, or means Slack where no room is one. */
int read_way(struct reader *r, const struct yaml_node *node);

/* Adds the node's text to a list of names; reports one that is empty, that
 * is there already, and one too many. */
void name_add(struct reader *r, const struct yaml_node *node,
    const char **names, size_t *count, size_t max);

#endif
