/* backtest_week.c - when do people hear something, and how long nothing?
 *
 * SPDX-License-Identifier: MIT */
#include "core/backtest_parts.h"

/* Wall time there, as if it were UTC. */
static int64_t local_ms(const struct backtest *b, struct wall at)
{
	int32_t east = b->zone == NULL ? 0 : zone_offset(b->zone, at);

	return at.ms + east * SECOND_MS;
}

static int64_t into(int64_t ms, int64_t unit_ms)
{
	int64_t rest = ms % unit_ms;

	return rest < 0 ? rest + unit_ms : rest;
}

static void hour_over(struct backtest *b)
{
	if (b->own->hour_notices <= b->busiest_notices)
		return;
	b->busiest = b->own->hour;
	b->busiest_notices = b->own->hour_notices;
}

/* The longest so far ends now, if it is one that counts. */
static void quiet_over(struct backtest *b, struct wall now)
{
	struct wall from = wall_max(b->own->quiet_since, b->since);
	int64_t best = wall_is_never(b->silence_from)
			   ? 0
			   : wall_minus(b->silence_until, b->silence_from);

	b->own->quiet_since = now;
	if (b->own->open == 0 || wall_minus(now, from) <= best)
		return;
	b->silence_from = from;
	b->silence_until = now;
}

void backtest_week_notice(struct backtest *b, struct wall now)
{
	int64_t ms = local_ms(b, now);
	struct wall hour = wall_at(now.ms - into(ms, HOUR_MS));
	int64_t of_day = into(ms, DAY_MS);

	b->hours[civil_weekday((ms - of_day) / DAY_MS)][of_day / HOUR_MS]++;
	if (!wall_same(hour, b->own->hour)) {
		hour_over(b);
		b->own->hour = hour;
		b->own->hour_notices = 0;
	}
	b->own->hour_notices++;
	quiet_over(b, now);
}

void backtest_week_open(struct backtest *b, bool more, struct wall now)
{
	if (!more) {
		if (b->own->open == 1)
			quiet_over(b, now);
		b->own->open--;
		return;
	}
	if (b->own->open++ == 0)
		b->own->quiet_since = now;
}

void backtest_week_end(struct backtest *b, struct wall until)
{
	hour_over(b);
	quiet_over(b, until);
}
