/* budget.h - how much may be said at once, and what goes first?
 *
 * A token bucket per destination: one message every `every_ms`, up to `burst`
 * of them at once, the last `reserve` of a full bucket kept for breaches.  A
 * destination that was quiet has a full bucket, so that its first notice is
 * never delayed.
 *
 * Classes are DESIGN 5's order, the urgent first.  Budgets are real time, also
 * on a virtual clock: the other side knows no other.
 *
 * Values; time is an argument.  Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_BUDGET_H
#define SLAWATCH_CORE_BUDGET_H

#include "base/instant.h"
#include "core/notice.h"

#include <stdbool.h>
#include <stdint.h>

enum notice_class {
	CLASS_BREACH,
	CLASS_ESCALATION,
	CLASS_WARNING,
	CLASS_REMINDER,
	CLASS_UPDATE,
	CLASS_DRILL, /* whatever a drill says: nothing real waits for it */
	CLASS_REPORT,
	CLASS_COUNT
};

enum notice_class notice_class(enum notice_reason reason);
const char *notice_class_name(enum notice_class c); /* "breach" */

struct budget {
	int64_t every_ms; /* one message in that time; 0: without a limit */
	int burst;	  /* at once; at least 1 */
	int reserve;	  /* of these for breaches only; less than burst */
};

/* Zeroed is full: nothing was ever taken. */
struct bucket {
	int64_t debt_ms;   /* of what was taken, not yet made good */
	struct mono since; /* when that was so */
};

/* May a message of that class go now?  Takes nothing. */
bool bucket_has(const struct bucket *b, const struct budget *budget,
    enum notice_class class, struct mono now);

/* Messages of that class that may go now; a large number without a limit. */
int bucket_count(const struct bucket *b, const struct budget *budget,
    enum notice_class class, struct mono now);

/* One was sent; it may be asked for more than it has (a person clicked). */
void bucket_take(
    struct bucket *b, const struct budget *budget, struct mono now);

/* What was taken last has arrived by now, nobody knows when: it is made good
 * from here on.  Whoever sends one at a time and says so is never ahead of the
 * other side's own bucket, however long a message is on its way. */
void bucket_arrived(struct bucket *b, struct mono now);

/* What was taken last was not sent. */
void bucket_put_back(
    struct bucket *b, const struct budget *budget, struct mono now);

/* Is it as full as one that was never used? */
bool bucket_is_full(const struct bucket *b, struct mono now);

/* When bucket_has() becomes true; now, if it is. */
struct mono bucket_at(const struct bucket *b, const struct budget *budget,
    enum notice_class class, struct mono now);

#endif
