/* pages.h - the pages that somebody sees who follows a link in a mail.
 *
 * One column, no scripts, nothing loaded from anywhere, light or dark as the
 * reader has it, a button that a thumb finds.  They change nothing by being
 * looked at: mail scanners follow links.
 *
 * Every text of somebody else's is escaped, so that no customer's subject can
 * put anything into the page.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_PAGES_H
#define SLAWATCH_WIRE_PAGES_H

#include "base/textbuf.h"
#include "core/notice_view.h"

#include <stdbool.h>

struct page {
	const char *title;  /* "Acknowledge?" */
	const char *text;   /* a sentence or two; or "" */
	const char *button; /* of the form, or NULL: there is none */
	const char *person; /* in whose name the button does it; or "" */
	const struct notice_view *ticket; /* or NULL */
};

/* A whole HTML document. */
void page_html(const struct page *p, struct textbuf *out);

/* What stands in its style element, for the policy that allows it alone. */
extern const char page_style[];

#endif
