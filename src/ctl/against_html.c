/* against_html.c - of the page: what the other matrix changes.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/report_html_parts.h"

#include "base/check.h"
#include "ctl/against_row.h"
#include "ctl/html_chart.h"
#include "ctl/html_out.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NO_NUMBER SIZE_MAX /* makes no sense there */
#define LINES_MAX 100	   /* of one ticket */
#define OPEN_MAX  1	   /* tickets that are unfolded from the start */
#define AT_ONCE	  25	   /* tickets; the others are folded away as a whole */

static void cell_row(const struct html_page *p, const char *label,
    const size_t *numbers, size_t n)
{
	textbuf_addf(p->out, "<tr><th scope=\"row\">%s</th>", label);
	for (size_t i = 0; i < n; i++)
		if (numbers[i] != NO_NUMBER)
			html_number_cell(p->out, numbers[i]);
		else
			textbuf_add(p->out, "<td class=\"n\">-</td>");
	textbuf_add(p->out, "</tr>\n");
}

static void totals_table(
    const struct html_page *p, const struct against_totals *t)
{
	size_t earlier = t->earlier.count;
	size_t later = t->later.count;
	size_t kept = t->breaches[AGAINST_NEW] - t->breaches_appear;
	const size_t notices[] = { t->appear, t->vanish, t->moved, t->same };
	const size_t breaches[] = { t->breaches_appear, t->breaches_vanish,
		NO_NUMBER, kept };
	const size_t dues[] = { t->due_appear, t->due_vanish, earlier + later,
		t->due_same };

	html_table_open(
	    p->out, "What changes", "|#Appear|#Vanish|#Moved|#The same");
	cell_row(p, "Notices", notices, 4);
	cell_row(p, "Breaches", breaches, 4);
	cell_row(p, "Deadlines", dues, 4);
	html_table_close(p->out);
}

static int64_t greatest(const struct against_totals *t)
{
	int64_t of_earlier = spread_percentile(&t->earlier, 90);
	int64_t of_later = spread_percentile(&t->later, 90);

	return of_earlier > of_later ? of_earlier : of_later;
}

static void moved_row(const struct html_page *p, const char *label,
    const struct spread *s, int64_t most)
{
	textbuf_addf(p->out, "<tr><th scope=\"row\">%s</th>", label);
	textbuf_add(p->out, "<td class=\"chart\">");
	chart_range(p->out, s, most, "k-new");
	textbuf_add(p->out, "</td>");
	html_number_cell(p->out, s->count);
	textbuf_add(p->out, "<td>");
	html_spread(p->out, s);
	textbuf_add(p->out, "</td></tr>\n");
}

static void moved_table(
    const struct html_page *p, const struct against_totals *t)
{
	if (t->earlier.count + t->later.count == 0)
		return;
	html_table_open(p->out, "Deadlines that move",
	    "|10% to 90%, median|#Deadlines|By how much");
	moved_row(p, "Earlier", &t->earlier, greatest(t));
	moved_row(p, "Later", &t->later, greatest(t));
	html_table_close(p->out);
}

/* --- tickets ----------------------------------------------------------- */

struct listing {
	const struct html_page *page;
	struct textbuf *tickets; /* by rank */
};

static void add_summary(const struct against_ticket *t, struct textbuf *out)
{
	struct textbuf severity;

	textbuf_init(&severity);
	against_words_was(t, t->severity, &severity);
	textbuf_add(out, "<summary><span class=\"key\">");
	html_name(out, t->key);
	textbuf_add(out, "</span> ");
	html_name(out, severity.data);
	textbuf_fini(&severity);
	if (t->subject[0] != '\0') {
		textbuf_add(out, " <span class=\"dim\">");
		html_name(out, t->subject);
		textbuf_add(out, "</span>");
	}
	textbuf_add(out, "</summary>\n");
}

static void add_item(struct textbuf *out, struct textbuf *line)
{
	html_element(out, "li", line->data);
	textbuf_addc(out, '\n');
	textbuf_clear(line);
}

static void add_lines(const struct html_page *p, const struct against_ticket *t,
    struct textbuf *out)
{
	struct textbuf line;
	size_t shown = 0;

	textbuf_init(&line);
	if (against_words_policy(t, &line))
		add_item(out, &line);
	for (size_t side = 0; side < AGAINST_SIDES; side++)
		if (t->refused[side] > 0) {
			against_words_refused(
			    t, (enum against_side)side, &line);
			add_item(out, &line);
		}
	for (size_t i = 0; i < t->ndues && shown < LINES_MAX; i++, shown++) {
		against_words_due(&t->dues[i], p->zone, &line);
		add_item(out, &line);
	}
	for (size_t i = 0; i < t->nnotices && shown < LINES_MAX; i++, shown++) {
		against_words_notice(&t->notices[i], p->zone, &line);
		add_item(out, &line);
	}
	if (t->ndues + t->nnotices > shown)
		textbuf_addf(out, "<li>and %zu more</li>\n",
		    t->ndues + t->nnotices - shown);
	textbuf_fini(&line);
}

static void take_ticket(void *user, const struct against_ticket *t)
{
	struct listing *l = user;
	struct textbuf *out;

	if (t->rank >= AGAINST_RANKED)
		return;
	out = &l->tickets[t->rank];
	textbuf_addf(out, "<details class=\"ticket\"%s>",
	    t->rank < OPEN_MAX ? " open=\"open\"" : "");
	add_summary(t, out);
	textbuf_add(out, "<ul>\n");
	add_lines(l->page, t, out);
	textbuf_add(out, "</ul></details>\n");
}

static void fold_rest(const struct html_page *p, size_t differ)
{
	size_t shown = differ < AGAINST_RANKED ? differ : AGAINST_RANKED;

	textbuf_addf(
	    p->out, "<details><summary>%zu more</summary>\n", shown - AT_ONCE);
}

void page_tickets(const struct html_page *p)
{
	const struct against_totals *t;
	struct listing l = { .page = p };

	if (p->r->against == NULL)
		return;
	t = against_totals(p->r->against);
	if (t->differ == 0)
		return;
	l.tickets = calloc(AGAINST_RANKED, sizeof *l.tickets);
	CHECK(l.tickets != NULL);
	for (size_t i = 0; i < AGAINST_RANKED; i++)
		textbuf_init(&l.tickets[i]);
	against_each(p->r->against, take_ticket, &l);
	page_section(p, "tickets",
	    t->differ > 1 ? "Tickets, the greatest differences first"
			  : "The ticket that differs");
	for (size_t i = 0; i < AGAINST_RANKED; i++) {
		if (i == AT_ONCE && l.tickets[i].len > 0)
			fold_rest(p, t->differ);
		textbuf_addn(p->out, l.tickets[i].data, l.tickets[i].len);
		textbuf_fini(&l.tickets[i]);
	}
	if (t->differ > AT_ONCE)
		textbuf_add(p->out, "</details>\n");
	if (t->differ > AGAINST_RANKED)
		textbuf_addf(p->out,
		    "<p>And %zu more tickets; <code>--report json FILE</code> "
		    "has them all.</p>\n",
		    t->differ - AGAINST_RANKED);
	page_section_end(p);
	free(l.tickets);
}

void page_against(const struct html_page *p)
{
	const struct against_totals *t;

	if (p->r->against == NULL)
		return;
	t = against_totals(p->r->against);
	page_section(p, "against", "Against the old matrix");
	textbuf_add(p->out, "<p>");
	html_number(p->out, t->differ);
	textbuf_add(p->out, " of ");
	html_number(p->out, t->tickets);
	textbuf_add(p->out, " tickets differ.</p>\n");
	totals_table(p, t);
	moved_table(p, t);
	if (t->severities > 0)
		textbuf_addf(p->out,
		    "<p>%zu tickets end with another severity.</p>\n",
		    t->severities);
	if (t->refused > 0)
		textbuf_addf(p->out,
		    "<p>%zu tickets have events that only one of the two "
		    "refuses.</p>\n",
		    t->refused);
	page_section_end(p);
}
