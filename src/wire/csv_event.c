/* csv_event.c - the difference of two rows as events.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/csv_event.h"

#include "base/arena.h"
#include "base/check.h"
#include "base/textbuf.h"
#include "core/ticket.h"
#include "wire/csv_date.h"
#include "wire/csv_past.h"
#include "wire/csv_reader.h"
#include "wire/event_fields.h"
#include "wire/event_json.h"
#include "wire/json_out.h"

#include <stdlib.h>
#include <string.h>

/* Kept of a row: the fields' values, then the cells of comment rules. */
#define VALUES_MAX (CSV_FIELDS_MAX + CSV_COMMENTS_MAX)

struct csv_import {
	const struct csv_map *map;
	struct csv_hooks hooks;
	struct csv_reader reader;
	struct csv_counts counts;
	struct csv_pasts pasts;
	struct arena names; /* the header */
	const char **header;
	size_t nheader;	  /* 0: it has not come yet */
	struct arena row; /* what the present row's events point into */
	size_t line;
};

/* One row on its way to events. */
struct row {
	struct csv_import *in;
	const char *const *cells;
	struct csv_past *past;
	const char *id;	 /* the ticket's */
	const char *key; /* SOURCE:ID */
	const char *by;	 /* or NULL */
	struct wall at;
	bool has_status;
	enum status status;
	const char *now[VALUES_MAX];	/* values; NULL: unknown */
	const char *before[VALUES_MAX]; /* the same of the row before */
};

static void problem(
    struct csv_import *in, const char *name, const char *what, const char *cell)
{
	char text[200];
	struct textbuf tb;

	in->counts.problems++;
	if (in->hooks.problem == NULL)
		return;
	textbuf_init_fixed(&tb, text, sizeof text);
	textbuf_addf(&tb, "%s: %s", name, what);
	if (cell != NULL)
		textbuf_addf(&tb, " \"%s\"", cell);
	in->hooks.problem(in->hooks.user, in->line, text);
}

/* The column is there: csv_map_fits() said so. */
static const char *cell_of(const struct row *r, const char *column)
{
	size_t i = 0;

	while (i < r->in->nheader && strcmp(r->in->header[i], column) != 0)
		i++;
	CHECK(i < r->in->nheader);
	return r->cells[i];
}

/* NULL for an empty cell and for the map's marks. */
static const char *known(const struct csv_map *map, const char *cell)
{
	if (cell[0] == '\0')
		return NULL;
	for (size_t i = 0; i < map->nunknown; i++) {
		if (strcmp(map->unknown[i], cell) == 0)
			return NULL;
	}
	return cell;
}

/* "Category {category}" with the cells in it. */
static const char *filled_in(const struct row *r, const char *text)
{
	struct textbuf tb;
	const char *out;

	textbuf_init(&tb);
	while (*text != '\0') {
		size_t n = strcspn(text, "{");
		char *column;

		textbuf_addn(&tb, text, n);
		text += n;
		if (*text == '\0')
			break;
		n = strcspn(++text, "}");
		column = arena_strndup(&r->in->row, text, n);
		textbuf_add(&tb, cell_of(r, column));
		text += n + 1;
	}
	out = arena_strndup(&r->in->row, tb.data, tb.len);
	textbuf_fini(&tb);
	return out;
}

static const char *mapped(
    const struct row *r, const struct csv_field *f, const char *cell)
{
	struct textbuf tb;
	const char *out;

	for (size_t i = 0; i < f->nvalues; i++) {
		if (strcmp(f->values[i].from, cell) == 0) {
			cell = f->values[i].to;
			break;
		}
	}
	if (f->prefix == NULL)
		return cell;
	textbuf_init(&tb);
	textbuf_addf(&tb, "%s%s", f->prefix, cell);
	out = arena_strndup(&r->in->row, tb.data, tb.len);
	textbuf_fini(&tb);
	return out;
}

static bool is_valid(const struct csv_field *f, const char *value)
{
	enum status status;

	switch (field_kind(f->field)) {
	case FIELD_KIND_STATUS:
		return status_parse(value, &status);
	case FIELD_KIND_NUMBER:
		return field_is_number(value);
	case FIELD_KIND_DATE:
		return field_is_date(value);
	case FIELD_KIND_WORD:
	case FIELD_KIND_LONG:
	case FIELD_KIND_TAGS:
	case FIELD_KIND_OBJECT:
		break;
	}
	return true;
}

/* What the row says about the field, or NULL. */
static const char *value_of(const struct row *r, const struct csv_field *f)
{
	bool is_long = field_kind(f->field) == FIELD_KIND_LONG;
	size_t max = is_long ? EVENT_TEXT_MAX : EVENT_FIELD_MAX;
	const char *cell;
	const char *value;

	if (f->text != NULL) {
		value = filled_in(r, f->text);
	} else {
		cell = known(r->in->map, cell_of(r, f->column));
		if (cell == NULL)
			return NULL;
		value = mapped(r, f, cell);
	}
	if (value[0] == '\0')
		return NULL;
	if (!is_valid(f, value)) {
		problem(r->in, field_name(f->field), "not one:", value);
		return NULL;
	}
	if (strlen(value) <= max)
		return value;
	if (!is_long)
		problem(r->in, field_name(f->field), "cut at 1000 bytes", NULL);
	return arena_strndup(
	    &r->in->row, value, utf8_cut(value, strlen(value), max));
}

static void emit(struct row *r, struct event *ev)
{
	struct csv_import *in = r->in;
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_addf(
	    &tb, "%s:%zu:%s", r->key, r->past->rows, event_type_name(ev->type));
	ev->id = tb.data;
	ev->ticket = r->key;
	in->hooks.event(in->hooks.user, ev, in->counts.events++);
	textbuf_fini(&tb);
}

/* All known attributes as one object. */
static const char *attributes(const struct row *r)
{
	const struct csv_map *map = r->in->map;
	struct textbuf tb;
	struct json_out j;
	const char *out;

	textbuf_init(&tb);
	json_out_init(&j, &tb);
	json_open(&j, NULL, '{');
	for (size_t i = 0; i < map->nfields; i++) {
		if (map->fields[i].attribute != NULL && r->now[i] != NULL)
			json_text(&j, map->fields[i].attribute, r->now[i]);
	}
	json_close(&j, '}');
	out = arena_strndup(&r->in->row, tb.data, tb.len);
	textbuf_fini(&tb);
	return out;
}

static void name_field(const struct row *r, size_t i, struct fields *out)
{
	enum field field = r->in->map->fields[i].field;

	if (field == FIELD_ATTRIBUTES && (out->set & FIELD_BIT(field)) == 0)
		out->text[field] = attributes(r);
	else if (field != FIELD_ATTRIBUTES)
		out->text[field] = r->now[i];
	out->set |= FIELD_BIT(field);
}

static bool same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Names the fields of that kind that the row changes. */
static void name_changes(
    const struct row *r, uint32_t among, struct fields *out)
{
	const struct csv_map *map = r->in->map;

	for (size_t i = 0; i < map->nfields; i++) {
		if ((among & FIELD_BIT(map->fields[i].field)) != 0 &&
		    !same(r->now[i], r->before[i]))
			name_field(r, i, out);
	}
}

static struct wall opened(const struct row *r)
{
	const struct csv_map *map = r->in->map;
	const char *cell;
	struct wall at;

	if (map->created_at == NULL)
		return r->at;
	cell = known(map, cell_of(r, map->created_at));
	if (cell == NULL)
		return r->at;
	if (csv_date_parse(map->date_format, cell, map->zone, &at))
		return wall_min(at, r->at);
	problem(r->in, map->created_at, "not a date:", cell);
	return r->at;
}

static void created(struct row *r)
{
	const struct csv_map *map = r->in->map;
	struct event ev = { .type = EVENT_CREATED,
		.at = opened(r),
		.author = AUTHOR_CUSTOMER };

	for (size_t i = 0; i < map->nfields; i++) {
		if (r->now[i] != NULL && map->fields[i].field != FIELD_STATUS)
			name_field(r, i, &ev.fields);
	}
	ev.fields.status = map->has_created_status ? map->created_status
			   : r->has_status	   ? r->status
						   : STATUS_NEW;
	ev.fields.set |= FIELD_BIT(FIELD_STATUS);
	r->past->status = ev.fields.status;
	emit(r, &ev);
}

#define MOVES (FIELD_BIT(FIELD_TEAM) | FIELD_BIT(FIELD_ASSIGNEE))

static void changed(struct row *r)
{
	struct event update = { .type = EVENT_UPDATED, .at = r->at };
	struct event move = {
		.type = EVENT_ASSIGNED, .at = r->at, .by = r->by
	};

	name_changes(r, ~(MOVES | FIELD_BIT(FIELD_STATUS)), &update.fields);
	if (update.fields.set != 0)
		emit(r, &update);
	name_changes(r, MOVES, &move.fields);
	if (move.fields.set != 0)
		emit(r, &move);
}

static bool status_changes(const struct row *r)
{
	return r->has_status && r->past->status != r->status;
}

static bool rule_fits(const struct row *r, size_t i)
{
	const struct csv_comment *c = &r->in->map->comments[i];
	size_t at = r->in->map->nfields + i;

	if (c->once && (r->past->once & UINT32_C(1) << i) != 0)
		return false;
	if (c->status != 0)
		return status_changes(r) &&
		       (c->status & STATUS_BIT(r->status)) != 0;
	return r->past->rows > 1 && !same(r->now[at], r->before[at]);
}

static void commented(struct row *r)
{
	const struct csv_map *map = r->in->map;

	for (size_t i = 0; i < map->ncomments; i++) {
		struct event ev = { .type = EVENT_COMMENT,
			.at = r->at,
			.by = r->by,
			.author = map->comments[i].author,
			.is_public = map->comments[i].is_public };

		if (!rule_fits(r, i))
			continue;
		r->past->once |= UINT32_C(1) << i;
		emit(r, &ev);
		return;
	}
}

static void moved_on(struct row *r)
{
	struct event ev = { .type = EVENT_STATUS, .at = r->at, .by = r->by };

	if (!status_changes(r))
		return;
	ev.fields.set = FIELD_BIT(FIELD_STATUS);
	ev.fields.status = r->status;
	emit(r, &ev);
	r->past->status = r->status;
}

static void read_values(struct row *r)
{
	const struct csv_map *map = r->in->map;

	for (size_t i = 0; i < map->nfields; i++) {
		r->now[i] = value_of(r, &map->fields[i]);
		if (map->fields[i].field == FIELD_STATUS)
			r->has_status = r->now[i] != NULL &&
					status_parse(r->now[i], &r->status);
	}
	for (size_t i = 0; i < map->ncomments; i++) {
		const char *column = map->comments[i].column;

		r->now[map->nfields + i] =
		    column != NULL ? cell_of(r, column) : NULL;
	}
}

/* Whose row is it, and of when?  False: it was reported. */
static bool read_head(struct row *r)
{
	const struct csv_map *map = r->in->map;
	const char *cell = cell_of(r, map->at);
	const char *by = map->by != NULL ? cell_of(r, map->by) : "";
	struct textbuf key;

	r->id = cell_of(r, map->ticket);
	textbuf_init(&key);
	textbuf_addf(&key, "%s:%s", map->source, r->id);
	r->key = arena_strndup(&r->in->row, key.data, key.len);
	textbuf_fini(&key);
	/* The longest id puts ":ROWS:severity_confirmed" behind the key. */
	if (known(map, r->id) == NULL || !ticket_key_valid(r->key) ||
	    strlen(r->key) + 40 > EVENT_ID_MAX) {
		problem(r->in, map->ticket, "not a ticket's id:", r->id);
		return false;
	}
	if (!csv_date_parse(map->date_format, cell, map->zone, &r->at)) {
		problem(r->in, map->at, "not a date:", cell);
		return false;
	}
	if (known(map, by) != NULL)
		r->by = arena_strndup(
		    &r->in->row, by, utf8_cut(by, strlen(by), EVENT_FIELD_MAX));
	return true;
}

static void follow(struct row *r)
{
	size_t count = r->in->map->nfields + r->in->map->ncomments;

	read_values(r);
	if (r->past->rows > 0 && wall_before(r->at, r->past->at)) {
		r->in->counts.out_of_order++;
		r->at = r->past->at;
	}
	if (r->past->rows > 0)
		csv_past_values(r->past, r->before, count);
	r->past->at = r->at;
	if (r->past->rows++ == 0) {
		r->in->counts.tickets++;
		created(r);
	} else {
		changed(r);
	}
	commented(r);
	moved_on(r);
	csv_past_keep(r->past, r->now, count);
}

static bool is_text(const char *const *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!utf8_valid(cells[i], strlen(cells[i])))
			return false;
	}
	return true;
}

static bool read_header(struct csv_import *in, const char *const *cells,
    size_t count, struct errtext *err)
{
	if (!is_text(cells, count)) {
		errtext_set(err, "line %zu: not UTF-8", in->line);
		return false;
	}
	if (!csv_map_fits(in->map, cells, count, err))
		return false;
	in->header = arena_alloc(&in->names, count * sizeof *in->header);
	for (size_t i = 0; i < count; i++)
		in->header[i] = arena_strdup(&in->names, cells[i]);
	in->nheader = count;
	return true;
}

static bool on_record(void *user, const char *const *cells, size_t count,
    size_t line, struct errtext *err)
{
	struct csv_import *in = user;
	struct row r = { .in = in, .cells = cells };

	in->line = line;
	if (in->nheader == 0)
		return read_header(in, cells, count, err);
	in->counts.rows++;
	if (count != in->nheader) {
		problem(
		    in, "row", "another number of cells than the header", NULL);
		return true;
	}
	if (!is_text(cells, count)) {
		problem(in, "row", "not UTF-8", NULL);
		return true;
	}
	arena_reset(&in->row);
	if (read_head(&r)) {
		r.past = csv_pasts_get(&in->pasts, r.id);
		follow(&r);
	}
	return true;
}

struct csv_import *csv_import_new(
    const struct csv_map *map, const struct csv_hooks *hooks)
{
	struct csv_import *in = calloc(1, sizeof *in);

	CHECK(in != NULL);
	in->map = map;
	in->hooks = *hooks;
	arena_init(&in->names);
	arena_init(&in->row);
	csv_pasts_init(&in->pasts);
	csv_reader_init(&in->reader, map->separator != 0 ? map->separator : ',',
	    on_record, in);
	return in;
}

void csv_import_free(struct csv_import *in)
{
	if (in == NULL)
		return;
	csv_reader_fini(&in->reader);
	csv_pasts_fini(&in->pasts);
	arena_fini(&in->names);
	arena_fini(&in->row);
	free(in);
}

bool csv_import_feed(
    struct csv_import *in, const char *text, size_t len, struct errtext *err)
{
	return csv_reader_feed(&in->reader, text, len, err);
}

bool csv_import_end(struct csv_import *in, struct errtext *err)
{
	if (!csv_reader_end(&in->reader, err))
		return false;
	if (in->nheader > 0)
		return true;
	errtext_set(err, "the file is empty: not even a header row");
	return false;
}

const struct csv_counts *csv_import_counts(const struct csv_import *in)
{
	return &in->counts;
}

int csv_line_compare(const void *a, const void *b)
{
	const struct csv_line *x = a;
	const struct csv_line *y = b;

	if (x->at.ms != y->at.ms)
		return x->at.ms < y->at.ms ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}
