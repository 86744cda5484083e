/* dump_text.c - texts, lists, hours and dates as YAML.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/dump_parts.h"

#include "base/instant.h"
#include "conf/hours.h"

#include <string.h>

/* A text that YAML reads as itself without quotes.  Strict: quoting too much
 * harms nobody. */
static bool is_plain(const char *s)
{
	static const char *const words[] = { "null", "true", "false", "~" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(s, words[i]) == 0)
			return false;
	if (s[0] == '\0' || s[0] == '-' || s[0] == '.')
		return false;
	for (; *s != '\0'; s++)
		if (!(*s >= 'a' && *s <= 'z') && !(*s >= 'A' && *s <= 'Z') &&
		    !(*s >= '0' && *s <= '9') && strchr("._-/+", *s) == NULL)
			return false;
	return true;
}

void dump_text(struct textbuf *out, const char *text)
{
	if (is_plain(text)) {
		textbuf_add(out, text);
		return;
	}
	textbuf_addc(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			textbuf_addc(out, '\\');
		if (*text == '\n')
			textbuf_add(out, "\\n");
		else if (*text == '\t')
			textbuf_add(out, "\\t");
		else
			textbuf_addc(out, *text);
	}
	textbuf_addc(out, '"');
}

static void indented(struct textbuf *out, int indent)
{
	for (int i = 0; i < indent; i++)
		textbuf_addc(out, ' ');
}

void dump_name(struct textbuf *out, int indent, const char *name)
{
	indented(out, indent);
	dump_text(out, name);
	textbuf_add(out, ":\n");
}

void dump_key(struct textbuf *out, int indent, const char *name)
{
	indented(out, indent);
	dump_text(out, name);
	textbuf_add(out, ": ");
}

void dump_pair(
    struct textbuf *out, int indent, const char *key, const char *value)
{
	if (value == NULL)
		return;
	indented(out, indent);
	textbuf_addf(out, "%s: ", key);
	/* Keys that want these words want them as words. */
	if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)
		textbuf_add(out, value);
	else
		dump_text(out, value);
	textbuf_addc(out, '\n');
}

void dump_span(struct textbuf *out, int indent, const char *key, int64_t ms)
{
	char text[SPAN_TEXT_MAX];

	span_exact(ms, text);
	dump_pair(out, indent, key, text);
}

void dump_send(struct textbuf *out, int indent, enum send send)
{
	if (send != SEND_UNSAID)
		dump_pair(out, indent, "send", send_name(send));
}

void dump_int(struct textbuf *out, int indent, const char *key, int value)
{
	indented(out, indent);
	textbuf_addf(out, "%s: %d\n", key, value);
}

void dump_names(struct textbuf *out, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		textbuf_add(out, i == 0 ? "[ " : ", ");
		dump_text(out, names[i]);
	}
	textbuf_add(out, n == 0 ? "[]" : " ]");
}

void dump_list(struct textbuf *out, int indent, const char *key,
    const char *const *names, size_t n)
{
	if (n == 0)
		return;
	indented(out, indent);
	textbuf_addf(out, "%s: ", key);
	dump_names(out, names, n);
	textbuf_addc(out, '\n');
}

/* --- calendars ------------------------------------------------------------ */

static void two_digits(struct textbuf *out, int n)
{
	textbuf_addf(out, "%d%d", n / 10, n % 10);
}

static void minutes(struct textbuf *out, int n)
{
	two_digits(out, n / 60);
	textbuf_addc(out, ':');
	two_digits(out, n % 60);
}

static void hours(struct textbuf *out, const struct day_hours *h)
{
	if (h->count == 0)
		textbuf_add(out, "closed");
	for (size_t i = 0; i < h->count; i++) {
		textbuf_add(out, i == 0 ? "[ \"" : ", \"");
		minutes(out, h->at[i].start_min);
		textbuf_addc(out, '-');
		minutes(out, h->at[i].end_min);
		textbuf_addc(out, '"');
	}
	textbuf_add(out, h->count == 0 ? "\n" : " ]\n");
}

void dump_week(struct textbuf *out, const struct day_hours *week)
{
	textbuf_add(out, "    week:\n");
	for (int i = 0; i < 7; i++) {
		textbuf_addf(out, "      %s: ", hours_day_name(i));
		hours(out, &week[i]);
	}
}

static void date(struct textbuf *out, const struct calendar_date *d)
{
	if (d->year != 0)
		textbuf_addf(out, "%d-", d->year);
	two_digits(out, d->month);
	textbuf_addc(out, '-');
	two_digits(out, d->day);
}

void dump_exceptions(
    struct textbuf *out, const struct calendar_date *dates, size_t n)
{
	if (n > 0)
		textbuf_add(out, "    except:\n");
	for (size_t i = 0; i < n; i++) {
		textbuf_add(out, "      ");
		date(out, &dates[i]);
		textbuf_add(out, ": ");
		hours(out, &dates[i].hours);
	}
}

void dump_holidays(struct textbuf *out, const struct calendar_date *dates,
    size_t ndates, const char *const *files, size_t nfiles)
{
	if (ndates + nfiles > 0)
		textbuf_add(out, "    holidays:\n");
	for (size_t i = 0; i < ndates; i++) {
		textbuf_add(out, "      - ");
		date(out, &dates[i]);
		textbuf_addc(out, '\n');
	}
	for (size_t i = 0; i < nfiles; i++) {
		textbuf_add(out, "      - ");
		dump_text(out, files[i]);
		textbuf_addc(out, '\n');
	}
}
