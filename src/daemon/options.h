/* options.h - what was asked for on the command line?
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_OPTIONS_H
#define SLAWATCH_DAEMON_OPTIONS_H

#include "daemon/log.h"
#include "net/loop.h"

#include <stdbool.h>

#define EXIT_RUNTIME 1	/* failed at run time */
#define EXIT_USAGE   2	/* the command line is wrong */
#define EXIT_CONFIG  78 /* the configuration was refused; sysexits(3) */

enum options_mode {
	OPTIONS_RUN,
	OPTIONS_CHECK,
	OPTIONS_DUMP,
	OPTIONS_DONE,  /* --help, --version: exit status 0 */
	OPTIONS_WRONG, /* said on stderr: exit status 2 */
};

struct options {
	const char *config;
	const char *database; /* or NULL: as configured; likewise below */
	const char *socket;
	const char *listen;
	struct clock_mode clock;
	enum log_format log_format;
	enum log_level log_level;
	bool has_level;
};

extern const char slawatch_version[];

enum options_mode options_parse(int argc, char **argv, struct options *out);

#endif
