/* against.h - what would another matrix have changed, ticket by ticket?
 *
 * Two simulations of the same events, one by each matrix, tell what they
 * decide; notices and deadlines are kept in the scratch and compared at the
 * end, so memory does not grow with the log.
 *
 * A notice is the same one if ticket, reason, clock and cycle, chain, step,
 * round, reminder, person and channel are the same; its instant may differ.
 * Where one ticket has several of them, those at the same instant are paired
 * first, the others in order of time.  A deadline is the last due of a clock's
 * cycle while it ran.  Swapping the two matrices swaps the result.
 *
 * What one decided before `since` leads up to it and is not compared.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_AGAINST_H
#define SLAWATCH_CTL_AGAINST_H

#include "base/errtext.h"
#include "base/textbuf.h"
#include "core/simulation.h"
#include "core/spread.h"
#include "core/zone.h"
#include "store/scratch.h"
#include "wire/json_out.h"

#include <stdbool.h>
#include <stddef.h>

#define AGAINST_LOG    10  /* the log of the scratch that is ours */
#define AGAINST_RANKED 300 /* tickets that are ranked, the greatest first */

enum against_side { AGAINST_OLD, AGAINST_NEW, AGAINST_SIDES };

/* How much of something one side has: 41 notices, 12 fewer. */
struct against_count {
	const char *name;
	size_t notices[AGAINST_SIDES];
	size_t off_hours[AGAINST_SIDES]; /* of these; people only */
};

struct against_totals {
	size_t tickets; /* that anything is known of */
	size_t differ;

	size_t appear; /* notices */
	size_t vanish;
	size_t moved; /* the same ones, at another instant */
	size_t same;

	size_t breaches[AGAINST_SIDES]; /* that stand */
	size_t breaches_appear;
	size_t breaches_vanish;

	size_t due_same;
	size_t due_appear; /* clocks that only the new one runs */
	size_t due_vanish;
	struct spread earlier; /* deadlines, by how much */
	struct spread later;

	size_t severities; /* tickets that end with another one */
	size_t refused;	   /* tickets of which only one refuses something */

	struct against_count *people; /* the greatest difference first */
	size_t npeople;
	struct against_count *channels; /* likewise */
	size_t nchannels;
};

/* A notice that is not the same at the same instant. */
struct against_notice {
	enum notice_reason reason;
	const char *clock; /* or "" */
	int cycle;
	const char *chain; /* or "" */
	int step;	   /* index or -1 */
	int round;
	int nth;		       /* which reminder, 0 if none */
	const char *who;	       /* person; "": the room */
	const char *channel;	       /* name */
	struct wall at[AGAINST_SIDES]; /* never: it does not have it */
};

/* A clock's cycle whose due or breach is not the same. */
struct against_due {
	const char *clock;
	int cycle;
	struct wall due[AGAINST_SIDES]; /* never: it does not run there */
	bool breached[AGAINST_SIDES];
};

/* One ticket that differs. */
struct against_ticket {
	const char *key;
	const char *subject;		     /* or "" */
	bool there[AGAINST_SIDES];	     /* else it was refused */
	const char *severity[AGAINST_SIDES]; /* at the end; or "" */
	const char *policy[AGAINST_SIDES];   /* likewise */
	size_t refused[AGAINST_SIDES];	/* events that only this one refuses */
	const char *why[AGAINST_SIDES]; /* the first of these; or "" */
	const struct against_due *dues; /* by clock and cycle */
	size_t ndues;
	const struct against_notice *notices; /* by instant */
	size_t nnotices;
	size_t weight; /* see against_compare.c */
	size_t rank;   /* 0 is the greatest; AGAINST_RANKED: not ranked */
};

struct against;

/* The matrices and the scratch are borrowed. */
struct against *against_new(const struct matrix *new_one,
    const struct matrix *old_one, struct wall since, struct scratch *scratch);
void against_free(struct against *a);

/* Hooks `decided` of either simulation; user is the against. */
void against_new_decided(void *user, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d);
void against_old_decided(void *user, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d);

/* Compares.  False: the scratch failed. */
bool against_end(struct against *a, struct errtext *err);

/* After the end. */
const struct against_totals *against_totals(const struct against *a);

/* Every ticket that differs, in the order in which they came up; valid within
 * the call. */
void against_each(const struct against *a,
    void (*each)(void *user, const struct against_ticket *t), void *user);

/* For a support lead: what changes in all, who gets more or less, and the
 * tickets with the greatest differences.  width 0: no limit; instants by the
 * wall clock of the zone (NULL: UTC). */
void against_text(const struct against *a, const struct zone *zone, bool colour,
    int width, struct textbuf *out);

/* The members of an object that is open, every ticket among them.  spill is
 * called between tickets and may empty the writer's buffer; or NULL. */
void against_json(const struct against *a, struct json_out *out,
    void (*spill)(void *user, struct textbuf *out), void *user);

#endif
