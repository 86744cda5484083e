/* readers.c - two desks with two connections each.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/readers.h"

#include "base/check.h"

#include <stdlib.h>

struct question {
	struct question *next;
	void (*work)(struct reader *r, void *user);
	void (*done)(void *user);
	void *user;
};

struct clerk {
	struct readers *readers;
	enum desk desk;
	struct reader *reader;
	struct question *now; /* NULL: free */
};

struct waiting {
	struct question *head;
	struct question **tail;
	size_t count;
};

struct readers {
	struct loop *loop;
	struct clerk clerks[DESK_COUNT][DESK_READERS];
	struct waiting waiting[DESK_COUNT];
	size_t pending;
};

static void on_work(void *user)
{
	struct clerk *c = user;

	c->now->work(c->reader, c->now->user);
}

static void serve(struct clerk *c);

/* Free again before done() is told: it may ask at once. */
static void on_done(void *user)
{
	struct clerk *c = user;
	struct question *q = c->now;

	c->now = NULL;
	c->readers->pending--;
	serve(c);
	q->done(q->user);
	free(q);
}

/* The clerk takes the next question of its desk, if there is one. */
static void serve(struct clerk *c)
{
	struct waiting *w = &c->readers->waiting[c->desk];

	if (w->head == NULL)
		return;
	c->now = w->head;
	w->head = w->head->next;
	if (w->head == NULL)
		w->tail = &w->head;
	w->count--;
	loop_work(c->readers->loop, on_work, on_done, c);
}

struct readers *readers_open(
    struct loop *l, const char *path, struct errtext *err)
{
	struct readers *rs = calloc(1, sizeof *rs);

	CHECK(rs != NULL);
	rs->loop = l;
	for (int d = 0; d < DESK_COUNT; d++)
		rs->waiting[d].tail = &rs->waiting[d].head;
	for (int i = 0; i < DESK_COUNT * DESK_READERS; i++) {
		struct clerk *c =
		    &rs->clerks[i / DESK_READERS][i % DESK_READERS];

		c->readers = rs;
		c->desk = (enum desk)(i / DESK_READERS);
		if (reader_open(path, &c->reader, err) == STORE_OK)
			continue;
		c->reader = NULL;
		readers_close(rs);
		return NULL;
	}
	return rs;
}

bool readers_ask(struct readers *rs, enum desk desk,
    void (*work)(struct reader *r, void *user), void (*done)(void *user),
    void *user)
{
	struct waiting *w = &rs->waiting[desk];
	struct question *q;

	if (w->count >= DESK_WAITING_MAX)
		return false;
	q = calloc(1, sizeof *q);
	CHECK(q != NULL);
	q->work = work;
	q->done = done;
	q->user = user;
	*w->tail = q;
	w->tail = &q->next;
	w->count++;
	rs->pending++;
	for (int i = 0; i < DESK_READERS && w->count > 0; i++)
		if (rs->clerks[desk][i].now == NULL)
			serve(&rs->clerks[desk][i]);
	return true;
}

size_t readers_pending(const struct readers *rs)
{
	return rs->pending;
}

void readers_close(struct readers *rs)
{
	CHECK(rs->pending == 0);
	for (int i = 0; i < DESK_COUNT * DESK_READERS; i++) {
		struct clerk *c =
		    &rs->clerks[i / DESK_READERS][i % DESK_READERS];

		if (c->reader != NULL)
			reader_close(c->reader);
	}
	free(rs);
}
