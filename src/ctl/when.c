/* when.c - instants for people, where they are.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/when.h"

#include "base/textbuf.h"

#include <stdint.h>
#include <string.h>
#include <time.h>

void when_relative(struct wall at, struct wall now, char out[WHEN_TEXT_MAX])
{
	char span[SPAN_TEXT_MAX];
	struct textbuf tb;
	int64_t off;

	textbuf_init_fixed(&tb, out, WHEN_TEXT_MAX);
	if (wall_is_never(at))
		return;
	off = wall_minus(at, now);
	off = off < 0 ? -off : off;
	if (off < SECOND_MS) {
		textbuf_add(&tb, "now");
		return;
	}
	if (off >= DAY_MS)
		off -= off % HOUR_MS;
	else if (off >= MINUTE_MS)
		off -= off % MINUTE_MS;
	else
		off -= off % SECOND_MS;
	span_format(off, span);
	if (wall_before(at, now))
		textbuf_addf(&tb, "%s ago", span);
	else
		textbuf_addf(&tb, "in %s", span);
}

/* Local time by strftime's format; "" for never. */
static void local(struct wall at, const char *format, char out[WHEN_TEXT_MAX])
{
	time_t seconds = (time_t)(at.ms / SECOND_MS);
	struct tm tm;

	out[0] = '\0';
	if (wall_is_never(at) || localtime_r(&seconds, &tm) == NULL)
		return;
	if (strftime(out, WHEN_TEXT_MAX, format, &tm) == 0)
		out[0] = '\0';
}

void when_local(struct wall at, char out[WHEN_TEXT_MAX])
{
	local(at, "%Y-%m-%d %H:%M:%S", out);
}

static void add_two(struct textbuf *tb, int number)
{
	textbuf_addf(tb, number < 10 ? "0%d" : "%d", number);
}

void when_zone(struct wall at, const struct zone *z, char out[WHEN_TEXT_MAX])
{
	struct textbuf tb;
	struct civil c;

	textbuf_init_fixed(&tb, out, WHEN_TEXT_MAX);
	if (wall_is_never(at))
		return;
	if (z != NULL)
		zone_local(z, at, &c);
	else
		civil_from_ms(at.ms, &c);
	textbuf_addf(&tb, "%d-", c.year);
	add_two(&tb, c.month);
	textbuf_addc(&tb, '-');
	add_two(&tb, c.day);
	textbuf_addc(&tb, ' ');
	add_two(&tb, c.hour);
	textbuf_addc(&tb, ':');
	add_two(&tb, c.minute);
	textbuf_addc(&tb, ':');
	add_two(&tb, c.second);
}

void when_both(struct wall at, struct wall now, char out[WHEN_TEXT_MAX])
{
	char absolute[WHEN_TEXT_MAX], relative[WHEN_TEXT_MAX];
	struct textbuf tb;

	textbuf_init_fixed(&tb, out, WHEN_TEXT_MAX);
	if (wall_is_never(at))
		return;
	local(at, "%Y-%m-%d %H:%M:%S %Z", absolute);
	when_relative(at, now, relative);
	textbuf_addf(&tb, "%s (%s)", absolute, relative);
}
