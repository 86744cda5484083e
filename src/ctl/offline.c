/* offline.c - check and version: nothing is asked of a daemon.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/offline.h"

#include "conf/load.h"
#include "ctl/args.h"
#include "ctl/commands.h"

#include <stdio.h>

int offline_check(
    const char *path, struct textbuf *messages, struct textbuf *summary)
{
	const struct conf_options options = { .no_secrets = true };
	const struct matrix *m;
	struct conf conf;

	if (!conf_load(path, &options, &conf, messages))
		return EXIT_FAILED;
	m = conf.matrix;
	textbuf_addf(summary,
	    "%s: ok, revision %s: %zu severities, %zu policies, %zu chains, "
	    "%zu calendars, %zu people\n",
	    path, m->revision, m->nseverities, m->npolicies, m->nchains,
	    m->ncalendars, m->npeople);
	conf_free(&conf);
	return EXIT_OK;
}

int cmd_check(const struct invocation *in)
{
	struct textbuf messages, summary;
	int code;

	textbuf_init(&messages);
	textbuf_init(&summary);
	code = offline_check(in->args[0], &messages, &summary);
	fputs(messages.data, stderr);
	fputs(summary.data, stdout);
	textbuf_fini(&messages);
	textbuf_fini(&summary);
	return code;
}

int cmd_version(const struct invocation *in)
{
	(void)in;
	printf("slawatchctl %s\n", PACKAGE_VERSION);
	return EXIT_OK;
}
