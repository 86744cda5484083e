/* calendar_draft.h - a calendar of the file between being read and built.
 *
 *	read      calendars.c      what stands under its own name
 *	inherit   calendar_extend.c   what it has from the one it extends
 *	expand    ics_holidays.c   the days and hours its .ics files close
 *	build     calendars.c
 *
 * Reading all before inheriting is what makes the order in the file free.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_CALENDAR_DRAFT_H
#define SLAWATCH_CONF_CALENDAR_DRAFT_H

#include "conf/reader.h"

#include <stdbool.h>
#include <stddef.h>

#define CALENDAR_DATES_MAX 1000 /* exceptions, or holidays, of one */

struct calendar_dates {
	struct calendar_date *items; /* in the conf's arena */
	size_t count;
	size_t cap;
};

/* An .ics file, and the entry that names it: of this calendar or of one that
 * it extends. */
struct holiday_entry {
	const char *name; /* as written */
	struct place at;
	bool *told; /* something was reported of it: shared by all heirs */
};

enum draft_state { DRAFT_READ, DRAFT_INHERITING, DRAFT_DONE };

struct calendar_draft {
	struct calendar_origin *origin;
	const struct yaml_pair *pair;
	enum draft_state state;
	bool sound;    /* nothing was wrong so far */
	unsigned days; /* of its own week, 1 << 0 is Monday */
	struct calendar_dates exceptions;
	struct calendar_dates holidays; /* but for those of files */
	struct holiday_entry *files;	/* in the report's arena */
	size_t nfiles;
	size_t cap_files;
};

/* Gives each what it has from the one that its `extends` names. */
void calendars_inherit(
    struct reader *r, struct calendar_draft *drafts, size_t count);

/* Adds to origin->spec what its files close: dates to the holidays, times to
 * the closures, both in the report's arena.  False and a report at the entry if
 * a file is not what it should be. */
bool holidays_expand(struct reader *r, struct calendar_draft *d);

#endif
