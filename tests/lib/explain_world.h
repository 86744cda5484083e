/* explain_world.h - a matrix with something of everything, and a journal.
 *
 * What an explanation is made of, without a store: policies that ask for
 * things, calendars of policy, severity and target, a pause with a cap, chains,
 * people with hours; and the rows that decisions leave.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_EXPLAIN_WORLD_H
#define SLAWATCH_TESTS_EXPLAIN_WORLD_H

#include "core/journal.h"

#define EXPLAIN_ROWS 20000

/* Policies "backoffice" (team and tag vip), "best" (two tiers; 24x7) and
 * "everyone"; calendars "office" and "long".  other: the same names, but other
 * hours and targets. */
struct matrix *explain_matrix(bool other);

/* Adds rules to it: "silence" (no comment for over 3 h: raises to P2, starts
 * the chain soft), "stuck, or so", "low", "old"; and a window for the policy
 * "best". */
void explain_add_rules(struct matrix *m);

struct explain_told {
	struct journal_row *rows;
	size_t nrows;
	struct arena arena; /* of their texts */
};

void explain_told_init(struct explain_told *l);
void explain_told_fini(struct explain_told *l);

/* The rows of a decision. */
void explain_tell(struct explain_told *l, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d);

#endif
