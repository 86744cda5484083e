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
#include "core/words.h"

#include <stdlib.h>

struct entry {
	struct arena arena;
	struct ticket ticket;
};

struct simulation {
	const struct matrix *m;
	struct simulation_hooks hooks;
	struct wall now;
	struct entry **tickets;
	size_t ntickets;
	size_t cap;
	struct words keys;  /* ticket key to index */
	struct words ids;   /* event ids seen */
	struct arena texts; /* of both */
	struct deadline_heap heap;
	int64_t notice_ids;
	struct duty *duty; /* owned; NULL: nothing was said */
	struct simulation_facts known;
	struct facts facts; /* as decisions ask */
};

/* A ticket that nobody finds before it is kept. */
static struct entry *entry_new(const struct simulation *s, const char *key)
{
	struct entry *e = calloc(1, sizeof *e);

	CHECK(e != NULL);
	arena_init(&e->arena);
	ticket_init(&e->ticket, &e->arena, key);
	e->ticket.id = (int64_t)s->ntickets + 1;
	return e;
}

static void entry_free(struct entry *e)
{
	arena_fini(&e->arena);
	free(e);
}

static void keep(struct simulation *s, struct entry *e)
{
	if (s->ntickets == s->cap) {
		s->cap = s->cap == 0 ? 64 : 2 * s->cap;
		s->tickets = realloc(s->tickets, s->cap * sizeof *s->tickets);
		CHECK(s->tickets != NULL);
	}
	words_add(&s->keys, e->ticket.key, s->ntickets);
	s->tickets[s->ntickets++] = e;
	simulation_facts_keep(&s->known, &e->ticket);
	deadline_heap_reserve(
	    &s->heap, (uint32_t)s->ntickets, (uint32_t)s->ntickets);
}

/* Whoever counts for the first time counts all there are. */
static int64_t answer(void *user, const struct fact_question *q)
{
	struct simulation *s = user;

	if (!simulation_facts_ready(&s->known, q)) {
		simulation_facts_begin(&s->known);
		for (size_t i = 0; i < s->ntickets; i++)
			simulation_facts_keep(
			    &s->known, &s->tickets[i]->ticket);
	}
	return simulation_facts_answer(&s->known, q);
}

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
	words_init(&s->keys);
	words_init(&s->ids);
	arena_init(&s->texts);
	deadline_heap_init(&s->heap);
	return s;
}

void simulation_free(struct simulation *s)
{
	for (size_t i = 0; i < s->ntickets; i++)
		entry_free(s->tickets[i]);
	free(s->tickets);
	words_fini(&s->keys);
	words_fini(&s->ids);
	simulation_facts_fini(&s->known);
	duty_free(s->duty);
	arena_fini(&s->texts);
	deadline_heap_fini(&s->heap);
	free(s);
}

/* The earliest of what the ticket waits for and what is to be sent again. */
static void reschedule(struct simulation *s, const struct ticket *t)
{
	uint32_t slot = (uint32_t)(t->id - 1);
	struct wall due = t->next_due;

	for (size_t i = 0; i < t->nnotices; i++)
		if (t->notices[i].state == NOTICE_PENDING)
			due = wall_min(due, t->notices[i].free_at);
	if (wall_is_never(due))
		deadline_heap_drop(&s->heap, slot);
	else
		deadline_heap_put(&s->heap, slot, slot, due);
}

static void prune(struct ticket *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->nnotices; i++)
		if (!t->notices[i].ended)
			t->notices[n++] = t->notices[i];
	t->nnotices = n;
	n = 0;
	for (size_t i = 0; i < t->nruns; i++)
		if (run_state_is_live(t->runs[i].state))
			t->runs[n++] = t->runs[i];
	t->nruns = n;
}

/* Was it accepted, or nothing to refuse? */
static bool decide_one(
    struct simulation *s, struct ticket *t, const struct event *ev)
{
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
	prune(t);
	if ((size_t)t->id <= s->ntickets)
		simulation_facts_keep(&s->known, t);
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

static void deliver_all(struct simulation *s, struct ticket *t)
{
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
		decide_one(s, t, &ev);
		wait_while_down(t, &ev);
	}
	reschedule(s, t);
}

static void fire_due(struct simulation *s, struct wall until, bool inclusive)
{
	const struct deadline *d;

	while ((d = deadline_heap_peek(&s->heap)) != NULL) {
		struct ticket *t = &s->tickets[d->slot]->ticket;
		struct event ev = { .type = EVENT_TICK, .ticket_id = t->id };

		if (wall_before(until, d->due) ||
		    (!inclusive && wall_same(until, d->due)))
			return;
		s->now = wall_max(s->now, d->due);
		ev.at = s->now;
		decide_one(s, t, &ev);
		deliver_all(s, t);
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

/* What is refused leaves nothing behind: neither a ticket nor its id, so that
 * it may come again, as it may to the daemon. */
bool simulation_event(struct simulation *s, const struct event *ev)
{
	struct entry *e;
	size_t known;
	bool is_new;

	if (wall_before(s->now, ev->at))
		simulation_advance(s, ev->at);
	if (ev->id != NULL && words_find(&s->ids, ev->id, &known))
		return false;
	is_new = !words_find(&s->keys, ev->ticket, &known);
	e = is_new ? entry_new(s, ev->ticket) : s->tickets[known];
	if (!decide_one(s, &e->ticket, ev)) {
		if (is_new)
			entry_free(e);
		return true;
	}
	if (is_new)
		keep(s, e);
	if (ev->id != NULL)
		words_add(&s->ids, arena_strdup(&s->texts, ev->id), 0);
	deliver_all(s, &e->ticket);
	return true;
}

void simulation_hand(struct simulation *s, const struct event *ev)
{
	simulation_advance(s, ev->at);
	for (size_t i = 0; i < s->ntickets; i++) {
		struct ticket *t = &s->tickets[i]->ticket;

		if (ticket_notice(t, ev->notice_id) == NULL)
			continue;
		decide_one(s, t, ev);
		deliver_all(s, t);
		return;
	}
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

void simulation_revise(struct simulation *s, const struct matrix *m)
{
	s->m = m;
	for (size_t i = 0; i < s->ntickets; i++) {
		struct ticket *t = &s->tickets[i]->ticket;
		struct event ev = {
			.type = EVENT_REVISED, .ticket_id = t->id, .at = s->now
		};

		if (ticket_is_over(t))
			continue;
		decide_one(s, t, &ev);
		deliver_all(s, t);
	}
}

struct wall simulation_now(const struct simulation *s)
{
	return s->now;
}

struct wall simulation_next(const struct simulation *s)
{
	const struct deadline *d = deadline_heap_peek(&s->heap);

	return d == NULL ? WALL_NEVER : d->due;
}

size_t simulation_count(const struct simulation *s)
{
	return s->ntickets;
}

const struct ticket *simulation_ticket(const struct simulation *s, size_t i)
{
	CHECK(i < s->ntickets);
	return &s->tickets[i]->ticket;
}

const struct ticket *simulation_find(
    const struct simulation *s, const char *key)
{
	size_t i;

	return words_find(&s->keys, key, &i) ? &s->tickets[i]->ticket : NULL;
}
