/* wrap.c - see wrap.h.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/wrap.h"

#include "base/instant.h"
#include "ctl/width.h"

#include <string.h>

static void add_blanks(struct textbuf *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		textbuf_addc(out, ' ');
}

void wrap_pad(struct textbuf *out, const char *text, size_t columns)
{
	size_t width = text_width(text);

	text_clean(out, text);
	add_blanks(out, width < columns ? columns - width : 0);
}

static size_t word_length(const char *s)
{
	return strcspn(s, " ");
}

static size_t word_width(const char *s, size_t len)
{
	char copy[512];
	struct textbuf tb;

	textbuf_init_fixed(&tb, copy, sizeof copy);
	textbuf_addn(&tb, s, len);
	return text_width(copy);
}

void wrap_line(
    struct textbuf *out, struct screen s, const char *head, const char *text)
{
	size_t hang = text_width(head);
	size_t most = 0; /* columns of the text; 0: any */
	size_t used = 0;
	struct textbuf clean;

	if (s.columns > 0)
		most = s.columns > hang + WRAP_LEAST ? s.columns - hang
						     : WRAP_LEAST;
	textbuf_init(&clean);
	text_clean(&clean, text);
	text_clean(out, head);
	for (const char *p = clean.data; *p != '\0';) {
		size_t len = word_length(p);
		size_t width = word_width(p, len);

		if (used > 0 && most > 0 && used + 1 + width > most) {
			textbuf_addc(out, '\n');
			add_blanks(out, hang);
			used = 0;
		} else if (used > 0) {
			textbuf_addc(out, ' ');
			used++;
		}
		textbuf_addn(out, p, len);
		used += width;
		p += len;
		p += strspn(p, " ");
	}
	textbuf_addc(out, '\n');
	textbuf_fini(&clean);
}

void wrap_span(struct textbuf *out, int64_t ms)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = { { "h", HOUR_MS }, { "m", MINUTE_MS }, { "s", SECOND_MS },
		{ "ms", 1 } };
	uint64_t left = ms < 0 ? 0 - (uint64_t)ms : (uint64_t)ms;
	bool any = false;

	if (ms < 0)
		textbuf_addc(out, '-');
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		uint64_t n = left / (uint64_t)units[i].ms;

		left %= (uint64_t)units[i].ms;
		if (n == 0)
			continue;
		textbuf_addf(out, "%s%llu%s", any ? " " : "",
		    (unsigned long long)n, units[i].name);
		any = true;
	}
	if (!any)
		textbuf_add(out, "0s");
}
