/* schedule_parts.h - what oncall.c and roles.c share: a role may have an
 * on-call calendar of its own.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_SCHEDULE_PARTS_H
#define SLAWATCH_CONF_SCHEDULE_PARTS_H

#include "conf/reader.h"

/* The next entry of the matrix' schedules and its origin: empty, named. */
struct schedule_draft {
	struct schedule *schedule;
	struct schedule_origin *origin;
};
struct schedule_draft schedule_add(struct reader *r, const char *name);

/* A schedule by calendar: zone, override and refresh as they stand in the map,
 * the calendar itself at the node.  `section` is for the table of keys. */
void schedule_calendar_read(struct reader *r, const struct yaml_node *map,
    const char *section, const struct yaml_node *calendar,
    struct schedule_draft d);

/* Is that a calendar, by its looks, rather than a name: a file's or a feed's,
 * or a secret? */
bool schedule_is_calendar(const struct yaml_node *node);

/* A url that is not read is not shown either: of that key, if it is there. */
void schedule_hide_url(
    struct reader *r, const struct yaml_node *map, const char *key);

/* "assignee" and "team" mean something else in notify. */
void schedule_check_name(
    struct reader *r, const struct yaml_node *key, const char *what);

#endif
