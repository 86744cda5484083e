/* scenario_files.c - see scenario_files.h.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/scenario_files.h"

#include "ctl/asking.h"
#include "ctl/input.h"
#include "ctl/scenario.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int cannot(const char *path)
{
	struct errtext err;

	errtext_set(&err, "%s: %s", path, strerror(errno));
	return say_err(EXIT_USAGE, &err);
}

static void add(struct scenario_files *f, const char *path)
{
	const char **p =
	    arena_push(&f->arena, &f->paths, &f->count, &f->cap, sizeof *p);

	*p = arena_strdup(&f->arena, path);
}

static bool is_yaml(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && strcmp(name + len - 5, ".yaml") == 0;
}

static int add_if_scenario(struct scenario_files *f, const char *path)
{
	struct textbuf text;
	int code;

	textbuf_init(&text);
	code = input_slurp(path, &text);
	if (code == EXIT_OK && scenario_is_one(text.data, text.len))
		add(f, path);
	textbuf_fini(&text);
	return code == EXIT_OK ? EXIT_OK : EXIT_USAGE;
}

static int walk(struct scenario_files *f, const char *folder);

static int look_at(struct scenario_files *f, const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return cannot(path);
	if (S_ISDIR(st.st_mode))
		return walk(f, path);
	if (!is_yaml(path) || stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return EXIT_OK;
	return add_if_scenario(f, path);
}

static int walk(struct scenario_files *f, const char *folder)
{
	const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
	DIR *dir = opendir(folder);
	struct textbuf path;
	struct dirent *e;
	int code = EXIT_OK;

	if (dir == NULL)
		return cannot(folder);
	textbuf_init(&path);
	while (code == EXIT_OK && (e = readdir(dir)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		textbuf_clear(&path);
		textbuf_addf(&path, "%s%s%s", folder, slash, e->d_name);
		code = look_at(f, path.data);
	}
	textbuf_fini(&path);
	closedir(dir);
	return code;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int scenario_files_find(struct scenario_files *f, char *const *args, int nargs)
{
	struct errtext err;
	int code = EXIT_OK;

	*f = (struct scenario_files){ .arena = ARENA_INIT };
	for (int i = 0; code == EXIT_OK && i < nargs; i++) {
		size_t before = f->count;
		struct stat st;

		if (stat(args[i], &st) != 0)
			return cannot(args[i]);
		if (!S_ISDIR(st.st_mode)) {
			add(f, args[i]);
			continue;
		}
		code = walk(f, args[i]);
		if (f->count > before)
			qsort(f->paths + before, f->count - before,
			    sizeof *f->paths, by_name);
		if (code == EXIT_OK && f->count == before) {
			errtext_set(&err,
			    "%s: there is no scenario in it: a *.yaml with "
			    "scenario: at its top",
			    args[i]);
			code = say_err(EXIT_USAGE, &err);
		}
	}
	return code;
}

void scenario_files_fini(struct scenario_files *f)
{
	arena_fini(&f->arena);
}
