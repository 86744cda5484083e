/* routes_events.c - POST /v1/events: in, and answered when durable.
 *
 * A request's events are joined and go into one batch: either each has an
 * answer of its own, or nothing of them was taken.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/reply.h"
#include "wire/event_json.h"
#include "wire/json_gate.h"
#include "wire/json_out.h"

#include <stdlib.h>

struct result {
	const char *id;	    /* or NULL: it could not be read */
	const char *ticket; /* likewise */
	enum outcome_kind kind;
	int code;
	const char *why;
};

struct submission {
	struct app *app;
	struct http_request *request;
	struct arena arena; /* holds the results and their texts */
	struct result *results;
	size_t nresults;
	size_t cap_results;
	struct item *first; /* chain of those that could be read */
	struct item **tail;
	size_t nitems;
	size_t left;	     /* of these not yet published */
	bool is_unavailable; /* the store failed: nothing was taken */
};

static void submission_free(struct submission *s)
{
	while (s->first != NULL) {
		struct item *it = s->first;

		s->first = it->next;
		item_free(it);
	}
	arena_fini(&s->arena);
	free(s);
}

/* --- answering ----------------------------------------------------------- */

static size_t count_kind(const struct submission *s, enum outcome_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nresults; i++)
		n += s->results[i].kind == kind;
	return n;
}

static const char *kind_name(enum outcome_kind kind)
{
	switch (kind) {
	case OUTCOME_ACCEPTED:
	case OUTCOME_NOTHING:
		return "accepted";
	case OUTCOME_DUPLICATE:
		return "duplicate";
	case OUTCOME_REFUSED:
	case OUTCOME_FAILED:
		break;
	}
	return "refused";
}

static void write_result(
    const struct submission *s, size_t i, struct json_out *j)
{
	const struct result *r = &s->results[i];

	json_open(j, NULL, '{');
	json_int(j, "index", (int64_t)i);
	json_text(j, "id", r->id);
	json_text(j, "ticket", r->ticket);
	json_text(j, "result", kind_name(r->kind));
	json_int(j, "code", r->code);
	if (r->kind == OUTCOME_REFUSED)
		json_text(j, "error", r->why);
	json_close(j, '}');
}

/* Of one event its own code; of several whether all, some or none went in. */
static int http_status(const struct submission *s, size_t refused)
{
	if (s->nresults == 1)
		return s->results[0].code;
	if (refused == 0)
		return 200;
	return refused == s->nresults ? 422 : 207;
}

static void answer(struct submission *s)
{
	size_t refused = count_kind(s, OUTCOME_REFUSED);
	size_t duplicates = count_kind(s, OUTCOME_DUPLICATE);
	struct textbuf body;
	struct json_out j;

	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	if (s->nresults == 1 && refused == 1)
		json_text(&j, "error", s->results[0].why);
	json_int(&j, "accepted", (int64_t)(s->nresults - refused - duplicates));
	json_int(&j, "duplicates", (int64_t)duplicates);
	json_int(&j, "refused", (int64_t)refused);
	json_open(&j, "results", '[');
	for (size_t i = 0; i < s->nresults; i++)
		write_result(s, i, &j);
	json_close(&j, ']');
	json_close(&j, '}');
	reply_json(s->request, http_status(s, refused), &body);
}

static void answer_unavailable(struct submission *s, const char *why)
{
	s->app->counters.events_unavailable += s->nitems;
	reply_busy(s->request, why);
}

static void on_published(void *user, struct item *it)
{
	struct submission *s = user;
	struct result *r = &s->results[it->index];

	CHECK(s->left > 0);
	r->kind = it->out.kind;
	r->code = it->out.code;
	r->why = arena_strdup(&s->arena, it->out.why);
	if (it->out.kind == OUTCOME_FAILED)
		s->is_unavailable = true;
	if (--s->left > 0)
		return;
	if (s->is_unavailable)
		answer_unavailable(s, "nothing could be stored; try again");
	else
		answer(s);
	submission_free(s);
}

/* --- taking in ----------------------------------------------------------- */

static void refuse(struct submission *s, struct result *r, const char *why)
{
	r->kind = OUTCOME_REFUSED;
	r->code = 400;
	r->why = arena_strdup(&s->arena, why);
	s->app->counters.events_refused++;
}

static void on_item(void *user, size_t index, const char *text, size_t len)
{
	struct submission *s = user;
	struct errtext why;
	struct result *r;
	struct item *it;

	if (index >= INTAKE_REQUEST_MAX) {
		s->nresults = index + 1; /* one too many: see handle_events() */
		return;
	}
	it = item_new(ITEM_EVENT);
	r = arena_push(
	    &s->arena, &s->results, &s->nresults, &s->cap_results, sizeof *r);
	if (!event_from_json(text, len, &it->arena, &it->ev, &why)) {
		item_free(it);
		refuse(s, r, why.text);
		return;
	}
	r->id = arena_strdup(&s->arena, it->ev.id);
	r->ticket = arena_strdup(&s->arena, it->ev.ticket);
	it->published = on_published;
	it->user = s;
	it->index = index;
	*s->tail = it;
	s->tail = &it->next;
	s->nitems++;
}

static void submit(struct submission *s)
{
	s->left = s->nitems;
	if (s->nitems == 0) {
		answer(s);
		submission_free(s);
		return;
	}
	if (intake_offer(s->app->intake, s->first, s->nitems)) {
		s->first = NULL; /* they are the intake's now */
		return;
	}
	answer_unavailable(s, "the queue is full; try again");
	submission_free(s);
}

/* A request must fit into the queue, and into a batch of its own. */
static size_t most_events(const struct app *app)
{
	size_t most = intake_max(app->intake);

	return most < INTAKE_REQUEST_MAX ? most : INTAKE_REQUEST_MAX;
}

void handle_events(struct app *app, struct http_request *r, const char *key)
{
	struct submission *s = calloc(1, sizeof *s);
	struct errtext why;

	CHECK(s != NULL);
	(void)key;
	s->app = app;
	s->request = r;
	s->tail = &s->first;
	arena_init(&s->arena);
	if (!json_items(r->body, r->body_len, on_item, s, &why))
		reply_error(r, 400, "body: %s", why.text);
	else if (s->nresults == 0)
		reply_error(r, 400, "body: holds no event");
	else if (s->nresults > most_events(app))
		reply_error(r, 413, "body: more than %zu events; divide it",
		    most_events(app));
	else {
		submit(s);
		return;
	}
	submission_free(s);
}
