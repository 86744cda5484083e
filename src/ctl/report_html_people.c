/* report_html_people.c - of the page: who is told how much, by what, and when.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/report_html_parts.h"

#include "base/check.h"
#include "ctl/html_chart.h"
#include "ctl/html_out.h"

#include <stdlib.h>
#include <string.h>

#define SHOWN 25 /* people; the others are folded away */

/* Reasons in groups of one colour each, the loudest first. */
enum group {
	GROUP_BREACH,
	GROUP_CHAIN,
	GROUP_REMINDER,
	GROUP_LAST,
	GROUP_WARNING,
	GROUP_REST,
	GROUPS
};

static const char *const group_styles[GROUPS] = { "r-breach", "r-chain",
	"r-reminder", "r-last", "r-warning", "r-rest" };
static const char *const group_labels[GROUPS] = { "breach", "step of a chain",
	"reminder, ack timeout", "exhausted, unreachable", "warning",
	"rules, assignments, updates" };

static enum group group_of(enum notice_reason reason)
{
	switch ((int)reason) {
	case NOTICE_BREACH:
		return GROUP_BREACH;
	case NOTICE_CHAIN:
		return GROUP_CHAIN;
	case NOTICE_REMINDER:
	case NOTICE_ACK_TIMEOUT:
		return GROUP_REMINDER;
	case NOTICE_EXHAUSTED:
	case NOTICE_UNREACHABLE:
		return GROUP_LAST;
	case NOTICE_WARNING:
		return GROUP_WARNING;
	default:
		return GROUP_REST;
	}
}

/* One of either side or of both. */
struct row {
	const struct backtest_person *new;
	const struct backtest_person *old;
	size_t place;
};

static size_t notices_of(const struct backtest_person *p)
{
	return p != NULL ? p->notices : 0;
}

static int by_notices(const void *left, const void *right)
{
	const struct row *a = left;
	const struct row *b = right;
	size_t of_a = notices_of(a->new);
	size_t of_b = notices_of(b->new);

	return of_a != of_b ? (of_a < of_b) - (of_a > of_b)
			    : (a->place > b->place) - (a->place < b->place);
}

static const struct backtest_person *person_of(
    const struct backtest *b, const char *name)
{
	for (size_t i = 0; b != NULL && i < b->npeople; i++)
		if (strcmp(b->people[i].name, name) == 0)
			return &b->people[i];
	return NULL;
}

/* Whoever was told anything, whoever is told most first. */
static size_t gather(const struct html_page *p, struct row *rows)
{
	size_t n = 0;

	for (size_t i = 0; i < p->new->npeople; i++) {
		const struct backtest_person *now = &p->new->people[i];
		const struct backtest_person *was =
		    person_of(p->old, now->name);

		if (notices_of(now) + notices_of(was) > 0)
			rows[n++] = (struct row){ now, was, i };
	}
	for (size_t i = 0; p->old != NULL && i < p->old->npeople; i++) {
		const struct backtest_person *was = &p->old->people[i];

		if (was->notices > 0 && person_of(p->new, was->name) == NULL)
			rows[n++] =
			    (struct row){ NULL, was, p->new->npeople + i };
	}
	qsort(rows, n, sizeof *rows, by_notices);
	return n;
}

static void person_bar(const struct html_page *p,
    const struct backtest_person *person, size_t most)
{
	struct chart_part parts[GROUPS];

	for (size_t g = 0; g < GROUPS; g++)
		parts[g] = (struct chart_part){ group_styles[g], 0 };
	for (size_t i = 0; person != NULL && i < NOTICE_REASON_COUNT; i++)
		parts[group_of((enum notice_reason)i)].value +=
		    person->of_reason[i];
	chart_bar(p->out, parts, GROUPS, most);
}

/* "dana (Dana Ruiz)" */
static void person_name(
    struct textbuf *out, const struct backtest_person *person)
{
	html_name(out, person->name);
	if (strcmp(person->title, person->name) == 0)
		return;
	textbuf_add(out, " <span class=\"dim\">");
	html_name(out, person->title);
	textbuf_add(out, "</span>");
}

/* Off hours: of those who have any. */
static void off_cell(struct textbuf *out, const struct backtest_person *person)
{
	if (person != NULL && person->has_hours)
		html_number_cell(out, person->off_hours);
	else
		textbuf_add(out, "<td class=\"n\">-</td>");
}

static void person_row(
    const struct html_page *p, const struct row *row, size_t most)
{
	static const struct backtest_person none;
	const struct backtest_person *n = row->new != NULL ? row->new : &none;
	struct textbuf *out = p->out;

	textbuf_add(out, "<tr><th scope=\"row\">");
	person_name(out, row->new != NULL ? row->new : row->old);
	textbuf_add(out, "</th>");
	textbuf_add(out, "<td class=\"chart\">");
	person_bar(p, row->new, most);
	if (p->old != NULL)
		person_bar(p, row->old, most);
	textbuf_add(out, "</td>");
	html_number_cell(out, n->notices);
	if (p->old != NULL) {
		html_number_cell(out, notices_of(row->old));
		textbuf_add(out, "<td>");
		page_more(p, notices_of(row->old), n->notices);
		textbuf_add(out, "</td>");
	}
	html_number_cell(out, n->alerts);
	off_cell(out, row->new);
	if (p->old != NULL)
		off_cell(out, row->old);
	textbuf_add(out, "</tr>\n");
}

static void people_table(const struct html_page *p, const struct row *rows,
    size_t from, size_t to, size_t most)
{
	html_table_open(p->out,
	    from == 0 ? "Who is told most" : "Further people",
	    p->old != NULL ? "Person|New above old|#Notices|#Old|Difference|"
			     "#Alerts|#Off hours|#Old"
			   : "Person|By reason|#Notices|#Alerts|#Off hours");
	for (size_t i = from; i < to; i++)
		person_row(p, &rows[i], most);
	html_table_close(p->out);
}

void page_people(const struct html_page *p)
{
	size_t room = p->new->npeople + (p->old ? p->old->npeople : 0);
	struct row *rows = calloc(room + 1, sizeof *rows);
	size_t most = 0;
	size_t n;

	CHECK(rows != NULL);
	n = gather(p, rows);
	for (size_t i = 0; i < n; i++) {
		if (notices_of(rows[i].new) > most)
			most = notices_of(rows[i].new);
		if (notices_of(rows[i].old) > most)
			most = notices_of(rows[i].old);
	}
	if (n > 0) {
		page_section(p, "people", "Notices by person");
		page_legend(p, group_styles, group_labels, GROUPS);
		people_table(p, rows, 0, n < SHOWN ? n : SHOWN, most);
		if (n > SHOWN) {
			textbuf_addf(p->out,
			    "<details><summary>%zu more people</summary>\n",
			    n - SHOWN);
			people_table(p, rows, SHOWN, n, most);
			textbuf_add(p->out, "</details>\n");
		}
		page_section_end(p);
	}
	free(rows);
}

/* --- channels ---------------------------------------------------------- */

static const struct backtest_channel *channel_of(
    const struct backtest *b, const char *name)
{
	for (size_t i = 0; b != NULL && i < b->nchannels; i++)
		if (strcmp(b->channels[i].name, name) == 0)
			return &b->channels[i];
	return NULL;
}

static size_t channel_most(const struct backtest *b, size_t most)
{
	for (size_t i = 0; b != NULL && i < b->nchannels; i++)
		if (b->channels[i].notices > most)
			most = b->channels[i].notices;
	return most;
}

static void channel_row(const struct html_page *p,
    const struct backtest_channel *c, const struct backtest_channel *old,
    size_t most)
{
	size_t now = c != NULL ? c->notices : 0;
	size_t was = old != NULL ? old->notices : 0;
	struct chart_part of_new = { "k-new", now };
	struct chart_part of_old = { "k-old", was };

	if (now + was == 0)
		return;
	textbuf_add(p->out, "<tr><th scope=\"row\">");
	html_name(p->out, c != NULL ? c->name : old->name);
	textbuf_add(p->out, "</th>");
	textbuf_add(p->out, "<td class=\"chart\">");
	chart_bar(p->out, &of_new, 1, most);
	if (p->old != NULL)
		chart_bar(p->out, &of_old, 1, most);
	textbuf_add(p->out, "</td>");
	html_number_cell(p->out, now);
	if (p->old != NULL)
		html_number_cell(p->out, was);
	html_number_cell(p->out, c != NULL ? c->to_room : 0);
	textbuf_add(p->out, "</tr>\n");
}

void page_channels(const struct html_page *p)
{
	size_t most = channel_most(p->old, channel_most(p->new, 0));

	if (most == 0)
		return;
	page_section(p, "channels", "Notices by channel");
	page_legend_sides(p);
	html_table_open(p->out, "Those that are used",
	    p->old != NULL ? "Channel|Notices|#Notices|#Old|#To a room"
			   : "Channel|Notices|#Notices|#To a room");
	for (size_t i = 0; i < p->new->nchannels; i++)
		channel_row(p, &p->new->channels[i],
		    channel_of(p->old, p->new->channels[i].name), most);
	for (size_t i = 0; p->old != NULL && i < p->old->nchannels; i++)
		if (channel_of(p->new, p->old->channels[i].name) == NULL)
			channel_row(p, NULL, &p->old->channels[i], most);
	html_table_close(p->out);
	page_section_end(p);
}

/* --- the week ---------------------------------------------------------- */

static void week_table(
    const struct html_page *p, const char *caption, const size_t (*hours)[24])
{
	html_table_open(
	    p->out, caption, "Hour|#Mon|#Tue|#Wed|#Thu|#Fri|#Sat|#Sun");
	for (size_t hour = 0; hour < 24; hour++) {
		textbuf_addf(p->out, "<tr><th scope=\"row\">%c%zu:00</th>",
		    '0' + (char)(hour / 10), hour % 10);
		for (size_t day = 0; day < 7; day++)
			html_number_cell(p->out, hours[day][hour]);
		textbuf_add(p->out, "</tr>\n");
	}
	html_table_close(p->out);
}

static void week_words(const struct html_page *p, const struct backtest *b)
{
	char span[SPAN_TEXT_MAX];

	if (!wall_is_never(b->busiest)) {
		textbuf_add(p->out, "<p>Busiest hour: ");
		html_when(p->out, b->busiest, p->zone);
		textbuf_add(p->out, ", ");
		html_number(p->out, b->busiest_notices);
		textbuf_add(p->out, " notices.</p>\n");
	}
	if (wall_is_never(b->silence_from) || wall_is_never(b->silence_until) ||
	    !wall_before(b->silence_from, b->silence_until))
		return;
	span_format(wall_minus(b->silence_until, b->silence_from), span);
	textbuf_addf(p->out, "<p>Longest silence: %s, from ", span);
	html_when(p->out, b->silence_from, p->zone);
	textbuf_add(p->out, ".</p>\n");
}

static void week_figure(const struct html_page *p, const struct backtest *b,
    const char *id, const char *title, size_t most)
{
	const size_t(*hours)[24] = (const size_t(*)[24])b->hours;

	textbuf_add(p->out, "<figure>\n<figcaption>");
	html_text(p->out, title);
	textbuf_add(p->out, "</figcaption>\n");
	chart_week(p->out, id, title, hours, most);
	week_words(p, b);
	textbuf_add(p->out, "<details><summary>As a table</summary>\n");
	week_table(p, title, hours);
	textbuf_add(p->out, "</details>\n</figure>\n");
}

void page_week(const struct html_page *p)
{
	size_t most = chart_week_most((const size_t(*)[24])p->new->hours);
	size_t of_old = 0;

	if (p->old != NULL)
		of_old = chart_week_most((const size_t(*)[24])p->old->hours);
	if (of_old > most)
		most = of_old;
	if (most == 0)
		return;
	page_section(p, "week", "Notices by hour of the week");
	textbuf_add(p->out, "<div class=\"beside\">\n");
	week_figure(p, p->new, "week-new",
	    p->old != NULL ? "New matrix" : "Hours of the week", most);
	if (p->old != NULL)
		week_figure(p, p->old, "week-old", "Old matrix", most);
	textbuf_add(p->out, "</div>\n");
	page_section_end(p);
}
