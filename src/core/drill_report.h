/* drill_report.h - what did the drill show?
 *
 * A reading of a drill's ticket, with every notice it had, of its journal and
 * of the attempts to deliver: who was told by which way and how long that took,
 * who was passed over and why, which channels failed, who answered and when.
 *
 * A channel has failed where a notice was refused for good, found its endpoint
 * down, or was still failing when the drill ended.  One that was tried again
 * and arrived has not.
 *
 * All of it lives in the arena given, or belongs to what was read.  Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_DRILL_REPORT_H
#define SLAWATCH_CORE_DRILL_REPORT_H

#include "core/explain.h"

/* An attempt to deliver one of its notices. */
struct drill_try {
	int64_t notice_id;
	bool ok;
	int64_t took_ms;
	int code;	    /* HTTP or SMTP, or 0 */
	const char *detail; /* or "" */
};

enum drill_state {
	DRILL_RUNS,
	DRILL_ANSWERED,
	DRILL_EXHAUSTED, /* nobody answered */
	DRILL_STOPPED,
	DRILL_STATE_COUNT
};

const char *drill_state_name(enum drill_state s); /* "acknowledged" */

enum drill_fate {
	FATE_OF_PENDING, /* nothing has come back yet */
	FATE_OF_SENT,
	FATE_OF_FAILED,
	FATE_OF_WITHDRAWN, /* moot before it went */
	FATE_OF_COUNT
};

const char *drill_fate_name(enum drill_fate f); /* "delivered" */

struct drill_told {
	const struct notice *notice;
	const char *title; /* of the person; "": a room */
	enum drill_fate fate;
	struct wall sent_at;	/* or WALL_NEVER */
	int64_t took_ms;	/* of the attempt that arrived */
	int tries;		/* attempts, that one too */
	int code;		/* of the last that failed, or 0 */
	const char *why;	/* it failed, was held or withdrawn; or "" */
	struct wall held_until; /* or WALL_NEVER */
	int64_t acked_ms; /* after it was told, if its reader answered; else
			     -1 */
};

struct drill_skipped {
	const char *who;   /* person, role; "": the whole step */
	const char *title; /* or "" */
	int step;	   /* index, or -1 */
	struct wall at;
	const char *why;
};

struct drill_channel {
	const char *name;
	int told;
	int sent;
	int failed;
	int again; /* arrived after further attempts */
	const char *why;
};

struct drill_report {
	const struct ticket *ticket;
	const char *chain;
	const char *policy; /* of which such a ticket would be, or "" */
	const char *by;
	int speed;
	enum drill_state state;
	struct wall started;
	struct wall ended; /* or WALL_NEVER */
	int step;	   /* reached, index; -1: none */
	size_t nsteps;
	const char *acked_by;	 /* or "" */
	const char *acked_title; /* or "" */
	const char *stopped_by;	 /* or "" */
	bool waits;		 /* notices are still on their way */
	struct drill_told *told;
	size_t ntold;
	struct drill_skipped *skipped;
	size_t nskipped;
	struct drill_channel *channels;
	size_t nchannels;
	bool ok; /* answered, and no channel failed */
};

void drill_report(const struct matrix *m, const struct explain_past *past,
    const struct drill_try *tries, size_t ntries, struct arena *arena,
    struct drill_report *out);

#endif
