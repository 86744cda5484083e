/* slack_desk.h - whoever asks from Slack, until they have their answer.
 *
 *	request --signed?--> ask --who is it?--> person --done--> answer
 *	                      |
 *	                      +--2 s--> 200 empty, the answer goes later
 *
 * Slack waits three seconds for the answer of a request and takes more at the
 * response_url for half an hour.  An ask is answered in the request as long as
 * that waits, else by the response_url; so a store that is busy, or Slack's own
 * API, makes nobody see an error.
 *
 * Who it is: the person with that Slack id in the matrix; else Slack is asked
 * for their address (users.info), and it is the person with that.  What it said
 * is kept for an hour, in memory.
 *
 * Each app is a channel of type slack with a signing_secret: it is known by the
 * signature.
 *
 * Loop thread only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_SLACK_DESK_H
#define SLAWATCH_DAEMON_SLACK_DESK_H

#include "base/textbuf.h"
#include "core/budget.h"
#include "daemon/matrix_ref.h"
#include "daemon/slack_sign.h"
#include "net/http_listener.h"
#include "wire/slack_command.h"

#include <stdbool.h>
#include <stddef.h>

#define SLACK_ASKS_MAX	  256	       /* at once; others are told to wait */
#define SLACK_BODY_MAX	  (512 * 1024) /* bytes: a message is in it */
#define SLACK_PATIENCE_MS 2000	       /* Slack's own is 3 s */
#define SLACK_KNOWN_MAX	  64	       /* addresses kept */
#define SLACK_KNOWN_MS	  HOUR_MS
#define SLACK_EMAIL_MAX	  256
#define SLACK_ID_MAX	  40
#define SLACK_USER_MAX	  (64 * 1024) /* bytes of users.info's answer */

struct app;

struct slack_known {
	char id[SLACK_ID_MAX];
	char email[SLACK_EMAIL_MAX];
	struct mono until;
};

struct slack_desk {
	struct slack_seen seen;
	size_t asks; /* under way */
	struct slack_known known[SLACK_KNOWN_MAX];
	size_t next_known;
	struct bucket refusals; /* lines of the log about what was refused */
};

void slack_desk_init(struct slack_desk *d);
void slack_desk_fini(struct slack_desk *d);

struct slack_ask {
	struct app *app;
	struct http_request *request;  /* NULL: it has been answered */
	struct loop_timer *patience;   /* or NULL */
	struct matrix_ref *matrix;     /* a reference */
	const struct channel *channel; /* whose app it is; of that matrix */
	struct wall now;
	struct slack_from from; /* whoever asks */
	int person;		/* index in that matrix, once it is known */
	bool is_button;
	struct slack_action action;   /* a button's */
	struct slack_command command; /* or what was typed */
	struct arena arena;
	void (*then)(struct slack_ask *a);
	/* What a worker brings back. */
	const char *ticket;  /* key, once it is found */
	const char *title;   /* of it, for people */
	struct textbuf text; /* mrkdwn; an answer if it is not empty */
	const struct notice_view *offered; /* to act upon; or NULL */
};

static inline const struct matrix *slack_ask_matrix(const struct slack_ask *a)
{
	return matrix_ref_matrix(a->matrix);
}

/* Whoever asks, once they are known. */
static inline const struct person *slack_ask_person(const struct slack_ask *a)
{
	return &slack_ask_matrix(a)->people[a->person];
}

/* NULL: was refused and answered.  Body, type and signature hold. */
struct slack_ask *slack_ask_new(struct app *app, struct http_request *r);

/* Answers the request with 200 and nothing. */
void slack_ask_accept(struct slack_ask *a);

/* ... unless it is answered within SLACK_PATIENCE_MS. */
void slack_ask_hurry(struct slack_ask *a);

/* Finds the person and goes on, or answers who they are not. */
void slack_ask_who(struct slack_ask *a, void (*then)(struct slack_ask *a));

/* Tells the person, and is done with: a is gone.  "" says nothing. */
void slack_ask_end(struct slack_ask *a, const char *mrkdwn);
void slack_ask_endf(struct slack_ask *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The request is to be refused or answered by the caller, who has not done so
 * yet. */
void slack_ask_drop(struct slack_ask *a);

/* slack_looks.c: what they ask for, as the answer. */
void slack_look_mine(struct slack_ask *a);
void slack_look_team(struct slack_ask *a);
/* The ticket that was typed: how it stands for VERB_TICKET, else then() with
 * its key and title; or that there is none. */
void slack_look_ticket(struct slack_ask *a, void (*then)(struct slack_ask *a));

/* slack_acts.c: what was pressed or typed is done, by a->person. */
void slack_act_pressed(struct slack_ask *a);
void slack_act_typed(struct slack_ask *a);

#endif
