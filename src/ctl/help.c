/* help.c - what the tables of args.h say, for people.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "ctl/asking.h"
#include "ctl/wrap.h"

#include <stdio.h>
#include <string.h>

#define OPTION_TEXT_MAX 64

#define HELP_COLUMNS 80

/* Where the sentences begin, unless an option needs more. */
#define OPTION_COLUMNS 28

static int option_text(const struct option_info *o, char text[OPTION_TEXT_MAX])
{
	size_t len;

	if (o->letter != 0)
		snprintf(
		    text, OPTION_TEXT_MAX, "  -%c, --%s", o->letter, o->name);
	else
		snprintf(text, OPTION_TEXT_MAX, "      --%s", o->name);
	len = strlen(text);
	if (o->value != NULL)
		snprintf(text + len, OPTION_TEXT_MAX - len, " %s", o->value);
	return (int)strlen(text);
}

static void print_options(uint64_t options)
{
	const struct screen page = { .columns = HELP_COLUMNS };
	char text[OPTION_TEXT_MAX];
	int columns = OPTION_COLUMNS;
	struct textbuf head, out;

	for (int o = 0; o < OPT_COUNT; o++) {
		if (!(options & OPT_BIT(o)))
			continue;
		if (option_text(&option_table[o], text) > columns)
			columns = option_text(&option_table[o], text);
	}
	textbuf_init(&head);
	textbuf_init(&out);
	for (int o = 0; o < OPT_COUNT; o++) {
		if (!(options & OPT_BIT(o)))
			continue;
		option_text(&option_table[o], text);
		textbuf_clear(&head);
		wrap_pad(&head, text, (size_t)columns + 1);
		wrap_line(&out, page, head.data, option_table[o].sentence);
	}
	fwrite(out.data, 1, out.len, stdout);
	textbuf_fini(&out);
	textbuf_fini(&head);
}

static int help_all(struct command_table t)
{
	printf("usage: slawatchctl [-s PATH|URL] SUBCOMMAND [OPTION...] "
	       "[ARGUMENT...]\n\n");
	for (size_t i = 0; i < t.count; i++)
		printf("  %-11s %-19s %s\n", t.at[i].name, t.at[i].args,
		    t.at[i].sentence);
	printf("\n");
	print_options(OPTS_GLOBAL);
	printf("\nslawatchctl help SUBCOMMAND shows its options; "
	       "slawatchctl(1) has it all.\n");
	return EXIT_OK;
}

static int help_one(const struct command *c)
{
	printf("usage: slawatchctl %s%s%s%s\n\n%s\n\n", c->name,
	    c->options != 0 ? " [OPTION...]" : "",
	    c->args[0] != '\0' ? " " : "", c->args, c->sentence);
	print_options(c->options | OPTS_GLOBAL);
	return EXIT_OK;
}

/* `help`, `help show`, `show --help` and `--help`. */
int cmd_help(const struct invocation *in)
{
	const struct command *c = in->command;
	struct errtext err;

	if (c != NULL && c->run == cmd_help)
		c = NULL;
	if (c == NULL && in->nargs > 0) {
		c = command_find(in->table, in->args[0]);
		if (c == NULL) {
			command_unknown(in->table, in->args[0], &err);
			return say_err(EXIT_USAGE, &err);
		}
	}
	return c != NULL ? help_one(c) : help_all(in->table);
}
