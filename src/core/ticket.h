/* ticket.h - one customer issue, its clocks, its chains, its notices.
 *
 * The aggregate that decide() changes and the store keeps: loaded whole,
 * changed as a value, saved whole or not at all.  Parts that changed carry a
 * `dirty` mark, so that the store writes only those.
 *
 * The help desk owns the ticket; slawatch watches it.  Finished clock cycles
 * and ended runs are not loaded again (they are immutable), but for the latest
 * cycle of each kind, which a reopening may resume.
 *
 * All texts live in the arena the ticket was loaded or built in.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_TICKET_H
#define SLAWATCH_CORE_TICKET_H

#include "base/arena.h"
#include "base/instant.h"
#include "core/event.h"
#include "core/matrix.h"
#include "core/status.h"
#include "core/stretch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 *             start            at due
 *   IDLE ------------> RUNNING ---------> BREACHED --met--> MET_LATE
 *                       |  ^                |  ^
 *                 pause |  | resume   pause |  | resume
 *                       v  |                v  |
 *                      PAUSED (breached_at tells which it returns to)
 *   RUNNING, PAUSED --met--> MET        (PAUSED breached --met--> MET_LATE)
 *   any unfinished --no target any more, merged, deleted--> CANCELLED
 *   MET, MET_LATE --reopen: resume--> RUNNING or BREACHED
 *   BREACHED --answer was made before the due, told late--> MET
 */
enum clock_state {
	CLOCK_IDLE,
	CLOCK_RUNNING,
	CLOCK_PAUSED,
	CLOCK_BREACHED, /* running late */
	CLOCK_MET,
	CLOCK_MET_LATE,
	CLOCK_CANCELLED,
	CLOCK_STATE_COUNT
};

const char *clock_state_name(enum clock_state s); /* "met_late" */
bool clock_state_parse(const char *name, enum clock_state *out);
bool clock_state_is_final(enum clock_state s); /* met, met_late, cancelled */
bool clock_state_ticks(enum clock_state s);    /* running, breached */

struct clock {
	const char *kind; /* name of a clock_kind */
	int cycle;	  /* 1.. */
	enum clock_state state;
	struct wall started;	 /* when this cycle began */
	int64_t elapsed_ms;	 /* working time until `since` */
	struct wall since;	 /* elapsed_ms counts up to here */
	int64_t target_ms;	 /* working time allowed */
	struct wall due;	 /* WALL_NEVER while paused */
	bool due_by_hand;	 /* sticks until cleared */
	const char *policy;	 /* whose target it has */
	const char *calendar;	 /* that counts; "" is 24x7 */
	struct wall breached_at; /* WALL_NEVER if it is not, or not any more */
	struct wall ended_at;	 /* met, met late, cancelled; else WALL_NEVER */
	const char *warned; /* offsets already dealt with: "50%,80%" or "" */
	bool pause_over;    /* the pause met its cap: runs until the status
			       changes */
	bool current;	    /* the latest cycle of its kind */
	bool dirty;
	struct stretch *stretches;
	size_t nstretches;
	size_t cap_stretches;
};

/*
 *   WALKING --ack, claim--> ACKED --ack_timeout--> WALKING
 *   WALKING --snooze--> SNOOZED --end--> WALKING
 *   WALKING --after the last round--> EXHAUSTED
 *   any live --cause over, solved, deleted--> ENDED
 *   any live --a chain of higher rank starts--> SUPERSEDED
 */
enum run_state {
	RUN_WALKING,
	RUN_ACKED,
	RUN_SNOOZED,
	RUN_EXHAUSTED, /* live: a late ack still counts, ends with its cause */
	RUN_ENDED,
	RUN_SUPERSEDED,
	RUN_STATE_COUNT
};

const char *run_state_name(enum run_state s);
bool run_state_parse(const char *name, enum run_state *out);
bool run_state_is_live(enum run_state s); /* the first four */

/* One walk of a chain.  Its steps are those of the matrix at the start. */
struct chain_run {
	int seq;		/* 1.. within the ticket */
	const char *chain;	/* name */
	const char *definition; /* chain_encode() of the chain at the start */
	enum run_state state;
	const char *cause; /* "warning", "breach", "rule", "hand" */
	const char *clock; /* the cause's clock kind, "" if none */
	int cycle;	   /* and its cycle */
	struct wall started;
	int step;	      /* index of the last step fired, -1 if none */
	int round;	      /* 0.. */
	int reminded;	      /* reminders sent for that step */
	struct wall fired_at; /* when that step fired */
	struct wall next_at;  /* when this run wants to be called */
	const char *acked_by; /* or "" */
	struct wall acked_at; /* or WALL_NEVER */
	bool dirty;
};

enum notice_reason {
	NOTICE_BREACH,	    /* a clock ran past its due */
	NOTICE_CHAIN,	    /* a step of a chain */
	NOTICE_ACK_TIMEOUT, /* acknowledged, and nothing followed */
	NOTICE_EXHAUSTED,   /* the chain ended and nobody answered */
	NOTICE_UNREACHABLE, /* to the matrix's owner: a step reached nobody */
	NOTICE_WARNING,	    /* a clock will run past its due */
	NOTICE_REMINDER,    /* a step again */
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
	bool repeat;		  /* may have been sent before a crash */
	bool ended;		  /* whoever it alerted needs no more word */
	bool dirty;
};

/* The status as it was told, by its own instants: an event that is told late
 * finds its place in between.  One that was told again stands there again. */
struct status_change {
	struct wall at;
	enum status status;
};

#define HISTORY_MAX    64 /* then the oldest are forgotten */
#define UNANSWERED_MAX 16 /* the oldest ones, and the latest */

struct ticket {
	struct arena *arena;  /* where the texts and lists live; borrowed */
	int64_t id;	      /* row; 0 until stored */
	const char *key;      /* "zendesk:4711" */
	struct fields fields; /* set is not used */
	struct wall created;
	struct wall updated;			/* `at` of the latest event */
	struct wall unanswered[UNANSWERED_MAX]; /* instants of the customer's
						   messages without an answer,
						   the ticket itself too;
						   oldest first */
	size_t nunanswered;
	struct wall answered_at; /* latest public answer, or WALL_NEVER */
	bool waiting_over;	 /* a customer's comment ended the pause of the
				    present status */
	struct wall field_at[FIELD_COUNT]; /* instant of the latest update that
					      named it; WALL_NEVER: created */
	struct status_change *history; /* oldest first, the present one last */
	size_t nhistory;
	size_t cap_history;
	const char *policy;	 /* that matched, "" if none */
	const char *revision;	 /* of the matrix it was last decided by */
	const char *merged_into; /* or "" */
	bool deleted;
	int run_seq;	      /* of the latest run */
	struct wall next_due; /* earliest of all it waits for; WALL_NEVER */
	bool dirty;

	struct clock *clocks;
	size_t nclocks;
	size_t cap_clocks;
	struct chain_run *runs; /* live ones, and those ended in this turn */
	size_t nruns;
	size_t cap_runs;
	struct notice *notices; /* not `ended`, and those of this turn */
	size_t nnotices;
	size_t cap_notices;
};

/* "source:id": 1 to 200 bytes, one colon at least, no blanks or controls. */
bool ticket_key_valid(const char *key);

/* An empty ticket in that arena: status new, no policy, nothing due. */
void ticket_init(struct ticket *t, struct arena *arena, const char *key);

/* The current cycle of that kind, or NULL. */
struct clock *ticket_clock(struct ticket *t, const char *kind);

/* The run with that number, or NULL. */
struct chain_run *ticket_run(struct ticket *t, int seq);

struct notice *ticket_notice(struct ticket *t, int64_t id);

/* When it was to go, had nothing been in the way: what it is late by counts
 * from here. */
struct wall notice_meant_at(const struct notice *n);

/* Solved, closed, merged and deleted tickets are over. */
bool ticket_is_over(const struct ticket *t);

/* What must hold between two decisions; on false *why names it.  The one
 * statement of the drawings above, for tests and the fault layer. */
bool ticket_sound(const struct ticket *t, const char **why);

#endif
