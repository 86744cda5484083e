/* routes_matrix.c - the matrices that were in force: who brought which, when.
 *
 * Read on a worker, as the database keeps them: without secrets.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "daemon/app.h"
#include "daemon/parameters.h"
#include "daemon/question.h"
#include "daemon/reply.h"
#include "wire/json_out.h"

#include <string.h>

#define LIMIT_DEFAULT 20
#define LIMIT_MOST    200
#define REVISION_LEN  16
#define PREFIX_LEAST  4 /* of a revision */

struct matrix_question {
	struct question base;
	int64_t before;
	int64_t limit;
	int64_t number;	  /* one alone, or 0 */
	const char *name; /* ... as it was asked for */

	/* By the worker. */
	struct matrix_line *lines;
	size_t nlines;
	struct matrix_row row;
};

/* False: answered, and the question is gone. */
static bool is_read(struct matrix_question *q)
{
	if (q->base.result != STORE_NONE)
		return question_is_read(&q->base);
	reply_error(q->base.request, 404,
	    "matrix: %s: %s; slawatchctl matrix log lists them", q->name,
	    q->base.err.text);
	question_free(&q->base);
	return false;
}

/* Members of an object that is open. */
static void write_row(struct matrix_question *q, const struct matrix_row *row,
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
	json_bool(j, "in_force",
	    row->number == matrix_ref_number(q->base.app->matrix));
}

/* --- the list ------------------------------------------------------------ */

static void on_list(struct reader *r, void *user)
{
	struct matrix_question *q = user;

	q->base.result = reader_matrices(r, &q->base.arena, q->before,
	    (int)q->limit, &q->lines, &q->nlines, &q->base.err);
}

static void on_listed(void *user)
{
	struct matrix_question *q = user;
	struct json_out j;

	if (!is_read(q))
		return;
	json_out_init(&j, &q->base.body);
	json_open(&j, NULL, '{');
	json_wall(&j, "now", loop_now(q->base.app->loop));
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
	question_answer(&q->base, 200);
}

void handle_matrices(struct app *app, struct http_request *r, const char *key)
{
	struct matrix_question *q = question_new(app, r, sizeof *q);

	(void)key;
	q->limit = LIMIT_DEFAULT;
	if (!parameter_number(r, "limit", 1, LIMIT_MOST, &q->limit) ||
	    !parameter_number(r, "before", 0, INT64_MAX / 16, &q->before)) {
		question_free(&q->base);
		return;
	}
	question_ask(&q->base, on_list, on_listed);
}

/* --- one ----------------------------------------------------------------- */

static void on_one(struct reader *r, void *user)
{
	struct matrix_question *q = user;

	q->base.result = STORE_OK;
	if (q->number == 0)
		q->base.result =
		    reader_matrix_number(r, q->name, &q->number, &q->base.err);
	if (q->base.result == STORE_OK)
		q->base.result = reader_matrix(
		    r, &q->base.arena, q->number, &q->row, &q->base.err);
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
	struct matrix_question *q = user;
	struct json_out j;

	if (!is_read(q))
		return;
	json_out_init(&j, &q->base.body);
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
	question_answer(&q->base, 200);
}

/* Digits are a number, but as many as a revision has. */
void handle_matrix(struct app *app, struct http_request *r, const char *key)
{
	struct matrix_question *q = question_new(app, r, sizeof *q);
	size_t len = strlen(key);

	q->name = arena_strdup(&q->base.arena, key);
	if (len < REVISION_LEN && parameter_digits(key, &q->number) &&
	    q->number > 0) {
		question_ask(&q->base, on_one, on_one_read);
		return;
	}
	q->number = 0;
	if (len >= PREFIX_LEAST && len <= REVISION_LEN &&
	    strspn(key, "0123456789abcdef") == len) {
		question_ask(&q->base, on_one, on_one_read);
		return;
	}
	reply_error(r, 404,
	    "matrix: \"%s\" is neither a number nor the beginning of a "
	    "revision, of %d digits at least; slawatchctl matrix log lists "
	    "them",
	    key, PREFIX_LEAST);
	question_free(&q->base);
}
