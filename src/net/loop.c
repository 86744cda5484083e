/* loop.c - turns, their clocks, signals, and how it all ends.
 *
 * A turn is what runs between two sleeps.  libuv has no hook between waking and
 * the first callback, so the clocks are read when somebody first asks for them
 * in a turn, and the prepare handle, which runs just before the loop sleeps,
 * ends the turn.
 *
 * SPDX-License-Identifier: MIT */
#include "net/loop_private.h"

#include "base/check.h"

#include <signal.h>
#include <stdlib.h>

static void on_prepare(uv_prepare_t *handle)
{
	struct loop *l = handle->data;

	l->is_fresh = false;
	l->turns++;
}

static struct loop *fail(struct loop *l, int rc, struct errtext *err)
{
	if (rc != 0)
		errtext_set(err, "event loop: %s", uv_strerror(rc));
	free(l);
	return NULL;
}

struct loop *loop_new(const struct clock_mode *mode, struct errtext *err)
{
	struct loop *l = calloc(1, sizeof *l);
	int rc;

	CHECK(l != NULL);
	l->mode = *mode;
	l->start_ns = clock_pair_read().mono_ns;
	atomic_init(&l->shown_ms, mode->start.ms);
	rc = uv_loop_init(&l->uv);
	if (rc != 0)
		return fail(l, rc, err);
	if (!alarm_open(l, err)) {
		/* Closes what uv_poll_init() may have left half done. */
		uv_run(&l->uv, UV_RUN_DEFAULT);
		CHECK(uv_loop_close(&l->uv) == 0);
		return fail(l, 0, err);
	}
	CHECK(uv_prepare_init(&l->uv, &l->prepare) == 0);
	l->prepare.data = l;
	CHECK(uv_prepare_start(&l->prepare, on_prepare) == 0);
	uv_unref((uv_handle_t *)&l->prepare);
	/* A peer that hangs up is an error of one write, not our end; neither
	 * curl (with NOSIGNAL) nor OpenSSL shields us from it. */
	signal(SIGPIPE, SIG_IGN);
	return l;
}

void loop_free(struct loop *l)
{
	if (!uv_is_closing((uv_handle_t *)&l->prepare)) {
		loop_stop(l);
		loop_run(l);
	}
	CHECK(uv_loop_close(&l->uv) == 0);
	free(l);
}

uv_loop_t *loop_uv(struct loop *l)
{
	return &l->uv;
}

static struct wall shown(const struct loop *l, struct clock_pair pair)
{
	if (l->mode.is_stepped)
		return wall_at(atomic_load(&l->shown_ms));
	return clock_wall(&l->mode, l->start_ns, pair);
}

void loop_step(struct loop *l, struct wall to)
{
	CHECK(l->mode.is_stepped && to.ms >= atomic_load(&l->shown_ms));
	atomic_store(&l->shown_ms, to.ms);
	loop_update(l);
	loop_alarm(l, l->alarm.at);
}

void loop_update(struct loop *l)
{
	struct clock_pair pair = clock_pair_read();

	l->now = shown(l, pair);
	l->mono.ms = pair.mono_ns / 1000000;
	l->is_fresh = true;
}

/* Asking for the time is what begins a turn's time: const to the caller, who
 * cannot tell.  No loop is a const object (see loop_new). */
static void begin_turn(const struct loop *l)
{
	if (!l->is_fresh)
		loop_update((struct loop *)l);
}

struct wall loop_now(const struct loop *l)
{
	begin_turn(l);
	return l->now;
}

struct mono loop_mono(const struct loop *l)
{
	begin_turn(l);
	return l->mono;
}

struct wall loop_wall(const struct loop *l)
{
	return shown(l, clock_pair_read());
}

uint64_t loop_turns(const struct loop *l)
{
	return l->turns;
}

static void on_signal(uv_signal_t *handle, int signum)
{
	struct loop_signal *s = handle->data;

	s->fn(s->user, signum);
}

void loop_on_signal(
    struct loop *l, int signum, void (*fn)(void *user, int sig), void *user)
{
	struct loop_signal *s;

	CHECK(l->nsignals < LOOP_SIGNALS_MAX);
	s = &l->signals[l->nsignals++];
	s->fn = fn;
	s->user = user;
	CHECK(uv_signal_init(&l->uv, &s->handle) == 0);
	s->handle.data = s;
	CHECK(uv_signal_start(&s->handle, on_signal, signum) == 0);
}

void loop_run(struct loop *l)
{
	uv_run(&l->uv, UV_RUN_DEFAULT);
	CHECK(l->is_stopping);
	uv_close((uv_handle_t *)&l->prepare, NULL);
	uv_run(&l->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *l)
{
	if (l->is_stopping)
		return;
	l->is_stopping = true;
	alarm_close(l);
	for (int i = 0; i < l->nsignals; i++)
		uv_close((uv_handle_t *)&l->signals[i].handle, NULL);
}
