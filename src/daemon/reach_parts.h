/* reach_parts.h - what the look and what it found share.
 *
 * Private to reach.c and reach_look.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_REACH_PARTS_H
#define SLAWATCH_DAEMON_REACH_PARTS_H

#include "daemon/reach.h"

/* A look is over; takes the lines. */
void reach_take(struct app *app, struct reach_lines *lines);

void reach_lines_free(struct reach_lines *lines);

void reach_lines_add(
    struct reach_lines *lines, const char *person, const char *channel);

/* NULL: it was not asked of. */
struct reach_line *reach_lines_find(
    struct reach_lines *lines, const char *person, const char *channel);

/* A look that is under way is forgotten. */
void reach_look_close(struct app *app);

/* Endpoints that are down, and channels by which everything is refused. */
void reach_down_chores(
    struct app *app, struct arena *arena, struct chore_list *out);
void reach_down_hold(const struct app *app, struct told *told);
void reach_down_close(struct app *app);

#endif
