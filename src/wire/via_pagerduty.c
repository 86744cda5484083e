/* via_pagerduty.c - PagerDuty, Events API v2: one alert a ticket.
 *
 * The ticket's key is the alert's dedup key: what alerts triggers it, an
 * acknowledgement acknowledges it, its end resolves it.  What PagerDuty has
 * resolved a later trigger opens anew, so nothing but an alarm triggers.
 *
 * Sources: [P] PagerDuty developer documentation, "Events API v2 Overview" and
 * "Send an Alert Event"; [K] answers that people have met (envato/pagerduty 70,
 * blockpane/tenderduty 10, robusta-dev/robusta 571).
 *
 * SPDX-License-Identifier: MIT */
#include "wire/via.h"

#include "base/textbuf.h"
#include "wire/json_gate.h"
#include "wire/json_out.h"
#include "wire/plain_text.h"

#include <string.h>

#define SUMMARY_MAX 1024 /* [P] characters; we count bytes */
#define DETAIL_MAX  4000 /* bytes; [P] 512 KB for the whole event */
#define BODY_MAX    32000
#define URL_MAX	    2000

/* --- what it does --------------------------------------------------------- */

static const char *action_of(const struct letter *l)
{
	const struct notice_view *v = l->views[0];

	if (l->kind == LETTER_TEST)
		return "trigger";
	if (v->reason == NOTICE_RESOLVED)
		return "resolve";
	if (v->reason != NOTICE_UPDATE)
		return "trigger";
	if (v->face == FACE_OVER || v->face == FACE_OPEN)
		return "resolve";
	return v->acked_by != NULL && v->acked_by[0] != '\0' ? "acknowledge"
							     : "trigger";
}

static bool is_mild(enum notice_reason reason)
{
	return reason == NOTICE_WARNING || reason == NOTICE_REMINDER;
}

static bool is_news(enum notice_reason reason)
{
	return reason == NOTICE_ASSIGNMENT || reason == NOTICE_HANDOFF ||
	       reason == NOTICE_MATRIX;
}

/* The two most urgent severities are told apart, as far as PagerDuty can; what
 * is not late yet is a step milder. */
static const char *severity_of(const struct letter *l)
{
	static const char *const words[] = { "critical", "error", "warning" };
	const struct notice_view *v = l->views[0];
	int rank = matrix_severity(l->m, v->severity);

	if (l->kind == LETTER_TEST || v->drill || is_news(v->reason))
		return "info";
	if (rank < 0)
		rank = 1;
	if (is_mild(v->reason))
		rank++;
	return words[rank > 2 ? 2 : rank];
}

/* --- how it looks --------------------------------------------------------- */

/* "P1 Breached: first reply is 12m late - zendesk:4711 Cannot log in (Acme)" */
static void summary(const struct notice_view *v, struct json_out *j)
{
	struct textbuf tb;

	textbuf_init(&tb);
	if (v->mark != NULL && v->mark[0] != '\0') {
		plain_cut(v->mark, 20, &tb);
		textbuf_addc(&tb, ' ');
	}
	if (v->severity[0] != '\0') {
		plain_cut(v->severity, 40, &tb);
		textbuf_addc(&tb, ' ');
	}
	plain_cut(v->title != NULL ? v->title : v->headline, 380, &tb);
	textbuf_add(&tb, " - ");
	plain_cut(v->ticket, 200, &tb);
	textbuf_addc(&tb, ' ');
	plain_cut(v->subject, 250, &tb);
	if (v->customer[0] != '\0') {
		textbuf_add(&tb, " (");
		plain_cut(v->customer, 120, &tb);
		textbuf_addc(&tb, ')');
	}
	json_textn(
	    j, "summary", tb.data, utf8_cut(tb.data, tb.len, SUMMARY_MAX));
	textbuf_fini(&tb);
}

static void detail(struct json_out *j, const char *name, const char *text)
{
	struct textbuf tb;

	if (text == NULL || text[0] == '\0')
		return;
	textbuf_init(&tb);
	plain_cut(text, DETAIL_MAX, &tb);
	json_text(j, name, tb.data);
	textbuf_fini(&tb);
}

static void told(const struct notice_view *v, struct json_out *j)
{
	struct textbuf tb;

	textbuf_init(&tb);
	for (size_t i = 0; i < v->ntold && tb.len < DETAIL_MAX; i++)
		textbuf_addf(&tb, "%s%s by %s", i > 0 ? ", " : "",
		    v->told[i].who, v->told[i].channel);
	detail(j, "told before", tb.data);
	textbuf_fini(&tb);
}

static void details(const struct notice_view *v, struct json_out *j)
{
	json_open(j, "custom_details", '{');
	if (v->body != NULL) {
		json_textn(j, "text", v->body,
		    utf8_cut(v->body, strlen(v->body), BODY_MAX));
	} else {
		detail(j, "why", v->why);
		detail(j, "tier", v->tier);
		detail(j, "value", v->value);
		detail(j, "status", v->status);
		detail(j, "assignee", v->assignee);
		told(v, j);
		detail(j, "tried", v->tried);
		detail(j, "next step", v->next_step);
		detail(j, "missing", v->missing);
		detail(j, "may decide", v->authority);
	}
	detail(j, "for", v->person);
	detail(j, "clock", v->clock);
	if (!wall_is_never(v->due))
		json_wall(j, "due", v->due);
	detail(j, "lateness", v->late_text);
	json_close(j, '}');
}

/* The help desk's name, which the key begins with. */
static void source(const struct notice_view *v, struct json_out *j)
{
	size_t len = strcspn(v->ticket, ":");

	if (len > 0)
		json_textn(j, "source", v->ticket, len);
	else
		json_text(j, "source", "slawatch");
}

static void payload(const struct letter *l, struct json_out *j)
{
	const struct notice_view *v = l->views[0];

	json_open(j, "payload", '{');
	summary(v, j);
	source(v, j);
	json_text(j, "severity", severity_of(l));
	json_wall(j, "timestamp", v->now);
	detail(j, "component", v->team);
	detail(j, "group", v->customer);
	json_text(j, "class", notice_reason_name(v->reason));
	details(v, j);
	json_close(j, '}');
	json_text(j, "client", "slawatch");
	if (l->public_url != NULL && plain_url(l->public_url, URL_MAX))
		json_text(j, "client_url", l->public_url);
	if (!plain_url(v->url, URL_MAX))
		return;
	json_open(j, "links", '[');
	json_open(j, NULL, '{');
	json_text(j, "href", v->url);
	json_text(j, "text", "Open ticket");
	json_close(j, '}');
	json_close(j, ']');
}

/* [P] at most 255 characters: a ticket's key has at most 200 bytes. */
static void dedup_key(const struct letter *l, struct json_out *j)
{
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_addf(&tb, "%s%s",
	    l->kind == LETTER_TEST ? "slawatch-test:" : "slawatch:",
	    l->kind == LETTER_TEST ? l->channel->name : l->views[0]->ticket);
	json_textn(j, "dedup_key", tb.data, utf8_cut(tb.data, tb.len, 255));
	textbuf_fini(&tb);
}

/* The documentation gives the address with its path: so may the matrix. */
static const char *address(const struct letter *l, struct arena *a)
{
	static const char path[] = "/v2/enqueue";
	const char *url = l->channel->url;
	size_t len = strlen(url);
	size_t tail = sizeof path - 1;

	return via_url(l, a,
	    len > tail && strcmp(url + len - tail, path) == 0 ? "" : path);
}

static const char *build(
    const struct letter *l, struct arena *a, struct outgoing *out)
{
	const char *action;
	struct textbuf text;
	struct json_out j;

	if (l->nviews == 0)
		return via_why(a, l->channel->name, "has nothing to check");
	if (l->nviews > 1)
		return via_why(a, l->channel->name, "takes one ticket a time");
	action = action_of(l);
	textbuf_init(&text);
	json_out_init(&j, &text);
	json_open(&j, NULL, '{');
	json_text(&j, "routing_key", l->base->token);
	json_text(&j, "event_action", action);
	dedup_key(l, &j);
	if (strcmp(action, "trigger") == 0)
		payload(l, &j);
	json_close(&j, '}');
	via_body(a, out, &text, VIA_JSON);
	out->url = address(l, a);
	return NULL;
}

/* --- answers -------------------------------------------------------------- */

#define BAD_KEY "invalid routing key"

/* [K] {"status": "invalid event", "message": "Event object is invalid",
 * "errors": ["Length of 'routing_key' is incorrect (should be ...)"]} */
static bool is_about_key(const cJSON *tree)
{
	const cJSON *errors = cJSON_GetObjectItemCaseSensitive(tree, "errors");
	const cJSON *message =
	    cJSON_GetObjectItemCaseSensitive(tree, "message");
	const cJSON *e;

	cJSON_ArrayForEach(e, errors)
	{
		if (cJSON_IsString(e) &&
		    (strstr(e->valuestring, "routing_key") != NULL ||
			strstr(e->valuestring, "routing key") != NULL))
			return true;
	}
	return cJSON_IsString(message) &&
	       strstr(message->valuestring, "routing key") != NULL;
}

static const char *member(const cJSON *tree, const char *name, struct arena *a)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(tree, name);

	return cJSON_IsString(v) ? arena_strdup(a, v->valuestring) : "";
}

static void read_answer(const struct outgoing *asked, const struct answer *got,
    struct arena *a, struct reading *out)
{
	struct errtext err;
	cJSON *tree = json_gate_parse(got->body, got->len, &err);

	(void)asked;
	if (tree == NULL)
		return;
	out->word = is_about_key(tree) ? BAD_KEY : member(tree, "status", a);
	out->ref = member(tree, "dedup_key", a);
	cJSON_Delete(tree);
}

static const struct answer_row rows[] = {
	/* [P] */
	{ NULL, 202, 202, MEANS_OK, BLAME_NOBODY, "accepted" },
	/* [K] nothing sent with this key will ever be taken */
	{ BAD_KEY, 400, 499, MEANS_ALARM, BLAME_CHANNEL,
	    "PagerDuty does not know the routing_key" },
	/* [P], [K] */
	{ "invalid event", 400, 400, MEANS_NEXT, BLAME_MESSAGE,
	    "PagerDuty refuses the event" },
	{ "Unrecognized object", 400, 499, MEANS_NEXT, BLAME_MESSAGE,
	    "PagerDuty cannot read the event" },
	{ NULL, 400, 400, MEANS_NEXT, BLAME_MESSAGE,
	    "PagerDuty refuses the event" },
	/* [P] "retry after some time" */
	{ NULL, 429, 429, MEANS_WAIT, BLAME_NOBODY,
	    "too many events, says PagerDuty" },
	{ NULL, 500, 599, MEANS_RETRY, BLAME_ENDPOINT,
	    "PagerDuty has trouble" },
};

const struct via via_pagerduty = { .build = build,
	.read = read_answer,
	.answers = { rows, sizeof rows / sizeof rows[0] } };
