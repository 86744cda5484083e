/* loop_handles.c - pokes, timers and work: thin skins over libuv's handles.
 *
 * Two habits of libuv are kept away from callers here.  A timer counts from the
 * loop's cached time, which is old after long work (a recovery at start); the
 * lag is added.  And a timer of 0 ms started from a timer's callback runs again
 * in the same phase, for ever (libuv 1.44): no timer is shorter than 1 ms.
 *
 * SPDX-License-Identifier: MIT */
#include "net/loop_private.h"

#include "base/check.h"

#include <stdlib.h>

struct loop_poke {
	uv_async_t async;
	void (*fn)(void *user);
	void *user;
};

struct loop_timer {
	uv_timer_t timer;
	struct loop *loop;
	void (*fn)(void *user);
	void *user;
};

struct work {
	uv_work_t request;
	void (*work)(void *user);
	void (*done)(void *user);
	void *user;
};

/* The handle is the first member of what was allocated. */
static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void on_poke(uv_async_t *async)
{
	struct loop_poke *p = async->data;

	p->fn(p->user);
}

struct loop_poke *loop_poke_new(
    struct loop *l, void (*fn)(void *user), void *user)
{
	struct loop_poke *p = calloc(1, sizeof *p);

	CHECK(p != NULL);
	p->fn = fn;
	p->user = user;
	CHECK(uv_async_init(&l->uv, &p->async, on_poke) == 0);
	p->async.data = p;
	return p;
}

void loop_poke(struct loop_poke *p)
{
	CHECK(uv_async_send(&p->async) == 0);
}

void loop_poke_close(struct loop_poke *p)
{
	uv_close((uv_handle_t *)&p->async, on_closed);
}

static void on_timer(uv_timer_t *timer)
{
	struct loop_timer *t = timer->data;

	/* Timers run last in a turn; its clocks may be from before they were
	 * due. */
	loop_update(t->loop);
	t->fn(t->user);
}

struct loop_timer *loop_timer_new(
    struct loop *l, void (*fn)(void *user), void *user)
{
	struct loop_timer *t = calloc(1, sizeof *t);

	CHECK(t != NULL);
	t->loop = l;
	t->fn = fn;
	t->user = user;
	CHECK(uv_timer_init(&l->uv, &t->timer) == 0);
	t->timer.data = t;
	return t;
}

void loop_timer_start(struct loop_timer *t, int64_t after_ms, int64_t repeat_ms)
{
	int64_t lag = clock_mono().ms - (int64_t)uv_now(&t->loop->uv);
	uint64_t after = after_ms < 1 ? 1 : (uint64_t)after_ms;
	uint64_t repeat = repeat_ms < 0 ? 0 : (uint64_t)repeat_ms;

	if (lag > 0)
		after += (uint64_t)lag;
	CHECK(uv_timer_start(&t->timer, on_timer, after, repeat) == 0);
}

void loop_timer_stop(struct loop_timer *t)
{
	uv_timer_stop(&t->timer);
}

void loop_timer_close(struct loop_timer *t)
{
	uv_close((uv_handle_t *)&t->timer, on_closed);
}

static void on_work(uv_work_t *request)
{
	struct work *w = request->data;

	w->work(w->user);
}

static void on_work_done(uv_work_t *request, int status)
{
	struct work *w = request->data;

	(void)status; /* nobody cancels */
	w->done(w->user);
	free(w);
}

void loop_work(struct loop *l, void (*work)(void *user),
    void (*done)(void *user), void *user)
{
	struct work *w = calloc(1, sizeof *w);

	CHECK(w != NULL);
	w->work = work;
	w->done = done;
	w->user = user;
	w->request.data = w;
	CHECK(uv_queue_work(&l->uv, &w->request, on_work, on_work_done) == 0);
}
