/* backtest.h - what would that matrix have meant for people?
 *
 * Counts what a simulation decides.  Its memory depends on the matrix and on
 * the tickets that are in the simulation's memory, not on the length of the
 * log: of a ticket that leaves it, what must be remembered goes with it
 * (backtest_leaves, backtest_returns).
 *
 * What happened before `since` leads up to it and is not counted: a clock that
 * started before and is breached after has no start here, but a breach.
 *
 * Numbers stand for things, not for doings: a clock's cycle that was met,
 * reopened and met again is met once, a breach that was withdrawn and came
 * after all is one breach.  A cycle belongs to the severity that its ticket had
 * last while it ran.  A notice counts when it is sent.
 *
 * Drills, and words to the matrix's owner, are no tickets and count nowhere.
 *
 * Hours and days are those of `zone`.  Pure; the same decisions give the same
 * numbers.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_BACKTEST_H
#define SLAWATCH_CORE_BACKTEST_H

#include "base/arena.h"
#include "base/textbuf.h"
#include "core/decide.h"
#include "core/spread.h"
#include "core/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A clock of one severity ("" for tickets without one), in the order of the
 * matrix; those with nothing to count are left out.  Cycles each. */
struct backtest_clock {
	const char *clock;
	const char *severity;
	size_t started;
	size_t warned;	  /* however often */
	size_t breached;  /* the withdrawn ones too */
	size_t withdrawn; /* of these: the answer had been in time */
	size_t met;
	size_t met_late;
	size_t cancelled;
	size_t unmet; /* none of these at the end: the ticket is open, or
			 was solved without */
};

struct backtest_step {
	const char *who; /* "primary, backup" */
	const char *via; /* "dm, mail"; "": their own channels */
	size_t fired;	 /* and told somebody; later rounds count too */
	size_t skipped;	 /* closed, overtaken, or it reached nobody */
	size_t answered; /* the run's first ack came while it was the last */
	size_t over;	 /* the run ended without one while it was the last */
	struct spread after; /* of fired: from the run's start */
};

struct backtest_chain {
	const char *name;
	size_t tickets; /* with a run of it */
	size_t runs;
	/* How they ended, each in one way: */
	size_t acked;	      /* acknowledged or snoozed, and never exhausted */
	size_t over;	      /* without: what they were about was over */
	size_t exhausted;     /* came to the end of their steps */
	size_t lapsed;	      /* of these: acknowledged or snoozed before */
	size_t superseded;    /* gave way to another before any of that */
	struct spread begins; /* from the ticket's creation to the start */
	struct spread ack;    /* from the start to the first ack, whatever
				 came of it */
	struct backtest_step *steps;
	size_t nsteps;
};

struct backtest_person {
	const char *name;  /* the key */
	const char *title; /* "Dana Ruiz" */
	bool has_hours;	   /* else no hour is off */
	size_t notices;	   /* of all reasons */
	size_t alerts;	   /* of these: backtest_alerts() */
	size_t off_hours;  /* of the notices: sent while theirs are closed */
	size_t of_reason[NOTICE_REASON_COUNT];
	size_t *of_channel; /* by index of backtest.channels */
};

struct backtest_channel {
	const char *name;
	size_t notices;
	size_t to_room; /* of these: to nobody by name */
};

struct backtest_severity {
	const char *name;
	size_t tickets; /* that had it at any time */
};

/* How often something of the matrix came to be. */
struct backtest_use {
	const char *name;
	size_t times;
};

/* A target of the matrix, in its order. */
struct backtest_target {
	const char *policy;
	const char *severity;
	const char *clock;
	size_t times; /* cycles that got it, at their start or later */
};

/* What the history says really happened, and what we would have said.  Of the
 * tickets that are counted. */
struct backtest_history {
	bool known;	    /* it was asked */
	size_t said;	    /* tickets of which it says anything, missed or not;
			       of recorded breaches: all */
	size_t missed;	    /* tickets that missed their target */
	size_t caught;	    /* of these: somebody was alerted before */
	struct spread lead; /* of caught: from the first alert to the miss */
	size_t late_before; /* of missed: a clock of ours had run out before */
	struct spread late_lead; /* of these: from then to the miss */
	size_t alerted;		 /* tickets about which anybody was alerted */
	size_t alerted_missed;	 /* of these: missed, before or after */
	size_t alerts;		 /* all of them */
	/* Tickets by what our clocks say of them (a breach that stands, of
	 * before `since` too) and what the history says. */
	size_t late_missed;
	size_t late_kept;
	size_t kept_missed;
	size_t kept_kept;
};

struct backtest {
	const struct matrix *m;
	const struct zone *zone; /* NULL: UTC */
	struct wall since;	 /* counted from here on */
	struct wall from;	 /* what is counted begins; WALL_NEVER: nothing
				    was */
	struct wall until;	 /* and ends */
	struct arena arena;

	size_t tickets;	  /* alive at `since`, or since */
	size_t events;	  /* from outside that were taken */
	size_t refused;	  /* that the core refused */
	size_t escalated; /* tickets on which a chain started */
	size_t warned;	  /* tickets with a warning */
	size_t breached;  /* tickets with a breach that stands */
	size_t open;	  /* tickets, at the end */

	struct backtest_clock *clocks; /* filled in by backtest_end() */
	size_t nclocks;
	struct backtest_chain *chains; /* the matrix's, in its order */
	size_t nchains;
	struct backtest_person *people; /* likewise */
	size_t npeople;
	struct backtest_channel *channels; /* likewise */
	size_t nchannels;
	struct backtest_severity *severities; /* likewise */
	size_t nseverities;
	struct backtest_use *policies; /* tickets that it was found for */
	size_t npolicies;
	struct backtest_use *rules; /* times that it fired */
	size_t nrules;
	struct backtest_target *targets; /* by policy, severity, clock */
	size_t ntargets;

	size_t notices;
	size_t alerts; /* of these: backtest_alerts() */
	size_t of_reason[NOTICE_REASON_COUNT];
	size_t hours[7][24]; /* notices; Monday is 0 */
	struct wall busiest; /* beginning of the hour; WALL_NEVER: none; of
				several the first */
	size_t busiest_notices;
	struct wall silence_from; /* the longest time without a notice while
				     any ticket was open; WALL_NEVER: none */
	struct wall silence_until;
	struct backtest_history history;

	struct backtest_private *own;
};

/* Where the history says that a ticket missed its target. */
struct backtest_missed {
	enum field field;      /* FIELD_COUNT: nowhere but in what
				  backtest_recorded_miss() says */
	const char *attribute; /* its name, of FIELD_ATTRIBUTES */
	const char *value;     /* that says so */
};

/* Is a notice of that reason an alert: something is late, will be, or was asked
 * for by a chain or rule? */
bool backtest_alerts(enum notice_reason reason);

/* missed: NULL: the history says nothing.  Its texts, the matrix and the zone
 * outlive the backtest. */
struct backtest *backtest_new(const struct matrix *m, const struct zone *zone,
    struct wall since, const struct backtest_missed *missed);
void backtest_free(struct backtest *b);

/* The simulation's hook; user is the backtest. */
void backtest_decided(void *user, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d);

/* The simulation's hooks: the ticket leaves its memory: what is to be kept of
 * it is appended (a text), nothing if there is none; and it is back. */
void backtest_leaves(
    struct backtest *b, const struct ticket *t, struct textbuf *out);
void backtest_returns(
    struct backtest *b, const struct ticket *t, const char *bytes, size_t len);

/* That ticket was recorded to have missed its target then (the database's own
 * breaches); the simulation has come to that instant. */
void backtest_recorded_miss(
    struct backtest *b, const struct ticket *t, struct wall at);

/* Nothing comes any more; the simulation has come to that instant. */
void backtest_end(struct backtest *b, struct wall until);

#endif
