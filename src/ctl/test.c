/* test.c - `slawatchctl test`: does the matrix do what we want?
 *
 * Scenarios are played one after another; nothing of one is left for the next.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "ctl/asking.h"
#include "ctl/input.h"
#include "ctl/scenario_files.h"
#include "ctl/scenario_out.h"
#include "ctl/scenario_print.h"
#include "ctl/scenario_record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void flush(struct textbuf *tb, FILE *to)
{
	fwrite(tb->data, 1, tb->len, to);
	textbuf_clear(tb);
}

/* The result of what could not even be read is empty. */
static int play_one(
    const struct invocation *in, const char *path, struct scenario_out *o)
{
	struct scenario_result r;
	struct textbuf text;
	int code;

	textbuf_init(&text);
	code = input_slurp(path, &text);
	if (code != EXIT_OK) {
		textbuf_fini(&text);
		return EXIT_USAGE;
	}
	scenario_play(path, text.data, text.len, in->value[OPT_CONFIG], &r);
	if (in->value[OPT_PRINT] != NULL && r.playable)
		scenario_print(&r, text.data, text.len, &o->out);
	if (in->value[OPT_PRINT] == NULL || !r.playable)
		scenario_out_one(o, path, &r);
	fflush(stdout);
	flush(&o->errors, stderr);
	flush(&o->out, stdout);
	scenario_result_fini(&r);
	textbuf_fini(&text);
	return EXIT_OK;
}

static int write_junit(const char *path, const struct scenario_out *o)
{
	struct textbuf xml;
	struct errtext err;
	FILE *f = fopen(path, "w");
	bool good = f != NULL;

	textbuf_init(&xml);
	scenario_out_junit(o, &xml);
	if (good) {
		good = fwrite(xml.data, 1, xml.len, f) == xml.len;
		good = fclose(f) == 0 && good;
	}
	textbuf_fini(&xml);
	if (good)
		return EXIT_OK;
	errtext_set(&err, "--junit: %s: %s", path, strerror(errno));
	return say_err(EXIT_USAGE, &err);
}

static int play_all(const struct invocation *in, const struct scenario_files *f)
{
	struct scenario_out o;
	int code = EXIT_OK;

	scenario_out_init(&o, in->value[OPT_TAP] != NULL, f->count);
	for (size_t i = 0; code == EXIT_OK && i < f->count; i++)
		code = play_one(in, f->paths[i], &o);
	if (code == EXIT_OK && in->value[OPT_PRINT] == NULL) {
		scenario_out_end(&o);
		flush(&o.out, stdout);
		if (in->value[OPT_JUNIT] != NULL)
			code = write_junit(in->value[OPT_JUNIT], &o);
	}
	if (code == EXIT_OK && o.unplayable > 0)
		code = EXIT_USAGE;
	else if (code == EXIT_OK && o.failed > 0)
		code = EXIT_FAILED;
	scenario_out_fini(&o);
	return code;
}

int cmd_test(const struct invocation *in)
{
	struct scenario_files files;
	int code;

	if (in->value[OPT_RECORD] != NULL && in->nargs > 0)
		return say(EXIT_USAGE,
		    "--record asks the daemon and plays nothing; remove the "
		    "files");
	if (in->value[OPT_RECORD] != NULL)
		return scenario_record(in);
	if (in->nargs == 0)
		return say(EXIT_USAGE,
		    "test needs DIR|FILE...: the scenarios to play");
	if (in->value[OPT_PRINT] != NULL &&
	    (in->value[OPT_TAP] != NULL || in->value[OPT_JUNIT] != NULL))
		return say(EXIT_USAGE,
		    "--print judges nothing; remove --tap and --junit");
	code = scenario_files_find(&files, in->args, in->nargs);
	if (code == EXIT_OK)
		code = play_all(in, &files);
	scenario_files_fini(&files);
	return code;
}
