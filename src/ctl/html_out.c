/* html_out.c - see html_out.h.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/html_out.h"

#include "base/markup.h"
#include "core/moment.h"
#include "ctl/width.h"

#include <string.h>

static void add_escaped(struct textbuf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (!markup_is_none(s)) {
			markup_addc(out, *s);
			continue;
		}
		textbuf_add(out, "\xef\xbf\xbd");
		s += 2;
	}
}

void html_text(struct textbuf *out, const char *text)
{
	struct textbuf clean;

	textbuf_init(&clean);
	text_clean(&clean, text);
	add_escaped(out, clean.data);
	textbuf_fini(&clean);
}

void html_name(struct textbuf *out, const char *text)
{
	textbuf_add(out, "<bdi>");
	html_text(out, text);
	textbuf_add(out, "</bdi>");
}

void html_element(struct textbuf *out, const char *tag, const char *text)
{
	textbuf_addf(out, "<%s>", tag);
	html_text(out, text);
	textbuf_addf(out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

void html_number(struct textbuf *out, size_t n)
{
	if (n < 1000) {
		textbuf_addf(out, "%zu", n);
		return;
	}
	html_number(out, n / 1000);
	n %= 1000;
	textbuf_addf(out, ",%c%c%c", '0' + (char)(n / 100),
	    '0' + (char)(n / 10 % 10), '0' + (char)(n % 10));
}

void html_number_cell(struct textbuf *out, size_t n)
{
	textbuf_add(out, "<td class=\"n\">");
	html_number(out, n);
	textbuf_add(out, "</td>");
}

void html_share(struct textbuf *out, size_t part, size_t all)
{
	if (all == 0)
		textbuf_addc(out, '-');
	else
		textbuf_addf(out, "%zu%%", (part * 100 + all / 2) / all);
}

void html_when(struct textbuf *out, struct wall at, const struct zone *zone)
{
	char text[MOMENT_TEXT_MAX];

	moment_there(at, zone, text);
	html_text(out, text[0] != '\0' ? text : "-");
}

void html_spread(struct textbuf *out, const struct spread *s)
{
	char median[SPAN_TEXT_MAX];
	char most[SPAN_TEXT_MAX];

	if (s->count == 0) {
		textbuf_addc(out, '-');
		return;
	}
	span_format(spread_percentile(s, 50), median);
	span_format(spread_percentile(s, 90), most);
	textbuf_addf(out, "median %s, 90%% within %s", median, most);
}

void html_table_open(
    struct textbuf *out, const char *caption, const char *columns)
{
	textbuf_add(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
			 "aria-label=\"");
	html_text(out, caption);
	textbuf_add(out, "\"><table>\n<caption>");
	html_text(out, caption);
	textbuf_add(out, "</caption>\n<thead><tr>");
	while (*columns != '\0') {
		size_t len = strcspn(columns, "|");

		if (*columns == '#')
			textbuf_addf(out,
			    "<th scope=\"col\" class=\"n\">%.*s</th>",
			    (int)len - 1, columns + 1);
		else
			textbuf_addf(out, "<th scope=\"col\">%.*s</th>",
			    (int)len, columns);
		columns += len + (columns[len] == '|');
	}
	textbuf_add(out, "</tr></thead>\n<tbody>\n");
}

void html_table_close(struct textbuf *out)
{
	textbuf_add(out, "</tbody></table></div>\n");
}
