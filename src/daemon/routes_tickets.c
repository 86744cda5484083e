/* routes_tickets.c - lists, one ticket, its story: read on a worker.
 *
 * A question carries what it needs to the worker (filter, matrix, now) and
 * brings back the finished JSON; the loop only sends it.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "daemon/app.h"
#include "daemon/parameters.h"
#include "daemon/question.h"
#include "wire/json_out.h"
#include "wire/ticket_json.h"

#include <string.h>

#define LIMIT_DEFAULT 100
#define LIMIT_MOST    1000

struct ticket_question {
	struct question base;
	const char *key;
	struct ticket_filter filter;
	int64_t after; /* timeline: rows behind this one */
	int limit;
	bool wrapped; /* {"ticket": ...} around the ticket */
};

static struct ticket_question *ask_about(
    struct app *app, struct http_request *r, const char *key)
{
	struct ticket_question *q = question_new(app, r, sizeof *q);

	q->key = arena_strdup(&q->base.arena, key);
	return q;
}

static void on_answered(void *user)
{
	struct ticket_question *q = user;

	if (q->base.result == STORE_NONE)
		question_refuse(&q->base, 404, q->base.err.text);
	else if (question_is_read(&q->base))
		question_answer(&q->base, 200);
}

static void ask(
    struct ticket_question *q, void (*work)(struct reader *r, void *user))
{
	question_ask(&q->base, work, on_answered);
}

/* False: the result says what is to be answered. */
static bool found(struct ticket_question *q, enum store_result r)
{
	q->base.result = r;
	if (r == STORE_NONE)
		errtext_set(&q->base.err, "ticket: there is no \"%s\"", q->key);
	return r == STORE_OK;
}

/* --- one ticket ---------------------------------------------------------- */

static void on_ticket(struct reader *r, void *user)
{
	struct ticket_question *q = user;
	const struct matrix *m = matrix_ref_matrix(q->base.matrix);
	struct json_out j;
	struct ticket t;

	if (!found(
		q, reader_load(r, &q->base.arena, q->key, 0, &t, &q->base.err)))
		return;
	json_out_init(&j, &q->base.body);
	if (q->wrapped)
		textbuf_add(&q->base.body, "{\"ticket\":");
	ticket_json(m, &t, q->base.now, true, &j);
	if (q->wrapped)
		textbuf_add(&q->base.body, "}");
}

void handle_ticket(struct app *app, struct http_request *r, const char *key)
{
	ask(ask_about(app, r, key), on_ticket);
}

void reply_ticket(struct app *app, struct http_request *r, const char *key)
{
	struct ticket_question *q = ask_about(app, r, key);

	q->wrapped = true;
	ask(q, on_ticket);
}

/* --- lists --------------------------------------------------------------- */

static void on_list(struct reader *r, void *user)
{
	struct ticket_question *q = user;
	const struct matrix *m = matrix_ref_matrix(q->base.matrix);
	const char *next = NULL;
	struct ticket *list = NULL;
	struct json_out j;
	size_t count = 0;

	q->base.result = reader_list(
	    r, &q->base.arena, &q->filter, &list, &count, &next, &q->base.err);
	if (q->base.result != STORE_OK)
		return;
	json_out_init(&j, &q->base.body);
	json_open(&j, NULL, '{');
	json_open(&j, "tickets", '[');
	for (size_t i = 0; i < count; i++)
		ticket_json(m, &list[i], q->base.now, false, &j);
	json_close(&j, ']');
	json_text(&j, "next", next);
	json_close(&j, '}');
}

/* A parameter is wrong; that no ticket fits is an empty list. */
static void on_listed(void *user)
{
	struct ticket_question *q = user;

	if (q->base.result == STORE_NONE)
		question_refuse(&q->base, 400, q->base.err.text);
	else if (question_is_read(&q->base))
		question_answer(&q->base, 200);
}

static const char *text_of(struct ticket_question *q, const char *name)
{
	return arena_strdup(&q->base.arena, http_query(q->base.request, name));
}

static bool read_filter(struct ticket_question *q)
{
	static const char *const statuses[] = { "new", "open", "pending",
		"on_hold", "solved", "closed", "unsolved", "all" };
	static const char *const orders[] = { "due", "key", "updated" };
	static const char *const truths[] = { "false", "true" };
	size_t status = 6;
	size_t order = 0;
	size_t breached = 0;
	int64_t limit = LIMIT_DEFAULT;
	struct http_request *r = q->base.request;

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
	struct ticket_question *q = ask_about(app, r, key);

	if (read_filter(q))
		question_ask(&q->base, on_list, on_listed);
	else
		question_free(&q->base);
}

/* --- timeline ------------------------------------------------------------ */

static void on_timeline(struct reader *r, void *user)
{
	struct ticket_question *q = user;
	struct journal_row *rows = NULL;
	struct json_out j;
	struct ticket t;
	size_t count = 0;

	if (!found(q,
		reader_load(r, &q->base.arena, q->key, 0, &t, &q->base.err)) ||
	    !found(q, reader_timeline(r, &q->base.arena, t.id, q->after,
			  q->limit, &rows, &count, &q->base.err)))
		return;
	json_out_init(&j, &q->base.body);
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
	struct ticket_question *q = ask_about(app, r, key);
	int64_t limit = LIMIT_DEFAULT;

	if (!parameter_number(r, "limit", 1, LIMIT_MOST, &limit) ||
	    !parameter_number(r, "after", 0, INT64_MAX / 16, &q->after)) {
		question_free(&q->base);
		return;
	}
	q->limit = (int)limit;
	ask(q, on_timeline);
}
