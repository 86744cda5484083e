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
};

void explain_rules(struct explaining *x);
void explain_changes(struct explaining *x);
void explain_clocks(struct explaining *x);
void explain_runs(struct explaining *x);
void explain_notices(struct explaining *x);
void explain_next(struct explaining *x);

/* The parts of the condition, into MATCH_PARTS_MAX; how many do not hold. */
size_t explain_conditions(struct explaining *x, const struct condition *when,
    struct explained_condition *out, size_t *count);

/* Those that failed, if any did; else those that held. */
const char *explain_found(
    struct explaining *x, const struct explained_condition *list, size_t count);

/* "it is valid from 2026-12-01T00:00:00Z", or "was until". */
const char *explain_window(struct explaining *x, const struct validity *valid);

/* What has changed, in words. */
const char *explain_change(struct explaining *x, const struct change *ch);

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
