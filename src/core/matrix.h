/* matrix.h - what did the support lead sign?
 *
 * The escalation matrix: severities, calendars, targets, people, chains.  One
 * immutable value, built by conf/ in an arena of its own and shared by all
 * threads until the next reload; nothing here is ever changed after that.
 *
 * Things refer to each other by index into the arrays; -1 is none.  Tickets on
 * disk refer by name, because a reload may move indices.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_MATRIX_H
#define SLAWATCH_CORE_MATRIX_H

#include "base/arena.h"
#include "base/instant.h"
#include "core/calendar.h"
#include "core/channel.h"
#include "core/clock_kind.h"
#include "core/incident.h"
#include "core/people.h"
#include "core/policy.h"
#include "core/rule.h"
#include "core/schedule.h"
#include "core/steps.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ticket;

struct severity {
	const char *name;  /* "P1"; the array's order is the urgency's */
	const char *title; /* "Critical" or "" */
	int calendar;	   /* beats the policy's, or -1 */
	enum send send;	   /* unsaid: the first severity always, others as
			      their policy says */
};

/* What a customer's comment does besides starting next_reply. */
struct comment_rules {
	status_set resumes; /* in these waiting statuses it ends the pause: the
			       clocks run as in open, until a public answer */
	bool reopens;	    /* a solved ticket (a closed one never) */
};

#define COMMENT_RESUMES_DEFAULT                                                \
	(STATUS_BIT(STATUS_PENDING) | STATUS_BIT(STATUS_ON_HOLD))

/* Which tickets a new revision takes over from the one before it. */
enum applies {
	APPLIES_OPEN, /* all that are not over; those when they are reopened */
	APPLIES_NEW,  /* none: a ticket goes on by the one it has */
	APPLIES_ALL,  /* solved ones, too */
	APPLIES_COUNT
};

const char *applies_name(enum applies a); /* "open" */
bool applies_parse(const char *name, enum applies *out);

/* A reload that would do more than that at once is refused unless forced. */
struct guard {
	int breaches; /* clocks that breach */
	int notices;  /* that go */
};

#define GUARD_BREACHES_DEFAULT 10
#define GUARD_NOTICES_DEFAULT  25

struct named {
	const char *name;
	int index;
};

struct matrix {
	struct arena arena;   /* holds everything below but the calendars */
	const char *revision; /* hash of the file's bytes, 16 hex digits */
	int owner;	      /* person who is told of faults, or -1 */
	int fallback;	      /* channel where nothing is lost, or -1 */
	const char *fallback_name; /* its name, or NULL */
	int helpdesk;		   /* channel that is told of assignments, or
				      -1 */
	struct wall revised;	   /* midnight, UTC, of the last review; or
				      WALL_NEVER */
	int64_t review_every_ms;   /* 0: never asked for */
	struct guard guard;	   /* of what a reload may do at once */
	const struct zone *zone; /* of `matrix.zone`, one of zones; NULL: UTC */

	struct calendar **calendars; /* owned, freed by matrix_free */
	size_t ncalendars;
	struct zone **zones; /* owned likewise */
	size_t nzones;
	struct severity *severities; /* most urgent first */
	size_t nseverities;
	struct channel *channels;
	size_t nchannels;
	struct person *people;
	size_t npeople;
	struct named *people_by_name; /* sorted; NULL: not made, see
					 matrix_index() */
	struct team *teams;
	size_t nteams;
	struct schedule *schedules;
	size_t nschedules;
	struct role *roles;
	size_t nroles;
	struct chain *chains;
	size_t nchains;
	struct policy *policies; /* first match wins */
	size_t npolicies;
	struct rule *rules; /* each that holds fires */
	size_t nrules;
	struct severity_row *table; /* first match wins */
	size_t ntable;
	struct clock_kind kinds[CLOCK_KINDS_MAX];
	size_t nkinds;
	struct incident_rule incidents[INCIDENT_RULES_MAX];
	size_t nincidents;
	struct limit person_limit; /* of whoever has none of their own */
	int64_t give_up_ms;	   /* a notice is of no use after that; 24 h */
	struct comment_rules on_comment;
	const char **always_human; /* categories where a bot's reply is no
				      answer, and a chain ends only with a
				      person's ack */
	size_t nalways_human;

	enum applies applies;
	bool absent; /* only revision, applies and previous are known of it: no
			ticket needs it, or it cannot be had */

	/* The revision before this one, for tickets that go on by it, or were
	 * last decided by it: what has elapsed was counted by its calendars.
	 * Borrowed, set before this one is published; NULL if there is none or
	 * no ticket is left that needs it. */
	const struct matrix *previous;
};

/* A matrix with the default kinds and nothing else. */
struct matrix *matrix_new(void);
void matrix_free(struct matrix *m);

/* Its people will not change any more: finding one of hundreds is quick from
 * here on.  Nothing else depends on it. */
void matrix_index(struct matrix *m);

/* Index by name, or -1; a NULL name is -1. */
int matrix_severity(const struct matrix *m, const char *name);
int matrix_calendar(const struct matrix *m, const char *name);
int matrix_channel(const struct matrix *m, const char *name);

/* What a word in `via` or in a person's `channels` means: a channel's index;
 * below -1, OWN_ROOM() of `dm` or `mention`; -1: neither.  And its name. */
int matrix_way(const struct matrix *m, const char *name);
const char *matrix_way_name(const struct matrix *m, int way);

/* The channel that it is for a ticket of that team (-1: of none): where it is
 * of the ticket's room, the way in the team's room if that is one of type
 * slack, else in the first such room of the file; -1: there is none. */
int matrix_way_channel(const struct matrix *m, int way, int team);

int matrix_person(const struct matrix *m, const char *name);
int matrix_team(const struct matrix *m, const char *name);
int matrix_role(const struct matrix *m, const char *name);
int matrix_schedule(const struct matrix *m, const char *name);
int matrix_chain(const struct matrix *m, const char *name);
int matrix_kind(const struct matrix *m, const char *name);

/* What a name in `notify` means: assignee and team are words of their own,
 * then roles, people, teams, schedules, channels; and "one of TEAM", where TEAM
 * may be `team`, the ticket's (index -1).  False if it is none of these. */
bool matrix_who(const struct matrix *m, const char *name, struct who *out);

/* When its next review is due; WALL_NEVER: none is asked for. */
struct wall matrix_review_at(const struct matrix *m);

/* The matrix with that revision, this one or an older one; NULL if there is
 * none, or it is absent. */
const struct matrix *matrix_at(const struct matrix *m, const char *revision);

/* Which one decides that ticket, where m is in force?  One that applies to new
 * tickets passes over those that were there, back to the one that the ticket
 * has or to the first that takes over what is open.  Where that is absent it is
 * m.  A ticket that no matrix has decided is m's. */
const struct matrix *matrix_for(const struct matrix *m, const struct ticket *t);

#endif
