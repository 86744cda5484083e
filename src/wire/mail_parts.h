/* mail_parts.h - what the text and the HTML of a mail are made of.
 *
 * Private to mail_*.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_MAIL_PARTS_H
#define SLAWATCH_WIRE_MAIL_PARTS_H

#include "base/textbuf.h"
#include "wire/via.h"

#define MAIL_VALUE_MAX	 2000  /* bytes of one fact */
#define MAIL_BODY_MAX	 32000 /* bytes of the user's own words */
#define MAIL_TITLE_MAX	 1000
#define MAIL_ITEM_MAX	 160 /* bytes of one text in a list of notices */
#define MAIL_URL_MAX	 2000
#define MAIL_FACTS_MAX	 40
#define MAIL_CLOCKS_MAX	 12
#define MAIL_TOLD_MAX	 12
#define MAIL_SUBJECT_MAX 250 /* bytes, of the ticket's subject */

/* What both bodies show, line by line. */
struct mail_fact {
	const char *label;
	char *text; /* owned; may have several lines */
};

struct mail_facts {
	struct mail_fact at[MAIL_FACTS_MAX];
	size_t count;
};

/* Of the letter's view of that number. */
void mail_facts_init(
    struct mail_facts *f, const struct letter *l, const struct notice_view *v);
void mail_facts_fini(struct mail_facts *f);

/* At most max bytes of the text, with its own line ends; LF behind each. */
void mail_lines(struct textbuf *out, const char *text, size_t max);

/* "Mon 5 Jan, 10:00 CET", as the reader's clock shows it. */
void mail_when(struct textbuf *out, const struct letter *l, struct wall at);

/* "DRILL: ", or nothing. */
void mail_mark(struct textbuf *out, const struct notice_view *v);

/* "TEST: Breached: first reply, 12m late"; "17 notices about 15 tickets". */
void mail_headline(struct textbuf *out, const struct letter *l);

/* Of one of them: without a mark in a list. */
void mail_what(struct textbuf *out, const struct notice_view *v, size_t max);

/* "P1 Critical, Acme Corp, enterprise, open" */
void mail_summary(struct textbuf *out, const struct notice_view *v);

/* What is not in this mail: "3 more are on their way"; or nothing. */
void mail_rest(struct textbuf *out, const struct letter *l);

/* Link to acknowledge the i-th, or NULL: none, or nothing to acknowledge. */
const char *mail_ack_url(const struct letter *l, size_t i);

/* Link to the ticket, or NULL. */
const char *mail_ticket_url(const struct notice_view *v);

/* Who is it for and why?  One line at the foot. */
void mail_foot(struct textbuf *out, const struct letter *l);

void mail_text(struct textbuf *out, const struct letter *l);
void mail_html(
    struct textbuf *out, const struct letter *l, const char *subject);

#endif
