/* backtest_oracle.h - somebody who keeps every row, and counts at the end.
 *
 * Slow and plain: each thing (a cycle, a run, a notice, an hour) is looked at
 * from its beginning, and nothing is added up on the way.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_BACKTEST_ORACLE_H
#define SLAWATCH_TESTS_BACKTEST_ORACLE_H

#include "core/backtest.h"

#define ORACLE_TICKETS 25 /* their ids are 1 to this */

/* A change, and what its ticket was like after the decision. */
struct row {
	int64_t ticket;
	size_t decision; /* counts up over all */
	struct wall now;
	enum change_kind kind;
	struct wall at;
	struct wall created;
	int clock; /* kind, or -1 */
	int cycle;
	int chain; /* or -1 */
	int run;
	int step;
	int severity;
	enum notice_reason reason;
	int person;  /* or -1 */
	int channel; /* or -1 */
	bool outside;
	char rule[32];
};

/* Where a ticket stood after a decision. */
struct stand {
	int64_t ticket;
	size_t decision;
	struct wall now;
	struct wall ev_at;
	bool open;
	int policy;
	int severity;
	int tier_missed; /* the history's field: 1 missed, 0 kept, -1 unsaid */
};

struct oracle {
	const struct matrix *m;
	struct wall since, until;
	struct row *rows;
	size_t nrows, cap_rows;
	struct stand *stands;
	size_t nstands, cap_stands;
	size_t refused; /* since */
};

void oracle_keep(struct oracle *o, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d);
void oracle_fini(struct oracle *o);

/* Is the row one that counts? */
bool oracle_counts(const struct oracle *o, const struct row *r);
/* Where the ticket stood then, or NULL. */
const struct stand *oracle_last_before(
    const struct oracle *o, int64_t ticket, struct wall before);
/* Alive at `since`, or since. */
bool oracle_is_counted(const struct oracle *o, int64_t ticket);

/* The first breach that stands, counted or not; or never. */
struct wall oracle_late_at(const struct oracle *o, int64_t ticket);

/* Fail the test where the numbers differ.  Tier "premium" stands for a miss. */
void oracle_check_tickets(const struct oracle *o, const struct backtest *b);
void oracle_check_chains(const struct oracle *o, const struct backtest *b);
void oracle_check_notices(const struct oracle *o, const struct backtest *b);
void oracle_check_history(const struct oracle *o, const struct backtest *b);

#endif
