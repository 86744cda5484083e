/* load.c - one file to a matrix and settings, or to the reasons why not.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/load.h"

#include "base/check.h"
#include "conf/attached.h"
#include "conf/files.h"
#include "conf/sections.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Where relative files are looked for; absolute if it exists, so that a dump
 * means the same elsewhere. */
static const char *directory_of(const char *name, struct arena *arena)
{
	const char *slash = strrchr(name, '/');
	const char *dir = ".";
	char absolute[PATH_MAX];

	if (slash == name)
		return "";
	if (slash != NULL)
		dir = arena_strndup(arena, name, (size_t)(slash - name));
	if (realpath(dir, absolute) != NULL)
		return arena_strdup(arena, absolute);
	return dir;
}

static void start(struct conf *c)
{
	memset(c, 0, sizeof *c);
	arena_init(&c->arena);
	c->matrix = matrix_new();
	c->origin = arena_alloc(&c->arena, sizeof *c->origin);
}

static void read_all(struct reader *r, struct arena *scratch)
{
	r->root =
	    yaml_parse(r->report->text, r->report->len, scratch, r->report);
	if (r->root == NULL)
		return;
	matrix_file_read(r);
	if (r->report->errors == 0)
		matrix_index(r->m);
	if (r->report->errors == 0 && !r->is_stored)
		lint(r);
}

/* `r` says how; the rest of it is settled here. */
static bool load(struct reader *r, const char *name, const char *text,
    size_t len, struct conf *out, struct textbuf *messages)
{
	struct arena scratch = ARENA_INIT;
	struct report report;
	bool sound;

	start(out);
	out->text = arena_strndup(&out->arena, text, len);
	report_init(&report, &scratch, name, text, len);
	r->report = &report;
	r->conf = out;
	r->m = out->matrix;
	r->origin = out->origin;
	r->directory = r->is_stored ? "" : directory_of(name, &scratch);
	read_all(r, &scratch);
	out->matrix->revision =
	    attached_revision(text, len, out, &out->matrix->arena);
	sound = report.errors == 0;
	if (!sound || !r->is_stored)
		report_write(&report, messages);
	arena_fini(&scratch);
	if (!sound)
		conf_free(out);
	return sound;
}

bool conf_load_text(const char *name, const char *text, size_t len,
    const struct conf_options *o, struct conf *out, struct textbuf *messages)
{
	struct reader r = { .options = o };

	return load(&r, name, text, len, out, messages);
}

bool conf_load_stored(const char *name, const char *text, size_t len,
    const struct conf_file *files, size_t nfiles, const struct conf_options *o,
    struct conf *out, struct textbuf *messages)
{
	struct conf_options quiet = *o;
	struct reader r = { .options = &quiet,
		.is_stored = true,
		.given = files,
		.ngiven = nfiles };

	quiet.no_secrets = true;
	return load(&r, name, text, len, out, messages);
}

bool conf_load(const char *path, const struct conf_options *o, struct conf *out,
    struct textbuf *messages)
{
	struct arena scratch = ARENA_INIT;
	struct errtext err;
	size_t len = 0;
	const char *text = file_read(path, CONF_FILE_MAX, &scratch, &len, &err);
	bool sound = false;

	if (text != NULL) {
		sound = conf_load_text(path, text, len, o, out, messages);
	} else {
		memset(out, 0, sizeof *out);
		textbuf_addf(messages,
		    "%s: error: the file cannot be read: %s; name the right "
		    "file, or let whoever runs this read it\n",
		    path, err.text);
	}
	arena_fini(&scratch);
	return sound;
}

void conf_free(struct conf *c)
{
	matrix_free(c->matrix);
	arena_fini(&c->arena);
	memset(c, 0, sizeof *c);
}
