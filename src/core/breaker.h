/* breaker.h - is that endpoint worth trying now?
 *
 *	CLOSED --BREAKER_FAILURES in a row--> OPEN --wait is over--> HALF_OPEN
 *	   ^                                   ^                        |
 *	   |                                   +--- the probe failed ---+
 *	   +---------------------- the probe was answered --------------+
 *
 * CLOSED: everything goes.  OPEN: nothing goes; what has another way takes it
 * at once.  HALF_OPEN: one message goes, as the probe; the rest waits for what
 * becomes of it.  Waits double from BREAKER_FIRST_MS to BREAKER_LONGEST_MS,
 * half of each by chance (an argument).
 *
 * Any answer of the other side counts as alive, also a refusal: it is the
 * endpoint that is asked about, not the message.  A refusal of everything (a
 * revoked token) opens it at once.
 *
 * A value; time is an argument.  Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_BREAKER_H
#define SLAWATCH_CORE_BREAKER_H

#include "base/instant.h"

#include <stdbool.h>
#include <stdint.h>

#define BREAKER_FAILURES   3
#define BREAKER_FIRST_MS   (5 * SECOND_MS)
#define BREAKER_LONGEST_MS (2 * MINUTE_MS)

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN };

const char *breaker_state_name(enum breaker_state s); /* "half-open" */

struct breaker {
	enum breaker_state state;
	int failures;	   /* in a row */
	int opened;	   /* times in a row: for the waits */
	bool probing;	   /* HALF_OPEN: the probe is on its way */
	struct mono until; /* OPEN: when the next probe may go */
};

/* May one go?  Moves from OPEN to HALF_OPEN when the wait is over. */
bool breaker_allows(struct breaker *b, struct mono now);

/* One is on its way. */
void breaker_begin(struct breaker *b);

enum breaker_change { BREAKER_SAME, BREAKER_OPENED, BREAKER_RECOVERED };

/* What became of it.  refuses_all: every message will be refused. */
enum breaker_change breaker_failed(
    struct breaker *b, bool refuses_all, struct mono now, uint64_t chance);
enum breaker_change breaker_answered(struct breaker *b);

/* The one on its way came to nothing: was never sent. */
void breaker_put_back(struct breaker *b);

#endif
