/* csv_reader.c - one byte at a time, one state at a time.
 *
 *	START, CELL --quote--> QUOTED --quote--> QUOTE --quote--> QUOTED
 *	START, CELL --other--> BARE
 *	BARE, QUOTE --separator--> CELL
 *	START, CELL, BARE, QUOTE --LF--> record, START
 *	START, CELL, BARE, QUOTE --CR--> RETURN --LF--> record, START
 *
 * SPDX-License-Identifier: MIT */
#include "wire/csv_reader.h"

#include <string.h>

static const char mark[] = "\xEF\xBB\xBF";

void csv_reader_init(struct csv_reader *r, char separator,
    bool (*record)(void *user, const char *const *cells, size_t count,
	size_t line, struct errtext *err),
    void *user)
{
	memset(r, 0, sizeof *r);
	r->separator = separator;
	r->record = record;
	r->user = user;
	r->line = 1;
	r->record_line = 1;
	textbuf_init(&r->cells);
}

void csv_reader_fini(struct csv_reader *r)
{
	textbuf_fini(&r->cells);
}

static bool fail(struct csv_reader *r, const char *why, struct errtext *err)
{
	errtext_set(err, "line %zu: %s", r->line, why);
	return false;
}

static bool begin_cell(struct csv_reader *r, struct errtext *err)
{
	if (r->ncells == CSV_CELLS_MAX)
		return fail(r, "more than 1024 cells", err);
	r->starts[r->ncells++] = r->cells.len;
	return true;
}

static bool add(struct csv_reader *r, char c, struct errtext *err)
{
	if (c == '\0')
		return fail(r, "a NUL byte", err);
	if (r->cells.len >= CSV_RECORD_MAX)
		return fail(r, "a record of over a mebibyte", err);
	textbuf_addc(&r->cells, c);
	return true;
}

static bool end_record(struct csv_reader *r, struct errtext *err)
{
	const char *cells[CSV_CELLS_MAX];
	size_t count = r->ncells;
	bool ok;

	for (size_t i = 0; i < count; i++)
		cells[i] = r->cells.data + r->starts[i];
	r->state = CSV_START;
	r->ncells = 0;
	ok =
	    count == 0 || r->record(r->user, cells, count, r->record_line, err);
	textbuf_clear(&r->cells);
	return ok;
}

static bool is_end(const struct csv_reader *r, char c)
{
	return c == r->separator || c == '\n' || c == '\r';
}

/* After a separator there is one more cell, an empty one if nothing follows;
 * a line without anything has none. */
static bool end_cell(struct csv_reader *r, char c, struct errtext *err)
{
	if (r->state == CSV_START && c == r->separator)
		r->record_line = r->line;
	if ((r->state == CSV_CELL ||
		(r->state == CSV_START && c == r->separator)) &&
	    !begin_cell(r, err))
		return false;
	if (r->ncells > 0)
		textbuf_addc(&r->cells, '\0');
	if (c == '\n')
		return end_record(r, err);
	r->state = c == '\r' ? CSV_RETURN : CSV_CELL;
	return true;
}

/* The first byte of a cell. */
static bool cell_byte(struct csv_reader *r, char c, struct errtext *err)
{
	if (r->state == CSV_START)
		r->record_line = r->line;
	if (!begin_cell(r, err))
		return false;
	if (c == '"') {
		r->state = CSV_QUOTED;
		return true;
	}
	r->state = CSV_BARE;
	return add(r, c, err);
}

static bool byte(struct csv_reader *r, char c, struct errtext *err)
{
	if (r->state == CSV_RETURN)
		return c == '\n' ? end_record(r, err)
				 : fail(r, "a CR without LF", err);
	if (r->state == CSV_QUOTED) {
		if (c != '"')
			return add(r, c, err);
		r->state = CSV_QUOTE;
		return true;
	}
	if (is_end(r, c))
		return end_cell(r, c, err);
	if (r->state == CSV_BARE)
		return add(r, c, err);
	if (r->state != CSV_QUOTE)
		return cell_byte(r, c, err);
	if (c != '"')
		return fail(r, "text after a closing quote", err);
	r->state = CSV_QUOTED;
	return add(r, c, err);
}

static bool counted_byte(struct csv_reader *r, char c, struct errtext *err)
{
	bool ok = byte(r, c, err);

	r->line += c == '\n';
	return ok;
}

/* While a byte order mark may still be coming.  True if c belongs to one; else
 * what looked like its beginning is text after all. */
static bool is_mark(struct csv_reader *r, char c, bool *ok, struct errtext *err)
{
	size_t held = r->seen;

	*ok = true;
	if (held < 3 && c == mark[held]) {
		r->seen++;
		return true;
	}
	r->seen = 3;
	for (size_t i = 0; i < held && held < 3 && *ok; i++)
		*ok = counted_byte(r, mark[i], err);
	return false;
}

bool csv_reader_feed(
    struct csv_reader *r, const char *text, size_t len, struct errtext *err)
{
	for (size_t i = 0; i < len; i++) {
		bool ok = true;

		if (r->seen < 3 && is_mark(r, text[i], &ok, err))
			continue;
		if (!ok || !counted_byte(r, text[i], err))
			return false;
	}
	return true;
}

bool csv_reader_end(struct csv_reader *r, struct errtext *err)
{
	switch (r->state) {
	case CSV_START:
		return true;
	case CSV_RETURN:
		return end_record(r, err);
	case CSV_QUOTED:
		return fail(r, "a quote is not closed", err);
	case CSV_CELL:
	case CSV_BARE:
	case CSV_QUOTE:
		break;
	}
	return end_cell(r, '\n', err);
}
