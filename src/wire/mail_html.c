/* mail_html.c - a mail as it reads on a phone, by day and by night.
 *
 * What mail readers agree on is old HTML: tables, inline styles.  A style sheet
 * besides is for those that know media queries; without it all still reads.
 * White on each colour has a contrast of 4.5 at least (WCAG 2.1, 1.4.3).
 *
 * SPDX-License-Identifier: MIT */
#include "wire/mail_parts.h"

#include "base/markup.h"
#include "wire/plain_text.h"

#define FONT                                                                   \
	"font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,"      \
	"Helvetica,Arial,sans-serif;"
#define TABLE                                                                  \
	"<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" "    \
	"border=\"0\""
#define INK  "color:#101828;"
#define DIM  "color:#475467;"
#define WRAP "word-wrap:break-word;overflow-wrap:anywhere;"

static const char style[] =
    "<style>\n"
    ":root{color-scheme:light dark;supported-color-schemes:light dark}\n"
    "@media (max-width:520px){\n"
    ".page{padding:0 !important}\n"
    ".card{border-radius:0 !important;border-left:0 !important;"
    "border-right:0 !important}\n"
    ".label,.value{display:block !important;width:auto !important}\n"
    ".label{padding:10px 0 0 !important}\n"
    ".value{padding:0 0 9px !important;border-top:0 !important}\n"
    ".button{display:block !important;margin:0 0 10px !important;"
    "text-align:center !important}\n"
    "}\n"
    "@media (prefers-color-scheme:dark){\n"
    ".page{background:#0c111d !important}\n"
    ".card{background:#1d2230 !important;border-color:#3b4254 !important}\n"
    ".ink{color:#f2f4f7 !important}\n"
    ".dim{color:#a8b0bf !important}\n"
    ".line{border-color:#3b4254 !important}\n"
    ".plain{background:#1d2230 !important;color:#f2f4f7 !important;"
    "border-color:#667085 !important}\n"
    ".link{color:#84adff !important}\n"
    "}\n"
    "</style>\n";

static const char *const colours[FACE_COUNT] = {
	[FACE_BREACHED] = "#b42318",
	[FACE_WARNED] = "#b54708",
	[FACE_ACKED] = "#175cd3",
	[FACE_OPEN] = "#475467",
	[FACE_OVER] = "#067647",
};

static const char *colour(const struct letter *l)
{
	const struct notice_view *v = l->views[0];

	if (v->mark[0] != '\0')
		return colours[FACE_OPEN];
	return colours[v->reason == NOTICE_RESOLVED ? FACE_OVER : v->face];
}

static void add_html(struct textbuf *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\n')
			textbuf_add(out, "<br>\n");
		else if (*p == '\'') /* no attribute of ours has these quotes */
			textbuf_addc(out, *p);
		else
			markup_addc(out, *p);
	}
}

/* One line of somebody's, cut and escaped. */
static void add_line(struct textbuf *out, const char *text, size_t max)
{
	struct textbuf line;

	textbuf_init(&line);
	plain_cut(text, max, &line);
	add_html(out, line.data);
	textbuf_fini(&line);
}

static void begin(
    struct textbuf *out, const struct letter *l, const char *subject)
{
	struct textbuf headline;

	textbuf_init(&headline);
	mail_headline(&headline, l);
	textbuf_add(out,
	    "<!DOCTYPE html>\n<html lang=\"en\"><head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, "
	    "initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<meta name=\"supported-color-schemes\" content=\"light dark\">\n"
	    "<title>");
	add_html(out, subject);
	textbuf_addf(out, "</title>\n%s</head>\n", style);
	textbuf_add(out,
	    "<body class=\"page\" style=\"margin:0;padding:0;"
	    "background:#f2f4f7\">\n" TABLE
	    " width=\"100%\" class=\"page\" style=\"background:#f2f4f7\">"
	    "<tr><td class=\"page\" align=\"center\" style=\"padding:24px "
	    "12px\">\n" TABLE
	    " width=\"100%\" class=\"card\" style=\"max-width:600px;"
	    "background:#ffffff;border:1px solid #d0d5dd;border-radius:8px;"
	    "border-collapse:separate;overflow:hidden;text-align:left;" FONT
	    "\">\n");
	textbuf_addf(out,
	    "<tr><td style=\"background:%s;color:#ffffff;padding:16px 20px;"
	    "font-size:18px;line-height:1.35;font-weight:600;" WRAP "\">",
	    colour(l));
	add_html(out, headline.data);
	textbuf_add(out, "</td></tr>\n");
	textbuf_fini(&headline);
}

static void end(struct textbuf *out, const struct letter *l)
{
	struct textbuf foot;

	textbuf_init(&foot);
	mail_foot(&foot, l);
	textbuf_add(out,
	    "<tr><td class=\"dim line\" style=\"padding:12px 20px;border-top:"
	    "1px solid #eaecf0;font-size:12px;line-height:1.5;" DIM "\">");
	add_html(out, foot.data);
	textbuf_add(
	    out, "</td></tr>\n</table>\n</td></tr></table>\n</body></html>\n");
	textbuf_fini(&foot);
}

/* Big enough for a thumb. */
static void add_button(struct textbuf *out, const char *url, const char *label,
    const char *background)
{
	textbuf_add(out, "<a class=\"button");
	textbuf_add(out, background == NULL ? " plain\"" : "\"");
	textbuf_add(out, " href=\"");
	add_html(out, url);
	textbuf_addf(out,
	    "\" style=\"display:inline-block;margin:0 10px 10px 0;padding:12px "
	    "22px;border-radius:6px;border:1px solid %s;background:%s;color:%s;"
	    "font-size:16px;line-height:1.25;font-weight:600;text-decoration:"
	    "none\">%s</a>\n",
	    background == NULL ? "#98a2b3" : background,
	    background == NULL ? "#ffffff" : background,
	    background == NULL ? "#101828" : "#ffffff", label);
}

static void add_buttons(struct textbuf *out, const struct letter *l)
{
	const char *ack = mail_ack_url(l, 0);
	const char *url = mail_ticket_url(l->views[0]);

	if (ack == NULL && url == NULL)
		return;
	textbuf_add(out, "<tr><td style=\"padding:14px 20px 4px\">\n");
	if (ack != NULL)
		add_button(out, ack, "Acknowledge", "#175cd3");
	if (url != NULL)
		add_button(out, url, "Open ticket", NULL);
	if (ack != NULL)
		textbuf_add(out,
		    "<div class=\"dim\" style=\"font-size:12px;line-height:1.4;"
		    "padding-bottom:8px;" DIM
		    "\">Acknowledge opens a page that asks you to confirm."
		    "</div>\n");
	textbuf_add(out, "</td></tr>\n");
}

static void add_head(struct textbuf *out, const struct notice_view *v)
{
	struct textbuf summary;

	if (v->ticket[0] == '\0')
		return;
	textbuf_init(&summary);
	mail_summary(&summary, v);
	textbuf_add(out,
	    "<tr><td style=\"padding:16px 20px 0;" WRAP
	    "\"><div class=\"ink\" style=\"font-size:17px;line-height:1.4;"
	    "font-weight:600;" INK "\">");
	add_line(out, v->subject, MAIL_SUBJECT_MAX);
	textbuf_add(out, "</div>\n<div class=\"dim\" style=\"font-size:14px;"
			 "line-height:1.5;" DIM "\">");
	add_line(out, v->ticket, MAIL_ITEM_MAX);
	textbuf_add(out, summary.len > 0 ? " &middot; " : "");
	add_html(out, summary.data);
	textbuf_add(out, "</div></td></tr>\n");
	textbuf_fini(&summary);
}

static void add_facts(
    struct textbuf *out, const struct letter *l, const struct notice_view *v)
{
	struct mail_facts f;

	mail_facts_init(&f, l, v);
	textbuf_add(out,
	    "<tr><td style=\"padding:8px 20px 14px\">\n" TABLE
	    " width=\"100%\" style=\"font-size:15px;line-height:1.45\">\n");
	for (size_t i = 0; i < f.count; i++) {
		textbuf_addf(out,
		    "<tr><td class=\"label dim line\" valign=\"top\" width="
		    "\"116\" style=\"padding:7px 12px 7px 0;border-top:1px "
		    "solid #eaecf0;font-size:13px;line-height:1.65;" DIM
		    "\">%s</td>\n",
		    f.at[i].label);
		textbuf_add(out,
		    "<td class=\"value ink line\" valign=\"top\" style=\""
		    "padding:7px 0;border-top:1px solid #eaecf0;" INK WRAP
		    "\">");
		add_html(out, f.at[i].text);
		textbuf_add(out, "</td></tr>\n");
	}
	/* A table without rows is none. */
	if (f.count == 0)
		textbuf_add(out, "<tr><td></td></tr>\n");
	textbuf_add(out, "</table></td></tr>\n");
	mail_facts_fini(&f);
}

static void add_own_words(struct textbuf *out, const struct notice_view *v)
{
	struct textbuf lines;

	textbuf_init(&lines);
	mail_lines(&lines, v->body, MAIL_BODY_MAX);
	textbuf_add(out,
	    "<tr><td class=\"ink\" style=\"padding:12px 20px 16px;font-size:"
	    "15px;line-height:1.5;" INK WRAP "\">");
	add_html(out, lines.data);
	textbuf_add(out, "</td></tr>\n");
	textbuf_fini(&lines);
}

static void add_small_link(
    struct textbuf *out, const char *url, const char *label)
{
	if (url == NULL)
		return;
	textbuf_add(out, "<a class=\"link\" href=\"");
	add_html(out, url);
	textbuf_addf(out,
	    "\" style=\"display:inline-block;padding:6px 18px 6px 0;"
	    "color:#175cd3\">%s</a>",
	    label);
}

/* Short styles: there may be a hundred. */
static void add_item(struct textbuf *out, const struct letter *l, size_t i)
{
	const struct notice_view *v = l->views[i];
	struct textbuf text;

	textbuf_init(&text);
	mail_mark(&text, v);
	mail_what(&text, v, MAIL_ITEM_MAX);
	textbuf_addf(out,
	    "<tr><td class=\"line\" style=\"padding:10px 20px 6px;border-top:"
	    "1px solid #eaecf0;" WRAP "\"><b class=\"ink\" style=\"" INK "\">");
	add_html(out, text.data);
	textbuf_add(out, "</b><br>\n<span class=\"ink\" style=\"" INK "\">");
	add_line(out, v->ticket, MAIL_ITEM_MAX);
	textbuf_addc(out, ' ');
	add_line(out, v->subject, MAIL_ITEM_MAX);
	textbuf_add(out,
	    "</span><br>\n<span class=\"dim\" style=\"font-size:13px;" DIM
	    "\">");
	textbuf_clear(&text);
	mail_summary(&text, v);
	add_html(out, text.data);
	textbuf_add(out, "</span><br>\n");
	add_small_link(out, mail_ack_url(l, i), "Acknowledge");
	add_small_link(out, mail_ticket_url(v), "Open ticket");
	textbuf_add(out, "</td></tr>\n");
	textbuf_fini(&text);
}

static void add_list(struct textbuf *out, const struct letter *l)
{
	struct textbuf rest;

	textbuf_init(&rest);
	if (l->kind == LETTER_INCIDENT) {
		textbuf_add(&rest, "Since ");
		mail_when(&rest, l, l->since);
		textbuf_add(&rest, ". ");
	}
	mail_rest(&rest, l);
	if (rest.len > 0) {
		textbuf_add(out,
		    "<tr><td class=\"dim\" style=\"padding:12px 20px;font-size:"
		    "14px;line-height:1.5;" DIM "\">");
		add_html(out, rest.data);
		textbuf_add(out, "</td></tr>\n");
	}
	textbuf_add(out, "<tr><td>" TABLE " width=\"100%\" style=\"font-size:"
			 "15px;line-height:1.45\">\n");
	for (size_t i = 0; i < l->nviews; i++)
		add_item(out, l, i);
	textbuf_add(out, "</table></td></tr>\n");
	textbuf_fini(&rest);
}

void mail_html(struct textbuf *out, const struct letter *l, const char *subject)
{
	begin(out, l, subject);
	if (letter_is_list(l)) {
		add_list(out, l);
	} else {
		add_head(out, l->views[0]);
		add_buttons(out, l);
		if (l->views[0]->body != NULL)
			add_own_words(out, l->views[0]);
		else
			add_facts(out, l, l->views[0]);
	}
	end(out, l);
}
