/* mail_text.c - a mail as it reads in a terminal.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/mail_parts.h"

#include "wire/plain_text.h"

#include <string.h>

#define COLUMNS	     72
#define LABEL_COLUMN 14 /* "Told before   " */

/* Characters, each taken for one column. */
static size_t columns(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t at = 0; at < len; count++) {
		size_t n = plain_char(text + at, len - at);

		at += n == 0 ? 1 : n;
	}
	return count;
}

static void add_blanks(struct textbuf *out, size_t count)
{
	for (size_t i = 0; i < count; i++)
		textbuf_addc(out, ' ');
}

/* Words of one line, broken at blanks; the first stands at column `indent`
 * already.  What has no blank stays whole. */
static void add_wrapped(
    struct textbuf *out, const char *text, size_t len, size_t indent)
{
	size_t used = indent;

	for (size_t at = 0; at < len;) {
		const char *blank = memchr(text + at, ' ', len - at);
		size_t n =
		    blank == NULL ? len - at : (size_t)(blank - text) - at;
		size_t width = columns(text + at, n);

		if (used > indent && used + 1 + width > COLUMNS) {
			textbuf_addc(out, '\n');
			add_blanks(out, indent);
			used = indent;
		} else if (used > indent) {
			textbuf_addc(out, ' ');
			used++;
		}
		textbuf_addn(out, text + at, n);
		used += width;
		at += n + 1;
	}
	textbuf_addc(out, '\n');
}

/* The same for several lines. */
static void add_paragraph(struct textbuf *out, const char *text, size_t indent)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		add_wrapped(out, text, len, indent);
		text += len;
		if (*text == '\n')
			text++;
		if (*text != '\0')
			add_blanks(out, indent);
	}
}

static void add_facts(
    struct textbuf *out, const struct letter *l, const struct notice_view *v)
{
	struct mail_facts f;

	mail_facts_init(&f, l, v);
	for (size_t i = 0; i < f.count; i++) {
		size_t len = strlen(f.at[i].label);

		textbuf_add(out, f.at[i].label);
		add_blanks(out, len < LABEL_COLUMN ? LABEL_COLUMN - len : 1);
		add_paragraph(out, f.at[i].text, LABEL_COLUMN);
	}
	mail_facts_fini(&f);
}

/* A link has a line of its own, so that terminals take it whole. */
static void add_link(
    struct textbuf *out, const char *indent, const char *label, const char *url)
{
	if (url != NULL)
		textbuf_addf(
		    out, "\n%s%s:\n%s%s\n", indent, label, indent, url);
}

static void add_head(struct textbuf *out, const struct notice_view *v)
{
	struct textbuf summary;

	if (v->ticket[0] == '\0')
		return;
	textbuf_init(&summary);
	mail_summary(&summary, v);
	plain_cut(v->subject, MAIL_SUBJECT_MAX, out);
	textbuf_addc(out, '\n');
	plain_cut(v->ticket, MAIL_ITEM_MAX, out);
	textbuf_addf(
	    out, "%s%s\n\n", summary.len > 0 ? "  " : "", summary.data);
	textbuf_fini(&summary);
}

static void add_notice(struct textbuf *out, const struct letter *l)
{
	const struct notice_view *v = l->views[0];

	add_head(out, v);
	if (v->body != NULL)
		mail_lines(out, v->body, MAIL_BODY_MAX);
	else
		add_facts(out, l, v);
	add_link(out, "", "Acknowledge (a page asks you to confirm)",
	    mail_ack_url(l, 0));
	add_link(out, "", "Open the ticket", mail_ticket_url(v));
}

/* "1. ", and what follows stands below it. */
static void add_item(struct textbuf *out, const struct letter *l, size_t i)
{
	const struct notice_view *v = l->views[i];
	const char *ack = mail_ack_url(l, i);
	const char *url = mail_ticket_url(v);

	textbuf_addf(out, "\n%zu. ", i + 1);
	mail_mark(out, v);
	mail_what(out, v, MAIL_ITEM_MAX);
	textbuf_add(out, "\n   ");
	plain_cut(v->ticket, MAIL_ITEM_MAX, out);
	textbuf_addc(out, ' ');
	plain_cut(v->subject, MAIL_ITEM_MAX, out);
	textbuf_add(out, "\n   ");
	mail_summary(out, v);
	textbuf_addc(out, '\n');
	if (ack != NULL)
		textbuf_addf(out, "   Acknowledge: %s\n", ack);
	if (url != NULL)
		textbuf_addf(out, "   Ticket: %s\n", url);
}

static void add_list(struct textbuf *out, const struct letter *l)
{
	struct textbuf rest;

	if (l->kind == LETTER_INCIDENT) {
		textbuf_add(out, "Since ");
		mail_when(out, l, l->since);
		textbuf_addc(out, '\n');
	}
	for (size_t i = 0; i < l->nviews; i++)
		add_item(out, l, i);
	textbuf_init(&rest);
	mail_rest(&rest, l);
	if (rest.len > 0) {
		textbuf_addc(out, '\n');
		add_paragraph(out, rest.data, 0);
	}
	textbuf_fini(&rest);
}

void mail_text(struct textbuf *out, const struct letter *l)
{
	struct textbuf line;

	textbuf_init(&line);
	mail_headline(&line, l);
	add_wrapped(out, line.data, line.len, 0);
	textbuf_fini(&line);
	if (letter_is_list(l)) {
		add_list(out, l);
	} else {
		textbuf_addc(out, '\n');
		add_notice(out, l);
	}
	textbuf_add(out, "\n-- \n");
	mail_foot(out, l);
	textbuf_addc(out, '\n');
}
