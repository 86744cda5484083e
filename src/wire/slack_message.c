/* slack_message.c - a notice in its four forms.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/slack_message.h"

#include <string.h>

#define TOLD_SHOWN   8
#define CLOCKS_SHOWN 8

/* Not what a whole room reads anyway, and not what can wait. */
bool slack_pings(enum notice_reason reason)
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

static void add_mention(struct slack_text *c, const struct notice_view *v,
    const struct slack_look *look)
{
	if (slack_pings(v->reason))
		slack_add_mention(c, look->mention);
}

static const char *title_of(const struct notice_view *v)
{
	return v->title != NULL ? v->title : v->headline;
}

static void add_mark(struct slack_text *c, const struct notice_view *v)
{
	if (v->mark[0] != '\0') {
		slack_add_theirs(c, v->mark, 20);
		slack_add(c, " ");
	}
}

static void add_severity(
    struct slack_text *c, const struct notice_view *v, size_t max)
{
	if (v->severity[0] != '\0') {
		slack_add_theirs(c, v->severity, max);
		slack_add(c, " ");
	}
}

/* What a phone shows before it is opened, and who sees no blocks. */
static void fallback(const struct notice_view *v, const struct slack_look *look,
    struct slack_text *c, struct json_out *j)
{
	slack_start(c, SLACK_FALLBACK_MAX);
	add_mark(c, v);
	add_mention(c, v, look);
	add_severity(c, v, 40);
	slack_add_theirs(c, title_of(v), 500);
	slack_add(c, " - ");
	slack_add_theirs(c, v->ticket, 300);
	slack_add(c, " ");
	slack_add_theirs(c, v->subject, 500);
	if (v->customer[0] != '\0') {
		slack_add(c, " (");
		slack_add_theirs(c, v->customer, 200);
		slack_add(c, ")");
	}
	json_text(j, "text", c->tb.data);
}

static const char *const lights[FACE_COUNT] = {
	[FACE_BREACHED] = "\xF0\x9F\x94\xB4 ", /* red */
	[FACE_WARNED] = "\xF0\x9F\x9F\xA0 ",   /* orange */
	[FACE_ACKED] = "\xF0\x9F\x94\xB5 ",    /* blue */
	[FACE_OPEN] = "\xF0\x9F\x9F\xA2 ",     /* green */
	[FACE_OVER] = "\xE2\x9A\xAA ",	       /* white */
};

static const char *const colours[FACE_COUNT] = {
	[FACE_BREACHED] = "#c62828",
	[FACE_WARNED] = "#ef6c00",
	[FACE_ACKED] = "#1565c0",
	[FACE_OPEN] = "#2e7d32",
	[FACE_OVER] = "#9e9e9e",
};

static void header(const struct notice_view *v, const struct slack_look *look,
    struct slack_text *c, struct json_out *j)
{
	bool root = look->form == SLACK_ROOT;

	slack_start(c, SLACK_HEADER_MAX);
	if (root)
		slack_add(c, lights[v->face]);
	add_mark(c, v);
	add_severity(c, v, 20);
	slack_add_theirs(
	    c, root ? v->face_title : title_of(v), SLACK_HEADER_MAX);
	if (c->tb.len == 0) /* Slack refuses an empty one */
		slack_add(c, "slawatch");
	json_open(j, NULL, '{');
	json_text(j, "type", "header");
	slack_object(j, "text", "plain_text", c);
	json_close(j, '}');
}

/* --- facts ---------------------------------------------------------------- */

static void field_start(struct slack_text *c, const char *label)
{
	slack_start(c, SLACK_FIELD_MAX);
	slack_add(c, "*");
	slack_add(c, label);
	slack_add(c, "*\n");
}

static void field(struct json_out *out, struct slack_text *c, const char *label,
    const char *text, const char *more)
{
	if (text[0] == '\0')
		return;
	field_start(c, label);
	slack_add_theirs(c, text, 400);
	if (more[0] != '\0') {
		slack_add(c, " (");
		slack_add_theirs(c, more, 200);
		slack_add(c, ")");
	}
	slack_object(out, NULL, "mrkdwn", c);
}

static void customer_field(
    const struct notice_view *v, struct slack_text *c, struct json_out *out)
{
	if (v->customer[0] == '\0' && v->tier[0] == '\0')
		return;
	field_start(c, "Customer");
	slack_add_theirs(
	    c, v->customer[0] != '\0' ? v->customer : "unknown", 400);
	if (v->tier[0] != '\0') {
		slack_add(c, ", ");
		slack_add_theirs(c, v->tier, 200);
	}
	if (v->value[0] != '\0') {
		slack_add(c, ", value ");
		slack_add_theirs(c, v->value, 80);
	}
	slack_object(out, NULL, "mrkdwn", c);
}

static void clock_field(
    const struct notice_view *v, struct slack_text *c, struct json_out *out)
{
	if (v->clock[0] == '\0')
		return;
	field_start(c, "Clock");
	slack_add_theirs(c, v->clock, 200);
	if (v->due_text[0] != '\0') {
		slack_add(c, ", ");
		slack_add_theirs(c, v->due_text, 100);
	}
	if (!wall_is_never(v->due)) {
		slack_add(c, "\ndue ");
		slack_add_when(c, v->due);
	}
	slack_object(out, NULL, "mrkdwn", c);
}

/* All of them, by instants: this is read for hours. */
static void clocks_field(
    const struct notice_view *v, struct slack_text *c, struct json_out *j)
{
	if (v->nclocks == 0)
		return;
	field_start(c, v->nclocks > 1 ? "Clocks" : "Clock");
	for (size_t i = 0; i < v->nclocks && i < CLOCKS_SHOWN; i++) {
		const struct view_clock *k = &v->clocks[i];

		if (i > 0)
			slack_add(c, "\n");
		slack_add_theirs(c, k->name, 60);
		if (!clock_state_ticks(k->state) || wall_is_never(k->due)) {
			slack_add(c, k->words[0] != '\0' ? ": " : "");
			slack_add_theirs(c, k->words, 60);
			continue;
		}
		slack_add(
		    c, k->state == CLOCK_BREACHED ? ": was due " : ": due ");
		slack_add_when(c, k->due);
	}
	slack_object(j, NULL, "mrkdwn", c);
}

static void holder_field(
    const struct notice_view *v, struct slack_text *c, struct json_out *j)
{
	if (v->acked_by[0] == '\0')
		return;
	field_start(c, "Has it");
	slack_add_theirs(c, v->acked_by, 200);
	if (!wall_is_never(v->snoozed_until)) {
		slack_add(c, ", snoozed until ");
		slack_add_when(c, v->snoozed_until);
	} else if (!wall_is_never(v->acked_at)) {
		slack_add(c, ", since ");
		slack_add_when(c, v->acked_at);
	}
	slack_object(j, NULL, "mrkdwn", c);
}

/* At most ten. */
static void fields(const struct notice_view *v, const struct slack_look *look,
    struct slack_text *c, struct json_out *j)
{
	json_open(j, "fields", '[');
	field(j, c, "Severity", v->severity, v->severity_title);
	if (look->form == SLACK_ROOT)
		clocks_field(v, c, j);
	else
		clock_field(v, c, j);
	customer_field(v, c, j);
	field(j, c, "Status", v->status, "");
	field(j, c, "Team", v->team, "");
	field(j, c, "Assignee", v->assignee[0] != '\0' ? v->assignee : "nobody",
	    "");
	field(j, c, "For", v->person, "");
	field(j, c, "May decide", v->authority, "");
	field(j, c, "Missing", v->missing, "");
	holder_field(v, c, j);
	json_close(j, ']');
}

static void facts(const struct notice_view *v, const struct slack_look *look,
    struct slack_text *c, struct json_out *j)
{
	json_open(j, NULL, '{');
	json_text(j, "type", "section");
	slack_start(c, SLACK_SECTION_MAX);
	add_mention(c, v, look);
	slack_add(c, "*");
	slack_add_theirs(c, v->subject, 1000);
	slack_add(c, "*\n");
	slack_add_theirs(c, v->ticket, 300);
	slack_object(j, "text", "mrkdwn", c);
	fields(v, look, c, j);
	json_close(j, '}');
}

static void told(const struct notice_view *v, struct slack_text *c)
{
	size_t skip = v->ntold > TOLD_SHOWN ? v->ntold - TOLD_SHOWN : 0;
	char text[60];
	struct textbuf tb;

	if (v->ntold == 0)
		return;
	slack_add(c, "*Told before:*");
	if (skip > 0) {
		textbuf_init_fixed(&tb, text, sizeof text);
		textbuf_addf(&tb, " %zu earlier,", skip);
		slack_add(c, text);
	}
	for (size_t i = skip; i < v->ntold; i++) {
		slack_add(c, i > skip ? ", " : " ");
		slack_add_theirs(c, v->told[i].who, 60);
		if (strcmp(v->told[i].who, v->told[i].channel) != 0) {
			slack_add(c, " by ");
			slack_add_theirs(c, v->told[i].channel, 30);
		}
		slack_add(c, " ");
		slack_add_when(c, v->told[i].at);
	}
	slack_add(c, "\n");
}

static void remark(
    struct slack_text *c, const char *label, const char *text, size_t max)
{
	if (text[0] == '\0')
		return;
	slack_add(c, label);
	slack_add_theirs(c, text, max);
	slack_add(c, "\n");
}

/* The parts' limits together stay below the section's. */
static void add_story(struct slack_text *c, const struct notice_view *v)
{
	remark(c, "*Why:* ", v->why, 400);
	told(v, c);
	remark(c, "*Tried:* ", v->tried, 550);
	remark(c, "*Next step:* ", v->next_step, 550);
}

static void section_unless_empty(struct json_out *j, const struct slack_text *c)
{
	if (c->tb.len > 0)
		slack_section(j, c);
}

/* On the first post: what was told when it began. */
static void add_occasion(struct slack_text *c, const struct notice_view *v)
{
	if (v->notice_id == 0)
		return;
	slack_add(c, "*");
	slack_add_theirs(c, title_of(v), 300);
	slack_add(c, "*, told ");
	slack_add_when(c, v->now);
	slack_add(c, "\n");
}

/* The user's own words. */
static void own_words(const struct notice_view *v,
    const struct slack_look *look, struct slack_text *c, struct json_out *j)
{
	slack_start(c, SLACK_SECTION_MAX);
	add_mention(c, v, look);
	slack_add_lines(c, v->body, SLACK_SECTION_MAX - 100);
	section_unless_empty(j, c);
}

static void body(const struct notice_view *v, const struct slack_look *look,
    struct slack_text *c, struct json_out *j)
{
	if (v->body != NULL) {
		own_words(v, look, c, j);
		return;
	}
	facts(v, look, c, j);
	slack_start(c, SLACK_SECTION_MAX);
	if (look->form == SLACK_ROOT)
		add_occasion(c, v);
	add_story(c, v);
	section_unless_empty(j, c);
}

/* The post above it says the rest. */
static void reply(const struct notice_view *v, const struct slack_look *look,
    struct slack_text *c, struct json_out *j)
{
	slack_start(c, SLACK_SECTION_MAX);
	if (v->mark[0] != '\0') {
		slack_add(c, "*");
		slack_add_theirs(c, v->mark, 20);
		slack_add(c, "* ");
	}
	add_mention(c, v, look);
	slack_add(c, "*");
	add_severity(c, v, 20);
	slack_add_theirs(c, title_of(v), 300);
	slack_add(c, "*\n");
	if (v->body != NULL) {
		slack_add_lines(c, v->body, 2000);
	} else {
		remark(c, "", v->subject, 300);
		if (look->mention == NULL)
			remark(c, "*For:* ", v->person, 100);
		remark(c, "*May decide:* ", v->authority, 200);
		remark(c, "*Missing:* ", v->missing, 200);
		add_story(c, v);
	}
	slack_section(j, c);
}

/* --- below it ------------------------------------------------------------- */

static void note(struct slack_text *c, struct json_out *j, const char *lead,
    const char *text)
{
	slack_start(c, SLACK_CONTEXT_MAX);
	slack_add(c, lead);
	slack_add_theirs(c, text, 200);
	slack_object(j, NULL, "mrkdwn", c);
}

static void context(
    const struct notice_view *v, struct slack_text *c, struct json_out *j)
{
	char text[60];
	struct textbuf tb;

	json_open(j, NULL, '{');
	json_text(j, "type", "context");
	json_open(j, "elements", '[');
	if (v->body != NULL && v->notice_id != 0)
		note(c, j, "Ticket ", v->ticket);
	slack_start(c, SLACK_CONTEXT_MAX);
	textbuf_init_fixed(&tb, text, sizeof text);
	if (v->notice_id != 0)
		textbuf_addf(
		    &tb, "slawatch notice %lld, ", (long long)v->notice_id);
	else
		textbuf_add(&tb, "slawatch, as of ");
	slack_add(c, text);
	slack_add_when(c, v->now);
	slack_object(j, NULL, "mrkdwn", c);
	if (v->late)
		note(c, j, "Note: ", v->late_text);
	if (v->repeat)
		note(c, j, "possible repeat after a restart", "");
	json_close(j, ']');
	json_close(j, '}');
}

static void blocks(const struct notice_view *v, const struct slack_look *look,
    struct slack_text *c, struct json_out *j)
{
	if (look->form == SLACK_REPLY)
		reply(v, look, c, j);
	else
		body(v, look, c, j);
	context(v, c, j);
	/* What somebody did needs no answer. */
	if (look->form != SLACK_REPLY || v->reason != NOTICE_UPDATE)
		slack_actions(v, look->buttons, c, j);
}

void slack_notice(const struct notice_view *v, const struct slack_look *look,
    struct json_out *j)
{
	struct slack_text c;

	textbuf_init(&c.tb);
	fallback(v, look, &c, j);
	json_open(j, "blocks", '[');
	if (look->form != SLACK_REPLY)
		header(v, look, &c, j);
	if (look->form == SLACK_ROOT) {
		json_close(j, ']');
		json_open(j, "attachments", '[');
		json_open(j, NULL, '{');
		json_text(j, "color", colours[v->face]);
		json_open(j, "blocks", '[');
	}
	blocks(v, look, &c, j);
	json_close(j, ']');
	if (look->form == SLACK_ROOT) {
		json_close(j, '}');
		json_close(j, ']');
	}
	textbuf_fini(&c.tb);
}

void slack_message(const struct notice_view *v, struct textbuf *out)
{
	const struct slack_look look = { .form = SLACK_ALONE,
		.mention = v->person_slack };
	struct json_out j;

	json_out_init(&j, out);
	json_open(&j, NULL, '{');
	slack_notice(v, &look, &j);
	json_close(&j, '}');
}
