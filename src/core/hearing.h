/* hearing.h - who would hear how often, of what, by which way?
 *
 * A tally of notices by person, role, channel, reason, chain and step.  Its
 * size is bounded by what the matrix can say, never by how many tickets there
 * are: counts are exact, and no ticket is remembered.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_HEARING_H
#define SLAWATCH_CORE_HEARING_H

#include "base/arena.h"
#include "base/textbuf.h"
#include "core/notice.h"
#include "core/words.h"

#include <stddef.h>
#include <stdint.h>

struct heard {
	const char *who;     /* person, or "" for the room itself */
	const char *channel; /* name */
	const char *chain;   /* or "" */
	int step;	     /* index or -1 */
	enum notice_reason reason;
	int64_t count;
	struct wall first; /* when the first of them goes */
};

struct hearing {
	struct heard *items; /* in the arena */
	size_t count;
	size_t cap;
	int64_t total; /* of all counts */
	struct words known;
	struct textbuf key; /* of the one in hand */
	struct arena arena; /* texts; owned */
};

void hearing_init(struct hearing *h);
void hearing_fini(struct hearing *h);

/* One more that goes at that instant. */
void hearing_add(struct hearing *h, const struct notice *n, struct wall at);

/* A person (or a room) and all that they hear. */
struct hearer {
	const char *who;     /* person; "" for a room */
	const char *channel; /* the room's; "" for a person */
	int64_t count;
	struct wall first;
	const struct heard *items; /* those of them, the most often heard
				      first */
	size_t nitems;
};

/* Puts the tally in order, whoever hears most first; the list is in the
 * arena.  Nothing is to be added afterwards. */
struct hearer *hearing_people(struct hearing *h, size_t *count);

#endif
