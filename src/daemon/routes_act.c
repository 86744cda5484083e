/* routes_act.c - ack, claim, snooze, note, escalate: what people do, as events.
 *
 * Members become what somebody said (said.h), and that an event.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/members.h"
#include "daemon/reply.h"
#include "daemon/said.h"

#include <stdlib.h>
#include <string.h>

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

/* What was said, as an event in an item; or NULL. */
static struct item *read_said(const struct act *a, enum event_type type,
    const struct members *m, struct errtext *err)
{
	struct wall now = loop_now(a->app->loop);
	struct said said = { .type = type,
		.ticket = a->key,
		.id = members_get(m, "id"),
		.text = members_get(m, "text"),
		.chain = members_get(m, "chain"),
		.team = members_get(m, "team"),
		.until = WALL_NEVER };

	if (!members_need(m, "by", "who does it", &said.by, err))
		return NULL;
	if (type == EVENT_SNOOZED && !members_end(m, now, &said.until, err))
		return NULL;
	return said_item(&said, now, err);
}

/* The event of the request's body; NULL with the reason. */
static struct item *read_event(
    const struct act *a, enum event_type type, struct errtext *err)
{
	struct member_set known = members_of(type);
	struct item *it = NULL;
	struct members m;

	if (members_read(&m, a->request, known.names, known.count, err))
		it = read_said(a, type, &m, err);
	members_free(&m);
	return it;
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
