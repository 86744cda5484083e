/* assumed.h - facts as they would be, had what was decided on copies happened.
 *
 * Whoever asks decide() about many tickets without storing anything must not
 * have each of them pick the same person in turn: a pick that was made for one
 * ticket counts for the next, and so does a suggestion for who has how many.
 *
 * Memory: by people and roles, not by tickets.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_ASSUMED_H
#define SLAWATCH_CORE_ASSUMED_H

#include "core/facts.h"
#include "core/ticket.h"
#include "core/words.h"

struct assumed {
	struct facts facts;	  /* to hand to decide() */
	const struct facts *from; /* borrowed */
	struct words known;	  /* into `values` */
	int64_t *values; /* by "role\nname": picked at; by name: more open ones
			    than `from` says; owned */
	size_t count;
	size_t cap;
	struct textbuf key; /* of the one in hand */
	struct arena arena; /* keys; owned */
};

/* It stays where it is: facts.user points to it. */
void assumed_init(struct assumed *a, const struct facts *from);
void assumed_fini(struct assumed *a);

/* A notice that was queued on a copy: maybe a pick. */
void assumed_note(struct assumed *a, const struct notice *n);

/* For whom the ticket counts; "": nobody.  Before the first decision on a copy,
 * and with assumed_moved() after the last. */
const char *assumed_counted(const struct ticket *t);
void assumed_moved(
    struct assumed *a, const char *counted_before, const struct ticket *t);

#endif
