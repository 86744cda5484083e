/* forecast.h - what comes in the next hours if nobody does anything?
 *
 * Each ticket that waits for something until then is walked ahead by decide()
 * itself (ahead.h).  Of what comes the soonest rows are kept, so that memory
 * does not depend on how many tickets there are; totals and who will hear how
 * often are exact.
 *
 * Tickets are walked one after the other, not side by side: a pick in turn that
 * was made for one counts for those that are walked after it.  The caller gives
 * them in the order in which they wait.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_FORECAST_H
#define SLAWATCH_CORE_FORECAST_H

#include "core/assumed.h"
#include "core/decide.h"
#include "core/hearing.h"

#define FORECAST_ROWS_MAX  1000
#define FORECAST_HOURS_MAX (31 * 24)

struct forecast_told {
	enum notice_reason reason;
	const char *who; /* person, or "" for the room itself */
	const char *channel;
	const char *chain;	/* as the notice says it; or "" */
	int step;		/* index or -1 */
	struct wall held_until; /* never: at once */
};

/* Something that warns, breaches, escalates or tells somebody. */
struct forecast_row {
	struct wall at;
	const char *ticket;
	const char *severity;  /* or "" */
	const char *team;      /* or "" */
	enum change_kind kind; /* CHANGE_NOTICE_SENT: one that waited goes */
	const char *what;      /* in words */
	const char *clock;     /* or "" */
	int cycle;
	const char *chain; /* or "" */
	int step;	   /* index or -1 */
	struct forecast_told *told;
	size_t ntold;
	size_t cap_told;
	struct arena arena; /* of its texts; owned */
};

struct forecast_totals {
	int64_t tickets; /* with a row */
	int64_t rows;
	int64_t warnings;
	int64_t breaches;
	int64_t steps; /* of chains, reminders too */
	int64_t exhausted;
	int64_t notices; /* that go by then */
	int64_t cut;	 /* tickets with so much to come that not all was
			    looked at */
};

struct forecast {
	const struct matrix *m;
	struct wall now;
	struct wall until;
	const char *team;   /* only of that team; NULL: all */
	const char *person; /* only what that person hears; NULL: all */
	size_t limit;	    /* rows that are kept; 1..FORECAST_ROWS_MAX */
	struct assumed assumed;
	struct hearing told;
	struct hearer *people; /* of that, by forecast_finish() */
	size_t npeople;
	struct forecast_totals totals;
	struct forecast_row *rows[FORECAST_ROWS_MAX]; /* the soonest first */
	size_t nrows;
};

/* What is given is borrowed; team, person and limit may be set afterwards.  The
 * forecast stays where it is. */
void forecast_init(struct forecast *fc, const struct matrix *m,
    const struct facts *f, struct wall now, struct wall until);
void forecast_fini(struct forecast *fc);

/* The ticket is a copy that nobody needs any more, with an arena of its own. */
void forecast_ticket(struct forecast *fc, struct ticket *t);

/* After the last ticket. */
void forecast_finish(struct forecast *fc);

/* "warning", "breach", "step", "reminder", "exhausted", "reopened", "rule",
 * "assignment", "notice", "dead", or the change's own name. */
const char *forecast_kind(enum change_kind kind);

#endif
