/* policy_parts.h - what policies.c and rules.c are made of.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_POLICY_PARTS_H
#define SLAWATCH_CONF_POLICY_PARTS_H

#include "conf/reader.h"

#include <stddef.h>

/* The `name` of an entry of a list; one that an entry before it has is
 * reported: "two policies are called ...".  "" if there is none. */
const char *title_read(struct reader *r, const struct yaml_node *list,
    size_t index, const char *section);

/* `valid: FROM..UNTIL`. */
void validity_read(
    struct reader *r, const struct yaml_node *node, struct validity *v);

/* The offsets of a `warn`, WARNINGS_MAX at most; an empty list is none. */
void warnings_read(struct reader *r, const struct yaml_node *node,
    struct warning *out, size_t *count);

/* A policy's `targets`.  Every target's calendar is -1 before. */
void targets_read(
    struct reader *r, const struct yaml_node *node, struct policy *p);

#endif
