/* tickets.c - `slawatchctl tickets`: what is open, and what is due next.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "base/nearest.h"
#include "core/status.h"
#include "ctl/asking.h"
#include "ctl/cells.h"
#include "ctl/pick.h"
#include "ctl/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 50
#define LIMIT_MOST    1000 /* of one page; the daemon's own */

static const struct table_column columns[] = {
	{ "TICKET", 0, false },
	{ "SEV", 0, false },
	{ "STATUS", 0, false },
	{ "CUSTOMER", 8, false },
	{ "SUBJECT", 12, false },
	{ "CLOCK", 0, false },
	{ "DUE", 0, false },
	{ "STATE", 0, false },
	{ "CHAIN", 8, false },
};

/* The word is one of `names`, or the nearest is named. */
static bool known_word(enum opt o, const char *word, const char *const names[],
    size_t count, struct errtext *err)
{
	const char *near;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(word, names[i]) == 0)
			return true;
	}
	near = nearest_of(word, names, count);
	errtext_set(err, "--%s: unknown \"%s\"; %s%s%s", option_table[o].name,
	    word, near ? "did you mean \"" : "it is ",
	    near ? near : option_table[o].sentence, near ? "\"?" : "");
	return false;
}

static bool words_known(const struct invocation *in, struct errtext *err)
{
	static const char *const orders[] = { "due", "key", "updated" };
	const char *statuses[STATUS_COUNT + 2];
	const char *status = in->value[OPT_STATUS];
	const char *order = in->value[OPT_ORDER];

	for (int i = 0; i < STATUS_COUNT; i++)
		statuses[i] = status_name((enum status)i);
	statuses[STATUS_COUNT] = "unsolved";
	statuses[STATUS_COUNT + 1] = "all";
	if (status != NULL &&
	    !known_word(OPT_STATUS, status, statuses, STATUS_COUNT + 2, err))
		return false;
	return order == NULL || known_word(OPT_ORDER, order, orders, 3, err);
}

/* The list's path but for `after`.  False: a word of it is wrong. */
static bool build_path(
    const struct invocation *in, struct textbuf *path, struct errtext *err)
{
	static const enum opt filters[] = { OPT_STATUS, OPT_SEVERITY, OPT_TEAM,
		OPT_ASSIGNEE, OPT_CUSTOMER, OPT_ORDER };
	bool all = in->value[OPT_ALL] != NULL;
	char *text = args_joined(in, 0);
	char number[16];
	int limit;

	textbuf_add(path, "/v1/tickets");
	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
		live_query(
		    path, option_table[filters[i]].name, in->value[filters[i]]);
	if (in->value[OPT_BREACHED] != NULL)
		live_query(path, "breached", "true");
	live_query(path, "q", text[0] != '\0' ? text : NULL);
	free(text);
	if (all && in->value[OPT_LIMIT] != NULL) {
		errtext_set(err, "--all and --limit exclude each other");
		return false;
	}
	if (!args_int(in, OPT_LIMIT, 1, LIMIT_MOST,
		all ? LIMIT_MOST : LIMIT_DEFAULT, &limit, err))
		return false;
	snprintf(number, sizeof number, "%d", limit);
	live_query(path, "limit", number);
	return words_known(in, err);
}

static void add_row(struct table *t, const cJSON *ticket, struct wall now)
{
	const cJSON *clock = cell_next_clock(ticket);
	const cJSON *chain = cell_live_chain(ticket);
	enum colour colour = cell_clock_colour(clock, now);
	char due[WHEN_TEXT_MAX];
	struct textbuf text;

	textbuf_init(&text);
	table_cell(t, pick_text(ticket, "key"), COLOUR_NONE);
	table_cell(t, pick_text(ticket, "severity"), COLOUR_NONE);
	table_cell(t, pick_text(ticket, "status"), COLOUR_NONE);
	cell_customer(ticket, &text);
	table_cell(t, text.data, COLOUR_NONE);
	table_cell(t, pick_text(ticket, "subject"), COLOUR_NONE);
	table_cell(t, pick_text(clock, "clock"), COLOUR_NONE);
	when_relative(pick_wall(clock, "due"), now, due);
	table_cell(t, due, colour);
	textbuf_clear(&text);
	cell_clock_state(clock, &text);
	table_cell(t, text.data, colour);
	textbuf_clear(&text);
	cell_chain(chain, &text);
	table_cell(t, text.data, cell_chain_colour(chain));
	textbuf_fini(&text);
}

/* One page into the table, or as it came.  *next is what to ask `after` for
 * the following one, "" if there is none; the caller's. */
static int take_page(struct asking *a, const char *path, struct table *t,
    struct wall now, struct textbuf *next)
{
	const cJSON *ticket;
	int code = asking_get(a, path);

	textbuf_clear(next);
	if (code != EXIT_OK)
		return code;
	textbuf_add(next, pick_text(a->tree, "next"));
	if (asking_print_json(a))
		return EXIT_OK;
	cJSON_ArrayForEach(ticket, pick(a->tree, "tickets"))
	    add_row(t, ticket, now);
	return EXIT_OK;
}

static int take_pages(
    struct asking *a, const char *path, struct table *t, struct wall now)
{
	bool all = a->in->value[OPT_ALL] != NULL;
	struct textbuf next, page;
	int code;

	textbuf_init(&next);
	textbuf_init(&page);
	do {
		textbuf_clear(&page);
		textbuf_add(&page, path);
		live_query(&page, "after", next.len > 0 ? next.data : NULL);
		code = take_page(a, page.data, t, now, &next);
	} while (code == EXIT_OK && all && next.len > 0);
	if (code == EXIT_OK && next.len > 0 && a->in->value[OPT_JSON] == NULL)
		say(EXIT_OK, "there are more; --all shows every one");
	textbuf_fini(&next);
	textbuf_fini(&page);
	return code;
}

static int list(struct asking *a, const char *path)
{
	bool json = a->in->value[OPT_JSON] != NULL;
	struct wall now = WALL_NEVER;
	struct table t;
	int code = json ? EXIT_OK : asking_now(a, &now);

	if (code != EXIT_OK)
		return code;
	table_init(&t, columns, sizeof columns / sizeof *columns);
	code = take_pages(a, path, &t, now);
	if (code == EXIT_OK && !json && t.ncells == 0)
		textbuf_add(&a->out, "no tickets\n");
	else if (code == EXIT_OK && !json)
		table_print(&t, a->screen, &a->out);
	table_fini(&t);
	return code;
}

int cmd_tickets(const struct invocation *in)
{
	struct asking a;
	struct textbuf path;
	struct errtext err;
	int code = asking_begin(&a, in);

	textbuf_init(&path);
	if (code == EXIT_OK && !build_path(in, &path, &err))
		code = say_err(EXIT_USAGE, &err);
	if (code == EXIT_OK)
		code = list(&a, path.data);
	textbuf_fini(&path);
	asking_end(&a);
	return code;
}
