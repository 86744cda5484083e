/* table.c - lay out rows by what the terminal can hold.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/table.h"

#include "base/check.h"
#include "ctl/width.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GAP 2 /* blanks between two columns */

struct table_cell {
	const char *text;
	size_t width;
	enum colour colour;
};

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0';
}

struct screen screen_stdout(void)
{
	bool tty = isatty(STDOUT_FILENO) == 1;
	const char *term = getenv("TERM");
	struct screen s = { 0, tty && !is_set("NO_COLOR") };
	struct winsize size;

	if (term != NULL && strcmp(term, "dumb") == 0)
		s.colours = false;
	if (tty && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		s.columns = size.ws_col;
	if (is_set("COLUMNS"))
		s.columns = (size_t)strtoul(getenv("COLUMNS"), NULL, 10);
	return s;
}

void screen_colour(
    struct screen s, enum colour c, const char *text, struct textbuf *out)
{
	static const char *const code[] = {
		[COLOUR_NONE] = "",
		[COLOUR_BOLD] = "1",
		[COLOUR_DIM] = "2",
		[COLOUR_RED] = "31",
		[COLOUR_YELLOW] = "33",
		[COLOUR_GREEN] = "32",
	};

	if (s.colours && c != COLOUR_NONE)
		textbuf_addf(out, "\033[%sm%s\033[0m", code[c], text);
	else
		textbuf_add(out, text);
}

void table_init(
    struct table *t, const struct table_column *columns, size_t ncolumns)
{
	CHECK(ncolumns >= 1 && ncolumns <= TABLE_COLUMNS_MAX);
	memset(t, 0, sizeof *t);
	t->columns = columns;
	t->ncolumns = ncolumns;
	arena_init(&t->arena);
	for (size_t i = 0; i < ncolumns; i++)
		t->width[i] = text_width(columns[i].title);
}

void table_fini(struct table *t)
{
	arena_fini(&t->arena);
}

void table_cell(struct table *t, const char *text, enum colour colour)
{
	size_t column = t->ncells % t->ncolumns;
	struct table_cell *cell;

	cell =
	    arena_push(&t->arena, &t->cells, &t->ncells, &t->cap, sizeof *cell);
	if (text == NULL || text[0] == '\0')
		text = "-";
	cell->text = arena_strdup(&t->arena, text);
	cell->width = text_width(text);
	cell->colour = colour;
	if (cell->width > t->width[column])
		t->width[column] = cell->width;
}

/* The widest column that may still give way, or ncolumns. */
static size_t widest(const struct table *t, const size_t width[])
{
	size_t best = t->ncolumns;

	for (size_t i = 0; i < t->ncolumns; i++) {
		size_t least = t->columns[i].least;

		if (least == 0 || width[i] <= least)
			continue;
		if (best == t->ncolumns || width[i] > width[best])
			best = i;
	}
	return best;
}

static void choose_widths(
    const struct table *t, struct screen s, size_t width[])
{
	size_t total = (t->ncolumns - 1) * GAP;

	for (size_t i = 0; i < t->ncolumns; i++) {
		width[i] = t->width[i];
		total += width[i];
	}
	while (s.columns != 0 && total > s.columns) {
		size_t i = widest(t, width);

		if (i == t->ncolumns)
			return; /* nothing can give way: it will wrap */
		width[i]--;
		total--;
	}
}

static void pad(struct textbuf *out, size_t count)
{
	while (count-- > 0)
		textbuf_addc(out, ' ');
}

static void print_cell(const struct table *t, size_t column,
    const struct table_cell *cell, struct screen s, size_t width,
    struct textbuf *out)
{
	bool last = column + 1 == t->ncolumns;
	struct textbuf text;
	size_t used;

	textbuf_init(&text);
	used = text_fit(&text, cell->text, width);
	if (t->columns[column].right)
		pad(out, width - used);
	screen_colour(s, cell->colour, text.data, out);
	if (!t->columns[column].right && !last)
		pad(out, width - used);
	if (!last)
		pad(out, GAP);
	textbuf_fini(&text);
}

void table_print(const struct table *t, struct screen s, struct textbuf *out)
{
	size_t width[TABLE_COLUMNS_MAX];

	CHECK(t->ncells % t->ncolumns == 0);
	choose_widths(t, s, width);
	for (size_t i = 0; i < t->ncolumns; i++) {
		struct table_cell head = { t->columns[i].title, 0,
			COLOUR_BOLD };

		print_cell(t, i, &head, s, width[i], out);
	}
	textbuf_addc(out, '\n');
	for (size_t i = 0; i < t->ncells; i++) {
		size_t column = i % t->ncolumns;

		print_cell(t, column, &t->cells[i], s, width[column], out);
		if (column + 1 == t->ncolumns)
			textbuf_addc(out, '\n');
	}
}
