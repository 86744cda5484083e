/* mail_message.c - headers that thread, a text, the same in HTML.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/mail_message.h"

#include "wire/mail_encode.h"
#include "wire/plain_text.h"

#include <stdlib.h>
#include <string.h>

/* Quoted-printable writes = as =3D, so that this cannot stand in a body. */
#define BOUNDARY "=_slawatch"

#define SUBJECT_MAX 250	 /* bytes */
#define VALUE_MAX   2000 /* bytes of one fact */
#define TOLD_SHOWN  12
#define FACTS_MAX   24
#define ADDRESS_MAX 254 /* RFC 5321 4.5.3.1.3 */

/* What both bodies show, line by line. */
struct fact {
	const char *label;
	char *text; /* owned */
};

struct facts {
	struct fact at[FACTS_MAX];
	size_t count;
};

/* At most max bytes of the text as one line. */
static void add_line(struct textbuf *out, const char *text, size_t max)
{
	struct textbuf line;
	size_t len;

	textbuf_init(&line);
	plain_line(text, &line);
	len = utf8_cut(line.data, line.len, max);
	textbuf_addn(out, line.data, len);
	if (len < line.len)
		textbuf_add(out, "...");
	textbuf_fini(&line);
}

/* Takes the text over. */
static void add_fact(struct facts *f, const char *label, struct textbuf *text)
{
	if (text->len > 0 && f->count < FACTS_MAX)
		f->at[f->count++] = (struct fact){ label, textbuf_take(text) };
	textbuf_fini(text);
}

static void fact(
    struct facts *f, const char *label, const char *text, const char *more)
{
	struct textbuf tb;

	textbuf_init(&tb);
	add_line(&tb, text, VALUE_MAX);
	if (tb.len > 0 && more[0] != '\0') {
		textbuf_add(&tb, " (");
		add_line(&tb, more, VALUE_MAX);
		textbuf_addc(&tb, ')');
	}
	add_fact(f, label, &tb);
}

/* "2026-01-05 09:00:00 UTC" */
static void add_when(struct textbuf *out, struct wall at)
{
	char text[WALL_TEXT_MAX];

	wall_format(wall_at(at.ms / SECOND_MS * SECOND_MS), text);
	textbuf_addf(out, "%.*s %.*s UTC", 10, text, 8, text + 11);
}

static void clock_fact(const struct notice_view *v, struct facts *f)
{
	struct textbuf tb;

	textbuf_init(&tb);
	add_line(&tb, v->clock, VALUE_MAX);
	if (tb.len > 0 && v->due_text[0] != '\0') {
		textbuf_add(&tb, ", ");
		add_line(&tb, v->due_text, VALUE_MAX);
	}
	if (tb.len > 0 && !wall_is_never(v->due)) {
		textbuf_add(&tb, ", due ");
		add_when(&tb, v->due);
	}
	add_fact(f, "Clock", &tb);
}

static void customer_fact(const struct notice_view *v, struct facts *f)
{
	struct textbuf tb;

	textbuf_init(&tb);
	add_line(&tb, v->customer, VALUE_MAX);
	if (v->tier[0] != '\0') {
		textbuf_add(&tb, tb.len > 0 ? ", " : "");
		add_line(&tb, v->tier, VALUE_MAX);
	}
	if (v->value[0] != '\0') {
		textbuf_add(&tb, tb.len > 0 ? ", value " : "value ");
		add_line(&tb, v->value, VALUE_MAX);
	}
	add_fact(f, "Customer", &tb);
}

static void told_facts(const struct notice_view *v, struct facts *f)
{
	size_t skip = v->ntold > TOLD_SHOWN ? v->ntold - TOLD_SHOWN : 0;
	struct textbuf tb;

	textbuf_init(&tb);
	if (skip > 0)
		textbuf_addf(&tb, "%zu earlier; ", skip);
	for (size_t i = skip; i < v->ntold; i++) {
		textbuf_add(&tb, i > skip ? "; " : "");
		add_line(&tb, v->told[i].who, 100);
		textbuf_add(&tb, " by ");
		add_line(&tb, v->told[i].channel, 60);
		textbuf_addc(&tb, ' ');
		add_when(&tb, v->told[i].at);
	}
	add_fact(f, "Told before", &tb);
}

static void gather(const struct notice_view *v, struct facts *f)
{
	f->count = 0;
	fact(f, "Why", v->why, "");
	fact(f, "Ticket", v->ticket, "");
	fact(f, "Subject", v->subject, "");
	fact(f, "Severity", v->severity, v->severity_title);
	clock_fact(v, f);
	customer_fact(v, f);
	fact(f, "Status", v->status, "");
	fact(f, "Team", v->team, "");
	fact(
	    f, "Assignee", v->assignee[0] != '\0' ? v->assignee : "nobody", "");
	told_facts(v, f);
	fact(f, "Tried", v->tried, "");
	fact(f, "Next step", v->next_step, "");
	fact(f, "Missing", v->missing, "");
	fact(f, "May decide", v->authority, "");
	if (plain_url(v->url, VALUE_MAX))
		fact(f, "Link", v->url, "");
	fact(f, "Late", v->late_text, "");
	fact(f, "Repeat",
	    v->repeat ? "this may have been sent before a restart" : "", "");
}

static void text_body(
    const struct notice_view *v, const struct facts *f, struct textbuf *out)
{
	add_line(out, v->headline, VALUE_MAX);
	textbuf_add(out, "\n\n");
	for (size_t i = 0; i < f->count; i++) {
		size_t pad = 13 - strlen(f->at[i].label);

		textbuf_addf(out, "%s:", f->at[i].label);
		textbuf_addn(out, "             ", pad);
		textbuf_addf(out, "%s\n", f->at[i].text);
	}
	textbuf_addf(
	    out, "\n-- \nslawatch notice %lld\n", (long long)v->notice_id);
}

static void add_html(struct textbuf *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		switch (*p) {
		case '&':
			textbuf_add(out, "&amp;");
			break;
		case '<':
			textbuf_add(out, "&lt;");
			break;
		case '>':
			textbuf_add(out, "&gt;");
			break;
		case '"':
			textbuf_add(out, "&quot;");
			break;
		default:
			textbuf_addc(out, *p);
		}
	}
}

static void html_row(const struct fact *f, struct textbuf *out)
{
	bool link = strcmp(f->label, "Link") == 0;

	textbuf_addf(out,
	    "<tr><th align=\"left\" valign=\"top\">%s</th>"
	    "<td>",
	    f->label);
	if (link) {
		textbuf_add(out, "<a href=\"");
		add_html(out, f->text);
		textbuf_add(out, "\">");
	}
	add_html(out, f->text);
	textbuf_addf(out, "%s</td></tr>\n", link ? "</a>" : "");
}

static void html_body(
    const struct notice_view *v, const struct facts *f, struct textbuf *out)
{
	struct textbuf headline;

	textbuf_init(&headline);
	add_line(&headline, v->headline, VALUE_MAX);
	textbuf_add(out, "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">"
			 "</head><body>\n<h2>");
	add_html(out, headline.data);
	textbuf_add(out, "</h2>\n<table cellpadding=\"4\">\n");
	for (size_t i = 0; i < f->count; i++)
		html_row(&f->at[i], out);
	textbuf_addf(out,
	    "</table>\n<p>slawatch notice %lld</p>\n</body></html>\n",
	    (long long)v->notice_id);
	textbuf_fini(&headline);
}

static void add_part(
    struct textbuf *out, const char *type, const struct textbuf *body)
{
	textbuf_addf(out,
	    "--" BOUNDARY "\r\n"
	    "Content-Type: %s; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
	    type);
	mail_quoted_printable(out, body->data);
}

static void add_bodies(const struct notice_view *v, struct textbuf *out)
{
	struct textbuf body;
	struct facts f;

	gather(v, &f);
	textbuf_init(&body);
	text_body(v, &f, &body);
	add_part(out, "text/plain", &body);
	textbuf_clear(&body);
	html_body(v, &f, &body);
	add_part(out, "text/html", &body);
	textbuf_add(out, "--" BOUNDARY "--\r\n");
	textbuf_fini(&body);
	for (size_t i = 0; i < f.count; i++)
		free(f.at[i].text);
}

/* "Mon, 05 Jan 2026 09:00:00 +0000", RFC 5322 3.3. */
static void add_date(struct textbuf *out, struct wall at)
{
	static const char days[] = "MonTueWedThuFriSatSun";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char clock[WALL_TEXT_MAX];
	struct civil c;
	int weekday;

	civil_from_ms(at.ms, &c);
	weekday = civil_weekday(civil_days(c.year, c.month, c.day));
	wall_format(at, clock);
	textbuf_addf(out, "Date: %.*s, %d %.*s %d %.*s +0000\r\n", 3,
	    days + (size_t)weekday * 3, c.day, 3,
	    months + ((size_t)c.month - 1) * 3, c.year, 8, clock + 11);
}

static void add_subject(const struct notice_view *v, struct textbuf *out)
{
	struct textbuf tb;

	textbuf_init(&tb);
	if (v->severity[0] != '\0') {
		textbuf_addc(&tb, '[');
		add_line(&tb, v->severity, 20);
		textbuf_add(&tb, "] ");
	}
	add_line(&tb, v->headline, 120);
	textbuf_add(&tb, " - ");
	add_line(&tb, v->ticket, 60);
	textbuf_addc(&tb, ' ');
	add_line(&tb, v->subject, SUBJECT_MAX);
	mail_unstructured(out, "Subject", tb.data);
	textbuf_fini(&tb);
}

static bool is_domain(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len <= 253 && text[0] != '.' &&
	       text[len - 1] != '.' && strstr(text, "..") == NULL &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") == len;
}

/* Between message id's angle brackets. */
static void add_ids(const struct notice_view *v, const struct mail_envelope *e,
    struct textbuf *out)
{
	const char *domain =
	    is_domain(e->domain) ? e->domain : "slawatch.invalid";
	struct textbuf root;

	textbuf_init(&root);
	textbuf_add(&root, "<ticket.");
	mail_id_part(&root, v->thread);
	textbuf_addf(&root, "@%s>", domain);
	textbuf_add(out, "Message-ID: <notice.");
	mail_id_part(out, e->idempotency_key);
	textbuf_addf(out, "@%s>\r\n", domain);
	textbuf_addf(out, "In-Reply-To: %s\r\n", root.data);
	textbuf_addf(out, "References: %s\r\n", root.data);
	textbuf_fini(&root);
}

/* What stands before the address of a mailbox, without its quotes. */
static void add_sender(struct textbuf *out, const char *mailbox)
{
	char address[ADDRESS_MAX + 1];
	struct textbuf name;
	size_t len = strcspn(mailbox, "<");

	if (!mail_address(mailbox, address, sizeof address)) {
		mail_mailbox(out, "From", "", "slawatch@slawatch.invalid");
		return;
	}
	textbuf_init(&name);
	for (size_t i = 0; i < len && mailbox[len] == '<'; i++) {
		if (mailbox[i] != '"' && mailbox[i] != '\\')
			textbuf_addc(&name, mailbox[i]);
	}
	while (name.len > 0 && name.data[name.len - 1] == ' ')
		name.data[--name.len] = '\0';
	mail_mailbox(out, "From", name.data, address);
	textbuf_fini(&name);
}

static void add_recipient(struct textbuf *out, const struct mail_envelope *e)
{
	char address[ADDRESS_MAX + 1];
	struct textbuf name;

	if (!mail_address(e->to, address, sizeof address)) {
		textbuf_add(out, "To: undisclosed-recipients:;\r\n");
		return;
	}
	textbuf_init(&name);
	add_line(&name, e->to_name, 200);
	mail_mailbox(out, "To", name.data, address);
	textbuf_fini(&name);
}

void mail_message(const struct notice_view *v, const struct mail_envelope *e,
    struct textbuf *out)
{
	add_sender(out, e->from);
	add_recipient(out, e);
	add_subject(v, out);
	add_date(out, v->now);
	add_ids(v, e, out);
	textbuf_add(out, "Auto-Submitted: auto-generated\r\n"
			 "X-Auto-Response-Suppress: All\r\n"
			 "MIME-Version: 1.0\r\n"
			 "Content-Type: multipart/alternative;\r\n"
			 " boundary=\"" BOUNDARY "\"\r\n\r\n");
	add_bodies(v, out);
}

/* One @, a local part of plain characters, a domain. */
static bool is_address(const char *text)
{
	const char *at = strchr(text, '@');
	size_t local = at != NULL ? (size_t)(at - text) : 0;

	if (local == 0 || local > 64 || !is_domain(at + 1) ||
	    strlen(text) > ADDRESS_MAX)
		return false;
	for (size_t i = 0; i < local; i++) {
		if (text[i] <= ' ' || text[i] >= 0x7F ||
		    strchr("<>()[],;:\\\"", text[i]) != NULL)
			return false;
	}
	return text[0] != '.' && at[-1] != '.';
}

bool mail_address(const char *mailbox, char *out, size_t size)
{
	const char *open = strchr(mailbox, '<');
	const char *start = open != NULL ? open + 1 : mailbox;
	size_t len = strcspn(start, ">");
	char bare[ADDRESS_MAX + 1];

	for (const char *p = mailbox; *p != '\0'; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7F)
			return false;
	}
	if (open != NULL && strcmp(start + len, ">") != 0)
		return false;
	if (len >= sizeof bare || len >= size)
		return false;
	memcpy(bare, start, len);
	bare[len] = '\0';
	if (!is_address(bare))
		return false;
	memcpy(out, bare, len + 1);
	return true;
}
