/* input.c - files that are read.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/input.h"

#include "ctl/asking.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static bool is_stdin(const char *path)
{
	return path == NULL || strcmp(path, "-") == 0;
}

static int say_why(const char *path, int error)
{
	struct errtext err;

	errtext_set(&err, "%s: %s", is_stdin(path) ? "standard input" : path,
	    strerror(error));
	return say_err(EXIT_FAILED, &err);
}

FILE *input_open(const char *path)
{
	FILE *f = is_stdin(path) ? stdin : fopen(path, "re");

	if (f == NULL)
		say_why(path, errno);
	return f;
}

void input_close(FILE *f)
{
	if (f != NULL && f != stdin)
		fclose(f);
}

int input_ended(FILE *f, const char *path)
{
	return ferror(f) ? say_why(path, errno) : EXIT_OK;
}

int input_pieces(const char *path,
    bool (*take)(void *user, const char *bytes, size_t len), void *user)
{
	FILE *f = input_open(path);
	char piece[65536];
	size_t len;
	int code;

	if (f == NULL)
		return EXIT_FAILED;
	while ((len = fread(piece, 1, sizeof piece, f)) > 0)
		if (!take(user, piece, len))
			break;
	code = input_ended(f, path);
	input_close(f);
	return code;
}

int input_size(const char *path, int64_t *bytes)
{
	FILE *f = input_open(path);
	struct stat st;

	*bytes = 0;
	if (f == NULL)
		return EXIT_FAILED;
	if (fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode))
		*bytes = st.st_size;
	input_close(f);
	return EXIT_OK;
}

static bool append(void *user, const char *bytes, size_t len)
{
	struct textbuf *out = user;

	textbuf_addn(out, bytes, len);
	return true;
}

int input_slurp(const char *path, struct textbuf *out)
{
	return input_pieces(path, append, out);
}
