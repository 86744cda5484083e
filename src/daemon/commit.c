/* commit.c - the thread, and the transaction of a batch.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/commit.h"

#include "base/check.h"
#include "daemon/commit_item.h"

#include <pthread.h>
#include <stdlib.h>

struct commit {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct batch *in;  /* under lock: handed over, not yet begun */
	struct batch *out; /* under lock: finished, not yet taken */
	bool idle;	   /* under lock: there is time to tidy up */
	bool stop;	   /* under lock */

	/* The thread's own. */
	struct store *store;
	struct matrix_ref *matrix; /* of the last commit */
	struct duty_ref *duty;	   /* of the last commit */
	struct loop *loop;	   /* for its wall clock only */
	struct loop_poke *done;
	struct wall alive; /* latest that was recorded */
};

/* A clock that was set back must not take back what is known to have been
 * lived: what was free to go may have been sent. */
static enum store_result stamp_and_commit(struct commit *c, struct batch *b)
{
	struct wall alive = wall_max(c->alive, b->now);
	enum store_result r = store_set_alive(c->store, alive, &b->why);

	if (r == STORE_OK)
		r = store_commit(c->store, &b->why);
	if (r == STORE_OK)
		c->alive = alive;
	return r;
}

static void fail(struct batch *b, enum store_result r, struct item *culprit)
{
	b->failed = true;
	b->full = r == STORE_FULL;
	b->culprit = r == STORE_FAILED ? culprit : NULL;
	for (size_t i = 0; i < b->count; i++) {
		struct item *it = b->items[i];

		it->out = (struct outcome){
			.kind = OUTCOME_FAILED, .code = 503, .why = b->why.text
		};
		if (it->duties != NULL)
			duty_ref_put(it->duties);
		it->duties = NULL;
		if (it->matrix != NULL && it->kind != ITEM_MATRIX) {
			matrix_ref_put(it->matrix);
			it->matrix = NULL;
		}
	}
}

/* What the batch has left of the matrices, as a reference, or NULL. */
static struct matrix_ref *new_matrix(const struct batch *b)
{
	struct matrix_ref *ref = NULL;

	for (size_t i = 0; i < b->count; i++)
		if (b->items[i]->matrix != NULL)
			ref = b->items[i]->matrix;
	return ref == NULL ? NULL : matrix_ref_get(ref);
}

/* What the batch has left of people's presence, as a reference, or NULL. */
static struct duty_ref *new_duty(const struct batch *b)
{
	struct duty_ref *ref = NULL;

	for (size_t i = 0; i < b->count; i++)
		if (b->items[i]->duties != NULL)
			ref = b->items[i]->duties;
	return ref == NULL ? NULL : duty_ref_get(ref);
}

static enum store_result run_items(
    struct commit *c, struct batch *b, size_t *at)
{
	struct commit_turn turn = { .store = c->store,
		.ref = c->matrix,
		.matrix = matrix_ref_matrix(c->matrix),
		.matrix_number = matrix_ref_number(c->matrix),
		.duty = duty_ref_duty(c->duty),
		.batch = b };
	enum store_result r = STORE_OK;

	arena_init(&turn.work);
	commit_decide_by(&turn);
	for (*at = 0; *at < b->count && r == STORE_OK; ++*at)
		r = commit_item(&turn, b->items[*at]);
	if (r != STORE_OK)
		--*at;
	arena_fini(&turn.work);
	return r;
}

static void keep_news(struct commit *c, const struct batch *b)
{
	struct matrix_ref *matrix = new_matrix(b);
	struct duty_ref *duty = new_duty(b);

	if (matrix != NULL) {
		matrix_ref_put(c->matrix);
		c->matrix = matrix;
	}
	if (duty != NULL) {
		duty_ref_put(c->duty);
		c->duty = duty;
	}
}

static void run_batch(struct commit *c, struct batch *b)
{
	struct item *culprit = NULL;
	enum store_result r;
	size_t at = 0;

	b->now = loop_wall(c->loop);
	r = store_begin(c->store, &b->why);
	if (r != STORE_OK) {
		fail(b, r, NULL);
		return;
	}
	r = run_items(c, b, &at);
	if (r != STORE_OK)
		culprit = b->items[at];
	else
		r = stamp_and_commit(c, b);
	if (r != STORE_OK) {
		store_rollback(c->store);
		fail(b, r, culprit);
		return;
	}
	keep_news(c, b);
}

/* What there is to do next: a batch in c->in, `idle`, or stop.  Called and
 * returns with the lock. */
static void await(struct commit *c)
{
	while (c->in == NULL && !c->idle && !c->stop)
		pthread_cond_wait(&c->wake, &c->lock);
}

static void *run(void *user)
{
	struct commit *c = user;

	pthread_mutex_lock(&c->lock);
	for (await(c); c->in != NULL || c->idle; await(c)) {
		struct batch *b = c->in;

		c->in = NULL;
		c->idle = false;
		pthread_mutex_unlock(&c->lock);
		if (b != NULL)
			run_batch(c, b);
		else
			store_idle(c->store);
		pthread_mutex_lock(&c->lock);
		c->out = b != NULL ? b : c->out;
		if (b != NULL)
			loop_poke(c->done);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

struct commit *commit_start(struct store *s, struct matrix_ref *matrix,
    struct duty_ref *duty, struct loop *loop, struct loop_poke *done)
{
	struct commit *c = calloc(1, sizeof *c);

	CHECK(c != NULL);
	c->store = s;
	c->matrix = matrix;
	c->duty = duty;
	c->loop = loop;
	c->done = done;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->wake, NULL);
	CHECK(pthread_create(&c->thread, NULL, run, c) == 0);
	return c;
}

void commit_hand(struct commit *c, struct batch *b)
{
	pthread_mutex_lock(&c->lock);
	CHECK(c->in == NULL && c->out == NULL);
	c->in = b;
	pthread_cond_signal(&c->wake);
	pthread_mutex_unlock(&c->lock);
}

void commit_idle(struct commit *c)
{
	pthread_mutex_lock(&c->lock);
	c->idle = true;
	pthread_cond_signal(&c->wake);
	pthread_mutex_unlock(&c->lock);
}

struct batch *commit_take(struct commit *c)
{
	struct batch *b;

	pthread_mutex_lock(&c->lock);
	b = c->out;
	c->out = NULL;
	pthread_mutex_unlock(&c->lock);
	return b;
}

void commit_stop(struct commit *c)
{
	pthread_mutex_lock(&c->lock);
	c->stop = true;
	pthread_cond_signal(&c->wake);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	CHECK(c->out == NULL);
	store_close(c->store);
	matrix_ref_put(c->matrix);
	duty_ref_put(c->duty);
	pthread_cond_destroy(&c->wake);
	pthread_mutex_destroy(&c->lock);
	free(c);
}
