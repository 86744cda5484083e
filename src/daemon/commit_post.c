/* commit_post.c - posts that do not show their ticket any more.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/commit_post.h"

#include "core/notice_view.h"

#include <string.h>

/* The stale ones, beside what the outcome tells already. */
struct stale {
	struct batch *batch;
	struct pending *items;
	size_t count;
	size_t cap;
	size_t limit; /* of REFILL */
	bool is_partial;
};

static void add(struct stale *s, const struct post *p)
{
	struct arena *a = &s->batch->arena;
	struct pending *one =
	    arena_push(a, &s->items, &s->count, &s->cap, sizeof *one);

	*one = (struct pending){ .notice_id = -p->id,
		.ticket_id = p->ticket_id,
		.reason = NOTICE_UPDATE,
		.free_at = s->batch->now,
		.channel = arena_strdup(a, p->channel),
		.who = "" };
}

static void add_stale(void *user, const struct post *p)
{
	add(user, p);
}

static bool add_more(void *user, const struct post *p)
{
	struct stale *s = user;

	s->is_partial = s->count == s->limit;
	if (!s->is_partial)
		add(s, p);
	return !s->is_partial;
}

/* Behind the notices. */
static void tell(struct outcome *out, const struct stale *s)
{
	struct pending *all;

	if (s->count == 0)
		return;
	all = arena_alloc(
	    &s->batch->arena, (out->npending + s->count) * sizeof *all);
	if (out->npending > 0)
		memcpy(all, out->pending, out->npending * sizeof *all);
	memcpy(all + out->npending, s->items, s->count * sizeof *all);
	out->pending = all;
	out->npending += s->count;
}

/* What the first notice showed may be over by now. */
static enum store_result keep_thread(
    struct commit_turn *turn, const struct item *it, uint64_t face)
{
	struct post post = it->post;
	int64_t id;

	if (it->kind != ITEM_INSIDE || it->ev.type != EVENT_DELIVERY ||
	    post.channel == NULL)
		return STORE_OK;
	post.ticket_id = it->ev.ticket_id;
	post.wanted = face;
	if (post.shown == 0)
		post.shown = face;
	return store_add_post(turn->store, &post, &id, &turn->batch->why);
}

enum store_result commit_posts_of(
    struct commit_turn *turn, struct item *it, const struct ticket *t)
{
	struct stale stale = { .batch = turn->batch };
	uint64_t face = ticket_face(turn->matrix, t);
	enum store_result r = keep_thread(turn, it, face);

	if (r == STORE_OK)
		r = store_want_face(
		    turn->store, t, face, add_stale, &stale, &turn->batch->why);
	tell(&it->out, &stale);
	return r;
}

enum store_result commit_post(struct commit_turn *turn, struct item *it)
{
	struct stale stale = { .batch = turn->batch };
	enum store_result r = store_post_shown(turn->store, it->post.id,
	    it->post.shown, add_stale, &stale, &turn->batch->why);

	tell(&it->out, &stale);
	return r;
}

enum store_result commit_posts_stale(struct commit_turn *turn, struct item *it)
{
	struct stale stale = { .batch = turn->batch,
		.limit = it->limit - it->out.npending };
	enum store_result r =
	    store_scan_posts(turn->store, add_more, &stale, &turn->batch->why);

	it->out.is_partial = stale.is_partial;
	tell(&it->out, &stale);
	return r;
}
