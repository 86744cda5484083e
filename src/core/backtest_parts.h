/* backtest_parts.h - what a backtest remembers of each ticket.
 *
 * Private to the backtest.
 *
 * What a ticket gives to the totals (is it counted, escalated, late, missed) is
 * taken out before a decision about it is looked at and put in again after
 * (backtest_give): so the totals always are those of what is remembered.
 *
 * Severities are indices into the matrix's, nseverities for none.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_BACKTEST_PARTS_H
#define SLAWATCH_CORE_BACKTEST_PARTS_H

#include "base/hashmap.h"
#include "core/backtest.h"

/* A cycle of a clock: which of backtest_clock's numbers hold it. */
enum cycle_bit {
	CYCLE_STARTED = 1u << 0,
	CYCLE_WARNED = 1u << 1,
	CYCLE_BREACHED = 1u << 2,
	CYCLE_WITHDRAWN = 1u << 3,
	CYCLE_MET = 1u << 4,
	CYCLE_MET_LATE = 1u << 5,
	CYCLE_CANCELLED = 1u << 6,
	CYCLE_UNMET = 1u << 7, /* of a ticket that is counted */
};

#define CYCLE_BITS 8
#define CYCLE_ENDS (CYCLE_MET | CYCLE_MET_LATE | CYCLE_CANCELLED)

struct seen_cycle {
	int kind;
	int cycle;
	int severity;
	int target;		 /* of the matrix's, or -1 */
	unsigned counted;	 /* enum cycle_bit */
	bool over;		 /* it goes on only if it is reopened */
	bool touched;		 /* by the decision in hand */
	struct wall breached_at; /* of the breach that stands, or never */
};

struct seen_run {
	int seq;
	int chain;
	int step; /* the last one that told anybody, or -1 */
	bool acked;
	bool answered; /* counted as acknowledged */
	bool exhausted;
	struct wall started;
};

/* Small numbers, each once. */
struct seen_set {
	int *at; /* owned */
	size_t count;
	size_t cap;
};

/* Of a ticket.  Of cycles only the latest of each kind and those not over. */
struct seen {
	bool counted; /* was alive at `since`, or since */
	bool open;
	bool escalated;
	bool warned;
	bool alerted;	  /* since */
	bool said;	  /* the history says something of it */
	bool caught;	  /* alerted of before it was missed */
	bool late_before; /* ours ran out before */
	int policy;	  /* that matches, or -1 */
	int severity;
	size_t late;		/* breaches that stand and are counted */
	struct wall late_at;	/* first breach of cycles forgotten, or never */
	struct wall alerted_at; /* first alert at all, or never */
	struct wall missed_at;	/* or never */
	struct seen_set policies; /* counted ones */
	struct seen_set severities;
	struct seen_set chains;
	struct seen_cycle *cycles; /* owned */
	size_t ncycles;
	size_t cap_cycles;
	struct seen_run *runs; /* live ones; owned */
	size_t nruns;
	size_t cap_runs;
};

struct backtest_private {
	struct backtest_missed missed;
	struct hashmap slots; /* ticket id to its place in `seen` */
	struct seen **seen;   /* by slot; owned */
	size_t cap_seen;
	struct backtest_clock *grid; /* by kind, then severity */
	int *targets; /* index into targets, -1: none; by policy, severity,
			 kind */
	struct arena scratch;	 /* of one decision */
	size_t open;		 /* tickets, counted or not */
	bool any;		 /* anything happened so far */
	bool begun;		 /* `since` has come */
	struct wall quiet_since; /* last notice, or opening of the first */
	struct wall hour;	 /* in hand; or never */
	size_t hour_notices;
};

/* The ticket's, made if there is none. */
struct seen *backtest_seen(struct backtest *b, const struct ticket *t);
/* NULL: there is none. */
struct seen *backtest_find(struct backtest *b, const struct ticket *t);
void backtest_forget(struct backtest *b, const struct ticket *t);
void seen_free(struct seen *s);

/* Room for one more of a list of the caller's. */
void *seen_grow(void *items, size_t count, size_t *cap, size_t size);

/* Was it not in there? */
bool seen_set_add(struct seen_set *set, int value);

/* As bytes, and back; false: that is no such text, and s is empty. */
void seen_pack(const struct seen *s, struct textbuf *out);
bool seen_unpack(struct seen *s, const char *bytes, size_t len);

/* Puts what the ticket gives into the totals, or takes it out. */
void backtest_give(struct backtest *b, const struct seen *s, bool put);

/* What the change at that index of the decision means for the ticket's clocks
 * and chains; counts: since `since`. */
void backtest_clock(struct backtest *b, struct seen *s, const struct ticket *t,
    const struct change *c, bool counts);
void backtest_chain(struct backtest *b, struct seen *s, const struct ticket *t,
    const struct decision *d, size_t index, bool counts);
/* After all of them: cycles follow their ticket's severity. */
void backtest_clocks_follow(struct backtest *b, struct seen *s);
/* The ticket counts from now on: what its clocks have and are. */
void backtest_clocks_count(struct backtest *b, struct seen *s);
/* The grid as a list, without what is empty. */
void backtest_clocks_end(struct backtest *b);

/* The week: a notice went, so many tickets are open from now on, the end. */
void backtest_week_notice(struct backtest *b, struct wall now);
void backtest_week_open(struct backtest *b, bool more, struct wall now);
void backtest_week_end(struct backtest *b, struct wall until);

/* The first breach that stands, counted or not; or never. */
struct wall seen_late_at(const struct seen *s);
/* Does the history say now that the ticket missed its target? */
void backtest_history_look(struct backtest *b, struct seen *s,
    const struct ticket *t, const struct event *ev, struct wall now);
void backtest_history_miss(struct backtest *b, struct seen *s, struct wall at);

#endif
