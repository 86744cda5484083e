/* explain.h - why does this ticket stand as it does, and what comes next?
 *
 * A reading of what is there, not a second machine: where a clock's time went
 * are its stretches, what happened is the journal, and what comes is asked of
 * decide() itself, on a copy of the ticket and with a tick at each instant at
 * which the daemon would send one, as if nobody did anything and every notice
 * arrived.  So an explanation cannot differ from what it explains.
 *
 * The stretches of a clock that is not over end at `now`; their sum is what
 * the clock has elapsed by then, to the millisecond.
 *
 * All of it lives in the arena given, or belongs to what was explained, which
 * must outlive it.  Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_EXPLAIN_H
#define SLAWATCH_CORE_EXPLAIN_H

#include "core/journal.h"
#include "core/match.h"
#include "core/matrix.h"
#include "core/ticket.h"

#include <stdbool.h>
#include <stddef.h>

#define EXPLAIN_AHEAD_MS (30 * DAY_MS) /* how far `next` looks */
#define EXPLAIN_NEXT_MAX 100	       /* and how many things it tells */

/* What a ticket loaded for a decision does not carry any more. */
struct explain_past {
	const struct ticket *whole;	/* with every cycle, run and notice */
	const struct journal_row *rows; /* oldest first */
	size_t nrows;
	bool cut; /* older rows, or notices, were left out */
};

/* --- which policy, and why ------------------------------------------------ */

struct explained_condition {
	const char *field; /* "tier" */
	const char *value; /* the ticket's; tags with commas; NULL: none */
	const char **wanted;
	size_t nwanted;
	const char *why; /* "tier is standard, wanted enterprise" */
	bool holds;
};

enum explained_verdict {
	POLICY_MATCHED,
	POLICY_FAILED,
	POLICY_LATER,	/* would match too, but an earlier one did */
	POLICY_OUTSIDE, /* would match, but is not valid then */
	POLICY_VERDICT_COUNT
};

const char *explained_verdict_name(enum explained_verdict v);

struct explained_policy {
	const char *name;
	enum explained_verdict verdict;
	bool just_missed; /* one condition fails, all others hold */
	const char *why;  /* "tier is standard, wanted enterprise" */
	struct explained_condition conditions[MATCH_PARTS_MAX];
	size_t nconditions;
};

/* --- rules ---------------------------------------------------------------- */

struct explained_rule {
	const char *name;
	bool valid;	 /* at that instant */
	bool holds;	 /* its condition; it fires when that becomes true */
	bool seen;	 /* the ticket's last decision knew that it holds */
	const char *why; /* what holds, or what does not */
	struct explained_condition conditions[MATCH_PARTS_MAX];
	size_t nconditions;
	const struct journal_row *fired; /* the last time; NULL: never, or
					    nobody knows any more */
};

/* --- clocks --------------------------------------------------------------- */

struct explained_stretch {
	const struct stretch *stretch;
	struct wall to;			 /* now, where it goes on */
	int64_t ms;			 /* working time in it up to there */
	int64_t sum_ms;			 /* and since the cycle began */
	const char *why;		 /* in words */
	const struct journal_row *event; /* that began it, or NULL */
};

enum explained_warning_state {
	WARNING_SENT,	 /* it was due, and went out */
	WARNING_SKIPPED, /* overtaken by a later one, or by the breach; `at` may
			    be ahead: it will be */
	WARNING_AHEAD,	 /* comes at `at` if nothing happens */
	WARNING_WAITS,	 /* its clock is paused */
	WARNING_STATE_COUNT
};

const char *explained_warning_name(enum explained_warning_state s);

struct explained_warning {
	const char *offset; /* "80%" */
	enum explained_warning_state state;
	struct wall at; /* never: waits, or nobody knows any more */
};

/* A row of the journal, and the event that led to it (NULL: it came by itself,
 * as a breach does, or with a new matrix). */
struct explained_row {
	const struct journal_row *row;
	const struct journal_row *event;
	const char *why; /* in words, or "" */
};

enum explained_source {
	SOURCE_NONE,	 /* nobody says any: 24x7 */
	SOURCE_TARGET,	 /* the target's own */
	SOURCE_SEVERITY, /* the severity's, which beats the policy's */
	SOURCE_POLICY,
	SOURCE_EARLIER, /* what applied then; the matrix says otherwise now */
	SOURCE_COUNT
};

const char *explained_source_name(enum explained_source s);

struct explained_clock {
	const struct clock *clock;
	int64_t elapsed_ms; /* by now, or by its end */
	enum explained_source calendar_from;
	struct explained_stretch *stretches;
	size_t nstretches;
	struct explained_warning *warnings;
	size_t nwarnings;
	struct explained_row *rows; /* started, paused, met, ... */
	size_t nrows;
};

/* --- chains and notices --------------------------------------------------- */

struct explained_run {
	const struct chain_run *run;
	struct chain chain; /* as it was at the start; no steps: unreadable */
	struct explained_row *rows;
	size_t nrows;
};

struct explained_notice {
	const struct notice *notice;
	struct wall held_until; /* never: it was not held */
	struct wall over_at;	/* sent, withdrawn or given up; or never */
	const char *why;	/* what was said of it last, or "" */
};

/* --- what comes next ------------------------------------------------------ */

struct explained_told {
	const char *reason;
	const char *who; /* person, role, or "" for the room itself */
	const char *channel;
	struct wall held_until; /* never: at once */
};

struct explained_next {
	struct wall at;
	enum change_kind kind; /* CHANGE_NOTICE_SENT: one that waited goes */
	const char *what;      /* "80% of resolution is used" */
	const char *clock;     /* or "" */
	int cycle;
	const char *chain; /* or "" */
	int run;
	int step; /* index or -1 */
	struct explained_told *told;
	size_t ntold;
	size_t cap_told;
};

struct explanation {
	const struct ticket *ticket;
	const struct matrix *matrix;
	struct wall now;
	bool cut;			   /* as in explain_past */
	struct explained_policy *policies; /* in the order of the matrix */
	size_t npolicies;
	struct explained_rule *rules; /* in the order of the matrix */
	size_t nrules;
	struct explained_row *severity; /* who said it, who confirmed it */
	size_t nseverity;
	struct explained_row *assignment; /* to whom it was suggested */
	size_t nassignment;
	struct explained_row *changes; /* what rules and people had us change:
					  team, tags, a human required */
	size_t nchanges;
	struct explained_clock *clocks; /* by kind, in order of their start */
	size_t nclocks;
	struct explained_run *runs;
	size_t nruns;
	struct explained_notice *notices;
	size_t nnotices;
	struct explained_next *next;
	size_t nnext;
	size_t cap_next;
	struct wall next_until; /* nothing is known of what comes after */
	bool more;		/* something does */
};

void explain(const struct matrix *m, const struct facts *f,
    const struct ticket *t, const struct explain_past *past, struct wall now,
    struct arena *arena, struct explanation *out);

#endif
