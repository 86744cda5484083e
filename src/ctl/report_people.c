/* report_people.c - the text report's people, channels and week.
 *
 * The heat map is of the same characters everywhere, whatever the locale says:
 * a report must be the same bytes on every machine.
 *
 * SPDX-License-Identifier: MIT */
#include "base/check.h"
#include "ctl/report_parts.h"
#include "ctl/wrap.h"

#include <stdlib.h>

#define NAMES_MAX 12 /* who hears nothing, by name; more are counted */

/* --- people --------------------------------------------------------------- */

/* Most notices first; then as in the matrix. */
static int most_told(const void *left, const void *right)
{
	const struct backtest_person *a =
	    *(const struct backtest_person *const *)left;
	const struct backtest_person *b =
	    *(const struct backtest_person *const *)right;

	if (a->notices != b->notices)
		return a->notices < b->notices ? 1 : -1;
	return (a > b) - (a < b);
}

static const char *mostly(const struct backtest_person *p)
{
	int most = 0;

	for (int r = 1; r < NOTICE_REASON_COUNT; r++)
		if (p->of_reason[r] > p->of_reason[most])
			most = r;
	return notice_reason_name((enum notice_reason)most);
}

static void person_row(const struct report_page *page, struct table *t,
    const struct backtest_person *p)
{
	char per_week[REPORT_TEXT_MAX];

	report_per(page->b, p->alerts, 7 * DAY_MS, per_week);
	table_cell(t, p->title, COLOUR_NONE);
	report_number(t, p->notices, COLOUR_NONE);
	report_number(t, p->alerts, COLOUR_NONE);
	table_cell(t, per_week, COLOUR_NONE);
	if (p->has_hours) {
		report_number(t, p->off_hours,
		    p->off_hours > 0 ? COLOUR_YELLOW : COLOUR_NONE);
		report_share(t, p->off_hours, p->notices);
	} else {
		table_cell(t, "-", COLOUR_NONE);
		table_cell(t, "-", COLOUR_NONE);
	}
	table_cell(t, mostly(p), COLOUR_NONE);
}

/* Who hears of nothing is good to know, but not by five hundred lines. */
static void not_told(const struct report_page *p)
{
	const struct backtest *b = p->b;
	struct textbuf text;
	size_t n = 0;

	textbuf_init(&text);
	for (size_t i = 0; i < b->npeople; i++) {
		if (b->people[i].notices > 0)
			continue;
		if (n++ < NAMES_MAX)
			textbuf_addf(&text, "%s%s", n > 1 ? ", " : "",
			    b->people[i].title);
	}
	if (n > NAMES_MAX)
		textbuf_addf(&text, " and %zu more", n - NAMES_MAX);
	report_say(p, "  Nobody told: ", &text);
	textbuf_fini(&text);
}

static void people_table(const struct report_page *p,
    const struct backtest_person *const *sorted, size_t n)
{
	static const struct table_column columns[] = {
		{ "PERSON", 8, false },
		{ "NOTICES", 0, true },
		{ "ALERTS", 0, true },
		{ "A WEEK", 0, true },
		{ "OFF HOURS", 0, true },
		{ "SHARE", 0, true },
		{ "MOSTLY", 0, false },
	};
	struct table t;

	table_init(&t, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < n; i++)
		person_row(p, &t, sorted[i]);
	table_print(&t, p->screen, p->out);
	table_fini(&t);
}

void report_people(const struct report_page *p)
{
	const struct backtest *b = p->b;
	const struct backtest_person **sorted =
	    calloc(b->npeople + 1, sizeof *sorted);
	size_t n = 0;

	CHECK(sorted != NULL);
	for (size_t i = 0; i < b->npeople; i++)
		if (b->people[i].notices > 0)
			sorted[n++] = &b->people[i];
	qsort(sorted, n, sizeof *sorted, most_told);
	if (b->npeople > 0)
		report_heading(p, "People: who would hear how much");
	if (n > 0)
		people_table(p, sorted, n);
	not_told(p);
	free(sorted);
}

/* --- channels ------------------------------------------------------------- */

void report_channels(const struct report_page *p)
{
	static const struct table_column columns[] = {
		{ "CHANNEL", 8, false },
		{ "NOTICES", 0, true },
		{ "TO A PERSON", 0, true },
		{ "TO THE ROOM", 0, true },
	};
	struct table t;

	if (p->b->notices == 0)
		return;
	report_heading(p, "Channels");
	table_init(&t, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < p->b->nchannels; i++) {
		const struct backtest_channel *c = &p->b->channels[i];

		if (c->notices == 0)
			continue;
		table_cell(&t, c->name, COLOUR_NONE);
		report_number(&t, c->notices, COLOUR_NONE);
		report_number(&t, c->notices - c->to_room, COLOUR_NONE);
		report_number(&t, c->to_room, COLOUR_NONE);
	}
	table_print(&t, p->screen, p->out);
	table_fini(&t);
}

/* --- the week ------------------------------------------------------------- */

#define SHADES 5

static const struct {
	const char *cell;
	enum colour colour;
} shades[SHADES] = {
	{ "\xc2\xb7", COLOUR_DIM },	   /* middle dot: none */
	{ "\xe2\x96\x91", COLOUR_NONE },   /* light shade */
	{ "\xe2\x96\x92", COLOUR_NONE },   /* medium shade */
	{ "\xe2\x96\x93", COLOUR_YELLOW }, /* dark shade */
	{ "\xe2\x96\x88", COLOUR_RED },	   /* full block */
};

/* The most that has that shade, of which the darkest is for `most`. */
static size_t up_to(size_t shade, size_t most)
{
	return (most * shade + SHADES - 2) / (SHADES - 1);
}

static size_t shade_of(size_t n, size_t most)
{
	size_t shade = 0;

	while (n > up_to(shade, most))
		shade++;
	return shade;
}

static void day_line(const struct report_page *p, size_t day, size_t most)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	size_t sum = 0;

	textbuf_addf(p->out, "  %s  ", days[day]);
	for (size_t hour = 0; hour < 24; hour++) {
		size_t n = p->b->hours[day][hour];
		size_t shade = shade_of(n, most);
		char cell[8];
		struct textbuf tb;

		textbuf_init_fixed(&tb, cell, sizeof cell);
		textbuf_addf(
		    &tb, "%s%s", shades[shade].cell, shades[shade].cell);
		screen_colour(p->screen, shades[shade].colour, cell, p->out);
		sum += n;
	}
	textbuf_addf(p->out, "  %zu\n", sum);
}

static void legend(const struct report_page *p, size_t most)
{
	size_t shown = 0;

	textbuf_addf(p->out, "  %s none", shades[0].cell);
	for (size_t i = 1; i < SHADES; i++) {
		if (up_to(i, most) == shown)
			continue;
		textbuf_add(p->out, "   ");
		screen_colour(
		    p->screen, shades[i].colour, shades[i].cell, p->out);
		if (up_to(i, most) == shown + 1)
			textbuf_addf(p->out, " %zu", shown + 1);
		else
			textbuf_addf(
			    p->out, " %zu to %zu", shown + 1, up_to(i, most));
		shown = up_to(i, most);
	}
	textbuf_add(p->out, "\n");
}

static void map(const struct report_page *p)
{
	size_t most = 0;

	for (size_t i = 0; i < 7; i++)
		for (size_t k = 0; k < 24; k++)
			if (p->b->hours[i][k] > most)
				most = p->b->hours[i][k];
	textbuf_add(p->out, "       ");
	for (unsigned hour = 0; hour < 24; hour += 3)
		textbuf_addf(p->out, "%u%u    ", hour / 10, hour % 10);
	textbuf_add(p->out, "  ALL DAY\n");
	for (size_t day = 0; day < 7; day++)
		day_line(p, day, most);
	legend(p, most);
}

static void extremes(const struct report_page *p)
{
	const struct backtest *b = p->b;
	char at[REPORT_TEXT_MAX], until[REPORT_TEXT_MAX], span[SPAN_TEXT_MAX];
	struct textbuf text;

	textbuf_init(&text);
	report_at(b, b->busiest, at);
	textbuf_addf(&text, "Busiest hour: %s, ", at);
	report_count(&text, b->busiest_notices, "notice", "notices");
	textbuf_addc(&text, '.');
	report_say(p, "  ", &text);
	if (!wall_is_never(b->silence_from)) {
		report_at(b, b->silence_from, at);
		report_at(b, b->silence_until, until);
		span_format(
		    wall_minus(b->silence_until, b->silence_from), span);
		textbuf_addf(&text,
		    "Longest silence with tickets open: %s, %s to %s.", span,
		    at, until);
		report_say(p, "  ", &text);
	}
	textbuf_fini(&text);
}

void report_week(const struct report_page *p)
{
	if (p->b->notices == 0)
		return;
	report_heading(p, "The week: notices by the hour, all weeks together");
	map(p);
	extremes(p);
}
