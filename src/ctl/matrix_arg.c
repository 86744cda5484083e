/* matrix_arg.c - see matrix_arg.h.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/matrix_arg.h"

#include "ctl/asking.h"

#include <stdio.h>

int matrix_arg_load_file(const char *path, struct conf *out)
{
	const struct conf_options options = { .no_secrets = true };
	struct textbuf messages;
	bool good;

	textbuf_init(&messages);
	good = conf_load(path, &options, out, &messages);
	if (!good) /* mere warnings are for `check` */
		fputs(messages.data, stderr);
	textbuf_fini(&messages);
	return good ? EXIT_OK : EXIT_FAILED;
}

int matrix_arg_load(const struct invocation *in, struct conf *out)
{
	struct errtext err;

	if (in->value[OPT_CONFIG] != NULL)
		return matrix_arg_load_file(in->value[OPT_CONFIG], out);
	errtext_set(
	    &err, "%s needs -c MATRIX: the file to go by", in->command->name);
	return say_err(EXIT_USAGE, &err);
}
