/* post_rows.c - first posts of threads, and addresses that were asked for.
 *
 * A face is 64 bits without a sign; SQLite keeps the same bits with one.
 *
 * SPDX-License-Identifier: MIT */
#include "store/post_rows.h"

#include <string.h>

#define POST_VALUES "id, ticket_id, channel, room, ref, shown, wanted"

static const struct query post_insert = { QUERY_POST_INSERT,
	"INSERT INTO post (ticket_id, channel, room, ref, shown, wanted)"
	" VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id" };
static const struct query posts_of_ticket = { QUERY_POSTS_OF_TICKET,
	"SELECT " POST_VALUES " FROM post WHERE ticket_id = ? ORDER BY id" };
static const struct query post_want = { QUERY_POST_WANT,
	"UPDATE post SET wanted = ?1 WHERE ticket_id = ?2 AND wanted <> ?1" };
static const struct query post_show = { QUERY_POST_SHOW,
	"UPDATE post SET shown = ? WHERE id = ? RETURNING " POST_VALUES };
static const struct query post_forget = { QUERY_ONCE,
	"DELETE FROM post WHERE id = ?" };
static const struct query posts_stale = { QUERY_ONCE,
	"SELECT " POST_VALUES " FROM post WHERE shown <> wanted ORDER BY id" };
static const struct query post_by_id = { QUERY_POST_BY_ID,
	"SELECT " POST_VALUES " FROM post WHERE id = ?" };
static const struct query post_by_channel = { QUERY_POST_BY_CHANNEL,
	"SELECT " POST_VALUES
	" FROM post WHERE ticket_id = ? AND channel = ?" };
static const struct query post_by_ref = { QUERY_ONCE,
	"SELECT ticket_id FROM post WHERE channel = ? AND ref = ?" };
static const struct query address_put = { QUERY_ONCE,
	"INSERT INTO address (channel, name, value, at) VALUES (?, ?, ?, ?)"
	" ON CONFLICT DO UPDATE SET value = excluded.value, at = excluded.at" };
static const struct query address_drop = { QUERY_ONCE,
	"DELETE FROM address WHERE channel = ? AND name = ?" };
static const struct query address_get = { QUERY_ADDRESS_GET,
	"SELECT value FROM address WHERE channel = ? AND name = ?"
	" AND at >= ?" };

static void take(struct call *k, struct arena *arena, struct post *p)
{
	p->id = row_int(k);
	p->ticket_id = row_int(k);
	p->channel = row_text(k, arena);
	p->room = row_text(k, arena);
	p->ref = row_text(k, arena);
	p->shown = (uint64_t)row_int(k);
	p->wanted = (uint64_t)row_int(k);
}

enum store_result post_rows_add(struct connection *c, const struct post *p,
    int64_t *id, struct errtext *err)
{
	struct call k;

	call_begin(&k, c, &post_insert);
	call_int(&k, p->ticket_id);
	call_text(&k, p->channel);
	call_text(&k, p->room);
	call_text(&k, p->ref);
	call_int(&k, (int64_t)p->shown);
	call_int(&k, (int64_t)p->wanted);
	*id = 0;
	while (call_row(&k))
		*id = row_int(&k);
	return call_end(&k, err);
}

struct wanting {
	uint64_t face;
	bool changed;
	void (*stale)(void *user, const struct post *p);
	void *user;
};

static enum store_result each_of_ticket(struct connection *c, int64_t ticket_id,
    struct wanting *w, struct errtext *err)
{
	struct arena arena = ARENA_INIT;
	enum store_result r;
	struct post p;
	struct call k;

	call_begin(&k, c, &posts_of_ticket);
	call_int(&k, ticket_id);
	while (call_row(&k)) {
		take(&k, &arena, &p);
		w->changed |= p.wanted != w->face;
		p.wanted = w->face;
		if (p.shown != p.wanted)
			w->stale(w->user, &p);
	}
	r = call_end(&k, err);
	arena_fini(&arena);
	return r;
}

enum store_result post_rows_want(struct connection *c, const struct ticket *t,
    uint64_t face, void (*stale)(void *user, const struct post *p), void *user,
    struct errtext *err)
{
	struct wanting w = { .face = face, .stale = stale, .user = user };
	enum store_result r = each_of_ticket(c, t->id, &w, err);
	struct call k;

	if (r != STORE_OK || !w.changed)
		return r;
	call_begin(&k, c, &post_want);
	call_int(&k, (int64_t)face);
	call_int(&k, t->id);
	return call_run(&k, err);
}

enum store_result post_rows_shown(struct connection *c, int64_t id,
    uint64_t shown, void (*stale)(void *user, const struct post *p), void *user,
    struct errtext *err)
{
	struct arena arena = ARENA_INIT;
	enum store_result r;
	struct post p;
	struct call k;

	call_begin(&k, c, shown == 0 ? &post_forget : &post_show);
	if (shown != 0)
		call_int(&k, (int64_t)shown);
	call_int(&k, id);
	while (call_row(&k)) {
		take(&k, &arena, &p);
		if (p.shown != p.wanted)
			stale(user, &p);
	}
	r = call_end(&k, err);
	arena_fini(&arena);
	return r;
}

enum store_result post_rows_scan(struct connection *c,
    bool (*each)(void *user, const struct post *p), void *user,
    struct errtext *err)
{
	struct arena arena = ARENA_INIT;
	enum store_result r;
	struct post p;
	struct call k;

	call_begin(&k, c, &posts_stale);
	while (call_row(&k)) {
		arena_reset(&arena);
		take(&k, &arena, &p);
		if (!each(user, &p))
			break;
	}
	r = call_end(&k, err);
	arena_fini(&arena);
	return r;
}

enum store_result post_rows_load(struct connection *c, struct arena *arena,
    int64_t id, int64_t ticket_id, const char *channel, struct post *out,
    struct errtext *err)
{
	enum store_result r;
	struct call k;
	bool found;

	memset(out, 0, sizeof *out);
	call_begin(&k, c, id != 0 ? &post_by_id : &post_by_channel);
	call_int(&k, id != 0 ? id : ticket_id);
	if (id == 0)
		call_text(&k, channel);
	found = call_row(&k);
	if (found)
		take(&k, arena, out);
	r = call_end(&k, err);
	return r == STORE_OK && !found ? STORE_NONE : r;
}

enum store_result post_rows_of_ref(struct connection *c, const char *channel,
    const char *ref, int64_t *ticket_id, struct errtext *err)
{
	enum store_result r;
	struct call k;
	bool found;

	call_begin(&k, c, &post_by_ref);
	call_text(&k, channel);
	call_text(&k, ref);
	found = call_row(&k);
	*ticket_id = found ? row_int(&k) : 0;
	r = call_end(&k, err);
	return r == STORE_OK && !found ? STORE_NONE : r;
}

enum store_result post_rows_set_address(struct connection *c,
    const char *channel, const char *name, const char *value, struct wall now,
    struct errtext *err)
{
	struct call k;

	call_begin(&k, c, *value == '\0' ? &address_drop : &address_put);
	call_text(&k, channel);
	call_text(&k, name);
	if (*value != '\0') {
		call_text(&k, value);
		call_int(&k, now.ms);
	}
	return call_run(&k, err);
}

enum store_result post_rows_address(struct connection *c, struct arena *arena,
    const char *channel, const char *name, struct wall since,
    const char **value, struct errtext *err)
{
	enum store_result r;
	struct call k;
	bool found;

	call_begin(&k, c, &address_get);
	call_text(&k, channel);
	call_text(&k, name);
	call_int(&k, since.ms);
	found = call_row(&k);
	*value = found ? row_text(&k, arena) : NULL;
	r = call_end(&k, err);
	return r == STORE_OK && !found ? STORE_NONE : r;
}
