/* show.c - `slawatchctl show`: one ticket, its clocks, chains and notices.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "ctl/asking.h"
#include "ctl/cells.h"
#include "ctl/pick.h"
#include "ctl/when.h"

#include <string.h>

static void add_named(struct textbuf *out, const char *name, const char *value)
{
	if (value[0] != '\0')
		textbuf_addf(
		    out, "%s%s %s", out->len > 0 ? ", " : "", name, value);
}

static void show_customer(struct asking *a, const cJSON *ticket)
{
	const cJSON *customer = pick(ticket, "customer");
	const char *id = pick_text(customer, "id");
	const cJSON *value = pick(customer, "value");
	char *number =
	    cJSON_IsNumber(value) ? cJSON_PrintUnformatted(value) : NULL;
	struct textbuf text;

	textbuf_init(&text);
	cell_customer(ticket, &text);
	if (id[0] != '\0' && strcmp(text.data, id) != 0)
		textbuf_addf(&text, " (%s)", id);
	add_named(&text, "tier", pick_text(customer, "tier"));
	add_named(&text, "value",
	    number != NULL ? number : pick_text(customer, "value"));
	add_named(&text, "renewal", pick_text(customer, "renewal"));
	asking_fact(a, "customer", text.data, COLOUR_NONE);
	cJSON_free(number);
	textbuf_fini(&text);
}

static void show_tags(struct asking *a, const cJSON *ticket)
{
	const cJSON *tag;
	struct textbuf text;

	textbuf_init(&text);
	cJSON_ArrayForEach(tag, pick(ticket, "tags"))
	{
		if (cJSON_IsString(tag))
			textbuf_addf(&text, "%s%s", text.len > 0 ? ", " : "",
			    tag->valuestring);
	}
	asking_fact(a, "tags", text.data, COLOUR_NONE);
	textbuf_fini(&text);
}

/* By another than the one in force it counts, warns and tells by that one. */
static void show_matrix(struct asking *a, const cJSON *ticket)
{
	const cJSON *matrix = pick(ticket, "matrix");
	struct textbuf text;

	if (!cJSON_IsObject(matrix))
		return;
	textbuf_init(&text);
	textbuf_addf(&text, "%s, %s", pick_text(matrix, "revision"),
	    pick_true(matrix, "in_force") ? "the one in force"
					  : "not the one in force");
	asking_fact(a, "matrix", text.data, COLOUR_NONE);
	textbuf_fini(&text);
}

static void show_facts(struct asking *a, const cJSON *ticket, struct wall now)
{
	static const char *const plain[] = { "severity", "status", "category",
		"channel", "team", "assignee", "url", "policy" };

	asking_fact(a, "ticket", pick_text(ticket, "key"), COLOUR_BOLD);
	asking_fact(a, "subject", pick_text(ticket, "subject"), COLOUR_BOLD);
	show_customer(a, ticket);
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		asking_fact(
		    a, plain[i], pick_text(ticket, plain[i]), COLOUR_NONE);
	show_matrix(a, ticket);
	show_tags(a, ticket);
	asking_fact_when(a, "created", ticket, "created", now);
	asking_fact_when(a, "updated", ticket, "updated", now);
	asking_fact_when(a, "next due", ticket, "next_due", now);
}

/* Prints a table below a blank line, unless it has no rows. */
static void show_table(struct asking *a, struct table *t)
{
	if (t->ncells > 0) {
		textbuf_addc(&a->out, '\n');
		table_print(t, a->screen, &a->out);
	}
	table_fini(t);
}

static void cell_span(struct table *t, const cJSON *object, const char *name)
{
	char text[SPAN_TEXT_MAX];

	span_format(pick_int(object, name) * SECOND_MS, text);
	table_cell(
	    t, cJSON_IsNumber(pick(object, name)) ? text : "", COLOUR_NONE);
}

static void cell_when(struct table *t, const cJSON *object, const char *name,
    struct wall now, enum colour colour)
{
	char absolute[WHEN_TEXT_MAX], relative[WHEN_TEXT_MAX];
	struct wall at = pick_wall(object, name);
	struct textbuf text;

	textbuf_init(&text);
	when_local(at, absolute);
	when_relative(at, now, relative);
	if (!wall_is_never(at))
		textbuf_addf(&text, "%s (%s)", absolute, relative);
	table_cell(t, text.data, colour);
	textbuf_fini(&text);
}

static void cell_number(struct table *t, int64_t number)
{
	char digits[24];
	struct textbuf text;

	textbuf_init_fixed(&text, digits, sizeof digits);
	textbuf_addf(&text, "%lld", (long long)number);
	table_cell(t, digits, COLOUR_NONE);
}

static void show_clocks(struct asking *a, const cJSON *ticket, struct wall now)
{
	static const struct table_column columns[] = {
		{ "CLOCK", 0, false },
		{ "#", 0, true },
		{ "STATE", 0, false },
		{ "DUE", 0, false },
		{ "ELAPSED", 0, true },
		{ "TARGET", 0, true },
		{ "CALENDAR", 8, false },
		{ "STARTED", 12, false },
	};
	const cJSON *clock;
	struct textbuf state;
	struct table t;

	table_init(&t, columns, sizeof columns / sizeof *columns);
	textbuf_init(&state);
	cJSON_ArrayForEach(clock, pick(ticket, "clocks"))
	{
		enum colour colour = cell_clock_colour(clock, now);

		table_cell(&t, pick_text(clock, "clock"), COLOUR_NONE);
		cell_number(&t, pick_int(clock, "cycle"));
		textbuf_clear(&state);
		cell_clock_state(clock, &state);
		table_cell(&t, state.data, colour);
		cell_when(&t, clock, "due", now, colour);
		cell_span(&t, clock, "elapsed_s");
		cell_span(&t, clock, "target_s");
		table_cell(&t, pick_text(clock, "calendar"), COLOUR_NONE);
		cell_when(&t, clock, "started", now, COLOUR_NONE);
	}
	textbuf_fini(&state);
	show_table(a, &t);
}

static void show_chains(struct asking *a, const cJSON *ticket, struct wall now)
{
	static const struct table_column columns[] = {
		{ "CHAIN", 0, false },
		{ "STATE", 0, false },
		{ "CAUSE", 0, false },
		{ "CLOCK", 0, false },
		{ "NEXT", 12, false },
		{ "ACKED BY", 8, false },
		{ "STARTED", 12, false },
	};
	const cJSON *chain;
	struct textbuf text;
	struct table t;

	table_init(&t, columns, sizeof columns / sizeof *columns);
	textbuf_init(&text);
	cJSON_ArrayForEach(chain, pick(ticket, "chains"))
	{
		textbuf_clear(&text);
		cell_chain(chain, &text);
		table_cell(&t, text.data, COLOUR_NONE);
		table_cell(
		    &t, pick_text(chain, "state"), cell_chain_colour(chain));
		table_cell(&t, pick_text(chain, "cause"), COLOUR_NONE);
		table_cell(&t, pick_text(chain, "clock"), COLOUR_NONE);
		cell_when(&t, chain, "next", now, COLOUR_NONE);
		table_cell(&t, pick_text(chain, "acked_by"), COLOUR_NONE);
		cell_when(&t, chain, "started", now, COLOUR_NONE);
	}
	textbuf_fini(&text);
	show_table(a, &t);
}

static enum colour notice_colour(const char *state)
{
	if (strcmp(state, "dead") == 0)
		return COLOUR_RED;
	return strcmp(state, "pending") == 0 ? COLOUR_YELLOW : COLOUR_NONE;
}

static void show_notices(struct asking *a, const cJSON *ticket, struct wall now)
{
	static const struct table_column columns[] = {
		{ "NOTICE", 0, true },
		{ "REASON", 0, false },
		{ "CLOCK", 0, false },
		{ "WHO", 8, false },
		{ "CHANNEL", 8, false },
		{ "STATE", 0, false },
		{ "FAILED", 0, true },
		{ "AT", 12, false },
	};
	const cJSON *notice;
	struct table t;

	table_init(&t, columns, sizeof columns / sizeof *columns);
	cJSON_ArrayForEach(notice, pick(ticket, "notices"))
	{
		const char *state = pick_text(notice, "state");

		cell_number(&t, pick_int(notice, "id"));
		table_cell(&t, pick_text(notice, "reason"), COLOUR_NONE);
		table_cell(&t, pick_text(notice, "clock"), COLOUR_NONE);
		table_cell(&t, pick_text(notice, "who"), COLOUR_NONE);
		table_cell(&t, pick_text(notice, "channel"), COLOUR_NONE);
		table_cell(&t, state, notice_colour(state));
		cell_number(&t, pick_int(notice, "attempts"));
		cell_when(&t, notice, "at", now, COLOUR_NONE);
	}
	show_table(a, &t);
}

static void show(struct asking *a, struct wall now)
{
	const cJSON *ticket = pick(a->tree, "ticket");

	ticket = ticket != NULL ? ticket : a->tree;
	show_facts(a, ticket, now);
	show_clocks(a, ticket, now);
	show_chains(a, ticket, now);
	show_notices(a, ticket, now);
}

int cmd_show(const struct invocation *in)
{
	struct wall now = WALL_NEVER;
	struct asking a;
	int code = asking_begin(&a, in);

	if (code == EXIT_OK && in->value[OPT_JSON] == NULL)
		code = asking_now(&a, &now);
	if (code == EXIT_OK)
		code = asking_ticket(&a, "GET", in->args[0], "", NULL);
	if (code == EXIT_OK && !asking_print_json(&a))
		show(&a, now);
	asking_end(&a);
	return code;
}
