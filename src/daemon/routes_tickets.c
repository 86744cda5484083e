/* routes_tickets.c - lists, one ticket, its story: read on a worker.
 *
 * A question carries what it needs to the worker (filter, matrix, now) and
 * brings back the finished JSON; the loop only sends it.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/parameters.h"
#include "daemon/reply.h"
#include "wire/json_out.h"
#include "wire/ticket_json.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 100
#define LIMIT_MOST    1000

struct question {
	struct http_request *request;
	struct matrix_ref *matrix;
	struct wall now;
	struct arena arena;
	const char *key;
	struct ticket_filter filter;
	int64_t after; /* timeline: rows behind this one */
	int limit;
	bool wrapped; /* {"ticket": ...} around the ticket */

	/* By the worker. */
	int status;
	struct textbuf body;
	struct errtext err;
};

static struct question *question_new(
    struct app *app, struct http_request *r, const char *key)
{
	struct question *q = calloc(1, sizeof *q);

	CHECK(q != NULL);
	q->request = r;
	q->matrix = matrix_ref_get(app->matrix);
	q->now = loop_now(app->loop);
	arena_init(&q->arena);
	textbuf_init(&q->body);
	q->key = arena_strdup(&q->arena, key);
	return q;
}

static void question_free(struct question *q)
{
	matrix_ref_put(q->matrix);
	textbuf_fini(&q->body);
	arena_fini(&q->arena);
	free(q);
}

static void on_answered(void *user)
{
	struct question *q = user;

	if (q->status == 200)
		reply_json(q->request, 200, &q->body);
	else if (q->status == 503)
		reply_busy(q->request, q->err.text);
	else
		reply_error(q->request, q->status, "%s", q->err.text);
	question_free(q);
}

static void ask(struct app *app, struct question *q,
    void (*work)(struct reader *r, void *user))
{
	if (readers_ask(app->readers, DESK_REQUESTS, work, on_answered, q))
		return;
	reply_busy(q->request, "too many questions wait; try again");
	question_free(q);
}

/* False: the status says what is to be answered. */
static bool found(struct question *q, enum store_result r)
{
	q->status = 200;
	if (r == STORE_OK)
		return true;
	q->status = r == STORE_NONE ? 404 : 503;
	if (r == STORE_NONE)
		errtext_set(&q->err, "ticket: there is no \"%s\"", q->key);
	else
		errtext_wrap(&q->err, "the database cannot be read");
	return false;
}

/* --- one ticket ---------------------------------------------------------- */

static void on_ticket(struct reader *r, void *user)
{
	struct question *q = user;
	const struct matrix *m = matrix_ref_matrix(q->matrix);
	struct json_out j;
	struct ticket t;

	if (!found(q, reader_load(r, &q->arena, q->key, 0, &t, &q->err)))
		return;
	json_out_init(&j, &q->body);
	if (q->wrapped)
		textbuf_add(&q->body, "{\"ticket\":");
	ticket_json(m, &t, q->now, true, &j);
	if (q->wrapped)
		textbuf_add(&q->body, "}");
}

void handle_ticket(struct app *app, struct http_request *r, const char *key)
{
	ask(app, question_new(app, r, key), on_ticket);
}

void reply_ticket(struct app *app, struct http_request *r, const char *key)
{
	struct question *q = question_new(app, r, key);

	q->wrapped = true;
	ask(app, q, on_ticket);
}

/* --- lists --------------------------------------------------------------- */

static void on_list(struct reader *r, void *user)
{
	struct question *q = user;
	const struct matrix *m = matrix_ref_matrix(q->matrix);
	const char *next = NULL;
	struct ticket *list = NULL;
	enum store_result result;
	struct json_out j;
	size_t count = 0;

	result = reader_list(
	    r, &q->arena, &q->filter, &list, &count, &next, &q->err);
	/* A parameter is wrong; that no ticket fits is an empty list. */
	if (result == STORE_NONE) {
		q->status = 400;
		return;
	}
	if (!found(q, result))
		return;
	json_out_init(&j, &q->body);
	json_open(&j, NULL, '{');
	json_open(&j, "tickets", '[');
	for (size_t i = 0; i < count; i++)
		ticket_json(m, &list[i], q->now, false, &j);
	json_close(&j, ']');
	json_text(&j, "next", next);
	json_close(&j, '}');
}

static const char *text_of(struct question *q, const char *name)
{
	return arena_strdup(&q->arena, http_query(q->request, name));
}

static bool read_filter(struct question *q)
{
	static const char *const statuses[] = { "new", "open", "pending",
		"on_hold", "solved", "closed", "unsolved", "all" };
	static const char *const orders[] = { "due", "key", "updated" };
	static const char *const truths[] = { "false", "true" };
	size_t status = 6;
	size_t order = 0;
	size_t breached = 0;
	int64_t limit = LIMIT_DEFAULT;
	struct http_request *r = q->request;

	if (!parameter_word(r, "status", statuses, 8, &status) ||
	    !parameter_word(r, "order", orders, 3, &order) ||
	    !parameter_word(r, "breached", truths, 2, &breached) ||
	    !parameter_number(r, "limit", 1, LIMIT_MOST, &limit))
		return false;
	q->filter = (struct ticket_filter){ .status = statuses[status],
		.severity = text_of(q, "severity"),
		.team = text_of(q, "team"),
		.assignee = text_of(q, "assignee"),
		.customer = text_of(q, "customer"),
		.text = text_of(q, "q"),
		.breached = breached == 1,
		.order = (enum ticket_order)order,
		.limit = (int)limit,
		.after = text_of(q, "after") };
	return true;
}

void handle_tickets(struct app *app, struct http_request *r, const char *key)
{
	struct question *q = question_new(app, r, key);

	if (read_filter(q))
		ask(app, q, on_list);
	else
		question_free(q);
}

/* --- timeline ------------------------------------------------------------ */

static void on_timeline(struct reader *r, void *user)
{
	struct question *q = user;
	struct journal_row *rows = NULL;
	struct json_out j;
	struct ticket t;
	size_t count = 0;

	if (!found(q, reader_load(r, &q->arena, q->key, 0, &t, &q->err)) ||
	    !found(q, reader_timeline(r, &q->arena, t.id, q->after, q->limit,
			  &rows, &count, &q->err)))
		return;
	json_out_init(&j, &q->body);
	json_open(&j, NULL, '{');
	json_open(&j, "timeline", '[');
	for (size_t i = 0; i < count; i++)
		journal_json(&rows[i], &j);
	json_close(&j, ']');
	/* A full page may not be the last. */
	if (count > 0 && count == (size_t)q->limit)
		json_int(&j, "next", rows[count - 1].id);
	else
		json_raw(&j, "next", "null");
	json_close(&j, '}');
}

void handle_timeline(struct app *app, struct http_request *r, const char *key)
{
	struct question *q = question_new(app, r, key);
	int64_t limit = LIMIT_DEFAULT;

	if (!parameter_number(r, "limit", 1, LIMIT_MOST, &limit) ||
	    !parameter_number(r, "after", 0, INT64_MAX / 16, &q->after)) {
		question_free(q);
		return;
	}
	q->limit = (int)limit;
	ask(app, q, on_timeline);
}
