/* watch.h - whose deadline has run out?
 *
 * Every live ticket by its row, and of those that wait for something the
 * earliest instant: a cache of one column on disk, filled by one scan at start
 * and kept by publishing.  What is due leaves the heap and is offered to the
 * intake as a tick; the publishing of that tick (or of any other change of the
 * ticket) puts it back with what it waits for next.
 *
 *	         put (next_due)
 *	  +---------------------------+
 *	  v                           |
 *	HEAP --due, offered--> IN HAND (intake, commit, publish)
 *	  ^                        |
 *	  +--- queue was full -----+   stays in the heap, tried again
 *
 * A tick that was committed and leaves the ticket due again at once is a fault
 * of the program: it is put off by a minute and logged, so that one ticket
 * cannot spin the daemon.
 *
 * Memory per live ticket: 20 bytes of heap, 8 of id, 4 to 9 of table.
 *
 * Loop thread only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_WATCH_H
#define SLAWATCH_DAEMON_WATCH_H

#include "base/deadline_heap.h"
#include "base/hashmap.h"
#include "daemon/intake.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WATCH_TURN_MAX	 4096	   /* ticks offered in one turn */
#define WATCH_PUT_OFF_MS MINUTE_MS /* a ticket that would spin */

struct watch {
	struct hashmap tickets; /* row id of every live ticket -> slot */
	struct deadline_heap heap;
	struct intake *intake; /* borrowed */
	size_t room;	       /* tickets for which it was made */
	size_t in_hand;	       /* ticks offered and not yet published */
	bool blocked;	       /* the intake was full: try after a publish */
	bool held;	       /* the daemon is stopping: offer nothing more */
	uint64_t put_off;      /* tickets that would have spun */
};

struct watched {
	int64_t ticket_id;
	struct wall due; /* WALL_NEVER: waits for nothing */
};

void watch_init(struct watch *w);
void watch_fini(struct watch *w);

/* Room for n tickets more. */
void watch_reserve(struct watch *w, size_t n);

/* A live ticket waits until `due`, or for nothing (WALL_NEVER).  Room was
 * reserved. */
void watch_put(struct watch *w, int64_t ticket_id, struct wall due);

/* Room for so many tickets that are not there yet, and put() for each: cheaper,
 * because none of them is looked for. */
void watch_add(struct watch *w, const struct watched *from, size_t count);

/* The ticket is over. */
void watch_drop(struct watch *w, int64_t ticket_id);

/* What a committed item says about its ticket. */
void watch_publish(struct watch *w, const struct item *it, struct wall now);

/* Offers what is due by now, earliest first, as long as the intake takes it. */
void watch_fire(struct watch *w, struct wall now);

/* When to call again: the earliest due, or WALL_NEVER while that would be of
 * no use. */
struct wall watch_next(const struct watch *w);

/* How many are due at that instant or before it; walks the heap's top. */
size_t watch_overdue(const struct watch *w, struct wall now);

/* Nothing is due by `now` and no tick is in hand. */
bool watch_settled(const struct watch *w, struct wall now);

size_t watch_bytes(const struct watch *w);

#endif
