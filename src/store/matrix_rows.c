/* matrix_rows.c - matrices: one of them, and a new one.
 *
 * Asked a few times in the life of a daemon: nothing is kept prepared.
 *
 * SPDX-License-Identifier: MIT */
#include "store/matrix_rows.h"

#include <stdlib.h>
#include <string.h>

#define HEAD_VALUES                                                            \
	"revision, since, previous, program, said_by, how, why, applies"
#define MATRIX_VALUES HEAD_VALUES ", name, text"

static const struct query matrix_by_id = { QUERY_ONCE,
	"SELECT id, " MATRIX_VALUES " FROM matrix_revision"
	" WHERE id = ?1 OR ?1 = 0 ORDER BY id DESC LIMIT 1" };
static const struct query head_by_id = { QUERY_ONCE,
	"SELECT id, " HEAD_VALUES " FROM matrix_revision"
	" WHERE id = ?1 OR ?1 = 0 ORDER BY id DESC LIMIT 1" };
static const struct query head_page = { QUERY_ONCE,
	"SELECT id, " HEAD_VALUES ", name, length(CAST(text AS BLOB))"
	" FROM matrix_revision WHERE id < ?1 OR ?1 = 0"
	" ORDER BY id DESC LIMIT ?2" };
static const struct query number_of = { QUERY_ONCE,
	"SELECT max(id), count(DISTINCT revision) FROM matrix_revision"
	" WHERE substr(revision, 1, length(?1)) = ?1" };
static const struct query matrix_insert = { QUERY_ONCE,
	"INSERT INTO matrix_revision (" MATRIX_VALUES ")"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
/* Each a step through an index: there may be a million tickets. */
static const struct query live_revision = { QUERY_ONCE,
	"SELECT min(revision) FROM ticket WHERE over = 0 AND revision > ?" };
static const struct query solved_revision = { QUERY_ONCE,
	"SELECT min(revision) FROM ticket"
	" WHERE status = 'solved' AND revision > ?" };
static const struct query solved_page = { QUERY_ONCE,
	"SELECT id, revision FROM ticket WHERE status = 'solved'"
	" AND (revision, id) > (?1, ?2) AND revision <> ?3"
	" AND deleted = 0 AND merged_into = ''"
	" ORDER BY revision, id LIMIT ?4" };
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

static void read_head(
    struct call *k, struct arena *arena, struct matrix_row *out)
{
	out->number = row_int(k);
	out->revision = row_text(k, arena);
	out->since = wall_at(row_int(k));
	out->previous = row_int(k);
	out->program = row_text(k, arena);
	out->by = row_text(k, arena);
	out->how = row_text(k, arena);
	out->why = row_text(k, arena);
	out->applies = row_text(k, arena);
}

static enum store_result none(struct errtext *err)
{
	errtext_set(err, "no such matrix");
	return STORE_NONE;
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
		read_head(&k, arena, out);
		out->name = row_text(&k, arena);
		out->text = row_text(&k, arena);
	}
	r = call_end(&k, err);
	if (r == STORE_OK && out->number == 0)
		return none(err);
	return r == STORE_OK ? load_files(c, arena, out, err) : r;
}

enum store_result matrix_rows_head(struct connection *c, struct arena *arena,
    int64_t number, struct matrix_row *out, struct errtext *err)
{
	enum store_result r;
	struct call k;

	memset(out, 0, sizeof *out);
	call_begin(&k, c, &head_by_id);
	call_int(&k, number);
	if (call_row(&k))
		read_head(&k, arena, out);
	r = call_end(&k, err);
	return r == STORE_OK && out->number == 0 ? none(err) : r;
}

enum store_result matrix_rows_page(struct connection *c, struct arena *arena,
    int64_t before, int limit, struct matrix_line **out, size_t *count,
    struct errtext *err)
{
	size_t cap = 0;
	struct call k;

	*out = NULL;
	*count = 0;
	call_begin(&k, c, &head_page);
	call_int(&k, before);
	call_int(&k, limit);
	while (call_row(&k)) {
		struct matrix_line *l =
		    arena_push(arena, out, count, &cap, sizeof *l);

		memset(l, 0, sizeof *l);
		read_head(&k, arena, &l->row);
		l->row.name = row_text(&k, arena);
		l->bytes = row_int(&k);
	}
	return call_end(&k, err);
}

enum store_result matrix_rows_number(struct connection *c, const char *revision,
    int64_t *number, struct errtext *err)
{
	enum store_result r;
	struct call k;
	int64_t kinds = 0;

	*number = 0;
	call_begin(&k, c, &number_of);
	call_text(&k, revision);
	if (call_row(&k)) {
		*number = row_int(&k); /* NULL is 0 */
		kinds = row_int(&k);
	}
	r = call_end(&k, err);
	if (r == STORE_OK && kinds > 1) {
		errtext_set(err, "several revisions begin like that");
		return STORE_NONE;
	}
	return r == STORE_OK && *number == 0 ? none(err) : r;
}

/* Appends what that query finds, step by step. */
static enum store_result add_revisions(struct connection *c,
    const struct query *q, struct arena *arena, const char ***out,
    size_t *count, size_t *cap, struct errtext *err)
{
	enum store_result r = STORE_OK;
	const char *last = "";

	while (r == STORE_OK && last != NULL) {
		const char *next = NULL;
		struct call k;

		call_begin(&k, c, q);
		call_text(&k, last);
		if (call_row(&k))
			next = row_text(&k, arena);
		r = call_end(&k, err);
		last = next;
		if (r == STORE_OK && next != NULL)
			*(const char **)arena_push(
			    arena, out, count, cap, sizeof **out) = next;
	}
	return r;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum store_result matrix_rows_used(struct connection *c, struct arena *arena,
    bool solved, const char ***out, size_t *count, struct errtext *err)
{
	enum store_result r;
	size_t cap = 0, kept = 0;

	*out = NULL;
	*count = 0;
	r = add_revisions(c, &live_revision, arena, out, count, &cap, err);
	if (r == STORE_OK && solved)
		r = add_revisions(
		    c, &solved_revision, arena, out, count, &cap, err);
	if (r != STORE_OK || *count == 0)
		return r;
	qsort(*out, *count, sizeof **out, by_text);
	for (size_t i = 0; i < *count; i++)
		if (kept == 0 || strcmp((*out)[kept - 1], (*out)[i]) != 0)
			(*out)[kept++] = (*out)[i];
	*count = kept;
	return STORE_OK;
}

enum store_result matrix_rows_solved(struct connection *c, struct arena *arena,
    const char *but, const char **revision, int64_t *id, int limit,
    int64_t **out, size_t *count, struct errtext *err)
{
	const char *last = *revision;
	size_t cap = 0;
	struct call k;

	*out = NULL;
	*count = 0;
	call_begin(&k, c, &solved_page);
	call_text(&k, *revision);
	call_int(&k, *id);
	call_text(&k, but);
	call_int(&k, limit);
	while (call_row(&k)) {
		*id = row_int(&k);
		*(int64_t *)arena_push(arena, out, count, &cap, sizeof **out) =
		    *id;
		last = row_text(&k, arena);
	}
	*revision = last;
	return call_end(&k, err);
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
	call_text(&k, row->by);
	call_text(&k, row->how);
	call_text(&k, row->why);
	call_text(&k, row->applies != NULL ? row->applies : "open");
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
