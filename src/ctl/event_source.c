/* event_source.c - files and databases as one stream of items.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/event_source.h"

#include "ctl/asking.h"
#include "ctl/input.h"
#include "wire/event_json.h"
#include "wire/json_gate.h"
#include "wire/json_stream.h"

#include <stdbool.h>
#include <string.h>

struct reading {
	const struct event_source *src;
	struct arena arena; /* of the item in hand */
	struct json_stream stream;
	const char *path;   /* of the file in hand; NULL: the only one */
	struct wall latest; /* of the events so far; files */
	int64_t done;	    /* bytes */
	int64_t all;
};

/* Its id, if that much can be read; in the arena. */
static const char *id_of(struct arena *arena, const char *item, size_t len)
{
	struct errtext ignored;
	cJSON *tree = len <= EVENT_BYTES_MAX
			  ? json_gate_parse(item, len, &ignored)
			  : NULL;
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(tree, "id");
	const char *copy = NULL;

	if (cJSON_IsString(id) && id->valuestring[0] != '\0' &&
	    strlen(id->valuestring) <= EVENT_ID_MAX)
		copy = arena_strdup(arena, id->valuestring);
	cJSON_Delete(tree);
	return copy;
}

/* --- files ---------------------------------------------------------------- */

static void take_text(void *user, size_t line, const char *item, size_t len)
{
	struct reading *r = user;
	struct source_item is = { .kind = SOURCE_EVENT, .told = WALL_NEVER };
	struct errtext err;
	struct event ev;

	arena_reset(&r->arena);
	if (event_from_json(item, len, &r->arena, &ev, &err)) {
		is.ev = &ev;
		is.told = ev.at;
		is.is_behind = wall_before(ev.at, r->latest);
		r->latest = wall_max(r->latest, ev.at);
	} else {
		is.kind = SOURCE_UNREADABLE;
		is.id = id_of(&r->arena, item, len);
		is.line = line;
		if (is.id == NULL && r->path != NULL)
			errtext_wrap(&err, "%s", r->path);
		is.why = err.text;
	}
	r->src->take(r->src->user, &is);
}

static bool take_piece(void *user, const char *bytes, size_t len)
{
	struct reading *r = user;

	r->done += (int64_t)len;
	r->src->came(r->src->user, r->done, r->all);
	return json_stream_feed(&r->stream, bytes, len);
}

static int read_file(struct reading *r, const char *path)
{
	struct errtext err;
	int code;

	json_stream_init(&r->stream, EVENT_BYTES_MAX, take_text, r);
	code = input_pieces(path, take_piece, r);
	if (code == EXIT_OK && !json_stream_end(&r->stream)) {
		errtext_set(&err, "%s: %s", path, r->stream.wrong);
		code = say_err(EXIT_FAILED, &err);
	}
	json_stream_fini(&r->stream);
	return code;
}

/* Of all the files; 0 where one of them has no size. */
static int look_at_files(struct reading *r, char *const *paths, int count)
{
	bool all = true;
	int code = EXIT_OK;

	for (int i = 0; code == EXIT_OK && i < count; i++) {
		int64_t bytes;

		code = input_size(paths[i], &bytes);
		r->all += bytes;
		all = all && bytes > 0;
	}
	if (!all)
		r->all = 0;
	return code;
}

int event_source_files(
    const struct event_source *src, char *const *paths, int count)
{
	struct reading r = { .src = src };
	int code;

	arena_init(&r.arena);
	code = look_at_files(&r, paths, count);
	for (int i = 0; code == EXIT_OK && i < count; i++) {
		r.path = count > 1 ? paths[i] : NULL;
		code = read_file(&r, paths[i]);
	}
	arena_fini(&r.arena);
	return code;
}

/* --- a database ----------------------------------------------------------- */

static void take_event(struct reading *r, const struct history_row *row)
{
	struct source_item is = { .kind = SOURCE_EVENT,
		.told = row->recorded,
		.is_behind = row->is_behind };
	struct errtext err;
	struct event ev;

	if (row->body == NULL) {
		errtext_set(&err, "its body was not kept");
	} else if (event_from_json(
		       row->body, strlen(row->body), &r->arena, &ev, &err)) {
		is.ev = &ev;
		r->src->take(r->src->user, &is);
		return;
	}
	is.kind = SOURCE_UNREADABLE;
	is.id = row->event_id;
	is.why = err.text;
	r->src->take(r->src->user, &is);
}

static bool take_row(void *user, const struct history_row *row)
{
	struct reading *r = user;
	struct source_item is = { .kind = SOURCE_DUTY,
		.told = row->recorded,
		.change = row->change,
		.ticket = row->ticket,
		.at = row->at };

	r->src->came(r->src->user, row->number, r->all);
	arena_reset(&r->arena);
	if (row->kind == HISTORY_EVENT) {
		take_event(r, row);
		return true;
	}
	if (row->kind == HISTORY_BREACH)
		is.kind = SOURCE_BREACH;
	r->src->take(r->src->user, &is);
	return true;
}

int event_source_database(const struct event_source *src,
    struct history_rows *h, const struct history_reach *reach)
{
	struct reading r = { .src = src, .all = reach->rows };
	struct errtext err;
	enum store_result result;

	arena_init(&r.arena);
	result = history_rows_each(h, take_row, &r, &err);
	arena_fini(&r.arena);
	return result == STORE_OK ? EXIT_OK : say_err(EXIT_FAILED, &err);
}
