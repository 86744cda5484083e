/* slack_command.h - what did somebody type behind /sla?
 *
 *	/sla mine			tickets that I own
 *	/sla team [NAME]		those of my teams, or of that one
 *	/sla ticket ID			how it stands
 *	/sla ack|claim|escalate ID [words]
 *	/sla snooze ID 1h		also: ID until mon 09:00
 *	/sla oncall [NAME]		who is on call, and until when
 *	/sla away until WHEN		also: 2h, for 2h, until further notice;
 *					behind it: cover PERSON
 *	/sla back
 *	/sla help
 *
 * ID is a key, or the part behind its colon; PERSON a key, an address, "@name"
 * or what Slack makes of a mention ("<@U01DANA|dana>").  WHEN is read where the
 * person's zone is known (core/moment.h).
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_SLACK_COMMAND_H
#define SLAWATCH_WIRE_SLACK_COMMAND_H

#include "wire/form.h"
#include "wire/slack_action.h"

enum slack_verb {
	VERB_HELP,
	VERB_MINE,
	VERB_TEAM,
	VERB_TICKET,
	VERB_ACK,
	VERB_CLAIM,
	VERB_SNOOZE,
	VERB_ESCALATE,
	VERB_ONCALL,
	VERB_AWAY,
	VERB_BACK,
	VERB_COUNT
};

/* Texts are "" where nothing was said. */
struct slack_command {
	struct slack_from from;
	const char *name; /* "/sla", as the app calls it */
	enum slack_verb verb;
	const char *ticket; /* TICKET, ACK, CLAIM, SNOOZE, ESCALATE */
	const char *what;   /* TEAM, ONCALL: a name */
	const char *words;  /* ACK, CLAIM, ESCALATE: the rest of the line */
	const char *until;  /* SNOOZE, AWAY: as typed */
	int64_t span_ms;    /* ... or for so long; 0 */
	bool forever;	    /* AWAY: until further notice */
	const char *cover;  /* AWAY: a person, or a Slack id */
};

/* Who sent it and how to answer; false: no slash command of Slack's. */
bool slack_command_from(
    const struct form *f, struct slack_command *out, struct errtext *err);

/* What was typed.  False: *err says what can be typed instead. */
bool slack_command_read(const char *text, struct arena *arena,
    struct slack_command *out, struct errtext *err);

/* The line of /sla help for that verb: "ack ID [words]" and what it does. */
const char *slack_verb_usage(enum slack_verb v);
const char *slack_verb_meaning(enum slack_verb v);

#endif
