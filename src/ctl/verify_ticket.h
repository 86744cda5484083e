/* verify_ticket.h - one ticket's life, decided once more.
 *
 * From nothing, in the order of the journal: each decision with its own matrix
 * at its own instant.  What the core now says must be what the journal says,
 * row by row; and at the end the ticket with its clocks, runs and notices must
 * be what the tables say.
 *
 * Between two decisions the ticket is what the store would load: without
 * finished cycles, ended runs and notices, in the order of their rows.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_VERIFY_TICKET_H
#define SLAWATCH_CTL_VERIFY_TICKET_H

#include "ctl/verify_compare.h"
#include "ctl/verify_duty.h"
#include "ctl/verify_matrix.h"
#include "store/audit.h"

struct verify_counts {
	int64_t tickets;
	int64_t decisions;
	int64_t rows; /* of the journal */
	int64_t clocks;
	int64_t runs;
	int64_t notices;
};

enum verify_result {
	VERIFY_SAME,
	VERIFY_DIFFERENT,  /* in d */
	VERIFY_IMPOSSIBLE, /* cannot be replayed: why */
	VERIFY_FAILED	   /* the database cannot be read: why */
};

/* Counts what was compared and found to be the same.  *key is the ticket's, in
 * that array. */
enum verify_result verify_ticket(struct audit *a, struct matrices *ms,
    struct duties *ds, int64_t id, struct verify_counts *counts, char key[256],
    struct difference *d, struct errtext *why);

#endif
