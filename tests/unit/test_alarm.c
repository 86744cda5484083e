/* test_alarm.c - wakes at the civil instant, and tells of a stepped clock.
 *
 * Nobody sets the machine's clock here.  This program has its own read() and
 * timerfd_settime(), which pass everything on and say ECANCELED on command, as
 * the kernel does after a step; how far the clock seems to have moved is set in
 * the loop's memory of both clocks.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/rng.h"
#include "net/loop_private.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

static int cancelled_fd = -1; /* the next read of it says ECANCELED */
static bool cancel_settime;   /* the next arming says ECANCELED */
static int armings;
static struct timespec armed_for; /* the latest, as an instant */

ssize_t read(int fd, void *to, size_t size)
{
	ssize_t n = syscall(SYS_read, fd, to, size);

	if (fd != cancelled_fd)
		return n;
	cancelled_fd = -1;
	errno = ECANCELED;
	return -1;
}

int timerfd_settime(
    int fd, int flags, const struct itimerspec *spec, struct itimerspec *old)
{
	int rc = (int)syscall(SYS_timerfd_settime, fd, flags, spec, old);

	armings++;
	ck_assert_int_ne(flags & TFD_TIMER_ABSTIME, 0);
	armed_for = spec->it_value;
	if (rc != 0 || !cancel_settime)
		return rc;
	cancel_settime = false;
	errno = ECANCELED;
	return -1;
}

enum { FIRED_MAX = 200, PATIENT_MS = 300000 };

struct world {
	struct loop *loop;
	struct loop_timer *guard; /* ends it, in case of the worst */
	int64_t linger_ms; /* ends so long after an alarm or step, if > 0 */
	struct wall due;
	int fired;
	int want;
	struct wall at[FIRED_MAX];
	int stepped;
	int64_t step_ms;
	int64_t rearm_ms; /* due again so much later, if > 0 */
};

static void world_end(struct world *w)
{
	loop_timer_close(w->guard);
	loop_stop(w->loop);
}

static void on_guard(void *user)
{
	world_end(user);
}

/* What was awaited has come; does anything follow that should not? */
static void linger(struct world *w)
{
	if (w->linger_ms > 0)
		loop_timer_start(w->guard, w->linger_ms, 0);
}

static void on_fired(void *user, struct wall now)
{
	struct world *w = user;

	linger(w);
	ck_assert_int_lt(w->fired, FIRED_MAX);
	ck_assert_int_ge(now.ms, w->due.ms);
	ck_assert_int_eq(loop_now(w->loop).ms, now.ms);
	w->at[w->fired++] = now;
	if (w->fired == w->want)
		world_end(w);
	else if (w->rearm_ms > 0) {
		w->due = wall_plus(w->due, w->rearm_ms);
		loop_alarm(w->loop, w->due);
	}
}

static void on_stepped(void *user, int64_t by_ms)
{
	struct world *w = user;

	linger(w);
	w->stepped++;
	w->step_ms = by_ms;
}

/* It ends after so many alarms, or after guard_ms: what must not happen gets a
 * moment to happen, what must gets PATIENT_MS. */
static void world_open(
    struct world *w, const struct clock_mode *mode, int64_t guard_ms)
{
	struct errtext err = { "" };

	w->loop = loop_new(mode, &err);
	ck_assert_msg(w->loop != NULL, "%s", err.text);
	loop_alarm_handlers(w->loop, w, on_fired, on_stepped);
	w->guard = loop_timer_new(w->loop, on_guard, w);
	loop_timer_start(w->guard, guard_ms, 0);
}

static uint64_t world_run(struct world *w)
{
	uint64_t turns;

	loop_run(w->loop);
	turns = loop_turns(w->loop);
	loop_free(w->loop);
	return turns;
}

static const struct clock_mode real = { 0 };

static void alarm_in(struct world *w, int64_t ms)
{
	w->due = wall_plus(loop_wall(w->loop), ms);
	loop_alarm(w->loop, w->due);
}

/* ---- arithmetic ---- */

START_TEST(sizes_a_step)
{
	static const struct {
		struct clock_pair before;
		struct clock_pair after;
		int64_t ms;
	} cases[] = {
		{ { 0, 0 }, { 0, 0 }, 0 },
		{ { 5000000000, 1000 }, { 7000000000, 2000001000 }, 0 },
		{ { 5000000000, 0 }, { 8000000000, 0 }, 3000 },
		{ { 5000000000, 0 }, { 2000000000, 0 }, -3000 },
		{ { 0, 0 }, { 3600000000000, 1000000 }, 3599999 },
		{ { 0, 0 }, { 499999, 0 }, 0 },
		{ { 0, 0 }, { 500000, 0 }, 1 },
		{ { 0, 0 }, { -499999, 0 }, 0 },
		{ { 0, 0 }, { -500000, 0 }, -1 },
		/* Asleep: real time went on, the other stood still. */
		{ { 1000000000, 500 }, { 28801000000000, 500 }, 28800000 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_int_eq(clock_step_ms(cases[i].before, cases[i].after),
		    cases[i].ms);
}
END_TEST

/* The instant for which the alarm is set is the first at which the clock shows
 * it, within what doubles allow. */
START_TEST(virtual_line_is_its_own_inverse)
{
	static const double rates[] = { 0.001, 0.5, 1, 60, 3600, 1e6, 1e9 };
	struct rng rng = rng_seeded("test_alarm");

	for (int i = 0; i < 20000; i++) {
		struct clock_mode m = { .is_virtual = true,
			.start =
			    wall_at(rng_between(&rng, 0, 4 * WALL_MAX_MS / 5)),
			.rate = rates[rng_below(&rng, 7)] };
		int64_t start = rng_between(&rng, 0, INT64_C(1) << 55);
		struct wall due = wall_at(
		    m.start.ms +
		    rng_between(&rng, 1, INT64_C(1) << rng_below(&rng, 40)));
		int64_t ns = clock_alarm_ns(&m, start, due);
		struct clock_pair p = { 0, ns };
		int64_t ms_of_two_ns = (int64_t)(2 * m.rate / 1e6) + 1;
		struct wall seen;

		if (due.ms > WALL_MAX_MS || ns == CLOCK_NEVER_NS)
			continue;
		ck_assert_int_gt(ns, start);
		seen = clock_wall(&m, start, p);
		ck_assert_int_ge(seen.ms, due.ms);
		ck_assert_int_le(seen.ms, due.ms + ms_of_two_ns);
		p.mono_ns = ns - 2;
		seen = clock_wall(&m, start, p);
		ck_assert_int_lt(seen.ms, due.ms);
	}
}
END_TEST

START_TEST(far_instants_do_not_overflow)
{
	static const struct clock_mode slow = { .is_virtual = true,
		.rate = 0.001 };
	static const struct clock_mode fast = {
		.is_virtual = true, .start = { WALL_MAX_MS - 10 }, .rate = 1e9
	};
	struct clock_pair late = { INT64_MAX, INT64_MAX };

	ck_assert_int_eq(clock_alarm_ns(&real, 0, WALL_NEVER), CLOCK_NEVER_NS);
	ck_assert_int_eq(
	    clock_alarm_ns(&real, 0, wall_at(INT64_MAX - 1)), CLOCK_NEVER_NS);
	ck_assert_int_eq(clock_alarm_ns(&real, 0, wall_at(WALL_MAX_MS)),
	    WALL_MAX_MS * 1000000);
	ck_assert_int_eq(clock_alarm_ns(&real, 0, wall_at(0)), 1);
	ck_assert_int_eq(clock_alarm_ns(&real, 0, wall_at(-5)), 1);
	ck_assert_int_eq(
	    clock_alarm_ns(&slow, 0, wall_at(WALL_MAX_MS)), CLOCK_NEVER_NS);
	ck_assert_int_eq(clock_alarm_ns(&fast, 0, wall_at(0)), 1);
	ck_assert_int_eq(clock_wall(&fast, 0, late).ms, WALL_MAX_MS);
	ck_assert_int_le(clock_wall(&slow, 0, late).ms, WALL_MAX_MS);
}
END_TEST

/* ---- the real clock ---- */

START_TEST(fires_when_the_instant_is_reached)
{
	struct world w = { .want = 3, .rearm_ms = 15 };

	world_open(&w, &real, PATIENT_MS);
	alarm_in(&w, 30);
	world_run(&w);
	ck_assert_int_eq(w.fired, 3);
	/* How soon after it is the machine's affair; the instant is ours. */
	ck_assert_int_eq(armed_for.tv_sec, w.due.ms / SECOND_MS);
	ck_assert_int_eq(armed_for.tv_nsec, w.due.ms % SECOND_MS * 1000000);
	ck_assert_int_eq(w.stepped, 0);
}
END_TEST

START_TEST(fires_once_for_the_past)
{
	static const int64_t dues[] = { 0, 1, -1, 1000 };

	for (size_t i = 0; i < 4; i++) {
		struct world w = { .want = 9, .linger_ms = 40 };
		uint64_t turns;

		world_open(&w, &real, PATIENT_MS);
		w.due = wall_at(dues[i]);
		loop_alarm(w.loop, w.due);
		ck_assert_int_eq(w.fired, 0);
		turns = world_run(&w);
		ck_assert_int_eq(w.fired, 1);
		ck_assert_uint_lt(turns, 8);
	}
}
END_TEST

START_TEST(replaces_and_disarms)
{
	struct world w = { .want = 9 };
	struct world later = { .want = 1 };

	world_open(&w, &real, 60);
	alarm_in(&w, 10);
	loop_alarm(w.loop, WALL_NEVER);
	world_run(&w);
	ck_assert_int_eq(w.fired, 0);
	world_open(&later, &real, PATIENT_MS);
	alarm_in(&later, 0);
	alarm_in(&later, 50); /* what fires is after this one: on_fired() */
	world_run(&later);
	ck_assert_int_eq(later.fired, 1);
}
END_TEST

START_TEST(waits_for_the_far_future_asleep)
{
	static const int64_t dues[] = { WALL_MAX_MS, WALL_MAX_MS + 1,
		INT64_MAX - 1, INT64_MAX };

	for (size_t i = 0; i < 4; i++) {
		struct world w = { .want = 9 };

		world_open(&w, &real, 20);
		loop_alarm(w.loop, wall_at(dues[i]));
		ck_assert_uint_lt(world_run(&w), 6);
		ck_assert_int_eq(w.fired, 0);
	}
}
END_TEST

START_TEST(is_silent_after_the_stop)
{
	struct world w = { .want = 9 };

	world_open(&w, &real, 40);
	alarm_in(&w, 0);
	loop_stop(w.loop);
	alarm_in(&w, 0);
	world_run(&w);
	ck_assert_int_eq(w.fired, 0);
}
END_TEST

/* ---- the virtual clock ---- */

START_TEST(fires_on_a_fast_clock)
{
	static const double rates[] = { 2, 60, 3600, 1e6, 1e9 };

	for (size_t i = 0; i < 5; i++) {
		struct clock_mode m = { .is_virtual = true,
			.start = wall_at(INT64_C(1767603600000)),
			.rate = rates[i] };
		struct world w = { .want = 20 };

		/* About 2 ms each. */
		w.rearm_ms = (int64_t)(2 * m.rate);
		world_open(&w, &m, PATIENT_MS);
		w.due = wall_plus(m.start, w.rearm_ms);
		loop_alarm(w.loop, w.due);
		world_run(&w);
		ck_assert_int_eq(w.fired, 20);
		ck_assert_int_eq(w.stepped, 0);
	}
}
END_TEST

START_TEST(a_clock_at_its_end_does_not_spin)
{
	struct clock_mode m = { .is_virtual = true,
		.start = wall_at(WALL_MAX_MS - 1000),
		.rate = 1e6 };
	struct world w = { .want = 9, .linger_ms = 50 };
	uint64_t turns;

	world_open(&w, &m, PATIENT_MS);
	w.due = wall_at(WALL_MAX_MS);
	loop_alarm(w.loop, w.due);
	turns = world_run(&w);
	ck_assert_int_eq(w.fired, 1);
	ck_assert_int_eq(w.at[0].ms, WALL_MAX_MS);
	ck_assert_uint_lt(turns, 10);
}
END_TEST

START_TEST(a_slow_clock_is_slow)
{
	struct clock_mode m = {
		.is_virtual = true, .start = wall_at(1000), .rate = 0.001
	};
	struct world w = { .want = 9 };
	int64_t start_ms = clock_mono().ms;
	int64_t shown;

	world_open(&w, &m, 30);
	w.due = wall_at(2000);
	loop_alarm(w.loop, w.due);
	shown = loop_wall(w.loop).ms;
	ck_assert_int_le(
	    shown, 1000 + (clock_mono().ms - start_ms + 1) / SECOND_MS);
	world_run(&w);
	ck_assert_int_eq(w.fired, 0);
}
END_TEST

/* ---- steps ---- */

/* The clock seems to have been so much earlier when it was looked at last. */
static void pretend_step(struct world *w, int64_t by_ms)
{
	w->loop->alarm.known.real_ns -= by_ms * 1000000;
}

START_TEST(tells_a_step_once)
{
	struct world w = { .want = 2, .rearm_ms = 20 };

	world_open(&w, &real, PATIENT_MS);
	alarm_in(&w, 20);
	pretend_step(&w, 7200000);
	cancelled_fd = w.loop->alarm.fd;
	world_run(&w);
	ck_assert_int_eq(w.stepped, 1);
	ck_assert_int_eq(w.step_ms, 7200000);
	ck_assert_int_eq(w.fired, 2);
}
END_TEST

/* Set between the expiry and the next arming: only the arming is told. */
START_TEST(tells_a_step_that_arming_hears_of)
{
	struct world w = { .want = 1 };

	world_open(&w, &real, PATIENT_MS);
	pretend_step(&w, -90000);
	cancel_settime = true;
	alarm_in(&w, 30);
	ck_assert_int_eq(w.stepped, 0);
	world_run(&w);
	ck_assert_int_eq(w.stepped, 1);
	ck_assert_int_eq(w.step_ms, -90000);
	ck_assert_int_eq(w.fired, 1);
}
END_TEST

START_TEST(tells_a_step_with_no_alarm_set)
{
	struct world w = { .want = 9, .linger_ms = 50 };

	world_open(&w, &real, PATIENT_MS);
	pretend_step(&w, 4000);
	cancel_settime = true;
	loop_alarm(w.loop, WALL_NEVER);
	world_run(&w);
	ck_assert_int_eq(w.stepped, 1);
	ck_assert_int_eq(w.step_ms, 4000);
	ck_assert_int_eq(w.fired, 0);
}
END_TEST

/* Set to what it showed anyway: nothing to tell, but the alarm must be armed
 * anew. */
START_TEST(tells_no_step_of_nothing)
{
	struct world w = { .want = 1 };

	world_open(&w, &real, PATIENT_MS);
	alarm_in(&w, 20);
	cancelled_fd = w.loop->alarm.fd;
	armings = 0;
	world_run(&w);
	ck_assert_int_eq(w.stepped, 0);
	ck_assert_int_eq(w.fired, 1);
	ck_assert_int_ge(armings, 1);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("alarm");
	TCase *tc = tcase_create("alarm");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, sizes_a_step);
	tcase_add_test(tc, virtual_line_is_its_own_inverse);
	tcase_add_test(tc, far_instants_do_not_overflow);
	tcase_add_test(tc, fires_when_the_instant_is_reached);
	tcase_add_test(tc, fires_once_for_the_past);
	tcase_add_test(tc, replaces_and_disarms);
	tcase_add_test(tc, waits_for_the_far_future_asleep);
	tcase_add_test(tc, is_silent_after_the_stop);
	tcase_add_test(tc, fires_on_a_fast_clock);
	tcase_add_test(tc, a_clock_at_its_end_does_not_spin);
	tcase_add_test(tc, a_slow_clock_is_slow);
	tcase_add_test(tc, tells_a_step_once);
	tcase_add_test(tc, tells_a_step_that_arming_hears_of);
	tcase_add_test(tc, tells_a_step_with_no_alarm_set);
	tcase_add_test(tc, tells_no_step_of_nothing);
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
