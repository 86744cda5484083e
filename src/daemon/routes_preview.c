/* routes_preview.c - how a notice would look: written on a worker.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "base/check.h"
#include "base/nearest.h"
#include "daemon/app.h"
#include "daemon/parameters.h"
#include "daemon/preview.h"
#include "daemon/reply.h"

#include <stdlib.h>
#include <string.h>

struct question {
	struct http_request *request;
	struct matrix_ref *matrix;
	struct arena arena;
	struct preview preview;

	/* By the worker. */
	enum store_result result;
	struct textbuf body;
	struct errtext err;
};

static void question_free(struct question *q)
{
	matrix_ref_put(q->matrix);
	textbuf_fini(&q->body);
	arena_fini(&q->arena);
	free(q);
}

static void on_preview(struct reader *r, void *user)
{
	struct question *q = user;

	q->result = preview_write(&q->preview, r, &q->arena, &q->body, &q->err);
}

static void on_written(void *user)
{
	struct question *q = user;

	if (q->result == STORE_OK) {
		reply_json(q->request, 200, &q->body);
	} else if (q->result == STORE_NONE) {
		reply_error(q->request, 404, "ticket: there is no \"%s\"",
		    q->preview.key);
	} else {
		errtext_wrap(&q->err, "the database cannot be read");
		reply_busy(q->request, q->err.text);
	}
	question_free(q);
}

/* --- parameters ----------------------------------------------------------- */

static const char *channel_at(const struct matrix *m, size_t i)
{
	return i < m->nchannels ? m->channels[i].name : NULL;
}

static const char *person_at(const struct matrix *m, size_t i)
{
	return i < m->npeople ? m->people[i].name : NULL;
}

static const char *chain_at(const struct matrix *m, size_t i)
{
	return i < m->nchains ? m->chains[i].name : NULL;
}

/* The index of what the parameter names; *out as it was if it is not given.
 * False: answered. */
static bool pick(struct question *q, const char *name,
    const char *(*at)(const struct matrix *m, size_t i), int *out)
{
	const char *wanted = http_query(q->request, name);
	struct nearest near;
	struct errtext err;

	if (wanted == NULL)
		return true;
	nearest_init(&near, wanted);
	for (size_t i = 0; at(q->preview.m, i) != NULL; i++) {
		nearest_try(&near, at(q->preview.m, i));
		if (strcmp(at(q->preview.m, i), wanted) != 0)
			continue;
		*out = (int)i;
		return true;
	}
	nearest_say(&near, "the matrix has no", &err);
	reply_error(q->request, 400, "%s: %s", name, err.text);
	return false;
}

static bool pick_reason(struct question *q)
{
	const char *names[NOTICE_REASON_COUNT];
	size_t reason = NOTICE_REASON_COUNT;

	for (int i = 0; i < NOTICE_REASON_COUNT; i++)
		names[i] = notice_reason_name((enum notice_reason)i);
	if (!parameter_word(
		q->request, "reason", names, NOTICE_REASON_COUNT, &reason))
		return false;
	if (reason < NOTICE_REASON_COUNT)
		q->preview.reason = (int)reason;
	return true;
}

static bool read_parameters(struct question *q)
{
	struct preview *p = &q->preview;
	const struct channel *c;

	p->channel = p->person = p->chain = p->reason = -1;
	if (!pick(q, "channel", channel_at, &p->channel) ||
	    !pick(q, "person", person_at, &p->person) ||
	    !pick(q, "chain", chain_at, &p->chain) || !pick_reason(q))
		return false;
	if (p->channel < 0) {
		reply_error(q->request, 400, "channel: say which");
		return false;
	}
	c = &p->m->channels[p->channel];
	if (p->person >= 0 || !channel_is_personal(c))
		return true;
	reply_error(q->request, 400,
	    "person: %s reaches one person at a time; say who", c->name);
	return false;
}

/* --- the routes ----------------------------------------------------------- */

void handle_preview(struct app *app, struct http_request *r, const char *key)
{
	struct question *q = calloc(1, sizeof *q);

	CHECK(q != NULL);
	q->request = r;
	q->matrix = matrix_ref_get(app->matrix);
	arena_init(&q->arena);
	textbuf_init(&q->body);
	q->preview.m = matrix_ref_matrix(q->matrix);
	q->preview.now = loop_now(app->loop);
	q->preview.key = arena_strdup(&q->arena, key);
	q->preview.home =
	    arena_strdup(&q->arena, app->conf.settings.public_url);
	if (!read_parameters(q)) {
		question_free(q);
		return;
	}
	if (readers_ask(app->readers, DESK_REQUESTS, on_preview, on_written, q))
		return;
	reply_busy(r, "too many questions wait; try again");
	question_free(q);
}
