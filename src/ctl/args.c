/* args.c - getopt_long over the tables of options and subcommands.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/args.h"

#include "base/check.h"
#include "base/nearest.h"
#include "base/textbuf.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

const struct option_info option_table[OPT_COUNT] = {
	[OPT_SOCKET] = { "socket", 's', "PATH|URL",
	    "talk to the daemon there" },
	[OPT_TOKEN_FILE] = { "token-file", 0, "FILE",
	    "bearer token for a URL" },
	[OPT_HELP] = { "help", 'h', NULL, "show help" },
	[OPT_VERSION] = { "version", 'V', NULL, "show the version" },
	[OPT_JSON] = { "json", 'j', NULL, "print JSON" },
	[OPT_STATUS] = { "status", 0, "STATUS",
	    "new, open, pending, on_hold, solved, closed, unsolved or all" },
	[OPT_SEVERITY] = { "severity", 0, "NAME", "of that severity" },
	[OPT_TEAM] = { "team", 0, "NAME", "of that team" },
	[OPT_ASSIGNEE] = { "assignee", 0, "NAME", "only of that owner" },
	[OPT_CUSTOMER] = { "customer", 0, "ID", "only of that customer" },
	[OPT_BREACHED] = { "breached", 0, NULL, "only with a breached clock" },
	[OPT_ORDER] = { "order", 0, "ORDER", "by due, key or updated" },
	[OPT_LIMIT] = { "limit", 'n', "N", "at most N of them" },
	[OPT_ALL] = { "all", 'a', NULL, "every page, not only the first" },
	[OPT_BY] = { "by", 0, "NAME", "who does it; default: $USER" },
	[OPT_TEXT] = { "text", 0, "TEXT", "what to say about it" },
	[OPT_FOR] = { "for", 0, "SPAN", "that long from now: 30m, 2h" },
	[OPT_UNTIL] = { "until", 0, "INSTANT",
	    "until then: 2026-01-05T09:00:00Z" },
	[OPT_MAP] = { "map", 'm', "MAP.yaml", "what the columns mean" },
	[OPT_OUTPUT] = { "output", 'o', "FILE",
	    "write there, not to standard output" },
	[OPT_FROM] = { "from", 0, "now|INSTANT",
	    "move the first event there, all others with it" },
	[OPT_BATCH] = { "batch", 0, "N", "at most N events a request" },
	[OPT_CONFIG] = { "config", 'c', "MATRIX", "go by that matrix" },
	[OPT_LINES] = { "batch", 0, NULL,
	    "answer questions from standard input, one a line" },
	[OPT_BEGIN] = { "from", 0, "WHEN", "from then on; default: now" },
	[OPT_END] = { "until", 0, "WHEN",
	    "until then: \"mon 09:00\", \"tomorrow\", 2026-12-01" },
	[OPT_COVER] = { "cover", 0, "PERSON", "who stands in meanwhile" },
	[OPT_WHY] = { "why", 0, "TEXT", "the reason, for who looks it up" },
	[OPT_INSTEAD_OF] = { "instead-of", 0, "PERSON",
	    "takes that one's place; default: everybody's" },
	[OPT_WITH_FROM] = { "with-from", 0, "WHEN",
	    "swap: when the other stretch begins" },
	[OPT_WITH_UNTIL] = { "with-until", 0, "WHEN",
	    "swap: when it ends; default: at its hand-off" },
	[OPT_CHAIN] = { "chain", 0, "NAME", "with that chain" },
	[OPT_TO_TEAM] = { "team", 0, "NAME", "hand it to that team" },
	[OPT_AT] = { "at", 0, "WHEN", "at that instant; default: now" },
	[OPT_WEEK] = { "week", 0, NULL, "the week from then on" },
	[OPT_CHANNEL] = { "channel", 0, "NAME", "by that channel" },
	[OPT_PERSON] = { "person", 0, "NAME", "to that person" },
	[OPT_DEAD] = { "dead", 0, NULL, "those that were refused for good" },
	[OPT_REASON] = { "reason", 0, "WORD",
	    "breach, warning, chain, reminder, resolved, ..." },
	[OPT_SAMPLE] = { "sample", 0, NULL, "about a made-up ticket" },
	[OPT_AGAINST] = { "against", 0, "MATRIX",
	    "and how that differs from this one" },
	[OPT_FROM_DB] = { "from-db", 0, NULL,
	    "the events of the daemon's database" },
	[OPT_DATABASE] = { "database", 0, "FILE",
	    "that one; default: as the matrix says" },
	[OPT_SINCE] = { "since", 0, "SPAN|WHEN", "from then on: 30d" },
	[OPT_REPORT] = { "report", 0, "html|json|text FILE",
	    "write the report there" },
	[OPT_REPORT_FILE] = { "", 0, NULL, "" },
	[OPT_ROWS] = { "rows", 0, NULL, "every change, in order of time" },
	[OPT_MISSED] = { "missed-when", 0, "FIELD=VALUE",
	    "that says a ticket missed its target" },
	[OPT_ZONE] = { "zone", 0, "ZONE", "show instants of that zone" },
	[OPT_JUNIT] = { "junit", 0, "FILE", "write JUnit XML there" },
	[OPT_TAP] = { "tap", 0, NULL, "print TAP" },
	[OPT_RECORD] = { "record", 0, "TICKET",
	    "write a scenario of what happened to it" },
	[OPT_PRINT] = { "print", 0, NULL,
	    "the scenario with what happens in fact" },
	[OPT_HOURS] = { "hours", 0, "N", "so far ahead; default: 8" },
	[OPT_PLAN] = { "plan", 0, NULL, "say what it would change" },
	[OPT_FORCE] = { "force", 0, NULL, "whatever it changes" },
	[OPT_SPEED] = { "speed", 0, "N", "waits are N times shorter" },
};

/* getopt_long's value of a long option without a letter. */
#define LONG_BASE 256

const struct command *command_find(struct command_table t, const char *name)
{
	for (size_t i = 0; i < t.count; i++) {
		if (strcmp(t.at[i].name, name) == 0)
			return &t.at[i];
	}
	return NULL;
}

void command_unknown(
    struct command_table t, const char *name, struct errtext *err)
{
	const char **names = calloc(t.count, sizeof *names);
	const char *near;

	CHECK(names != NULL);
	for (size_t i = 0; i < t.count; i++)
		names[i] = t.at[i].name;
	near = nearest_of(name, names, t.count);
	if (near != NULL)
		errtext_set(err,
		    "unknown subcommand \"%s\"; did you mean \"%s\"?", name,
		    near);
	else
		errtext_set(err,
		    "unknown subcommand \"%s\"; see slawatchctl help", name);
	free(names);
}

/* `given` is the argument as it stands: "--jsn", "--jsn=1". */
static void option_unknown(
    const char *given, uint64_t known, struct errtext *err)
{
	const char *names[OPT_COUNT];
	size_t count = 0;
	char name[64];
	struct textbuf tb;
	const char *near;

	for (int o = 0; o < OPT_COUNT; o++) {
		if (known & OPT_BIT(o))
			names[count++] = option_table[o].name;
	}
	textbuf_init_fixed(&tb, name, sizeof name);
	given += strspn(given, "-");
	textbuf_addn(&tb, given, strcspn(given, "="));
	near = nearest_of(name, names, count);
	if (near != NULL)
		errtext_set(err,
		    "unknown option \"--%s\"; did you mean \"--%s\"?", name,
		    near);
	else
		errtext_set(err, "unknown option \"--%s\"", name);
}

/* The option getopt_long's value stands for, or OPT_COUNT. */
static enum opt option_of(int value)
{
	if (value >= LONG_BASE && value < LONG_BASE + OPT_COUNT)
		return (enum opt)(value - LONG_BASE);
	for (int o = 0; o < OPT_COUNT; o++) {
		if (value != 0 && option_table[o].letter == value)
			return (enum opt)o;
	}
	return OPT_COUNT;
}

static void build_options(uint64_t known, bool stop_at_argument,
    struct option longs[OPT_COUNT + 1], char shorts[2 * OPT_COUNT + 3])
{
	size_t n = 0;

	*shorts++ = stop_at_argument ? '+' : '-';
	*shorts++ = ':';
	for (int o = 0; o < OPT_COUNT; o++) {
		const struct option_info *info = &option_table[o];

		if (!(known & OPT_BIT(o)))
			continue;
		longs[n].name = info->name;
		longs[n].has_arg = info->value != NULL;
		longs[n].flag = NULL;
		longs[n++].val = LONG_BASE + o;
		if (info->letter == 0)
			continue;
		*shorts++ = info->letter;
		if (info->value != NULL)
			*shorts++ = ':';
	}
	memset(&longs[n], 0, sizeof longs[n]);
	*shorts = '\0';
}

/* getopt_long has answered '?' or ':'; `given` is the argument it was at, if
 * that was a long option. */
static void explain_wrong(
    int answer, const char *given, uint64_t known, struct errtext *err)
{
	enum opt o = option_of(optopt);

	if (answer == ':')
		errtext_set(err, "option \"--%s\" needs %s",
		    option_table[o].name, option_table[o].value);
	else if (o != OPT_COUNT && (known & OPT_BIT(o)))
		errtext_set(err, "option \"--%s\" takes no value",
		    option_table[o].name);
	else if (optopt == 0)
		option_unknown(given, known, err);
	else
		errtext_set(err, "unknown option \"-%c\"", optopt);
}

/* --report takes two words, and getopt knows of one. */
static bool wants_report_file(const struct invocation *in)
{
	return in->value[OPT_REPORT] != NULL &&
	       in->value[OPT_REPORT_FILE] == NULL;
}

static void take_word(struct invocation *in, char *word)
{
	if (wants_report_file(in))
		in->value[OPT_REPORT_FILE] = word;
	else
		in->args[in->nargs++] = word;
}

/* The last of several counts; but a report that nobody writes would be missed
 * only later. */
static bool take_option(
    struct invocation *in, enum opt o, const char *value, struct errtext *err)
{
	if (o == OPT_REPORT && in->value[o] != NULL) {
		errtext_set(err,
		    "--report is given twice, and writes one report a run");
		return false;
	}
	in->value[o] = value != NULL ? value : "";
	return true;
}

/* Takes options off argv[from..]; bare words go to in->args in their order, or
 * end it where only the globals are wanted.  Index of what is next, or -1. */
static int take_options(int argc, char **argv, uint64_t known, bool stop,
    struct invocation *in, struct errtext *err)
{
	struct option longs[OPT_COUNT + 1];
	char shorts[2 * OPT_COUNT + 3];
	int answer;

	build_options(known, stop, longs, shorts);
	opterr = 0;
	optind = 0; /* glibc: begin anew, and read the first character */
	for (;;) {
		answer = getopt_long(argc, argv, shorts, longs, NULL);
		if (answer == -1)
			return optind;
		if (answer == 1) {
			take_word(in, optarg);
			continue;
		}
		if (answer == '?' || answer == ':') {
			explain_wrong(answer, argv[optind - 1], known, err);
			return -1;
		}
		if (!take_option(in, option_of(answer), optarg, err))
			return -1;
	}
}

static bool count_fits(const struct invocation *in, struct errtext *err)
{
	const struct command *c = in->command;

	if (wants_report_file(in)) {
		errtext_set(err,
		    "--report %s needs FILE, where it is written; - is "
		    "standard output",
		    in->value[OPT_REPORT]);
		return false;
	}
	if (in->nargs < c->least) {
		errtext_set(err, "%s needs %s", c->name, c->args);
		return false;
	}
	if (c->most >= 0 && in->nargs > c->most) {
		errtext_set(err, "%s takes no argument \"%s\"", c->name,
		    in->args[c->most]);
		return false;
	}
	return true;
}

bool args_parse(int argc, char **argv, struct command_table table,
    struct invocation *in, struct errtext *err)
{
	int at;

	*in = (struct invocation){ .table = table };
	at = take_options(argc, argv, OPTS_GLOBAL, true, in, err);
	if (at < 0)
		return false;
	if (in->value[OPT_VERSION] != NULL)
		return true;
	if (at >= argc) {
		errtext_set(err, "what to do? see slawatchctl help");
		return in->value[OPT_HELP] != NULL;
	}
	in->command = command_find(table, argv[at]);
	if (in->command == NULL) {
		command_unknown(table, argv[at], err);
		return false;
	}
	argc -= at;
	argv += at;	 /* argv[0] is the subcommand's name */
	in->args = argv; /* words move to the front, over what was read */
	at = take_options(
	    argc, argv, OPTS_GLOBAL | in->command->options, false, in, err);
	if (at < 0)
		return false;
	while (at < argc)
		take_word(in, argv[at++]);
	in->args[in->nargs] = NULL;
	return in->value[OPT_HELP] != NULL || count_fits(in, err);
}

bool args_int(const struct invocation *in, enum opt o, int least, int most,
    int fallback, int *out, struct errtext *err)
{
	const char *text = in->value[o];
	char *end;
	long value;

	*out = fallback;
	if (text == NULL)
		return true;
	value = strtol(text, &end, 10);
	if (end == text || *end != '\0' || value < least || value > most) {
		errtext_set(err, "--%s: \"%s\" is not a number from %d to %d",
		    option_table[o].name, text, least, most);
		return false;
	}
	*out = (int)value;
	return true;
}

char *args_joined(const struct invocation *in, int first)
{
	struct textbuf tb;

	textbuf_init(&tb);
	for (int i = first; i < in->nargs; i++)
		textbuf_addf(&tb, i > first ? " %s" : "%s", in->args[i]);
	return textbuf_take(&tb);
}
