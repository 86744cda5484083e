/* timeline.c - `slawatchctl timeline`: what happened to a ticket, and why.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "core/names.h"
#include "ctl/asking.h"
#include "ctl/pick.h"
#include "ctl/when.h"

#include <stdlib.h>
#include <string.h>

#define PAGE "1000" /* rows a request; the daemon's most */

static void add_word(struct textbuf *out, const char *word)
{
	if (word[0] != '\0')
		textbuf_addf(out, "%s%s", out->len > 0 ? " " : "", word);
}

static void add_member(
    struct textbuf *out, const char *name, const cJSON *value)
{
	char *text;

	if (cJSON_IsString(value))
		text = strdup(value->valuestring);
	else
		text = cJSON_PrintUnformatted(value);
	if (text != NULL)
		textbuf_addf(
		    out, "%s%s=%s", out->len > 0 ? " " : "", name, text);
	free(text);
}

/* What an event said: its own members, those of `fields` as its own, and the
 * long text last. */
static void add_body(struct textbuf *out, const cJSON *body)
{
	static const char *const known[] = { "id", "ticket", "at", "type",
		"text", "fields" };
	const cJSON *member;

	cJSON_ArrayForEach(member, body)
	{
		bool skip = false;

		for (size_t i = 0; i < sizeof known / sizeof *known; i++)
			skip = skip || strcmp(member->string, known[i]) == 0;
		if (!skip)
			add_member(out, member->string, member);
	}
	cJSON_ArrayForEach(member, pick(body, "fields"))
	    add_member(out, member->string, member);
	add_word(out, pick_text(body, "text"));
}

static void add_number(
    struct textbuf *out, const char *before, const cJSON *row, const char *name)
{
	if (cJSON_IsNumber(pick(row, name)))
		textbuf_addf(out, "%s%s%lld", out->len > 0 ? " " : "", before,
		    (long long)pick_int(row, name));
}

static void add_when(
    struct textbuf *out, const char *before, const cJSON *row, const char *name)
{
	char text[WHEN_TEXT_MAX];

	when_local(pick_wall(row, name), text);
	if (text[0] != '\0')
		textbuf_addf(
		    out, "%s%s%s", out->len > 0 ? " " : "", before, text);
}

static void add_named(
    struct textbuf *out, const char *before, const cJSON *row, const char *name)
{
	const char *text = pick_text(row, name);

	if (text[0] != '\0')
		textbuf_addf(
		    out, "%s%s%s", out->len > 0 ? " " : "", before, text);
}

/* Who did it, or whom it reached; a bare name where neither is true. */
static const char *before_who(const cJSON *row)
{
	static const char *const done_by[] = { "severity_changed",
		"severity_confirmed", "team_changed", "tagged",
		"human_required", "chain_escalated" };
	const char *kind = pick_text(row, "kind");

	if (strcmp(kind, "person_skipped") == 0)
		return "";
	return names_find(done_by, sizeof done_by / sizeof done_by[0], kind) >=
		       0
		   ? "by "
		   : "to ";
}

/* Whatever the row carries, in the order in which it reads best. */
static void describe(const cJSON *row, struct textbuf *out)
{
	add_named(out, "", row, "clock");
	add_number(out, "#", row, "cycle");
	add_when(out, "due ", row, "due");
	add_named(out, "", row, "chain");
	add_number(out, "run ", row, "run");
	add_number(out, "step ", row, "step");
	add_named(out, "", row, "reason");
	add_named(out, before_who(row), row, "who");
	add_named(out, "via ", row, "channel");
	add_number(out, "notice ", row, "notice");
	add_body(out, pick(row, "body"));
	add_named(out, "", row, "detail");
	if (pick_int(row, "late_s") > 0) {
		char span[SPAN_TEXT_MAX];

		span_format(pick_int(row, "late_s") * SECOND_MS, span);
		add_word(out, "late by");
		add_word(out, span);
	}
}

static enum colour kind_colour(const char *kind)
{
	if (strstr(kind, "breached") != NULL || strstr(kind, "dead") != NULL ||
	    strstr(kind, "exhausted") != NULL)
		return COLOUR_RED;
	if (strstr(kind, "warned") != NULL || strstr(kind, "retry") != NULL)
		return COLOUR_YELLOW;
	return strcmp(kind, "event") == 0 ? COLOUR_BOLD : COLOUR_NONE;
}

static void add_row(struct table *t, const cJSON *row)
{
	const char *kind = pick_text(row, "kind");
	const char *type = pick_text(row, "type");
	bool event = strcmp(kind, "event") == 0 && type[0] != '\0';
	char at[WHEN_TEXT_MAX];
	struct textbuf what;

	when_local(pick_wall(row, "at"), at);
	table_cell(t, at, COLOUR_NONE);
	table_cell(t, event ? type : kind, kind_colour(kind));
	textbuf_init(&what);
	describe(row, &what);
	table_cell(t, what.data, COLOUR_NONE);
	textbuf_fini(&what);
}

/* One page of rows.  *last becomes the id to go on from, 0 at the end. */
static int take_page(struct asking *a, struct table *t, int64_t *last)
{
	const cJSON *row;
	struct textbuf rest;
	int code;

	textbuf_init(&rest);
	textbuf_addf(
	    &rest, "/timeline?limit=" PAGE "&after=%lld", (long long)*last);
	code = asking_ticket(a, "GET", a->in->args[0], rest.data, NULL);
	textbuf_fini(&rest);
	*last = 0;
	if (code != EXIT_OK)
		return code;
	*last = pick_int(a->tree, "next"); /* null at the end */
	if (asking_print_json(a))
		return EXIT_OK;
	cJSON_ArrayForEach(row, pick(a->tree, "timeline")) add_row(t, row);
	return EXIT_OK;
}

int cmd_timeline(const struct invocation *in)
{
	static const struct table_column columns[] = {
		{ "AT", 0, false },
		{ "WHAT", 0, false },
		{ "ABOUT", 20, false },
	};
	struct asking a;
	struct table t;
	int64_t last = 0;
	int code = asking_begin(&a, in);

	table_init(&t, columns, sizeof columns / sizeof *columns);
	while (code == EXIT_OK) {
		code = take_page(&a, &t, &last);
		if (last == 0)
			break;
	}
	if (code == EXIT_OK && in->value[OPT_JSON] == NULL)
		table_print(&t, a.screen, &a.out);
	table_fini(&t);
	asking_end(&a);
	return code;
}
