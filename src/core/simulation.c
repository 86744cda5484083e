/* simulation.c - see simulation.h.
 *
 * What the store does between two decisions is imitated exactly: notices get
 * ids, those that are ended and runs that are over are not there next time.
 *
 * SPDX-License-Identifier: MIT */
#include "core/simulation.h"

#include "base/check.h"
#include "base/deadline_heap.h"
#include "core/simulation_facts.h"
#include "core/simulation_tickets.h"
#include "core/ticket_pack.h"
#include "core/words.h"

#include <stdlib.h>
#include <string.h>

#define ARENA_FEW (16 * 1024) /* bytes: not worth moving together */

struct simulation {
	const struct matrix *m;
	struct simulation_hooks hooks;
	struct wall now;
	struct simulation_tickets tickets;
	size_t seen;	    /* tickets so far: the latest id */
	struct words ids;   /* event ids seen; without a shelf */
	struct arena texts; /* of these */
	struct deadline_heap heap;
	int64_t notice_ids;
	struct duty *duty; /* owned; NULL: nothing was said */
	struct simulation_facts known;
	struct facts facts;	/* as decisions ask */
	struct textbuf packed;	/* the ticket in hand */
	struct resident *shown; /* one on the shelf that is looked at */
};

static const struct simulation_shelf *shelf_of(const struct simulation *s)
{
	return s->hooks.shelf;
}

/* A ticket that nobody finds before it is kept. */
static struct resident *ticket_new(const struct simulation *s, const char *key)
{
	struct resident *r = resident_new(key);

	ticket_init(&r->ticket, &r->arena, key);
	r->ticket.id = (int64_t)s->seen + 1;
	r->arena_max = ARENA_FEW;
	return r;
}

static void keep(struct simulation *s, struct resident *r)
{
	uint32_t slots;

	simulation_tickets_keep(&s->tickets, r);
	slots = simulation_tickets_slots(&s->tickets);
	deadline_heap_reserve(&s->heap, slots, slots);
}

/* --- the shelf ------------------------------------------------------------ */

/* Its own bytes are no longer needed then. */
static void unpack(struct resident *r, const char *bytes, size_t len)
{
	CHECK(ticket_unpack(bytes, len, &r->arena, &r->ticket));
	r->arena_max = 2 * arena_bytes(&r->arena);
	if (r->arena_max < ARENA_FEW)
		r->arena_max = ARENA_FEW;
}

/* NULL: there is no such ticket. */
static struct resident *bring(struct simulation *s, const char *key)
{
	const struct simulation_shelf *shelf = shelf_of(s);
	struct resident *r;

	textbuf_clear(&s->packed);
	if (shelf == NULL || !shelf->take(shelf->user, key, &s->packed))
		return NULL;
	r = resident_new(key);
	unpack(r, s->packed.data, s->packed.len);
	keep(s, r);
	simulation_facts_return(&s->known, &r->ticket, &r->counted);
	if (s->hooks.returns != NULL)
		s->hooks.returns(s->hooks.user, &r->ticket);
	return r;
}

static struct resident *find(struct simulation *s, const char *key)
{
	struct resident *r = simulation_tickets_by_key(&s->tickets, key);

	return r != NULL ? r : bring(s, key);
}

static void put_away(struct simulation *s, struct resident *r)
{
	const struct simulation_shelf *shelf = shelf_of(s);

	if (s->hooks.leaves != NULL)
		s->hooks.leaves(s->hooks.user, &r->ticket);
	textbuf_clear(&s->packed);
	ticket_pack(&r->ticket, &s->packed);
	shelf->put(
	    shelf->user, r->key, r->ticket.id, s->packed.data, s->packed.len);
	simulation_facts_leave(&s->known, &r->counted);
	simulation_tickets_drop(&s->tickets, r);
	resident_free(r);
}

/* Each decision leaves something in the ticket's arena. */
static void move_together(struct simulation *s, struct resident *r)
{
	struct arena old = r->arena;

	if (arena_bytes(&old) <= r->arena_max)
		return;
	textbuf_clear(&s->packed);
	ticket_pack(&r->ticket, &s->packed);
	arena_init(&r->arena);
	unpack(r, s->packed.data, s->packed.len);
	arena_fini(&old);
}

/* Nothing is due of it, nor is a notice of it to be sent. */
static bool rests(const struct simulation *s, const struct resident *r)
{
	return ticket_is_over(&r->ticket) &&
	       wall_is_never(deadline_heap_due(&s->heap, r->slot));
}

/* Nothing happens to it for now. */
static void leave(struct simulation *s, struct resident *r)
{
	struct simulation_tickets *all = &s->tickets;
	size_t max = s->hooks.over_max;

	if (shelf_of(s) == NULL)
		return;
	move_together(s, r);
	simulation_tickets_rest(all, r, rests(s, r));
	while (all->resting > (max == 0 ? SIMULATION_OVER_MAX : max))
		put_away(s, all->oldest);
}

/* --- tickets that are looked at ------------------------------------------- */

struct looking {
	struct simulation *s;
	void (*one)(void *user, struct resident *r);
	void *user;
	struct resident **sorted; /* those in memory, by id; NULL at the end */
};

static bool look_at(
    void *user, const char *key, int64_t id, const char *bytes, size_t len)
{
	struct looking *l = user;
	struct resident *before = l->s->shown;
	struct resident *r;

	while (*l->sorted != NULL && (*l->sorted)->ticket.id < id)
		l->one(l->user, *l->sorted++);
	r = resident_new(key);
	unpack(r, bytes, len);
	simulation_facts_return(&l->s->known, &r->ticket, &r->counted);
	l->s->shown = r;
	l->one(l->user, r);
	l->s->shown = before;
	simulation_facts_leave(&l->s->known, &r->counted);
	resident_free(r);
	return true;
}

/* Every ticket by id.  One that is on the shelf is a copy (its slot is none):
 * what becomes of it is lost. */
static void each(struct simulation *s,
    void (*one)(void *user, struct resident *r), void *user)
{
	const struct simulation_shelf *shelf = shelf_of(s);
	struct resident **sorted = simulation_tickets_sorted(&s->tickets);
	struct looking l = { s, one, user, sorted };

	if (shelf != NULL)
		shelf->each(shelf->user, look_at, &l);
	while (*l.sorted != NULL)
		one(user, *l.sorted++);
	free(sorted);
}

/* --- questions ------------------------------------------------------------ */

static void count_one(void *user, struct resident *r)
{
	struct simulation *s = user;

	if (r->slot == HASHMAP_NONE)
		simulation_facts_leave(&s->known, &r->counted);
	else
		r->counted = (struct counted){ .of = { 0 } };
	simulation_facts_keep(&s->known, &r->ticket, &r->counted);
}

/* All there are; what was counted of one that is looked at is void. */
static void recount(struct simulation *s)
{
	struct resident *shown = s->shown;

	simulation_facts_begin(&s->known, s->now);
	each(s, count_one, s);
	if (shown != NULL)
		simulation_facts_return(
		    &s->known, &shown->ticket, &shown->counted);
}

/* How the ticket that asks counts already. */
static const struct counted *counted_of(const struct simulation *s, int64_t id)
{
	const struct resident *r = s->shown;

	if (r == NULL || r->ticket.id != id)
		r = simulation_tickets_by_id(&s->tickets, id);
	return r == NULL ? NULL : &r->counted;
}

static int64_t answer(void *user, const struct fact_question *q)
{
	struct simulation *s = user;

	if (!simulation_facts_ready(&s->known, q, s->now))
		recount(s);
	return simulation_facts_answer(
	    &s->known, q, counted_of(s, q->ticket_id));
}

/* --- a simulation --------------------------------------------------------- */

struct simulation *simulation_new(
    const struct matrix *m, const struct simulation_hooks *hooks)
{
	struct simulation *s = calloc(1, sizeof *s);

	CHECK(s != NULL);
	s->m = m;
	s->facts =
	    (struct facts){ .duty = &duty_none, .user = s, .answer = answer };
	simulation_facts_init(&s->known);
	if (hooks != NULL)
		s->hooks = *hooks;
	simulation_tickets_init(&s->tickets);
	words_init(&s->ids);
	arena_init(&s->texts);
	textbuf_init(&s->packed);
	deadline_heap_init(&s->heap);
	return s;
}

void simulation_free(struct simulation *s)
{
	simulation_tickets_fini(&s->tickets);
	words_fini(&s->ids);
	simulation_facts_fini(&s->known);
	duty_free(s->duty);
	arena_fini(&s->texts);
	textbuf_fini(&s->packed);
	deadline_heap_fini(&s->heap);
	free(s);
}

/* --- what happens --------------------------------------------------------- */

/* The earliest of what the ticket waits for and what is to be sent again. */
static void reschedule(struct simulation *s, const struct resident *r)
{
	const struct ticket *t = &r->ticket;
	struct wall due = t->next_due;

	for (size_t i = 0; i < t->nnotices; i++)
		if (t->notices[i].state == NOTICE_PENDING)
			due = wall_min(due, t->notices[i].free_at);
	if (wall_is_never(due))
		deadline_heap_drop(&s->heap, r->slot);
	else
		deadline_heap_put(&s->heap, r->slot, (uint32_t)t->id, due);
}

/* Was it accepted, or nothing to refuse? */
static bool decide_one(
    struct simulation *s, struct resident *r, const struct event *ev)
{
	struct ticket *t = &r->ticket;
	struct wall now = wall_max(s->now, ev->at);
	struct decision d;

	decide(s->m, &s->facts, t, ev, now, &d);
	for (size_t i = 0; i < t->nnotices; i++)
		if (t->notices[i].id == 0) {
			t->notices[i].id = ++s->notice_ids;
			simulation_facts_note(&s->known, &t->notices[i]);
		}
	if (d.verdict != VERDICT_NOTHING && s->hooks.decided != NULL)
		s->hooks.decided(s->hooks.user, t, ev, now, &d);
	ticket_leave_ended(t);
	if (r->slot != HASHMAP_NONE) {
		simulation_facts_keep(&s->known, t, &r->counted);
		simulation_facts_forget(&s->known, s->now);
	}
	return d.verdict == VERDICT_ACCEPTED || d.verdict == VERDICT_NOTHING;
}

/* The first notice that may go now, or NULL. */
static struct notice *sendable(struct simulation *s, struct ticket *t)
{
	for (size_t i = 0; i < t->nnotices; i++)
		if (t->notices[i].state == NOTICE_PENDING &&
		    !wall_before(s->now, t->notices[i].free_at))
			return &t->notices[i];
	return NULL;
}

/* The outbox has it wait in memory; the row is as it was. */
static void wait_while_down(struct ticket *t, const struct event *ev)
{
	struct notice *n = ticket_notice(t, ev->notice_id);

	if (ev->delivery == DELIVERY_DOWN && n != NULL &&
	    n->state == NOTICE_PENDING)
		n->free_at = ev->again_at;
}

static void deliver_all(struct simulation *s, struct resident *r)
{
	struct ticket *t = &r->ticket;
	struct notice *n;

	while ((n = sendable(s, t)) != NULL) {
		struct event ev = { .type = EVENT_DELIVERY,
			.ticket_id = t->id,
			.at = s->now,
			.notice_id = n->id,
			.delivery = DELIVERY_OK };

		if (wall_before(n->useful_until, s->now))
			ev.delivery = DELIVERY_NEVER;
		else if (s->hooks.deliver != NULL)
			ev.delivery = s->hooks.deliver(
			    s->hooks.user, t, n, s->now, &ev.again_at);
		CHECK((ev.delivery != DELIVERY_AGAIN &&
			  ev.delivery != DELIVERY_DOWN) ||
		      wall_before(s->now, ev.again_at));
		decide_one(s, r, &ev);
		wait_while_down(t, &ev);
	}
	reschedule(s, r);
}

/* It is decided, and the ticket left: it may be gone then. */
static void happen(
    struct simulation *s, struct resident *r, const struct event *ev)
{
	decide_one(s, r, ev);
	deliver_all(s, r);
	leave(s, r);
}

static void fire_due(struct simulation *s, struct wall until, bool inclusive)
{
	const struct deadline *d;

	while ((d = deadline_heap_peek(&s->heap)) != NULL) {
		struct resident *r = s->tickets.at[d->slot];
		struct event ev = { .type = EVENT_TICK,
			.ticket_id = r->ticket.id };

		if (wall_before(until, d->due) ||
		    (!inclusive && wall_same(until, d->due)))
			return;
		s->now = wall_max(s->now, d->due);
		ev.at = s->now;
		happen(s, r, &ev);
	}
}

void simulation_advance(struct simulation *s, struct wall until)
{
	fire_due(s, until, false);
	s->now = wall_max(s->now, until);
}

void simulation_settle(struct simulation *s)
{
	fire_due(s, s->now, true);
}

/* --- event ids ------------------------------------------------------------ */

/* An id that was not accepted before. */
static bool is_new_event(struct simulation *s, const char *id)
{
	const struct simulation_shelf *shelf = shelf_of(s);
	size_t ignored;

	if (shelf != NULL)
		return shelf->first(shelf->user, id);
	return !words_find(&s->ids, id, &ignored);
}

/* What is refused leaves nothing behind: neither a ticket nor its id, so that
 * it may come again, as it may to the daemon. */
static void keep_event(struct simulation *s, const char *id, bool accepted)
{
	const struct simulation_shelf *shelf = shelf_of(s);

	if (shelf == NULL && accepted)
		words_add(&s->ids, arena_strdup(&s->texts, id), 0);
	if (shelf != NULL && !accepted)
		shelf->forget(shelf->user, id);
}

bool simulation_event(struct simulation *s, const struct event *ev)
{
	struct resident *r;
	bool accepted;

	if (wall_before(s->now, ev->at))
		simulation_advance(s, ev->at);
	if (ev->id != NULL && !is_new_event(s, ev->id))
		return false;
	r = find(s, ev->ticket);
	if (r == NULL)
		r = ticket_new(s, ev->ticket);
	accepted = decide_one(s, r, ev);
	if (ev->id != NULL)
		keep_event(s, ev->id, accepted);
	if (!accepted && r->slot == HASHMAP_NONE) {
		resident_free(r);
		return true;
	}
	if (r->slot == HASHMAP_NONE) {
		s->seen++;
		keep(s, r);
		simulation_facts_keep(&s->known, &r->ticket, &r->counted);
	}
	if (accepted)
		deliver_all(s, r);
	leave(s, r);
	return true;
}

/* --- what is done by hand ------------------------------------------------- */

struct notice_search {
	int64_t id;
	char *key; /* of the ticket that has it; NULL: none has */
};

static void look_for_notice(void *user, struct resident *r)
{
	struct notice_search *search = user;
	size_t size = strlen(r->key) + 1;

	if (ticket_notice(&r->ticket, search->id) == NULL)
		return;
	search->key = malloc(size);
	CHECK(search->key != NULL);
	memcpy(search->key, r->key, size);
}

bool simulation_hand(struct simulation *s, const struct event *ev)
{
	struct notice_search search = { .id = ev->notice_id };
	struct resident *r;

	simulation_advance(s, ev->at);
	each(s, look_for_notice, &search);
	r = search.key == NULL ? NULL : find(s, search.key);
	if (r != NULL)
		happen(s, r, ev);
	free(search.key);
	return r != NULL;
}

/* Nobody is told: who is there is asked when a step fires. */
bool simulation_duty(
    struct simulation *s, const struct duty_change *c, struct errtext *err)
{
	struct duty_change change = *c;
	struct duty *next;

	change.at = s->now;
	if (change.kind != DUTY_FEED &&
	    !duty_check(s->m, s->facts.duty, &change, err))
		return false;
	next = duty_after(s->facts.duty, &change);
	duty_free(s->duty);
	s->facts.duty = s->duty = next;
	return true;
}

const struct facts *simulation_known(const struct simulation *s)
{
	return &s->facts;
}

/* The keys of those that are told, in order of their ids. */
struct told {
	const struct matrix *m;
	struct arena arena;
	const char **keys;
	size_t count;
	size_t cap;
};

static void note_told(void *user, struct resident *r)
{
	struct told *told = user;
	const struct ticket *t = &r->ticket;

	if (ticket_is_over(t) && !(told->m->applies == APPLIES_ALL &&
				     t->fields.status == STATUS_SOLVED))
		return;
	*(const char **)arena_push(&told->arena, &told->keys, &told->count,
	    &told->cap, sizeof *told->keys) =
	    arena_strdup(&told->arena, r->key);
}

void simulation_revise(struct simulation *s, const struct matrix *m)
{
	struct told told = { .m = m };

	s->m = m;
	arena_init(&told.arena);
	each(s, note_told, &told);
	for (size_t i = 0; i < told.count; i++) {
		struct resident *r = find(s, told.keys[i]);
		struct event ev = { .type = EVENT_REVISED, .at = s->now };

		if (r == NULL)
			continue; /* the shelf has failed */
		ev.ticket_id = r->ticket.id;
		happen(s, r, &ev);
	}
	arena_fini(&told.arena);
}

/* --- what there is -------------------------------------------------------- */

struct wall simulation_now(const struct simulation *s)
{
	return s->now;
}

struct wall simulation_next(const struct simulation *s)
{
	const struct deadline *d = deadline_heap_peek(&s->heap);

	return d == NULL ? WALL_NEVER : d->due;
}

struct showing {
	void (*one)(void *user, const struct ticket *t);
	void *user;
};

static void show(void *user, struct resident *r)
{
	struct showing *showing = user;

	showing->one(showing->user, &r->ticket);
}

void simulation_each(struct simulation *s,
    void (*one)(void *user, const struct ticket *t), void *user)
{
	struct showing showing = { one, user };

	each(s, show, &showing);
}

size_t simulation_seen(const struct simulation *s)
{
	return s->seen;
}

/* Without a shelf no slot is given twice: they are in order of the ids. */
size_t simulation_count(const struct simulation *s)
{
	return simulation_tickets_count(&s->tickets);
}

const struct ticket *simulation_ticket(const struct simulation *s, size_t i)
{
	CHECK(shelf_of(s) == NULL && i < s->seen);
	return &s->tickets.at[i]->ticket;
}

const struct ticket *simulation_find(struct simulation *s, const char *key)
{
	struct resident *r = find(s, key);

	if (r == NULL)
		return NULL;
	leave(s, r);
	return &r->ticket;
}
