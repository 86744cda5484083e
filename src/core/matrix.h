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
#include "core/clock_kind.h"
#include "core/condition.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MATRIX_SEVERITIES_MAX 16
#define WARNINGS_MAX	      8	 /* offsets of one policy */
#define STEP_WHO_MAX	      16 /* notify entries of one step */
#define STEP_VIA_MAX	      8	 /* via entries of one step */
#define CHAIN_STEPS_MAX	      32

/* Does a notice wait until its reader's hours open?  DESIGN 5 "Clocks". */
enum send {
	SEND_UNSAID,   /* what the next wider place says */
	SEND_IN_HOURS, /* waits, and then goes only if it is still true */
	SEND_ALWAYS,   /* day and night */
	SEND_COUNT
};

const char *send_name(enum send s); /* "in_hours"; "" for SEND_UNSAID */
bool send_parse(const char *name, enum send *out);

struct severity {
	const char *name;  /* "P1"; the array's order is the urgency's */
	const char *title; /* "Critical" or "" */
	int calendar;	   /* beats the policy's, or -1 */
	enum send send;	   /* unsaid: the first severity always, others as
			      their policy says */
};

enum channel_type {
	CHANNEL_LOG,	       /* one line in the daemon's log */
	CHANNEL_SLACK_WEBHOOK, /* Slack incoming webhook */
	CHANNEL_SMTP,	       /* mail */
	CHANNEL_WEBHOOK,       /* generic JSON, signed */
	CHANNEL_TYPE_COUNT
};

const char *channel_type_name(enum channel_type type); /* "slack-webhook" */
bool channel_type_parse(const char *name, enum channel_type *out);

struct channel {
	const char *name;
	enum channel_type type;
	const char *url;      /* may hold a secret (Slack): never log */
	const char *from;     /* smtp: RFC 5322 mailbox */
	const char *user;     /* smtp: or NULL */
	const char *password; /* smtp: or NULL; secret */
	const char *secret;   /* webhook: HMAC key or NULL; secret */
	const char *ca_file;  /* trusted certificates, or NULL: the system's */
	bool starttls;	      /* smtp: refuse to go on without TLS */
};

struct person {
	const char *name;  /* "dana", the key */
	const char *title; /* "Dana Ruiz" or the key */
	const char *slack; /* user id "U01DANA" or NULL */
	const char *email; /* or NULL */
	int hours;	   /* calendar or -1 */
};

struct team {
	const char *name;
	const char *title;
	int *members; /* people */
	size_t nmembers;
	int lead;     /* person or -1 */
	int channel;  /* or -1 */
	int fallback; /* person or -1 */
	int tier;     /* 1 is the front line */
};

enum who_kind {
	WHO_PERSON,
	WHO_TEAM,     /* everybody in it */
	WHO_CHANNEL,  /* the room, nobody in particular */
	WHO_ASSIGNEE, /* whoever owns the ticket then */
	WHO_OWN_TEAM, /* the ticket's team then: its lead, else all */
	WHO_ROLE,
};

struct who {
	enum who_kind kind;
	int index; /* into people, teams, channels or roles; -1 if none */
};

struct role {
	const char *name; /* "primary" */
	struct who who;	  /* WHO_PERSON or WHO_TEAM */
};

/* Which answer ends a step's waiting, and with it the chain. */
enum until {
	UNTIL_ACK,
	UNTIL_ASSIGNED,
	UNTIL_REPLIED,
	UNTIL_SOLVED,
	UNTIL_COUNT
};

const char *until_name(enum until u);
bool until_parse(const char *name, enum until *out);

struct step {
	int64_t
	    after_ms; /* since the previous step (the start, for the first) */
	const char *who[STEP_WHO_MAX]; /* names: "primary", "dana", ... */
	size_t nwho;
	const char *via[STEP_VIA_MAX]; /* channel names, preferred first */
	size_t nvia;
	int64_t remind_every_ms; /* 0: no reminders */
	int remind_times;
	enum until until;
	enum send send; /* beats severity and policy */
};

struct chain {
	const char *name;
	int rank;		 /* a higher one supersedes a lower one */
	int64_t ack_timeout_ms;	 /* 0: an ack holds for ever */
	int repeat;		 /* whole rounds after the first */
	int64_t repeat_after_ms; /* wait after the last step of a round */
	struct step *steps;
	size_t nsteps;
};

/* Where in a clock's working time a warning lies. */
struct warning {
	bool is_share;
	int64_t value;	  /* share: hundredths of a percent; else lead in ms */
	const char *text; /* as written: "80%", "15m" */
};

/* How long one clock of one severity may take.  Per customer tier, channel,
 * category ... is a matter of the policy's `when`. */
struct target {
	int64_t ms;   /* working time; 0: none */
	int calendar; /* beats severity's and policy's; or -1 */
	const struct warning *warnings; /* in place of the policy's; NULL: the
					   policy's hold */
	size_t nwarnings;
};

struct policy {
	const char *name;
	struct condition when;
	int calendar; /* or -1: 24x7 */
	struct warning warnings[WARNINGS_MAX];
	size_t nwarnings;
	enum send send_warnings; /* unsaid: in_hours */
	enum send send_breaches; /* unsaid: always */
	int on_warning;		 /* chain or -1: tell the assignee */
	int on_breach;		 /* chain or -1: tell the assignee */
	struct target targets[MATRIX_SEVERITIES_MAX][CLOCK_KINDS_MAX];
};

/* What a customer's comment does besides starting next_reply. */
struct comment_rules {
	status_set resumes; /* in these waiting statuses it ends the pause: the
			       clocks run as in open, until a public answer */
	bool reopens;	    /* a solved ticket (a closed one never) */
};

#define COMMENT_RESUMES_DEFAULT                                                \
	(STATUS_BIT(STATUS_PENDING) | STATUS_BIT(STATUS_ON_HOLD))

struct matrix {
	struct arena arena;   /* holds everything below but the calendars */
	const char *revision; /* hash of the file's bytes, 16 hex digits */
	int owner;	      /* person who is told of faults, or -1 */
	int fallback;	      /* channel where nothing is lost, or -1 */
	const char *fallback_name; /* its name, or NULL */

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
	struct team *teams;
	size_t nteams;
	struct role *roles;
	size_t nroles;
	struct chain *chains;
	size_t nchains;
	struct policy *policies; /* first match wins */
	size_t npolicies;
	struct clock_kind kinds[CLOCK_KINDS_MAX];
	size_t nkinds;
	int64_t give_up_ms; /* a notice is of no use after that; 24 h */
	struct comment_rules on_comment;
	const char **always_human; /* categories where a bot's reply is no
				      answer */
	size_t nalways_human;

	/* The revision before this one, for tickets that were last decided by
	 * it: what has elapsed was counted by its calendars.  Borrowed, set
	 * before this one is published; NULL if there is none or no ticket is
	 * left that needs it. */
	const struct matrix *previous;
};

/* A matrix with the default kinds and nothing else. */
struct matrix *matrix_new(void);
void matrix_free(struct matrix *m);

/* Index by name, or -1; a NULL name is -1. */
int matrix_severity(const struct matrix *m, const char *name);
int matrix_calendar(const struct matrix *m, const char *name);
int matrix_channel(const struct matrix *m, const char *name);
int matrix_person(const struct matrix *m, const char *name);
int matrix_team(const struct matrix *m, const char *name);
int matrix_role(const struct matrix *m, const char *name);
int matrix_chain(const struct matrix *m, const char *name);
int matrix_kind(const struct matrix *m, const char *name);

/* What a name in `notify` means: assignee and team are words of their own,
 * then roles, people, teams, channels.  False if it is none of these. */
bool matrix_who(const struct matrix *m, const char *name, struct who *out);

/* The matrix with that revision, this one or an older one; or NULL. */
const struct matrix *matrix_at(const struct matrix *m, const char *revision);

#endif
