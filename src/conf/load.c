/* load.c - one file to a matrix and settings, or to the reasons why not.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/load.h"

#include "base/check.h"
#include "conf/files.h"
#include "conf/sections.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a, 64 bits: tells revisions apart, protects against nobody. */
static const char *revision_of(
    const char *text, size_t len, struct arena *arena)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	char hex[17];

	for (size_t i = 0; i < len; i++) {
		h ^= (unsigned char)text[i];
		h *= UINT64_C(0x100000001b3);
	}
	for (int i = 15; i >= 0; i--, h >>= 4)
		hex[i] = digits[h & 15];
	hex[16] = '\0';
	return arena_strdup(arena, hex);
}

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
		lint(r);
}

bool conf_load_text(const char *name, const char *text, size_t len,
    const struct conf_options *o, struct conf *out, struct textbuf *messages)
{
	struct arena scratch = ARENA_INIT;
	struct report report;
	struct reader r = { .report = &report, .conf = out, .options = o };
	bool sound;

	start(out);
	report_init(&report, &scratch, name, text, len);
	r.m = out->matrix;
	r.origin = out->origin;
	r.directory = directory_of(name, &scratch);
	out->matrix->revision = revision_of(text, len, &out->matrix->arena);
	read_all(&r, &scratch);
	report_write(&report, messages);
	sound = report.errors == 0;
	arena_fini(&scratch);
	if (!sound)
		conf_free(out);
	return sound;
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
		    "file with -c, or let the daemon's user read it\n",
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
