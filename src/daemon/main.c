/* main.c - slawatchd: it runs the escalation matrix.
 *
 * SPDX-License-Identifier: MIT */
#include "base/check.h"
#include "daemon/app.h"
#include "daemon/log.h"
#include "daemon/options.h"

#include <stdio.h>

/* --check and --dump-config: what is wrong with the file, or what it says.
 * Secrets need not be there. */
static int show_configuration(const struct options *options, bool dump)
{
	const struct conf_options how = { .no_secrets = true,
		.now = clock_mode_now(&options->clock),
		.is_check = true };
	struct textbuf messages;
	struct textbuf out;
	struct conf conf;
	bool ok;

	textbuf_init(&messages);
	textbuf_init(&out);
	ok = conf_load(options->config, &how, &conf, &messages);
	fputs(messages.data, stderr);
	if (ok && dump)
		conf_dump(&conf, &out);
	else if (ok)
		textbuf_addf(&out, "%s: ok\n", options->config);
	fputs(out.data, stdout);
	if (ok)
		conf_free(&conf);
	textbuf_fini(&out);
	textbuf_fini(&messages);
	return ok ? 0 : EXIT_CONFIG;
}

static int run(const struct options *options)
{
	static struct app app;

	log_setup(options->log_format, NULL);
	log_set_level(options->log_level);
	if (app_open(&app, options))
		app_run(&app);
	app_close(&app);
	return app.status;
}

int main(int argc, char **argv)
{
	struct options options;

	check_set_reporter(log_check_failed);
	switch (options_parse(argc, argv, &options)) {
	case OPTIONS_RUN:
		return run(&options);
	case OPTIONS_CHECK:
		return show_configuration(&options, false);
	case OPTIONS_DUMP:
		return show_configuration(&options, true);
	case OPTIONS_DONE:
		return 0;
	case OPTIONS_WRONG:
		break;
	}
	return EXIT_USAGE;
}
