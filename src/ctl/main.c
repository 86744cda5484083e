/* main.c - slawatchctl: the subcommands, and which of them was asked for.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "base/check.h"
#include "ctl/asking.h"

#include <stdio.h>

#define FILTERS                                                                \
	(OPT_BIT(OPT_STATUS) | OPT_BIT(OPT_SEVERITY) | OPT_BIT(OPT_TEAM) |     \
	    OPT_BIT(OPT_ASSIGNEE) | OPT_BIT(OPT_CUSTOMER) |                    \
	    OPT_BIT(OPT_BREACHED) | OPT_BIT(OPT_ORDER) | OPT_BIT(OPT_LIMIT) |  \
	    OPT_BIT(OPT_ALL))
#define JSON  OPT_BIT(OPT_JSON)
#define SAYS  (OPT_BIT(OPT_BY) | OPT_BIT(OPT_TEXT) | JSON)
#define SPANS (OPT_BIT(OPT_FOR) | OPT_BIT(OPT_UNTIL))
#define WHILE (OPT_BIT(OPT_BEGIN) | OPT_BIT(OPT_END) | OPT_BIT(OPT_FOR))
#define TELLS (OPT_BIT(OPT_BY) | OPT_BIT(OPT_WHY) | JSON)
#define SWAPS                                                                  \
	(OPT_BIT(OPT_INSTEAD_OF) | OPT_BIT(OPT_WITH_FROM) |                    \
	    OPT_BIT(OPT_WITH_UNTIL))

static const struct command commands[] = {
	{ "tickets", "[TEXT]", "list tickets, the next due first",
	    FILTERS | JSON, 0, -1, cmd_tickets },
	{ "show", "TICKET", "one ticket: its clocks, chains and notices", JSON,
	    1, 1, cmd_show },
	{ "timeline", "TICKET", "what happened to it, oldest first", JSON, 1, 1,
	    cmd_timeline },
	{ "explain", "TICKET", "why it stands so, and what comes next", JSON, 1,
	    1, cmd_explain },
	{ "preview", "[TICKET]", "a notice as a channel would show it",
	    OPT_BIT(OPT_CHANNEL) | OPT_BIT(OPT_PERSON) | OPT_BIT(OPT_REASON) |
		OPT_BIT(OPT_CHAIN) | OPT_BIT(OPT_SAMPLE) | JSON,
	    0, 1, cmd_preview },
	{ "ack", "TICKET", "acknowledge: the chain stops", SAYS, 1, 1,
	    cmd_ack },
	{ "claim", "TICKET", "acknowledge and own", SAYS, 1, 1, cmd_claim },
	{ "snooze", "TICKET", "acknowledge for a while", SAYS | SPANS, 1, 1,
	    cmd_snooze },
	{ "note", "TICKET TEXT", "write a note into its timeline",
	    OPT_BIT(OPT_BY) | JSON, 2, -1, cmd_note },
	{ "escalate", "TICKET TEXT", "a step up, along a chain or to a team",
	    OPT_BIT(OPT_BY) | OPT_BIT(OPT_CHAIN) | OPT_BIT(OPT_TO_TEAM) | JSON,
	    2, -1, cmd_escalate },
	{ "people", "[PERSON|check]", "who there is, who can be reached", JSON,
	    0, 1, cmd_people },
	{ "test-notice", "PERSON|CHANNEL",
	    "send a marked test, say what came back",
	    OPT_BIT(OPT_CHANNEL) | OPT_BIT(OPT_BY) | JSON, 1, 1,
	    cmd_test_notice },
	{ "away", "[PERSON until WHEN]", "say who is away, or see who is",
	    WHILE | TELLS | OPT_BIT(OPT_COVER), 0, -1, cmd_away },
	{ "back", "PERSON", "who was away is back", TELLS, 1, 1, cmd_back },
	{ "oncall", "[NAME|CHANGE ...]",
	    "who is on call; override, add, swap, drop ...",
	    WHILE | TELLS | SWAPS | OPT_BIT(OPT_AT) | OPT_BIT(OPT_WEEK) |
		OPT_BIT(OPT_CONFIG),
	    0, -1, cmd_oncall_change },
	{ "outbox", "[ID|retry|drop ...]",
	    "what waits to be sent or is dead; retry, drop",
	    OPT_BIT(OPT_DEAD) | OPT_BIT(OPT_CHANNEL) | OPT_BIT(OPT_PERSON) |
		OPT_BIT(OPT_LIMIT) | OPT_BIT(OPT_ALL) | OPT_BIT(OPT_BY) | JSON,
	    0, -1, cmd_outbox },
	{ "event", "[FILE|-]", "send events: one, an array or one a line", JSON,
	    0, 1, cmd_event },
	{ "status", "", "how the daemon is", JSON, 0, 0, cmd_status },
	{ "health", "", "is it ready? exit status 0 or 4", JSON, 0, 0,
	    cmd_health },
	{ "clock", "[WHEN]", "what it shows; one that is stepped goes there", 0,
	    0, -1, cmd_clock },
	{ "metrics", "", "counters in Prometheus' text format", 0, 0, 0,
	    cmd_metrics },
	{ "reload", "[FILE]", "read the matrix anew, or plan what it would do",
	    OPT_BIT(OPT_PLAN) | OPT_BIT(OPT_FORCE) | TELLS, 0, 1, cmd_reload },
	{ "matrix", "log|show|diff ...", "who changed it, when and how",
	    OPT_BIT(OPT_LIMIT) | OPT_BIT(OPT_OUTPUT) | JSON, 1, 3, cmd_matrix },
	{ "forecast", "", "what comes if nobody does anything",
	    OPT_BIT(OPT_HOURS) | OPT_BIT(OPT_TEAM) | OPT_BIT(OPT_PERSON) |
		OPT_BIT(OPT_LIMIT) | JSON,
	    0, 0, cmd_forecast },
	{ "drill", "CHAIN|stop|show ...",
	    "walk a chain to the people, as a drill",
	    OPT_BIT(OPT_SEVERITY) | OPT_BIT(OPT_TEAM) | OPT_BIT(OPT_SPEED) |
		OPT_BIT(OPT_BY) | JSON,
	    0, 2, cmd_drill },
	{ "import", "FILE.csv|-", "turn a CSV export into events",
	    OPT_BIT(OPT_MAP) | OPT_BIT(OPT_OUTPUT), 1, 1, cmd_import },
	{ "replay", "EVENTS|-", "send events paced by the daemon's clock",
	    OPT_BIT(OPT_FROM) | OPT_BIT(OPT_BATCH) | JSON, 1, 1, cmd_replay },
	{ "check", "FILE", "is that matrix sound? asks no daemon", 0, 1, 1,
	    cmd_check },
	{ "verify", "[DATABASE]", "is it as its journal says? asks no daemon",
	    JSON, 0, 1, cmd_verify },
	{ "calendar", "NAME OP AT ...", "when working time passes, by a matrix",
	    OPT_BIT(OPT_CONFIG) | OPT_BIT(OPT_LINES) | OPT_BIT(OPT_LIMIT) |
		JSON,
	    0, 4, cmd_calendar },
	{ "simulate", "[EVENTS...|-]", "what these events would have led to",
	    OPT_BIT(OPT_CONFIG) | OPT_BIT(OPT_UNTIL) | OPT_BIT(OPT_AGAINST) |
		OPT_BIT(OPT_FROM_DB) | OPT_BIT(OPT_DATABASE) |
		OPT_BIT(OPT_SINCE) | OPT_BIT(OPT_REPORT) | OPT_BIT(OPT_ROWS) |
		OPT_BIT(OPT_MISSED) | OPT_BIT(OPT_ZONE) | JSON,
	    0, -1, cmd_simulate },
	{ "test", "DIR|FILE...", "play scenarios against a matrix",
	    OPT_BIT(OPT_CONFIG) | OPT_BIT(OPT_JUNIT) | OPT_BIT(OPT_TAP) |
		OPT_BIT(OPT_RECORD) | OPT_BIT(OPT_PRINT),
	    0, -1, cmd_test },
	{ "version", "", "which version this is", 0, 0, 0, cmd_version },
	{ "help", "[SUBCOMMAND]", "this, or more about one", 0, 0, 1,
	    cmd_help },
};

static void on_failed_check(const char *expr, const char *file, int line)
{
	fprintf(stderr, "slawatchctl: a bug: %s:%d: %s\n", file, line, expr);
}

static int run(const struct invocation *in)
{
	if (in->value[OPT_VERSION] != NULL)
		return cmd_version(in);
	if (in->value[OPT_HELP] != NULL || in->command == NULL)
		return cmd_help(in);
	return in->command->run(in);
}

int main(int argc, char **argv)
{
	struct command_table table = { commands,
		sizeof commands / sizeof *commands };
	struct invocation in;
	struct errtext err;
	int code;

	check_set_reporter(on_failed_check);
	if (!args_parse(argc, argv, table, &in, &err))
		return say_err(EXIT_USAGE, &err);
	code = run(&in);
	if ((fflush(stdout) != 0 || ferror(stdout)) && code == EXIT_OK)
		return say(EXIT_FAILED, "standard output: cannot be written");
	return code;
}
