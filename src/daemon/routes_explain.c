/* routes_explain.c - why a ticket stands as it does: read on a worker.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/reply.h"
#include "wire/explain_json.h"

#include <stdlib.h>

struct question {
	struct http_request *request;
	struct matrix_ref *matrix;
	struct duty_ref *duty;
	struct wall now;
	struct arena arena;
	const char *key;

	/* By the worker. */
	enum store_result result;
	struct textbuf body;
	struct errtext err;
};

static void question_free(struct question *q)
{
	matrix_ref_put(q->matrix);
	duty_ref_put(q->duty);
	textbuf_fini(&q->body);
	arena_fini(&q->arena);
	free(q);
}

struct asking {
	struct reader *reader;
	struct question *question;
};

/* About other tickets, as they are now: 0 where the disk does not say. */
static int64_t answer(void *user, const struct fact_question *about)
{
	struct asking *a = user;
	int64_t value = 0;

	if (a->question->result == STORE_OK)
		a->question->result =
		    reader_answer(a->reader, about, &value, &a->question->err);
	return value;
}

static void on_explain(struct reader *r, void *user)
{
	struct question *q = user;
	struct asking asking = { r, q };
	struct facts facts = { .duty = duty_ref_duty(q->duty),
		.user = &asking,
		.answer = answer };
	struct explain_past past;
	struct explanation e;
	struct json_out j;
	struct ticket t;

	q->result = reader_explain(r, &q->arena, q->key, &t, &past, &q->err);
	if (q->result != STORE_OK)
		return;
	explain(matrix_ref_matrix(q->matrix), &facts, &t, &past, q->now,
	    &q->arena, &e);
	if (q->result != STORE_OK)
		return;
	json_out_init(&j, &q->body);
	explain_json(&e, &j);
}

static void on_explained(void *user)
{
	struct question *q = user;

	if (q->result == STORE_OK) {
		reply_json(q->request, 200, &q->body);
	} else if (q->result == STORE_NONE) {
		reply_error(
		    q->request, 404, "ticket: there is no \"%s\"", q->key);
	} else {
		errtext_wrap(&q->err, "the database cannot be read");
		reply_busy(q->request, q->err.text);
	}
	question_free(q);
}

void handle_explain(struct app *app, struct http_request *r, const char *key)
{
	struct question *q = calloc(1, sizeof *q);

	CHECK(q != NULL);
	q->request = r;
	q->matrix = matrix_ref_get(app->matrix);
	q->duty = duty_ref_get(app->duty);
	q->now = loop_now(app->loop);
	arena_init(&q->arena);
	textbuf_init(&q->body);
	q->key = arena_strdup(&q->arena, key);
	if (readers_ask(
		app->readers, DESK_REQUESTS, on_explain, on_explained, q))
		return;
	reply_busy(r, "too many questions wait; try again");
	question_free(q);
}
