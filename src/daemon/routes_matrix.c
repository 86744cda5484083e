/* routes_matrix.c - the matrices that were in force: who brought which, when.
 *
 * Read on a worker, as the database keeps them: without secrets.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/parameters.h"
#include "daemon/reply.h"
#include "wire/json_out.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 20
#define LIMIT_MOST    200
#define REVISION_LEN  16
#define PREFIX_LEAST  4 /* of a revision */

struct question {
	struct app *app;
	struct http_request *request;
	struct arena arena;
	int64_t before;
	int64_t limit;
	int64_t number;	  /* one alone, or 0 */
	const char *name; /* ... as it was asked for */

	/* By the worker. */
	enum store_result result;
	struct matrix_line *lines;
	size_t nlines;
	struct matrix_row row;
	struct errtext err;
};

static struct question *question_new(struct app *app, struct http_request *r)
{
	struct question *q = calloc(1, sizeof *q);

	CHECK(q != NULL);
	q->app = app;
	q->request = r;
	q->limit = LIMIT_DEFAULT;
	arena_init(&q->arena);
	return q;
}

static void question_free(struct question *q)
{
	arena_fini(&q->arena);
	free(q);
}

static void ask(struct question *q, void (*work)(struct reader *r, void *user),
    void (*done)(void *user))
{
	if (readers_ask(q->app->readers, DESK_REQUESTS, work, done, q))
		return;
	reply_busy(q->request, "too many questions wait; try again");
	question_free(q);
}

/* False: answered, and the question is gone. */
static bool is_read(struct question *q)
{
	if (q->result == STORE_OK)
		return true;
	if (q->result == STORE_NONE) {
		reply_error(q->request, 404,
		    "matrix: %s: %s; slawatchctl matrix log lists them",
		    q->name, q->err.text);
	} else {
		errtext_wrap(&q->err, "the database cannot be read");
		reply_busy(q->request, q->err.text);
	}
	question_free(q);
	return false;
}

/* Members of an object that is open. */
static void write_row(struct question *q, const struct matrix_row *row,
    int64_t bytes, struct json_out *j)
{
	json_int(j, "number", row->number);
	json_text(j, "revision", row->revision);
	json_wall(j, "since", row->since);
	json_text(j, "by", row->by);
	json_text(j, "how", row->how);
	json_text(j, "why", row->why);
	json_text(j, "applies", row->applies);
	json_text(j, "program", row->program);
	json_text(j, "name", row->name);
	json_int(j, "bytes", bytes);
	json_bool(
	    j, "in_force", row->number == matrix_ref_number(q->app->matrix));
}

/* --- the list ------------------------------------------------------------ */

static void on_list(struct reader *r, void *user)
{
	struct question *q = user;

	q->result = reader_matrices(r, &q->arena, q->before, (int)q->limit,
	    &q->lines, &q->nlines, &q->err);
}

static void on_listed(void *user)
{
	struct question *q = user;
	struct textbuf body;
	struct json_out j;

	if (!is_read(q))
		return;
	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	json_wall(&j, "now", loop_now(q->app->loop));
	json_open(&j, "matrices", '[');
	for (size_t i = 0; i < q->nlines; i++) {
		json_open(&j, NULL, '{');
		write_row(q, &q->lines[i].row, q->lines[i].bytes, &j);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	/* A full page may not be the last. */
	if (q->nlines > 0 && q->nlines == (size_t)q->limit)
		json_int(&j, "next", q->lines[q->nlines - 1].row.number);
	else
		json_raw(&j, "next", "null");
	json_close(&j, '}');
	reply_json(q->request, 200, &body);
	question_free(q);
}

void handle_matrices(struct app *app, struct http_request *r, const char *key)
{
	struct question *q = question_new(app, r);

	(void)key;
	if (!parameter_number(r, "limit", 1, LIMIT_MOST, &q->limit) ||
	    !parameter_number(r, "before", 0, INT64_MAX / 16, &q->before)) {
		question_free(q);
		return;
	}
	ask(q, on_list, on_listed);
}

/* --- one ----------------------------------------------------------------- */

static void on_one(struct reader *r, void *user)
{
	struct question *q = user;

	q->result = STORE_OK;
	if (q->number == 0)
		q->result =
		    reader_matrix_number(r, q->name, &q->number, &q->err);
	if (q->result == STORE_OK)
		q->result =
		    reader_matrix(r, &q->arena, q->number, &q->row, &q->err);
}

/* It was read as a part of the matrix, so it is UTF-8. */
static void write_file(const struct matrix_file *f, struct json_out *j)
{
	json_open(j, NULL, '{');
	json_text(j, "name", f->name);
	json_int(j, "bytes", (int64_t)f->len);
	json_textn(j, "content", f->bytes, f->len);
	json_close(j, '}');
}

static void on_one_read(void *user)
{
	struct question *q = user;
	struct textbuf body;
	struct json_out j;

	if (!is_read(q))
		return;
	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	json_open(&j, "matrix", '{');
	write_row(q, &q->row, (int64_t)strlen(q->row.text), &j);
	json_text(&j, "text", q->row.text);
	json_open(&j, "files", '[');
	for (size_t i = 0; i < q->row.nfiles; i++)
		write_file(&q->row.files[i], &j);
	json_close(&j, ']');
	json_close(&j, '}');
	json_close(&j, '}');
	reply_json(q->request, 200, &body);
	question_free(q);
}

/* Digits are a number, but as many as a revision has. */
void handle_matrix(struct app *app, struct http_request *r, const char *key)
{
	struct question *q = question_new(app, r);
	size_t len = strlen(key);

	q->name = arena_strdup(&q->arena, key);
	if (len < REVISION_LEN && parameter_digits(key, &q->number) &&
	    q->number > 0) {
		ask(q, on_one, on_one_read);
		return;
	}
	q->number = 0;
	if (len >= PREFIX_LEAST && len <= REVISION_LEN &&
	    strspn(key, "0123456789abcdef") == len) {
		ask(q, on_one, on_one_read);
		return;
	}
	reply_error(r, 404,
	    "matrix: \"%s\" is neither a number nor the beginning of a "
	    "revision, of %d digits at least; slawatchctl matrix log lists "
	    "them",
	    key, PREFIX_LEAST);
	question_free(q);
}
