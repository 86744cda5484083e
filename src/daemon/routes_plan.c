/* routes_plan.c - the matrix anew, and what another one would do.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "base/check.h"
#include "conf/load.h"
#include "daemon/app.h"
#include "daemon/planning.h"
#include "daemon/reply.h"
#include "wire/json_gate.h"
#include "wire/matrix_json.h"
#include "wire/plan_json.h"

#include <stdlib.h>
#include <string.h>

#define ASK_TEXT_MAX 500 /* bytes of by and why */

/* --- reload --------------------------------------------------------------- */

struct inquiry {
	struct app *app;
	struct http_request *request;
};

static void on_reloaded(void *user, const struct reload_result *result)
{
	static const int codes[] = { [RELOAD_DONE] = 200,
		[RELOAD_BAD] = 422,
		[RELOAD_GUARDED] = 409,
		[RELOAD_FAILED] = 503 };
	bool ok = result->end == RELOAD_DONE;
	struct inquiry *q = user;
	struct textbuf body;
	struct json_out j;

	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	json_text(&j, ok ? "messages" : "error", result->text);
	if (ok)
		json_text(&j, "revision",
		    matrix_ref_matrix(q->app->matrix)->revision);
	if (result->plan != NULL)
		json_raw(&j, "plan", result->plan);
	json_close(&j, '}');
	reply_json(q->request, codes[result->end], &body);
	free(q);
}

static bool take_text(const cJSON *item, const char **out, struct errtext *err)
{
	if (cJSON_IsNull(item))
		return true;
	if (!cJSON_IsString(item)) {
		errtext_set(err, "%s: not a string", item->string);
		return false;
	}
	if (strlen(item->valuestring) > ASK_TEXT_MAX) {
		errtext_set(err, "%s: longer than %d bytes", item->string,
		    ASK_TEXT_MAX);
		return false;
	}
	*out = item->valuestring;
	return true;
}

static bool take_member(
    const cJSON *item, struct reload_ask *ask, struct errtext *err)
{
	if (strcmp(item->string, "by") == 0)
		return take_text(item, &ask->by, err);
	if (strcmp(item->string, "why") == 0)
		return take_text(item, &ask->why, err);
	if (strcmp(item->string, "force") != 0) {
		errtext_set(err,
		    "%s: unknown member; known are by, why and force",
		    item->string);
		return false;
	}
	if (!cJSON_IsBool(item)) {
		errtext_set(err, "force: must be true or false");
		return false;
	}
	ask->force = cJSON_IsTrue(item);
	return true;
}

/* An empty body asks without a word.  The texts live as long as the tree. */
static bool read_ask(const struct http_request *r, struct reload_ask *ask,
    cJSON **tree, struct errtext *err)
{
	const cJSON *item;

	*ask = (struct reload_ask){ .by = "", .why = "" };
	*tree = NULL;
	if (r->body_len == 0)
		return true;
	*tree = json_gate_parse(r->body, r->body_len, err);
	if (*tree == NULL)
		return false;
	if (!cJSON_IsObject(*tree)) {
		errtext_set(err, "body: not an object");
		return false;
	}
	cJSON_ArrayForEach(item, *tree)
	{
		if (!take_member(item, ask, err))
			return false;
	}
	return true;
}

void handle_reload(struct app *app, struct http_request *r, const char *key)
{
	struct reload_ask ask;
	struct inquiry *q;
	struct errtext err;
	cJSON *tree;

	(void)key;
	if (!read_ask(r, &ask, &tree, &err)) {
		cJSON_Delete(tree);
		reply_error(r, 400, "%s", err.text);
		return;
	}
	q = malloc(sizeof *q);
	CHECK(q != NULL);
	*q = (struct inquiry){ app, r };
	reload_start(app, &ask, on_reloaded, q);
	cJSON_Delete(tree);
}

/* --- plan ----------------------------------------------------------------- */

struct question {
	struct app *app;
	struct http_request *request;
	struct wall now;
	struct arena arena;
	const char *file;	 /* by which name it is told */
	struct sent_matrix sent; /* text NULL: the daemon's own file */

	/* By the worker. */
	bool ok;
	struct conf conf;
	struct textbuf messages;
};

static void question_free(struct question *q)
{
	conf_free(&q->conf);
	textbuf_fini(&q->messages);
	arena_fini(&q->arena);
	free(q);
}

static void load_sent(struct question *q)
{
	const struct sent_matrix *sent = &q->sent;
	struct conf_file *files =
	    arena_alloc(&q->arena, (sent->nfiles + 1) * sizeof *files);
	const struct conf_options o = { .no_secrets = true };

	for (size_t i = 0; i < sent->nfiles; i++)
		files[i] = (struct conf_file){ .name = sent->files[i].name,
			.bytes = sent->files[i].bytes,
			.len = sent->files[i].len };
	q->ok = conf_load_stored(sent->name, sent->text, strlen(sent->text),
	    files, sent->nfiles, &o, &q->conf, &q->messages);
	if (q->ok && sent->revision != NULL)
		q->conf.matrix->revision =
		    arena_strdup(&q->conf.matrix->arena, sent->revision);
}

static void on_read(void *user)
{
	struct question *q = user;

	if (q->sent.text != NULL)
		load_sent(q);
	else
		q->ok = conf_load(q->app->options->config,
		    &(struct conf_options){ .now = q->now }, &q->conf,
		    &q->messages);
}

static void on_planned(
    void *user, const struct plan *plan, const struct errtext *err)
{
	struct question *q = user;
	struct textbuf body;
	struct json_out j;

	if (plan == NULL) {
		reply_busy(q->request, err->text);
	} else {
		textbuf_init(&body);
		json_out_init(&j, &body);
		json_open(&j, NULL, '{');
		plan_json(plan, "plan", q->file, &j);
		json_text(&j, "messages", q->messages.data);
		json_close(&j, '}');
		reply_json(q->request, 200, &body);
	}
	question_free(q);
}

static void on_loaded(void *user)
{
	struct question *q = user;
	struct matrix_ref *to;

	if (!q->ok) {
		reply_error(q->request, 422, "%s", q->messages.data);
		question_free(q);
		return;
	}
	to = matrix_ref_new(q->conf.matrix, q->now);
	q->conf.matrix = NULL;
	matrix_ref_follow(to, matrix_ref_get(q->app->matrix));
	planning_start(q->app, q->app->matrix, to, on_planned, q);
	matrix_ref_put(to);
}

void handle_plan(struct app *app, struct http_request *r, const char *key)
{
	struct question *q = calloc(1, sizeof *q);
	struct errtext err;

	(void)key;
	CHECK(q != NULL);
	q->app = app;
	q->request = r;
	q->now = loop_now(app->loop);
	q->file = app->options->config;
	arena_init(&q->arena);
	textbuf_init(&q->messages);
	if (r->body_len > 0) {
		if (!sent_matrix_read(
			r->body, r->body_len, &q->arena, &q->sent, &err)) {
			reply_error(r, 400, "%s", err.text);
			question_free(q);
			return;
		}
		q->file = q->sent.name;
	}
	loop_work(app->loop, on_read, on_loaded, q);
}
