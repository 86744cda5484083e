/* drill.h - is it only a drill, and what is different then?
 *
 * A drill walks a real chain to the real people, so that it is known before it
 * matters who answers and which channels fail.  It is a ticket like any other,
 * so that everything that a ticket has works with it (the outbox, threads,
 * buttons, links, a restart, the journal and its replay); what makes it one is
 * its key, of the reserved source `drill`, and its attribute of that name:
 *
 *	created		{"drill":true,"speed":60,...}	makes it
 *	escalated	by its chain			starts the walk
 *	acknowledged, claimed, snoozed by a person	end it: solved
 *	the chain is exhausted				ends it likewise
 *	status		solved, by us			somebody stops it
 *
 * Only those two and the last are ours, told by their ids; of others a drill
 * takes what people say about it, and nothing else names such a key.
 *
 * It has no policy, no rules, no clocks and no assignment, and nothing that is
 * counted counts it.  Every step waits for an ack.  Whoever was told hears that
 * it is over.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_DRILL_H
#define SLAWATCH_CORE_DRILL_H

#include "core/event.h"
#include "core/matrix.h"
#include "core/ticket.h"

#include <stdbool.h>

#define DRILL_SOURCE	"drill:"
#define DRILL_MARK	"DRILL"
#define DRILL_SPEED_MAX 3600
#define DRILL_WAIT_MS	SECOND_MS /* no wait of a chain is made shorter */

struct turn;

/* Is the key of the reserved source? */
bool drill_key(const char *key);

bool ticket_is_drill(const struct ticket *t);

/* How many times shorter its waits are; 1 if it does not say. */
int drill_speed(const struct ticket *t);

/* Is the event about such a key one that the daemon itself made? */
bool drill_made(const struct event *ev);

/* May somebody else say that about a drill? */
bool drill_takes(enum event_type type);

/* The same chain with shorter waits; steps in the arena. */
struct chain drill_quicken(
    const struct chain *c, int speed, struct arena *arena);

/* The policy that a ticket of that severity and team (NULL: of none), and of
 * which nothing else is known, would have then; or -1. */
int drill_policy(const struct matrix *m, const char *severity, const char *team,
    struct wall at, struct arena *arena);

/* The most urgent severity whose breach would start that chain, or -1: as which
 * a drill of the chain is told. */
int drill_severity(const struct matrix *m, int chain, const char *team,
    struct wall at, struct arena *arena);

/* Why a drill whose last word has come is over; "" for any other ticket. */
const char *drill_over(struct turn *u);

/* Ends a drill that was acknowledged, or whose chain is exhausted. */
void drill_follow(struct turn *u);

#endif
