/* html_chart.h - pictures of a page, as SVG within it.
 *
 * Whole numbers only, so that they are the same on every machine.  Colours are
 * classes of the page's style: light, dark and paper need no other picture.
 * Bars stand in a table beside their numbers and are hidden from screen
 * readers; the week has a title, a description and a title in each hour.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_HTML_CHART_H
#define SLAWATCH_CTL_HTML_CHART_H

#include "base/textbuf.h"
#include "core/spread.h"

#include <stddef.h>
#include <stdint.h>

struct chart_part {
	const char *style; /* class of the page's style */
	size_t value;
};

/* Parts one behind the other; all of `most` is the whole width. */
void chart_bar(
    struct textbuf *out, const struct chart_part *parts, size_t n, size_t most);

/* A line from the 10th to the 90th percentile with a mark at the median; empty
 * if there are none. */
void chart_range(struct textbuf *out, const struct spread *s, int64_t most_ms,
    const char *style);

/* Days beside each other, hours below each other, darker where there are more;
 * `most` is the darkest.  id is unique in the page and ours. */
void chart_week(struct textbuf *out, const char *id, const char *title,
    const size_t (*hours)[24], size_t most);

/* The most of any hour. */
size_t chart_week_most(const size_t (*hours)[24]);

extern const char *const chart_days[7]; /* "Mon" */

#endif
