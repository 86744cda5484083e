/* csv_map.c - is the map sound, and does the file fit it?
 *
 * SPDX-License-Identifier: MIT */
#include "wire/csv_event.h"

#include "base/nearest.h"
#include "base/textbuf.h"
#include "core/ticket.h"
#include "wire/csv_date.h"
#include "wire/event_fields.h"

#include <string.h>

#define SOURCE_MAX 60 /* bytes: ids and keys have 200 in all */

static bool refuse(struct errtext *err, const char *member, const char *why)
{
	errtext_set(err, "%s: %s", member, why);
	return false;
}

static bool source_sound(const struct csv_map *map, struct errtext *err)
{
	char key[SOURCE_MAX + 4];
	struct textbuf tb;

	if (map->source == NULL || map->source[0] == '\0')
		return refuse(err, "source", "missing");
	textbuf_init_fixed(&tb, key, sizeof key);
	textbuf_addf(&tb, "%s:x", map->source);
	if (strlen(map->source) > SOURCE_MAX || !ticket_key_valid(key) ||
	    strchr(map->source, ':') != NULL)
		return refuse(err, "source",
		    "at most 60 bytes without blanks and colons");
	return true;
}

static bool columns_sound(const struct csv_map *map, struct errtext *err)
{
	if (map->ticket == NULL)
		return refuse(err, "ticket", "missing");
	if (map->at == NULL)
		return refuse(err, "at", "missing");
	if (map->date_format == NULL)
		return refuse(err, "date_format", "missing");
	if (!csv_date_format_sound(map->date_format, err)) {
		errtext_wrap(err, "date_format");
		return false;
	}
	if (map->separator == '"' || map->separator == '\n' ||
	    map->separator == '\r')
		return refuse(err, "separator", "cannot be told from a cell");
	return true;
}

static const char *path_of(const struct csv_field *f)
{
	return f->attribute != NULL ? f->attribute : field_name(f->field);
}

static bool values_sound(const struct csv_field *f, struct errtext *err)
{
	enum status status;

	if (f->field != FIELD_STATUS)
		return true;
	for (size_t i = 0; i < f->nvalues; i++) {
		if (!status_parse(f->values[i].to, &status)) {
			errtext_set(
			    err, "unknown status \"%s\"", f->values[i].to);
			return false;
		}
	}
	return true;
}

static bool field_sound(const struct csv_field *f, struct errtext *err)
{
	if (f->field == FIELD_TAGS) {
		errtext_set(err, "tags cannot be imported");
		return false;
	}
	if ((f->attribute != NULL) != (f->field == FIELD_ATTRIBUTES)) {
		errtext_set(err, "attributes are named one by one");
		return false;
	}
	if ((f->column != NULL) == (f->text != NULL)) {
		errtext_set(err, "column or text, one of them");
		return false;
	}
	if (f->text != NULL && (f->nvalues > 0 || f->prefix != NULL)) {
		errtext_set(err, "values and prefix go with column");
		return false;
	}
	if (f->field == FIELD_STATUS && f->prefix != NULL) {
		errtext_set(err, "a status has no prefix");
		return false;
	}
	return values_sound(f, err);
}

static bool same_field(const struct csv_field *a, const struct csv_field *b)
{
	return a->field == b->field &&
	       (a->attribute == NULL ||
		   strcmp(a->attribute, b->attribute) == 0);
}

static bool fields_sound(const struct csv_map *map, struct errtext *err)
{
	if (map->nfields > CSV_FIELDS_MAX)
		return refuse(err, "fields", "more than 64");
	for (size_t i = 0; i < map->nfields; i++) {
		const struct csv_field *f = &map->fields[i];

		if (!field_sound(f, err)) {
			errtext_wrap(err, "fields.%s", path_of(f));
			return false;
		}
		for (size_t k = 0; k < i; k++) {
			if (same_field(f, &map->fields[k])) {
				errtext_set(
				    err, "fields.%s: named twice", path_of(f));
				return false;
			}
		}
	}
	return true;
}

static bool has_field(const struct csv_map *map, enum field field)
{
	for (size_t i = 0; i < map->nfields; i++) {
		if (map->fields[i].field == field)
			return true;
	}
	return false;
}

static bool comments_sound(const struct csv_map *map, struct errtext *err)
{
	if (map->ncomments > CSV_COMMENTS_MAX)
		return refuse(err, "comments", "more than 16");
	for (size_t i = 0; i < map->ncomments; i++) {
		const struct csv_comment *c = &map->comments[i];

		if ((c->status != 0) == (c->column != NULL)) {
			errtext_set(err,
			    "comments[%zu]: status or column, one of them", i);
			return false;
		}
		if (c->status != 0 && !has_field(map, FIELD_STATUS)) {
			errtext_set(
			    err, "comments[%zu]: status: no field gives it", i);
			return false;
		}
	}
	return true;
}

bool csv_map_sound(const struct csv_map *map, struct errtext *err)
{
	return source_sound(map, err) && columns_sound(map, err) &&
	       fields_sound(map, err) && comments_sound(map, err);
}

struct header {
	const char *const *names;
	size_t count;
};

static bool has_column(
    const struct header *h, const char *name, struct errtext *err)
{
	struct nearest near;

	nearest_init(&near, name);
	for (size_t i = 0; i < h->count; i++) {
		if (strcmp(h->names[i], name) == 0)
			return true;
		nearest_try(&near, h->names[i]);
	}
	nearest_say(&near, "the file has no column", err);
	return false;
}

/* Every {column} of a text. */
static bool has_columns_of(
    const struct header *h, const char *text, struct errtext *err)
{
	const char *open = text;

	while ((open = strchr(open, '{')) != NULL) {
		char name[200];
		struct textbuf tb;
		size_t len = strcspn(++open, "}");

		textbuf_init_fixed(&tb, name, sizeof name);
		textbuf_addn(&tb, open, len);
		if (open[len] == '\0' || tb.cut) {
			errtext_set(err, "{ without } in \"%s\"", text);
			return false;
		}
		if (!has_column(h, name, err))
			return false;
		open += len;
	}
	return true;
}

static bool wanted(const struct header *h, const char *member,
    const char *column, struct errtext *err)
{
	if (column == NULL || has_column(h, column, err))
		return true;
	errtext_wrap(err, "%s", member);
	return false;
}

bool csv_map_fits(const struct csv_map *map, const char *const *header,
    size_t count, struct errtext *err)
{
	struct header h = { header, count };

	if (!wanted(&h, "ticket", map->ticket, err) ||
	    !wanted(&h, "at", map->at, err) ||
	    !wanted(&h, "created_at", map->created_at, err) ||
	    !wanted(&h, "by", map->by, err))
		return false;
	for (size_t i = 0; i < map->nfields; i++) {
		const struct csv_field *f = &map->fields[i];

		if (f->text != NULL ? has_columns_of(&h, f->text, err)
				    : has_column(&h, f->column, err))
			continue;
		errtext_wrap(err, "fields.%s", path_of(f));
		return false;
	}
	for (size_t i = 0; i < map->ncomments; i++) {
		if (!wanted(&h, "comments", map->comments[i].column, err))
			return false;
	}
	return true;
}
