/* clock.c - reading clocks, and the virtual clock's line.
 *
 * SPDX-License-Identifier: MIT */
#include "net/clock.h"

#include "base/check.h"

#include <string.h>
#include <time.h>

#define NS_PER_SECOND INT64_C(1000000000)
#define NS_PER_MS     INT64_C(1000000)

/* Two reads further apart than this were interrupted: try again. */
#define PAIR_APART_NS INT64_C(20000)

enum { PAIR_TRIES = 4 };

static int64_t read_ns(clockid_t id)
{
	struct timespec ts;

	CHECK(clock_gettime(id, &ts) == 0);
	return ts.tv_sec * NS_PER_SECOND + ts.tv_nsec;
}

struct clock_pair clock_pair_read(void)
{
	struct clock_pair best = { 0, 0 };
	int64_t apart = INT64_MAX;

	for (int i = 0; i < PAIR_TRIES && apart > PAIR_APART_NS; i++) {
		int64_t before = read_ns(CLOCK_MONOTONIC);
		int64_t real = read_ns(CLOCK_REALTIME);
		int64_t after = read_ns(CLOCK_MONOTONIC);

		if (after - before >= apart)
			continue;
		apart = after - before;
		best.real_ns = real;
		best.mono_ns = before + apart / 2;
	}
	return best;
}

struct mono clock_mono(void)
{
	return (struct mono){ read_ns(CLOCK_MONOTONIC) / NS_PER_MS };
}

int64_t clock_step_ms(struct clock_pair before, struct clock_pair after)
{
	int64_t ns =
	    (after.real_ns - after.mono_ns) - (before.real_ns - before.mono_ns);
	int64_t half = ns < 0 ? -NS_PER_MS / 2 : NS_PER_MS / 2;

	return (ns + half) / NS_PER_MS;
}

struct wall clock_wall(
    const struct clock_mode *mode, int64_t start_ns, struct clock_pair now)
{
	long double ms;

	if (!mode->is_virtual)
		return wall_at(now.real_ns / NS_PER_MS);
	ms = (long double)(now.mono_ns - start_ns) * (long double)mode->rate /
	     (long double)NS_PER_MS;
	if (ms >= (long double)(WALL_MAX_MS - mode->start.ms))
		return wall_at(WALL_MAX_MS);
	return wall_at(mode->start.ms + (int64_t)ms);
}

int64_t clock_alarm_ns(
    const struct clock_mode *mode, int64_t start_ns, struct wall at)
{
	long double ns;

	if (at.ms > WALL_MAX_MS)
		return CLOCK_NEVER_NS;
	if (!mode->is_virtual)
		return at.ms > 0 ? at.ms * NS_PER_MS : 1;
	if (at.ms <= mode->start.ms)
		return 1;
	ns = (long double)(at.ms - mode->start.ms) * (long double)NS_PER_MS /
	     (long double)mode->rate;
	if (ns >= (long double)(INT64_MAX / 2))
		return CLOCK_NEVER_NS;
	return start_ns + (int64_t)ns + 1;
}

/* Digits with an optional fraction: no locale, no exponent, no sign. */
static bool rate_parse(const char *text, double *out)
{
	double rate = 0;
	double unit = 1;
	bool fraction = false;

	if (*text < '0' || *text > '9')
		return false;
	for (; *text != '\0'; text++) {
		if (*text == '.' && !fraction && text[1] != '\0') {
			fraction = true;
			continue;
		}
		if (*text < '0' || *text > '9')
			return false;
		rate = rate * 10 + (*text - '0');
		unit = fraction ? unit * 10 : unit;
		if (rate > 1e15)
			return false;
	}
	*out = rate / unit;
	return *out >= CLOCK_RATE_MIN && *out <= CLOCK_RATE_MAX;
}

static bool start_parse(const char *text, size_t len, struct wall *out)
{
	if (len == 0 || (len == 3 && memcmp(text, "now", 3) == 0)) {
		*out = wall_at(clock_pair_read().real_ns / NS_PER_MS);
		return true;
	}
	return wall_parse(text, len, out);
}

bool clock_mode_parse(
    const char *text, struct clock_mode *out, struct errtext *err)
{
	const char *at = strchr(text, '@');
	struct clock_mode mode = { .is_virtual = true };

	if (at == NULL) {
		errtext_set(
		    err, "clock \"%s\": not START@RATE, such as now@60", text);
		return false;
	}
	if (!start_parse(text, (size_t)(at - text), &mode.start)) {
		errtext_set(err,
		    "clock \"%s\": the start is neither \"now\" nor an "
		    "instant such as 2026-01-05T09:00:00Z",
		    text);
		return false;
	}
	if (strcmp(at + 1, "step") == 0) {
		mode.is_stepped = true;
		mode.rate = 1;
	} else if (!rate_parse(at + 1, &mode.rate)) {
		errtext_set(err,
		    "clock \"%s\": the rate is neither a number from 0.001 to "
		    "1000000000 nor \"step\"",
		    text);
		return false;
	}
	*out = mode;
	return true;
}

struct wall clock_mode_now(const struct clock_mode *mode)
{
	struct clock_pair now = clock_pair_read();

	return clock_wall(mode, now.mono_ns, now);
}
