/* table.h - tables for people.
 *
 * Rows are gathered, then laid out at once: each column is as wide as its
 * widest cell; where the terminal is narrower, the columns that may shrink give
 * way, the widest first, and their cells end in an ellipsis.  Without a limit
 * (a pipe, a file) nothing is cut.  The last column is not padded.
 *
 * Cells are made harmless and measured by width.h; a colour never counts.
 *
 *	struct table t;
 *	table_init(&t, columns, ncolumns);
 *	table_cell(&t, "zendesk:4711", COLOUR_NONE);   left to right, row by row
 *	table_print(&t, screen, &out);
 *	table_fini(&t);
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_TABLE_H
#define SLAWATCH_CTL_TABLE_H

#include "base/arena.h"
#include "base/textbuf.h"

#include <stdbool.h>
#include <stddef.h>

#define TABLE_COLUMNS_MAX 16

enum colour {
	COLOUR_NONE,
	COLOUR_BOLD,
	COLOUR_DIM,
	COLOUR_RED,
	COLOUR_YELLOW,
	COLOUR_GREEN,
};

/* What is written to: how wide, and may it be coloured? */
struct screen {
	size_t columns; /* 0: no limit */
	bool colours;
};

/* Standard output's: the terminal's own width, or $COLUMNS where that is set;
 * colours on a terminal only, and not with $NO_COLOR or TERM=dumb. */
struct screen screen_stdout(void);

/* Appends the text, as it is, in that colour. */
void screen_colour(
    struct screen s, enum colour c, const char *text, struct textbuf *out);

struct table_column {
	const char *title;
	size_t least; /* may shrink to that many columns; 0: not at all */
	bool right;   /* numbers */
};

struct table_cell;

struct table {
	const struct table_column *columns; /* borrowed */
	size_t ncolumns;
	struct table_cell *cells; /* row by row; in the arena */
	size_t ncells;
	size_t cap;
	size_t width[TABLE_COLUMNS_MAX]; /* of the widest cell so far */
	struct arena arena;
};

void table_init(
    struct table *t, const struct table_column *columns, size_t ncolumns);
void table_fini(struct table *t);

/* The next cell; the text is copied, NULL and "" show as "-". */
void table_cell(struct table *t, const char *text, enum colour colour);

/* The head and all rows; every row is complete. */
void table_print(const struct table *t, struct screen s, struct textbuf *out);

#endif
