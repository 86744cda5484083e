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

struct alerted {
	const char *who;     /* person's title, or the channel's name */
	const char *channel; /* name */
	struct wall at;
};

/* How the ticket as a whole stands, the worst first. */
enum face {
	FACE_BREACHED, /* a clock is late, and nobody has it */
	FACE_WARNED,   /* a clock was warned of, or a chain walks */
	FACE_ACKED,    /* late or warned, and somebody has it */
	FACE_OPEN,     /* nothing is wrong */
	FACE_OVER,     /* solved, closed, merged, deleted */
	FACE_COUNT
};

const char *face_name(enum face f); /* "acknowledged" */

/* One clock as it stands: of the present cycle, or just over. */
struct view_clock {
	const char *name; /* "first reply" */
	enum clock_state state;
	struct wall due;   /* WALL_NEVER if it does not run */
	const char *words; /* "late by 12m", "met in time", "paused" */
};

struct notice_view {
	enum notice_reason reason;
	const char *mark;  /* "TEST" or "DRILL" before everything; or "" */
	bool drill;	   /* the latter: it can be answered */
	const char *title; /* the user's words instead of headline; or NULL */
	const char *body;  /* ... instead of the facts; or NULL */
	enum face face;
	const char *face_title; /* "Acknowledged by Dana Ruiz" */
	struct view_clock *clocks;
	size_t nclocks;
	const char *acked_by;	   /* title of the person; or "" */
	struct wall acked_at;	   /* or WALL_NEVER */
	struct wall snoozed_until; /* or WALL_NEVER */
	const char *category;	   /* or "" */
	const char *headline;	   /* "Breached: first reply, 12m late" */
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
	const char *group; /* Slack user group of the team that is told as one,
			      by a mention; or NULL */
	const char *person_email; /* or NULL */
	struct alerted *told;	  /* who was alerted before, oldest first */
	size_t ntold;
	bool late;	       /* sent later than it was due, see late_text */
	const char *late_text; /* "this notice is late by 14m" or "" */
	bool repeat;	       /* may have been sent before a crash */
	struct wall now;
	int64_t notice_id;
	const char *thread; /* stable per ticket: for References */
};

/* The ticket as it stands, for a post that shows it: no notice in particular.
 * headline is face_title then. */
void ticket_view_build(const struct matrix *m, const struct ticket *t,
    struct wall now, struct arena *arena, struct notice_view *out);

/* What a post shows of the ticket, as a number: another one, and the post is to
 * be edited.  Time alone never changes it.  Never 0. */
uint64_t ticket_face(const struct matrix *m, const struct ticket *t);

/* A marked message about nothing, to see whether somebody can be reached. */
void test_view_build(const struct matrix *m, int person, const char *by,
    struct wall now, struct arena *arena, struct notice_view *out);

void notice_view_build(const struct matrix *m, const struct ticket *t,
    const struct notice *n, struct wall now, struct arena *arena,
    struct notice_view *out);

#endif
