/* test_ctl_args.c - what was asked for on the command line, and what was meant?
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/args.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static int run_nothing(const struct invocation *in)
{
	return in->nargs;
}

static const struct command commands[] = {
	{ "tickets", "[TEXT]", "", OPT_BIT(OPT_JSON) | OPT_BIT(OPT_LIMIT), 0,
	    -1, run_nothing },
	{ "show", "TICKET", "", OPT_BIT(OPT_JSON), 1, 1, run_nothing },
	{ "note", "TICKET TEXT", "", OPT_BIT(OPT_BY), 2, -1, run_nothing },
	{ "snooze", "TICKET", "", OPT_BIT(OPT_UNTIL), 1, 1, run_nothing },
	{ "simulate", "EVENTS", "", OPT_BIT(OPT_REPORT) | OPT_BIT(OPT_JSON), 0,
	    -1, run_nothing },
	{ "away", "PERSON", "", OPT_BIT(OPT_END) | OPT_BIT(OPT_WEEK), 1, 1,
	    run_nothing },
};

static const struct command_table table = { commands,
	sizeof commands / sizeof *commands };

static char *words[16];

/* The line's words as main() would get them, getopt free to move them. */
static bool parse(const char *line, struct invocation *in, struct errtext *err)
{
	static char copy[256];
	char *save = NULL;
	int argc = 0;

	ck_assert_uint_lt(strlen(line), sizeof copy);
	strcpy(copy, line);
	for (char *word = strtok_r(copy, " ", &save); word != NULL;
	     word = strtok_r(NULL, " ", &save))
		words[argc++] = word;
	words[argc] = NULL;
	err->text[0] = '\0';
	return args_parse(argc, words, table, in, err);
}

struct good_case {
	const char *line;
	const char *command;
	const char *args; /* joined */
	enum opt option;
	const char *value; /* of that option; NULL: not given */
};

static const struct good_case goods[] = {
	{ "ctl tickets", "tickets", "", OPT_JSON, NULL },
	{ "ctl tickets a b", "tickets", "a b", OPT_JSON, NULL },
	{ "ctl tickets --json a", "tickets", "a", OPT_JSON, "" },
	{ "ctl tickets a --json b", "tickets", "a b", OPT_JSON, "" },
	{ "ctl tickets a -n 5 b", "tickets", "a b", OPT_LIMIT, "5" },
	{ "ctl tickets -jn5 a", "tickets", "a", OPT_LIMIT, "5" },
	{ "ctl tickets a --limit=7", "tickets", "a", OPT_LIMIT, "7" },
	{ "ctl tickets --lim 7 a", "tickets", "a", OPT_LIMIT, "7" },
	{ "ctl tickets -n 1 -n 2", "tickets", "", OPT_LIMIT, "2" },
	{ "ctl -s x tickets a", "tickets", "a", OPT_SOCKET, "x" },
	{ "ctl tickets a -s x", "tickets", "a", OPT_SOCKET, "x" },
	{ "ctl -s x tickets -s y", "tickets", "", OPT_SOCKET, "y" },
	{ "ctl --token-file f show k", "show", "k", OPT_TOKEN_FILE, "f" },
	{ "ctl tickets -- --json -n", "tickets", "--json -n", OPT_JSON, NULL },
	{ "ctl note k -- -x", "note", "k -x", OPT_BY, NULL },
	{ "ctl note k - x", "note", "k - x", OPT_BY, NULL },
	{ "ctl show --help", "show", "", OPT_HELP, "" },
};

START_TEST(test_good)
{
	const struct good_case *c = &goods[_i];
	struct invocation in;
	struct errtext err;
	char *joined;

	ck_assert_msg(parse(c->line, &in, &err), "%s: %s", c->line, err.text);
	ck_assert_str_eq(in.command->name, c->command);
	joined = args_joined(&in, 0);
	ck_assert_str_eq(joined, c->args);
	free(joined);
	ck_assert_ptr_null(in.args[in.nargs]);
	if (c->value == NULL)
		ck_assert_ptr_null(in.value[c->option]);
	else
		ck_assert_str_eq(in.value[c->option], c->value);
}
END_TEST

struct bad_case {
	const char *line;
	const char *expected;
};

static const struct bad_case bads[] = {
	{ "ctl", "what to do? see slawatchctl help" },
	{ "ctl tikets",
	    "unknown subcommand \"tikets\"; did you mean \"tickets\"?" },
	{ "ctl frobnicate",
	    "unknown subcommand \"frobnicate\"; see slawatchctl help" },
	{ "ctl show", "show needs TICKET" },
	{ "ctl show a b", "show takes no argument \"b\"" },
	{ "ctl note a", "note needs TICKET TEXT" },
	{ "ctl show a --jsno",
	    "unknown option \"--jsno\"; did you mean \"--json\"?" },
	{ "ctl show a --jsno=1",
	    "unknown option \"--jsno\"; did you mean \"--json\"?" },
	{ "ctl show a --wherever", "unknown option \"--wherever\"" },
	/* Another subcommand's option is not this one's. */
	{ "ctl show a --limit 3", "unknown option \"--limit\"" },
	{ "ctl show a -n 3", "unknown option \"-n\"" },
	{ "ctl show -jx a", "unknown option \"-x\"" },
	{ "ctl show --json -xj a", "unknown option \"-x\"" },
	{ "ctl show a --json=1", "option \"--json\" takes no value" },
	{ "ctl tickets -n", "option \"--limit\" needs N" },
	{ "ctl tickets --limit", "option \"--limit\" needs N" },
	{ "ctl --socket", "option \"--socket\" needs PATH|URL" },
	{ "ctl --json show a", "unknown option \"--json\"" },
	{ "ctl simulate --report",
	    "option \"--report\" needs html|json|text FILE" },
	{ "ctl simulate --report html",
	    "--report html needs FILE, where it is written; - is standard "
	    "output" },
	{ "ctl simulate e --report json --json",
	    "--report json needs FILE, where it is written; - is standard "
	    "output" },
	{ "ctl simulate --report html a --report json b e",
	    "--report is given twice, and writes one report a run" },
	{ "ctl tickets --report html a", "unknown option \"--report\"" },
};

START_TEST(test_bad)
{
	const struct bad_case *c = &bads[_i];
	struct invocation in;
	struct errtext err;

	ck_assert(!parse(c->line, &in, &err));
	ck_assert_str_eq(err.text, c->expected);
}
END_TEST

START_TEST(test_help_alone)
{
	struct invocation in;
	struct errtext err;

	ck_assert(parse("ctl --help", &in, &err));
	ck_assert_ptr_null(in.command);
	ck_assert_ptr_nonnull(in.value[OPT_HELP]);
	ck_assert(parse("ctl -V", &in, &err));
	ck_assert_ptr_nonnull(in.value[OPT_VERSION]);
}
END_TEST

START_TEST(test_numbers)
{
	static const char *const wrong[] = { "ctl tickets -n 0",
		"ctl tickets -n 11", "ctl tickets -n 3x", "ctl tickets -n x",
		"ctl tickets -n 99999999999999999999", "ctl tickets -n -1" };
	struct invocation in;
	struct errtext err;
	int n;

	ck_assert(parse("ctl tickets", &in, &err));
	ck_assert(args_int(&in, OPT_LIMIT, 1, 10, 5, &n, &err) && n == 5);
	ck_assert(parse("ctl tickets -n 10", &in, &err));
	ck_assert(args_int(&in, OPT_LIMIT, 1, 10, 5, &n, &err) && n == 10);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		ck_assert(parse(wrong[i], &in, &err));
		ck_assert(!args_int(&in, OPT_LIMIT, 1, 10, 5, &n, &err));
		ck_assert_ptr_nonnull(strstr(err.text, "1 to 10"));
	}
}
END_TEST

/* The table of options is sound: names, letters and sentences are there, and
 * no letter twice.  A name may stand there twice: it means something else to
 * another subcommand, and tests/system/ctl.py sees that none takes both. */
START_TEST(test_option_table)
{
	for (int i = 0; i < OPT_COUNT; i++) {
		const struct option_info *a = &option_table[i];

		ck_assert_ptr_nonnull(a->name);
		ck_assert_ptr_nonnull(a->sentence);
		for (int k = 0; k < i; k++) {
			const struct option_info *b = &option_table[k];

			ck_assert(a->letter == 0 || a->letter != b->letter);
		}
	}
	ck_assert_int_le(OPT_COUNT, 64); /* OPT_BIT() */
}
END_TEST

/* Two options of a name: which it is depends on the subcommand. */
START_TEST(test_same_name)
{
	struct invocation in;
	struct errtext err;

	ck_assert(parse("ctl away dana --until mon", &in, &err));
	ck_assert_str_eq(in.value[OPT_END], "mon");
	ck_assert_ptr_null(in.value[OPT_UNTIL]);
	ck_assert(parse("ctl snooze k --until then", &in, &err));
	ck_assert_str_eq(in.value[OPT_UNTIL], "then");
	ck_assert_ptr_null(in.value[OPT_END]);
	/* Beyond the 32nd, too. */
	ck_assert(parse("ctl away dana --week", &in, &err));
	ck_assert_ptr_nonnull(in.value[OPT_WEEK]);
	ck_assert(!parse("ctl snooze k --week", &in, &err));
}
END_TEST

struct report_case {
	const char *line;
	const char *format;
	const char *file;
	const char *args;
};

static const struct report_case reports[] = {
	{ "ctl simulate a b", NULL, NULL, "a b" },
	{ "ctl simulate --report html f a b", "html", "f", "a b" },
	{ "ctl simulate a --report html f b", "html", "f", "a b" },
	{ "ctl simulate a b --report=json f", "json", "f", "a b" },
	{ "ctl simulate a --report html - b -", "html", "-", "a b -" },
	{ "ctl simulate a --report html --json f b", "html", "f", "a b" },
	{ "ctl simulate a --report html -- f -b", "html", "f", "a -b" },
};

/* Of two words the second is no argument. */
START_TEST(test_report)
{
	const struct report_case *c = &reports[_i];
	struct invocation in;
	struct errtext err;
	char *joined;

	ck_assert_msg(parse(c->line, &in, &err), "%s: %s", c->line, err.text);
	joined = args_joined(&in, 0);
	ck_assert_str_eq(joined, c->args);
	free(joined);
	ck_assert_pstr_eq(in.value[OPT_REPORT], c->format);
	ck_assert_pstr_eq(in.value[OPT_REPORT_FILE], c->file);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("ctl_args");
	TCase *tc = tcase_create("args");

	tcase_add_loop_test(
	    tc, test_good, 0, (int)(sizeof goods / sizeof *goods));
	tcase_add_loop_test(tc, test_bad, 0, (int)(sizeof bads / sizeof *bads));
	tcase_add_test(tc, test_help_alone);
	tcase_add_test(tc, test_numbers);
	tcase_add_test(tc, test_option_table);
	tcase_add_test(tc, test_same_name);
	tcase_add_loop_test(
	    tc, test_report, 0, (int)(sizeof reports / sizeof *reports));
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
