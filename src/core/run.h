/* run.h - one walk of a chain for one ticket.
 *
 * A part of ticket.h, in a header of its own.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_RUN_H
#define SLAWATCH_CORE_RUN_H

#include "base/instant.h"

#include <stdbool.h>

/*
 *   WALKING --ack, claim--> ACKED --ack_timeout--> WALKING
 *   WALKING --snooze--> SNOOZED --end--> WALKING
 *   WALKING --after the last round--> EXHAUSTED
 *   ACKED, SNOOZED, EXHAUSTED --escalated by hand--> WALKING
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

#endif
