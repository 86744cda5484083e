/* commit_item.c - seen before? load, decide, save, and tell what changed.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/commit_item.h"

#include "base/check.h"
#include "conf/duty_read.h"
#include "core/drill.h"
#include "daemon/commit_drill.h"
#include "daemon/commit_parts.h"
#include "daemon/commit_post.h"
#include "daemon/kept.h"
#include "store/store_matrix.h"
#include "wire/event_json.h"

#include <string.h>

static const int verdict_codes[] = {
	[VERDICT_ACCEPTED] = 200,
	[VERDICT_UNKNOWN_TICKET] = 404,
	[VERDICT_CONFLICT] = 409,
	[VERDICT_INVALID] = 422,
	[VERDICT_NOTHING] = 200,
};

void commit_refuse(
    struct commit_turn *turn, struct item *it, int code, const char *why)
{
	it->out.kind = OUTCOME_REFUSED;
	it->out.code = code;
	it->out.why = arena_strdup(&turn->batch->arena, why);
}

/* Of a drill outside may say what people say; that it is `ours` nobody else
 * can make us believe. */
static bool check_drill(struct commit_turn *turn, struct item *it)
{
	const struct event *ev = &it->ev;

	if (it->ours || !drill_key(ev->ticket) ||
	    (!drill_made(ev) && ev->type != EVENT_CREATED))
		return true;
	commit_refuse(turn, it, 422,
	    ev->type == EVENT_CREATED
		? "ticket: the source \"drill\" is reserved; name another one"
		: "id: one that begins with \"drill:\" is reserved about a "
		  "drill; take another one");
	return false;
}

/* That key is ours. */
static bool check_key(struct commit_turn *turn, struct item *it)
{
	if (!check_drill(turn, it))
		return false;
	if (strcmp(it->ev.ticket, REMARK_TICKET) != 0)
		return true;
	commit_refuse(turn, it, 422,
	    "ticket: \"" REMARK_TICKET "\" is reserved for words to the "
	    "matrix's owner: name another one");
	return false;
}

/* Is the event's own instant one that can be true?  Else refused. */
static bool check_at(struct commit_turn *turn, struct item *it)
{
	const struct batch *b = turn->batch;
	int64_t ahead_ms = wall_minus(it->ev.at, b->now);
	struct errtext why;
	char limit[SPAN_TEXT_MAX];

	if (ahead_ms > b->max_future_ms) {
		span_format(b->max_future_ms, limit);
		errtext_set(&why, "at: more than %s in the future", limit);
	} else if (-ahead_ms > b->max_past_ms) {
		span_format(b->max_past_ms, limit);
		errtext_set(&why, "at: more than %s in the past", limit);
	} else {
		return true;
	}
	commit_refuse(turn, it, 422, why.text);
	return false;
}

static void copy_texts(struct arena *a, struct change *c)
{
	c->clock = arena_strdup(a, c->clock);
	c->chain = arena_strdup(a, c->chain);
	c->who = arena_strdup(a, c->who);
	c->channel = arena_strdup(a, c->channel);
	c->detail = arena_strdup(a, c->detail);
}

static struct likeness like_of(const char *category, const char *customer)
{
	return (
	    struct likeness){ .of = { [SAME_CATEGORY] = likeness_hash(category),
				  [SAME_CUSTOMER] = likeness_hash(customer) } };
}

/* A notice that the decision touched: to be sent, or not any more. */
static void tell_notice(struct arena *a, struct outcome *out,
    const struct ticket *t, const struct notice *n)
{
	if (n->id == 0)
		return; /* came and went within one decision */
	if (n->state != NOTICE_PENDING) {
		out->gone[out->ngone++] = n->id;
		return;
	}
	out->pending[out->npending++] = (struct pending){
		.notice_id = n->id,
		.ticket_id = t->id,
		.reason = n->reason,
		.free_at = n->free_at,
		.attempts = n->attempts,
		.channel = arena_strdup(a, n->channel),
		.who = arena_strdup(a, n->who),
		.has_spare = *n->spare != '\0',
		.like = like_of(t->fields.text[FIELD_CATEGORY],
		    t->fields.text[FIELD_CUSTOMER_ID]),
		.is_drill = ticket_is_drill(t), /* and is like no other */
	};
}

/* Dead, and nobody else is told instead?  One that was withdrawn before has
 * done its duty. */
static bool reached_nobody(const struct ticket *t, const struct decision *d)
{
	bool dead = false;

	for (size_t i = 0; i < d->nchanges; i++) {
		const struct change *c = &d->changes[i];

		if (c->kind == CHANGE_NOTICE_QUEUED)
			return false;
		if (c->kind == CHANGE_NOTICE_DEAD)
			dead |= c->notice < 0 ||
				t->notices[c->notice].state == NOTICE_DEAD;
	}
	return dead;
}

static void tell_changes(struct commit_turn *turn, struct outcome *out,
    const struct ticket *t, const struct decision *d)
{
	struct arena *a = &turn->batch->arena;
	size_t n = d->nchanges;

	if (n == 0)
		return;
	out->changes = arena_alloc(a, n * sizeof *out->changes);
	out->notice_ids = arena_alloc(a, n * sizeof *out->notice_ids);
	out->pending = arena_alloc(a, n * sizeof *out->pending);
	out->gone = arena_alloc(a, n * sizeof *out->gone);
	out->nchanges = n;
	out->is_lost = !ticket_is_drill(t) && reached_nobody(t, d);
	memcpy(out->changes, d->changes, n * sizeof *out->changes);
	for (size_t i = 0; i < n; i++) {
		int at = d->changes[i].notice;

		copy_texts(a, &out->changes[i]);
		if (at < 0)
			continue;
		CHECK((size_t)at < t->nnotices);
		out->notice_ids[i] = t->notices[at].id;
		tell_notice(a, out, t, &t->notices[at]);
	}
}

static void tell_ticket(
    struct commit_turn *turn, struct outcome *out, const struct ticket *t)
{
	struct arena *a = &turn->batch->arena;
	const char *severity = t->fields.text[FIELD_SEVERITY];

	out->ticket_id = t->id;
	out->key = arena_strdup(a, t->key);
	out->severity = severity != NULL ? arena_strdup(a, severity) : "";
	out->next_due = t->next_due;
	out->live = !ticket_is_over(t);
	out->is_drill = ticket_is_drill(t);
}

/* Parts may change of which no change tells: what a new matrix counts by. */
static bool is_dirty(const struct ticket *t)
{
	bool dirty = t->dirty;

	for (size_t i = 0; i < t->nclocks; i++)
		dirty |= t->clocks[i].dirty;
	for (size_t i = 0; i < t->nruns; i++)
		dirty |= t->runs[i].dirty;
	for (size_t i = 0; i < t->nnotices; i++)
		dirty |= t->notices[i].dirty;
	return dirty;
}

/* The instant of a decision from inside is the decision's own, which the
 * journal has; a delivery has its own in the row of what became of it. */
static struct event event_of(const struct item *it, struct wall now)
{
	struct event ev = it->ev;

	if (ev.type == EVENT_TICK || ev.type == EVENT_REVISED ||
	    ev.type == EVENT_REMARK)
		ev.at = now;
	return ev;
}

/* Answers from the store.  One that fails fails the batch afterwards. */
struct asking {
	struct commit_turn *turn;
	enum store_result result;
};

static int64_t answer(void *user, const struct fact_question *q)
{
	struct asking *a = user;
	int64_t value = 0;

	if (a->result == STORE_OK)
		a->result = store_answer(
		    a->turn->store, q, &value, &a->turn->batch->why);
	return value;
}

enum store_result commit_decide(struct commit_turn *turn, struct ticket *t,
    const struct event *ev, struct wall now, struct decision *d)
{
	struct asking asking = { .turn = turn, .result = STORE_OK };
	const struct facts facts = {
		.duty = turn->duty, .user = &asking, .answer = answer
	};
	enum store_result r;
	struct facts_log log;

	facts_log_init(&log, &facts);
	decide(turn->matrix, &log.asked, t, ev, now, d);
	r = asking.result;
	if (r == STORE_OK &&
	    (d->verdict == VERDICT_ACCEPTED ||
		(d->verdict == VERDICT_NOTHING && is_dirty(t))))
		r = store_save(turn->store, t, ev, d, log.text.data, now,
		    &turn->batch->why);
	facts_log_fini(&log);
	return r;
}

/* From here on; the item has the reference. */
static void take_matrix(
    struct commit_turn *turn, struct item *it, struct matrix_ref *ref)
{
	it->matrix = ref;
	turn->ref = ref;
	turn->matrix = matrix_ref_matrix(ref);
	turn->matrix_number = matrix_ref_number(ref);
}

/* A ticket that goes on by a former matrix that nobody had when it was last
 * asked who needs which. */
static enum store_result recall(
    struct commit_turn *turn, struct item *it, const struct ticket *t)
{
	enum store_result r = STORE_OK;
	struct matrix_ref *with = NULL;

	if (t->id != 0 && it->matrix == NULL && decide_lacks(turn->matrix, t))
		r = kept_find(turn->store, turn->ref, t->revision, &with,
		    &turn->batch->why);
	if (with != NULL)
		take_matrix(turn, it, with);
	return r;
}

/* The ticket is loaded: decide, and tell what was decided. */
enum store_result commit_settle(
    struct commit_turn *turn, struct item *it, struct ticket *t)
{
	struct wall now = wall_max(turn->batch->now, it->ev.at);
	struct event ev = event_of(it, now);
	struct decision d = { .verdict = VERDICT_NOTHING };
	enum store_result r = recall(turn, it, t);

	if (r == STORE_OK)
		r = commit_decide(turn, t, &ev, now, &d);
	if (r != STORE_OK)
		return r;
	it->out.code = verdict_codes[d.verdict];
	if (d.verdict != VERDICT_ACCEPTED && d.verdict != VERDICT_NOTHING) {
		commit_refuse(turn, it, it->out.code, d.why.text);
		if (it->kind == ITEM_INSIDE && t->id != 0)
			tell_ticket(turn, &it->out, t);
		return STORE_OK;
	}
	it->out.kind =
	    d.verdict == VERDICT_ACCEPTED ? OUTCOME_ACCEPTED : OUTCOME_NOTHING;
	tell_ticket(turn, &it->out, t);
	tell_changes(turn, &it->out, t, &d);
	return commit_posts_of(turn, it, t);
}

static enum store_result load(
    struct commit_turn *turn, struct item *it, struct ticket *t)
{
	return store_load(turn->store, &turn->work, it->ev.ticket,
	    it->ev.ticket_id, t, &turn->batch->why);
}

static enum store_result commit_event(struct commit_turn *turn, struct item *it)
{
	struct errtext *why = &turn->batch->why;
	struct ticket t;
	bool seen = false;
	enum store_result r =
	    store_event_seen(turn->store, it->ev.id, &seen, why);

	if (r != STORE_OK)
		return r;
	if (seen) {
		it->out.kind = OUTCOME_DUPLICATE;
		it->out.code = 200;
		return STORE_OK;
	}
	if (!check_key(turn, it) || !check_at(turn, it))
		return STORE_OK;
	r = load(turn, it, &t);
	if (r == STORE_OK || r == STORE_NONE)
		r = commit_settle(turn, it, &t);
	return r;
}

/* The ticket of remarks: an ordinary one, closed from its first instant. */
static enum store_result make_remark_ticket(
    struct commit_turn *turn, struct ticket *t)
{
	struct event ev = { .type = EVENT_CREATED,
		.id = REMARK_TICKET,
		.ticket = REMARK_TICKET,
		.at = turn->batch->now,
		.until = WALL_NEVER,
		.due = WALL_NEVER,
		.again_at = WALL_NEVER,
		.author = AUTHOR_AGENT };
	struct decision d = { .verdict = VERDICT_NOTHING };
	enum store_result r;
	struct textbuf body;

	ev.fields.set = FIELD_BIT(FIELD_SUBJECT) | FIELD_BIT(FIELD_STATUS);
	ev.fields.text[FIELD_SUBJECT] = "The matrix itself";
	ev.fields.status = STATUS_CLOSED;
	textbuf_init(&body);
	event_to_json(&ev, &body);
	ev.body = arena_strndup(&turn->work, body.data, body.len);
	textbuf_fini(&body);
	r = commit_decide(turn, t, &ev, ev.at, &d);
	CHECK(r != STORE_OK || d.verdict == VERDICT_ACCEPTED);
	return r;
}

/* The ticket may have gone since; then there is nothing to do. */
static enum store_result commit_inside(
    struct commit_turn *turn, struct item *it)
{
	struct errtext *why = &turn->batch->why;
	struct ticket t;
	enum store_result r;

	if (it->row.notice_id != 0) {
		r = store_add_delivery(turn->store, &it->row, why);
		if (r != STORE_OK)
			return r;
	}
	r = load(turn, it, &t);
	if (r == STORE_NONE && it->ev.type == EVENT_REMARK) {
		r = make_remark_ticket(turn, &t);
		if (r == STORE_OK)
			r = load(turn, it, &t);
	}
	if (r == STORE_OK && (it->ev.type == EVENT_DELIVERY ||
				 it->ev.type == EVENT_NOTICE_RETRY ||
				 it->ev.type == EVENT_NOTICE_DROP))
		r = store_load_notice(turn->store, &t, it->ev.notice_id, why);
	if (r == STORE_OK)
		return commit_settle(turn, it, &t);
	if (r != STORE_NONE)
		return r;
	it->out.kind = OUTCOME_NOTHING;
	it->out.ticket_id = it->ev.ticket_id;
	it->out.next_due = WALL_NEVER;
	return STORE_OK;
}

struct refill {
	struct arena *arena;
	struct outcome *out;
	size_t cap;
	size_t limit;
};

static bool refill_row(void *user, const struct outbox_entry *e)
{
	struct refill *f = user;
	struct outcome *out = f->out;
	struct pending *p;

	if (out->npending == f->limit) {
		out->is_partial = true;
		return false;
	}
	p = arena_push(
	    f->arena, &out->pending, &out->npending, &f->cap, sizeof *p);
	*p = (struct pending){
		.notice_id = e->notice_id,
		.ticket_id = e->ticket_id,
		.reason = e->reason,
		.free_at = e->free_at,
		.attempts = e->attempts,
		.channel = arena_strdup(f->arena, e->channel),
		.who = arena_strdup(f->arena, e->who),
		.has_spare = e->has_spare,
		.like = like_of(e->category, e->customer),
		.is_drill = e->is_drill,
	};
	return true;
}

static enum store_result commit_refill(
    struct commit_turn *turn, struct item *it)
{
	struct refill f = { .arena = &turn->batch->arena,
		.out = &it->out,
		.limit = it->limit };

	enum store_result r =
	    store_scan_outbox(turn->store, refill_row, &f, &turn->batch->why);

	if (r == STORE_OK && !it->out.is_partial)
		r = commit_posts_stale(turn, it);
	return r;
}

/* None, unless the matrix applies to all. */
static enum store_result commit_solved(
    struct commit_turn *turn, struct item *it)
{
	if (turn->matrix->applies != APPLIES_ALL)
		return STORE_OK;
	return store_solved_tickets(turn->store, &turn->batch->arena,
	    turn->matrix->revision, &it->value, &it->ev.ticket_id,
	    (int)it->limit, &it->out.solved, &it->out.nsolved,
	    &turn->batch->why);
}

void commit_decide_by(const struct commit_turn *turn)
{
	store_decide_by(turn->store, turn->matrix_number, turn->duty->number);
}

/* From here on; the item has the reference. */
static void take_duty(struct commit_turn *turn, struct item *it, struct duty *d)
{
	it->duties = duty_ref_new(d);
	turn->duty = d;
	commit_decide_by(turn);
}

/* Stored before the first decision by it.  From now on tickets are about to be
 * told: "matrix" names the last of which all were. */
static enum store_result store_it(struct commit_turn *turn, struct item *it)
{
	enum store_result r;

	it->kept->since = turn->batch->now;
	r = store_add_matrix(turn->store, it->kept, &turn->batch->why);
	if (r != STORE_OK)
		return r;
	matrix_ref_set_number(it->matrix, it->kept->number);
	if (strcmp(it->kept->revision, turn->matrix->revision) == 0)
		return STORE_OK;
	return store_meta_set(turn->store, "matrix", "", &turn->batch->why);
}

/* Behind it stand those that tickets have, now. */
static enum store_result commit_matrix(
    struct commit_turn *turn, struct item *it)
{
	struct errtext *why = &turn->batch->why;
	enum store_result r = STORE_OK;
	struct matrix_ref *with = NULL;
	struct duty *again;

	if (it->kept != NULL)
		r = store_it(turn, it);
	if (r == STORE_OK && matrix_ref_number(it->matrix) != 0)
		r = kept_trim(turn->store, it->matrix, &with, why);
	if (r != STORE_OK)
		return r;
	if (with == NULL)
		with = matrix_ref_get(it->matrix);
	matrix_ref_put(it->matrix);
	take_matrix(turn, it, with);
	again = duty_read_again(turn->duty, turn->matrix);
	if (again != NULL)
		take_duty(turn, it, again);
	else
		commit_decide_by(turn);
	return r;
}

/* What was fetched and cannot be read is not kept: the copy before it holds. */
static bool check_duty(struct commit_turn *turn, struct item *it)
{
	struct duty_change *c = &it->duty;
	struct errtext why;

	if (!duty_check(turn->matrix, turn->duty, c, &why)) {
		commit_refuse(
		    turn, it, c->kind == DUTY_DROP ? 409 : 422, why.text);
		return false;
	}
	if (!duty_read_feed(c, turn->matrix, &turn->work, &why)) {
		commit_refuse(turn, it, 422, why.text);
		return false;
	}
	return true;
}

static enum store_result commit_duty(struct commit_turn *turn, struct item *it)
{
	enum store_result r;

	it->duty.at = turn->batch->now;
	it->duty.number = turn->duty->number + 1;
	if (!check_duty(turn, it))
		return STORE_OK;
	r = store_add_duty(turn->store, &it->duty, &turn->batch->why);
	if (r == STORE_OK)
		take_duty(turn, it, duty_after(turn->duty, &it->duty));
	it->duty.primary = it->duty.override = NULL;
	return r;
}

enum store_result commit_item(struct commit_turn *turn, struct item *it)
{
	arena_reset(&turn->work);
	it->out = (struct outcome){ .why = "",
		.severity = "",
		.kind = OUTCOME_ACCEPTED,
		.code = 200,
		.next_due = WALL_NEVER };
	switch (it->kind) {
	case ITEM_EVENT:
		return commit_event(turn, it);
	case ITEM_INSIDE:
		return commit_inside(turn, it);
	case ITEM_DRILL:
		return commit_drill(turn, it);
	case ITEM_META:
		return store_meta_set(
		    turn->store, it->name, it->value, &turn->batch->why);
	case ITEM_SOLVED:
		return commit_solved(turn, it);
	case ITEM_REFILL:
		return commit_refill(turn, it);
	case ITEM_MATRIX:
		return commit_matrix(turn, it);
	case ITEM_DUTY:
		return commit_duty(turn, it);
	case ITEM_POST:
		return commit_post(turn, it);
	case ITEM_ADDRESS:
		return store_set_address(turn->store, it->channel, it->name,
		    it->value, turn->batch->now, &turn->batch->why);
	case ITEM_ALIVE:
		return STORE_OK;
	}
	CHECK(false); /* an item without a kind */
	return STORE_FAILED;
}
