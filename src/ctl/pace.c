/* pace.c - the daemon's clock, carried forward between two readings.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/pace.h"

#include "base/check.h"

void pace_init(struct pace *p, const struct wall *from)
{
	*p = (struct pace){ .rate = 1.0 };
	if (from != NULL) {
		p->shifts = true;
		p->first_at = *from;
	}
}

void pace_reading(
    struct pace *p, struct wall now, double rate, struct mono read)
{
	CHECK(rate > 0);
	p->now = now;
	p->rate = rate;
	p->read = read;
}

bool pace_stale(const struct pace *p, struct mono mono)
{
	return mono.ms - p->read.ms >= PACE_RESYNC_MS;
}

struct wall pace_now(const struct pace *p, struct mono mono)
{
	double since = (double)(mono.ms - p->read.ms) * p->rate;

	return wall_plus(p->now, (int64_t)since);
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

int64_t pace_wait_ms(const struct pace *p, struct mono mono, struct wall due)
{
	int64_t ahead = wall_minus(due, pace_now(p, mono));
	int64_t wait;

	if (ahead <= 0)
		return 0;
	wait = (int64_t)((double)ahead / p->rate);
	/* Rounded up, so that one wait is enough. */
	while (wall_before(pace_now(p, (struct mono){ mono.ms + wait }), due))
		wait++;
	return wait;
}

int64_t pace_real_ms(const struct pace *p, int64_t virtual_ms)
{
	return (int64_t)((double)virtual_ms / p->rate);
}
