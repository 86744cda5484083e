/* report.h - a backtest as people read it: text, one HTML page, JSON.
 *
 * All of them are written from the same values (core/backtest.h, against.h) and
 * depend on nothing else: neither the machine's clock, nor its locale or zone.
 * Instants are by the wall clock of the backtest's zone.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_REPORT_H
#define SLAWATCH_CTL_REPORT_H

#include "base/textbuf.h"
#include "core/backtest.h"
#include "ctl/against.h"
#include "store/history_rows.h"

#include <stdbool.h>

struct report {
	const char *matrix_name; /* file of the new one */
	const char *source;	 /* "events.jsonl", "the database ..." */
	const struct backtest *new;
	const struct backtest *old;    /* of --against; or NULL */
	const struct against *against; /* or NULL */
	const char *old_name;	       /* file of the old one; or "" */
	const char *missed_when; /* as said: "attributes.made_sla=false"; "" or
				    NULL: by the database's own breaches */
	/* Of a database: what was in force in the time that is counted. */
	const struct history_matrix *in_force;
	size_t nin_force;
	const char *const *notes; /* sentences: what the numbers take for
				     granted */
	size_t nnotes;
	/* Called now and then while a long report is written: may empty the
	 * buffer; or NULL: all of it stays there. */
	void (*spill)(void *user, struct textbuf *out);
	void *spill_user;
};

/* Tables for a terminal of that width (0: no limit); colour: with SGR
 * sequences. */
void report_text(
    const struct report *r, bool colour, int width, struct textbuf *out);

/* One JSON object and a newline; slawatchctl(1) names its members. */
void report_json(const struct report *r, struct textbuf *out);

/* One self-contained page: no script, style or picture from elsewhere. */
void report_html(const struct report *r, struct textbuf *out);

#endif
