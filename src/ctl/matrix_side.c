/* matrix_side.c - from the daemon's answer, or from a file.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/matrix_side.h"

#include "conf/masked.h"
#include "ctl/pick.h"

#include <stdio.h>
#include <string.h>

#define PAGE "/v1/matrix?limit=50"

void held_init(struct held_matrix *h)
{
	memset(h, 0, sizeof *h);
	h->revision = h->label = h->by = "";
	h->since = WALL_NEVER;
	arena_init(&h->arena);
}

void held_fini(struct held_matrix *h)
{
	arena_fini(&h->arena);
}

bool held_is_file(const char *name)
{
	return strpbrk(name, "./") != NULL;
}

static void take_files(const cJSON *files, struct held_matrix *h)
{
	struct conf_file *out = NULL;
	const cJSON *file;
	size_t cap = 0;

	cJSON_ArrayForEach(file, files)
	{
		struct conf_file *f = arena_push(
		    &h->arena, &out, &h->side.nfiles, &cap, sizeof *out);

		f->name = arena_strdup(&h->arena, pick_text(file, "name"));
		f->bytes = arena_strdup(&h->arena, pick_text(file, "content"));
		f->len = strlen(f->bytes);
	}
	h->side.files = out;
}

int held_ask(struct asking *a, const char *name, struct held_matrix *out)
{
	const cJSON *m;
	struct textbuf path;
	char digits[24];
	int code;

	textbuf_init(&path);
	textbuf_add(&path, "/v1/matrix/");
	live_escape(&path, name);
	code = asking_get(a, path.data);
	textbuf_fini(&path);
	if (code != EXIT_OK)
		return code;
	m = pick(a->tree, "matrix");
	out->number = pick_int(m, "number");
	snprintf(digits, sizeof digits, "%lld", (long long)out->number);
	out->label = arena_strdup(&out->arena, digits);
	out->revision = arena_strdup(&out->arena, pick_text(m, "revision"));
	out->by = arena_strdup(&out->arena, pick_text(m, "by"));
	out->since = pick_wall(m, "since");
	out->in_force = pick_true(m, "in_force");
	out->side.name = arena_strdup(&out->arena, pick_text(m, "name"));
	out->side.text = arena_strdup(&out->arena, pick_text(m, "text"));
	take_files(pick(m, "files"), out);
	return EXIT_OK;
}

static int take_conf(
    const char *path, const struct conf *c, struct held_matrix *out)
{
	struct conf_file *files =
	    arena_alloc(&out->arena, (c->nfiles + 1) * sizeof *files);
	struct errtext err;

	out->label = arena_strdup(&out->arena, path);
	out->revision = arena_strdup(&out->arena, c->matrix->revision);
	out->side.name = out->label;
	out->side.text = conf_masked(c, &out->arena);
	if (out->side.text == NULL) {
		errtext_set(&err,
		    "%s: a secret in it cannot be taken out; put it into a "
		    "file or a credential",
		    path);
		return say_err(EXIT_FAILED, &err);
	}
	for (size_t i = 0; i < c->nfiles; i++)
		files[i] = (struct conf_file){ .name = arena_strdup(&out->arena,
						   c->files[i].name),
			.bytes = arena_strndup(
			    &out->arena, c->files[i].bytes, c->files[i].len),
			.len = c->files[i].len };
	out->side.files = files;
	out->side.nfiles = c->nfiles;
	return EXIT_OK;
}

int held_read(const char *path, struct held_matrix *out)
{
	const struct conf_options options = { .no_secrets = true };
	struct textbuf messages;
	struct conf conf;
	int code = EXIT_FAILED;

	textbuf_init(&messages);
	if (conf_load(path, &options, &conf, &messages)) {
		code = take_conf(path, &conf, out);
		conf_free(&conf);
	} else {
		fputs(messages.data, stderr);
	}
	textbuf_fini(&messages);
	return code;
}

int held_get(struct asking *a, const char *name, struct held_matrix *out)
{
	return held_is_file(name) ? held_read(name, out)
				  : held_ask(a, name, out);
}

/* In the page that was asked for; *revision, of the one in force, is the
 * caller's to keep. */
static void look_through(
    const cJSON *page, int64_t *in_force, int64_t *before, char revision[32])
{
	const cJSON *m;

	cJSON_ArrayForEach(m, page)
	{
		const char *text = pick_text(m, "revision");

		if (*in_force == 0 && pick_true(m, "in_force")) {
			*in_force = pick_int(m, "number");
			snprintf(revision, 32, "%s", text);
		} else if (*in_force != 0 && *before == 0 &&
			   strcmp(text, revision) != 0) {
			*before = pick_int(m, "number");
		}
	}
}

int held_latest(struct asking *a, int64_t *in_force, int64_t *before)
{
	char path[64] = PAGE;
	char revision[32] = "";
	int code;

	*in_force = *before = 0;
	for (;;) {
		int64_t next;

		code = asking_get(a, path);
		if (code != EXIT_OK)
			return code;
		look_through(
		    pick(a->tree, "matrices"), in_force, before, revision);
		next = pick_int(a->tree, "next");
		if (*before != 0 || next == 0)
			break;
		snprintf(
		    path, sizeof path, PAGE "&before=%lld", (long long)next);
	}
	if (*in_force == 0)
		return say(EXIT_FAILED,
		    "the daemon knows no matrix of its own; slawatchctl matrix "
		    "log lists them");
	return EXIT_OK;
}

int held_check(const struct held_matrix *h)
{
	struct errtext err;

	if (h->side.text[0] != '\0')
		return EXIT_OK;
	errtext_set(&err,
	    "matrix %s (revision %s) was not kept: a secret in it could not be "
	    "taken out; put it into a file or a credential",
	    h->label, h->revision);
	return say_err(EXIT_FAILED, &err);
}
