/* matrix.c - `slawatchctl matrix`: who changed the matrix, when and how?
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "base/nearest.h"
#include "ctl/asking.h"
#include "ctl/matrix_parts.h"

#include <string.h>

static const struct {
	const char *name;
	int most;    /* arguments behind it */
	bool writes; /* takes -o */
	bool pages;  /* takes -n */
	int (*run)(const struct invocation *in);
} words[] = {
	{ "log", 0, false, true, matrix_log },
	{ "show", 1, true, false, matrix_show },
	{ "diff", 2, false, false, matrix_differ },
};

#define WORDS (sizeof words / sizeof *words)

static int unknown(const char *given)
{
	const char *names[WORDS];
	const char *near;
	struct errtext err;

	for (size_t i = 0; i < WORDS; i++)
		names[i] = words[i].name;
	near = nearest_of(given, names, WORDS);
	errtext_set(&err,
	    "matrix: \"%s\" is not known; %s%s%s log, show or diff", given,
	    near != NULL ? "did you mean \"" : "write",
	    near != NULL ? near : "", near != NULL ? "\"? It takes" : "");
	return say_err(EXIT_USAGE, &err);
}

static bool names_nothing(const struct invocation *in)
{
	for (int i = 1; i < in->nargs; i++)
		if (in->args[i][0] == '\0')
			return true;
	return false;
}

static int check(const struct invocation *in, size_t i)
{
	struct errtext err;

	if (in->nargs - 1 > words[i].most)
		errtext_set(&err, "matrix %s: too many arguments, at \"%s\"",
		    words[i].name, in->args[1 + words[i].most]);
	else if (in->value[OPT_OUTPUT] != NULL && !words[i].writes)
		errtext_set(&err, "matrix %s takes no --%s: matrix show does",
		    words[i].name, option_table[OPT_OUTPUT].name);
	else if (in->value[OPT_LIMIT] != NULL && !words[i].pages)
		errtext_set(&err, "matrix %s takes no --%s: matrix log does",
		    words[i].name, option_table[OPT_LIMIT].name);
	else if (names_nothing(in))
		errtext_set(&err,
		    "matrix %s: \"\" is no matrix; name a number, a "
		    "revision%s",
		    words[i].name, words[i].writes ? "" : " or a file");
	else
		return EXIT_OK;
	return say_err(EXIT_USAGE, &err);
}

int cmd_matrix(const struct invocation *in)
{
	for (size_t i = 0; i < WORDS; i++) {
		int code;

		if (strcmp(in->args[0], words[i].name) != 0)
			continue;
		code = check(in, i);
		return code == EXIT_OK ? words[i].run(in) : code;
	}
	return unknown(in->args[0]);
}
