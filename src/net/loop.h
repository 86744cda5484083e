/* loop.h - the loop, and both clocks: the only place that reads one.
 *
 * One thread owns the loop.  Both clocks are read once when it wakes; that
 * pair is "now" for the turn.
 *
 * The wall clock may be a virtual one (START@RATE): then wall = START + RATE x
 * (monotonic time since start), and everything else stays as in production.  Or
 * it stands still and shows what loop_step() says (START@step).
 *
 * The alarm is a timerfd on CLOCK_REALTIME with TFD_TIMER_CANCEL_ON_SET: it
 * wakes at the civil instant, also after suspend, and tells of a stepped clock
 * (timerfd_create(2)).  The step's size is the change of REALTIME minus
 * MONOTONIC.  On a virtual clock it counts monotonic time.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_NET_LOOP_H
#define SLAWATCH_NET_LOOP_H

#include "base/errtext.h"
#include "base/instant.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

/* START@RATE or START@step of --clock. */
struct clock_mode {
	bool is_virtual;
	struct wall start; /* what the wall clock shows at the beginning */
	double rate;	 /* virtual seconds a real second, > 0; 1 if stepped */
	bool is_stepped; /* stands still until loop_step() */
};

/* "now@60", "2026-01-05T09:00:00Z@3600", "@60" (now), "now@step".  False with a
 * reason. */
bool clock_mode_parse(
    const char *text, struct clock_mode *out, struct errtext *err);

/* What a loop of that mode would show now: for who needs the date before there
 * is a loop. */
struct wall clock_mode_now(const struct clock_mode *mode);

struct loop;

enum { LOOP_SIGNALS_MAX = 4 };

struct loop *loop_new(const struct clock_mode *mode, struct errtext *err);
/* Everything on it has been closed; see loop_run(). */
void loop_free(struct loop *l);

uv_loop_t *loop_uv(struct loop *l);
struct wall loop_now(const struct loop *l);  /* of this turn */
struct mono loop_mono(const struct loop *l); /* of this turn */

/* Reads both clocks anew: at the start of a turn (the loop does it itself) and
 * in callbacks of libraries that were long at work. */
void loop_update(struct loop *l);

/* A stepped clock shows that from now on; it never goes back. */
void loop_step(struct loop *l, struct wall to);

/* The wall clock read now, from any thread. */
struct wall loop_wall(const struct loop *l);

/* Calls fired() on the loop as soon as the wall clock has reached `at`;
 * replaces the former; WALL_NEVER disarms.  stepped() tells of a clock step by
 * so many ms (also resume from suspend); the alarm is then armed anew. */
void loop_alarm_handlers(struct loop *l, void *user,
    void (*fired)(void *user, struct wall now),
    void (*stepped)(void *user, int64_t by_ms));
void loop_alarm(struct loop *l, struct wall at);

/* fn(user) on the loop, once for any number of calls made before it runs; from
 * any thread.  A poke is created on the loop's thread. */
struct loop_poke;
struct loop_poke *loop_poke_new(
    struct loop *l, void (*fn)(void *user), void *user);
void loop_poke(struct loop_poke *p);
void loop_poke_close(struct loop_poke *p);

/* A timer in real time, repeating if repeat_ms; at most one firing a turn. */
struct loop_timer;
struct loop_timer *loop_timer_new(
    struct loop *l, void (*fn)(void *user), void *user);
void loop_timer_start(
    struct loop_timer *t, int64_t after_ms, int64_t repeat_ms);
void loop_timer_stop(struct loop_timer *t);
void loop_timer_close(struct loop_timer *t);

/* work() on a worker thread, then done() on the loop. */
void loop_work(struct loop *l, void (*work)(void *user),
    void (*done)(void *user), void *user);

void loop_on_signal(
    struct loop *l, int signum, void (*fn)(void *user, int sig), void *user);

/* Runs until loop_stop() was called and every handle is closed; its own
 * handles it closes itself. */
void loop_run(struct loop *l);
void loop_stop(struct loop *l);

/* How many times the loop has woken; for `make bench` and metrics. */
uint64_t loop_turns(const struct loop *l);

#endif
