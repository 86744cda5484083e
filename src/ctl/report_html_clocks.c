/* report_html_clocks.c - of the page: what breaches, and who answers when.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/report_html_parts.h"

#include "ctl/html_chart.h"
#include "ctl/html_out.h"

#include <string.h>

/* --- clocks ------------------------------------------------------------ */

static const struct backtest_clock *clock_of(
    const struct backtest *b, const struct backtest_clock *like)
{
	for (size_t i = 0; b != NULL && i < b->nclocks; i++)
		if (strcmp(b->clocks[i].clock, like->clock) == 0 &&
		    strcmp(b->clocks[i].severity, like->severity) == 0)
			return &b->clocks[i];
	return NULL;
}

/* Those that stand. */
static size_t breaches_of(const struct backtest_clock *c)
{
	return c != NULL ? c->breached - c->withdrawn : 0;
}

static size_t most_breaches(const struct backtest *b)
{
	size_t most = 0;

	for (size_t i = 0; b != NULL && i < b->nclocks; i++)
		if (breaches_of(&b->clocks[i]) > most)
			most = breaches_of(&b->clocks[i]);
	return most;
}

static void share_cell(struct textbuf *out, size_t part, size_t all)
{
	textbuf_add(out, "<td class=\"n\">");
	html_share(out, part, all);
	textbuf_add(out, "</td>");
}

static void spread_cell(struct textbuf *out, const struct spread *s)
{
	textbuf_add(out, "<td>");
	html_spread(out, s);
	textbuf_add(out, "</td>");
}

static void clock_row(const struct html_page *p, const struct backtest_clock *c,
    const struct backtest_clock *old, const struct backtest_clock *name,
    size_t most)
{
	static const struct backtest_clock none;
	const struct backtest_clock *n = c != NULL ? c : &none;
	struct textbuf *out = p->out;
	struct chart_part now = { "k-new", breaches_of(c) };
	struct chart_part was = { "k-old", breaches_of(old) };

	textbuf_add(out, "<tr><th scope=\"row\">");
	html_name(out, name->clock);
	textbuf_add(out, "</th><td>");
	html_name(out, name->severity[0] != '\0' ? name->severity : "none");
	textbuf_add(out, "</td>");
	textbuf_add(out, "<td class=\"chart\">");
	chart_bar(out, &now, 1, most);
	if (p->old != NULL)
		chart_bar(out, &was, 1, most);
	textbuf_add(out, "</td>");
	html_number_cell(out, breaches_of(c));
	if (p->old != NULL)
		html_number_cell(out, breaches_of(old));
	share_cell(out, breaches_of(c), n->started);
	html_number_cell(out, n->started);
	html_number_cell(out, n->warned);
	html_number_cell(out, n->met);
	html_number_cell(out, n->met_late);
	html_number_cell(out, n->cancelled);
	html_number_cell(out, n->unmet);
	textbuf_add(out, "</tr>\n");
}

void page_clocks(const struct html_page *p)
{
	size_t most = most_breaches(p->new);

	if (most_breaches(p->old) > most)
		most = most_breaches(p->old);
	if (p->new->nclocks == 0 && (p->old == NULL || p->old->nclocks == 0))
		return;
	page_section(p, "clocks", "Breaches by clock and severity");
	page_legend_sides(p);
	html_table_open(p->out, "Cycles: how many, and how they ended",
	    p->old != NULL
		? "Clock|Severity|Breaches|#Breached|#Old|#Share|"
		  "#Started|#Warned|#Met|#Met late|#Cancelled|#Unmet"
		: "Clock|Severity|Breaches|#Breached|#Share|"
		  "#Started|#Warned|#Met|#Met late|#Cancelled|#Unmet");
	for (size_t i = 0; i < p->new->nclocks; i++) {
		const struct backtest_clock *c = &p->new->clocks[i];

		clock_row(p, c, clock_of(p->old, c), c, most);
	}
	for (size_t i = 0; p->old != NULL && i < p->old->nclocks; i++) {
		const struct backtest_clock *c = &p->old->clocks[i];

		if (clock_of(p->new, c) == NULL)
			clock_row(p, NULL, c, c, most);
	}
	html_table_close(p->out);
	page_section_end(p);
}

/* --- chains ------------------------------------------------------------ */

static const struct backtest_chain *chain_of(
    const struct backtest *b, const char *name)
{
	for (size_t i = 0; b != NULL && i < b->nchains; i++)
		if (strcmp(b->chains[i].name, name) == 0)
			return &b->chains[i];
	return NULL;
}

static int64_t slowest(const struct backtest *b, int64_t most)
{
	for (size_t i = 0; b != NULL && i < b->nchains; i++) {
		const struct spread *s = &b->chains[i].ack;

		if (s->count > 0 && spread_percentile(s, 90) > most)
			most = spread_percentile(s, 90);
	}
	return most;
}

static void chain_row(const struct html_page *p, const struct backtest_chain *c,
    const char *style, int64_t most)
{
	struct textbuf *out = p->out;

	textbuf_add(out, "<tr><th scope=\"row\">");
	html_name(out, c->name);
	if (p->old != NULL)
		textbuf_addf(out, " <span class=\"side\">%s</span>",
		    strcmp(style, "k-old") == 0 ? "old" : "new");
	textbuf_add(out, "</th>");
	textbuf_add(out, "<td class=\"chart\">");
	chart_range(out, &c->ack, most, style);
	textbuf_add(out, "</td>");
	spread_cell(out, &c->ack);
	html_number_cell(out, c->tickets);
	html_number_cell(out, c->runs);
	html_number_cell(out, c->acked);
	share_cell(out, c->acked, c->runs);
	html_number_cell(out, c->over);
	html_number_cell(out, c->exhausted);
	html_number_cell(out, c->superseded);
	spread_cell(out, &c->begins);
	textbuf_add(out, "</tr>\n");
}

static void chain_table(const struct html_page *p)
{
	int64_t most = slowest(p->old, slowest(p->new, 0));

	html_table_open(p->out, "Chains: how soon answered, and how often",
	    "Chain|10% to 90%, median|Answered after|#Tickets|#Runs|"
	    "#Answered|#Share|#Over before|#Exhausted|#Superseded|"
	    "Begins after");
	for (size_t i = 0; i < p->new->nchains; i++) {
		const struct backtest_chain *c = &p->new->chains[i];
		const struct backtest_chain *old = chain_of(p->old, c->name);

		chain_row(p, c, "k-new", most);
		if (old != NULL)
			chain_row(p, old, "k-old", most);
	}
	for (size_t i = 0; p->old != NULL && i < p->old->nchains; i++)
		if (chain_of(p->new, p->old->chains[i].name) == NULL)
			chain_row(p, &p->old->chains[i], "k-old", most);
	html_table_close(p->out);
}

static const struct backtest_step *step_of(
    const struct backtest_chain *c, size_t i)
{
	return c != NULL && i < c->nsteps ? &c->steps[i] : NULL;
}

static size_t fired_most(const struct backtest_chain *c, size_t most)
{
	for (size_t i = 0; c != NULL && i < c->nsteps; i++)
		if (c->steps[i].fired > most)
			most = c->steps[i].fired;
	return most;
}

static void step_bar(
    struct textbuf *out, const struct backtest_step *s, size_t most)
{
	struct chart_part parts[2] = { { "k-answered", 0 }, { "k-fired", 0 } };

	if (s != NULL) {
		parts[0].value =
		    s->answered < s->fired ? s->answered : s->fired;
		parts[1].value = s->fired - parts[0].value;
	}
	chart_bar(out, parts, 2, most);
}

static void step_row(const struct html_page *p, size_t i,
    const struct backtest_step *s, const struct backtest_step *old, size_t most)
{
	static const struct backtest_step none;
	const struct backtest_step *of = s != NULL ? s : old;
	const struct backtest_step *n = s != NULL ? s : &none;
	struct textbuf *out = p->out;

	textbuf_addf(out, "<tr><th scope=\"row\">%zu</th><td>", i + 1);
	html_name(out, of->who);
	if (of->via[0] != '\0') {
		textbuf_add(out, " by ");
		html_name(out, of->via);
	}
	textbuf_add(out, "</td><td class=\"chart\">");
	step_bar(out, s, most);
	if (p->old != NULL)
		step_bar(out, old, most);
	textbuf_add(out, "</td>");
	html_number_cell(out, n->fired);
	if (p->old != NULL)
		html_number_cell(out, old != NULL ? old->fired : 0);
	html_number_cell(out, n->answered);
	if (p->old != NULL)
		html_number_cell(out, old != NULL ? old->answered : 0);
	html_number_cell(out, n->over);
	html_number_cell(out, n->skipped);
	spread_cell(out, &n->after);
	textbuf_add(out, "</tr>\n");
}

static void step_table(const struct html_page *p,
    const struct backtest_chain *c, const struct backtest_chain *old)
{
	size_t steps = c != NULL ? c->nsteps : 0;
	size_t most = fired_most(old, fired_most(c, 0));
	struct textbuf caption;

	if (old != NULL && old->nsteps > steps)
		steps = old->nsteps;
	if (most == 0)
		return;
	textbuf_init(&caption);
	textbuf_addf(&caption, "Steps of %s", c != NULL ? c->name : old->name);
	html_table_open(p->out, caption.data,
	    p->old != NULL ? "Step|To whom|New above old|#Fired|#Old|"
			     "#Answered|#Old|#Over|#Skipped|Since the start"
			   : "Step|To whom|Fired|#Fired|#Answered|#Over|"
			     "#Skipped|Since the start");
	textbuf_fini(&caption);
	for (size_t i = 0; i < steps; i++)
		step_row(p, i, step_of(c, i), step_of(old, i), most);
	html_table_close(p->out);
}

void page_chains(const struct html_page *p)
{
	static const char *const styles[] = { "k-answered", "k-fired" };
	static const char *const labels[] = { "answered at this step",
		"went on, or nobody answered" };

	if (p->new->nchains == 0 && (p->old == NULL || p->old->nchains == 0))
		return;
	page_section(p, "chains", "Escalations");
	page_legend_sides(p);
	chain_table(p);
	page_legend(p, styles, labels, 2);
	for (size_t i = 0; i < p->new->nchains; i++) {
		const struct backtest_chain *c = &p->new->chains[i];

		step_table(p, c, chain_of(p->old, c->name));
	}
	for (size_t i = 0; p->old != NULL && i < p->old->nchains; i++)
		if (chain_of(p->new, p->old->chains[i].name) == NULL)
			step_table(p, NULL, &p->old->chains[i]);
	page_section_end(p);
}
