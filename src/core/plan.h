/* plan.h - what would a new matrix do to the tickets that are there?
 *
 * Each ticket that it would take over goes through the door on a copy, with
 * EVENT_REVISED as the daemon sends it after a reload, and what follows is
 * counted: whose due moves, what breaches at once, who is told.  Counts are
 * exact; of the details only the worst are kept, so that memory does not depend
 * on how many tickets there are.
 *
 * The matrix's `previous` is the one in force.  A plan is true at its instant:
 * what happens until the reload is not in it.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_PLAN_H
#define SLAWATCH_CORE_PLAN_H

#include "core/assumed.h"
#include "core/decide.h"
#include "core/hearing.h"

#define PLAN_LIST_MAX 100 /* of each list */

struct plan_totals {
	int64_t tickets; /* looked at */
	int64_t touched; /* for which something follows */
	/* Unfinished clocks. */
	int64_t moved; /* the due is another one */
	int64_t earlier;
	int64_t later;
	int64_t earlier_max_ms;
	int64_t later_max_ms;
	int64_t retargeted; /* paused, with another target: moves when it
			       resumes */
	int64_t started;
	int64_t cancelled;
	int64_t paused;
	int64_t resumed;
	int64_t breaches;   /* at once */
	int64_t warnings;   /* at once */
	int64_t unbreached; /* run late, and would not any more */
	int64_t chains;	    /* that start */
	int64_t rules;	    /* that fire */
	int64_t notices;    /* that go at once */
	int64_t held;	    /* wait for their readers' hours */
	int64_t withdrawn;  /* waited, and would not go any more */
	int64_t policies;   /* tickets that get another one */
	int64_t unwatched;  /* tickets that lose theirs */
};

/* A clock whose due moves, or that breaches at once. */
struct plan_clock {
	const char *ticket;
	const char *severity; /* or "" */
	const char *clock;
	int cycle;
	const char *policy; /* whose target it has then; or "" */
	struct wall was;    /* WALL_NEVER: it did not run */
	struct wall due;
};

/* A policy to another one, "" for none; or a severity that is gone. */
struct plan_change {
	const char *from;
	const char *to;
	int64_t count; /* tickets */
};

struct plan_clocks {
	struct plan_clock *items[PLAN_LIST_MAX];
	struct arena arenas[PLAN_LIST_MAX]; /* of the item there */
	size_t count;
};

struct plan_changes {
	struct plan_change *items;
	size_t count;
	size_t cap;
};

struct plan {
	const struct matrix *from; /* in force */
	const struct matrix *to;
	struct wall now;
	struct assumed assumed;
	struct plan_totals totals;
	struct plan_clocks moves;    /* earlier before later, by how far */
	struct plan_clocks breaches; /* the longest overdue first */
	struct plan_changes policies;
	struct plan_changes severities; /* `to` is "" */
	struct hearing told;		/* of what goes at once */
	struct hearer *people;		/* of that, by plan_finish() */
	size_t npeople;
	struct arena arena; /* of the changes; owned */
};

/* Matrices and facts are borrowed; the plan stays where it is. */
void plan_init(struct plan *p, const struct matrix *from,
    const struct matrix *to, const struct facts *f, struct wall now);
void plan_fini(struct plan *p);

/* Are solved tickets told of that matrix, too? */
bool plan_takes_solved(const struct matrix *to);

/* The ticket is a copy that nobody needs any more, with an arena of its own. */
void plan_ticket(struct plan *p, struct ticket *t);

/* After the last ticket. */
void plan_finish(struct plan *p);

/* What the guard of the matrix in force says: refused, and why; or "". */
bool plan_refused(const struct plan *p, struct errtext *why);

#endif
