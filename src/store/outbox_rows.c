/* outbox_rows.c - notices: load, save, scan, mark.
 *
 * SPDX-License-Identifier: MIT */
#include "store/outbox_rows.h"

#include <string.h>

#define NOTICE_VALUES                                                          \
	"reason, state, clock, cycle, due, run, chain, step, round, nth, "     \
	"role, who, channel, spare, detail, at, free_at, useful_until, "       \
	"attempts, repeat, ended, held_until"
#define NOTICE_ARGUMENTS                                                       \
	"?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

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
	"SELECT id, ticket_id, reason, free_at, attempts, channel FROM outbox"
	" WHERE state = 'pending' ORDER BY free_at, id" };
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
