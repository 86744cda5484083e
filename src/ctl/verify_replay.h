/* verify_replay.h - a ticket that is being decided upon once more.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_VERIFY_REPLAY_H
#define SLAWATCH_CTL_VERIFY_REPLAY_H

#include "ctl/verify_ticket.h"

#include <stddef.h>

struct replay {
	struct matrices *matrices; /* borrowed */
	struct duties *duties;	   /* borrowed */
	struct verify_counts *counts;
	struct difference *d;
	struct errtext *why;

	struct arena arenas[2]; /* the ticket's, by turns */
	int turn;
	int age;	 /* decisions in this arena */
	struct ticket t; /* as the store would load it now */
	int64_t id;	 /* its row, once there is one */

	/* What it had and is not loaded any more. */
	struct arena past;
	struct clock *clocks;
	size_t nclocks, cap_clocks;
	struct chain_run *runs;
	size_t nruns, cap_runs;
	struct notice *notices;
	size_t nnotices, cap_notices;
};

void replay_begin(struct replay *r, const char *key, int64_t id);
void replay_end(struct replay *r);

/* One decision, whose rows these are. */
enum verify_result replay_decision(
    struct replay *r, const struct journal_row *rows, size_t count);

/* After the last one: is it the ticket that the database has? */
enum verify_result replay_compare(struct replay *r, const struct ticket *found,
    const struct audit_marks *marks);

#endif
