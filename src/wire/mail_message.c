/* mail_message.c - headers, a text, the same in HTML.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/mail_message.h"

#include "wire/mail_content.h"
#include "wire/mail_encode.h"

/* Quoted-printable writes = as =3D, so that this cannot stand in a body. */
#define BOUNDARY "=_slawatch"

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

/* "Mon, 5 Jan 2026 09:00:00 +0000", RFC 5322 3.3. */
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

void mail_message(const struct letter *l, const struct mail_envelope *e,
    struct arena *a, struct textbuf *out)
{
	struct mail_content content;
	struct mail_headers h;

	mail_content_init(&content, l);
	mail_headers_init(&h, l, e, a);
	mail_mailbox(out, "From", e->from_name, e->from);
	mail_mailbox(out, "To", e->to_name, e->to);
	mail_unstructured(out, "Subject", content.subject.data);
	add_date(out, l->now);
	for (size_t i = 0; i < h.count; i++)
		textbuf_addf(out, "%s: %s\r\n", h.at[i].name, h.at[i].value);
	textbuf_add(out, "MIME-Version: 1.0\r\n"
			 "Content-Type: multipart/alternative;\r\n"
			 " boundary=\"" BOUNDARY "\"\r\n\r\n");
	add_part(out, "text/plain", &content.text);
	add_part(out, "text/html", &content.html);
	textbuf_add(out, "--" BOUNDARY "--\r\n");
	mail_content_fini(&content);
}
