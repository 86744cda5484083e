/* simulate_side.h - one matrix and what it decides of the events.
 *
 * A simulation with all that listens to it: the counts, the comparison with the
 * other side, and of the new one the rows.  Of a ticket that the simulation
 * puts away, what these remember of it goes into the scratch with it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_SIMULATE_SIDE_H
#define SLAWATCH_CTL_SIMULATE_SIDE_H

#include "core/backtest.h"
#include "core/simulation.h"
#include "ctl/event_source.h"
#include "ctl/shelf.h"
#include "ctl/simulate_rows.h"
#include "store/scratch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Places in the scratch; against.h has its own. */
enum simulate_place {
	PLACE_NEW,	  /* tickets and event ids of the new matrix */
	PLACE_OLD,	  /* of --against */
	PLACE_NEW_COUNTS, /* what their backtests remember of a ticket */
	PLACE_OLD_COUNTS,
	PLACE_RUNS, /* chain runs that are over */
	PLACE_HELD, /* log: events that could not be read before the first
		       that could */
};

struct side {
	const struct matrix *matrix;
	struct scratch *scratch;
	struct simulation *sim;
	struct backtest *backtest; /* NULL: nobody wants a report */
	struct shelf shelf;
	int counts;		    /* place */
	struct simulate_rows *rows; /* or NULL */
	/* Of the comparison, or NULL. */
	void (*against_decided)(void *user, const struct ticket *t,
	    const struct event *ev, struct wall now, const struct decision *d);
	void *against;
	struct textbuf packed; /* what a ticket takes along */
	int64_t *said; /* number of a change of duty, less one, to its number
			  here; 0: it may not be said by this matrix */
	size_t nsaid;
	size_t cap_said;
	size_t unsaid; /* how many of these */
};

struct side_setup {
	const struct matrix *matrix;
	const struct zone *zone;
	struct wall since;		      /* wall_at(0): all counts */
	const struct backtest_missed *missed; /* or NULL */
	struct scratch *scratch;
	bool is_old;
	bool is_counted; /* there is to be a report */
};

void side_init(struct side *s, const struct side_setup *setup);
void side_fini(struct side *s);

/* An event told at that instant, before or behind what is due then.  False: it
 * came before. */
bool side_event(
    struct side *s, const struct event *ev, struct wall told, bool is_behind);

/* What was said of somebody's presence, its number as it was then. */
void side_duty(struct side *s, const struct duty_change *change);

/* That ticket's clock was recorded to have run out then. */
void side_breach(
    struct side *s, const char *ticket, struct wall told, struct wall at);

/* Nothing comes any more: on to `until`, and all that is due then; WALL_NEVER:
 * now. */
void side_end(struct side *s, struct wall until);

#endif
