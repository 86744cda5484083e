/* routes_explain.c - why a ticket stands as it does: read on a worker.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "daemon/app.h"
#include "daemon/question.h"
#include "daemon/reply.h"
#include "wire/explain_json.h"

struct explain_question {
	struct question base;
	const char *key;
};

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
	struct explain_question *q = user;
	struct asking asking = { r, &q->base };
	struct facts facts = { .duty = duty_ref_duty(q->base.duty),
		.user = &asking,
		.answer = answer };
	struct explain_past past;
	struct explanation e;
	struct json_out j;
	struct ticket t;

	q->base.result =
	    reader_explain(r, &q->base.arena, q->key, &t, &past, &q->base.err);
	if (q->base.result != STORE_OK)
		return;
	explain(matrix_ref_matrix(q->base.matrix), &facts, &t, &past,
	    q->base.now, &q->base.arena, &e);
	if (q->base.result != STORE_OK)
		return;
	json_out_init(&j, &q->base.body);
	explain_json(&e, &j);
}

static void on_explained(void *user)
{
	struct explain_question *q = user;

	if (q->base.result == STORE_NONE) {
		reply_error(
		    q->base.request, 404, "ticket: there is no \"%s\"", q->key);
		question_free(&q->base);
	} else if (question_is_read(&q->base)) {
		question_answer(&q->base, 200);
	}
}

void handle_explain(struct app *app, struct http_request *r, const char *key)
{
	struct explain_question *q = question_new(app, r, sizeof *q);

	q->base.duty = duty_ref_get(app->duty);
	q->key = arena_strdup(&q->base.arena, key);
	question_ask(&q->base, on_explain, on_explained);
}
