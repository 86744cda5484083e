/* slack_bundle.c - a list of tickets, as long as Slack lets it be.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/slack_bundle.h"

#include "wire/plain_text.h"
#include "wire/slack_message.h"

#include <string.h>

/* All texts of a message together may have about 13,000 (slack_message.h):
 * what each line gets of them. */
#define TEXT_FEW     400 /* with a button, if nothing comes after those */
#define TEXT_MANY    150 /* ... if something does */
#define LINE_TEXT    80	 /* without a button */
#define KEY_WITH_MAX 100 /* a longer key gets no button: it stands twice */
#define LINK_MAX     100 /* a longer url is left to the ticket's own notice */
#define NAMED_MAX    1000

struct bundle {
	const struct letter *l;
	bool buttons;
	const char *(*mention)(
	    const struct letter *l, const struct notice_view *v);
	struct slack_text c;
	struct json_out *j;
};

static void add_key(
    struct slack_text *c, const struct notice_view *v, bool linked)
{
	if (linked && plain_url(v->url, LINK_MAX) &&
	    strlen(v->url) + strlen(v->ticket) + 10 < c->left) {
		slack_add(c, "<");
		for (const char *p = v->url; *p != '\0'; p++)
			slack_add(
			    c, *p == '&' ? "&amp;" : (char[]){ *p, '\0' });
		slack_add(c, "|");
		slack_add_theirs(c, v->ticket, 200);
		slack_add(c, ">");
	} else {
		slack_add_theirs(c, v->ticket, 200);
	}
}

static void add_severity(struct slack_text *c, const struct notice_view *v)
{
	if (v->severity[0] != '\0') {
		slack_add_theirs(c, v->severity, 10);
		slack_add(c, " ");
	}
}

static const char *title_of(const struct notice_view *v)
{
	return v->title != NULL ? v->title : v->headline;
}

static void header(struct bundle *b, const char *text)
{
	slack_start(&b->c, SLACK_HEADER_MAX);
	slack_add_theirs(&b->c, text, SLACK_HEADER_MAX);
	json_open(b->j, NULL, '{');
	json_text(b->j, "type", "header");
	slack_object(b->j, "text", "plain_text", &b->c);
	json_close(b->j, '}');
}

static void add_mark(struct slack_text *c, const struct notice_view *v)
{
	if (v->mark[0] == '\0')
		return;
	slack_add_theirs(c, v->mark, 20);
	slack_add(c, " ");
}

/* "zendesk:4711  P1 Breached: ...", what it is about, and its button. */
static void line_with_button(
    struct bundle *b, const struct notice_view *v, size_t max)
{
	struct slack_text *c = &b->c;
	const char *ping = b->mention(b->l, v);

	slack_start(c, max + 20);
	if (ping != NULL && slack_pings(v->reason))
		slack_add_mention(c, ping);
	add_key(c, v, true);
	slack_add(c, "\n*");
	add_mark(c, v);
	add_severity(c, v);
	slack_add_theirs(c, title_of(v), c->left > 40 ? c->left - 10 : 1);
	slack_add(c, "*");
	if (c->left > 30) {
		slack_add(c, "\n");
		slack_add_theirs(c, v->subject, 120);
	}
	if (c->left > 30 && v->customer[0] != '\0') {
		slack_add(c, " - ");
		slack_add_theirs(c, v->customer, 60);
	}
	json_open(b->j, NULL, '{');
	json_text(b->j, "type", "section");
	slack_block_id(v, b->j);
	slack_object(b->j, "text", "mrkdwn", c);
	slack_ack_button(c, "accessory", b->j);
	json_close(b->j, '}');
}

static bool takes_button(const struct bundle *b, size_t at)
{
	const struct notice_view *v = b->l->views[at];

	if (!b->buttons || at >= SLACK_BUNDLE_BUTTONS || !slack_can_ack(v) ||
	    strlen(v->ticket) > KEY_WITH_MAX)
		return false;
	for (size_t i = 0; i < at; i++)
		if (strcmp(b->l->views[i]->ticket, v->ticket) == 0)
			return false; /* a block_id stands once */
	return true;
}

static void add_line(
    struct bundle *b, struct textbuf *to, const struct notice_view *v)
{
	struct slack_text line;
	const char *ping = b->mention(b->l, v);

	textbuf_init(&line.tb);
	slack_start(&line, LINE_TEXT);
	add_mark(&line, v);
	slack_add_theirs(&line, v->ticket, LINE_TEXT - 10);
	slack_add(&line, " ");
	if (ping != NULL && slack_pings(v->reason))
		slack_add_mention(&line, ping);
	add_severity(&line, v);
	slack_add_theirs(&line, title_of(v), line.left);
	textbuf_addn(to, line.tb.data, line.tb.len);
	textbuf_addc(to, '\n');
	textbuf_fini(&line.tb);
}

/* Lines without a button, as many in a section as it takes. */
static void flush(struct bundle *b, struct textbuf *lines)
{
	if (lines->len == 0)
		return;
	json_open(b->j, NULL, '{');
	json_text(b->j, "type", "section");
	json_open(b->j, "text", '{');
	json_text(b->j, "type", "mrkdwn");
	json_text(b->j, "text", lines->data);
	json_close(b->j, '}');
	json_close(b->j, '}');
	textbuf_clear(lines);
}

static void list(struct bundle *b)
{
	size_t n = b->l->nviews;
	size_t max = n > SLACK_BUNDLE_BUTTONS ? TEXT_MANY : TEXT_FEW;
	struct textbuf lines;

	textbuf_init(&lines);
	for (size_t i = 0; i < n; i++) {
		if (takes_button(b, i)) {
			flush(b, &lines);
			line_with_button(b, b->l->views[i], max);
			continue;
		}
		add_line(b, &lines, b->l->views[i]);
		/* A line has at most 80 units and its line break. */
		if (i % 30 == 29)
			flush(b, &lines);
	}
	flush(b, &lines);
	textbuf_fini(&lines);
}

static bool may_repeat(const struct letter *l)
{
	for (size_t i = 0; i < l->nviews; i++)
		if (l->views[i]->repeat)
			return true;
	return false;
}

static void context(struct bundle *b)
{
	struct slack_text *c = &b->c;
	char text[80];
	struct textbuf tb;

	json_open(b->j, NULL, '{');
	json_text(b->j, "type", "context");
	json_open(b->j, "elements", '[');
	slack_start(c, SLACK_CONTEXT_MAX);
	slack_add(c, "slawatch, ");
	slack_add_when(c, b->l->now);
	textbuf_init_fixed(&tb, text, sizeof text);
	if (b->l->more > 0)
		textbuf_addf(&tb, "; %zu more are on their way", b->l->more);
	slack_add(c, tb.len > 0 ? text : "");
	if (may_repeat(b->l))
		slack_add(c, "; possible repeat after a restart");
	slack_object(b->j, NULL, "mrkdwn", c);
	json_close(b->j, ']');
	json_close(b->j, '}');
}

/* "40 tickets, one trouble: category login" */
static void add_title(const struct letter *l, struct textbuf *tb)
{
	const char *mark = l->nviews > 0 ? l->views[0]->mark : "";

	if (mark[0] != '\0')
		textbuf_addf(tb, "%s ", mark);
	if (l->kind != LETTER_INCIDENT)
		textbuf_addf(tb, "%zu notices", l->nviews);
	else
		textbuf_addf(tb, "%d tickets, one trouble: %s %s", l->tickets,
		    l->same, l->value);
}

static void named(struct bundle *b, const char *title)
{
	struct slack_text *c = &b->c;

	slack_start(c, NAMED_MAX);
	slack_add_theirs(c, title, 200);
	slack_add(c, ": ");
	for (size_t i = 0; i < b->l->nviews && c->left > 20; i++) {
		slack_add(c, i > 0 ? ", " : "");
		slack_add_theirs(c, b->l->views[i]->ticket, 100);
	}
	json_text(b->j, "text", c->tb.data);
}

static void since(struct bundle *b)
{
	struct slack_text *c = &b->c;
	int before = b->l->tickets - (int)b->l->nviews;
	char text[80];
	struct textbuf tb;

	slack_start(c, SLACK_SECTION_MAX);
	slack_add(c, "Since ");
	slack_add_when(c, b->l->since);
	slack_add(c, ". They are told together.");
	textbuf_init_fixed(&tb, text, sizeof text);
	if (before > 0)
		textbuf_addf(&tb, " %d were told of before; new:", before);
	slack_add(c, tb.len > 0 ? text : "");
	slack_section(b->j, c);
}

void slack_bundle(const struct letter *l, bool buttons,
    const char *(*mention)(const struct letter *l, const struct notice_view *v),
    struct json_out *j)
{
	struct bundle b = {
		.l = l, .buttons = buttons, .mention = mention, .j = j
	};
	struct textbuf title;

	textbuf_init(&title);
	textbuf_init(&b.c.tb);
	add_title(l, &title);
	named(&b, title.data);
	json_open(j, "blocks", '[');
	header(&b, title.data);
	if (l->kind == LETTER_INCIDENT)
		since(&b);
	list(&b);
	context(&b);
	json_close(j, ']');
	textbuf_fini(&b.c.tb);
	textbuf_fini(&title);
}
