/* outbox_rows.c - notices: load, save, scan, mark.
 *
 * SPDX-License-Identifier: MIT */
#include "store/outbox_rows.h"

#include "base/textbuf.h"

#include <string.h>

#define NOTICE_VALUES                                                          \
	"reason, state, clock, cycle, due, run, chain, step, round, nth, "     \
	"role, who, channel, spare, detail, at, free_at, useful_until, "       \
	"attempts, repeat, ended, held_until, ref, owed"
#define NOTICE_ARGUMENTS                                                       \
	"?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "   \
	"?, ?"

static const struct query notices_load = { QUERY_NOTICES_LOAD,
	"SELECT id, " NOTICE_VALUES
	" FROM outbox WHERE ticket_id = ? AND ended = 0 ORDER BY id" };
static const struct query notices_all = { QUERY_NOTICES_ALL,
	"SELECT * FROM (SELECT id, " NOTICE_VALUES
	" FROM outbox WHERE ticket_id = ? ORDER BY id DESC LIMIT ?)"
	" ORDER BY id" };
static const struct query notice_by_id = { QUERY_NOTICE_BY_ID,
	"SELECT ticket_id, id, " NOTICE_VALUES " FROM outbox WHERE id = ?" };
static const struct query notice_insert = { QUERY_NOTICE_INSERT,
	"INSERT INTO outbox (" NOTICE_VALUES ", ticket_id)"
	" VALUES (" NOTICE_ARGUMENTS ", ?)" };
static const struct query notice_update = { QUERY_NOTICE_UPDATE,
	"UPDATE outbox SET (" NOTICE_VALUES ") = (" NOTICE_ARGUMENTS ")"
	" WHERE id = ?" };
static const struct query delivery_insert = { QUERY_DELIVERY_INSERT,
	"INSERT INTO delivery"
	" (notice_id, number, started, took_ms, result, code, detail)"
	" VALUES (?, ?, ?, ?, ?, ?, ?)" };
static const struct query outbox_scan = { QUERY_OUTBOX_SCAN,
	"SELECT o.id, o.ticket_id, o.reason, o.free_at, o.attempts, o.channel,"
	" o.who, o.spare <> '', coalesce(t.category, ''),"
	" coalesce(t.customer_id, ''), coalesce(t.key, '') GLOB 'drill:*'"
	" FROM outbox AS o LEFT JOIN ticket AS t ON t.id = o.ticket_id"
	" WHERE o.state = 'pending' ORDER BY o.free_at, o.id" };
static const struct query mark_repeats = { QUERY_MARK_REPEATS,
	"UPDATE outbox SET repeat = 1"
	" WHERE state = 'pending' AND free_at <= ?" };

static void put_notice(struct call *k, const struct notice *n)
{
	call_text(k, notice_reason_name(n->reason));
	call_text(k, notice_state_name(n->state));
	call_text(k, n->clock);
	call_int(k, n->cycle);
	call_wall(k, n->due);
	call_int(k, n->run);
	call_text(k, n->chain);
	call_int(k, n->step);
	call_int(k, n->round);
	call_int(k, n->nth);
	call_text(k, n->role);
	call_text(k, n->who);
	call_text(k, n->channel);
	call_text(k, n->spare);
	call_text(k, n->detail);
	call_int(k, n->at.ms);
	call_int(k, n->free_at.ms);
	call_wall(k, n->useful_until);
	call_int(k, n->attempts);
	call_bool(k, n->repeat);
	call_bool(k, n->ended);
	call_wall(k, n->held_until);
	call_text(k, n->ref);
	call_text(k, n->owed);
}

static void take_notice(struct call *k, struct notice *n, struct arena *arena)
{
	n->id = row_int(k);
	if (!notice_reason_parse(row_word(k), &n->reason))
		row_unknown(k, "outbox.reason");
	if (!notice_state_parse(row_word(k), &n->state))
		row_unknown(k, "outbox.state");
	n->clock = row_text(k, arena);
	n->cycle = row_small(k);
	n->due = row_wall(k);
	n->run = row_small(k);
	n->chain = row_text(k, arena);
	n->step = row_small(k);
	n->round = row_small(k);
	n->nth = row_small(k);
	n->role = row_text(k, arena);
	n->who = row_text(k, arena);
	n->channel = row_text(k, arena);
	n->spare = row_text(k, arena);
	n->detail = row_text(k, arena);
	n->at = wall_at(row_int(k));
	n->free_at = wall_at(row_int(k));
	n->useful_until = row_wall(k);
	n->attempts = row_small(k);
	n->repeat = row_bool(k);
	n->ended = row_bool(k);
	n->held_until = row_wall(k);
	n->ref = row_text(k, arena);
	n->owed = row_text(k, arena);
}

static enum store_result take_all(
    struct call *k, struct ticket *t, struct errtext *err)
{
	while (call_row(k))
		take_notice(k,
		    arena_push(t->arena, &t->notices, &t->nnotices,
			&t->cap_notices, sizeof *t->notices),
		    t->arena);
	return call_end(k, err);
}

enum store_result outbox_rows_load(
    struct connection *c, struct ticket *t, struct errtext *err)
{
	struct call k;

	call_begin(&k, c, &notices_load);
	call_int(&k, t->id);
	return take_all(&k, t, err);
}

enum store_result outbox_rows_load_all(
    struct connection *c, struct ticket *t, int limit, struct errtext *err)
{
	struct call k;

	t->nnotices = 0;
	call_begin(&k, c, &notices_all);
	call_int(&k, t->id);
	call_int(&k, limit);
	return take_all(&k, t, err);
}

enum store_result outbox_rows_find(struct connection *c, struct arena *arena,
    int64_t notice_id, int64_t *ticket_id, struct notice *n,
    struct errtext *err)
{
	enum store_result r;
	struct call k;
	bool found;

	memset(n, 0, sizeof *n);
	call_begin(&k, c, &notice_by_id);
	call_int(&k, notice_id);
	found = call_row(&k);
	if (found) {
		*ticket_id = row_int(&k);
		take_notice(&k, n, arena);
	}
	r = call_end(&k, err);
	if (r == STORE_OK && !found) {
		errtext_set(err, "no such notice");
		r = STORE_NONE;
	}
	return r;
}

static enum store_result save_notice(struct connection *c, int64_t ticket_id,
    struct notice *n, struct errtext *err)
{
	bool is_new = n->id == 0;
	enum store_result r;
	struct call k;

	call_begin(&k, c, is_new ? &notice_insert : &notice_update);
	put_notice(&k, n);
	call_int(&k, is_new ? ticket_id : n->id);
	r = call_run(&k, err);
	if (r != STORE_OK)
		return r;
	if (is_new)
		n->id = sqlite3_last_insert_rowid(c->db);
	n->dirty = false;
	return STORE_OK;
}

enum store_result outbox_rows_save(
    struct connection *c, struct ticket *t, struct errtext *err)
{
	enum store_result r = STORE_OK;

	for (size_t i = 0; r == STORE_OK && i < t->nnotices; i++)
		if (t->notices[i].dirty || t->notices[i].id == 0)
			r = save_notice(c, t->id, &t->notices[i], err);
	return r;
}

enum store_result outbox_rows_add_delivery(
    struct connection *c, const struct delivery_row *row, struct errtext *err)
{
	struct call k;

	call_begin(&k, c, &delivery_insert);
	call_int(&k, row->notice_id);
	call_int(&k, row->number);
	call_int(&k, row->started.ms);
	call_int(&k, row->took_ms);
	call_text(&k, row->result);
	call_int(&k, row->code);
	call_text(&k, row->detail);
	return call_run(&k, err);
}

enum store_result outbox_rows_scan(struct connection *c,
    bool (*each)(void *user, const struct outbox_entry *e), void *user,
    struct errtext *err)
{
	struct outbox_entry e;
	struct call k;

	call_begin(&k, c, &outbox_scan);
	while (call_row(&k)) {
		e.notice_id = row_int(&k);
		e.ticket_id = row_int(&k);
		if (!notice_reason_parse(row_word(&k), &e.reason))
			row_unknown(&k, "outbox.reason");
		e.free_at = wall_at(row_int(&k));
		e.attempts = row_small(&k);
		e.channel = row_word(&k);
		e.who = row_word(&k);
		e.has_spare = row_bool(&k);
		e.category = row_word(&k);
		e.customer = row_word(&k);
		e.is_drill = row_bool(&k);
		if (k.unknown || k.rc != SQLITE_OK || !each(user, &e))
			break;
	}
	return call_end(&k, err);
}

enum store_result outbox_rows_mark_repeats(struct connection *c,
    struct wall alive, int64_t *count, struct errtext *err)
{
	enum store_result r;
	struct call k;

	call_begin(&k, c, &mark_repeats);
	call_int(&k, alive.ms);
	r = call_run(&k, err);
	*count = r == STORE_OK ? sqlite3_changes64(c->db) : 0;
	return r;
}

/* --- for people ------------------------------------------------------------
 *
 * The statement is put together from fixed pieces; what the caller gives is
 * only ever bound, by number, because which arguments there are depends on the
 * filter. */

enum argument {
	ARG_AFTER = 1,
	ARG_LIMIT,
	ARG_STATE,
	ARG_CHANNEL,
	ARG_WHO,
	ARG_ID
};

static bool wants_all(const struct outbox_filter *f)
{
	return f->id != 0 || (f->state != NULL && strcmp(f->state, "all") == 0);
}

static void compose(struct textbuf *sql, const struct outbox_filter *f)
{
	textbuf_add(sql,
	    "SELECT o.*, coalesce((SELECT key FROM ticket"
	    " WHERE id = o.ticket_id), ''),"
	    " d.result, coalesce(d.code, 0), d.detail, d.started FROM ("
	    "SELECT id, " NOTICE_VALUES ", ticket_id FROM outbox"
	    " WHERE id > ?1");
	if (!wants_all(f))
		textbuf_add(sql, " AND state = ?3");
	if (f->channel != NULL)
		textbuf_add(sql, " AND channel = ?4");
	if (f->who != NULL)
		textbuf_add(sql, " AND who = ?5");
	if (f->id != 0)
		textbuf_add(sql, " AND id = ?6");
	textbuf_add(sql,
	    " ORDER BY id LIMIT ?2) AS o LEFT JOIN delivery AS d ON d.id ="
	    " (SELECT max(id) FROM delivery WHERE notice_id = o.id)"
	    " ORDER BY o.id");
}

static void bind_text(struct call *k, enum argument at, const char *value)
{
	if (value == NULL)
		return;
	k->arg = (int)at - 1;
	call_text(k, value);
}

static void bind_int(struct call *k, enum argument at, int64_t value)
{
	k->arg = (int)at - 1;
	call_int(k, value);
}

static void bind_all(struct call *k, const struct outbox_filter *f)
{
	bind_int(k, ARG_AFTER, f->after);
	bind_int(k, ARG_LIMIT, f->limit);
	if (!wants_all(f))
		bind_text(
		    k, ARG_STATE, f->state != NULL ? f->state : "pending");
	bind_text(k, ARG_CHANNEL, f->channel);
	bind_text(k, ARG_WHO, f->who);
	if (f->id != 0)
		bind_int(k, ARG_ID, f->id);
}

/* NULL is "": no attempt was made. */
static const char *text_or_empty(struct call *k, struct arena *arena)
{
	const char *text = row_text(k, arena);

	return text != NULL ? text : "";
}

static void take_line(
    struct call *k, struct outbox_line *line, struct arena *arena)
{
	memset(line, 0, sizeof *line);
	take_notice(k, &line->notice, arena);
	line->ticket_id = row_int(k);
	line->ticket = row_text(k, arena);
	line->last_result = text_or_empty(k, arena);
	line->last_code = row_small(k);
	line->last_detail = text_or_empty(k, arena);
	line->last_at = row_wall(k);
}

enum store_result outbox_rows_list(struct connection *c, struct arena *arena,
    const struct outbox_filter *f, struct outbox_line **out, size_t *count,
    struct errtext *err)
{
	struct query q = { QUERY_ONCE, NULL };
	enum store_result r;
	struct textbuf sql;
	struct call k;
	size_t cap = 0;

	*out = NULL;
	*count = 0;
	textbuf_init(&sql);
	compose(&sql, f);
	q.sql = sql.data;
	call_begin(&k, c, &q);
	bind_all(&k, f);
	while (call_row(&k))
		take_line(&k, arena_push(arena, out, count, &cap, sizeof **out),
		    arena);
	r = call_end(&k, err);
	textbuf_fini(&sql);
	return r;
}

/* The latest so many, the first of them first. */
enum store_result outbox_rows_deliveries(struct connection *c,
    struct arena *arena, int64_t notice_id, int limit,
    struct delivery_row **out, size_t *count, struct errtext *err)
{
	static const struct query q = { QUERY_ONCE,
		"SELECT number, started, took_ms, result, code, detail FROM ("
		"SELECT * FROM delivery WHERE notice_id = ?"
		" ORDER BY id DESC LIMIT ?) ORDER BY id" };
	struct call k;
	size_t cap = 0;

	*out = NULL;
	*count = 0;
	call_begin(&k, c, &q);
	call_int(&k, notice_id);
	call_int(&k, limit);
	while (call_row(&k)) {
		struct delivery_row *d =
		    arena_push(arena, out, count, &cap, sizeof **out);

		d->notice_id = notice_id;
		d->number = row_small(&k);
		d->started = wall_at(row_int(&k));
		d->took_ms = row_int(&k);
		d->result = row_text(&k, arena);
		d->code = row_small(&k);
		d->detail = row_text(&k, arena);
	}
	return call_end(&k, err);
}
