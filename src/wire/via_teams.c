/* via_teams.c - Microsoft Teams: an Adaptive Card to a workflow's webhook.
 *
 * Sources: [A] adaptivecards.io, schema 1.4; [T] Microsoft Teams, "Create
 * incoming webhooks", "Rate limiting for bots", "Format cards in Teams"; [W]
 * Power Automate, "When a Teams webhook request is received", and the Request
 * trigger of Logic Apps; [C] MicrosoftDocs/msteams-docs issues 400, 1736, 1810
 * and 7425: a connector says 200 also when Teams has refused, and puts that
 * into the text.
 *
 * What others wrote stands in TextRuns, which know no Markdown; only our own
 * words stand in TextBlocks, for the reader's own time and the mention.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/via.h"

#include "base/textbuf.h"
#include "wire/json_gate.h"
#include "wire/json_out.h"
#include "wire/plain_text.h"

#include <string.h>

/* [T] says 28 KB for the whole message, others have met the end at 21 KB. */
#define MESSAGE_MAX    20000
#define URL_MAX	       2000
#define LISTED_MAX     30 /* notices of a digest with a line each */
#define BODY_LINES     60
#define TOLD_SHOWN     8
#define ADDRESS_MAX    320 /* bytes; longer ones are not mentioned */
#define NAME_MAX_BYTES 200
#define TAIL	       1200 /* bytes kept for what follows the keys */

struct card {
	struct json_out j;
	struct textbuf line; /* at hand */
	size_t part;	     /* texts have 1/part of their usual room */
	bool fresh;	     /* right below the heading */
};

/* --- pieces --------------------------------------------------------------- */

/* At most max bytes of it, as one line. */
static void add_cut(struct card *c, const char *text, size_t max)
{
	if (text != NULL)
		plain_cut(text, max / c->part, &c->line);
}

static void open_url(struct card *c, const char *name, const char *url)
{
	json_open(&c->j, name, '{');
	json_text(&c->j, "type", "Action.OpenUrl");
	json_text(&c->j, "url", url);
	json_close(&c->j, '}');
}

/* The line at hand as a run, and a new line. */
static void run(
    struct card *c, const char *weight, const char *size, const char *url)
{
	json_open(&c->j, NULL, '{');
	json_text(&c->j, "type", "TextRun");
	json_text(&c->j, "text", c->line.data);
	if (weight != NULL)
		json_text(&c->j, "weight", weight);
	if (size != NULL)
		json_text(&c->j, "size", size);
	if (url != NULL && plain_url(url, URL_MAX / c->part))
		open_url(c, "selectAction", url);
	json_close(&c->j, '}');
	textbuf_clear(&c->line);
}

static void open_rich(struct card *c, const char *spacing)
{
	json_open(&c->j, NULL, '{');
	json_text(&c->j, "type", "RichTextBlock");
	if (spacing != NULL && !c->fresh)
		json_text(&c->j, "spacing", spacing);
	c->fresh = false;
	json_open(&c->j, "inlines", '[');
}

static void close_rich(struct card *c)
{
	json_close(&c->j, ']');
	json_close(&c->j, '}');
}

/* The line at hand, which is ours, as a TextBlock. */
static void own_words(struct card *c, bool small)
{
	c->fresh = false;
	json_open(&c->j, NULL, '{');
	json_text(&c->j, "type", "TextBlock");
	json_text(&c->j, "text", c->line.data);
	json_bool(&c->j, "wrap", true);
	if (small) {
		json_text(&c->j, "size", "Small");
		json_bool(&c->j, "isSubtle", true);
	}
	json_close(&c->j, '}');
	textbuf_clear(&c->line);
}

/* In the reader's zone. [A] wants no fraction of a second. */
static void add_when(struct card *c, struct wall at)
{
	char text[WALL_TEXT_MAX];

	wall_format(wall_at(at.ms / SECOND_MS * SECOND_MS), text);
	textbuf_addf(&c->line, "{{DATE(%s,SHORT)}} {{TIME(%s)}}", text, text);
}

static void fact(
    struct card *c, const char *label, const char *text, const char *more)
{
	if (text == NULL || text[0] == '\0')
		return;
	open_rich(c, "Small");
	textbuf_addf(&c->line, "%s: ", label);
	run(c, "Bolder", NULL, NULL);
	add_cut(c, text, 800);
	if (more != NULL && more[0] != '\0') {
		textbuf_add(&c->line, ", ");
		add_cut(c, more, 200);
	}
	run(c, NULL, NULL, NULL);
	close_rich(c);
}

/* --- one notice ----------------------------------------------------------- */

static const char *style_of(const struct notice_view *v)
{
	if (v->mark != NULL && v->mark[0] != '\0')
		return "emphasis";
	switch (v->reason) {
	case NOTICE_BREACH:
	case NOTICE_CHAIN:
	case NOTICE_ACK_TIMEOUT:
	case NOTICE_EXHAUSTED:
	case NOTICE_UNREACHABLE:
	case NOTICE_RULE:
		return "attention";
	case NOTICE_WARNING:
	case NOTICE_REMINDER:
		return "warning";
	case NOTICE_RESOLVED:
		return "good";
	case NOTICE_ASSIGNMENT:
	case NOTICE_HANDOFF:
	case NOTICE_MATRIX:
	case NOTICE_UPDATE:
	case NOTICE_REASON_COUNT:
		break;
	}
	return "emphasis";
}

static void add_mark(struct card *c, const struct notice_view *v)
{
	if (v->mark == NULL || v->mark[0] == '\0')
		return;
	add_cut(c, v->mark, 20);
	textbuf_addc(&c->line, ' ');
}

/* "TEST P1 Breached: first reply is 12m late" */
static void add_title(struct card *c, const struct notice_view *v)
{
	add_mark(c, v);
	if (v->severity[0] != '\0') {
		add_cut(c, v->severity, 40);
		textbuf_addc(&c->line, ' ');
	}
	add_cut(c, v->title != NULL ? v->title : v->headline, 400);
	if (c->line.len == 0)
		textbuf_add(&c->line, "slawatch");
}

static void open_box(struct card *c, const char *style)
{
	json_open(&c->j, NULL, '{');
	json_text(&c->j, "type", "Container");
	json_text(&c->j, "style", style);
	json_bool(&c->j, "bleed", true);
	json_open(&c->j, "items", '[');
}

static void close_box(struct card *c)
{
	json_close(&c->j, ']');
	json_close(&c->j, '}');
	c->fresh = true;
}

static void heading(struct card *c, const struct notice_view *v)
{
	open_box(c, style_of(v));
	open_rich(c, NULL);
	add_title(c, v);
	run(c, "Bolder", "Medium", NULL);
	close_rich(c);
	open_rich(c, "Small");
	add_cut(c, v->ticket, 400 * c->part);
	textbuf_addc(&c->line, ' ');
	add_cut(c, v->subject, 400);
	run(c, NULL, NULL, NULL);
	close_rich(c);
	close_box(c);
}

/* What can stand in <at></at> and in Markdown without meaning anything. */
static void add_name(struct textbuf *out, const char *name)
{
	struct textbuf one;

	textbuf_init(&one);
	plain_line(name, &one);
	for (size_t i = 0; i < one.len; i++) {
		if (strchr("<>&*_[]()`~#|\\{}!", one.data[i]) == NULL)
			textbuf_addc(out, one.data[i]);
	}
	textbuf_fini(&one);
}

static bool is_name(const char *name)
{
	struct textbuf one;
	bool fits;

	textbuf_init(&one);
	add_name(&one, name);
	fits = one.len > strspn(one.data, " ") && one.len <= NAME_MAX_BYTES;
	textbuf_fini(&one);
	return fits;
}

static bool is_address(const char *email)
{
	size_t len = email == NULL ? 0 : strlen(email);

	for (size_t i = 0; i < len; i++) {
		if (email[i] <= ' ' || email[i] > '~')
			return false;
	}
	return len > 0 && len <= ADDRESS_MAX && strchr(email, '@') != NULL;
}

/* [T] by the address with which they sign in; whoever is none in Teams stands
 * there as plain text. */
static bool is_mentioned(const struct notice_view *v)
{
	return v->reason != NOTICE_RESOLVED && v->reason != NOTICE_UPDATE &&
	       is_address(v->person_email) && is_name(v->person);
}

static void mention(struct card *c, const struct notice_view *v)
{
	if (!is_mentioned(v)) {
		fact(c, "For", v->person, NULL);
		return;
	}
	textbuf_add(&c->line, "For <at>");
	add_name(&c->line, v->person);
	textbuf_add(&c->line, "</at>");
	own_words(c, false);
}

static void entities(struct card *c, const struct notice_view *v)
{
	json_open(&c->j, "msteams", '{');
	json_text(&c->j, "width", "Full");
	if (v != NULL && is_mentioned(v)) {
		json_open(&c->j, "entities", '[');
		json_open(&c->j, NULL, '{');
		json_text(&c->j, "type", "mention");
		textbuf_add(&c->line, "<at>");
		add_name(&c->line, v->person);
		textbuf_add(&c->line, "</at>");
		json_text(&c->j, "text", c->line.data);
		json_open(&c->j, "mentioned", '{');
		json_text(&c->j, "id", v->person_email);
		json_textn(&c->j, "name", c->line.data + strlen("<at>"),
		    c->line.len - strlen("<at></at>"));
		json_close(&c->j, '}');
		json_close(&c->j, '}');
		json_close(&c->j, ']');
		textbuf_clear(&c->line);
	}
	json_close(&c->j, '}');
}

/* The user's own words, a block a line; an empty line is a wider gap. */
static void body(struct card *c, const char *text)
{
	bool gap = false;

	for (int i = 0; *text != '\0' && i < BODY_LINES; i++) {
		size_t len = strcspn(text, "\n");
		struct textbuf one;

		textbuf_init(&one);
		textbuf_addn(&one, text, len);
		add_cut(c, one.data, 4000);
		textbuf_fini(&one);
		if (c->line.len > 0) {
			open_rich(c, gap ? NULL : "Small");
			run(c, NULL, NULL, NULL);
			close_rich(c);
		}
		gap = len == 0;
		text += len + (text[len] == '\n');
	}
}

static void customer(struct card *c, const struct notice_view *v)
{
	struct textbuf more;

	textbuf_init(&more);
	textbuf_add(&more, v->tier);
	if (v->value[0] != '\0')
		textbuf_addf(
		    &more, "%svalue %s", more.len > 0 ? ", " : "", v->value);
	fact(c, "Customer", v->customer[0] != '\0' ? v->customer : v->tier,
	    v->customer[0] != '\0' ? more.data : NULL);
	textbuf_fini(&more);
}

static void told(struct card *c, const struct notice_view *v)
{
	size_t skip = v->ntold > TOLD_SHOWN ? v->ntold - TOLD_SHOWN : 0;
	struct textbuf all;

	textbuf_init(&all);
	if (skip > 0)
		textbuf_addf(&all, "%zu earlier", skip);
	for (size_t i = skip; i < v->ntold; i++) {
		add_cut(c, v->told[i].who, 60);
		if (strcmp(v->told[i].who, v->told[i].channel) != 0) {
			textbuf_add(&c->line, " by ");
			add_cut(c, v->told[i].channel, 30);
		}
		textbuf_addf(
		    &all, "%s%s", all.len > 0 ? ", " : "", c->line.data);
		textbuf_clear(&c->line);
	}
	fact(c, "Told before", all.data, NULL);
	textbuf_fini(&all);
}

/* Where there are others than that of the notice. */
static void clocks(struct card *c, const struct notice_view *v)
{
	struct textbuf all;

	textbuf_init(&all);
	for (size_t i = 0; i < v->nclocks && v->nclocks > 1; i++) {
		add_cut(c, v->clocks[i].name, 60);
		textbuf_add(&c->line, " ");
		add_cut(c, v->clocks[i].words, 60);
		textbuf_addf(&all, "%s%s", i > 0 ? ", " : "", c->line.data);
		textbuf_clear(&c->line);
	}
	fact(c, "All clocks", all.data, NULL);
	textbuf_fini(&all);
}

static void facts(struct card *c, const struct notice_view *v)
{
	fact(c, "Clock", v->clock, v->due_text);
	clocks(c, v);
	customer(c, v);
	fact(c, "Status", v->status, NULL);
	fact(c, "Team", v->team, NULL);
	fact(c, "Assignee", v->assignee[0] != '\0' ? v->assignee : "nobody",
	    NULL);
	fact(c, "Why", v->why, NULL);
	told(c, v);
	fact(c, "Acknowledged by", v->acked_by, NULL);
	fact(c, "Tried", v->tried, NULL);
	fact(c, "Next step", v->next_step, NULL);
	fact(c, "Missing", v->missing, NULL);
	fact(c, "May decide", v->authority, NULL);
}

static void footer(struct card *c, const struct notice_view *v)
{
	if (!wall_is_never(v->due) && v->due_text[0] != '\0') {
		textbuf_add(&c->line, "Due ");
		add_when(c, v->due);
		own_words(c, false);
	}
	if (v->late)
		fact(c, "Note", v->late_text, NULL);
	textbuf_addf(
	    &c->line, "slawatch notice %lld, ", (long long)v->notice_id);
	add_when(c, v->now);
	if (v->repeat)
		textbuf_add(&c->line, "; possible repeat after a restart");
	own_words(c, true);
}

static void button(struct card *c, const char *title, const char *url)
{
	if (!plain_url(url, URL_MAX))
		return;
	json_open(&c->j, NULL, '{');
	json_text(&c->j, "type", "Action.OpenUrl");
	json_text(&c->j, "title", title);
	json_text(&c->j, "url", url);
	json_close(&c->j, '}');
}

static void notice(struct card *c, const struct letter *l)
{
	const struct notice_view *v = l->views[0];

	heading(c, v);
	mention(c, v);
	if (v->body != NULL)
		body(c, v->body);
	else
		facts(c, v);
	footer(c, v);
	json_close(&c->j, ']');
	json_open(&c->j, "actions", '[');
	if (l->ack_urls != NULL)
		button(c, "Acknowledge", l->ack_urls[0]);
	button(c, "Open ticket", v->url);
	json_close(&c->j, ']');
	entities(c, v);
}

/* --- several -------------------------------------------------------------- */

/* "Incident: 40 tickets, category login", "17 notices" */
static void add_sum(struct card *c, const struct letter *l)
{
	add_mark(c, l->views[0]);
	if (l->kind != LETTER_INCIDENT) {
		textbuf_addf(&c->line, "%zu notices", l->nviews + l->more);
		return;
	}
	textbuf_addf(&c->line, "Incident: %d tickets", l->tickets);
	if (l->same != NULL && l->same[0] != '\0') {
		textbuf_add(&c->line, ", ");
		add_cut(c, l->same, 40);
		textbuf_addc(&c->line, ' ');
		add_cut(c, l->value, 200);
	}
}

static void row(struct card *c, const struct notice_view *v)
{
	open_rich(c, "Small");
	add_title(c, v);
	textbuf_add(&c->line, " - ");
	run(c, "Bolder", NULL, NULL);
	add_cut(c, v->ticket, 400 * c->part);
	run(c, NULL, NULL, v->url);
	textbuf_addc(&c->line, ' ');
	add_cut(c, v->subject, 150);
	if (v->customer[0] != '\0') {
		textbuf_add(&c->line, " (");
		add_cut(c, v->customer, 100);
		textbuf_addc(&c->line, ')');
	}
	run(c, NULL, NULL, NULL);
	close_rich(c);
}

/* Those that have no line of their own, by key. */
static void keys(struct card *c, const struct letter *l, size_t from)
{
	size_t i = from;

	textbuf_add(&c->line, i < l->nviews ? "Also " : "");
	for (; i < l->nviews; i++) {
		const char *key = l->views[i]->ticket;

		if (c->j.to->len + c->line.len + 2 * strlen(key) + TAIL >
		    MESSAGE_MAX)
			break;
		textbuf_add(&c->line, i > from ? ", " : "");
		add_cut(c, key, 400 * c->part);
	}
	if (l->nviews - i + l->more > 0)
		textbuf_addf(&c->line, "%s%zu more", i > 0 ? " and " : "",
		    l->nviews - i + l->more);
	if (c->line.len == 0)
		return;
	open_rich(c, NULL);
	run(c, NULL, NULL, NULL);
	close_rich(c);
}

static void several(struct card *c, const struct letter *l)
{
	size_t listed = LISTED_MAX / c->part;

	open_box(c, style_of(l->views[0]));
	open_rich(c, NULL);
	add_sum(c, l);
	run(c, "Bolder", "Medium", NULL);
	close_rich(c);
	close_box(c);
	for (size_t i = 0; i < listed && i < l->nviews; i++)
		row(c, l->views[i]);
	keys(c, l, listed < l->nviews ? listed : l->nviews);
	textbuf_add(&c->line, "slawatch, ");
	add_when(c, l->now);
	if (l->kind == LETTER_INCIDENT) {
		textbuf_add(&c->line, ", since ");
		add_when(c, l->since);
	}
	own_words(c, true);
	json_close(&c->j, ']');
	entities(c, NULL);
}

/* --- the message ---------------------------------------------------------- */

static void add_summary(struct card *c, const struct letter *l)
{
	const struct notice_view *v = l->views[0];

	if (letter_is_list(l)) {
		add_sum(c, l);
		return;
	}
	add_title(c, v);
	textbuf_add(&c->line, " - ");
	add_cut(c, v->ticket, 400 * c->part);
	textbuf_addc(&c->line, ' ');
	add_cut(c, v->subject, 200);
}

static void message(struct card *c, const struct letter *l)
{
	json_open(&c->j, NULL, '{');
	json_text(&c->j, "type", "message");
	add_summary(c, l);
	json_text(&c->j, "summary", c->line.data);
	json_open(&c->j, "attachments", '[');
	json_open(&c->j, NULL, '{');
	json_text(
	    &c->j, "contentType", "application/vnd.microsoft.card.adaptive");
	json_raw(&c->j, "contentUrl", "null");
	json_open(&c->j, "content", '{');
	json_text(&c->j, "$schema",
	    "http://adaptivecards.io/schemas/adaptive-card.json");
	json_text(&c->j, "type", "AdaptiveCard");
	json_text(&c->j, "version", "1.4");
	json_text(&c->j, "fallbackText", c->line.data);
	textbuf_clear(&c->line);
	json_open(&c->j, "body", '[');
	if (letter_is_list(l))
		several(c, l);
	else
		notice(c, l);
	json_close(&c->j, '}');
	json_close(&c->j, '}');
	json_close(&c->j, ']');
	json_close(&c->j, '}');
}

static const char *build(
    const struct letter *l, struct arena *a, struct outgoing *out)
{
	struct card c = { .part = 1 };
	struct textbuf text;

	if (l->nviews == 0)
		return via_why(a, l->channel->name, "has nothing to check");
	textbuf_init(&text);
	textbuf_init(&c.line);
	for (; c.part <= 16; c.part *= 2) {
		textbuf_clear(&text);
		textbuf_clear(&c.line);
		json_out_init(&c.j, &text);
		message(&c, l);
		if (text.len <= MESSAGE_MAX)
			break;
	}
	textbuf_fini(&c.line);
	via_body(a, out, &text, VIA_JSON_UTF8);
	out->url = l->channel->url;
	return NULL;
}

/* --- answers -------------------------------------------------------------- */

#define FAILED "delivery failed"

/* [C] "... Microsoft Teams endpoint returned HTTP error 429 with ContextId" */
static const char *connector_word(const char *body)
{
	static const char *const known[] = { "HTTP error 400", "HTTP error 403",
		"HTTP error 404", "HTTP error 410", "HTTP error 413",
		"HTTP error 429" };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (strstr(body, known[i]) != NULL)
			return known[i];
	}
	return strstr(body, FAILED) != NULL ? FAILED : "";
}

/* [W] {"error": {"code": "WorkflowNotFound", "message": "..."}} */
static const char *workflow_word(const struct answer *got, struct arena *a)
{
	struct errtext err;
	cJSON *tree = json_gate_parse(got->body, got->len, &err);
	const cJSON *error;
	const cJSON *code;
	const char *word = "";

	if (tree == NULL)
		return "";
	error = cJSON_GetObjectItemCaseSensitive(tree, "error");
	code = cJSON_GetObjectItemCaseSensitive(error, "code");
	if (cJSON_IsString(code))
		word = arena_strdup(a, code->valuestring);
	cJSON_Delete(tree);
	return word;
}

static void read_answer(const struct outgoing *asked, const struct answer *got,
    struct arena *a, struct reading *out)
{
	(void)asked;
	if (got->transport != TRANSPORT_HTTP)
		return;
	out->word = workflow_word(got, a);
	if (out->word[0] == '\0')
		out->word = connector_word(got->body);
}

static const struct answer_row rows[] = {
	/* [C], within a 200 */
	{ "HTTP error 429", 200, 299, MEANS_WAIT, BLAME_NOBODY,
	    "too many messages, says Teams" },
	{ "HTTP error 413", 200, 299, MEANS_NEXT, BLAME_MESSAGE,
	    "the card is too large, says Teams" },
	{ "HTTP error 400", 200, 299, MEANS_NEXT, BLAME_ROOM,
	    "Teams refuses the card, or the channel is gone" },
	{ "HTTP error 403", 200, 299, MEANS_ALARM, BLAME_CHANNEL,
	    "Teams does not let the webhook post there" },
	{ "HTTP error 404", 200, 299, MEANS_ALARM, BLAME_ROOM,
	    "the Teams channel is gone" },
	{ "HTTP error 410", 200, 299, MEANS_ALARM, BLAME_ROOM,
	    "the Teams channel is gone" },
	{ FAILED, 200, 299, MEANS_RETRY, BLAME_ENDPOINT,
	    "the connector could not reach Teams" },
	/* [W] */
	{ "WorkflowTriggerIsNotEnabled", 400, 499, MEANS_ALARM, BLAME_CHANNEL,
	    "the workflow is switched off" },
	{ "WorkflowNotFound", 400, 499, MEANS_ALARM, BLAME_CHANNEL,
	    "the workflow is gone" },
	{ "DirectApiAuthorizationRequired", 400, 499, MEANS_ALARM,
	    BLAME_CHANNEL, "the workflow's url lacks its signature (sig=)" },
	{ "TriggerInputSchemaMismatch", 400, 499, MEANS_ALARM, BLAME_CHANNEL,
	    "the workflow does not begin with a Teams webhook" },
	{ "InvalidRequestContent", 400, 499, MEANS_NEXT, BLAME_MESSAGE,
	    "the workflow cannot read the message" },
	/* [T] 412, 429, 502 and 504 are to be tried again */
	{ NULL, 412, 412, MEANS_RETRY, BLAME_ENDPOINT,
	    "Teams could not take it just then" },
};

const struct via via_teams = { .build = build,
	.read = read_answer,
	.answers = { rows, sizeof rows / sizeof rows[0] } };
