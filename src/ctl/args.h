/* args.h - what was asked for on the command line?
 *
 * Two tables say it all: the options, and the subcommands with the options
 * each takes.  They feed the parser, `help`, and the test that the manual page
 * names every one.  A name may mean something else to another subcommand: then
 * it is another option with the same name.
 *
 * Options stand before or after the subcommand and among its arguments; a
 * lone "--" ends them.  One takes two words: of `--report html FILE` the file
 * is the next bare word.  What is unknown is answered with the nearest known.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_ARGS_H
#define SLAWATCH_CTL_ARGS_H

#include "base/errtext.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Documented in slawatchctl(1). */
enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1,      /* refused, or could not be done */
	EXIT_USAGE = 2,	      /* the command line is wrong; nothing was done */
	EXIT_REFUSED = 3,     /* some events were refused, the others taken */
	EXIT_UNREACHABLE = 4, /* no daemon there, or it is not ready */
	EXIT_NO_TICKET = 5,
	EXIT_DIFFERENT = 6,  /* verify: the database is not as it should be */
	EXIT_UNVERIFIED = 7, /* verify: of some tickets nobody can say */
};

enum opt {
	OPT_SOCKET,
	OPT_TOKEN_FILE,
	OPT_HELP,
	OPT_VERSION,
	OPT_JSON,
	OPT_STATUS,
	OPT_SEVERITY,
	OPT_TEAM,
	OPT_ASSIGNEE,
	OPT_CUSTOMER,
	OPT_BREACHED,
	OPT_ORDER,
	OPT_LIMIT,
	OPT_ALL,
	OPT_BY,
	OPT_TEXT,
	OPT_FOR,
	OPT_UNTIL,
	OPT_MAP,
	OPT_OUTPUT,
	OPT_FROM,
	OPT_BATCH,
	OPT_CONFIG,
	OPT_LINES,
	OPT_BEGIN,
	OPT_END,
	OPT_COVER,
	OPT_WHY,
	OPT_INSTEAD_OF,
	OPT_WITH_FROM,
	OPT_WITH_UNTIL,
	OPT_CHAIN,
	OPT_TO_TEAM,
	OPT_AT,
	OPT_WEEK,
	OPT_CHANNEL,
	OPT_PERSON,
	OPT_DEAD,
	OPT_REASON,
	OPT_SAMPLE,
	OPT_AGAINST,
	OPT_FROM_DB,
	OPT_DATABASE,
	OPT_SINCE,
	OPT_REPORT,
	OPT_REPORT_FILE, /* what follows the format of --report */
	OPT_ROWS,
	OPT_MISSED,
	OPT_ZONE,
	OPT_JUNIT,
	OPT_TAP,
	OPT_RECORD,
	OPT_PRINT,
	OPT_HOURS,
	OPT_PLAN,
	OPT_FORCE,
	OPT_SPEED,
	OPT_COUNT
};

#define OPT_BIT(o) (UINT64_C(1) << (o))

/* Taken by every subcommand, and before it. */
#define OPTS_GLOBAL                                                            \
	(OPT_BIT(OPT_SOCKET) | OPT_BIT(OPT_TOKEN_FILE) | OPT_BIT(OPT_HELP) |   \
	    OPT_BIT(OPT_VERSION))

struct option_info {
	const char *name;  /* "token-file" */
	char letter;	   /* 's', or 0 */
	const char *value; /* what it takes: "FILE"; NULL for a flag */
	const char *sentence;
};

extern const struct option_info option_table[OPT_COUNT];

struct invocation;

struct command {
	const char *name;
	const char *args; /* as in the usage line: "TICKET" */
	const char *sentence;
	uint64_t options; /* OPT_BIT each, besides OPTS_GLOBAL */
	int least;	  /* arguments */
	int most;	  /* or -1: any number */
	int (*run)(const struct invocation *in); /* exit_code */
};

struct command_table {
	const struct command *at;
	size_t count;
};

struct invocation {
	struct command_table table;
	const struct command *command; /* NULL: --help or --version alone */
	const char *value[OPT_COUNT];  /* NULL: not given; "" for a flag */
	char **args; /* without the options; NULL behind the last */
	int nargs;
};

/* False: *err says what is wrong and what is near; the exit code is
 * EXIT_USAGE.  argv is reordered and must outlive the invocation. */
bool args_parse(int argc, char **argv, struct command_table table,
    struct invocation *in, struct errtext *err);

const struct command *command_find(struct command_table t, const char *name);

/* "unknown subcommand "tikets"; did you mean "tickets"?" */
void command_unknown(
    struct command_table t, const char *name, struct errtext *err);

/* The option as a whole number from least to most; `fallback` if not given.
 * False with the reason. */
bool args_int(const struct invocation *in, enum opt o, int least, int most,
    int fallback, int *out, struct errtext *err);

/* All arguments from the first'th on, with blanks between; free() it. */
char *args_joined(const struct invocation *in, int first);

#endif
