/* kept.c - the row of a matrix, and the matrices before it.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/kept.h"

#include "conf/masked.h"
#include "daemon/app.h"
#include "daemon/log.h"
#include "store/store_matrix.h"

#include <string.h>

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
	row->by = row->how = row->why = "";
	row->applies = applies_name(c->matrix->applies);
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

/* --- those before it ------------------------------------------------------ */

struct behind {
	struct store *store;
	const struct matrix_ref *newest;
	const char **wanted; /* revisions, in order */
	bool *found;
	size_t nwanted;
	size_t missing; /* of these */
	const struct kept_wish *wish;
	struct matrix_ref **links; /* newest first */
	size_t nlinks, cap_links;
	struct arena arena;
};

static size_t wanted_at(const struct behind *c, const char *revision)
{
	for (size_t i = 0; i < c->nwanted; i++)
		if (strcmp(c->wanted[i], revision) == 0)
			return i;
	return c->nwanted;
}

/* The newest is there without being looked for. */
static void begin_missing(struct behind *c)
{
	const struct matrix *m = matrix_ref_matrix(c->newest);

	c->found = arena_alloc(&c->arena, (c->nwanted + 1) * sizeof *c->found);
	c->missing = c->nwanted;
	if (wanted_at(c, m->revision) < c->nwanted) {
		c->found[wanted_at(c, m->revision)] = true;
		c->missing--;
	}
}

static enum store_result find_wanted(struct behind *c, struct errtext *err)
{
	const struct matrix *m = matrix_ref_matrix(c->newest);
	const char *also = c->wish->also;
	enum store_result r;

	r = store_ticket_revisions(c->store, &c->arena,
	    m->applies == APPLIES_ALL, &c->wanted, &c->nwanted, err);
	if (r == STORE_OK && also != NULL && wanted_at(c, also) == c->nwanted) {
		const char **more =
		    arena_alloc(&c->arena, (c->nwanted + 1) * sizeof *more);

		for (size_t i = 0; i < c->nwanted; i++)
			more[i] = c->wanted[i];
		more[c->nwanted++] = also;
		c->wanted = more;
	}
	begin_missing(c);
	return r;
}

/* The link of that row as the newest has it, or NULL. */
static const struct matrix_ref *link_at(const struct behind *c, int64_t number)
{
	const struct matrix_ref *ref = matrix_ref_previous(c->newest);

	while (ref != NULL && matrix_ref_number(ref) != number)
		ref = matrix_ref_previous(ref);
	return ref;
}

static enum applies applies_of(const struct matrix_row *row)
{
	enum applies a = APPLIES_OPEN;

	(void)applies_parse(row->applies, &a);
	return a;
}

static enum store_result load_link(struct behind *c,
    const struct matrix_row *head, struct matrix_ref **out, struct errtext *err)
{
	struct arena arena = ARENA_INIT;
	struct matrix_row row;
	struct matrix *m = NULL;
	struct errtext why;
	enum store_result r;

	r = store_load_matrix(c->store, &arena, head->number, &row, err);
	if (r == STORE_OK)
		m = kept_load(&row, &why);
	if (m != NULL) {
		*out = matrix_ref_new(m, row.since);
		matrix_ref_set_number(*out, row.number);
	} else if (r == STORE_OK) {
		*out = matrix_ref_absent(
		    row.revision, applies_of(&row), row.number, true);
		if (c->wish->lost != NULL)
			c->wish->lost(row.revision, why.text);
	}
	arena_fini(&arena);
	return r;
}

/* want: its matrix, not its name alone. */
static enum store_result add_link(struct behind *c,
    const struct matrix_row *head, bool want, struct errtext *err)
{
	const struct matrix_ref *known = link_at(c, head->number);
	struct matrix_ref *ref = NULL;
	enum store_result r = STORE_OK;

	if (known != NULL && (matrix_ref_lost(known) ||
				 (want && !matrix_ref_matrix(known)->absent)))
		ref = matrix_ref_alone(known);
	else if (want)
		r = load_link(c, head, &ref, err);
	else
		ref = matrix_ref_absent(
		    head->revision, applies_of(head), head->number, false);
	if (r == STORE_OK)
		*(struct matrix_ref **)arena_push(&c->arena, &c->links,
		    &c->nlinks, &c->cap_links, sizeof(struct matrix_ref *)) =
		    ref;
	return r;
}

/* Does a ticket have it?  Asked once for each link. */
static bool is_wanted(struct behind *c, const char *revision)
{
	size_t i = wanted_at(c, revision);

	if (i == c->nwanted)
		return false;
	c->missing -= !c->found[i];
	c->found[i] = true;
	return true;
}

/* Back along the rows.  passes: every one so far passes over the tickets that
 * were there, so that the next one may decide them. */
static enum store_result walk(
    struct behind *c, int64_t number, struct errtext *err)
{
	bool passes = matrix_ref_matrix(c->newest)->applies == APPLIES_NEW;
	enum store_result r = STORE_OK;

	while (r == STORE_OK && number > 0 && (passes || c->missing > 0)) {
		struct matrix_row head;
		bool takes, want;

		r = store_matrix_head(c->store, &c->arena, number, &head, err);
		if (r == STORE_NONE)
			return STORE_OK;
		if (r != STORE_OK)
			return r;
		takes = applies_of(&head) != APPLIES_NEW;
		want = is_wanted(c, head.revision) || (passes && takes);
		if (want || passes)
			r = add_link(c, &head, want, err);
		passes = passes && !takes;
		number = head.previous < number ? head.previous : 0;
	}
	return r;
}

/* Takes the links. */
static struct matrix_ref *joined(struct behind *c)
{
	struct matrix_ref *ref = matrix_ref_alone(c->newest);
	struct matrix_ref *before = NULL;

	while (c->nlinks > 0) {
		struct matrix_ref *link = c->links[--c->nlinks];

		if (before != NULL)
			matrix_ref_follow(link, before);
		before = link;
	}
	if (before != NULL)
		matrix_ref_follow(ref, before);
	return ref;
}

enum store_result kept_chain(struct store *s, const struct matrix_ref *newest,
    const struct kept_wish *wish, struct matrix_ref **out, struct errtext *err)
{
	struct behind c = { .store = s, .newest = newest, .wish = wish };
	enum store_result r;

	*out = NULL;
	arena_init(&c.arena);
	r = find_wanted(&c, err);
	if (r == STORE_OK)
		r = walk(&c, wish->first, err);
	if (r == STORE_OK)
		*out = joined(&c);
	while (c.nlinks > 0)
		matrix_ref_put(c.links[--c.nlinks]);
	arena_fini(&c.arena);
	return r;
}

static enum store_result chain_with(struct store *s,
    const struct matrix_ref *newest, const char *also, struct matrix_ref **out,
    struct errtext *err)
{
	struct kept_wish wish = { .also = also };
	struct arena arena = ARENA_INIT;
	struct matrix_row head;
	enum store_result r;

	r = store_matrix_head(s, &arena, matrix_ref_number(newest), &head, err);
	if (r == STORE_OK) {
		wish.first = head.previous;
		r = kept_chain(s, newest, &wish, out, err);
	}
	arena_fini(&arena);
	return r;
}

enum store_result kept_trim(struct store *s, const struct matrix_ref *newest,
    struct matrix_ref **out, struct errtext *err)
{
	return chain_with(s, newest, NULL, out, err);
}

enum store_result kept_find(struct store *s, const struct matrix_ref *newest,
    const char *revision, struct matrix_ref **out, struct errtext *err)
{
	const struct matrix_ref *ref = newest;

	*out = NULL;
	for (; ref != NULL; ref = matrix_ref_previous(ref))
		if (matrix_ref_lost(ref) &&
		    strcmp(matrix_ref_matrix(ref)->revision, revision) == 0)
			return STORE_OK; /* looked for before */
	return matrix_ref_number(newest) == 0
		   ? STORE_OK
		   : chain_with(s, newest, revision, out, err);
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
	    "tickets that have it go on by the new one, and what has elapsed "
	    "of their clocks is counted by its calendars");
	log_end(&l);
}

/* From which row's matrix does this one take tickets over?  Where it is the
 * last one again, from the same. */
static bool find_previous(
    struct app *app, struct matrix_row *row, struct errtext *err)
{
	struct arena arena = ARENA_INIT;
	struct matrix_row last;
	enum store_result r;

	r = store_matrix_head(app->store, &arena, 0, &last, err);
	row->previous = 0;
	if (r == STORE_OK)
		row->previous = strcmp(last.revision, row->revision) == 0
				    ? last.previous
				    : last.number;
	arena_fini(&arena);
	if (r == STORE_NONE && app->swept[0] != '\0' &&
	    strcmp(app->swept, row->revision) != 0)
		say_lost(app->swept, "that version kept none");
	return r == STORE_OK || r == STORE_NONE;
}

bool kept_begin(struct app *app, struct errtext *err)
{
	struct kept_wish wish = { .lost = say_lost };
	struct matrix_row *row = app->kept;
	struct matrix_ref *with;

	kept_say(row);
	row->since = app->started;
	row->how = "start";
	if (!find_previous(app, row, err) ||
	    store_add_matrix(app->store, row, err) != STORE_OK)
		return false;
	matrix_ref_set_number(app->matrix, row->number);
	wish.first = row->previous;
	if (kept_chain(app->store, app->matrix, &wish, &with, err) != STORE_OK)
		return false;
	matrix_ref_put(app->matrix);
	app->matrix = with;
	return true;
}
