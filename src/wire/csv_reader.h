/* csv_reader.h - RFC 4180 in pieces of any size.
 *
 * Records end in LF or CRLF; a cell in double quotes may hold separators, line
 * ends and doubled quotes; a byte order mark before the first record is
 * skipped; blank lines are no records.  A quote inside a bare cell is itself.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_CSV_READER_H
#define SLAWATCH_WIRE_CSV_READER_H

#include "base/errtext.h"
#include "base/textbuf.h"

#include <stdbool.h>
#include <stddef.h>

#define CSV_RECORD_MAX (1024 * 1024) /* bytes */
#define CSV_CELLS_MAX  1024

enum csv_state {    /* what the byte before was */
	CSV_START,  /* the record's very beginning */
	CSV_CELL,   /* a separator: a cell begins */
	CSV_BARE,   /* in a cell without quotes */
	CSV_QUOTED, /* in a cell with quotes */
	CSV_QUOTE,  /* a quote in such a cell: its end, or doubled */
	CSV_RETURN, /* a CR outside quotes: LF must follow */
};

struct csv_reader {
	char separator;
	enum csv_state state;
	struct textbuf cells;	      /* of this record, a NUL behind each */
	size_t starts[CSV_CELLS_MAX]; /* offsets in cells */
	size_t ncells;
	size_t line;	    /* being read, from 1 */
	size_t record_line; /* where the record began */
	size_t seen;	    /* bytes of a byte order mark; 3: none any more */
	/* cells: NUL-terminated, valid during the call; false stops. */
	bool (*record)(void *user, const char *const *cells, size_t count,
	    size_t line, struct errtext *err);
	void *user;
};

void csv_reader_init(struct csv_reader *r, char separator,
    bool (*record)(void *user, const char *const *cells, size_t count,
	size_t line, struct errtext *err),
    void *user);
void csv_reader_fini(struct csv_reader *r);

/* False: broken at "line N: why", or record() said no; feed no more. */
bool csv_reader_feed(
    struct csv_reader *r, const char *text, size_t len, struct errtext *err);
bool csv_reader_end(struct csv_reader *r, struct errtext *err);

#endif
