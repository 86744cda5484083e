/* report_parts.h - what the parts of the text report share.
 *
 * Numbers are integers until they are written, and rounded half up: the same
 * report on every machine.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_REPORT_PARTS_H
#define SLAWATCH_CTL_REPORT_PARTS_H

#include "ctl/report.h"
#include "ctl/table.h"

#define REPORT_TEXT_MAX 80

struct report_page {
	const struct report *r;
	const struct backtest *b; /* the new one's */
	struct screen screen;
	struct textbuf *out;
};

/* "12.5%", "<0.1%" of what is not 0; "-" of nothing. */
void report_percent(size_t part, size_t whole, char out[REPORT_TEXT_MAX]);

/* "2.4": how many for each of those; "-" of nothing. */
void report_each(size_t count, size_t of, char out[REPORT_TEXT_MAX]);

/* "12.3": how many in each such span; "-" where what is counted is shorter than
 * one: nothing is made up. */
void report_per(const struct backtest *b, size_t count, int64_t span_ms,
    char out[REPORT_TEXT_MAX]);

/* How long what is counted lasts. */
int64_t report_lasts(const struct backtest *b);

/* "Mon 2026-01-05 09:00" by the zone's wall clock; "-" for never. */
void report_at(
    const struct backtest *b, struct wall at, char out[REPORT_TEXT_MAX]);

/* "person", "persons": "3 notices". */
void report_count(
    struct textbuf *out, size_t n, const char *one, const char *many);

void report_heading(const struct report_page *p, const char *text);

/* Clears the text after writing it as a paragraph under that head; nothing of
 * an empty one. */
void report_say(
    const struct report_page *p, const char *head, struct textbuf *text);

/* A number or a text as the next cell. */
void report_number(struct table *t, size_t n, enum colour colour);
void report_share(struct table *t, size_t part, size_t whole);

/* The sections. */
void report_clocks(const struct report_page *p);
void report_chains(const struct report_page *p);
void report_people(const struct report_page *p);
void report_channels(const struct report_page *p);
void report_week(const struct report_page *p);
void report_history(const struct report_page *p);
void report_never(const struct report_page *p);

#endif
