/* reach.c - `slawatchctl test-notice` and `people check`: does it arrive?
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "ctl/asking.h"
#include "ctl/pick.h"
#include "ctl/when.h"
#include "wire/json_out.h"

#include <string.h>

static int count(const cJSON *list)
{
	return cJSON_GetArraySize(list);
}

/* --- a test --------------------------------------------------------------- */

static const struct table_column test_columns[] = {
	{ "CHANNEL", 0, false },
	{ "RESULT", 0, false },
	{ "CODE", 0, true },
	{ "TOOK", 0, true },
	{ "THEY SAID", 12, false },
};

/* "invalid_auth: copy the bot token again": their word, and what it means,
 * which may begin with it. */
static void add_said(const cJSON *result, struct textbuf *out)
{
	const char *word = pick_text(result, "word");
	const char *why = pick_text(result, "why");

	if (*word != '\0' && strncmp(word, why, strlen(word)) != 0)
		textbuf_addf(out, "%s%s", word, *why == '\0' ? "" : ": ");
	textbuf_add(out, why);
}

static void add_result(struct table *t, const cJSON *result)
{
	bool ok = pick_true(result, "ok");
	char took[SPAN_TEXT_MAX];
	struct textbuf text;

	textbuf_init(&text);
	table_cell(t, pick_text(result, "channel"), COLOUR_NONE);
	table_cell(t, ok ? "sent" : pick_text(result, "meaning"),
	    ok ? COLOUR_GREEN : COLOUR_RED);
	if (pick_int(result, "code") != 0)
		textbuf_addf(
		    &text, "%lld", (long long)pick_int(result, "code"));
	table_cell(t, text.data, COLOUR_NONE);
	span_format((int64_t)(pick_number(result, "took_s") * 1000), took);
	table_cell(t, took, COLOUR_NONE);
	textbuf_clear(&text);
	add_said(result, &text);
	table_cell(t, text.data, COLOUR_NONE);
	textbuf_fini(&text);
}

static void show_test(struct asking *a)
{
	const cJSON *result;
	struct table t;

	table_init(
	    &t, test_columns, sizeof test_columns / sizeof *test_columns);
	cJSON_ArrayForEach(result, pick(a->tree, "results"))
	    add_result(&t, result);
	table_print(&t, a->screen, &a->out);
	table_fini(&t);
}

static void write_test(
    const struct invocation *in, const char *by, struct textbuf *body)
{
	struct json_out json;

	json_out_init(&json, body);
	json_open(&json, NULL, '{');
	json_text(&json, "to", in->args[0]);
	if (in->value[OPT_CHANNEL] != NULL)
		json_text(&json, "channel", in->value[OPT_CHANNEL]);
	json_text(&json, "by", by);
	json_close(&json, '}');
}

int cmd_test_notice(const struct invocation *in)
{
	const char *by = asking_doer(in);
	struct textbuf body;
	struct asking a;
	int code = asking_begin(&a, in);

	if (code == EXIT_OK && by == NULL)
		code = say(EXIT_USAGE, "who does it? say so with --by");
	textbuf_init(&body);
	if (code == EXIT_OK) {
		write_test(in, by, &body);
		code = asking_post(&a, "/v1/test-notice", &body);
	}
	if (code == EXIT_OK) {
		if (!asking_print_json(&a))
			show_test(&a);
		if (!pick_true(a.tree, "ok"))
			code = EXIT_FAILED;
	}
	textbuf_fini(&body);
	asking_end(&a);
	return code;
}

/* --- a look --------------------------------------------------------------- */

static const struct table_column look_columns[] = {
	{ "PERSON", 0, false },
	{ "CHANNEL", 0, false },
	{ "RESULT", 0, false },
	{ "WHY", 12, false },
};

static enum colour colour_of(const char *result)
{
	if (strcmp(result, "reachable") == 0)
		return COLOUR_GREEN;
	if (strcmp(result, "unreachable") == 0)
		return COLOUR_RED;
	return strcmp(result, "unknown") == 0 ? COLOUR_YELLOW : COLOUR_DIM;
}

static void add_way(struct table *t, const char *who, const cJSON *way)
{
	const char *result = pick_text(way, "result");
	bool unasked = strcmp(result, "unasked") == 0;

	table_cell(t, who, COLOUR_NONE);
	table_cell(t, pick_text(way, "channel"), COLOUR_NONE);
	table_cell(t, result, colour_of(result));
	table_cell(t,
	    unasked ? "cannot be asked; nothing was refused"
		    : pick_text(way, "why"),
	    unasked ? COLOUR_DIM : COLOUR_NONE);
}

static int rooms_lost(const cJSON *look)
{
	const cJSON *way;
	int n = 0;

	cJSON_ArrayForEach(way, pick(look, "rooms")) n +=
	    strcmp(pick_text(way, "result"), "unreachable") == 0;
	return n;
}

static void show_look(struct asking *a)
{
	int64_t barred = pick_int(a->tree, "barred");
	int lost = rooms_lost(a->tree);
	const cJSON *person;
	const cJSON *way;
	struct textbuf text;
	struct table t;

	table_init(
	    &t, look_columns, sizeof look_columns / sizeof *look_columns);
	cJSON_ArrayForEach(person, pick(a->tree, "people"))
	{
		const char *who = pick_text(person, "person");

		cJSON_ArrayForEach(way, pick(person, "ways"))
		    add_way(&t, who, way);
	}
	cJSON_ArrayForEach(way, pick(a->tree, "rooms")) add_way(&t, "", way);
	if (t.ncells > 0)
		table_print(&t, a->screen, &a->out);
	table_fini(&t);
	textbuf_init(&text);
	if (barred == 0)
		textbuf_addf(&text, "%d people, nobody is known to be barred",
		    count(pick(a->tree, "people")));
	else
		textbuf_addf(&text,
		    "%lld of %d people can no longer be reached by some way",
		    (long long)barred, count(pick(a->tree, "people")));
	if (lost > 0)
		textbuf_addf(&text, "; %d %s cannot be reached", lost,
		    lost == 1 ? "room" : "rooms");
	asking_line(a, text.data);
	textbuf_fini(&text);
}

int cmd_people_check(const struct invocation *in)
{
	struct textbuf none;
	struct asking a;
	int code = asking_begin(&a, in);

	textbuf_init(&none);
	textbuf_add(&none, "{}");
	if (code == EXIT_OK)
		code = asking_post(&a, "/v1/people/check", &none);
	if (code == EXIT_OK) {
		if (!asking_print_json(&a))
			show_look(&a);
		if (pick_int(a.tree, "barred") > 0 || rooms_lost(a.tree) > 0)
			code = EXIT_FAILED;
	}
	textbuf_fini(&none);
	asking_end(&a);
	return code;
}
