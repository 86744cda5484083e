/* pages.c - HTML by hand.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/pages.h"

#include "base/markup.h"
#include "wire/plain_text.h"

#define TEXT_MAX 1000 /* bytes of one text of somebody else's */
#define URL_MAX	 2000

const char page_style[] =
    ":root{color-scheme:light dark}"
    "body{margin:0;font:17px/1.5 system-ui,sans-serif;background:#f4f5f7;"
    "color:#1d2330}"
    "main{max-width:34rem;margin:0 auto;padding:1.5rem 1rem}"
    "section{background:#fff;border-radius:12px;padding:1rem 1.25rem;"
    "margin:1rem 0;box-shadow:0 1px 3px rgba(0,0,0,.15)}"
    "h1{font-size:1.4rem;line-height:1.25;margin:0 0 .75rem}"
    "h2{font-size:1.1rem;line-height:1.3;margin:0 0 .5rem;"
    "overflow-wrap:anywhere}"
    "p,ul{margin:.4rem 0}ul{padding-left:1.2rem}"
    ".s{color:#5a6375;font-size:.95rem;overflow-wrap:anywhere}"
    "button{font:inherit;font-weight:600;width:100%;padding:.9rem 1rem;"
    "border:0;border-radius:10px;background:#0b5fff;color:#fff}"
    "button:focus-visible,a:focus-visible{outline:3px solid #ffb300;"
    "outline-offset:2px}"
    "a{color:#0b5fff}"
    "@media(prefers-color-scheme:dark){body{background:#14171c;color:#e8eaf0}"
    "section{background:#20252d;box-shadow:none}.s{color:#a3acbd}"
    "a{color:#8ab4ff}button{background:#1f66f5}}";

/* One line, safe in a text and in a quoted attribute. */
static void add_theirs(struct textbuf *out, const char *text)
{
	struct textbuf line;
	size_t len;

	textbuf_init(&line);
	plain_line(text, &line);
	len = utf8_cut(line.data, line.len, TEXT_MAX);
	for (size_t i = 0; i < len; i++)
		markup_addc(out, line.data[i]);
	if (len < line.len)
		textbuf_add(out, "\xE2\x80\xA6");
	textbuf_fini(&line);
}

static void add_element(
    struct textbuf *out, const char *open, const char *text, const char *close)
{
	if (text[0] == '\0')
		return;
	textbuf_add(out, open);
	add_theirs(out, text);
	textbuf_add(out, close);
}

/* --- the ticket ----------------------------------------------------------- */

/* "P1 Critical, zendesk:4711, Acme Corp, open, owned by Eli Park". */
static void add_facts(struct textbuf *out, const struct notice_view *v)
{
	textbuf_add(out, "<p class=\"s\">");
	add_theirs(out, v->ticket);
	if (v->severity[0] != '\0') {
		add_element(out, ", ", v->severity, "");
		add_element(out, " ", v->severity_title, "");
	}
	add_element(out, ", ", v->customer, "");
	add_element(out, ", ", v->status, "");
	add_element(out, ", owned by ", v->assignee, "");
	textbuf_add(out, "</p>");
}

static void add_clocks(struct textbuf *out, const struct notice_view *v)
{
	if (v->nclocks == 0)
		return;
	textbuf_add(out, "<ul>");
	for (size_t i = 0; i < v->nclocks; i++) {
		textbuf_add(out, "<li>");
		add_theirs(out, v->clocks[i].name);
		textbuf_add(out, ": ");
		add_theirs(out, v->clocks[i].words);
		textbuf_add(out, "</li>");
	}
	textbuf_add(out, "</ul>");
}

static void add_ticket(struct textbuf *out, const struct notice_view *v)
{
	textbuf_add(out, "<section>");
	textbuf_add(out, "<h2>");
	add_element(out, "", v->mark, ": ");
	add_theirs(out, v->subject);
	textbuf_add(out, "</h2>");
	add_element(out, "<p><strong>", v->face_title, "</strong></p>");
	add_facts(out, v);
	add_clocks(out, v);
	if (v->url != NULL && plain_url(v->url, URL_MAX)) {
		textbuf_add(out, "<p><a rel=\"noreferrer\" href=\"");
		add_theirs(out, v->url);
		textbuf_add(out, "\">Open the ticket</a></p>");
	}
	textbuf_add(out, "</section>");
}

/* --- the page ------------------------------------------------------------- */

static void add_form(struct textbuf *out, const struct page *p)
{
	if (p->button == NULL)
		return;
	textbuf_add(out, "<form method=\"post\"><button type=\"submit\">");
	add_theirs(out, p->button);
	textbuf_add(out, "</button></form>");
	add_element(out, "<p class=\"s\">In the name of ", p->person, "</p>");
}

void page_html(const struct page *p, struct textbuf *out)
{
	textbuf_add(out,
	    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width, "
	    "initial-scale=1\"><meta name=\"robots\" content=\"noindex\">");
	textbuf_add(out, "<title>");
	if (p->ticket != NULL)
		add_element(out, "", p->ticket->mark, ": ");
	add_theirs(out, p->title);
	textbuf_add(out, "</title>");
	textbuf_addf(out, "<style>%s</style></head><body><main>", page_style);
	textbuf_add(out, "<h1>");
	if (p->ticket != NULL)
		add_element(out, "", p->ticket->mark, ": ");
	add_theirs(out, p->title);
	textbuf_add(out, "</h1>");
	add_element(out, "<p>", p->text, "</p>");
	if (p->ticket != NULL)
		add_ticket(out, p->ticket);
	add_form(out, p);
	textbuf_add(out, "</main></body></html>\n");
}
