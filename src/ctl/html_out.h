/* html_out.h - write HTML that is XML as well, so that anything can check it.
 *
 * Texts come from matrices and tickets: html_text() is the one way in which
 * they get into a page.  What could move or hide what stands around them is
 * made harmless as width.h does it.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_HTML_OUT_H
#define SLAWATCH_CTL_HTML_OUT_H

#include "base/textbuf.h"
#include "core/spread.h"
#include "core/zone.h"

#include <stddef.h>

/* Somebody else's text, between tags or within a quoted attribute. */
void html_text(struct textbuf *out, const char *text);

/* The same on its own: a name written from right to left stays where it is. */
void html_name(struct textbuf *out, const char *text);

/* <tag>text</tag>, text as html_text(); tag "td class=\"n\"" has attributes. */
void html_element(struct textbuf *out, const char *tag, const char *text);

/* 12345 as "12,345". */
void html_number(struct textbuf *out, size_t n);

/* <td class="n">12,345</td> */
void html_number_cell(struct textbuf *out, size_t n);

/* "75%" of all; "-" of none. */
void html_share(struct textbuf *out, size_t part, size_t all);

/* "Mon 2026-01-05 10:00 CET"; "-" for never.  zone is not NULL. */
void html_when(struct textbuf *out, struct wall at, const struct zone *zone);

/* "median 12m, 90% within 1h 5m"; "-" if there are none. */
void html_spread(struct textbuf *out, const struct spread *s);

/* A table that scrolls by itself where it is too wide: <caption>, and columns
 * separated by "|", those of numbers with a "#" before: "person|#notices|". */
void html_table_open(
    struct textbuf *out, const char *caption, const char *columns);
void html_table_close(struct textbuf *out);

#endif
