/* slack_message.c - a notice in five blocks.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/slack_message.h"

#include "wire/json_out.h"
#include "wire/plain_text.h"

#include <string.h>

/* Slack's limits (slack_message.h), in UTF-16 units: the strictest reading of
 * "characters". */
#define HEADER_MAX   150
#define SECTION_MAX  3000
#define FIELD_MAX    2000
#define CONTEXT_MAX  2000
#define URL_MAX	     3000
#define FALLBACK_MAX 4000 /* Slack takes 40,000; nobody reads them */
#define TOLD_SHOWN   8
#define DOTS	     "\xE2\x80\xA6" /* U+2026, one unit */

/* One text of the message, escaped, with what is left of its limit. */
struct cell {
	struct textbuf tb;
	size_t left; /* units */
};

static void cell_start(struct cell *c, size_t max)
{
	textbuf_clear(&c->tb);
	c->left = max;
}

static const char *escaped(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	default:
		return NULL;
	}
}

/* Ours: markup that must stay whole, or be left out. */
static void add_whole(struct cell *c, const char *text)
{
	size_t len = strlen(text);

	if (len > c->left)
		return;
	textbuf_add(&c->tb, text);
	c->left -= len;
}

/* What a character costs once it is escaped. */
static size_t cost(const char *text, size_t n)
{
	const char *entity = n == 1 ? escaped(text[0]) : NULL;

	return entity != NULL ? strlen(entity) : n == 4 ? 2 : 1;
}

/* How many bytes of the text fit into max units; *units says what they take. */
static size_t fitting(const char *text, size_t len, size_t max, size_t *units)
{
	size_t at = 0;

	*units = 0;
	while (at < len) {
		size_t n = plain_char(text + at, len - at);
		size_t take = cost(text + at, n);

		if (*units + take > max)
			break;
		*units += take;
		at += n;
	}
	return at;
}

/* Theirs: at most max units of it, one line, escaped, whole characters. */
static void add_theirs(struct cell *c, const char *text, size_t max)
{
	struct textbuf line;
	size_t units;
	size_t len;
	bool cut;

	textbuf_init(&line);
	plain_line(text, &line);
	if (max > c->left)
		max = c->left;
	len = fitting(line.data, line.len, max, &units);
	cut = len < line.len && max > 0;
	if (cut)
		len = fitting(line.data, line.len, max - 1, &units);
	for (size_t i = 0; i < len; i++) {
		const char *entity = escaped(line.data[i]);

		if (entity != NULL)
			textbuf_add(&c->tb, entity);
		else
			textbuf_addc(&c->tb, line.data[i]);
	}
	c->left -= units;
	if (cut) {
		textbuf_add(&c->tb, DOTS);
		c->left--;
	}
	textbuf_fini(&line);
}

/* Shown in each reader's own zone, with the instant for older clients. */
static void add_when(struct cell *c, struct wall at)
{
	char utc[WALL_TEXT_MAX];
	char text[100];
	struct textbuf tb;

	wall_format(at, utc);
	textbuf_init_fixed(&tb, text, sizeof text);
	textbuf_addf(&tb, "<!date^%lld^{date_short_pretty} {time}|%s>",
	    (long long)(at.ms / SECOND_MS), utc);
	add_whole(c, text);
}

/* Not what a whole room reads anyway, and not what can wait. */
static bool is_for_somebody(enum notice_reason reason)
{
	static const bool yes[NOTICE_REASON_COUNT] = {
		[NOTICE_BREACH] = true,
		[NOTICE_CHAIN] = true,
		[NOTICE_REMINDER] = true,
		[NOTICE_ACK_TIMEOUT] = true,
		[NOTICE_RULE] = true,
		[NOTICE_ASSIGNMENT] = true,
		[NOTICE_HANDOFF] = true,
	};

	return yes[reason];
}

static bool wants_mention(const struct notice_view *v)
{
	const char *id = v->person_slack;

	if (!is_for_somebody(v->reason))
		return false;
	if (id == NULL || (id[0] != 'U' && id[0] != 'W') || strlen(id) > 40)
		return false;
	return strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == strlen(id);
}

static void add_mention(struct cell *c, const struct notice_view *v)
{
	if (wants_mention(v)) {
		add_whole(c, "<@");
		add_whole(c, v->person_slack);
		add_whole(c, "> ");
	}
}

static void text_object(struct json_out *out, const char *name,
    const char *type, const struct cell *c)
{
	json_open(out, name, '{');
	json_text(out, "type", type);
	json_text(out, "text", c->tb.data);
	json_close(out, '}');
}

static void fallback(
    const struct notice_view *v, struct cell *c, struct json_out *out)
{
	cell_start(c, FALLBACK_MAX);
	add_mention(c, v);
	if (v->severity[0] != '\0') {
		add_theirs(c, v->severity, 40);
		add_whole(c, " ");
	}
	add_theirs(c, v->headline, 500);
	add_whole(c, " - ");
	add_theirs(c, v->ticket, 300);
	add_whole(c, " ");
	add_theirs(c, v->subject, 500);
	if (v->customer[0] != '\0') {
		add_whole(c, " (");
		add_theirs(c, v->customer, 200);
		add_whole(c, ")");
	}
	json_text(out, "text", c->tb.data);
}

static void header(
    const struct notice_view *v, struct cell *c, struct json_out *out)
{
	cell_start(c, HEADER_MAX);
	if (v->severity[0] != '\0') {
		add_theirs(c, v->severity, 20);
		add_whole(c, " ");
	}
	add_theirs(c, v->headline, HEADER_MAX);
	if (c->tb.len == 0) /* Slack refuses an empty one */
		add_whole(c, "slawatch");
	json_open(out, NULL, '{');
	json_text(out, "type", "header");
	text_object(out, "text", "plain_text", c);
	json_close(out, '}');
}

static void field_start(struct cell *c, const char *label)
{
	cell_start(c, FIELD_MAX);
	add_whole(c, "*");
	add_whole(c, label);
	add_whole(c, "*\n");
}

static void field(struct json_out *out, struct cell *c, const char *label,
    const char *text, const char *more)
{
	if (text[0] == '\0')
		return;
	field_start(c, label);
	add_theirs(c, text, 400);
	if (more[0] != '\0') {
		add_whole(c, " (");
		add_theirs(c, more, 200);
		add_whole(c, ")");
	}
	text_object(out, NULL, "mrkdwn", c);
}

static void customer_field(
    const struct notice_view *v, struct cell *c, struct json_out *out)
{
	if (v->customer[0] == '\0' && v->tier[0] == '\0')
		return;
	field_start(c, "Customer");
	add_theirs(c, v->customer[0] != '\0' ? v->customer : "unknown", 400);
	if (v->tier[0] != '\0') {
		add_whole(c, ", ");
		add_theirs(c, v->tier, 200);
	}
	if (v->value[0] != '\0') {
		add_whole(c, ", value ");
		add_theirs(c, v->value, 80);
	}
	text_object(out, NULL, "mrkdwn", c);
}

static void clock_field(
    const struct notice_view *v, struct cell *c, struct json_out *out)
{
	if (v->clock[0] == '\0')
		return;
	field_start(c, "Clock");
	add_theirs(c, v->clock, 200);
	if (v->due_text[0] != '\0') {
		add_whole(c, ", ");
		add_theirs(c, v->due_text, 100);
	}
	if (!wall_is_never(v->due)) {
		add_whole(c, "\ndue ");
		add_when(c, v->due);
	}
	text_object(out, NULL, "mrkdwn", c);
}

static void facts(
    const struct notice_view *v, struct cell *c, struct json_out *out)
{
	json_open(out, NULL, '{');
	json_text(out, "type", "section");
	cell_start(c, SECTION_MAX);
	add_mention(c, v);
	add_whole(c, "*");
	add_theirs(c, v->subject, 1000);
	add_whole(c, "*\n");
	add_theirs(c, v->ticket, 300);
	text_object(out, "text", "mrkdwn", c);
	json_open(out, "fields", '[');
	field(out, c, "Severity", v->severity, v->severity_title);
	clock_field(v, c, out);
	customer_field(v, c, out);
	field(out, c, "Status", v->status, "");
	field(out, c, "Team", v->team, "");
	field(out, c, "Assignee",
	    v->assignee[0] != '\0' ? v->assignee : "nobody", "");
	field(out, c, "For", v->person, "");
	field(out, c, "May decide", v->authority, "");
	field(out, c, "Missing", v->missing, "");
	json_close(out, ']');
	json_close(out, '}');
}

static void told(const struct notice_view *v, struct cell *c)
{
	size_t skip = v->ntold > TOLD_SHOWN ? v->ntold - TOLD_SHOWN : 0;
	char text[60];
	struct textbuf tb;

	if (v->ntold == 0)
		return;
	add_whole(c, "*Told before:*");
	if (skip > 0) {
		textbuf_init_fixed(&tb, text, sizeof text);
		textbuf_addf(&tb, " %zu earlier,", skip);
		add_whole(c, text);
	}
	for (size_t i = skip; i < v->ntold; i++) {
		add_whole(c, i > skip ? ", " : " ");
		add_theirs(c, v->told[i].who, 60);
		add_whole(c, " by ");
		add_theirs(c, v->told[i].channel, 30);
		add_whole(c, " ");
		add_when(c, v->told[i].at);
	}
	add_whole(c, "\n");
}

static void remark(
    struct cell *c, const char *label, const char *text, size_t max)
{
	if (text[0] == '\0')
		return;
	add_whole(c, label);
	add_theirs(c, text, max);
	add_whole(c, "\n");
}

/* The parts' limits together stay below the section's. */
static void story(
    const struct notice_view *v, struct cell *c, struct json_out *out)
{
	cell_start(c, SECTION_MAX);
	remark(c, "*Why:* ", v->why, 400);
	told(v, c);
	remark(c, "*Tried:* ", v->tried, 550);
	remark(c, "*Next step:* ", v->next_step, 550);
	if (c->tb.len == 0)
		return;
	json_open(out, NULL, '{');
	json_text(out, "type", "section");
	text_object(out, "text", "mrkdwn", c);
	json_close(out, '}');
}

static void context(
    const struct notice_view *v, struct cell *c, struct json_out *out)
{
	char text[60];
	struct textbuf tb;

	json_open(out, NULL, '{');
	json_text(out, "type", "context");
	json_open(out, "elements", '[');
	cell_start(c, CONTEXT_MAX);
	textbuf_init_fixed(&tb, text, sizeof text);
	textbuf_addf(&tb, "slawatch notice %lld, ", (long long)v->notice_id);
	add_whole(c, text);
	add_when(c, v->now);
	text_object(out, NULL, "mrkdwn", c);
	if (v->late) {
		cell_start(c, CONTEXT_MAX);
		add_whole(c, "Note: ");
		add_theirs(c, v->late_text, 200);
		text_object(out, NULL, "mrkdwn", c);
	}
	if (v->repeat) {
		cell_start(c, CONTEXT_MAX);
		add_whole(c, "possible repeat after a restart");
		text_object(out, NULL, "mrkdwn", c);
	}
	json_close(out, ']');
	json_close(out, '}');
}

static void actions(
    const struct notice_view *v, struct cell *c, struct json_out *out)
{
	if (!plain_url(v->url, URL_MAX))
		return;
	json_open(out, NULL, '{');
	json_text(out, "type", "actions");
	json_open(out, "elements", '[');
	json_open(out, NULL, '{');
	json_text(out, "type", "button");
	cell_start(c, HEADER_MAX);
	add_whole(c, "Open ticket");
	text_object(out, "text", "plain_text", c);
	json_text(out, "action_id", "open_ticket");
	json_text(out, "url", v->url);
	json_close(out, '}');
	json_close(out, ']');
	json_close(out, '}');
}

void slack_message(const struct notice_view *v, struct textbuf *out)
{
	struct json_out j;
	struct cell c;

	textbuf_init(&c.tb);
	json_out_init(&j, out);
	json_open(&j, NULL, '{');
	fallback(v, &c, &j);
	json_open(&j, "blocks", '[');
	header(v, &c, &j);
	facts(v, &c, &j);
	story(v, &c, &j);
	context(v, &c, &j);
	actions(v, &c, &j);
	json_close(&j, ']');
	json_close(&j, '}');
	textbuf_fini(&c.tb);
}
