/* notice_view.h - what must a reader know without opening anything?
 *
 * The facts of a notice in words and instants, gathered once from ticket,
 * notice and matrix; each channel's message (wire/) only lays them out.  Built
 * just before sending, so that it shows the present truth.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_NOTICE_VIEW_H
#define SLAWATCH_CORE_NOTICE_VIEW_H

#include "core/matrix.h"
#include "core/ticket.h"

struct told {
	const char *who;     /* person's title, or the channel's name */
	const char *channel; /* name */
	struct wall at;
};

struct notice_view {
	enum notice_reason reason;
	const char *headline; /* "Breached: first reply, 12m late" */
	const char *why;      /* "step 3 of standard: lead", detail; or "" */
	const char *ticket;   /* key */
	const char *subject;  /* "(no subject)" if none */
	const char *severity; /* "P1" or "" */
	const char *severity_title; /* "Critical" or "" */
	const char *status;	    /* "open" */
	const char *customer;	    /* name, else id, else "" */
	const char *tier;	    /* or "" */
	const char *value;	    /* or "" */
	const char *team;	    /* or "" */
	const char *assignee; /* title of the person, else as told, else "" */
	const char *suggested_to; /* person's key, as it is now; or "" */
	const char *clock;	  /* "first reply", for people; "" if none */
	struct wall due;	  /* WALL_NEVER if none */
	const char *due_text;	  /* "due in 12m", "late by 1h 5m", "" */
	const char *tried;	  /* or "" */
	const char *next_step;	  /* or "" */
	const char *missing; /* "impact, next_step": what the chain must carry
				and the ticket has not; or "" */
	const char
	    *authority;	    /* what the role that is told may decide; or "" */
	const char *url;    /* or NULL */
	const char *person; /* addressee's title, "" for a room */
	const char *person_slack; /* user id or NULL */
	const char *person_email; /* or NULL */
	struct told *told;	  /* who was alerted before, oldest first */
	size_t ntold;
	bool late;	       /* sent later than it was due, see late_text */
	const char *late_text; /* "this notice is late by 14m" or "" */
	bool repeat;	       /* may have been sent before a crash */
	struct wall now;
	int64_t notice_id;
	const char *thread; /* stable per ticket: for References */
};

void notice_view_build(const struct matrix *m, const struct ticket *t,
    const struct notice *n, struct wall now, struct arena *arena,
    struct notice_view *out);

#endif
