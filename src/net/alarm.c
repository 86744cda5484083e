/* alarm.c - one timerfd for the earliest deadline, and the step of a clock.
 *
 * A timer on the wall clock has three ways to end: it expires, the clock is
 * set (read(2) fails with ECANCELED), or the clock is set between the expiry
 * and the next arming; then timerfd_settime(2) itself says ECANCELED, although
 * it has armed the timer.  The last is easily lost: here it leaves a mark and
 * an expiry at once, so that the step is told from the loop and never from
 * inside loop_alarm().
 *
 * With nothing to wait for, the real clock's timer stays armed far away, since
 * only an armed timer is promised to hear of a step.
 *
 * SPDX-License-Identifier: MIT */
#include "net/loop_private.h"

#include "base/check.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define NS_PER_SECOND INT64_C(1000000000)
#define FAR_AWAY_NS   (WALL_MAX_MS * INT64_C(1000000))

/* False: the timer is armed, but the clock had been set before. */
static bool set_timer(struct loop *l, int64_t due_ns)
{
	int flags = TFD_TIMER_ABSTIME;
	struct itimerspec spec = { 0 };

	if (!l->mode.is_virtual)
		flags |= TFD_TIMER_CANCEL_ON_SET;
	if (due_ns == CLOCK_NEVER_NS)
		due_ns = l->mode.is_virtual ? 0 : FAR_AWAY_NS;
	spec.it_value.tv_sec = due_ns / NS_PER_SECOND;
	spec.it_value.tv_nsec = due_ns % NS_PER_SECOND;
	if (timerfd_settime(l->alarm.fd, flags, &spec, NULL) == 0)
		return true;
	CHECK(errno == ECANCELED);
	return false;
}

/* A clock that stands still either shows the instant or never will by itself.
 */
static int64_t due_of(const struct loop *l)
{
	if (!l->mode.is_stepped)
		return clock_alarm_ns(&l->mode, l->start_ns, l->alarm.at);
	return l->alarm.at.ms <= atomic_load(&l->shown_ms) ? 1 : CLOCK_NEVER_NS;
}

static void arm(struct loop *l)
{
	int64_t due_ns = due_of(l);

	if (l->alarm.cancelled)
		due_ns = 1;
	if (set_timer(l, due_ns))
		return;
	l->alarm.cancelled = true;
	(void)set_timer(l, 1);
}

void alarm_check_step(struct loop *l)
{
	struct alarm *a = &l->alarm;
	struct clock_pair now = clock_pair_read();
	int64_t by_ms = clock_step_ms(a->known, now);

	a->known = now;
	a->cancelled = false;
	loop_update(l);
	arm(l);
	if (by_ms != 0 && a->stepped != NULL)
		a->stepped(a->user, by_ms);
}

static void fire_if_due(struct loop *l)
{
	struct alarm *a = &l->alarm;

	if (wall_is_never(a->at))
		return;
	/* The turn may have begun before the instant was reached. */
	if (wall_before(loop_now(l), a->at))
		loop_update(l);
	if (wall_before(loop_now(l), a->at)) {
		arm(l);
		return;
	}
	a->at = WALL_NEVER;
	if (a->fired != NULL)
		a->fired(a->user, loop_now(l));
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct loop *l = poll->data;
	uint64_t expirations;
	ssize_t n;

	(void)status;
	(void)events;
	n = read(l->alarm.fd, &expirations, sizeof expirations);
	if (n < 0 && errno == ECANCELED)
		l->alarm.cancelled = true;
	else if (n < 0)
		return;
	if (l->alarm.cancelled)
		alarm_check_step(l);
	if (!l->alarm.closed)
		fire_if_due(l);
}

bool alarm_open(struct loop *l, struct errtext *err)
{
	struct alarm *a = &l->alarm;
	int clock = l->mode.is_virtual ? CLOCK_MONOTONIC : CLOCK_REALTIME;
	int rc;

	a->fd = timerfd_create(clock, TFD_NONBLOCK | TFD_CLOEXEC);
	if (a->fd < 0) {
		errtext_set(err, "timerfd: %s", uv_strerror(-errno));
		return false;
	}
	rc = uv_poll_init(&l->uv, &a->poll, a->fd);
	if (rc != 0) {
		errtext_set(err, "timerfd: %s", uv_strerror(rc));
		close(a->fd);
		return false;
	}
	a->poll.data = l;
	a->at = WALL_NEVER;
	a->known = clock_pair_read();
	CHECK(uv_poll_start(&a->poll, UV_READABLE, on_readable) == 0);
	arm(l);
	return true;
}

/* The descriptor stays open until libuv has let go of it. */
static void on_closed(uv_handle_t *handle)
{
	struct loop *l = handle->data;

	close(l->alarm.fd);
	l->alarm.fd = -1;
}

void alarm_close(struct loop *l)
{
	l->alarm.closed = true;
	uv_close((uv_handle_t *)&l->alarm.poll, on_closed);
}

void loop_alarm_handlers(struct loop *l, void *user,
    void (*fired)(void *user, struct wall now),
    void (*stepped)(void *user, int64_t by_ms))
{
	l->alarm.user = user;
	l->alarm.fired = fired;
	l->alarm.stepped = stepped;
}

void loop_alarm(struct loop *l, struct wall at)
{
	if (l->alarm.closed)
		return;
	l->alarm.at = at;
	arm(l);
}
