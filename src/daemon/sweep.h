/* sweep.h - telling every open ticket that the matrix has changed.
 *
 * A new matrix takes over with the next commit; that its targets apply to
 * tickets which nothing happens to is seen to in the background, some hundreds
 * at a time and only while the intake has leisure: first those that are
 * watched, then, where the matrix applies to all, solved ones, which the commit
 * thread looks up.  Completion is remembered in the database, so that a restart
 * with another file, or in the middle, sweeps again; a ticket told twice does
 * not change.
 *
 * Loop thread only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_SWEEP_H
#define SLAWATCH_DAEMON_SWEEP_H

#include "daemon/intake.h"
#include "daemon/watch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SWEEP_TURN_MAX 256 /* tickets offered at a time */

struct sweep {
	struct intake *intake; /* borrowed, as below */
	const struct watch *watch;
	char revision[32]; /* that the tickets are told of */
	uint32_t cursor;   /* slot of the watch to look at next */
	size_t in_hand;	   /* offered and not yet published */
	bool is_running;

	/* What followed for those that were told, so far. */
	int64_t moved;	  /* clocks that are due at another time */
	int64_t breaches; /* at once */
	int64_t notices;

	/* Solved ones, when the watch has been walked through. */
	bool is_walked;
	bool is_asking;			/* for the next ids */
	int64_t solved[SWEEP_TURN_MAX]; /* to be offered */
	size_t nsolved;
	size_t next;	/* of these */
	char after[32]; /* revision of the last one, and its row */
	int64_t after_id;
};

/* From the beginning, also in the middle of another. */
void sweep_start(struct sweep *s, const char *revision);

/* Goes on if there is leisure; after each publish. */
void sweep_turn(struct sweep *s, struct wall now);

#endif
