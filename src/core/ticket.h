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
#include "core/clock.h"
#include "core/event.h"
#include "core/matrix.h"
#include "core/notice.h"
#include "core/run.h"
#include "core/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The status as it was told, by its own instants: an event that is told late
 * finds its place in between.  One that was told again stands there again. */
struct status_change {
	struct wall at;
	enum status status;
};

#define HISTORY_MAX    64 /* then the oldest are forgotten */
#define UNANSWERED_MAX 16 /* the oldest ones, and the latest */
#define SAID_MAX       4096

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
	/* Who said the severity, and who confirmed it: severity.h. */
	const char *severity_by;   /* "table", "rule NAME", a person, ...; "" */
	const char *confirmed_by;  /* person; "": nobody yet */
	const char *desk_severity; /* as the help desk said it last, or NULL */
	bool needs_human;	   /* a rule said so */

	/* For rules: rules.h. */
	const char *said;	  /* the customer's latest comment, cut to
				     SAID_MAX bytes; or "" */
	struct wall said_at;	  /* or WALL_NEVER */
	struct wall commented_at; /* latest comment of anybody, or WALL_NEVER */
	const char *rules_held;	  /* names of rules that hold, as line_text.h
				     with "," between; or "" */
	struct wall rules_at;	  /* time was looked at up to here */

	/* To whom it was suggested: assign.h. */
	const char *suggested_to;   /* person; "": nobody */
	const char *suggested_team; /* whose turn it is; "": none */
	struct wall suggested_at;   /* or WALL_NEVER */
	struct wall suggest_next;   /* it wants to be called, or WALL_NEVER */

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

/* Solved, closed, merged and deleted tickets are over. */
bool ticket_is_over(const struct ticket *t);

/* Leaves what is ended behind, as the store does, which does not load it for
 * the next decision: notices that nobody needs word of, runs that are over. */
void ticket_leave_ended(struct ticket *t);

/* What must hold between two decisions; on false *why names it.  The one
 * statement of the drawings above, for tests and the fault layer. */
bool ticket_sound(const struct ticket *t, const char **why);

#endif
