/* attached.c - files beside the matrix, from the disk or from memory.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/attached.h"

#include "conf/files.h"

#include <string.h>

static const struct conf_file *find(
    const struct conf_file *files, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(files[i].name, name) == 0)
			return &files[i];
	return NULL;
}

/* Its bytes in the conf's arena, as file->bytes; false and why. */
static bool fetch(
    struct reader *r, struct conf_file *file, size_t max, struct errtext *err)
{
	const struct conf_file *given;

	if (!r->is_stored) {
		file->bytes = file_read(beside(r, file->name), max,
		    &r->conf->arena, &file->len, err);
		return file->bytes != NULL;
	}
	given = find(r->given, r->ngiven, file->name);
	if (given == NULL) {
		errtext_set(err, "not stored with the matrix");
		return false;
	}
	file->bytes = arena_strndup(&r->conf->arena, given->bytes, given->len);
	file->len = given->len;
	return true;
}

const struct conf_file *attached_read(
    struct reader *r, const char *name, size_t max, struct errtext *err)
{
	struct conf *c = r->conf;
	struct conf_file file = { .name = name };
	const struct conf_file *known = find(c->files, c->nfiles, name);

	if (known != NULL)
		return known;
	if (c->nfiles == ATTACHED_MAX) {
		errtext_set(err, "more than %d files", ATTACHED_MAX);
		return NULL;
	}
	file.name = arena_strdup(&c->arena, name);
	if (!fetch(r, &file, max, err))
		return NULL;
	/* Whoever was given an earlier one may still look at it. */
	if (c->files == NULL)
		c->files =
		    arena_alloc(&c->arena, ATTACHED_MAX * sizeof *c->files);
	c->files[c->nfiles] = file;
	return &c->files[c->nfiles++];
}

/* FNV-1a, 64 bits: tells revisions apart, protects against nobody. */
static uint64_t hash(uint64_t h, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		h ^= (unsigned char)bytes[i];
		h *= UINT64_C(0x100000001b3);
	}
	return h;
}

const char *attached_revision(
    const char *text, size_t len, const struct conf *c, struct arena *arena)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t h = hash(UINT64_C(0xcbf29ce484222325), text, len);
	char hex[17];

	/* The name's NUL keeps a name and what follows it apart. */
	for (size_t i = 0; i < c->nfiles; i++) {
		const struct conf_file *f = &c->files[i];

		h = hash(h, f->name, strlen(f->name) + 1);
		h = hash(h, f->bytes, f->len);
	}
	for (int i = 15; i >= 0; i--, h >>= 4)
		hex[i] = digits[h & 15];
	hex[16] = '\0';
	return arena_strdup(arena, hex);
}
