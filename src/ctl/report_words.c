/* report_words.c - see report_parts.h: numbers and instants as words.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/report_parts.h"
#include "ctl/wrap.h"

#define PARAGRAPH 80 /* columns of one where a table has no limit */

/* tenths / 10 with one decimal. */
static void add_tenths(struct textbuf *out, uint64_t tenths)
{
	textbuf_addf(out, "%llu.%u", (unsigned long long)(tenths / 10),
	    (unsigned)(tenths % 10));
}

/* a * b / c, rounded half up; c > 0, and no product overflows: counts stay far
 * below 2^40, spans too. */
static uint64_t share(uint64_t a, uint64_t b, uint64_t c)
{
	return a / c * b + (a % c * b + c / 2) / c;
}

void report_percent(size_t part, size_t whole, char out[REPORT_TEXT_MAX])
{
	struct textbuf tb;
	uint64_t tenths = whole == 0 ? 0 : share(part, 1000, whole);

	textbuf_init_fixed(&tb, out, REPORT_TEXT_MAX);
	if (whole == 0) {
		textbuf_addc(&tb, '-');
		return;
	}
	if (part > 0 && tenths == 0)
		textbuf_add(&tb, "<0.1");
	else if (part < whole && tenths == 1000)
		textbuf_add(&tb, ">99.9");
	else
		add_tenths(&tb, tenths);
	textbuf_addc(&tb, '%');
}

void report_each(size_t count, size_t of, char out[REPORT_TEXT_MAX])
{
	struct textbuf tb;

	textbuf_init_fixed(&tb, out, REPORT_TEXT_MAX);
	if (of == 0)
		textbuf_addc(&tb, '-');
	else
		add_tenths(&tb, share(count, 10, of));
}

int64_t report_lasts(const struct backtest *b)
{
	if (wall_is_never(b->from) || wall_is_never(b->until) ||
	    wall_before(b->until, b->from))
		return 0;
	return wall_minus(b->until, b->from);
}

void report_per(const struct backtest *b, size_t count, int64_t span_ms,
    char out[REPORT_TEXT_MAX])
{
	int64_t lasts = report_lasts(b);
	struct textbuf tb;

	textbuf_init_fixed(&tb, out, REPORT_TEXT_MAX);
	if (lasts < span_ms)
		textbuf_addc(&tb, '-');
	else
		add_tenths(
		    &tb, share(count, 10 * (uint64_t)(span_ms / SECOND_MS),
			     (uint64_t)(lasts / SECOND_MS)));
}

void report_at(
    const struct backtest *b, struct wall at, char out[REPORT_TEXT_MAX])
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	struct textbuf tb;
	struct civil c;

	textbuf_init_fixed(&tb, out, REPORT_TEXT_MAX);
	if (wall_is_never(at)) {
		textbuf_addc(&tb, '-');
		return;
	}
	if (b->zone == NULL)
		civil_from_ms(at.ms, &c);
	else
		zone_local(b->zone, at, &c);
	textbuf_addf(&tb, "%s %d-%d%d-%d%d %d%d:%d%d",
	    days[civil_weekday(civil_days(c.year, c.month, c.day))], c.year,
	    c.month / 10, c.month % 10, c.day / 10, c.day % 10, c.hour / 10,
	    c.hour % 10, c.minute / 10, c.minute % 10);
}

void report_count(
    struct textbuf *out, size_t n, const char *one, const char *many)
{
	textbuf_addf(out, "%zu %s", n, n == 1 ? one : many);
}

void report_heading(const struct report_page *p, const char *text)
{
	textbuf_addc(p->out, '\n');
	screen_colour(p->screen, COLOUR_BOLD, text, p->out);
	textbuf_addc(p->out, '\n');
}

void report_say(
    const struct report_page *p, const char *head, struct textbuf *text)
{
	struct screen s = p->screen;

	if (s.columns == 0)
		s.columns = PARAGRAPH;
	if (text->len > 0)
		wrap_line(p->out, s, head, text->data);
	textbuf_clear(text);
}

void report_number(struct table *t, size_t n, enum colour colour)
{
	char text[REPORT_TEXT_MAX];
	struct textbuf tb;

	textbuf_init_fixed(&tb, text, sizeof text);
	textbuf_addf(&tb, "%zu", n);
	table_cell(t, text, colour);
}

void report_share(struct table *t, size_t part, size_t whole)
{
	char text[REPORT_TEXT_MAX];

	report_percent(part, whole, text);
	table_cell(t, text, COLOUR_NONE);
}
