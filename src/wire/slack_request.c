/* slack_request.c - to which method, for whom, in which thread.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/slack_request.h"

#include "base/percent.h"
#include "base/textbuf.h"
#include "wire/json_out.h"
#include "wire/slack_bundle.h"
#include "wire/slack_message.h"

#include <string.h>

/* The answer repeats the message. */
#define ANSWER_MAX (256 * 1024)
#define PAGE	   "1000" /* members at once, Slack's most */

/* --- requests ------------------------------------------------------------- */

/* To that method, by the base's token. */
static void call(const struct letter *l, struct arena *a, struct outgoing *out,
    const char *method)
{
	struct letter base = *l;
	struct textbuf path;

	base.channel = l->base;
	textbuf_init(&path);
	textbuf_addf(&path, "/%s", method);
	out->url = via_url(&base, a, path.data);
	textbuf_fini(&path);
	via_bearer(a, out, l->base->token);
	out->answer_max = ANSWER_MAX;
}

/* Names need no escapes; a field whose value is NULL is left out. */
struct form {
	const char *fields[3][2];
};

static void form_request(const struct letter *l, struct arena *a,
    struct outgoing *out, const char *method, const struct form *f)
{
	struct textbuf body;

	call(l, a, out, method);
	textbuf_init(&body);
	for (size_t i = 0; i < sizeof f->fields / sizeof *f->fields; i++) {
		if (f->fields[i][1] == NULL)
			continue;
		textbuf_addf(
		    &body, "%s%s=", body.len > 0 ? "&" : "", f->fields[i][0]);
		percent_encode(&body, f->fields[i][1], "-._");
	}
	via_body(a, out, &body, "application/x-www-form-urlencoded");
}

/* "NAME VALUE", for the daemon's memory. */
static const char *term(struct arena *a, const char *name, const char *value)
{
	return via_why(a, name, value);
}

/* --- whom ----------------------------------------------------------------- */

/* A person's id, of the matrix or learned; NULL: not known (yet). */
static const char *known_id(
    const struct letter *l, struct arena *a, const struct person *p)
{
	if (p->slack != NULL && p->slack[0] != '\0')
		return p->slack;
	if (p->email == NULL || p->email[0] == '\0')
		return NULL;
	return letter_recall(l, term(a, "user", p->email));
}

static void ask_id(const struct letter *l, struct arena *a,
    struct outgoing *out, const struct person *p)
{
	form_request(l, a, out, "users.lookupByEmail",
	    &(struct form){ .fields = { { "email", p->email } } });
	out->learns = term(a, "user", p->email);
}

/* For a line of a list nobody is asked. */
static const char *mention_of(
    const struct letter *l, const struct notice_view *v)
{
	struct arena a = ARENA_INIT;
	const char *id = v->person_slack;

	if (v->group != NULL)
		return v->group;
	if (l->channel->way == WAY_DM || v->person[0] == '\0')
		return NULL;
	if (id == NULL && v->person_email != NULL)
		id = letter_recall(l, term(&a, "user", v->person_email));
	arena_fini(&a);
	return id;
}

static const char *no_address(struct arena *a, const struct person *p)
{
	return via_why(a, p->name,
	    "has neither a Slack id nor an email "
	    "address; add one of them to the matrix");
}

/* Finds out where to: *room, or asks first (out->learns is set).  Returns why
 * it never can be, or NULL. */
static const char *find_dm(const struct letter *l, struct arena *a,
    struct outgoing *out, const char **room)
{
	const struct person *p = l->person;
	struct textbuf body;
	struct json_out j;
	const char *id;

	if (p == NULL)
		return via_why(a, l->channel->name,
		    "is for direct messages, which need a person");
	id = known_id(l, a, p);
	if (id == NULL && (p->email == NULL || p->email[0] == '\0'))
		return no_address(a, p);
	if (id == NULL) {
		ask_id(l, a, out, p);
		return NULL;
	}
	if (slack_is_group(id))
		return via_why(a, p->name,
		    "is a Slack user group, which has "
		    "no direct messages");
	*room = letter_recall(l, term(a, "dm", id));
	if (*room != NULL)
		return NULL;
	call(l, a, out, "conversations.open");
	out->learns = term(a, "dm", id);
	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	json_text(&j, "users", id);
	json_close(&j, '}');
	via_body(a, out, &body, VIA_JSON_UTF8);
	return NULL;
}

/* Whom a post in the room pings.  A mention is a promise: it is asked for;
 * elsewhere it is made where the id is known. */
static const char *find_mention(const struct letter *l, struct arena *a,
    struct outgoing *out, const char **id)
{
	const struct person *p = l->person;

	*id = p != NULL	      ? known_id(l, a, p)
	      : l->nviews > 0 ? l->views[0]->group
			      : NULL;
	if (l->channel->way != WAY_MENTION || *id != NULL)
		return NULL;
	if (p == NULL)
		return via_why(a, l->channel->name,
		    "mentions somebody: it needs a person");
	if (p->email == NULL || p->email[0] == '\0')
		return no_address(a, p);
	ask_id(l, a, out, p);
	return NULL;
}

/* --- messages ------------------------------------------------------------- */

/* Without the secret nobody could believe an answer: no buttons. */
static bool has_buttons(const struct letter *l)
{
	return l->base->signing_secret != NULL;
}

static bool keeps_thread(const struct letter *l)
{
	return l->channel->way != WAY_DM && l->kind == LETTER_NOTICE &&
	       (l->views[0]->mark[0] == '\0' || l->views[0]->drill) &&
	       l->views[0]->reason != NOTICE_MATRIX;
}

static bool is_reply(const struct letter *l)
{
	return keeps_thread(l) && l->thread != NULL && l->thread[0] != '\0';
}

/* Who follows a thread hears of a reply; the room does not, unless it is told
 * there too.  Somebody who is mentioned hears of it anyway. */
static bool is_broadcast(const struct letter *l, const char *mention)
{
	static const bool loud[NOTICE_REASON_COUNT] = {
		[NOTICE_BREACH] = true,
		[NOTICE_CHAIN] = true,
		[NOTICE_ACK_TIMEOUT] = true,
		[NOTICE_EXHAUSTED] = true,
		[NOTICE_UNREACHABLE] = true,
	};

	return is_reply(l) && mention == NULL && loud[l->views[0]->reason];
}

static void add_content(
    const struct letter *l, const char *mention, struct json_out *j)
{
	struct slack_look look = { .form = SLACK_ALONE,
		.buttons = has_buttons(l),
		.mention = l->channel->way == WAY_DM ? NULL : mention };

	if (letter_is_list(l)) {
		slack_bundle(l, has_buttons(l), mention_of, j);
		return;
	}
	if (l->kind == LETTER_EDIT)
		look.form = SLACK_ROOT;
	else if (is_reply(l))
		look.form = SLACK_REPLY;
	else if (keeps_thread(l))
		look.form = SLACK_ROOT;
	slack_notice(l->views[0], &look, j);
}

static void post(const struct letter *l, struct arena *a, const char *room,
    const char *mention, struct outgoing *out)
{
	struct textbuf body;
	struct json_out j;

	call(l, a, out, "chat.postMessage");
	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	json_text(&j, "channel", room);
	if (is_reply(l)) {
		json_text(&j, "thread_ts", l->thread);
		if (is_broadcast(l, mention))
			json_bool(&j, "reply_broadcast", true);
	}
	json_bool(&j, "unfurl_links", false);
	json_bool(&j, "unfurl_media", false);
	add_content(l, mention, &j);
	json_close(&j, '}');
	via_body(a, out, &body, VIA_JSON_UTF8);
	out->threads = keeps_thread(l) && !is_reply(l);
}

static const char *edit(
    const struct letter *l, struct arena *a, struct outgoing *out)
{
	struct textbuf body;
	struct json_out j;

	call(l, a, out, "chat.update");
	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	json_text(&j, "channel", l->thread_room);
	json_text(&j, "ts", l->thread);
	add_content(l, NULL, &j);
	json_close(&j, '}');
	via_body(a, out, &body, VIA_JSON_UTF8);
	return NULL;
}

static const char *send(
    const struct letter *l, struct arena *a, struct outgoing *out)
{
	const char *room = l->base->room;
	const char *mention = NULL;
	const char *why;

	if (l->channel->way == WAY_DM)
		why = find_dm(l, a, out, &room);
	else if (letter_is_list(l))
		why = NULL;
	else
		why = find_mention(l, a, out, &mention);
	if (why == NULL && out->learns == NULL)
		post(l, a, room, mention, out);
	return why;
}

/* --- checks --------------------------------------------------------------- */

static void ask_room(
    const struct letter *l, struct arena *a, struct outgoing *out)
{
	form_request(l, a, out, "conversations.info",
	    &(struct form){ .fields = { { "channel", l->base->room } } });
}

static void ask_person(const struct letter *l, struct arena *a,
    struct outgoing *out, const char *id)
{
	form_request(l, a, out, "users.info",
	    &(struct form){ .fields = { { "user", id } } });
}

/* Are they in the room?  "~member U01DANA" is "in", "out", or "at CURSOR"
 * where to go on looking. */
static const char *check_member(const struct letter *l, struct arena *a,
    struct outgoing *out, const char *id)
{
	const char *name = term(a, "~member", id);
	const char *said = letter_recall(l, name);

	if (said != NULL && strcmp(said, "out") == 0)
		return via_why(a, l->person->name,
		    "is not in the Slack channel, and does not see what is "
		    "posted there; invite them");
	if (said != NULL && strcmp(said, "in") == 0) {
		ask_person(l, a, out, id);
		return NULL;
	}
	form_request(l, a, out, "conversations.members",
	    &(struct form){
		.fields = { { "channel", l->base->room }, { "limit", PAGE },
		    { "cursor", said != NULL ? said + 3 : NULL } } });
	out->learns = name;
	return NULL;
}

static const char *check(
    const struct letter *l, struct arena *a, struct outgoing *out)
{
	const struct person *p = l->person;
	const char *id;

	if (p == NULL || l->channel->way == WAY_ROOM) {
		ask_room(l, a, out);
		return NULL;
	}
	id = known_id(l, a, p);
	if (id == NULL && (p->email == NULL || p->email[0] == '\0'))
		return no_address(a, p);
	if (id == NULL)
		ask_id(l, a, out, p);
	else if (slack_is_group(id))
		ask_room(l, a, out);
	else if (l->channel->way == WAY_DM)
		ask_person(l, a, out, id);
	else
		return check_member(l, a, out, id);
	return NULL;
}

const char *slack_build(
    const struct letter *l, struct arena *a, struct outgoing *out)
{
	switch (l->kind) {
	case LETTER_CHECK:
		return check(l, a, out);
	case LETTER_EDIT:
		return edit(l, a, out);
	case LETTER_NOTICE:
	case LETTER_DIGEST:
	case LETTER_INCIDENT:
	case LETTER_TEST:
		return send(l, a, out);
	}
	return via_why(a, l->channel->name, "cannot send that");
}
