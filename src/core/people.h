/* people.h - who is there: people, teams, roles.
 *
 * Indices go into the arrays of the matrix; -1 is none.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_PEOPLE_H
#define SLAWATCH_CORE_PEOPLE_H

#include "core/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PERSON_WAYS_MAX 8

/* Stands where a channel's index would: that way (enum channel_way) in the room
 * of whichever ticket is told of, the words `dm` and `mention`.  Below -1; see
 * matrix_way(). */
#define OWN_ROOM(way) (-1 - (int)(way))

/* Channels or OWN_ROOM(), the preferred one first. */
struct ways {
	int channels[PERSON_WAYS_MAX];
	size_t count;
};

/* At most so many notices in that time; count 0: any number.  Breaches and
 * escalations go all the same; what is over it waits and is bundled. */
struct limit {
	int count;
	int64_t per_ms;
};

/* Which notices does somebody hear who is told as one of many? */
enum sees {
	SEES_UNSAID, /* a person: as the role says; else all */
	SEES_ALL,
	SEES_OWN, /* those of tickets that nobody else owns */
	SEES_COUNT
};

const char *sees_name(enum sees s); /* "own"; "" for SEES_UNSAID */
bool sees_parse(const char *name, enum sees *out);

struct person {
	const char *name;	 /* "dana", the key */
	const char *title;	 /* "Dana Ruiz" or the key */
	const char *slack;	 /* user id "U01DANA" or NULL */
	const char *email;	 /* or NULL */
	int hours;		 /* calendar: at work while it is open; or -1 */
	const struct zone *zone; /* borrowed; NULL is UTC */
	const char *zone_name;	 /* or NULL */
	struct ways *ways;  /* by severity, and one more at the end: of tickets
			       without; NULL: has none of their own */
	int quiet;	    /* calendar: not to be disturbed while it is open;
			       or -1 */
	uint32_t quiet_not; /* 1 << severity: disturbs all the same */
	enum sees sees;
	struct limit limit; /* count 0: the matrix's */
};

/* What a name in `notify`, a role or a fallback stands for. */
enum who_kind {
	WHO_PERSON,
	WHO_TEAM,     /* everybody in it */
	WHO_ONE_OF,   /* one of the team, in turn */
	WHO_CHANNEL,  /* the room, nobody in particular */
	WHO_ASSIGNEE, /* whoever owns the ticket then */
	WHO_OWN_TEAM, /* the ticket's team then: its lead, else all */
	WHO_ROLE,
	WHO_SCHEDULE, /* whoever is on call then */
};

struct who {
	enum who_kind kind;
	int index; /* into people, teams, channels, roles or schedules; -1 if
		      none */
};

struct team_member {
	int person;
	const char **skills; /* categories */
	size_t nskills;
	int capacity; /* open tickets at most; 0: any number */
};

enum assign {
	ASSIGN_NONE, /* suggests nobody */
	ASSIGN_ROUND_ROBIN,
	ASSIGN_LEAST_LOADED,
	ASSIGN_COUNT
};

const char *assign_name(enum assign a); /* "least-loaded" */
bool assign_parse(const char *name, enum assign *out);

struct team {
	const char *name;
	const char *title;
	struct team_member *members;
	size_t nmembers;
	int lead;		 /* person or -1 */
	int channel;		 /* or -1 */
	const char *slack_group; /* user group "S01FRONT", mentioned where all
				    of the team are told by a mention; or
				    NULL */
	struct who fallback;	 /* PERSON, TEAM; index -1: none */
	int tier;		 /* 1 is the front line */
	int chain;		 /* walks when a ticket is escalated to it; -1:
				    its lead is told */
	enum assign assign;	 /* how a ticket without an owner gets one */
	int64_t unclaimed_ms;	 /* then the fallback is told; 0: never */
};

struct role {
	const char *name;      /* "primary" */
	struct who who;	       /* PERSON, TEAM, SCHEDULE */
	const char *authority; /* what this level may decide; or NULL */
	enum sees sees;	       /* of whoever is told as this role */
};

#endif
