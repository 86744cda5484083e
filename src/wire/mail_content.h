/* mail_content.h - what does a mail say: subject, plain text, HTML?
 *
 * The same for every way of mail: SMTP wraps it in a message of its own
 * (mail_message.h), the HTTP APIs take the parts.
 *
 * A notice's subject is the ticket ("[P1] zendesk:4711 Cannot log in"), not
 * what happened to it: Gmail and Outlook keep mails in one conversation only
 * while the subject stays.  What happened is the first line of the body, which
 * every list of mails shows behind the subject.  A title of the user's own is
 * the subject, whatever it does to conversations.
 *
 * The text part reads in 72 columns; the HTML part is one column with inline
 * styles, for narrow screens and dark ones by media queries, without images or
 * anything else to load.  Instants are in the reader's zone.
 *
 * A digest of a hundred ordinary tickets stays below 102 kB, where Gmail clips.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_MAIL_CONTENT_H
#define SLAWATCH_WIRE_MAIL_CONTENT_H

#include "base/textbuf.h"
#include "wire/via.h"

struct mail_content {
	struct textbuf subject; /* one line */
	struct textbuf text;	/* lines end in LF */
	struct textbuf html;
};

/* The letter has a view at least. */
void mail_content_init(struct mail_content *c, const struct letter *l);
void mail_content_fini(struct mail_content *c);

/* Subject and text, for whoever looks at it beforehand: via.h. */
const char *mail_words(const struct letter *l, struct arena *a);

#endif
