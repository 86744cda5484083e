/* pace.c - the daemon's clock, carried forward between two readings.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/pace.h"

#include "base/check.h"

#define NS_PER_MS 1000000

void pace_init(struct pace *p, const struct wall *from)
{
	*p = (struct pace){ .rate = 1.0 };
	if (from != NULL) {
		p->shifts = true;
		p->first_at = *from;
	}
}

void pace_reading(
    struct pace *p, struct wall now, double rate, struct pace_mono read)
{
	CHECK(rate > 0);
	p->now = now;
	p->rate = rate;
	p->read = read;
}

/* Real milliseconds since the reading, with their fraction. */
static long double since_ms(const struct pace *p, struct pace_mono mono)
{
	CHECK(mono.ns >= p->read.ns);
	return (long double)(mono.ns - p->read.ns) / NS_PER_MS;
}

/* What the daemon shows so long after the reading; it cuts its own, too. */
static struct wall shown(const struct pace *p, long double after_ms)
{
	return wall_plus(p->now, (int64_t)(after_ms * p->rate));
}

bool pace_stale(const struct pace *p, struct pace_mono mono)
{
	return since_ms(p, mono) >= PACE_RESYNC_MS;
}

struct wall pace_now(const struct pace *p, struct pace_mono mono)
{
	return shown(p, since_ms(p, mono));
}

struct wall pace_due(struct pace *p, struct wall at)
{
	struct wall due;

	if (!p->begun && p->shifts)
		p->shift_ms = wall_minus(p->first_at, at);
	p->begun = true;
	due = wall_plus(at, p->shift_ms);
	p->latest = wall_max(p->latest, due);
	return p->latest;
}

int64_t pace_wait_ms(
    const struct pace *p, struct pace_mono mono, struct wall due)
{
	long double since = since_ms(p, mono);
	long double left =
	    (long double)wall_minus(due, p->now) / p->rate - since;
	int64_t wait = left > 0 ? (int64_t)left : 0;

	/* Rounded up, so that one wait is enough. */
	while (wall_before(shown(p, since + (long double)wait), due))
		wait++;
	return wait;
}

int64_t pace_real_ms(const struct pace *p, int64_t virtual_ms)
{
	return (int64_t)((double)virtual_ms / p->rate);
}
