/* notice.h - one message to one destination: a row of the outbox.
 *
 * A part of ticket.h, in a header of its own.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_NOTICE_H
#define SLAWATCH_CORE_NOTICE_H

#include "base/instant.h"

#include <stdbool.h>
#include <stdint.h>

enum notice_reason {
	NOTICE_BREACH,	    /* a clock ran past its due */
	NOTICE_CHAIN,	    /* a step of a chain */
	NOTICE_ACK_TIMEOUT, /* acknowledged, and nothing followed */
	NOTICE_EXHAUSTED,   /* the chain ended and nobody answered */
	NOTICE_UNREACHABLE, /* to the matrix's owner: a step reached nobody */
	NOTICE_WARNING,	    /* a clock will run past its due */
	NOTICE_REMINDER,    /* a step again */
	NOTICE_RULE,	    /* a rule says so */
	NOTICE_ASSIGNMENT,  /* this ticket is suggested to you; or: nobody
			       claims it */
	NOTICE_HANDOFF,	    /* to the assignee: these fields are missing */
	NOTICE_MATRIX,	    /* to the matrix's owner: a fault, a review */
	NOTICE_UPDATE,	    /* to channels that follow: what somebody did */
	NOTICE_RESOLVED,    /* to whoever was alerted: it is over */
	NOTICE_REASON_COUNT
};

const char *notice_reason_name(enum notice_reason r); /* "ack_timeout" */
bool notice_reason_parse(const char *name, enum notice_reason *out);

enum notice_state {
	NOTICE_PENDING,	  /* not yet accepted by the other side */
	NOTICE_DONE,	  /* accepted */
	NOTICE_DEAD,	  /* refused for good, or too late */
	NOTICE_WITHDRAWN, /* moot before it went */
	NOTICE_STATE_COUNT
};

const char *notice_state_name(enum notice_state s);
bool notice_state_parse(const char *name, enum notice_state *out);

/* One message to one destination: a row of the outbox. */
struct notice {
	int64_t id; /* row; 0 until stored */
	enum notice_reason reason;
	enum notice_state state;
	const char *clock; /* kind it is about, "" if none */
	int cycle;
	struct wall due;   /* of that clock then; WALL_NEVER if none */
	int run;	   /* seq of the run, 0 if none */
	const char *chain; /* its name, "" if none */
	int step;	   /* index, -1 if none */
	int round;
	int nth;		/* which reminder, 0 if none */
	const char *role;	/* as the step names them: "primary"; or "" */
	const char *who;	/* person, "" for the room itself */
	const char *channel;	/* name */
	const char *spare;	/* channels to try after it: "mail,log" or "" */
	const char *detail;	/* why, in words; or "" */
	struct wall at;		/* when it became due */
	struct wall free_at;	/* not to be sent before */
	struct wall held_until; /* waited for its reader's hours, or never */
	struct wall useful_until; /* of no use after */
	int attempts;		  /* that have failed */
	const char *ref;	  /* what the other side calls it: Slack's ts,
				     a mail API's message id; or "" */
	const char *owed; /* what somebody did while it may have been on its
			     way: for where it goes, once it is there; or "" */
	bool repeat;	  /* may have been sent before a crash */
	bool ended;	  /* whoever it alerted needs no more word */
	bool dirty;
};

/* When it was to go, had nothing been in the way: what it is late by counts
 * from here. */
struct wall notice_meant_at(const struct notice *n);

#endif
