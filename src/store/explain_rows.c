/* explain_rows.c - a ticket with all that is known of its past.
 *
 * SPDX-License-Identifier: MIT */
#include "store/explain_rows.h"

#include "store/journal_rows.h"
#include "store/ticket_rows.h"

#define PAGE 500 /* rows that are in memory with their events' bodies */

struct rows {
	struct journal_row *at;
	size_t count;
	size_t cap;
};

/* The row behind which the latest ones are; 0 where none is left out. */
static enum store_result find_first(struct connection *c, int64_t ticket_id,
    int64_t *after, struct errtext *err)
{
	static const struct query q = { QUERY_ONCE,
		"SELECT id FROM journal WHERE ticket_id = ?"
		" ORDER BY id DESC LIMIT 1 OFFSET ?" };
	struct call k;

	call_begin(&k, c, &q);
	call_int(&k, ticket_id);
	call_int(&k, EXPLAIN_ROWS_MAX);
	*after = call_row(&k) ? row_int(&k) : 0;
	return call_end(&k, err);
}

/* Without its body, which may be long and explains nothing. */
static void keep(
    struct arena *arena, struct rows *rows, const struct journal_row *from)
{
	struct journal_row *to =
	    arena_push(arena, &rows->at, &rows->count, &rows->cap, sizeof *to);

	*to = *from;
	to->change.clock = arena_strdup(arena, from->change.clock);
	to->change.chain = arena_strdup(arena, from->change.chain);
	to->change.who = arena_strdup(arena, from->change.who);
	to->change.channel = arena_strdup(arena, from->change.channel);
	to->change.detail = arena_strdup(arena, from->change.detail);
	to->event_id = arena_strdup(arena, from->event_id);
	to->event_type = arena_strdup(arena, from->event_type);
	to->cause = arena_strdup(arena, from->cause);
	to->body = NULL;
}

static enum store_result load_page(struct connection *c, struct arena *arena,
    int64_t ticket_id, int64_t *after, struct rows *rows, struct errtext *err)
{
	struct arena page = ARENA_INIT;
	struct journal_row *list;
	enum store_result r;
	size_t n;

	r = journal_rows_load(
	    c, &page, ticket_id, *after, PAGE, &list, &n, err);
	for (size_t i = 0; r == STORE_OK && i < n; i++)
		keep(arena, rows, &list[i]);
	*after = r == STORE_OK && n == PAGE ? list[n - 1].id : 0;
	arena_fini(&page);
	return r;
}

static enum store_result load_rows(struct connection *c, struct arena *arena,
    int64_t ticket_id, struct explain_past *past, struct errtext *err)
{
	struct rows rows = { NULL, 0, 0 };
	enum store_result r;
	int64_t after;

	r = find_first(c, ticket_id, &after, err);
	past->cut = after > 0;
	do {
		if (r == STORE_OK)
			r = load_page(c, arena, ticket_id, &after, &rows, err);
	} while (r == STORE_OK && after > 0);
	past->rows = rows.at;
	past->nrows = rows.count;
	return r;
}

enum store_result explain_rows_load(struct connection *c, struct arena *arena,
    const char *key, struct ticket *t, struct explain_past *past,
    struct errtext *err)
{
	struct ticket *whole = arena_alloc(arena, sizeof *whole);
	struct audit_marks marks;
	enum store_result r;

	*past = (struct explain_past){ .whole = whole };
	r = ticket_rows_load(c, arena, key, 0, t, err);
	if (r == STORE_OK)
		r = ticket_rows_load_whole(c, arena, t->id, whole, &marks, err);
	if (r == STORE_OK)
		r = load_rows(c, arena, t->id, past, err);
	return r;
}
