/* matrix_rows.c - matrices: one of them, and a new one.
 *
 * Asked a few times in the life of a daemon: nothing is kept prepared.
 *
 * SPDX-License-Identifier: MIT */
#include "store/matrix_rows.h"

#include <string.h>

#define MATRIX_VALUES "revision, since, previous, program, name, text"

static const struct query matrix_by_id = { QUERY_ONCE,
	"SELECT id, " MATRIX_VALUES " FROM matrix_revision"
	" WHERE id = ?1 OR ?1 = 0 ORDER BY id DESC LIMIT 1" };
static const struct query matrix_insert = { QUERY_ONCE,
	"INSERT INTO matrix_revision (" MATRIX_VALUES ")"
	" VALUES (?, ?, ?, ?, ?, ?)" };
static const struct query files_load = { QUERY_ONCE,
	"SELECT name, content FROM matrix_file WHERE matrix = ?"
	" ORDER BY name" };
static const struct query file_insert = { QUERY_ONCE,
	"INSERT INTO matrix_file (matrix, name, content) VALUES (?, ?, ?)" };

static enum store_result load_files(struct connection *c, struct arena *arena,
    struct matrix_row *row, struct errtext *err)
{
	size_t cap = 0;
	struct call k;

	call_begin(&k, c, &files_load);
	call_int(&k, row->number);
	while (call_row(&k)) {
		struct matrix_file *f = arena_push(
		    arena, &row->files, &row->nfiles, &cap, sizeof *f);

		f->name = row_text(&k, arena);
		f->bytes = row_bytes(&k, arena, &f->len);
	}
	return call_end(&k, err);
}

enum store_result matrix_rows_load(struct connection *c, struct arena *arena,
    int64_t number, struct matrix_row *out, struct errtext *err)
{
	enum store_result r;
	struct call k;

	memset(out, 0, sizeof *out);
	call_begin(&k, c, &matrix_by_id);
	call_int(&k, number);
	if (call_row(&k)) {
		out->number = row_int(&k);
		out->revision = row_text(&k, arena);
		out->since = wall_at(row_int(&k));
		out->previous = row_int(&k);
		out->program = row_text(&k, arena);
		out->name = row_text(&k, arena);
		out->text = row_text(&k, arena);
	}
	r = call_end(&k, err);
	if (r == STORE_OK && out->number == 0) {
		errtext_set(err, "no such matrix");
		return STORE_NONE;
	}
	return r == STORE_OK ? load_files(c, arena, out, err) : r;
}

/* By name, as files_load gives them. */
static const struct matrix_file *file_named(
    const struct matrix_row *row, const char *name)
{
	for (size_t i = 0; i < row->nfiles; i++)
		if (strcmp(row->files[i].name, name) == 0)
			return &row->files[i];
	return NULL;
}

static bool same_files(const struct matrix_row *a, const struct matrix_row *b)
{
	if (a->nfiles != b->nfiles)
		return false;
	for (size_t i = 0; i < a->nfiles; i++) {
		const struct matrix_file *f = &a->files[i];
		const struct matrix_file *g = file_named(b, f->name);

		if (g == NULL || g->len != f->len ||
		    memcmp(g->bytes, f->bytes, f->len) != 0)
			return false;
	}
	return true;
}

/* b is the one to be added. */
static bool same_matrix(const struct matrix_row *a, const struct matrix_row *b)
{
	return (b->previous == MATRIX_PREVIOUS_ANY ||
		   a->previous == b->previous) &&
	       strcmp(a->revision, b->revision) == 0 &&
	       strcmp(a->program, b->program) == 0 &&
	       strcmp(a->text, b->text) == 0 && same_files(a, b);
}

static enum store_result insert_files(
    struct connection *c, const struct matrix_row *row, struct errtext *err)
{
	enum store_result r = STORE_OK;
	struct call k;

	for (size_t i = 0; r == STORE_OK && i < row->nfiles; i++) {
		call_begin(&k, c, &file_insert);
		call_int(&k, row->number);
		call_text(&k, row->files[i].name);
		call_bytes(&k, row->files[i].bytes, row->files[i].len);
		r = call_run(&k, err);
	}
	return r;
}

static enum store_result insert(
    struct connection *c, struct matrix_row *row, struct errtext *err)
{
	enum store_result r;
	struct call k;

	call_begin(&k, c, &matrix_insert);
	call_text(&k, row->revision);
	call_int(&k, row->since.ms);
	call_int(&k, row->previous);
	call_text(&k, row->program);
	call_text(&k, row->name);
	call_text(&k, row->text);
	r = call_run(&k, err);
	if (r != STORE_OK)
		return r;
	row->number = sqlite3_last_insert_rowid(c->db);
	return insert_files(c, row, err);
}

enum store_result matrix_rows_add(
    struct connection *c, struct matrix_row *row, struct errtext *err)
{
	struct arena arena = ARENA_INIT;
	struct matrix_row last = { 0 };
	enum store_result r = matrix_rows_load(c, &arena, 0, &last, err);

	if (r == STORE_OK && same_matrix(&last, row)) {
		row->number = last.number;
		row->since = last.since;
		row->previous = last.previous;
	} else if (r == STORE_OK || r == STORE_NONE) {
		if (row->previous == MATRIX_PREVIOUS_ANY)
			row->previous = 0;
		r = insert(c, row, err);
	}
	arena_fini(&arena);
	return r;
}
