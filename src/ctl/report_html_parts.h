/* report_html_parts.h - what the page of a backtest is made of.
 *
 * Private to report_html*.c and against_html.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_REPORT_HTML_PARTS_H
#define SLAWATCH_CTL_REPORT_HTML_PARTS_H

#include "base/textbuf.h"
#include "ctl/report.h"

struct html_page {
	const struct report *r;
	const struct backtest *new;
	const struct backtest *old; /* or NULL */
	const struct zone *zone;    /* not NULL */
	struct textbuf *out;
};

/* <section> with a heading; id is ours. */
void page_section(const struct html_page *p, const char *id, const char *title);
void page_section_end(const struct html_page *p);

/* ", 12 fewer" in its colour, where there is an old one to compare with. */
void page_more(const struct html_page *p, size_t old, size_t new_one);

/* Little squares and what they stand for; styles and labels by index. */
void page_legend(const struct html_page *p, const char *const *styles,
    const char *const *labels, size_t n);

/* "new" and "old" in their colours; nothing without an old one. */
void page_legend_sides(const struct html_page *p);

/* The sections, in order; each leaves out what there is nothing of. */
void page_numbers(const struct html_page *p); /* report_html.c */
void page_clocks(const struct html_page *p);  /* report_html_clocks.c */
void page_chains(const struct html_page *p);
void page_people(const struct html_page *p); /* report_html_people.c */
void page_channels(const struct html_page *p);
void page_week(const struct html_page *p);
void page_history(const struct html_page *p); /* report_html.c */
void page_unused(const struct html_page *p);
void page_against(const struct html_page *p); /* against_html.c */
void page_tickets(const struct html_page *p);

#endif
