/* simulation.c - see simulation.h.
 *
 * What the store does between two decisions is imitated exactly: notices get
 * ids, those that are ended and runs that are over are not there next time.
 *
 * SPDX-License-Identifier: MIT */
#include "core/simulation.h"

#include "base/check.h"
#include "base/deadline_heap.h"

#include <stdlib.h>
#include <string.h>

struct entry {
	struct arena arena;
	struct ticket ticket;
};

/* Texts seen, and to what they belong: open addressing, at most half full. */
struct word {
	const char *text; /* NULL: empty */
	size_t hash;	  /* of the text: most others differ in that */
	size_t value;
};

struct words {
	struct word *at;
	size_t size; /* a power of two */
	size_t count;
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
};

static size_t hash(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return (size_t)(h ^ (h >> 29));
}

static struct word *words_slot(
    const struct words *w, const char *text, size_t key)
{
	size_t i = key & (w->size - 1);

	while (w->at[i].text != NULL &&
	       (w->at[i].hash != key || strcmp(w->at[i].text, text) != 0))
		i = (i + 1) & (w->size - 1);
	return &w->at[i];
}

static const struct word *words_find(const struct words *w, const char *text)
{
	return words_slot(w, text, hash(text));
}

static void words_init(struct words *w, size_t size)
{
	w->size = size;
	w->count = 0;
	w->at = calloc(size, sizeof *w->at);
	CHECK(w->at != NULL);
}

static void words_put(struct words *w, const char *text, size_t value)
{
	size_t key = hash(text);

	if (2 * (w->count + 1) > w->size) {
		struct words old = *w;

		words_init(w, old.size * 2);
		for (size_t i = 0; i < old.size; i++)
			if (old.at[i].text != NULL)
				*words_slot(w, old.at[i].text, old.at[i].hash) =
				    old.at[i];
		w->count = old.count;
		free(old.at);
	}
	*words_slot(w, text, key) = (struct word){ text, key, value };
	w->count++;
}

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
	words_put(&s->keys, e->ticket.key, s->ntickets);
	s->tickets[s->ntickets++] = e;
	deadline_heap_reserve(
	    &s->heap, (uint32_t)s->ntickets, (uint32_t)s->ntickets);
}

struct simulation *simulation_new(
    const struct matrix *m, const struct simulation_hooks *hooks)
{
	struct simulation *s = calloc(1, sizeof *s);

	CHECK(s != NULL);
	s->m = m;
	if (hooks != NULL)
		s->hooks = *hooks;
	words_init(&s->keys, 1024);
	words_init(&s->ids, 1024);
	arena_init(&s->texts);
	deadline_heap_init(&s->heap);
	return s;
}

void simulation_free(struct simulation *s)
{
	for (size_t i = 0; i < s->ntickets; i++)
		entry_free(s->tickets[i]);
	free(s->tickets);
	free(s->keys.at);
	free(s->ids.at);
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

	decide(s->m, t, ev, now, &d);
	for (size_t i = 0; i < t->nnotices; i++)
		if (t->notices[i].id == 0)
			t->notices[i].id = ++s->notice_ids;
	if (d.verdict != VERDICT_NOTHING && s->hooks.decided != NULL)
		s->hooks.decided(s->hooks.user, t, ev, now, &d);
	prune(t);
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
		CHECK(ev.delivery != DELIVERY_AGAIN ||
		      wall_before(s->now, ev.again_at));
		decide_one(s, t, &ev);
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
	const struct word *known;
	struct entry *e;
	bool is_new;

	if (wall_before(s->now, ev->at))
		simulation_advance(s, ev->at);
	if (ev->id != NULL && words_find(&s->ids, ev->id)->text != NULL)
		return false;
	known = words_find(&s->keys, ev->ticket);
	is_new = known->text == NULL;
	e = is_new ? entry_new(s, ev->ticket) : s->tickets[known->value];
	if (!decide_one(s, &e->ticket, ev)) {
		if (is_new)
			entry_free(e);
		return true;
	}
	if (is_new)
		keep(s, e);
	if (ev->id != NULL)
		words_put(&s->ids, arena_strdup(&s->texts, ev->id), 0);
	deliver_all(s, &e->ticket);
	return true;
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
	const struct word *w = words_find(&s->keys, key);

	return w->text == NULL ? NULL : &s->tickets[w->value]->ticket;
}
