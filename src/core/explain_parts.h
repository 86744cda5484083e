/* explain_parts.h - what the parts of an explanation share.
 *
 * Private to core/: each part fills its lists of the explanation.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_EXPLAIN_PARTS_H
#define SLAWATCH_CORE_EXPLAIN_PARTS_H

#include "core/explain.h"
#include "core/turn.h"

struct explaining {
	struct turn u;		 /* of a copy of the ticket, to ask with */
	struct ticket copy;	 /* its texts are made in the arena */
	const struct matrix *by; /* the revision that counts for it so far */
	const struct explain_past *past;
	struct arena *arena;
	struct explanation *out;
	int64_t notice_id; /* of the latest notice that is only forecast */
};

void explain_clocks(struct explaining *x);
void explain_runs(struct explaining *x);
void explain_notices(struct explaining *x);
void explain_next(struct explaining *x);

/* Is the row an event from outside? */
bool explain_is_told(const struct journal_row *row);

/* The row with that index, and why it came. */
struct explained_row explain_row(struct explaining *x, size_t index);

/* A signal, a status, a policy: the one word that is kept of it in words. */
const char *explain_word(struct explaining *x, const char *word);

/* The event from outside that led to the row with that index, or NULL. */
const struct journal_row *explain_cause(
    const struct explaining *x, size_t index);

#endif
