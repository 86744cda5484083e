/* facts.h - what may a decision know besides matrix, ticket and event?
 *
 * Who is there (duty.h), and the answers to a few questions about other
 * tickets.  The store answers them by indexed queries, a simulation from its
 * memory, a replay from what was recorded with the decision.  Each is asked
 * when a decision needs it and not before, so a matrix that counts nothing
 * costs nothing.
 *
 * Tickets that were deleted or merged count nowhere.
 *
 * The same questions get the same answers within one decision: they are asked
 * once and remembered here, in the order of asking; that text is what the
 * journal keeps.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_FACTS_H
#define SLAWATCH_CORE_FACTS_H

#include "base/textbuf.h"
#include "core/duty.h"

#include <stdbool.h>
#include <stdint.h>

enum fact {
	FACT_CUSTOMER_TICKETS, /* other tickets of customer `name` created in
				  (since, until] */
	FACT_SIMILAR_TICKETS,  /* other tickets of category `name`, likewise */
	FACT_OPEN_TICKETS,     /* other unsolved tickets owned by `name`, or
				  suggested to them and not yet claimed */
	FACT_PICKED_AT,	       /* ms since the epoch when `name` was last
				  picked in turn as `role`; 0: never */
	FACT_COUNT
};

const char *fact_name(enum fact f); /* "customer_tickets" */

struct fact_question {
	enum fact fact;
	const char *name;
	const char *role;  /* PICKED_AT, else "" */
	int64_t ticket_id; /* the one that does not count; 0: a new one;
			      PICKED_AT: whose own picks count though it be a
			      drill, of which no other's do */
	struct wall since; /* the tallies */
	struct wall until;
};

struct facts {
	const struct duty *duty; /* never NULL */
	void *user;
	/* NULL: everything is 0. */
	int64_t (*answer)(void *user, const struct fact_question *q);
};

/* The answer; 0 where nobody answers. */
int64_t facts_ask(const struct facts *f, const struct fact_question *q);

/* Nobody said anything and there is no other ticket. */
extern const struct facts facts_none;

/* What was asked in one decision, and the answers: fact, name, role, window,
 * "picked_at,dana,assign frontline,0,0=1767603600000;...", with names as
 * line_text.h writes them; "" if nothing was. */
struct facts_log {
	struct facts asked; /* to hand to decide(): records as it passes on */
	const struct facts *from;
	struct textbuf text; /* growing; the caller's to end */
};

void facts_log_init(struct facts_log *log, const struct facts *from);
void facts_log_fini(struct facts_log *log);

/* Answers from such a text; asks that it does not hold are counted. */
struct facts_replay {
	struct facts asked;
	const char *text; /* borrowed */
	int unknown;
};

void facts_replay_init(
    struct facts_replay *r, const char *text, const struct duty *duty);

#endif
