/* simulate_options.h - what `slawatchctl simulate` was asked for, made sense
 * of.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_SIMULATE_OPTIONS_H
#define SLAWATCH_CTL_SIMULATE_OPTIONS_H

#include "core/backtest.h"
#include "ctl/args.h"
#include "ctl/simulate_rows.h"
#include "ctl/zone_named.h"

#include <stdbool.h>
#include <stdint.h>

enum report_format {
	REPORT_NONE,
	REPORT_HTML,
	REPORT_JSON,
	REPORT_TEXT,
};

struct simulate_options {
	enum rows_form rows;
	bool text;		   /* the report for people on stdout */
	enum report_format format; /* and one of these there: */
	const char *file;	   /* "-" is standard output */
	bool from_db;
	const char *database;	 /* NULL: as the matrix says */
	struct wall until;	 /* WALL_NEVER: the last event's */
	struct wall since;	 /* wall_at(0): from the beginning */
	int64_t since_ms;	 /* not 0: so long before the last event */
	const struct zone *zone; /* NULL: UTC */
	struct zone_named named; /* owner of --zone's */
	struct backtest_missed missed;
	char *missed_text; /* of its texts; owned; NULL: not said */
};

/* zone: of the matrix.  Other than EXIT_OK: it was said why; free it all the
 * same. */
int simulate_options_read(const struct invocation *in, const struct zone *zone,
    struct simulate_options *out);
void simulate_options_free(struct simulate_options *o);

#endif
