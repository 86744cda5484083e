/* assign_pick.h - who of a team might take the ticket now?
 *
 * Private to assign.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_ASSIGN_PICK_H
#define SLAWATCH_CORE_ASSIGN_PICK_H

#include "core/turn.h"

enum pick_outcome {
	PICK_ONE,
	PICK_OFF_DUTY,	  /* nobody is there */
	PICK_FULL,	  /* whoever is there has all they can take */
	PICK_UNREACHABLE, /* whoever could take it cannot be told */
};

struct pick {
	enum pick_outcome outcome;
	int person;	 /* PICK_ONE; else -1 */
	const char *why; /* that one, in words */
};

/* Members who are there and yet passed over are journalled with the reason, and
 * so is who is away. */
struct pick assign_pick(struct turn *u, int team, struct wall at);

/* "assign TEAM": how a pick is recorded and asked for. */
const char *assign_role(struct turn *u, int team);

bool assign_anybody_there(const struct turn *u, int team);

/* When the first of the team comes on duty; WALL_NEVER: nobody does. */
struct wall assign_first_there(const struct turn *u, int team);

#endif
