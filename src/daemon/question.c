/* question.c - asked on a worker, answered on the loop.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/question.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/reply.h"

#include <stdlib.h>

void *question_new(struct app *app, struct http_request *r, size_t size)
{
	struct question *q = calloc(1, size);

	CHECK(q != NULL && size >= sizeof *q);
	q->app = app;
	q->request = r;
	q->matrix = matrix_ref_get(app->matrix);
	q->now = loop_now(app->loop);
	arena_init(&q->arena);
	textbuf_init(&q->body);
	return q;
}

void question_free(struct question *q)
{
	matrix_ref_put(q->matrix);
	if (q->duty != NULL)
		duty_ref_put(q->duty);
	textbuf_fini(&q->body);
	arena_fini(&q->arena);
	free(q);
}

void question_ask(struct question *q,
    void (*work)(struct reader *r, void *user), void (*done)(void *user))
{
	if (!readers_ask(q->app->readers, DESK_REQUESTS, work, done, q))
		question_busy(q, "too many questions wait; try again");
}

bool question_is_read(struct question *q)
{
	if (q->result == STORE_OK)
		return true;
	errtext_wrap(&q->err, "the database cannot be read");
	question_busy(q, q->err.text);
	return false;
}

void question_answer(struct question *q, int status)
{
	reply_json(q->request, status, &q->body);
	question_free(q);
}

void question_refuse(struct question *q, int status, const char *why)
{
	reply_error(q->request, status, "%s", why);
	question_free(q);
}

void question_busy(struct question *q, const char *why)
{
	reply_busy(q->request, why);
	question_free(q);
}
