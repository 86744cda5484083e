/* people.c - `slawatchctl people`: who is there, who is not, who is on call.
 * `people check` is in reach.c.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "ctl/asking.h"
#include "ctl/pick.h"
#include "ctl/when.h"

#include <string.h>

static const struct table_column columns[] = {
	{ "PERSON", 0, false },
	{ "NAME", 8, false },
	{ "STATE", 16, false },
	{ "ON CALL", 8, false },
	{ "ROLES", 8, false },
	{ "TEAMS", 8, false },
	{ "ZONE", 0, false },
};

/* "a, b" of a list of texts. */
static void add_list(const cJSON *list, struct textbuf *out)
{
	const cJSON *item;
	size_t start = out->len;

	cJSON_ArrayForEach(item, list)
	{
		if (cJSON_IsString(item))
			textbuf_addf(out, "%s%s", out->len > start ? ", " : "",
			    item->valuestring);
	}
}

/* "away, back in 2d 4h, eli covers", "on duty", "quiet hours", "off hours". */
static enum colour add_state(
    const cJSON *person, struct wall now, struct textbuf *out)
{
	const cJSON *away = pick(person, "away");
	const char *cover = pick_text(person, "covered_by");
	char text[WHEN_TEXT_MAX];

	if (away != NULL) {
		when_relative(pick_wall(away, "until"), now, text);
		textbuf_add(out, "away");
		if (text[0] != '\0')
			textbuf_addf(out, ", back %s", text);
		textbuf_addf(
		    out, ", %s covers", cover[0] != '\0' ? cover : "nobody");
		return cover[0] != '\0' ? COLOUR_YELLOW : COLOUR_RED;
	}
	if (pick_true(person, "on_duty")) {
		textbuf_add(out, "on duty");
		return COLOUR_GREEN;
	}
	textbuf_add(out, pick_true(pick(person, "quiet"), "now") ? "quiet hours"
								 : "off hours");
	return COLOUR_DIM;
}

static void list_cell(struct table *t, const cJSON *list)
{
	struct textbuf text;

	textbuf_init(&text);
	add_list(list, &text);
	table_cell(t, text.data, COLOUR_NONE);
	textbuf_fini(&text);
}

static void add_row(struct table *t, const cJSON *person, struct wall now)
{
	struct textbuf state;
	enum colour colour;

	textbuf_init(&state);
	table_cell(t, pick_text(person, "person"), COLOUR_NONE);
	table_cell(t, pick_text(person, "name"), COLOUR_NONE);
	colour = add_state(person, now, &state);
	table_cell(t, state.data, colour);
	textbuf_fini(&state);
	list_cell(t, pick(person, "oncall"));
	list_cell(t, pick(person, "roles"));
	list_cell(t, pick(person, "teams"));
	table_cell(t, pick_text(person, "zone"), COLOUR_NONE);
}

static void show_people(struct asking *a)
{
	struct wall now = pick_wall(a->tree, "now");
	const cJSON *people = pick(a->tree, "people");
	const cJSON *person;
	struct table t;

	table_init(&t, columns, sizeof columns / sizeof *columns);
	cJSON_ArrayForEach(person, people) add_row(&t, person, now);
	if (cJSON_GetArraySize(people) > 0)
		table_print(&t, a->screen, &a->out);
	else
		asking_line(a, "the matrix names nobody");
	table_fini(&t);
}

/* --- one ----------------------------------------------------------------- */

static void fact_list(struct asking *a, const char *name, const cJSON *list)
{
	struct textbuf text;

	textbuf_init(&text);
	add_list(list, &text);
	asking_fact(a, name, text.data, COLOUR_NONE);
	textbuf_fini(&text);
}

static void fact_quiet(struct asking *a, const cJSON *quiet)
{
	struct textbuf text;

	if (quiet == NULL)
		return;
	textbuf_init(&text);
	textbuf_add(&text, pick_text(quiet, "hours"));
	if (cJSON_GetArraySize(pick(quiet, "unless")) > 0) {
		textbuf_add(&text, ", unless ");
		add_list(pick(quiet, "unless"), &text);
	}
	if (pick_true(quiet, "now"))
		textbuf_add(&text, "; now");
	asking_fact(a, "quiet", text.data, COLOUR_NONE);
	textbuf_fini(&text);
}

/* "P1: pager; any: support, mail". */
static void fact_channels(struct asking *a, const cJSON *channels)
{
	const cJSON *way;
	struct textbuf text;

	textbuf_init(&text);
	cJSON_ArrayForEach(way, channels)
	{
		textbuf_addf(
		    &text, "%s%s: ", text.len > 0 ? "; " : "", way->string);
		if (cJSON_GetArraySize(way) == 0)
			textbuf_add(&text, "none");
		add_list(way, &text);
	}
	asking_fact(a, "channels", text.data, COLOUR_NONE);
	textbuf_fini(&text);
}

/* "own" and "10 in 15m", where the matrix says so. */
static void fact_spared(struct asking *a, const cJSON *person)
{
	const cJSON *limit = pick(person, "limit");
	char per[SPAN_TEXT_MAX];
	struct textbuf text;

	asking_fact(a, "sees", pick_text(person, "sees"), COLOUR_NONE);
	if (limit == NULL)
		return;
	span_exact(1000 * pick_int(limit, "per_s"), per);
	textbuf_init(&text);
	textbuf_addf(
	    &text, "%lld in %s", (long long)pick_int(limit, "count"), per);
	asking_fact(a, "limit", text.data, COLOUR_NONE);
	textbuf_fini(&text);
}

static void fact_absences(
    struct asking *a, const cJSON *absences, struct wall now)
{
	const cJSON *c;

	cJSON_ArrayForEach(c, absences)
	{
		char from[WHEN_TEXT_MAX];
		char until[WHEN_TEXT_MAX];
		const char *cover = pick_text(c, "cover");
		const char *why = pick_text(c, "why");
		struct textbuf text;

		when_local(pick_wall(c, "from"), from);
		when_both(pick_wall(c, "until"), now, until);
		textbuf_init(&text);
		textbuf_addf(&text, "from %s until %s, %s covers", from,
		    until[0] != '\0' ? until : "further notice",
		    cover[0] != '\0' ? cover : "nobody");
		if (why[0] != '\0')
			textbuf_addf(&text, ": %s", why);
		textbuf_addf(&text, " (change %lld, by %s)",
		    (long long)pick_int(c, "number"), pick_text(c, "by"));
		asking_fact(a, "away", text.data, COLOUR_YELLOW);
		textbuf_fini(&text);
	}
}

static void show_person(struct asking *a)
{
	const cJSON *person = a->tree;
	struct wall now = pick_wall(person, "now");
	struct textbuf text;
	enum colour colour;

	textbuf_init(&text);
	asking_fact(a, "person", pick_text(person, "person"), COLOUR_BOLD);
	asking_fact(a, "name", pick_text(person, "name"), COLOUR_NONE);
	colour = add_state(person, now, &text);
	asking_fact(a, "state", text.data, colour);
	textbuf_fini(&text);
	fact_absences(a, pick(person, "absences"), now);
	fact_list(a, "covers for", pick(person, "covers"));
	asking_fact(a, "hours", pick_text(person, "hours"), COLOUR_NONE);
	asking_fact(a, "zone", pick_text(person, "zone"), COLOUR_NONE);
	fact_quiet(a, pick(person, "quiet"));
	fact_list(a, "on call", pick(person, "oncall"));
	fact_list(a, "roles", pick(person, "roles"));
	fact_list(a, "teams", pick(person, "teams"));
	fact_list(a, "leads", pick(person, "leads"));
	fact_channels(a, pick(person, "channels"));
	fact_spared(a, person);
	asking_fact(a, "slack", pick_text(person, "slack"), COLOUR_NONE);
	asking_fact(a, "email", pick_text(person, "email"), COLOUR_NONE);
}

int cmd_people(const struct invocation *in)
{
	bool one = in->nargs > 0;
	struct textbuf path;
	struct asking a;
	int code;

	if (one && strcmp(in->args[0], "check") == 0)
		return cmd_people_check(in);
	code = asking_begin(&a, in);
	textbuf_init(&path);
	textbuf_add(&path, "/v1/people");
	if (one) {
		textbuf_addc(&path, '/');
		live_escape(&path, in->args[0]);
	}
	if (code == EXIT_OK)
		code = asking_get(&a, path.data);
	if (code == EXIT_OK && !asking_print_json(&a)) {
		if (one)
			show_person(&a);
		else
			show_people(&a);
	}
	textbuf_fini(&path);
	asking_end(&a);
	return code;
}
