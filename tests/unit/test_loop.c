/* test_loop.c - turns, pokes, timers, work, signals, and how the loop ends.
 *
 * SPDX-License-Identifier: MIT */
#include "net/loop.h"

#include "net/clock.h"

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct world {
	struct loop *loop;
	struct loop_poke *poke;
	struct loop_timer *timer;
	struct loop_timer *other;
	pthread_t owner;
	int pokes;
	int ticks;
	int others;
	int want;
	uint64_t turn;
	int64_t started_ms;
	int64_t took_ms;
};

static struct world world_open(void)
{
	struct clock_mode mode = { 0 };
	struct errtext err = { "" };
	struct world w = { .loop = loop_new(&mode, &err),
		.owner = pthread_self() };

	ck_assert_msg(w.loop != NULL, "%s", err.text);
	return w;
}

static void world_close(struct world *w)
{
	if (w->poke != NULL)
		loop_poke_close(w->poke);
	if (w->timer != NULL)
		loop_timer_close(w->timer);
	if (w->other != NULL)
		loop_timer_close(w->other);
	loop_stop(w->loop);
}

static void world_run(struct world *w)
{
	loop_run(w->loop);
	loop_free(w->loop);
}

/* ---- START@RATE ---- */

START_TEST(reads_clock_modes)
{
	static const struct {
		const char *text;
		int64_t start_ms; /* -1: now */
		double rate;
	} good[] = {
		{ "now@60", -1, 60 },
		{ "@60", -1, 60 },
		{ "now@0.5", -1, 0.5 },
		{ "now@1000000", -1, 1e6 },
		{ "now@1000000000", -1, 1e9 },
		{ "now@0.001", -1, 0.001 },
		{ "1970-01-02T00:00:00Z@3600", 86400000, 3600 },
		{ "2026-01-05T10:00:00+01:00@1.25", 1767603600000, 1.25 },
	};

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		int64_t before = clock_pair_read().real_ns / 1000000;
		struct errtext err = { "" };
		struct clock_mode m;

		ck_assert_msg(
		    clock_mode_parse(good[i].text, &m, &err), "%s", err.text);
		ck_assert(m.is_virtual);
		ck_assert_double_eq(m.rate, good[i].rate);
		if (good[i].start_ms >= 0)
			ck_assert_int_eq(m.start.ms, good[i].start_ms);
		else
			ck_assert(
			    m.start.ms >= before &&
			    m.start.ms <= clock_pair_read().real_ns / 1000000);
	}
}
END_TEST

START_TEST(reads_a_stepped_clock)
{
	struct errtext err = { "" };
	struct clock_mode m;

	ck_assert(clock_mode_parse("2026-01-05T09:00:00Z@step", &m, &err));
	ck_assert(m.is_virtual && m.is_stepped);
	ck_assert_double_eq(m.rate, 1);
	ck_assert_int_eq(m.start.ms, 1767603600000);
	ck_assert_int_eq(clock_mode_now(&m).ms, 1767603600000);
}
END_TEST

START_TEST(refuses_clock_modes)
{
	static const char *const bad[] = { "", "now", "60", "now@", "now@-1",
		"now@0", "now@0.0001", "now@1000000001", "now@1e3", "now@60x",
		"now@.5", "now@5.", "now@1.2.3", "now@nan", "now@inf",
		"now@ 60", "later@60", "2026-13-05T09:00:00Z@60",
		"2026-01-05@60", "now@steps", "now@Step",
		"now@99999999999999999999999999" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct clock_mode m = { .rate = 17 };
		struct errtext err = { "" };

		ck_assert_msg(
		    !clock_mode_parse(bad[i], &m, &err), "%s", bad[i]);
		ck_assert_ptr_nonnull(strstr(err.text, "clock \""));
		ck_assert_double_eq(m.rate, 17);
	}
}
END_TEST

/* ---- beginning and end ---- */

START_TEST(ends_without_having_run)
{
	struct world w = world_open();

	loop_free(w.loop);
	w = world_open();
	loop_stop(w.loop);
	loop_stop(w.loop);
	world_run(&w);
}
END_TEST

static void close_late(void *user)
{
	struct world *w = user;

	if (++w->ticks == 1) {
		loop_stop(w->loop);
		loop_timer_start(w->timer, 20, 0);
		return;
	}
	loop_timer_close(w->timer);
}

START_TEST(runs_until_all_is_closed)
{
	struct world w = world_open();

	w.timer = loop_timer_new(w.loop, close_late, &w);
	loop_timer_start(w.timer, 1, 0);
	world_run(&w);
	ck_assert_int_eq(w.ticks, 2);
}
END_TEST

/* ---- turns ---- */

static void see_turns(void *user)
{
	struct world *w = user;
	struct wall now = loop_now(w->loop);
	struct mono mono = loop_mono(w->loop);

	/* The turn's time stands still while the clocks go on. */
	while (clock_mono().ms < mono.ms + 3)
		sched_yield();
	ck_assert_int_eq(loop_now(w->loop).ms, now.ms);
	ck_assert_int_eq(loop_mono(w->loop).ms, mono.ms);
	ck_assert_int_gt(loop_wall(w->loop).ms, now.ms);
	ck_assert_int_gt(mono.ms, w->started_ms);
	loop_update(w->loop);
	ck_assert_int_gt(loop_mono(w->loop).ms, mono.ms);
	/* So that the next turn has a later time. */
	w->started_ms = loop_mono(w->loop).ms;
	while (clock_mono().ms < w->started_ms + 3)
		sched_yield();
	ck_assert_uint_ne(loop_turns(w->loop), w->turn);
	w->turn = loop_turns(w->loop);
	if (++w->pokes == 3)
		world_close(w);
	else
		loop_poke(w->poke);
}

START_TEST(reads_the_clocks_once_a_turn)
{
	struct world w = world_open();

	w.poke = loop_poke_new(w.loop, see_turns, &w);
	loop_poke(w.poke);
	world_run(&w);
	ck_assert_int_eq(w.pokes, 3);
}
END_TEST

static void end(void *user)
{
	world_close(user);
}

/* ---- a clock that is stepped ---- */

#define STEPPED_MS 1000000

static void on_stepped_alarm(void *user, struct wall now)
{
	struct world *w = user;

	ck_assert_int_eq(now.ms, STEPPED_MS + 5000);
	world_close(w);
}

/* It was not the alarm that came first: not at what does not go by. */
static void step_on(void *user)
{
	struct world *w = user;

	ck_assert_int_eq(loop_wall(w->loop).ms, STEPPED_MS + 4999);
	loop_step(w->loop, wall_at(STEPPED_MS + 5000));
}

static void step_there(void *user)
{
	struct world *w = user;

	ck_assert_int_eq(loop_now(w->loop).ms, STEPPED_MS);
	ck_assert_int_eq(loop_wall(w->loop).ms, STEPPED_MS);
	loop_step(w->loop, wall_at(STEPPED_MS + 4999));
	ck_assert_int_eq(loop_now(w->loop).ms, STEPPED_MS + 4999);
	w->other = loop_timer_new(w->loop, step_on, w);
	loop_timer_start(w->other, 30, 0);
}

START_TEST(a_stepped_clock_stands_still)
{
	struct clock_mode mode = { .is_virtual = true,
		.is_stepped = true,
		.rate = 1,
		.start = { STEPPED_MS } };
	struct errtext err = { "" };
	struct world w = { .owner = pthread_self() };

	w.loop = loop_new(&mode, &err);
	ck_assert_msg(w.loop != NULL, "%s", err.text);
	loop_alarm_handlers(w.loop, &w, on_stepped_alarm, NULL);
	loop_alarm(w.loop, wall_at(STEPPED_MS + 5000));
	w.timer = loop_timer_new(w.loop, step_there, &w);
	loop_timer_start(w.timer, 30, 0);
	world_run(&w);
}
END_TEST

START_TEST(does_not_wake_up_for_nothing)
{
	struct world w = world_open();

	w.timer = loop_timer_new(w.loop, end, &w);
	w.poke = loop_poke_new(w.loop, end, &w);
	loop_timer_start(w.timer, 120, 0);
	loop_on_signal(w.loop, SIGUSR2, NULL, NULL);
	loop_alarm(w.loop, WALL_NEVER);
	loop_run(w.loop);
	ck_assert_uint_le(loop_turns(w.loop), 6);
	loop_free(w.loop);
}
END_TEST

/* ---- pokes ---- */

static void count_poke(void *user)
{
	struct world *w = user;

	ck_assert(pthread_equal(pthread_self(), w->owner));
	w->pokes++;
}

START_TEST(pokes_once_for_many)
{
	struct world w = world_open();

	w.poke = loop_poke_new(w.loop, count_poke, &w);
	w.timer = loop_timer_new(w.loop, end, &w);
	for (int i = 0; i < 100; i++)
		loop_poke(w.poke);
	loop_timer_start(w.timer, 20, 0);
	world_run(&w);
	ck_assert_int_eq(w.pokes, 1);
}
END_TEST

static pthread_mutex_t box_mutex = PTHREAD_MUTEX_INITIALIZER;
static int box;

static void *fill_box(void *user)
{
	struct world *w = user;

	for (int i = 0; i < 2000; i++) {
		pthread_mutex_lock(&box_mutex);
		box++;
		pthread_mutex_unlock(&box_mutex);
		loop_poke(w->poke);
	}
	return NULL;
}

static void empty_box(void *user)
{
	struct world *w = user;

	pthread_mutex_lock(&box_mutex);
	w->pokes += box;
	box = 0;
	pthread_mutex_unlock(&box_mutex);
	if (w->pokes == w->want)
		loop_stop(w->loop);
}

START_TEST(loses_no_poke_of_other_threads)
{
	struct world w = world_open();
	pthread_t threads[3];

	w.poke = loop_poke_new(w.loop, empty_box, &w);
	w.want = 3 * 2000;
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, fill_box, &w);
	/* It goes on until the poke is closed, and that waits for them. */
	while (w.pokes < w.want)
		uv_run(loop_uv(w.loop), UV_RUN_ONCE);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	loop_poke_close(w.poke);
	world_run(&w);
	ck_assert_int_eq(w.pokes, w.want);
}
END_TEST

/* ---- timers ---- */

/* A timer of 0 ms that starts itself again must let others run: once a turn. */
static void tick(void *user)
{
	struct world *w = user;

	ck_assert_uint_ne(loop_turns(w->loop), w->turn);
	w->turn = loop_turns(w->loop);
	w->ticks++;
	loop_timer_start(w->timer, 0, 0);
}

static void tock(void *user)
{
	struct world *w = user;

	w->others++;
	if (w->others == 5)
		world_close(w);
	else
		loop_poke(w->poke);
}

START_TEST(a_timer_fires_once_a_turn)
{
	struct world w = world_open();

	w.turn = UINT64_MAX;
	w.timer = loop_timer_new(w.loop, tick, &w);
	w.poke = loop_poke_new(w.loop, count_poke, &w);
	w.other = loop_timer_new(w.loop, tock, &w);
	loop_timer_start(w.timer, 0, 0);
	loop_timer_start(w.other, 3, 3);
	world_run(&w);
	ck_assert_int_ge(w.ticks, 2);
	ck_assert_int_ge(w.pokes, 1);
}
END_TEST

static uv_timer_t libuv_timer; /* of which ours knows nothing */

static void measure(void *user)
{
	struct world *w = user;

	w->took_ms = loop_mono(w->loop).ms - w->started_ms;
	uv_close((uv_handle_t *)&libuv_timer, NULL);
	world_close(w);
}

static void too_late(uv_timer_t *timer)
{
	(void)timer;
	ck_abort_msg("30 ms were more than a second");
}

/* The loop's own idea of the time is 50 ms old when the timer is started. */
START_TEST(a_timer_counts_from_now)
{
	struct world w = world_open();
	struct mono begin = clock_mono();

	uv_timer_init(loop_uv(w.loop), &libuv_timer);
	while (clock_mono().ms < begin.ms + 50)
		sched_yield();
	w.timer = loop_timer_new(w.loop, measure, &w);
	w.started_ms = clock_mono().ms;
	loop_timer_start(w.timer, 30, 0);
	uv_update_time(loop_uv(w.loop));
	uv_timer_start(&libuv_timer, too_late, 1000, 0);
	world_run(&w);
	ck_assert_int_ge(w.took_ms, 30);
}
END_TEST

static void stop_other(void *user)
{
	struct world *w = user;

	loop_timer_stop(w->other);
	if (++w->ticks == 3)
		world_close(w);
}

static void stopped(void *user)
{
	(void)user;
	ck_abort_msg("a timer fired that was stopped");
}

START_TEST(repeats_and_stops_timers)
{
	struct world w = world_open();

	w.timer = loop_timer_new(w.loop, stop_other, &w);
	w.other = loop_timer_new(w.loop, stopped, &w);
	/* Stopped by the first tick, and due before the second. */
	loop_timer_start(w.timer, 2, 10);
	loop_timer_start(w.other, 5, 5);
	world_run(&w);
	ck_assert_int_eq(w.ticks, 3);
}
END_TEST

/* ---- work and signals ---- */

struct job {
	struct world *world;
	pthread_t worker;
	int done;
};

static void do_work(void *user)
{
	struct job *j = user;

	j->worker = pthread_self();
}

static void work_done(void *user)
{
	struct job *j = user;

	ck_assert(pthread_equal(pthread_self(), j->world->owner));
	ck_assert(!pthread_equal(j->worker, j->world->owner));
	j->done++;
	if (++j->world->ticks == 20)
		loop_stop(j->world->loop);
}

START_TEST(works_elsewhere)
{
	struct world w = world_open();
	struct job jobs[20] = { { 0 } };

	for (int i = 0; i < 20; i++) {
		jobs[i].world = &w;
		loop_work(w.loop, do_work, work_done, &jobs[i]);
	}
	world_run(&w);
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(jobs[i].done, 1);
}
END_TEST

static void on_signal(void *user, int sig)
{
	struct world *w = user;

	ck_assert_int_eq(sig, w->ticks == 0 ? SIGUSR1 : SIGUSR2);
	if (++w->ticks == 1)
		raise(SIGUSR2);
	else
		loop_stop(w->loop);
}

START_TEST(hears_signals)
{
	struct world w = world_open();

	loop_on_signal(w.loop, SIGUSR1, on_signal, &w);
	loop_on_signal(w.loop, SIGUSR2, on_signal, &w);
	raise(SIGUSR1);
	raise(SIGPIPE); /* of no matter to the process */
	world_run(&w);
	ck_assert_int_eq(w.ticks, 2);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("loop");
	TCase *tc = tcase_create("loop");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, reads_clock_modes);
	tcase_add_test(tc, reads_a_stepped_clock);
	tcase_add_test(tc, refuses_clock_modes);
	tcase_add_test(tc, a_stepped_clock_stands_still);
	tcase_add_test(tc, ends_without_having_run);
	tcase_add_test(tc, runs_until_all_is_closed);
	tcase_add_test(tc, reads_the_clocks_once_a_turn);
	tcase_add_test(tc, does_not_wake_up_for_nothing);
	tcase_add_test(tc, pokes_once_for_many);
	tcase_add_test(tc, loses_no_poke_of_other_threads);
	tcase_add_test(tc, a_timer_fires_once_a_turn);
	tcase_add_test(tc, a_timer_counts_from_now);
	tcase_add_test(tc, repeats_and_stops_timers);
	tcase_add_test(tc, works_elsewhere);
	tcase_add_test(tc, hears_signals);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
