/* kept.c - the row of a matrix; at start, the matrices before it.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/kept.h"

#include "conf/masked.h"
#include "daemon/app.h"
#include "daemon/log.h"

#include <string.h>

#define CHAIN_MAX 8 /* matrices whose sweep never came to its end */

static struct conf_file *files_of(
    const struct matrix_row *row, struct arena *arena)
{
	struct conf_file *files =
	    arena_alloc(arena, (row->nfiles + 1) * sizeof *files);

	for (size_t i = 0; i < row->nfiles; i++)
		files[i] = (struct conf_file){ .name = row->files[i].name,
			.bytes = row->files[i].bytes,
			.len = row->files[i].len };
	return files;
}

struct matrix *kept_load(const struct matrix_row *row, struct errtext *err)
{
	const struct conf_options o = { .no_secrets = true };
	struct arena arena = ARENA_INIT;
	struct matrix *m = NULL;
	struct textbuf messages;
	struct conf conf;

	textbuf_init(&messages);
	if (row->text[0] == '\0') {
		errtext_set(err, "its text was not kept");
	} else if (conf_load_stored(row->name, row->text, strlen(row->text),
		       files_of(row, &arena), row->nfiles, &o, &conf,
		       &messages)) {
		m = conf.matrix;
		m->revision = arena_strdup(&m->arena, row->revision);
		conf.matrix = NULL;
		conf_free(&conf);
	} else {
		errtext_set(err, "%.*s", (int)strcspn(messages.data, "\n"),
		    messages.data);
	}
	textbuf_fini(&messages);
	arena_fini(&arena);
	return m;
}

static void add_files(
    struct arena *arena, const struct conf *c, struct matrix_row *row)
{
	row->nfiles = c->nfiles;
	row->files = arena_alloc(arena, (c->nfiles + 1) * sizeof *row->files);
	for (size_t i = 0; i < c->nfiles; i++) {
		const struct conf_file *f = &c->files[i];

		row->files[i] =
		    (struct matrix_file){ .name = arena_strdup(arena, f->name),
			    .bytes = arena_strndup(arena, f->bytes, f->len),
			    .len = f->len };
	}
}

/* What is kept was loaded once, so that it will load again. */
struct matrix_row *kept_make(
    struct arena *arena, const struct conf *c, const char *path)
{
	struct matrix_row *row = arena_alloc(arena, sizeof *row);
	const char *slash = strrchr(path, '/');
	struct errtext err;
	struct matrix *m;

	row->revision = arena_strdup(arena, c->matrix->revision);
	row->program = slawatch_version;
	row->name = arena_strdup(arena, slash != NULL ? slash + 1 : path);
	row->text = conf_masked(c, arena);
	if (row->text == NULL)
		row->text = "";
	add_files(arena, c, row);
	m = kept_load(row, &err);
	if (m == NULL) {
		row->text = "";
		row->nfiles = 0;
	}
	matrix_free(m);
	return row;
}

void kept_say(const struct matrix_row *row)
{
	struct log_line l;

	if (row->text[0] != '\0')
		return;
	log_begin(&l, LOG_LEVEL_WARNING);
	log_text(&l, "msg", "the matrix is not kept in the database");
	log_text(&l, "revision", row->revision);
	log_text(&l, "error", "a secret in it cannot be taken out");
	log_text(&l, "then", "what it decides cannot be verified");
	log_text(&l, "do", "put the secret into a file or a credential");
	log_end(&l);
}

/* --- at start ------------------------------------------------------------- */

static void say_lost(const char *revision, const char *why)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_WARNING);
	log_text(&l, "msg", "a former matrix cannot be had");
	log_text(&l, "revision", revision);
	log_text(&l, "error", why);
	log_text(&l, "then",
	    "what has elapsed of running clocks is counted by the calendars "
	    "of the new one");
	log_end(&l);
}

/* That row's matrix, which follows the one of the row before it, back to the
 * one that all tickets know; NULL if it cannot be had. */
static struct matrix_ref *load_chain(struct app *app, struct arena *a,
    int64_t number, int depth, struct errtext *err)
{
	struct matrix_ref *ref, *before = NULL;
	struct matrix_row row;
	struct matrix *m;

	if (store_load_matrix(app->store, a, number, &row, err) != STORE_OK)
		return NULL;
	m = kept_load(&row, err);
	if (m == NULL) {
		say_lost(row.revision, err->text);
		return NULL;
	}
	ref = matrix_ref_new(m, row.since);
	matrix_ref_set_number(ref, row.number);
	if (strcmp(row.revision, app->swept) != 0 && row.previous > 0 &&
	    depth < CHAIN_MAX)
		before = load_chain(app, a, row.previous, depth + 1, err);
	if (before != NULL)
		matrix_ref_follow(ref, before);
	return ref;
}

/* Which row's matrix do tickets know that were not told of this one? */
static bool find_previous(struct app *app, struct arena *a,
    const struct matrix_row *row, int64_t *number, struct errtext *err)
{
	struct matrix_row last;
	enum store_result r;

	*number = 0;
	r = store_load_matrix(app->store, a, 0, &last, err);
	if (r == STORE_NONE)
		return true;
	if (r != STORE_OK)
		return false;
	*number = strcmp(last.revision, row->revision) == 0 ? last.previous
							    : last.number;
	return true;
}

static bool follow(struct app *app, struct arena *a, struct matrix_row *row,
    struct errtext *err)
{
	struct matrix_ref *before = NULL;
	int64_t number;

	if (!find_previous(app, a, row, &number, err))
		return false;
	if (number > 0)
		before = load_chain(app, a, number, 0, err);
	else if (app->swept[0] != '\0')
		say_lost(app->swept, "that version kept none");
	row->previous = 0;
	if (before == NULL)
		return true;
	row->previous = number;
	matrix_ref_follow(app->matrix, before);
	return true;
}

bool kept_begin(struct app *app, struct errtext *err)
{
	struct matrix_row *row = app->kept;
	struct arena arena = ARENA_INIT;
	bool ok = true;

	kept_say(row);
	row->since = app->started;
	row->previous = MATRIX_PREVIOUS_ANY;
	if (strcmp(app->swept, row->revision) != 0)
		ok = follow(app, &arena, row, err);
	if (ok)
		ok = store_add_matrix(app->store, row, err) == STORE_OK;
	if (ok)
		matrix_ref_set_number(app->matrix, row->number);
	arena_fini(&arena);
	return ok;
}
