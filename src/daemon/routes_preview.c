/* routes_preview.c - how a notice would look: written on a worker.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "base/nearest.h"
#include "daemon/app.h"
#include "daemon/parameters.h"
#include "daemon/preview.h"
#include "daemon/question.h"
#include "daemon/reply.h"

#include <string.h>

struct preview_question {
	struct question base;
	struct preview preview;
};

static void on_preview(struct reader *r, void *user)
{
	struct preview_question *q = user;

	q->base.result = preview_write(
	    &q->preview, r, &q->base.arena, &q->base.body, &q->base.err);
}

static void on_written(void *user)
{
	struct preview_question *q = user;

	if (q->base.result == STORE_NONE) {
		reply_error(q->base.request, 404, "ticket: there is no \"%s\"",
		    q->preview.key);
		question_free(&q->base);
	} else if (question_is_read(&q->base)) {
		question_answer(&q->base, 200);
	}
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
static bool pick(struct preview_question *q, const char *name,
    const char *(*at)(const struct matrix *m, size_t i), int *out)
{
	const char *wanted = http_query(q->base.request, name);
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
	reply_error(q->base.request, 400, "%s: %s", name, err.text);
	return false;
}

static bool pick_reason(struct preview_question *q)
{
	const char *names[NOTICE_REASON_COUNT];
	size_t reason = NOTICE_REASON_COUNT;

	for (int i = 0; i < NOTICE_REASON_COUNT; i++)
		names[i] = notice_reason_name((enum notice_reason)i);
	if (!parameter_word(
		q->base.request, "reason", names, NOTICE_REASON_COUNT, &reason))
		return false;
	if (reason < NOTICE_REASON_COUNT)
		q->preview.reason = (int)reason;
	return true;
}

static bool read_parameters(struct preview_question *q)
{
	struct preview *p = &q->preview;
	const struct channel *c;

	p->channel = p->person = p->chain = p->reason = -1;
	if (!pick(q, "channel", channel_at, &p->channel) ||
	    !pick(q, "person", person_at, &p->person) ||
	    !pick(q, "chain", chain_at, &p->chain) || !pick_reason(q))
		return false;
	if (p->channel < 0) {
		reply_error(q->base.request, 400, "channel: say which");
		return false;
	}
	c = &p->m->channels[p->channel];
	if (p->person >= 0 || !channel_is_personal(c))
		return true;
	reply_error(q->base.request, 400,
	    "person: %s reaches one person at a time; say who", c->name);
	return false;
}

/* --- the routes ----------------------------------------------------------- */

void handle_preview(struct app *app, struct http_request *r, const char *key)
{
	struct preview_question *q = question_new(app, r, sizeof *q);

	q->preview.m = matrix_ref_matrix(q->base.matrix);
	q->preview.now = q->base.now;
	q->preview.key = arena_strdup(&q->base.arena, key);
	q->preview.home =
	    arena_strdup(&q->base.arena, app->conf.settings.public_url);
	if (read_parameters(q))
		question_ask(&q->base, on_preview, on_written);
	else
		question_free(&q->base);
}
