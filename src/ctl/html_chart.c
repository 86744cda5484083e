/* html_chart.c - see html_chart.h.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/html_chart.h"

#include "ctl/html_out.h"

#define WIDE	   1000 /* units of a bar; it is as wide as its cell */
#define LEVELS	   5	/* of the week, besides nothing */
#define WEEK_LEFT  44
#define WEEK_TOP   22
#define WEEK_CELL  42
#define WEEK_LINE  19
#define WEEK_RIGHT (WEEK_LEFT + 7 * WEEK_CELL)
#define WEEK_END   (WEEK_TOP + 24 * WEEK_LINE)

const char *const chart_days[7] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat",
	"Sun" };

/* The end of what is there, never nothing for something. */
static int64_t scaled(int64_t value, int64_t most)
{
	int64_t x;

	if (value <= 0 || most <= 0)
		return 0;
	if (value >= most)
		return WIDE;
	/* Durations of years times WIDE stay far below the limit. */
	x = (value * WIDE + most / 2) / most;
	return x > 0 ? x : 1;
}

static void bar_open(struct textbuf *out)
{
	textbuf_addf(out,
	    "<svg class=\"bar\" viewBox=\"0 0 %d 16\" "
	    "preserveAspectRatio=\"none\" aria-hidden=\"true\" "
	    "focusable=\"false\">",
	    WIDE);
}

static void add_rect(struct textbuf *out, const char *style, int64_t x, int y,
    int64_t width, int height)
{
	textbuf_addf(out,
	    "<rect class=\"%s\" x=\"%lld\" y=\"%d\" width=\"%lld\" "
	    "height=\"%d\"/>",
	    style, (long long)x, y, (long long)width, height);
}

void chart_bar(
    struct textbuf *out, const struct chart_part *parts, size_t n, size_t most)
{
	size_t sum = 0;
	int64_t from = 0;

	bar_open(out);
	for (size_t i = 0; i < n; i++) {
		int64_t to;

		sum += parts[i].value;
		to = scaled((int64_t)sum, (int64_t)most);
		if (to > from)
			add_rect(out, parts[i].style, from, 0, to - from, 16);
		from = to;
	}
	textbuf_add(out, "</svg>");
}

void chart_range(struct textbuf *out, const struct spread *s, int64_t most_ms,
    const char *style)
{
	int64_t from = scaled(spread_percentile(s, 10), most_ms);
	int64_t to = scaled(spread_percentile(s, 90), most_ms);
	int64_t middle = scaled(spread_percentile(s, 50), most_ms);

	bar_open(out);
	if (s->count > 0) {
		add_rect(out, style, from, 6, to > from + 4 ? to - from : 4, 4);
		add_rect(out, style, middle > WIDE - 8 ? WIDE - 8 : middle, 1,
		    8, 14);
	}
	textbuf_add(out, "</svg>");
}

size_t chart_week_most(const size_t (*hours)[24])
{
	size_t most = 0;

	for (size_t day = 0; day < 7; day++)
		for (size_t hour = 0; hour < 24; hour++)
			if (hours[day][hour] > most)
				most = hours[day][hour];
	return most;
}

static size_t level(size_t value, size_t most)
{
	return value == 0 ? 0 : (value * LEVELS + most - 1) / most;
}

static void add_hour(
    struct textbuf *out, size_t day, size_t hour, size_t value, size_t most)
{
	size_t x = WEEK_LEFT + day * WEEK_CELL;
	size_t y = WEEK_TOP + hour * WEEK_LINE;
	size_t step = level(value, most);

	textbuf_addf(out, "<g><title>%s %c%zu:00: ", chart_days[day],
	    '0' + (char)(hour / 10), hour % 10);
	html_number(out, value);
	textbuf_addf(out,
	    "</title><rect class=\"h%zu\" x=\"%zu\" y=\"%zu\" width=\"%d\" "
	    "height=\"%d\" rx=\"2\"/>",
	    step, x + 1, y + 1, WEEK_CELL - 2, WEEK_LINE - 2);
	if (value > 0) {
		textbuf_addf(out,
		    "<text class=\"t%zu\" x=\"%zu\" y=\"%zu\" "
		    "text-anchor=\"middle\">",
		    step, x + WEEK_CELL / 2, y + WEEK_LINE - 6);
		html_number(out, value);
		textbuf_add(out, "</text>");
	}
	textbuf_add(out, "</g>\n");
}

static void add_scales(struct textbuf *out)
{
	for (size_t day = 0; day < 7; day++)
		textbuf_addf(out,
		    "<text class=\"axis\" x=\"%zu\" y=\"%d\" "
		    "text-anchor=\"middle\">%s</text>\n",
		    WEEK_LEFT + day * WEEK_CELL + WEEK_CELL / 2, WEEK_TOP - 7,
		    chart_days[day]);
	for (size_t hour = 0; hour < 24; hour++)
		textbuf_addf(out,
		    "<text class=\"axis\" x=\"%d\" y=\"%zu\" "
		    "text-anchor=\"end\">%c%zu:00</text>\n",
		    WEEK_LEFT - 5, WEEK_TOP + hour * WEEK_LINE + WEEK_LINE - 6,
		    '0' + (char)(hour / 10), hour % 10);
}

void chart_week(struct textbuf *out, const char *id, const char *title,
    const size_t (*hours)[24], size_t most)
{
	textbuf_addf(out,
	    "<svg class=\"week\" viewBox=\"0 0 %d %d\" role=\"img\" "
	    "aria-labelledby=\"%s-title %s-desc\">\n<title id=\"%s-title\">",
	    WEEK_RIGHT, WEEK_END, id, id, id);
	html_text(out, title);
	textbuf_addf(out, "</title>\n<desc id=\"%s-desc\">", id);
	textbuf_add(out, "Notices by day of the week and hour of the day; the "
			 "numbers are in the table below.</desc>\n");
	add_scales(out);
	for (size_t hour = 0; hour < 24; hour++)
		for (size_t day = 0; day < 7; day++)
			add_hour(out, day, hour, hours[day][hour], most);
	textbuf_add(out, "</svg>\n");
}
