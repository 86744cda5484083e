/* report_text.c - a backtest for a terminal: the frame, and it in short.
 *
 * Written for a support lead who knows their matrix and not this program: what
 * people would have heard and when, before what the machine did.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/report_parts.h"

static void share_of(
    struct textbuf *text, size_t n, size_t whole, const char *what)
{
	char percent[REPORT_TEXT_MAX];

	report_percent(n, whole, percent);
	textbuf_addf(text, what, n, percent);
}

static void head(const struct report_page *p)
{
	const struct report *r = p->r;
	const struct backtest *b = p->b;
	char from[REPORT_TEXT_MAX], until[REPORT_TEXT_MAX];
	struct textbuf text;

	textbuf_init(&text);
	screen_colour(
	    p->screen, COLOUR_BOLD, "What would have happened", p->out);
	textbuf_addc(p->out, '\n');
	textbuf_add(&text, r->matrix_name);
	report_say(p, "  matrix   ", &text);
	textbuf_add(&text, r->old != NULL ? r->old_name : "");
	report_say(p, "  against  ", &text);
	textbuf_add(&text, r->source);
	report_say(p, "  events   ", &text);
	report_at(b, b->from, from);
	report_at(b, b->until, until);
	if (wall_is_never(b->from)) {
		textbuf_add(&text, "nothing happened in it");
	} else {
		char lasts[SPAN_TEXT_MAX];

		span_format(report_lasts(b), lasts);
		textbuf_addf(&text, "%s to %s, %s (%s)", from, until,
		    b->zone == NULL ? "UTC" : zone_name(b->zone), lasts);
	}
	report_say(p, "  time     ", &text);
	textbuf_fini(&text);
}

static void tickets(const struct report_page *p, struct textbuf *text)
{
	const struct backtest *b = p->b;

	report_count(text, b->tickets, "ticket", "tickets");
	textbuf_add(text, ", ");
	report_count(text, b->events, "event", "events");
	if (b->refused > 0)
		textbuf_addf(text, " (%zu more refused)", b->refused);
	textbuf_addf(text, "; %zu still open at the end.", b->open);
	report_say(p, "  ", text);
	if (b->tickets == 0)
		return;
	textbuf_add(text, "Of the tickets ");
	share_of(text, b->warned, b->tickets, "%zu (%s) were warned of, ");
	share_of(text, b->escalated, b->tickets, "%zu (%s) escalated, ");
	share_of(text, b->breached, b->tickets, "and %zu (%s) were late.");
	report_say(p, "  ", text);
}

/* People that anything went to, and of what can be late for them. */
static void told(
    const struct backtest *b, size_t *people, size_t *off, size_t *of)
{
	*people = *off = *of = 0;
	for (size_t i = 0; i < b->npeople; i++) {
		const struct backtest_person *p = &b->people[i];

		*people += p->notices > 0;
		*off += p->off_hours;
		*of += p->has_hours ? p->notices : 0;
	}
}

static void notices(const struct report_page *p, struct textbuf *text)
{
	const struct backtest *b = p->b;
	char per_day[REPORT_TEXT_MAX];
	size_t people, off, of;

	told(b, &people, &off, &of);
	report_count(text, b->notices, "notice", "notices");
	textbuf_add(text, " to ");
	report_count(text, people, "person", "people");
	if (report_lasts(b) >= DAY_MS) {
		report_per(b, b->notices, DAY_MS, per_day);
		textbuf_addf(text, ", %s a day", per_day);
	}
	textbuf_addf(text,
	    "; %zu of them alerts (late, soon late, or asked "
	    "for by a chain or a rule).",
	    b->alerts);
	report_say(p, "  ", text);
	if (of > 0) {
		textbuf_add(text, "Outside of their reader's hours: ");
		share_of(text, off, of,
		    "%zu (%s) of those to people who "
		    "have hours.");
		report_say(p, "  ", text);
	}
}

/* "chain 120, warning 33": what they were about. */
static void reasons(const struct report_page *p, struct textbuf *text)
{
	const struct backtest *b = p->b;

	for (int r = 0; r < NOTICE_REASON_COUNT; r++)
		if (b->of_reason[r] > 0)
			textbuf_addf(text, "%s%s %zu",
			    text->len > 0 ? ", " : "By reason: ",
			    notice_reason_name((enum notice_reason)r),
			    b->of_reason[r]);
	report_say(p, "  ", text);
}

/* --- beside the old matrix ------------------------------------------------ */

static void row(struct table *t, const char *what, size_t old, size_t new)
{
	table_cell(t, what, COLOUR_NONE);
	report_number(t, old, COLOUR_NONE);
	report_number(t, new, COLOUR_NONE);
}

static void share_row(struct table *t, const char *what, size_t old,
    size_t of_old, size_t new, size_t of_new)
{
	table_cell(t, what, COLOUR_NONE);
	report_share(t, old, of_old);
	report_share(t, new, of_new);
}

static void beside(
    const struct report_page *p, const struct backtest *o, struct table *t)
{
	const struct backtest *n = p->b;
	size_t people, off_old, off_new, of;

	told(o, &people, &off_old, &of);
	told(n, &people, &off_new, &of);
	row(t, "tickets warned of", o->warned, n->warned);
	row(t, "tickets escalated", o->escalated, n->escalated);
	row(t, "tickets late", o->breached, n->breached);
	row(t, "notices", o->notices, n->notices);
	row(t, "of these alerts", o->alerts, n->alerts);
	row(t, "of these off hours", off_old, off_new);
	row(t, "in the busiest hour", o->busiest_notices, n->busiest_notices);
	if (!n->history.known)
		return;
	share_row(t, "real misses caught", o->history.caught, o->history.missed,
	    n->history.caught, n->history.missed);
	share_row(t, "alerts that were right", o->history.alerted_missed,
	    o->history.alerted, n->history.alerted_missed, n->history.alerted);
}

static void both(const struct report_page *p)
{
	static const struct table_column columns[] = {
		{ "", 0, false },
		{ "OLD MATRIX", 0, true },
		{ "NEW MATRIX", 0, true },
	};
	struct table t;

	if (p->r->old == NULL)
		return;
	table_init(&t, columns, sizeof columns / sizeof *columns);
	beside(p, p->r->old, &t);
	table_print(&t, p->screen, p->out);
	table_fini(&t);
}

static void in_short(const struct report_page *p)
{
	struct textbuf text;

	textbuf_init(&text);
	report_heading(p, "In short");
	tickets(p, &text);
	notices(p, &text);
	reasons(p, &text);
	textbuf_fini(&text);
	both(p);
}

static void notes(const struct report_page *p)
{
	struct textbuf text;

	if (p->r->nnotes == 0)
		return;
	textbuf_init(&text);
	report_heading(p, "What these numbers take for granted");
	for (size_t i = 0; i < p->r->nnotes; i++) {
		textbuf_add(&text, p->r->notes[i]);
		report_say(p, "  - ", &text);
	}
	textbuf_fini(&text);
}

static void spill(const struct report *r, struct textbuf *out)
{
	if (r->spill != NULL)
		r->spill(r->spill_user, out);
}

void report_text(
    const struct report *r, bool colour, int width, struct textbuf *out)
{
	struct report_page p = { .r = r,
		.b = r->new,
		.screen = { .columns = width > 0 ? (size_t)width : 0,
		    .colours = colour },
		.out = out };

	head(&p);
	in_short(&p);
	report_people(&p);
	report_channels(&p);
	report_week(&p);
	report_clocks(&p);
	report_chains(&p);
	report_history(&p);
	report_never(&p);
	spill(r, out);
	if (r->against != NULL)
		against_text(r->against, r->new->zone, colour, width, out);
	notes(&p);
}
