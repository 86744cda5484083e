/* template.h - the user's own words around our facts.
 *
 * Logic-less: {{field}} is its text, {{#field}}...{{/field}} is shown if the
 * field has a text, {{^field}}...{{/field}} if it has none; {{{{ is a literal
 * "{{".  Sections of different fields may stand in each other, and there is no
 * code.  The tag of a section that has a line for itself takes the line with
 * it.  Fields are rows of one table (template_fields.c), each with its sentence
 * for the man page: everything that a notice_view knows.
 *
 * Checked when the matrix is read: an unknown field names the nearest, a
 * section that does not end names its line.  Rendering cannot fail.
 *
 * In words for people no field is longer than its row says: the rest is "...".
 * In JSON, which a program reads, nothing is cut.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_TEMPLATE_H
#define SLAWATCH_CORE_TEMPLATE_H

#include "base/errtext.h"
#include "base/textbuf.h"
#include "core/notice_view.h"

#include <stdbool.h>
#include <stddef.h>

#define TEMPLATE_MAX	   8192 /* bytes of a template */
#define TEMPLATE_DEPTH_MAX 8	/* sections in each other */

struct template_field {
	const char *name;   /* "customer" */
	const char *help;   /* a sentence */
	const char *sample; /* for --check and preview without a ticket */
	size_t most;	    /* bytes of it in words for people */
	bool always;	    /* never empty */
	size_t at;	    /* offset of its text in a view; unless: */
	void (*add)(const struct notice_view *v, struct textbuf *out);
};
extern const struct template_field template_fields[];
extern const size_t template_fields_count;

/* False: why says what and where: "line 2: there is no field \"custmer\"; did
 * you mean \"customer\"?" */
bool template_check(const char *text, struct errtext *why);

enum template_escape { ESCAPE_NONE, ESCAPE_JSON };

/* A text that has passed template_check(). */
void template_render(const char *text, const struct notice_view *v,
    enum template_escape escape, struct textbuf *out);

/* With the samples instead of a view, each as long as it may get (to check a
 * channel's limits) or as given. */
void template_sample(const char *text, enum template_escape escape,
    bool longest, struct textbuf *out);

/* With nothing in any field that may be empty. */
void template_blank(
    const char *text, enum template_escape escape, struct textbuf *out);

/* The words that the chain, else the channel, of the notice has for title and
 * body, put into the view; a template of which nothing remains is as none.
 * Only what calls somebody in the first place has the user's words: a title
 * that was written for an alert must not stand above "it is over", nor in the
 * place of "nobody answered". */
void template_apply(const struct matrix *m, const struct notice *n,
    struct arena *arena, struct notice_view *v);

#endif
