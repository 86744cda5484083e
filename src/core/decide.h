/* decide.h - THE door: what follows from this?
 *
 * Whatever happens becomes a struct event and comes through decide().  The
 * ticket is changed in place; what was decided, in the order in which it took
 * effect, is left in the decision for the journal and the log.  Nothing else is
 * read: the same (matrix, facts, ticket, event, now) gives the same result,
 * which is why simulation and production cannot differ.
 *
 * Time: an event carries its own `at`; `now` is when it is decided.  First all
 * that was due before `at` fires, then the event takes effect at `at`, then all
 * that is due by `now` fires.  What is due exactly at `at` waits for the event:
 * an answer at the due instant is in time.  Where several things of one clock
 * or one run are overdue at once (after an outage, or for a ticket told late),
 * only the last of them is sent; the journal names the others as skipped.
 *
 * A refusal is an answer, not an error: the ticket is then untouched.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_DECIDE_H
#define SLAWATCH_CORE_DECIDE_H

#include "base/arena.h"
#include "base/errtext.h"
#include "base/instant.h"
#include "core/event.h"
#include "core/facts.h"
#include "core/matrix.h"
#include "core/ticket.h"

#include <stdbool.h>
#include <stddef.h>

enum verdict {
	VERDICT_ACCEPTED,
	VERDICT_UNKNOWN_TICKET, /* only `created` makes one (404) */
	VERDICT_CONFLICT,	/* does not fit the ticket's state (409) */
	VERDICT_INVALID,	/* a member's value cannot be used (422) */
	VERDICT_NOTHING,	/* from inside: nothing was due, no change */
};

/* What took effect, a row of the journal each. */
enum change_kind {
	CHANGE_EVENT, /* the event itself; always first among an event's own */
	CHANGE_NO_POLICY,
	CHANGE_POLICY,	      /* another one matches now */
	CHANGE_CLOCK_STARTED, /* the clock_* kinds: `clock`, `cycle`, `due` */
	CHANGE_CLOCK_PAUSED,
	CHANGE_CLOCK_RESUMED,
	CHANGE_CLOCK_RETARGETED,
	CHANGE_CLOCK_WARNED,
	CHANGE_CLOCK_BREACHED,
	CHANGE_CLOCK_MET,
	CHANGE_CLOCK_MET_LATE,
	CHANGE_CLOCK_WITHDRAWN, /* the breach: the answer was in time */
	CHANGE_CLOCK_CANCELLED,
	CHANGE_WARNING_SKIPPED, /* overtaken by a later one or the breach */
	CHANGE_CHAIN_STARTED,	/* the chain_* kinds: `chain`, `run`, `step` */
	CHANGE_CHAIN_STEP,
	CHANGE_CHAIN_STEP_SKIPPED, /* overtaken, or reached nobody: `detail` */
	CHANGE_CHAIN_REMINDED,
	CHANGE_CHAIN_REPEATED,
	CHANGE_CHAIN_ACKED,
	CHANGE_CHAIN_SNOOZED,
	CHANGE_CHAIN_REOPENED, /* ack timeout, end of a snooze */
	CHANGE_CHAIN_EXHAUSTED,
	CHANGE_CHAIN_ENDED,
	CHANGE_CHAIN_SUPERSEDED,
	CHANGE_CHAIN_HANDED_OVER, /* goes on for another late clock */
	CHANGE_NOTICE_QUEUED,	  /* the notice_* kinds: `who`, `channel` */
	CHANGE_NOTICE_HELD,	  /* until its reader's hours open: `due` */
	CHANGE_NOTICE_WITHDRAWN,
	CHANGE_NOTICE_SENT,
	CHANGE_NOTICE_RETRY,
	CHANGE_NOTICE_DIVERTED, /* its endpoint is down: went another way */
	CHANGE_NOTICE_REVIVED,	/* was dead, is sent all the same: `detail` */
	CHANGE_NOTICE_DROPPED,	/* by hand: `detail` says by whom */
	CHANGE_NOTICE_DEAD,
	CHANGE_NOTICE_REPEATED,	   /* may have been sent before a crash */
	CHANGE_RULE_FIRED,	   /* `detail`: rule, then why */
	CHANGE_SEVERITY,	   /* `detail`: "P3 to P1"; `who` said so */
	CHANGE_SEVERITY_CONFIRMED, /* by `who` */
	CHANGE_TEAM,		   /* by us: `detail` "frontline to billing" */
	CHANGE_TAGGED,		   /* by us */
	CHANGE_HUMAN_REQUIRED,
	CHANGE_HANDOFF_INCOMPLETE, /* `detail` names the fields */
	CHANGE_CHAIN_ESCALATED,	   /* on to the next step, by hand */
	CHANGE_PERSON_SKIPPED,	   /* `who` was considered; `detail`: why not */
	CHANGE_ASSIGNMENT_SUGGESTED, /* to `who` */
	CHANGE_ASSIGNMENT_UNCLAIMED, /* goes to the fallback `who` */
	CHANGE_ASSIGNMENT_OVER,	     /* claimed, or needed no more */
	CHANGE_MATRIX_LOST, /* the one it has cannot be had: `detail` */
	CHANGE_KIND_COUNT
};

/* "clock_met_late"; clock kinds without their prefix are DESIGN 7's words. */
const char *change_kind_name(enum change_kind kind);
bool change_kind_parse(const char *name, enum change_kind *out);

struct change {
	enum change_kind kind;
	struct wall at;	   /* when it took effect */
	const char *clock; /* or "" */
	int cycle;
	struct wall due;	   /* or WALL_NEVER */
	const char *chain;	   /* or "" */
	int run;		   /* seq or 0 */
	int step;		   /* index or -1 */
	int notice;		   /* index into ticket.notices, -1 if none */
	enum notice_reason reason; /* of that notice */
	const char *who;	   /* person, actor; or "" */
	const char *channel;	   /* or "" */
	int64_t late_ms;	   /* how long after `at` it was decided, if it
				      matters: breach, step; else 0 */
	const char *detail;	   /* in words; or "" */
};

struct decision {
	enum verdict verdict;
	struct errtext why;	/* refusals: the member and the reason */
	struct change *changes; /* in the arena of the ticket */
	size_t nchanges;
	size_t cap_changes;
};

/* m is the matrix in force; a ticket may go on by one before it (matrix_for).
 * The ticket was loaded by the event's key or id; a ticket that does not exist
 * is one with id 0 from ticket_init().  For a new ticket the store assigns
 * the id afterwards. */
void decide(const struct matrix *m, const struct facts *f, struct ticket *t,
    const struct event *ev, struct wall now, struct decision *out);

/* Would it look for the matrix that the ticket has, and not find it?  Whoever
 * can get hold of that one puts it behind m first. */
bool decide_lacks(const struct matrix *m, const struct ticket *t);

#endif
