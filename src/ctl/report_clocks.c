/* report_clocks.c - the text report's clocks and chains.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/report_parts.h"
#include "ctl/width.h"

/* --- clocks --------------------------------------------------------------- */

static void clock_row(struct table *t, const struct backtest_clock *c)
{
	size_t late = c->breached - c->withdrawn;

	table_cell(t, c->clock, COLOUR_NONE);
	table_cell(t, c->severity, COLOUR_NONE);
	report_number(t, c->started, COLOUR_NONE);
	report_number(t, c->warned, COLOUR_NONE);
	report_number(t, late, late > 0 ? COLOUR_RED : COLOUR_NONE);
	report_share(t, late, c->started);
	report_number(t, c->met, COLOUR_NONE);
	report_number(t, c->met_late, COLOUR_NONE);
	report_number(t, c->unmet, COLOUR_NONE);
}

static void footnotes(const struct report_page *p)
{
	size_t withdrawn = 0, unmet = 0, cancelled = 0;
	struct textbuf text;

	for (size_t i = 0; i < p->b->nclocks; i++) {
		withdrawn += p->b->clocks[i].withdrawn;
		unmet += p->b->clocks[i].unmet;
		cancelled += p->b->clocks[i].cancelled;
	}
	textbuf_init(&text);
	if (unmet > 0)
		textbuf_add(&text, "UNMET: the ticket is open at the end, or "
				   "was solved without it.");
	report_say(p, "  ", &text);
	if (cancelled > 0)
		textbuf_addf(&text,
		    "%zu %s called off: by then there was no such target "
		    "for the ticket any more, or it was merged or deleted.",
		    cancelled, cancelled == 1 ? "was" : "were");
	report_say(p, "  ", &text);
	if (withdrawn > 0)
		textbuf_addf(&text,
		    "Besides those LATE %zu %s called so and taken back: the "
		    "answer had been in time, and was only told late.",
		    withdrawn, withdrawn == 1 ? "was" : "were");
	report_say(p, "  ", &text);
	textbuf_fini(&text);
}

void report_clocks(const struct report_page *p)
{
	static const struct table_column columns[] = {
		{ "CLOCK", 8, false },
		{ "SEVERITY", 4, false },
		{ "STARTED", 0, true },
		{ "WARNED", 0, true },
		{ "LATE", 0, true },
		{ "SHARE", 0, true },
		{ "MET", 0, true },
		{ "MET LATE", 0, true },
		{ "UNMET", 0, true },
	};
	struct table t;

	if (p->b->nclocks == 0)
		return;
	report_heading(p, "Clocks: what was promised, and kept");
	table_init(&t, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < p->b->nclocks; i++)
		clock_row(&t, &p->b->clocks[i]);
	table_print(&t, p->screen, p->out);
	table_fini(&t);
	footnotes(p);
}

/* --- chains --------------------------------------------------------------- */

static void add_span(struct textbuf *text, int64_t ms)
{
	char span[SPAN_TEXT_MAX];

	span_format(ms, span);
	textbuf_add(text, span);
}

static void chain_runs(const struct report_page *p,
    const struct backtest_chain *c, struct textbuf *text)
{
	char percent[REPORT_TEXT_MAX];

	report_percent(c->tickets, p->b->tickets, percent);
	textbuf_addf(text, "started %zu %s, on ", c->runs,
	    c->runs == 1 ? "time" : "times");
	report_count(text, c->tickets, "ticket", "tickets");
	textbuf_addf(text, " (%s of all)", percent);
	if (c->begins.count > 0) {
		textbuf_add(text, "; half of the starts within ");
		add_span(text, spread_percentile(&c->begins, 50));
		textbuf_add(text, " of the ticket's creation, nine in ten "
				  "within ");
		add_span(text, spread_percentile(&c->begins, 90));
	}
	textbuf_addc(text, '.');
	report_say(p, "    ", text);
}

static void outcome(
    struct textbuf *text, size_t n, size_t runs, const char *what)
{
	char percent[REPORT_TEXT_MAX];

	if (n == 0)
		return;
	report_percent(n, runs, percent);
	textbuf_addf(
	    text, "%s%s %zu (%s)", text->len > 0 ? ", " : "", what, n, percent);
}

static void chain_ends(const struct report_page *p,
    const struct backtest_chain *c, struct textbuf *text)
{
	outcome(text, c->acked, c->runs, "acknowledged");
	outcome(text, c->over, c->runs, "over before anybody did");
	outcome(text, c->exhausted, c->runs, "nobody answered to the end");
	if (c->lapsed > 0)
		textbuf_addf(text,
		    " (of these %zu after an acknowledgement or snooze ran "
		    "out)",
		    c->lapsed);
	outcome(text, c->superseded, c->runs, "gave way to another chain");
	report_say(p, "    ", text);
	if (c->ack.count == 0)
		return;
	textbuf_add(text, "Until the first acknowledgement or snooze: half "
			  "within ");
	add_span(text, spread_percentile(&c->ack, 50));
	textbuf_add(text, ", nine in ten within ");
	add_span(text, spread_percentile(&c->ack, 90));
	textbuf_addc(text, '.');
	report_say(p, "    ", text);
}

static void step_row(
    struct table *t, size_t number, const struct backtest_step *s)
{
	char after[SPAN_TEXT_MAX] = "-";

	if (s->after.count > 0)
		span_format(spread_percentile(&s->after, 50), after);
	report_number(t, number, COLOUR_NONE);
	table_cell(t, s->who, COLOUR_NONE);
	table_cell(t, s->via[0] == '\0' ? "their own" : s->via, COLOUR_NONE);
	report_number(t, s->fired, COLOUR_NONE);
	table_cell(t, after, COLOUR_NONE);
	report_number(t, s->answered, COLOUR_NONE);
	report_number(t, s->over, COLOUR_NONE);
	report_number(t, s->skipped, COLOUR_NONE);
}

static void chain_steps(
    const struct report_page *p, const struct backtest_chain *c)
{
	static const struct table_column columns[] = {
		{ "    STEP", 0, true },
		{ "NOTIFIES", 8, false },
		{ "VIA", 6, false },
		{ "FIRED", 0, true },
		{ "AFTER", 0, true },
		{ "ACKED", 0, true },
		{ "OVER", 0, true },
		{ "SKIPPED", 0, true },
	};
	struct table t;

	table_init(&t, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < c->nsteps; i++)
		step_row(&t, i + 1, &c->steps[i]);
	table_print(&t, p->screen, p->out);
	table_fini(&t);
}

static bool any_chain(const struct backtest *b)
{
	for (size_t i = 0; i < b->nchains; i++)
		if (b->chains[i].runs > 0)
			return true;
	return false;
}

static void name_line(const struct report_page *p, const char *name)
{
	struct textbuf clean;

	textbuf_init(&clean);
	text_clean(&clean, name);
	textbuf_add(p->out, "  ");
	screen_colour(p->screen, COLOUR_BOLD, clean.data, p->out);
	textbuf_addc(p->out, '\n');
	textbuf_fini(&clean);
}

void report_chains(const struct report_page *p)
{
	static const char legend[] =
	    "FIRED: told somebody, in whichever round. AFTER: since the "
	    "chain's start, for half of them sooner. ACKED, OVER: the chain "
	    "was acknowledged, or what it was about was over, before the next "
	    "step.";
	struct textbuf text;

	if (!any_chain(p->b))
		return;
	textbuf_init(&text);
	report_heading(p, "Chains: who was asked, and who answered");
	for (size_t i = 0; i < p->b->nchains; i++) {
		const struct backtest_chain *c = &p->b->chains[i];

		if (c->runs == 0)
			continue;
		name_line(p, c->name);
		chain_runs(p, c, &text);
		chain_ends(p, c, &text);
		chain_steps(p, c);
	}
	textbuf_add(&text, legend);
	report_say(p, "  ", &text);
	textbuf_fini(&text);
}
