/* routes_act.c - ack, claim, snooze, note: what people do, as events.
 *
 * The members are made into an event's JSON and read back through the same gate
 * as everybody's, so that the limits and the refusals are the same.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "base/check.h"
#include "base/nearest.h"
#include "core/names.h"
#include "daemon/app.h"
#include "daemon/reply.h"
#include "wire/event_json.h"
#include "wire/json_gate.h"
#include "wire/json_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct act {
	struct app *app;
	struct http_request *request;
	char *key;
};

enum member { MEMBER_ID, MEMBER_BY, MEMBER_TEXT, MEMBER_UNTIL, MEMBER_FOR };

static const char *const member_names[] = { "id", "by", "text", "until",
	"for" };

#define NMEMBERS (sizeof member_names / sizeof member_names[0])

struct members {
	const char *value[NMEMBERS]; /* NULL: not given */
};

/* --- reading ------------------------------------------------------------- */

static bool take_member(
    const cJSON *item, size_t known, struct members *m, struct errtext *err)
{
	int i = names_find(member_names, known, item->string);
	const char *near;

	if (i >= 0 && cJSON_IsString(item)) {
		m->value[i] = item->valuestring;
		return true;
	}
	if (i >= 0) {
		errtext_set(err, "%s: not a string", item->string);
		return false;
	}
	near = nearest_of(item->string, member_names, known);
	errtext_set(err, "%s: unknown member%s%s%s", item->string,
	    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	    near != NULL ? "\"?" : "");
	return false;
}

static bool take_members(
    const cJSON *tree, bool ends, struct members *m, struct errtext *err)
{
	const cJSON *item;

	if (!cJSON_IsObject(tree)) {
		errtext_set(err, "body: not an object");
		return false;
	}
	cJSON_ArrayForEach(
	    item, tree) if (!take_member(item, ends ? NMEMBERS : MEMBER_UNTIL,
				m, err)) return false;
	if (m->value[MEMBER_BY] != NULL && m->value[MEMBER_BY][0] != '\0')
		return true;
	errtext_set(err, "by: needed, who does it");
	return false;
}

/* A snooze ends at an instant, or after a while from now. */
static bool take_end(const struct members *m, struct wall now,
    struct wall *until, struct errtext *err)
{
	const char *at = m->value[MEMBER_UNTIL];
	const char *span = m->value[MEMBER_FOR];
	int64_t ms;

	if ((at == NULL) == (span == NULL)) {
		errtext_set(err, "until: give either it or \"for\"");
		return false;
	}
	if (at != NULL) {
		if (wall_parse(at, strlen(at), until))
			return true;
		errtext_set(err, "until: not an RFC 3339 instant: \"%s\"", at);
		return false;
	}
	if (!span_parse(span, strlen(span), &ms) || ms == 0) {
		errtext_set(
		    err, "for: not a duration such as 30m: \"%s\"", span);
		return false;
	}
	*until = wall_plus(now, ms);
	return true;
}

/* --- the event ----------------------------------------------------------- */

static void random_id(char out[32])
{
	unsigned char bytes[12];
	size_t n = (size_t)snprintf(out, 32, "api-");

	CHECK(getrandom(bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++)
		n += (size_t)snprintf(out + n, 32 - n, "%02x", bytes[i]);
}

static void write_event(const struct act *a, enum event_type type,
    const struct members *m, struct wall until, struct textbuf *out)
{
	char id[32];
	struct json_out j;

	random_id(id);
	json_out_init(&j, out);
	json_open(&j, NULL, '{');
	json_text(&j, "id", m->value[MEMBER_ID] ? m->value[MEMBER_ID] : id);
	json_text(&j, "ticket", a->key);
	json_wall(&j, "at", loop_now(a->app->loop));
	json_text(&j, "type", event_type_name(type));
	json_text(&j, "by", m->value[MEMBER_BY]);
	if (m->value[MEMBER_TEXT] != NULL && type != EVENT_SNOOZED)
		json_text(&j, "text", m->value[MEMBER_TEXT]);
	if (type == EVENT_SNOOZED)
		json_wall(&j, "until", until);
	json_close(&j, '}');
}

static void act_free(struct act *a)
{
	free(a->key);
	free(a);
}

/* Said before: the same answer. */
static void on_published(void *user, struct item *it)
{
	struct act *a = user;
	struct app *app = a->app;

	switch (it->out.kind) {
	case OUTCOME_ACCEPTED:
	case OUTCOME_NOTHING:
	case OUTCOME_DUPLICATE:
		reply_ticket(app, a->request, a->key);
		break;
	case OUTCOME_REFUSED:
		reply_error(a->request, it->out.code, "%s", it->out.why);
		break;
	case OUTCOME_FAILED:
		app->counters.events_unavailable++;
		reply_busy(a->request, "nothing could be stored; try again");
		break;
	}
	act_free(a);
}

static void submit(struct act *a, struct item *it)
{
	it->published = on_published;
	it->user = a;
	if (intake_offer(a->app->intake, it, 1))
		return;
	a->app->counters.events_unavailable++;
	reply_busy(a->request, "the queue is full; try again");
	item_free(it);
	act_free(a);
}

/* The event of the request's body; NULL with the reason. */
static struct item *read_event(
    const struct act *a, enum event_type type, struct errtext *err)
{
	struct members m = { { NULL } };
	struct wall until = WALL_NEVER;
	struct item *it = item_new(ITEM_EVENT);
	struct textbuf text;
	cJSON *tree;
	bool ok;

	tree = json_gate_parse(a->request->body, a->request->body_len, err);
	if (tree == NULL)
		errtext_wrap(err, "body");
	textbuf_init(&text);
	ok = tree != NULL && take_members(tree, type == EVENT_SNOOZED, &m, err);
	if (ok && type == EVENT_SNOOZED)
		ok = take_end(&m, loop_now(a->app->loop), &until, err);
	if (ok) {
		write_event(a, type, &m, until, &text);
		ok = event_from_json(
		    text.data, text.len, &it->arena, &it->ev, err);
	}
	/* A snoozed event of a help desk has no words; a person's may. */
	if (ok && type == EVENT_SNOOZED)
		it->ev.text = arena_strdup(&it->arena, m.value[MEMBER_TEXT]);
	cJSON_Delete(tree);
	textbuf_fini(&text);
	if (ok)
		return it;
	item_free(it);
	return NULL;
}

static void act(struct app *app, struct http_request *r, const char *key,
    enum event_type type)
{
	struct act *a = calloc(1, sizeof *a);
	struct errtext err = { "" };
	struct item *it;

	CHECK(a != NULL);
	a->app = app;
	a->request = r;
	a->key = strdup(key);
	CHECK(a->key != NULL);
	it = read_event(a, type, &err);
	if (it != NULL) {
		submit(a, it);
		return;
	}
	app->counters.events_refused++;
	reply_error(r, 400, "%s", err.text);
	act_free(a);
}

void handle_ack(struct app *app, struct http_request *r, const char *key)
{
	act(app, r, key, EVENT_ACKNOWLEDGED);
}

void handle_claim(struct app *app, struct http_request *r, const char *key)
{
	act(app, r, key, EVENT_CLAIMED);
}

void handle_snooze(struct app *app, struct http_request *r, const char *key)
{
	act(app, r, key, EVENT_SNOOZED);
}

void handle_note(struct app *app, struct http_request *r, const char *key)
{
	act(app, r, key, EVENT_NOTE);
}
