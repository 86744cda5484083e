/* fill.c - see fill.h; blocks in a ring, one thread at each end.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/fill.h"

#include "base/check.h"

#include <pthread.h>
#include <stdlib.h>

#define BLOCK 4096 /* tickets: 64 KiB, long enough to seldom meet */
#define RING  16   /* reading goes on while the watch's table is made anew */

struct block {
	struct watched at[BLOCK];
	size_t count;
};

struct fill {
	struct watch *watch; /* the thread's, until it has ended */
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t filled;
	pthread_cond_t emptied;
	size_t given; /* blocks ever; under the mutex, as the next two */
	size_t taken;
	bool is_over;
	struct block ring[RING];
};

/* False when nothing more will come. */
static bool wait_for_block(struct fill *f)
{
	bool any;

	pthread_mutex_lock(&f->mutex);
	while (f->given == f->taken && !f->is_over)
		pthread_cond_wait(&f->filled, &f->mutex);
	any = f->given != f->taken;
	pthread_mutex_unlock(&f->mutex);
	return any;
}

static void *run(void *arg)
{
	struct fill *f = arg;

	while (wait_for_block(f)) {
		const struct block *b = &f->ring[f->taken % RING];

		watch_add(f->watch, b->at, b->count);
		pthread_mutex_lock(&f->mutex);
		f->taken++;
		pthread_cond_signal(&f->emptied);
		pthread_mutex_unlock(&f->mutex);
	}
	return NULL;
}

struct fill *fill_begin(struct watch *w)
{
	struct fill *f = calloc(1, sizeof *f);

	CHECK(f != NULL);
	f->watch = w;
	CHECK(pthread_mutex_init(&f->mutex, NULL) == 0);
	CHECK(pthread_cond_init(&f->filled, NULL) == 0);
	CHECK(pthread_cond_init(&f->emptied, NULL) == 0);
	CHECK(pthread_create(&f->thread, NULL, run, f) == 0);
	return f;
}

/* Hands the present block over, and waits until there is room for another. */
static void hand_over(struct fill *f)
{
	pthread_mutex_lock(&f->mutex);
	f->given++;
	pthread_cond_signal(&f->filled);
	while (f->given - f->taken == RING)
		pthread_cond_wait(&f->emptied, &f->mutex);
	pthread_mutex_unlock(&f->mutex);
	f->ring[f->given % RING].count = 0;
}

void fill_put(struct fill *f, int64_t ticket_id, struct wall due)
{
	struct block *b = &f->ring[f->given % RING];

	b->at[b->count++] = (struct watched){ ticket_id, due };
	if (b->count == BLOCK)
		hand_over(f);
}

void fill_end(struct fill *f)
{
	hand_over(f);
	pthread_mutex_lock(&f->mutex);
	f->is_over = true;
	pthread_cond_signal(&f->filled);
	pthread_mutex_unlock(&f->mutex);
	CHECK(pthread_join(f->thread, NULL) == 0);
	pthread_cond_destroy(&f->filled);
	pthread_cond_destroy(&f->emptied);
	pthread_mutex_destroy(&f->mutex);
	free(f);
}
