/* simulation_facts.h - what other tickets tell a simulation, out of memory.
 *
 * The answers of facts.h as the store would give them: from what was kept of
 * the tickets before the decision that asks.  Tickets are counted from the
 * first question about them on, so that a matrix that counts nothing pays
 * nothing; picks are noted always, for notices are forgotten.
 *
 * Private to simulation.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_SIMULATION_FACTS_H
#define SLAWATCH_CORE_SIMULATION_FACTS_H

#include "base/arena.h"
#include "base/textbuf.h"
#include "core/facts.h"
#include "core/ticket.h"
#include "core/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What of a ticket counts elsewhere, as it was when it was last kept. */
struct counted {
	struct wall created;
	const char *of[FACT_PICKED_AT]; /* name by fact; "": for nobody */
};

/* When the tickets of one name were created, in order. */
struct tally;

struct simulation_facts {
	bool counting;
	struct counted *tickets; /* by id less one; owned */
	size_t ntickets;
	size_t cap_tickets;
	struct words names[FACT_PICKED_AT]; /* into tallies */
	struct tally *tallies;		    /* owned */
	size_t ntallies;
	size_t cap_tallies;
	struct words picks; /* "role\nname" into picked_at */
	int64_t *picked_at; /* owned */
	size_t npicks;
	size_t cap_picks;
	struct textbuf key; /* of the pick in hand */
	struct arena arena; /* names, keys */
};

void simulation_facts_init(struct simulation_facts *f);
void simulation_facts_fini(struct simulation_facts *f);

/* The ticket is kept as it stands now. */
void simulation_facts_keep(struct simulation_facts *f, const struct ticket *t);

/* That notice was queued. */
void simulation_facts_note(struct simulation_facts *f, const struct notice *n);

/* False: the tickets are to be kept first, each of them once. */
bool simulation_facts_ready(
    const struct simulation_facts *f, const struct fact_question *q);
void simulation_facts_begin(struct simulation_facts *f);

int64_t simulation_facts_answer(
    struct simulation_facts *f, const struct fact_question *q);

#endif
