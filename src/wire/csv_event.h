/* csv_event.h - a help desk's CSV export as events: what happened, row by row?
 *
 * A row is a ticket as it stood at one instant; the difference between two
 * rows of the same ticket is what happened.  No I/O: the caller feeds text in
 * pieces of any size, as a file is read, and is called with each event.
 *
 *	first row	-> created, at `created_at` (never later than the row)
 *	other fields	-> updated
 *	team, assignee	-> assigned
 *	a comment rule	-> comment
 *	status		-> status
 *
 * in that order within a row, all at the row's instant.  An event's id is
 * SOURCE:TICKET:ROW:TYPE (ROW counts the ticket's rows from 1), so that the
 * same file imported twice is the same events.  Rows of a ticket need not be
 * neighbours; of each only its last values are kept.  A row that is older than
 * one before it happened when that one did: the file's order counts.
 *
 * The map as YAML (src/ctl reads it into struct csv_map):
 *
 *	source: servicenow		# the ticket's key is SOURCE:ID
 *	ticket: number			# column: the ticket's id
 *	at: sys_updated_at		# column: the row's instant
 *	created_at: opened_at		# column, optional: when it was opened
 *	by: sys_updated_by		# column, optional: who changed it
 *	date_format: "%d/%m/%Y %H:%M"	# see csv_date.h; "rfc3339" is a word
 *	zone: Europe/Lisbon		# for dates without one; UTC unless said
 *	separator: ","			# one character; a comma unless said
 *	unknown: ["?", "-100"]		# cells without a value; empty ones too
 *	created_status: new		# optional: see below
 *	fields:				# any of event.h's field_name() but tags
 *	  status:
 *	    column: incident_state
 *	    values: { New: new, Active: open }	# cell: value
 *	  severity: { column: priority, values: { "1": P1, "2": P2 } }
 *	  team: { column: assignment_group, prefix: "group " }
 *	  category: category		# short for { column: category }
 *	  subject: { text: "Category {category}, symptom {u_symptom}" }
 *	  customer.id: caller_id
 *	  attributes:			# each as a field; the name is free
 *	    location: location
 *	comments:			# optional; the first that fits a row
 *	  - status: [pending, solved]	# the row changes the status to one
 *	    author: agent		# agent unless said
 *	    public: true		# true unless said
 *	  - column: comments		# or: the row changes that column
 *	    once: true			# at most one a ticket by this rule
 *
 * A field has `column` or `text`, never both; `values` and `prefix` go with
 * `column`.  A cell that `values` does not list is kept as it is, but for
 * status and numbers, where it must be valid and is otherwise reported and
 * treated as unknown.  An unknown status changes nothing; another unknown
 * value takes the field away.
 *
 * created_status: what the ticket was created with, where exports begin with
 * rows in later states; if the first row has another status, a status event
 * follows at that row's instant.  Without it `created` has the first row's.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_CSV_EVENT_H
#define SLAWATCH_WIRE_CSV_EVENT_H

#include "base/errtext.h"
#include "base/instant.h"
#include "core/event.h"
#include "core/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CSV_FIELDS_MAX	 64 /* of a map, attributes included */
#define CSV_COMMENTS_MAX 16 /* rules of a map */

struct csv_value {
	const char *from; /* the cell */
	const char *to;	  /* our word */
};

struct csv_field {
	enum field field;      /* FIELD_ATTRIBUTES: one of these */
	const char *attribute; /* its name; NULL for any other field */
	const char *column;    /* or NULL: text */
	const char *text;      /* with {column} replaced; or NULL: column */
	const char *prefix;    /* before every known value, or NULL */
	const struct csv_value *values;
	size_t nvalues;
};

struct csv_comment {
	status_set status;  /* changed to one of these; 0: see column */
	const char *column; /* this cell changed; or NULL: see status */
	enum author author;
	bool is_public;
	bool once;
};

/* All texts and arrays are borrowed from whoever built it. */
struct csv_map {
	const char *source;
	const char *ticket; /* column names from here */
	const char *at;
	const char *created_at; /* or NULL */
	const char *by;		/* or NULL */
	const char *date_format;
	const struct zone *zone; /* NULL is UTC */
	char separator;		 /* 0 is a comma */
	const char *const *unknown;
	size_t nunknown;
	bool has_created_status;
	enum status created_status;
	const struct csv_field *fields;
	size_t nfields;
	const struct csv_comment *comments;
	size_t ncomments;
};

/* Is the map sound in itself?  False with the member's name. */
bool csv_map_sound(const struct csv_map *map, struct errtext *err);

/* Has that header row every column the map names?  A missing one is named with
 * the nearest that is there. */
bool csv_map_fits(const struct csv_map *map, const char *const *header,
    size_t count, struct errtext *err);

struct csv_counts {
	size_t rows; /* header not counted */
	size_t tickets;
	size_t events;
	size_t problems;     /* rows or cells that were reported */
	size_t out_of_order; /* rows older than one before */
};

struct csv_hooks {
	void *user;
	/* The event and its texts live during the call.  order counts from 0 */
	void (*event)(void *user, const struct event *ev, uint64_t order);
	/* Something in that line was left out. */
	void (*problem)(void *user, size_t line, const char *what);
};

struct csv_import; /* one file on its way */

/* The map is sound and stays alive. */
struct csv_import *csv_import_new(
    const struct csv_map *map, const struct csv_hooks *hooks);
void csv_import_free(struct csv_import *in);

/* The next piece of the file.  False: the header does not fit the map, or the
 * text is no CSV; then nothing more may be fed. */
bool csv_import_feed(
    struct csv_import *in, const char *text, size_t len, struct errtext *err);

/* The file has ended: its last line need not end in a newline. */
bool csv_import_end(struct csv_import *in, struct errtext *err);

const struct csv_counts *csv_import_counts(const struct csv_import *in);

/* What a caller keeps of an event until all are sorted by time: rows come by
 * ticket, a replay wants them as they happened. */
struct csv_line {
	struct wall at;
	uint64_t order; /* as told to the hook */
	char *json;	/* event_to_json() of it; the caller's */
};

/* By (at, order), for qsort: a total order, hence stable. */
int csv_line_compare(const void *a, const void *b);

#endif
