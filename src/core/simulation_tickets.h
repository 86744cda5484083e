/* simulation_tickets.h - which tickets has a simulation in memory?
 *
 * Each has a slot, a small dense number that is handed out again (hashmap.h),
 * and is found by key, by id or by slot.  Those that rest, because they are
 * over and wait for nothing, stand in a line: the one that was touched last
 * is the newest.
 *
 * Private to simulation.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_SIMULATION_TICKETS_H
#define SLAWATCH_CORE_SIMULATION_TICKETS_H

#include "base/arena.h"
#include "base/hashmap.h"
#include "core/simulation_facts.h"
#include "core/ticket.h"
#include "core/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct resident {
	struct ticket ticket;
	struct arena arena; /* of the ticket */
	size_t arena_max;   /* from there on it is moved together */
	struct counted counted;
	uint32_t slot; /* HASHMAP_NONE: it is not kept */
	bool rests;
	struct resident *older; /* of those that rest */
	struct resident *newer;
	char key[]; /* the ticket's own moves with its arena */
};

struct simulation_tickets {
	struct hashmap ids;	 /* id to slot */
	struct words keys;	 /* key to slot */
	struct resident **at;	 /* by slot, NULL: nobody; owned */
	uint32_t cap;		 /* room in at */
	struct resident *oldest; /* of those that rest */
	struct resident *newest;
	size_t resting;
};

/* One with an empty arena and ticket, that is not kept. */
struct resident *resident_new(const char *key);
void resident_free(struct resident *r);

void simulation_tickets_init(struct simulation_tickets *s);
void simulation_tickets_fini(struct simulation_tickets *s);

/* How many there are, and a number above all slots. */
uint32_t simulation_tickets_count(const struct simulation_tickets *s);
uint32_t simulation_tickets_slots(const struct simulation_tickets *s);

/* NULL: it is not there. */
struct resident *simulation_tickets_by_key(
    const struct simulation_tickets *s, const char *key);
struct resident *simulation_tickets_by_id(
    const struct simulation_tickets *s, int64_t id);

/* From now on it is found, and ours; its ticket has its id. */
void simulation_tickets_keep(struct simulation_tickets *s, struct resident *r);

/* It is the caller's again. */
void simulation_tickets_drop(struct simulation_tickets *s, struct resident *r);

/* It rests, and was touched now; or does not rest. */
void simulation_tickets_rest(
    struct simulation_tickets *s, struct resident *r, bool rests);

/* All of them by id: free() it. */
struct resident **simulation_tickets_sorted(const struct simulation_tickets *s);

#endif
