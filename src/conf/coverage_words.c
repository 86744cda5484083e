/* coverage_words.c - a gap as people read it.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/coverage.h"

void coverage_add_time(
    struct textbuf *tb, const struct zone *zone, struct wall at)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	struct civil c;
	char text[WALL_TEXT_MAX];

	if (zone == NULL)
		civil_from_ms(at.ms, &c);
	else
		zone_local(zone, at, &c);
	wall_format(wall_at(civil_ms(&c)), text);
	textbuf_addf(tb, "%s %.*s %.*s",
	    days[civil_weekday(civil_days(c.year, c.month, c.day))], 10, text,
	    5, text + 11);
}

static void add_share(
    struct textbuf *tb, const struct coverage *cov, const struct spans *gap)
{
	int64_t all = wall_minus(cov->to, cov->from);
	int64_t percent = (spans_ms(gap) * 100 + all / 2) / all;

	if (percent < 1)
		textbuf_add(tb, "less than 1 %");
	else
		textbuf_addf(tb, "%lld %%", (long long)percent);
}

void coverage_add_gap(struct textbuf *tb, const struct coverage *cov,
    const struct zone *zone, const struct spans *gap)
{
	textbuf_add(tb, "from ");
	coverage_add_time(tb, zone, gap->items[0].start);
	textbuf_add(tb, " to ");
	coverage_add_time(tb, zone, gap->items[0].end);
	textbuf_addf(tb, " (%s), ", zone == NULL ? "UTC" : zone_name(zone));
	add_share(tb, cov, gap);
	textbuf_add(tb, " of the next " COVERAGE_DAYS);
}
