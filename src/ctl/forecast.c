/* forecast.c - `slawatchctl forecast`: what comes if nobody does anything?
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "ctl/asking.h"
#include "ctl/pick.h"
#include "ctl/reload_plan.h"
#include "ctl/when.h"

#include <string.h>

#define HOURS_MAX  (31 * 24) /* the daemon's own limits */
#define LIMIT_MAX  1000
#define TOLD_SHOWN 4 /* names in a row */

/* --- the question --------------------------------------------------------- */

static int ask(struct asking *a)
{
	const struct invocation *in = a->in;
	struct textbuf path;
	struct errtext err;
	int hours, limit;
	int code;

	if (!args_int(in, OPT_HOURS, 1, HOURS_MAX, 8, &hours, &err) ||
	    !args_int(in, OPT_LIMIT, 1, LIMIT_MAX, 200, &limit, &err))
		return say_err(EXIT_USAGE, &err);
	textbuf_init(&path);
	textbuf_addf(&path, "/v1/forecast?hours=%d&limit=%d", hours, limit);
	live_query(&path, "team", in->value[OPT_TEAM]);
	live_query(&path, "person", in->value[OPT_PERSON]);
	code = asking_get(a, path.data);
	textbuf_fini(&path);
	return code;
}

/* --- the answer ----------------------------------------------------------- */

static void add_total(struct textbuf *text, const cJSON *totals,
    const char *member, const char *one, const char *more)
{
	int64_t n = pick_int(totals, member);

	if (n > 0)
		textbuf_addf(text, "%s%lld %s", text->len > 0 ? ", " : "",
		    (long long)n, n == 1 ? one : more);
}

static void show_totals(struct asking *a)
{
	const cJSON *totals = pick(a->tree, "totals");
	char when[WHEN_TEXT_MAX];
	struct textbuf text;

	when_both(pick_wall(a->tree, "until"), pick_wall(a->tree, "now"), when);
	asking_fact(a, "until", when, COLOUR_NONE);
	textbuf_init(&text);
	add_total(&text, totals, "warnings", "warning", "warnings");
	add_total(&text, totals, "breaches", "breach", "breaches");
	add_total(&text, totals, "steps", "step of a chain", "steps of chains");
	add_total(&text, totals, "exhausted", "chain at its end",
	    "chains at their end");
	add_total(&text, totals, "notices", "notice", "notices");
	if (text.len == 0)
		textbuf_add(&text, "nothing, if nobody does anything");
	asking_fact(a, "comes", text.data, COLOUR_BOLD);
	textbuf_clear(&text);
	add_total(&text, totals, "cut",
	    "ticket has more to come than was looked at",
	    "tickets have more to come than was looked at");
	asking_fact(a, "cut", text.data, COLOUR_YELLOW);
	textbuf_fini(&text);
}

static enum colour colour_of(const char *kind)
{
	if (strcmp(kind, "breach") == 0 || strcmp(kind, "exhausted") == 0)
		return COLOUR_RED;
	return strcmp(kind, "warning") == 0 ? COLOUR_YELLOW : COLOUR_NONE;
}

/* "dana via dm, mara via mail at 08:00" */
static void add_told(struct textbuf *out, const cJSON *list, struct wall now)
{
	const cJSON *told;
	int n = 0;

	cJSON_ArrayForEach(told, list)
	{
		const char *who = pick_text(told, "who");
		struct wall held = pick_wall(told, "held_until");
		char when[WHEN_TEXT_MAX];

		if (++n > TOLD_SHOWN)
			continue;
		textbuf_addf(out, "%s%s%s%s", n > 1 ? ", " : "", who,
		    who[0] != '\0' ? " via " : "", pick_text(told, "channel"));
		if (wall_is_never(held))
			continue;
		when_relative(held, now, when);
		textbuf_addf(out, " (held, goes %s)", when);
	}
	if (n > TOLD_SHOWN)
		textbuf_addf(out, ", %d more", n - TOLD_SHOWN);
}

static void show_row(struct table *t, const cJSON *row, struct wall now)
{
	struct wall at = pick_wall(row, "at");
	char when[WHEN_TEXT_MAX];
	struct textbuf told;

	when_local(at, when);
	table_cell(t, when, COLOUR_NONE);
	when_relative(at, now, when);
	table_cell(t, when, COLOUR_DIM);
	table_cell(t, pick_text(row, "ticket"), COLOUR_BOLD);
	table_cell(t, pick_text(row, "severity"), COLOUR_NONE);
	table_cell(
	    t, pick_text(row, "what"), colour_of(pick_text(row, "kind")));
	textbuf_init(&told);
	add_told(&told, pick(row, "told"), now);
	table_cell(t, told.data, COLOUR_NONE);
	textbuf_fini(&told);
}

static void show_rows(struct asking *a)
{
	static const struct table_column columns[] = { { "WHEN", 0, false },
		{ "IN", 0, false }, { "TICKET", 8, false }, { "SEV", 0, false },
		{ "WHAT", 16, false }, { "WHO", 12, false } };
	const cJSON *rows = pick(a->tree, "rows");
	int64_t all = pick_int(pick(a->tree, "totals"), "rows");
	struct wall now = pick_wall(a->tree, "now");
	const cJSON *row;
	struct textbuf text;
	struct table t;

	if (cJSON_GetArraySize(rows) == 0)
		return;
	textbuf_addc(&a->out, '\n');
	table_init(&t, columns, sizeof columns / sizeof *columns);
	cJSON_ArrayForEach(row, rows)
	{
		show_row(&t, row, now);
	}
	table_print(&t, a->screen, &a->out);
	table_fini(&t);
	if (cJSON_GetArraySize(rows) == all)
		return;
	textbuf_init(&text);
	textbuf_addf(&text, "the first %d of %lld; more with --limit",
	    cJSON_GetArraySize(rows), (long long)all);
	asking_line(a, text.data);
	textbuf_fini(&text);
}

int cmd_forecast(const struct invocation *in)
{
	struct asking a;
	int code = asking_begin(&a, in);

	if (code == EXIT_OK)
		code = ask(&a);
	if (code == EXIT_OK && !asking_print_json(&a)) {
		show_totals(&a);
		show_rows(&a);
		hearers_show(&a, "Who will hear", pick(a.tree, "people"));
	}
	asking_end(&a);
	return code;
}
