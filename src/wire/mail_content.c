/* mail_content.c - the words that text and HTML share.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/mail_content.h"

#include "base/check.h"
#include "wire/mail_parts.h"
#include "wire/plain_text.h"

#include <string.h>

void mail_lines(struct textbuf *out, const char *text, size_t max)
{
	struct textbuf one;
	size_t len = utf8_cut(text, strlen(text), max);
	size_t at = 0;

	textbuf_init(&one);
	while (at < len) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t n = end == NULL ? len - at : (size_t)(end - text) - at;

		textbuf_clear(&one);
		textbuf_addn(&one, text + at, n);
		plain_line(one.data, out);
		textbuf_addc(out, '\n');
		at += n + 1;
	}
	if (text[len] != '\0')
		textbuf_add(out, "...\n");
	textbuf_fini(&one);
}

void mail_when(struct textbuf *out, const struct letter *l, struct wall at)
{
	static const char days[] = "MonTueWedThuFriSatSun";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const struct zone *zone = l->person == NULL ? NULL : l->person->zone;
	struct civil now;
	struct civil c;
	int weekday;

	if (zone != NULL) {
		zone_local(zone, at, &c);
		zone_local(zone, l->now, &now);
	} else {
		civil_from_ms(at.ms, &c);
		civil_from_ms(l->now.ms, &now);
	}
	weekday = civil_weekday(civil_days(c.year, c.month, c.day));
	textbuf_addf(out, "%.*s %d %.*s", 3, days + (size_t)weekday * 3, c.day,
	    3, months + ((size_t)c.month - 1) * 3);
	if (c.year != now.year)
		textbuf_addf(out, " %d", c.year);
	textbuf_addf(out, ", %s%d:%s%d %s", c.hour < 10 ? "0" : "", c.hour,
	    c.minute < 10 ? "0" : "", c.minute,
	    zone == NULL ? "UTC" : zone_abbrev(zone, at));
}

void mail_what(struct textbuf *out, const struct notice_view *v, size_t max)
{
	size_t before = out->len;

	if (v->title != NULL)
		plain_cut(v->title, max, out);
	if (out->len == before)
		plain_cut(v->headline, max, out);
}

/* How many tickets are they about?  A hundred at most. */
static size_t tickets_in(const struct letter *l)
{
	size_t count = 0;

	for (size_t i = 0; i < l->nviews; i++) {
		size_t before = 0;

		while (strcmp(l->views[before]->ticket, l->views[i]->ticket))
			before++;
		if (before == i)
			count++;
	}
	return count;
}

static void digest_headline(struct textbuf *out, const struct letter *l)
{
	size_t tickets = tickets_in(l);

	textbuf_addf(out, "%zu notice%s", l->nviews, l->nviews == 1 ? "" : "s");
	if (tickets != l->nviews)
		textbuf_addf(out, " about %zu ticket%s", tickets,
		    tickets == 1 ? "" : "s");
}

static void incident_headline(struct textbuf *out, const struct letter *l)
{
	textbuf_addf(out, "Incident: %d tickets", l->tickets);
	if (l->same[0] == '\0')
		return;
	textbuf_add(out, " with the same ");
	plain_cut(l->same, 60, out);
	textbuf_add(out, ", ");
	plain_cut(l->value, 120, out);
}

static void list_headline(struct textbuf *out, const struct letter *l)
{
	if (l->kind == LETTER_INCIDENT)
		incident_headline(out, l);
	else
		digest_headline(out, l);
}

void mail_mark(struct textbuf *out, const struct notice_view *v)
{
	if (v->mark[0] == '\0')
		return;
	plain_cut(v->mark, 20, out);
	textbuf_add(out, ": ");
}

void mail_headline(struct textbuf *out, const struct letter *l)
{
	mail_mark(out, l->views[0]);
	if (letter_is_list(l))
		list_headline(out, l);
	else
		mail_what(out, l->views[0], MAIL_VALUE_MAX);
}

static void add_part(struct textbuf *out, const char *text)
{
	if (text[0] == '\0')
		return;
	textbuf_add(out, out->len > 0 ? ", " : "");
	plain_cut(text, MAIL_ITEM_MAX, out);
}

void mail_summary(struct textbuf *out, const struct notice_view *v)
{
	struct textbuf tb;

	textbuf_init(&tb);
	plain_cut(v->severity, 40, &tb);
	if (tb.len > 0 && v->severity_title[0] != '\0') {
		textbuf_addc(&tb, ' ');
		plain_cut(v->severity_title, 60, &tb);
	}
	add_part(&tb, v->customer);
	add_part(&tb, v->tier);
	add_part(&tb, v->status);
	if (v->acked_by[0] != '\0') {
		textbuf_add(&tb,
		    tb.len > 0 ? ", acknowledged by " : "acknowledged by ");
		plain_cut(v->acked_by, 100, &tb);
	}
	textbuf_addn(out, tb.data, tb.len);
	textbuf_fini(&tb);
}

void mail_rest(struct textbuf *out, const struct letter *l)
{
	if (l->kind == LETTER_INCIDENT && (size_t)l->tickets > l->nviews)
		textbuf_addf(out,
		    "%zu of these tickets were told of before or are on "
		    "their way.",
		    (size_t)l->tickets - l->nviews);
	else if (l->more > 0)
		textbuf_addf(out, "%zu more %s on the way.", l->more,
		    l->more == 1 ? "is" : "are");
}

const char *mail_ack_url(const struct letter *l, size_t i)
{
	const struct notice_view *v = l->views[i];

	if (l->ack_urls == NULL || !plain_url(l->ack_urls[i], MAIL_URL_MAX))
		return NULL;
	if (v->reason == NOTICE_RESOLVED || v->face == FACE_OVER ||
	    v->acked_by[0] != '\0')
		return NULL;
	return l->ack_urls[i];
}

const char *mail_ticket_url(const struct notice_view *v)
{
	return plain_url(v->url, MAIL_URL_MAX) ? v->url : NULL;
}

void mail_foot(struct textbuf *out, const struct letter *l)
{
	const struct notice_view *v = l->views[0];

	textbuf_add(out, "slawatch");
	if (v->notice_id != 0)
		textbuf_addf(out, " notice %lld", (long long)v->notice_id);
	if (v->person[0] != '\0') {
		textbuf_add(out, ", for ");
		plain_cut(v->person, 100, out);
	}
}

static void severity_first(struct textbuf *out, const struct notice_view *v)
{
	if (v->severity[0] == '\0')
		return;
	textbuf_addc(out, '[');
	plain_cut(v->severity, 20, out);
	textbuf_add(out, "] ");
}

static void make_subject(struct textbuf *out, const struct letter *l)
{
	const struct notice_view *v = l->views[0];

	if (letter_is_list(l)) {
		mail_mark(out, v);
		severity_first(out, v);
		list_headline(out, l);
		return;
	}
	mail_mark(out, v);
	if (v->title != NULL || v->ticket[0] == '\0') {
		mail_what(out, v, MAIL_TITLE_MAX);
		return;
	}
	severity_first(out, v);
	plain_cut(v->ticket, 80, out);
	textbuf_addc(out, ' ');
	plain_cut(v->subject, MAIL_SUBJECT_MAX, out);
}

void mail_content_init(struct mail_content *c, const struct letter *l)
{
	struct textbuf raw;

	CHECK(l->nviews > 0);
	textbuf_init(&raw);
	textbuf_init(&c->subject);
	textbuf_init(&c->text);
	textbuf_init(&c->html);
	make_subject(&raw, l);
	plain_line(raw.data, &c->subject); /* without blanks at its ends */
	textbuf_fini(&raw);
	if (c->subject.len == 0) /* some APIs refuse an empty one */
		textbuf_add(&c->subject, "slawatch");
	mail_text(&c->text, l);
	mail_html(&c->html, l, c->subject.data);
}

void mail_content_fini(struct mail_content *c)
{
	textbuf_fini(&c->subject);
	textbuf_fini(&c->text);
	textbuf_fini(&c->html);
}

const char *mail_words(const struct letter *l, struct arena *a)
{
	struct mail_content c;
	struct textbuf words;
	const char *text;

	mail_content_init(&c, l);
	textbuf_init(&words);
	textbuf_addf(&words, "Subject: %s\n\n%s", c.subject.data, c.text.data);
	text = arena_strndup(a, words.data, words.len);
	textbuf_fini(&words);
	mail_content_fini(&c);
	return text;
}
