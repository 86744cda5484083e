/* routes_slack.c - the two addresses that are entered in the Slack app.
 *
 *	POST /slack/actions	buttons: form field "payload", JSON
 *	POST /slack/commands	/sla ...: form fields
 *
 * The signature stands for a token.  Both answer Slack's checks of the address:
 * ssl_check (a form, unsigned: 200 and nothing is done) and url_verification
 * (JSON, signed: the challenge).
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "daemon/app.h"
#include "daemon/reply.h"
#include "daemon/slack_desk.h"
#include "wire/json_out.h"

#include <string.h>
#include <strings.h>

static bool is_json(const struct http_request *r)
{
	return strncasecmp(r->content_type, "application/json", 16) == 0;
}

/* Slack looks whether the certificate is good, and signs nothing. */
static bool is_ssl_check(const struct http_request *r)
{
	struct arena arena = ARENA_INIT;
	struct errtext err;
	struct form f;
	const char *value = NULL;

	if (is_json(r) || strstr(r->body, "ssl_check=1") == NULL)
		return false;
	if (form_parse(r->body, r->body_len, &arena, &f, &err))
		value = form_get(&f, "ssl_check");
	arena_fini(&arena);
	return value != NULL;
}

/* The handshake when the address is entered; else it is refused. */
static void answer_json(struct slack_ask *a)
{
	struct http_request *r = a->request;
	const char *challenge =
	    slack_challenge(r->body, r->body_len, &a->arena);
	struct textbuf body;
	struct json_out j;

	if (challenge == NULL) {
		reply_error(r, 400,
		    "body: of JSON only url_verification is taken here");
		slack_ask_drop(a);
		return;
	}
	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	json_text(&j, "challenge", challenge);
	json_close(&j, '}');
	slack_ask_drop(a);
	reply_json(r, 200, &body);
}

/* The ask with its form, or NULL: it is answered. */
static struct slack_ask *take(
    struct app *app, struct http_request *r, struct form *f)
{
	struct errtext err = { "" };
	struct slack_ask *a;

	if (is_ssl_check(r)) {
		http_reply(r, 200, NULL, "", 0, NULL);
		return NULL;
	}
	a = slack_ask_new(app, r);
	if (a == NULL)
		return NULL;
	if (is_json(r)) {
		answer_json(a);
		return NULL;
	}
	if (form_parse(r->body, r->body_len, &a->arena, f, &err))
		return a;
	slack_ask_drop(a);
	reply_error(r, 400, "%s", err.text);
	return NULL;
}

void handle_slack_actions(
    struct app *app, struct http_request *r, const char *key)
{
	struct errtext err = { "" };
	struct slack_ask *a;
	const char *payload;
	struct form f;

	(void)key;
	a = take(app, r, &f);
	if (a == NULL)
		return;
	a->is_button = true;
	payload = form_get(&f, "payload");
	if (payload == NULL) {
		slack_ask_drop(a);
		reply_error(r, 400, "payload: needed");
		return;
	}
	if (slack_action_read(
		payload, strlen(payload), &a->arena, &a->action, &err)) {
		a->from = a->action.from;
		slack_ask_accept(a);
		if (a->action.act == SLACK_OPEN_TICKET)
			slack_ask_end(a, "");
		else
			slack_ask_who(a, slack_act_pressed);
		return;
	}
	a->from = a->action.from;
	if (a->from.response_url[0] != '\0') {
		slack_ask_accept(a);
		slack_ask_endf(a, "Not done. %s.", err.text);
		return;
	}
	slack_ask_drop(a);
	reply_error(r, 400, "%s", err.text);
}

void handle_slack_commands(
    struct app *app, struct http_request *r, const char *key)
{
	struct errtext err = { "" };
	struct slack_ask *a;
	const char *text;
	struct form f;

	(void)key;
	a = take(app, r, &f);
	if (a == NULL)
		return;
	if (!slack_command_from(&f, &a->command, &err)) {
		slack_ask_drop(a);
		reply_error(r, 400, "%s", err.text);
		return;
	}
	a->from = a->command.from;
	text = form_get(&f, "text");
	if (!slack_command_read(
		text != NULL ? text : "", &a->arena, &a->command, &err)) {
		slack_ask_endf(a, "%s.", err.text);
		return;
	}
	slack_ask_hurry(a);
	slack_ask_who(a, slack_act_typed);
}
