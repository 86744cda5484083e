/* boards.h - a simulation's shelf of the simplest kind: a short list.
 *
 * Event ids are small numbers.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_BOARDS_H
#define SLAWATCH_TESTS_BOARDS_H

#include "core/simulation.h"
#include "lib/require.h"

#include <stdlib.h>
#include <string.h>

enum { BOARDS_TICKETS = 60, BOARDS_EVENTS = 400 };

struct packed {
	char *key; /* NULL: nothing is here */
	int64_t id;
	struct textbuf bytes;
};

struct boards {
	struct packed at[BOARDS_TICKETS];
	bool seen[BOARDS_EVENTS]; /* by the event's number */
	size_t count;
	size_t taken;
	struct simulation_shelf as;
};

static struct packed *boards_place_of(struct boards *b, const char *key)
{
	for (size_t i = 0; i < BOARDS_TICKETS; i++)
		if (b->at[i].key != NULL && strcmp(b->at[i].key, key) == 0)
			return &b->at[i];
	return NULL;
}

static void boards_put(
    void *user, const char *key, int64_t id, const char *bytes, size_t len)
{
	struct boards *b = user;
	struct packed *p = b->at;

	REQUIRE(boards_place_of(b, key) == NULL);
	while (p->key != NULL)
		p++;
	p->key = strdup(key);
	p->id = id;
	textbuf_init(&p->bytes);
	textbuf_addn(&p->bytes, bytes, len);
	b->count++;
}

static void boards_empty(struct boards *b, struct packed *p)
{
	free(p->key);
	p->key = NULL;
	textbuf_fini(&p->bytes);
	b->count--;
}

static bool boards_take(void *user, const char *key, struct textbuf *out)
{
	struct boards *b = user;
	struct packed *p = boards_place_of(b, key);

	if (p == NULL)
		return false;
	textbuf_addn(out, p->bytes.data, p->bytes.len);
	boards_empty(b, p);
	b->taken++;
	return true;
}

static bool boards_first(void *user, const char *event_id)
{
	struct boards *b = user;
	bool *seen = &b->seen[atoi(event_id)];
	bool is_new = !*seen;

	*seen = true;
	return is_new;
}

static void boards_forget(void *user, const char *event_id)
{
	struct boards *b = user;

	b->seen[atoi(event_id)] = false;
}

static int boards_by_id(const void *left, const void *right)
{
	const struct packed *const *a = left;
	const struct packed *const *b = right;

	return ((*a)->id > (*b)->id) - ((*a)->id < (*b)->id);
}

static void boards_each(void *user,
    bool (*one)(
	void *of, const char *key, int64_t id, const char *bytes, size_t len),
    void *of)
{
	struct boards *b = user;
	struct packed *sorted[BOARDS_TICKETS];
	size_t n = 0;

	for (size_t i = 0; i < BOARDS_TICKETS; i++)
		if (b->at[i].key != NULL)
			sorted[n++] = &b->at[i];
	qsort(sorted, n, sizeof *sorted, boards_by_id);
	for (size_t i = 0; i < n; i++)
		if (!one(of, sorted[i]->key, sorted[i]->id,
			sorted[i]->bytes.data, sorted[i]->bytes.len))
			return;
}

static inline void boards_init(struct boards *b)
{
	b->as = (struct simulation_shelf){ .user = b,
		.put = boards_put,
		.take = boards_take,
		.first = boards_first,
		.forget = boards_forget,
		.each = boards_each };
}

static inline void boards_fini(struct boards *b)
{
	for (size_t i = 0; i < BOARDS_TICKETS; i++)
		if (b->at[i].key != NULL)
			boards_empty(b, &b->at[i]);
}

#endif
