/* report_html.c - a backtest as one page: its frame, numbers and notes.
 *
 * Everything is in the file: the style in its head, pictures as SVG, no script.
 * The policy in the head has the browser refuse whatever else.  Colours have a
 * contrast of 4.5 for text and 3 for what is drawn (WCAG 2.1, 1.4.3, 1.4.11),
 * and nothing is told by colour alone.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/report_html_parts.h"

#include "ctl/html_out.h"

#include <string.h>

static const char policy[] =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'";

static const char colours[] =
    ":root{color-scheme:light dark;--page:#f4f6fa;--card:#fff;--ink:#1a2233;"
    "--dim:#515c70;--line:#d5dbe6;--new:#175cd3;--old:#7a8598;"
    "--more:#9a3412;--less:#05603a;--breach:#b42318;--chain:#d9730d;"
    "--reminder:#7a4fb5;--last:#5c0f1c;--warning:#a17a00;--rest:#6b7688;"
    "--done:#067647;--h0:#edf0f6;--h1:#c9dcf7;--h2:#9cc2f2;--h3:#65a0e8;"
    "--h4:#1f62b8;--h5:#0d3a78;--t1:#1a2233;--t2:#1a2233;--t3:#1a2233;"
    "--t4:#fff;--t5:#fff}\n"
    "@media (prefers-color-scheme:dark){:root{--page:#0d121c;--card:#161d2b;"
    "--ink:#eef2f8;--dim:#a9b4c6;--line:#33405a;--new:#6ea3ee;--old:#78859c;"
    "--more:#fdb022;--less:#5fd3a0;--breach:#f97066;--chain:#fb9a3c;"
    "--reminder:#b692f6;--last:#ff5c8a;--warning:#eac54f;--rest:#8793a8;"
    "--done:#3fc18a;--h0:#1e2739;--h1:#1d3a66;--h2:#22549a;--h3:#2a66c4;"
    "--h4:#6ea3ee;--h5:#b5d2ff;--t1:#fff;--t2:#fff;--t3:#fff;--t4:#0d121c;"
    "--t5:#0d121c}}\n";

static const char layout[] =
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--page);color:var(--ink);"
    "font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,"
    "sans-serif;overflow-wrap:anywhere}\n"
    "main,header,footer{max-width:1180px;margin:0 auto;padding:0 16px}\n"
    "header{padding-top:24px}\n"
    "h1{font-size:1.6rem;line-height:1.25;margin:0 0 8px}\n"
    "h2{font-size:1.2rem;margin:0 0 12px}\n"
    "h3{font-size:1rem;margin:8px 0 4px}\n"
    ".plain{margin:0 0 8px;padding-left:20px}\n"
    "p{margin:0 0 8px}\n.dim,figcaption{color:var(--dim)}\n"
    "section{background:var(--card);border:1px solid var(--line);"
    "border-radius:8px;padding:16px;margin:16px 0}\n"
    ".tiles{display:grid;gap:12px;margin:16px 0;"
    "grid-template-columns:repeat(4,minmax(0,1fr))}\n"
    ".tiles div{background:var(--card);border:1px solid var(--line);"
    "border-radius:8px;padding:12px}\n"
    ".tiles dt{color:var(--dim);font-size:.875rem}\n"
    ".tiles dd{margin:0;font-size:1.5rem;font-weight:600;"
    "white-space:nowrap;font-variant-numeric:tabular-nums}\n"
    ".tiles .was{display:block;font-size:.8125rem;font-weight:400;"
    "white-space:normal}\n"
    ".more{color:var(--more)}\n.less{color:var(--less)}\n"
    ".scroll{overflow-x:auto;margin:0 0 12px}\n"
    ".scroll:focus-visible{outline:2px solid var(--new)}\n"
    "table{border-collapse:collapse;width:100%;font-size:.875rem;"
    "font-variant-numeric:tabular-nums}\n"
    "caption{text-align:left;font-weight:600;padding:4px 0}\n"
    "th,td{text-align:left;vertical-align:top;padding:5px 10px 5px 0;"
    "border-bottom:1px solid var(--line);min-width:3em}\n"
    "thead th{color:var(--dim);font-weight:600;white-space:nowrap;"
    "vertical-align:bottom}\n"
    "tbody th{font-weight:500;min-width:7em;max-width:22em}\n"
    ".n{text-align:right;white-space:nowrap}\n"
    ".chart{min-width:130px;width:30%;vertical-align:middle}\n"
    ".side{color:var(--dim);font-weight:400}\n";

static const char drawing[] =
    ".bar{display:block;width:100%;height:10px;margin:2px 0}\n"
    ".week{display:block;width:100%;max-width:420px;height:auto;"
    "font-size:11px;margin:0 0 8px}\n"
    ".axis{fill:var(--dim)}\n"
    ".beside{display:flex;flex-wrap:wrap;gap:24px}\n"
    "figure{margin:0;flex:1 1 300px;min-width:0}\n"
    ".legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 16px;"
    "padding:0;margin:0 0 8px;font-size:.875rem}\n"
    ".legend svg{width:12px;height:12px;margin-right:6px}\n"
    ".k-new{fill:var(--new)}.k-old{fill:var(--old)}"
    ".k-answered{fill:var(--done)}.k-fired{fill:var(--old)}\n"
    ".r-breach{fill:var(--breach)}.r-chain{fill:var(--chain)}"
    ".r-reminder{fill:var(--reminder)}.r-last{fill:var(--last)}"
    ".r-warning{fill:var(--warning)}.r-rest{fill:var(--rest)}\n"
    ".h0{fill:var(--h0)}.h1{fill:var(--h1)}.h2{fill:var(--h2)}"
    ".h3{fill:var(--h3)}.h4{fill:var(--h4)}.h5{fill:var(--h5)}\n"
    ".t1{fill:var(--t1)}.t2{fill:var(--t2)}.t3{fill:var(--t3)}"
    ".t4{fill:var(--t4)}.t5{fill:var(--t5)}\n"
    "details{margin:0 0 8px}\nsummary{cursor:pointer;padding:4px 0}\n"
    ".ticket{border-bottom:1px solid var(--line);margin:0}\n"
    ".ticket ul{margin:0 0 8px;padding-left:20px;font-size:.875rem}\n"
    ".key{font-weight:600}\n"
    "footer{color:var(--dim);padding-bottom:32px;font-size:.875rem}\n"
    "@media (max-width:600px){main,header,footer{padding:0 10px}"
    "section{padding:12px}th,td{padding-right:7px;min-width:0}"
    ".chart{min-width:110px}"
    ".tiles{grid-template-columns:1fr 1fr;gap:8px}}\n"
    "@media print{body{font-size:11pt}section,.tiles div{border-color:#999;"
    "break-inside:auto}tr,figure,.tiles div{break-inside:avoid}"
    "*{print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    ".scroll{overflow:visible}th,td{min-width:0}}\n";

/* What the file is called, wherever it lies. */
static const char *last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

void page_section(const struct html_page *p, const char *id, const char *title)
{
	textbuf_addf(p->out,
	    "<section aria-labelledby=\"%s-heading\">\n"
	    "<h2 id=\"%s-heading\">",
	    id, id);
	html_text(p->out, title);
	textbuf_add(p->out, "</h2>\n");
}

void page_section_end(const struct html_page *p)
{
	textbuf_add(p->out, "</section>\n");
}

void page_more(const struct html_page *p, size_t old, size_t new_one)
{
	const char *style = old == new_one  ? "dim"
			    : old > new_one ? "less"
					    : "more";

	textbuf_addf(p->out, "<span class=\"%s\">", style);
	if (old == new_one) {
		textbuf_add(p->out, "as many");
	} else if (old > new_one) {
		html_number(p->out, old - new_one);
		textbuf_add(p->out, " fewer");
	} else {
		html_number(p->out, new_one - old);
		textbuf_add(p->out, " more");
	}
	textbuf_add(p->out, "</span>");
}

void page_legend(const struct html_page *p, const char *const *styles,
    const char *const *labels, size_t n)
{
	textbuf_add(p->out, "<ul class=\"legend\">");
	for (size_t i = 0; i < n; i++)
		textbuf_addf(p->out,
		    "<li><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\" "
		    "focusable=\"false\"><rect class=\"%s\" width=\"12\" "
		    "height=\"12\" rx=\"2\"/></svg>%s</li>",
		    styles[i], labels[i]);
	textbuf_add(p->out, "</ul>\n");
}

void page_legend_sides(const struct html_page *p)
{
	static const char *const styles[] = { "k-new", "k-old" };
	static const char *const labels[] = { "new matrix", "old matrix" };

	if (p->old != NULL)
		page_legend(p, styles, labels, 2);
}

static void tile(
    const struct html_page *p, const char *label, size_t new_one, size_t old)
{
	textbuf_addf(p->out, "<div><dt>%s</dt><dd>", label);
	html_number(p->out, new_one);
	if (p->old != NULL) {
		textbuf_add(p->out, "<span class=\"was\">");
		page_more(p, old, new_one);
		textbuf_add(p->out, "</span>");
	}
	textbuf_add(p->out, "</dd></div>\n");
}

void page_numbers(const struct html_page *p)
{
	const struct backtest *n = p->new;
	const struct backtest *o = p->old != NULL ? p->old : n;

	textbuf_add(p->out, "<dl class=\"tiles\">\n");
	tile(p, "tickets", n->tickets, o->tickets);
	tile(p, "events taken", n->events, o->events);
	tile(p, "events refused", n->refused, o->refused);
	tile(p, "tickets warned of", n->warned, o->warned);
	tile(p, "tickets breached", n->breached, o->breached);
	tile(p, "tickets escalated", n->escalated, o->escalated);
	tile(p, "notices", n->notices, o->notices);
	tile(p, "of these alerts", n->alerts, o->alerts);
	textbuf_add(p->out, "</dl>\n");
}

/* --- history ----------------------------------------------------------- */

static void history_row(const struct html_page *p, const char *label,
    size_t part, size_t all, const struct spread *lead)
{
	textbuf_addf(p->out, "<tr><th scope=\"row\">%s</th>", label);
	html_number_cell(p->out, part);
	html_number_cell(p->out, all);
	textbuf_add(p->out, "<td class=\"n\">");
	html_share(p->out, part, all);
	textbuf_add(p->out, "</td><td>");
	if (lead != NULL)
		html_spread(p->out, lead);
	textbuf_add(p->out, "</td></tr>\n");
}

static void history_table(const struct html_page *p,
    const struct backtest_history *h, const char *caption)
{
	html_table_open(
	    p->out, caption, "Question|#Yes|#Of|#Share|How long before");
	history_row(p, "Real misses that anybody was alerted of (recall)",
	    h->caught, h->missed, &h->lead);
	history_row(p, "Real misses that a clock of ours ran out before",
	    h->late_before, h->missed, &h->late_lead);
	history_row(p, "Alerted tickets that really missed (precision)",
	    h->alerted_missed, h->alerted, NULL);
	history_row(p, "Tickets that breach here and missed there",
	    h->late_missed, h->late_missed + h->late_kept, NULL);
	history_row(p, "Tickets that keep it here and kept it there",
	    h->kept_kept, h->kept_kept + h->kept_missed, NULL);
	html_table_close(p->out);
	if (h->missed == 0)
		return;
	textbuf_add(p->out, "<p>Alert cost: ");
	html_number(p->out, h->alerts);
	textbuf_add(p->out, " alerts, ");
	html_number(p->out, h->caught);
	textbuf_add(p->out, " real misses caught.</p>\n");
}

void page_history(const struct html_page *p)
{
	const char *when = p->r->missed_when;

	if (!p->new->history.known)
		return;
	page_section(p, "history", "What really happened");
	textbuf_add(p->out, "<p>Missed means: ");
	if (when != NULL && *when != '\0')
		html_element(p->out, "code", when);
	else
		textbuf_add(p->out, "a breach recorded in the database");
	textbuf_add(p->out, ". It is told of ");
	html_number(p->out, p->new->history.said);
	textbuf_add(p->out, " tickets.</p>\n");
	history_table(p, &p->new->history,
	    p->old != NULL ? "New matrix" : "Recall and precision");
	if (p->old != NULL && p->old->history.known)
		history_table(p, &p->old->history, "Old matrix");
	page_section_end(p);
}

/* --- what never came to be --------------------------------------------- */

/* A heading where there is any, then the items; the last one ends it. */
struct unused {
	const struct html_page *page;
	const char *title;
	bool open;
};

static void unused_begin(struct unused *u, const char *title)
{
	u->title = title;
	u->open = false;
}

static void unused_item(struct unused *u)
{
	if (!u->open)
		textbuf_addf(u->page->out, "<h3>%s</h3>\n<ul class=\"plain\">",
		    u->title);
	u->open = true;
	textbuf_add(u->page->out, "<li>");
}

static void unused_end(struct unused *u)
{
	if (u->open)
		textbuf_add(u->page->out, "</ul>\n");
}

static void unused_list(struct unused *u, const char *title,
    const struct backtest_use *uses, size_t n)
{
	unused_begin(u, title);
	for (size_t i = 0; i < n; i++) {
		if (uses[i].times > 0)
			continue;
		unused_item(u);
		html_name(u->page->out, uses[i].name);
		textbuf_add(u->page->out, "</li>");
	}
	unused_end(u);
}

static void unused_severities(struct unused *u)
{
	const struct backtest *b = u->page->new;

	unused_begin(u, "Severities that no ticket had");
	for (size_t i = 0; i < b->nseverities; i++) {
		if (b->severities[i].tickets > 0)
			continue;
		unused_item(u);
		html_name(u->page->out, b->severities[i].name);
		textbuf_add(u->page->out, "</li>");
	}
	unused_end(u);
}

static bool severity_is_used(const struct backtest *b, const char *name)
{
	for (size_t i = 0; i < b->nseverities; i++)
		if (strcmp(b->severities[i].name, name) == 0)
			return b->severities[i].tickets > 0;
	return true;
}

/* Those of a policy that was never found say nothing more. */
static bool policy_is_used(const struct backtest *b, const char *name)
{
	for (size_t i = 0; i < b->npolicies; i++)
		if (strcmp(b->policies[i].name, name) == 0)
			return b->policies[i].times > 0;
	return true;
}

static void unused_targets(struct unused *u)
{
	const struct backtest *b = u->page->new;
	struct textbuf *out = u->page->out;

	unused_begin(u, "Targets that no clock got");
	for (size_t i = 0; i < b->ntargets; i++) {
		const struct backtest_target *t = &b->targets[i];

		if (t->times > 0 || !policy_is_used(b, t->policy) ||
		    !severity_is_used(b, t->severity))
			continue;
		unused_item(u);
		html_name(out, t->policy);
		textbuf_addc(out, ' ');
		html_name(out, t->severity);
		textbuf_addc(out, ' ');
		html_name(out, t->clock);
		textbuf_add(out, "</li>");
	}
	unused_end(u);
}

static bool never_ran(const struct backtest_chain *c)
{
	return c->runs == 0;
}

/* Of a chain that never ran no step is named. */
static void unused_chains(struct unused *u)
{
	const struct backtest *b = u->page->new;
	struct textbuf *out = u->page->out;

	unused_begin(u, "Chains that never started");
	for (size_t i = 0; i < b->nchains; i++) {
		if (!never_ran(&b->chains[i]))
			continue;
		unused_item(u);
		html_name(out, b->chains[i].name);
		textbuf_add(out, "</li>");
	}
	unused_end(u);
	unused_begin(u, "Steps that were never reached");
	for (size_t i = 0; i < b->nchains; i++) {
		const struct backtest_chain *c = &b->chains[i];

		for (size_t k = 0; k < c->nsteps; k++) {
			if (c->steps[k].fired > 0 || never_ran(c))
				continue;
			unused_item(u);
			html_name(out, c->name);
			textbuf_addf(out, " step %zu: ", k + 1);
			html_name(out, c->steps[k].who);
			textbuf_add(out, "</li>");
		}
	}
	unused_end(u);
}

void page_unused(const struct html_page *p)
{
	struct textbuf inside;
	struct html_page within = *p;
	struct unused u = { .page = &within };

	textbuf_init(&inside);
	within.out = &inside;
	unused_severities(&u);
	unused_list(&u, "Policies without a ticket", p->new->policies,
	    p->new->npolicies);
	unused_list(
	    &u, "Rules that never fired", p->new->rules, p->new->nrules);
	unused_targets(&u);
	unused_chains(&u);
	if (inside.len > 0) {
		page_section(p, "unused", "What never came to be");
		textbuf_addn(p->out, inside.data, inside.len);
		page_section_end(p);
	}
	textbuf_fini(&inside);
}

static void add_notes(const struct html_page *p)
{
	if (p->r->nnotes == 0)
		return;
	page_section(p, "notes", "To be kept in mind");
	textbuf_add(p->out, "<ul class=\"plain\">");
	for (size_t i = 0; i < p->r->nnotes; i++)
		html_element(p->out, "li", p->r->notes[i]);
	textbuf_add(p->out, "</ul>\n");
	page_section_end(p);
}

/* --- the frame --------------------------------------------------------- */

static void add_head(const struct html_page *p)
{
	struct textbuf *out = p->out;

	textbuf_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
			 "<meta charset=\"utf-8\"/>\n"
			 "<meta http-equiv=\"Content-Security-Policy\" "
			 "content=\"");
	textbuf_add(out, policy);
	textbuf_add(out, "\"/>\n<meta name=\"viewport\" "
			 "content=\"width=device-width, initial-scale=1\"/>\n"
			 "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
			 "<meta name=\"color-scheme\" "
			 "content=\"light dark\"/>\n<title>Backtest of ");
	html_text(out, last_name(p->r->matrix_name));
	textbuf_add(out, "</title>\n<style>\n");
	textbuf_add(out, colours);
	textbuf_add(out, layout);
	textbuf_add(out, drawing);
	textbuf_add(out, "</style>\n</head>\n<body>\n");
}

static void add_header(const struct html_page *p)
{
	struct textbuf *out = p->out;

	textbuf_add(out, "<header>\n<h1>Backtest of ");
	html_name(out, last_name(p->r->matrix_name));
	if (p->old != NULL) {
		textbuf_add(out, " against ");
		html_name(out, last_name(p->r->old_name));
	}
	textbuf_add(out, "</h1>\n<p class=\"dim\">Events: ");
	html_name(out, last_name(p->r->source));
	textbuf_add(out, ", from ");
	html_when(out, p->new->from, p->zone);
	textbuf_add(out, " to ");
	html_when(out, p->new->until, p->zone);
	textbuf_add(out, "; instants by the clock of ");
	html_text(out, zone_name(p->zone));
	textbuf_add(out, ".</p>\n</header>\n");
}

void report_html(const struct report *r, struct textbuf *out)
{
	struct zone *utc = r->new->zone == NULL ? zone_utc() : NULL;
	struct html_page page = { .r = r,
		.new = r->new,
		.old = r->old,
		.zone = utc != NULL ? utc : r->new->zone,
		.out = out };

	add_head(&page);
	add_header(&page);
	textbuf_add(out, "<main>\n");
	page_numbers(&page);
	page_against(&page);
	page_clocks(&page);
	page_people(&page);
	page_week(&page);
	page_chains(&page);
	page_channels(&page);
	page_history(&page);
	page_unused(&page);
	page_tickets(&page);
	add_notes(&page);
	textbuf_add(out, "</main>\n<footer><p>Made by slawatchctl "
			 "simulate.</p></footer>\n</body>\n</html>\n");
	zone_free(utc);
}
