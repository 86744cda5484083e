/* assign.h - who might take it: suggestions, until somebody has claimed it.
 *
 * A ticket of a team that assigns and that nobody owns is suggested to one of
 * its members on duty, with a skill for the category where anybody has it, and
 * with room for one more; by turns, or to who has the fewest open ones.  They
 * are told, and so is the help desk (matrix.helpdesk).  Unclaimed after the
 * team's time it goes to the team's fallback: a person is told, a team gets the
 * ticket and suggests anew.
 *
 * Where nobody is on duty: at once to the fallback if the ticket's notices wait
 * for nobody's hours (the most urgent), else when the first one's hours open.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_ASSIGN_H
#define SLAWATCH_CORE_ASSIGN_H

#include "core/turn.h"

/* The ticket changed: begins, ends or leaves alone. */
void assign_follow(struct turn *u, struct wall at);

/* When it wants to be called, or WALL_NEVER. */
struct wall assign_next(const struct turn *u);
void assign_fire(struct turn *u);

#endif
