/* routes_act.c - ack, claim, snooze, note, escalate: what people do, as events.
 *
 * The members are made into an event's JSON and read back through the same gate
 * as everybody's, so that the limits and the refusals are the same.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/members.h"
#include "daemon/reply.h"
#include "wire/event_json.h"
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

/* Which members the act of that event takes. */
struct member_set {
	const char *const *names;
	size_t count;
};

static struct member_set members_of(enum event_type type)
{
	static const char *const said[] = { "id", "by", "text", "until",
		"for" };
	static const char *const escalated[] = { "id", "by", "text", "chain",
		"team" };

	if (type == EVENT_ESCALATED)
		return (struct member_set){ escalated, 5 };
	return (struct member_set){ said, type == EVENT_SNOOZED ? 5 : 3 };
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
	json_text(
	    &j, "id", members_get(m, "id") != NULL ? members_get(m, "id") : id);
	json_text(&j, "ticket", a->key);
	json_wall(&j, "at", loop_now(a->app->loop));
	json_text(&j, "type", event_type_name(type));
	json_text(&j, "by", members_get(m, "by"));
	if (members_get(m, "text") != NULL && type != EVENT_SNOOZED)
		json_text(&j, "text", members_get(m, "text"));
	if (members_get(m, "chain") != NULL)
		json_text(&j, "chain", members_get(m, "chain"));
	if (members_get(m, "team") != NULL)
		json_text(&j, "team", members_get(m, "team"));
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

/* What was said, as an event in the item. */
static bool read_said(const struct act *a, enum event_type type,
    const struct members *m, struct item *it, struct errtext *err)
{
	struct wall now = loop_now(a->app->loop);
	struct wall until = WALL_NEVER;
	struct textbuf text;
	const char *by;
	bool ok;

	if (!members_need(m, "by", "who does it", &by, err))
		return false;
	if (type == EVENT_SNOOZED && !members_end(m, now, &until, err))
		return false;
	textbuf_init(&text);
	write_event(a, type, m, until, &text);
	ok = event_from_json(text.data, text.len, &it->arena, &it->ev, err);
	textbuf_fini(&text);
	/* A snoozed event of a help desk has no words; a person's may. */
	if (ok && type == EVENT_SNOOZED)
		it->ev.text = arena_strdup(&it->arena, members_get(m, "text"));
	return ok;
}

/* The event of the request's body; NULL with the reason. */
static struct item *read_event(
    const struct act *a, enum event_type type, struct errtext *err)
{
	struct member_set known = members_of(type);
	struct item *it = item_new(ITEM_EVENT);
	struct members m;
	bool ok = members_read(&m, a->request, known.names, known.count, err) &&
		  read_said(a, type, &m, it, err);

	members_free(&m);
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

void handle_escalate(struct app *app, struct http_request *r, const char *key)
{
	act(app, r, key, EVENT_ESCALATED);
}
