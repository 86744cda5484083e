/* matrix_show.c - `slawatchctl matrix show`: its text, and the files beside it.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/matrix_parts.h"

#include "ctl/matrix_side.h"
#include "ctl/width.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- to files ------------------------------------------------------------ */

static int write_file(const char *path, const char *bytes, size_t len)
{
	FILE *f = fopen(path, "wb");
	struct errtext err;
	bool ok = f != NULL && fwrite(bytes, 1, len, f) == len;

	if (f != NULL && fclose(f) != 0)
		ok = false;
	if (ok)
		return EXIT_OK;
	errtext_set(&err, "%s: cannot be written: %s", path, strerror(errno));
	return say_err(EXIT_FAILED, &err);
}

static const char *last_part(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash == NULL ? name : slash + 1;
}

static int write_beside(const char *dir, const char *name, const char *bytes,
    size_t len, struct asking *a)
{
	const char *base = last_part(name);
	struct textbuf path;
	int code;

	textbuf_init(&path);
	textbuf_addf(&path, "%s/%s", dir, base);
	code = write_file(path.data, bytes, len);
	if (code == EXIT_OK && base != name)
		textbuf_addf(&path, ", which the matrix names %s", name);
	if (code == EXIT_OK)
		asking_line(a, path.data);
	textbuf_fini(&path);
	return code;
}

/* Two of the same last name would write each other over. */
static int check_names(const struct matrix_side *s)
{
	struct errtext err;

	for (size_t i = 0; i < s->nfiles; i++) {
		const char *base = last_part(s->files[i].name);
		bool twice = strcmp(base, last_part(s->name)) == 0;

		for (size_t k = 0; k < i; k++)
			twice |= strcmp(base, last_part(s->files[k].name)) == 0;
		if (!twice && strcmp(base, "..") != 0 &&
		    strcmp(base, ".") != 0 && *base != '\0')
			continue;
		errtext_set(&err,
		    "two of its files are called \"%s\": they cannot stand in "
		    "one directory; --json has them all",
		    base);
		return say_err(EXIT_FAILED, &err);
	}
	return EXIT_OK;
}

static int write_all(
    struct asking *a, const struct matrix_side *s, const char *dir)
{
	int code = check_names(s);

	if (code == EXIT_OK)
		code = write_beside(
		    dir, last_part(s->name), s->text, strlen(s->text), a);
	for (size_t i = 0; code == EXIT_OK && i < s->nfiles; i++)
		code = write_beside(dir, s->files[i].name, s->files[i].bytes,
		    s->files[i].len, a);
	return code;
}

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* --- to the screen ------------------------------------------------------- */

/* A terminal gets no control characters; whatever else reads it gets the
 * text. */
static void print(struct asking *a, const char *text)
{
	if (!isatty(STDOUT_FILENO)) {
		textbuf_add(&a->out, text);
		return;
	}
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		struct textbuf line;

		textbuf_init(&line);
		textbuf_addn(&line, text, len);
		text_clean(&a->out, line.data);
		textbuf_addc(&a->out, '\n');
		textbuf_fini(&line);
		text += len + (text[len] == '\n');
	}
}

static void say_files(const struct matrix_side *s)
{
	struct errtext note;

	if (s->nfiles == 0)
		return;
	errtext_set(&note,
	    "the text alone: %zu file%s beside it; -o DIRECTORY writes them "
	    "all",
	    s->nfiles, s->nfiles == 1 ? " stands" : "s stand");
	say_err(EXIT_OK, &note);
}

static int show(struct asking *a, const struct held_matrix *h)
{
	const char *path = a->in->value[OPT_OUTPUT];
	int code;

	if (asking_print_json(a))
		return EXIT_OK;
	code = held_check(h);
	if (code != EXIT_OK)
		return code;
	if (path != NULL && is_directory(path))
		return write_all(a, &h->side, path);
	if (path != NULL)
		code = write_file(path, h->side.text, strlen(h->side.text));
	else
		print(a, h->side.text);
	if (code == EXIT_OK)
		say_files(&h->side);
	return code;
}

int matrix_show(const struct invocation *in)
{
	struct held_matrix h;
	struct asking a;
	int64_t in_force, before;
	char digits[24];
	const char *name = in->nargs > 1 ? in->args[1] : digits;
	int code;

	held_init(&h);
	code = asking_begin(&a, in);
	if (code == EXIT_OK && name == digits) {
		code = held_latest(&a, &in_force, &before);
		if (code == EXIT_OK)
			snprintf(
			    digits, sizeof digits, "%lld", (long long)in_force);
	}
	if (code == EXIT_OK)
		code = held_ask(&a, name, &h);
	if (code == EXIT_OK)
		code = show(&a, &h);
	asking_end(&a);
	held_fini(&h);
	return code;
}
