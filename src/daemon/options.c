/* options.c - the command line, by getopt_long(3).
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/options.h"

#include <getopt.h>
#include <stdio.h>

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unknown"
#endif

#ifndef SLAWATCH_CONFIG
#define SLAWATCH_CONFIG "/etc/slawatch/slawatchd.yaml"
#endif

const char slawatch_version[] = PACKAGE_VERSION;

enum {
	OPT_CHECK = 256,
	OPT_DUMP,
	OPT_CLOCK,
	OPT_DATABASE,
	OPT_SOCKET,
	OPT_LISTEN,
	OPT_LOG_FORMAT,
	OPT_LOG_LEVEL,
};

static const struct option longs[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "dump-config", no_argument, NULL, OPT_DUMP },
	{ "clock", required_argument, NULL, OPT_CLOCK },
	{ "database", required_argument, NULL, OPT_DATABASE },
	{ "socket", required_argument, NULL, OPT_SOCKET },
	{ "listen", required_argument, NULL, OPT_LISTEN },
	{ "log-format", required_argument, NULL, OPT_LOG_FORMAT },
	{ "log-level", required_argument, NULL, OPT_LOG_LEVEL },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static void print_help(void)
{
	puts(
	    "usage: slawatchd [options]\n"
	    "\n"
	    "  -c, --config FILE      the matrix and the settings\n"
	    "                         (" SLAWATCH_CONFIG ")\n"
	    "      --check            read it, say what is wrong, and exit\n"
	    "      --dump-config      print it with all defaults, and exit\n"
	    "      --clock START@RATE an instant or \"now\", and how many "
	    "times\n"
	    "                         faster: --clock now@60; \"step\": it "
	    "waits\n"
	    "                         for slawatchctl clock\n"
	    "      --database FILE    instead of the one configured\n"
	    "      --socket PATH      likewise\n"
	    "      --listen HOST:PORT likewise; tokens are needed there\n"
	    "      --log-format text|journal\n"
	    "      --log-level error|warning|info|debug\n"
	    "      --help, --version\n"
	    "\n"
	    "exit status: 0 stopped as asked, 1 failed, 2 wrong command line,\n"
	    "78 configuration refused.  See slawatchd(8).");
}

static enum options_mode wrong(const char *option, const char *why)
{
	fprintf(stderr, "slawatchd: %s: %s (try --help)\n", option, why);
	return OPTIONS_WRONG;
}

static enum options_mode set_clock(struct options *out, const char *text)
{
	struct errtext err;

	if (clock_mode_parse(text, &out->clock, &err))
		return OPTIONS_RUN;
	return wrong("--clock", err.text);
}

static enum options_mode set_log(struct options *out, int opt)
{
	if (opt == OPT_LOG_FORMAT)
		return log_format_parse(optarg, &out->log_format)
			   ? OPTIONS_RUN
			   : wrong("--log-format", "it is text, or journal "
						   "where that was built in");
	out->has_level = log_level_parse(optarg, &out->log_level);
	return out->has_level ? OPTIONS_RUN
			      : wrong("--log-level",
				    "it is error, warning, info or debug");
}

/* OPTIONS_RUN: go on with the next option. */
static enum options_mode take(
    struct options *out, int opt, enum options_mode *mode)
{
	switch (opt) {
	case 'c':
		out->config = optarg;
		return OPTIONS_RUN;
	case OPT_CHECK:
		*mode = OPTIONS_CHECK;
		return OPTIONS_RUN;
	case OPT_DUMP:
		*mode = OPTIONS_DUMP;
		return OPTIONS_RUN;
	case OPT_CLOCK:
		return set_clock(out, optarg);
	case OPT_DATABASE:
		out->database = optarg;
		return OPTIONS_RUN;
	case OPT_SOCKET:
		out->socket = optarg;
		return OPTIONS_RUN;
	case OPT_LISTEN:
		out->listen = optarg;
		return OPTIONS_RUN;
	case OPT_LOG_FORMAT:
	case OPT_LOG_LEVEL:
		return set_log(out, opt);
	case 'h':
		print_help();
		return OPTIONS_DONE;
	case 'V':
		printf("slawatchd %s\n", slawatch_version);
		return OPTIONS_DONE;
	default:
		/* getopt_long(3) has said what is wrong. */
		return OPTIONS_WRONG;
	}
}

enum options_mode options_parse(int argc, char **argv, struct options *out)
{
	enum options_mode mode = OPTIONS_RUN;
	int opt;

	*out = (struct options){ .config = SLAWATCH_CONFIG,
		.clock = { .rate = 1.0 },
		.log_format = log_format_guess(),
		.log_level = LOG_LEVEL_INFO };
	while ((opt = getopt_long(argc, argv, "c:hV", longs, NULL)) != -1) {
		enum options_mode done = take(out, opt, &mode);

		if (done != OPTIONS_RUN)
			return done;
	}
	if (optind < argc)
		return wrong(argv[optind], "takes no arguments");
	return mode;
}
