/* outbox.h - which notice goes next, and through which lane?
 *
 * What the notifier keeps in memory of pending notices; their bodies stay on
 * disk.  Each channel has a lane of its own, so that one that is down delays
 * nobody else's notices.
 *
 *	          free_at reached, and durable
 *	WAITING ------------------------------> READY --taken--> HELD
 *	   ^                                                       |
 *	   +---------- put back, or pending again -----------------+
 *	gone: sent, withdrawn, dead; forgotten in any state but HELD, where it
 *	is forgotten when released
 *
 * Order of a lane: breaches, chains and faults first, then warnings, reminders
 * and the all-clear; within one class by (free_at, id).
 *
 * "Durable": a notice may leave only when the database records that the daemon
 * lived at its free_at.  After a crash the rows that were free to go by then
 * are marked as possible repeats; any other cannot have been sent.
 *
 * Bounded: above OUTBOX_MAX a notice stays on disk alone, unless its lane is
 * not the longest; then the longest gives up one of its last.  `on_disk` tells
 * that a scan is needed when there is room again.
 *
 * Loop thread only; no I/O.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_OUTBOX_H
#define SLAWATCH_DAEMON_OUTBOX_H

#include "base/deadline_heap.h"
#include "base/hashmap.h"
#include "daemon/item.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTBOX_MAX 65536 /* notices known in memory */

enum entry_state { ENTRY_WAITING, ENTRY_READY, ENTRY_HELD };

struct entry {
	int64_t ticket_id;
	struct wall free_at;
	int attempts; /* that have failed */
	uint16_t lane;
	uint8_t urgency; /* 0 goes first */
	uint8_t state;	 /* enum entry_state */
	bool gone;	 /* HELD: forget it when released */
};

struct lane {
	char *channel;		      /* name; owned */
	struct deadline_heap waiting; /* by free_at */
	struct deadline_heap ready;   /* by (urgency, free_at), see rank() */
	struct wall paused_until;     /* asked to wait; or 0 */
	int busy;		      /* taken, the attempt not yet over */
	struct mono moved;	      /* when that last changed */
};

struct outbox {
	struct hashmap ids;    /* notice id -> slot */
	struct entry *entries; /* by slot; owned */
	size_t cap;
	struct lane *lanes; /* one per channel name ever seen; owned */
	size_t nlanes;
	bool on_disk; /* there may be pending rows not known here */
};

void outbox_init(struct outbox *o);
void outbox_fini(struct outbox *o);

/* Pending anew, or changed; ignored while it is HELD. */
void outbox_put(struct outbox *o, const struct pending *p);

/* Not pending any more. */
void outbox_gone(struct outbox *o, int64_t notice_id);

/* What waits and is free by `now` and durable by `alive` becomes ready.
 * Returns the earliest free_at that is reached but not durable, or
 * WALL_NEVER: a stamp is wanted. */
struct wall outbox_ripen(struct outbox *o, struct wall now, struct wall alive);

/* The lane's next notice, now HELD: false if there is none or it is paused. */
bool outbox_take(struct outbox *o, size_t lane, struct wall now,
    struct mono mono, int64_t *notice_id);

/* The attempt with a notice that was taken is over: its place in the lane is
 * free, though the notice itself stays HELD until the outcome is stored. */
void outbox_attempt_over(struct outbox *o, size_t lane, struct mono mono);

/* A HELD one is in nobody's hands any more: forgotten, or, if again_at is not
 * WALL_NEVER and it has not gone, waiting for that. */
void outbox_release(struct outbox *o, int64_t notice_id, struct wall again_at);

const struct entry *outbox_entry(const struct outbox *o, int64_t notice_id);

void outbox_pause(struct outbox *o, size_t lane, struct wall until);

/* When the next thing can be done that cannot be done now: something becomes
 * free, a pause ends. */
struct wall outbox_next(const struct outbox *o, struct wall now);

size_t outbox_count(const struct outbox *o);

#endif
