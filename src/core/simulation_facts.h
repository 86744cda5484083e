/* simulation_facts.h - what other tickets tell a simulation, out of memory.
 *
 * The answers of facts.h as the store would give them: from what was kept of
 * the tickets before the decision that asks.  Tickets are counted from the
 * first question about them on, so that a matrix that counts nothing pays
 * nothing; picks are noted always, for notices are forgotten.
 *
 * Who counts tickets asks of a window that ends now, or a little ago.  Twice
 * the longest way back that was ever asked is remembered, and what was created
 * before is forgotten now and then: memory depends on the windows and not on
 * the log.  A question that goes back further is not ready; all tickets are
 * then counted again, which happens once or twice in a simulation.
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

/* How a ticket counts elsewhere, as it was when it was last kept.  Zeroed, it
 * does not. */
struct counted {
	struct wall created;
	size_t of[FACT_PICKED_AT]; /* tally by fact, plus one; 0: of nobody */
};

/* When the tickets of one name were created, in order. */
struct tally {
	char *name; /* owned; NULL: not in use */
	enum fact fact;
	struct wall *at; /* owned */
	size_t count;
	size_t cap;
	size_t users; /* tickets in memory that count as this */
	size_t next_free;
};

struct simulation_facts {
	bool counting;
	int64_t longest_ms; /* how far back a question went */
	struct wall floor;  /* created up to then: not in windows' tallies */
	size_t items;	    /* in the windows' tallies */
	size_t items_max;   /* from there on old ones are looked for */
	struct words names[FACT_PICKED_AT]; /* into tallies */
	struct tally *tallies;		    /* owned */
	size_t ntallies;
	size_t cap_tallies;
	size_t free_tally;  /* plus one; 0: none is free */
	struct words picks; /* "role\nname" into picked_at */
	int64_t *picked_at; /* owned */
	size_t npicks;
	size_t cap_picks;
	struct textbuf key; /* of the pick in hand */
	struct arena arena; /* keys of picks */
};

void simulation_facts_init(struct simulation_facts *f);
void simulation_facts_fini(struct simulation_facts *f);

/* The ticket is kept as it stands now. */
void simulation_facts_keep(
    struct simulation_facts *f, const struct ticket *t, struct counted *c);

/* It is put away, and counts as before; *c is zeroed. */
void simulation_facts_leave(struct simulation_facts *f, struct counted *c);

/* It is back, and was counted as it stands. */
void simulation_facts_return(
    struct simulation_facts *f, const struct ticket *t, struct counted *c);

/* A moment to forget what nobody asks for. */
void simulation_facts_forget(struct simulation_facts *f, struct wall now);

/* That notice was queued. */
void simulation_facts_note(struct simulation_facts *f, const struct notice *n);

/* False: the tickets are to be counted first: begin, then each of them kept
 * once with a zeroed *c, and those that are put away left again. */
bool simulation_facts_ready(
    struct simulation_facts *f, const struct fact_question *q, struct wall now);
void simulation_facts_begin(struct simulation_facts *f, struct wall now);

/* own: how the ticket that asks counts; NULL: it does not. */
int64_t simulation_facts_answer(struct simulation_facts *f,
    const struct fact_question *q, const struct counted *own);

#endif
