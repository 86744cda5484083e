/* verify_matrix.c - rows of the database to matrices.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/verify_matrix.h"

#include "conf/load.h"

#include <string.h>

void matrices_init(struct matrices *ms, struct audit *audit)
{
	memset(ms, 0, sizeof *ms);
	ms->audit = audit;
	arena_init(&ms->arena);
}

void matrices_fini(struct matrices *ms)
{
	for (size_t i = 0; i < ms->count; i++) {
		matrix_free(ms->at[i]->matrix);
		matrix_free(ms->at[i]->link);
	}
	arena_fini(&ms->arena);
	matrices_init(ms, ms->audit);
}

void matrices_trim(struct matrices *ms)
{
	if (ms->count > MATRICES_MAX)
		matrices_fini(ms);
}

static struct matrix *load_text(const struct matrix_row *row,
    const struct conf_file *files, struct errtext *err)
{
	const struct conf_options o = { .no_secrets = true };
	struct textbuf messages;
	struct matrix *m = NULL;
	struct conf conf;

	textbuf_init(&messages);
	if (conf_load_stored(row->name, row->text, strlen(row->text), files,
		row->nfiles, &o, &conf, &messages)) {
		m = conf.matrix;
		m->revision = arena_strdup(&m->arena, row->revision);
		conf.matrix = NULL;
		conf_free(&conf);
	} else {
		errtext_set(err,
		    "matrix %lld (revision %s) does not load any more: %.*s",
		    (long long)row->number, row->revision,
		    (int)strcspn(messages.data, "\n"), messages.data);
	}
	textbuf_fini(&messages);
	return m;
}

static struct matrix *load_row(
    const struct matrix_row *row, struct arena *arena, struct errtext *err)
{
	struct conf_file *files;

	if (row->text[0] == '\0') {
		errtext_set(err,
		    "matrix %lld (revision %s) was not kept: its secrets could "
		    "not be taken out",
		    (long long)row->number, row->revision);
		return NULL;
	}
	files = arena_alloc(arena, (row->nfiles + 1) * sizeof *files);
	for (size_t i = 0; i < row->nfiles; i++)
		files[i] = (struct conf_file){ .name = row->files[i].name,
			.bytes = row->files[i].bytes,
			.len = row->files[i].len };
	return load_text(row, files, err);
}

static struct known_matrix *find(struct matrices *ms, int64_t number)
{
	for (size_t i = 0; i < ms->count; i++)
		if (ms->at[i]->number == number)
			return ms->at[i];
	return NULL;
}

/* As the daemon has it where it cannot be had: matrix.absent. */
static struct matrix *link_of(const struct matrix_row *row)
{
	struct matrix *m = matrix_new();

	m->revision = arena_strdup(&m->arena, row->revision);
	(void)applies_parse(row->applies, &m->applies);
	m->absent = true;
	return m;
}

static struct known_matrix *load(struct matrices *ms, int64_t number)
{
	struct known_matrix *k = arena_alloc(&ms->arena, sizeof *k);
	struct arena arena = ARENA_INIT;
	struct matrix_row row;
	enum store_result r;

	k->number = number;
	k->program = "";
	r = audit_matrix(ms->audit, &arena, number, &row, &k->why);
	if (r == STORE_OK) {
		k->program = arena_strdup(&ms->arena, row.program);
		k->previous = row.previous;
		k->matrix = load_row(&row, &arena, &k->why);
		if (k->matrix == NULL)
			k->link = link_of(&row);
	} else if (r == STORE_NONE) {
		errtext_set(&k->why, "matrix %lld is not in the database",
		    (long long)number);
	}
	arena_fini(&arena);
	*(struct known_matrix **)arena_push(
	    &ms->arena, &ms->at, &ms->count, &ms->cap, sizeof(void *)) = k;
	return k;
}

static struct known_matrix *known(struct matrices *ms, int64_t number)
{
	struct known_matrix *k = find(ms, number);

	return k != NULL ? k : load(ms, number);
}

static struct matrix *shown(const struct known_matrix *k)
{
	return k->matrix != NULL ? k->matrix : k->link;
}

/* It follows an older row, or this would go round. */
const struct known_matrix *matrices_get(
    struct matrices *ms, int64_t number, const char *since)
{
	struct known_matrix *first = known(ms, number);
	struct known_matrix *k = first;

	while (*since != '\0' && shown(k) != NULL && k->previous > 0 &&
	       k->previous < k->number &&
	       (k->matrix == NULL || strcmp(k->matrix->revision, since) != 0)) {
		struct known_matrix *before = known(ms, k->previous);

		shown(k)->previous = shown(before);
		k = before;
	}
	return first;
}
