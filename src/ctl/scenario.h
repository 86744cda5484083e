/* scenario.h - what does a scenario file say?
 *
 * A story on the virtual clock and what it must lead to, written by whoever
 * answers for the matrix: slawatch-scenario(5) is its language.  Here it is
 * read and nothing is known of any matrix yet: names and words such as
 * "mon 09:00" stay texts with their places, so that whoever plays it can point
 * at them.
 *
 * One table of keys per map feeds the reader, and its answer to a key that is
 * not known.
 *
 * Everything lives in the arena given.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_SCENARIO_H
#define SLAWATCH_CTL_SCENARIO_H

#include "conf/yaml_node.h"

#include <stdbool.h>
#include <stdint.h>

/* A text of the file; text NULL: not said. */
struct said {
	const char *text;
	struct place at;
};

/* What happens in a step. */
enum scenario_act {
	ACT_NONE, /* time passes, what is due fires */
	ACT_EVENT,
	ACT_DELIVER, /* ways fail from then on, or work again */
	ACT_AWAY,
	ACT_BACK,
	ACT_OVERRIDE,
	ACT_ADD,
	ACT_REMOVE,
	ACT_RETRY,
	ACT_DROP,
	ACT_REVISE, /* another matrix */
	ACT_COUNT
};

const char *scenario_act_name(enum scenario_act act); /* "override" */

/* What is meant of a notice that must, or must not, be. */
struct wanted_notice {
	struct place place;
	struct said reason; /* or "any" */
	struct said ticket;
	struct said to;	 /* person, or room */
	struct said via; /* channel, `support` also for `support.dm` */
	struct said clock;
	struct said chain;
	struct said step;   /* number from 1 */
	struct said state;  /* sent unless said */
	struct said at;	    /* that instant and no other */
	struct said within; /* span from the step's event on */
	struct said times;  /* exactly so many; unsaid: one at least */
};

struct wanted_clock {
	struct place place;
	struct said ticket;
	struct said clock;
	struct said state;
	struct said due; /* instant, or never */
	struct said elapsed;
	struct said target;
	struct said cycle;
};

struct wanted_ticket {
	struct place place;
	struct said ticket;
	struct said severity;
	struct said team;
	struct said assignee;
	struct said status;
	struct said policy;
	struct said suggested;
	const struct yaml_node *tags; /* all of these; or NULL */
};

/* What is said of people: away, back, override, add, remove. */
struct said_duty {
	struct said person;
	struct said oncall; /* schedule */
	struct said from;
	struct said until;
	struct said cover;
	struct said instead_of;
};

/* A notice whose fate somebody decides by hand: retry, drop. */
struct said_hand {
	struct said notice; /* number, in the order of queueing */
	struct said by;
};

struct scenario_step {
	struct place place;
	int line; /* its "-", or the line of its first key */
	struct said at;
	struct said told;  /* of an event: when it was told */
	struct said until; /* instant, or quiet */
	enum scenario_act act;
	struct place act_at;
	const struct yaml_node *event;	 /* map */
	const struct yaml_node *deliver; /* map: channel, answer */
	struct said_duty duty;
	struct said_hand hand;
	struct said revise;
	struct said refused; /* what the refusal must say */
	struct wanted_notice *expect;
	size_t nexpect;
	struct wanted_notice *expect_not;
	size_t nexpect_not;
	struct wanted_clock *clocks;
	size_t nclocks;
	struct wanted_ticket *tickets;
	size_t ntickets;
	bool has_then;
	struct place then_at;
	struct said *then; /* a line of the transcript each */
	size_t nthen;
};

struct scenario {
	const char *title;
	struct said matrix;
	struct said start;
	bool exact;	    /* every change is named, in order */
	bool open_end;	    /* exact: something may be due at the end */
	struct said *never; /* words that no line of the transcript holds */
	size_t nnever;
	struct scenario_step *steps;
	size_t nsteps;
};

/* Does it have `scenario:` at its top?  Cheap, and no error if not: a folder
 * holds matrices too. */
bool scenario_is_one(const char *text, size_t len);

/* False: the report has at least one error. */
bool scenario_read(const char *text, size_t len, struct arena *arena,
    struct report *report, struct scenario *out);

#endif
