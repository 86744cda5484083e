/* oncall_show.c - see oncall_show.h.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/oncall_show.h"

#include "ctl/pick.h"
#include "ctl/when.h"
#include "ctl/width.h"

#include <string.h>

#define GAPS_SHOWN 5 /* of one schedule */
#define WEEK_MS	   (7 * DAY_MS)

static const struct table_column now_columns[] = {
	{ "ROLE", 0, false },
	{ "SCHEDULE", 0, false },
	{ "ON CALL", 12, false },
	{ "UNTIL", 0, false },
	{ "NEXT", 8, false },
};

static const struct table_column week_columns[] = {
	{ "FROM", 0, false },
	{ "TO", 0, false },
	{ "ON CALL", 12, false },
};

/* "Mon 2026-01-05 09:00" of "2026-01-05T09:00:00+01:00". */
static void add_local(struct textbuf *out, const char *text)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	struct textbuf utc;
	struct wall w;

	if (strlen(text) < strlen("2026-01-05T09:00"))
		return;
	textbuf_init(&utc);
	textbuf_addf(&utc, "%.*s:00Z", 16, text);
	if (wall_parse(utc.data, utc.len, &w))
		textbuf_addf(out, "%s %.*s %.*s",
		    days[civil_weekday(w.ms / DAY_MS)], 10, text, 5, text + 11);
	textbuf_fini(&utc);
}

/* A column's text that is no name of ours is made harmless by the table. */
static void add_nobody(struct textbuf *out, const char *unknown)
{
	textbuf_add(out, "nobody");
	if (unknown[0] != '\0')
		textbuf_addf(out, " (\"%s\" is unknown)", unknown);
}

/* ["dana", "eli"] */
static void add_names(
    struct textbuf *out, const cJSON *people, const char *unknown)
{
	const char *comma = "";
	const cJSON *name;

	cJSON_ArrayForEach(name, people)
	{
		textbuf_addf(out, "%s%s", comma,
		    cJSON_IsString(name) ? name->valuestring : "?");
		comma = ", ";
	}
	if (comma[0] == '\0')
		add_nobody(out, unknown);
}

/* --- now ------------------------------------------------------------------ */

/* A feed of which there is no copy: the daemon fetches them. */
static bool is_unread(const cJSON *e)
{
	return strcmp(pick_text(e, "kind"), "feed") == 0 &&
	       wall_is_never(pick_wall(e, "fetched"));
}

/* "Dana Ruiz", "Dana Ruiz (away, eli covers)". */
static void add_people(struct textbuf *out, const cJSON *e)
{
	const char *comma = "";
	const cJSON *p;

	cJSON_ArrayForEach(p, pick(e, "people"))
	{
		const char *cover = pick_text(p, "cover");

		textbuf_addf(out, "%s%s", comma, pick_text(p, "name"));
		comma = ", ";
		if (!pick_true(p, "away"))
			continue;
		textbuf_add(out, " (away");
		if (cover[0] != '\0')
			textbuf_addf(out, ", %s covers", cover);
		textbuf_addc(out, ')');
	}
	if (comma[0] == '\0')
		add_nobody(out, pick_text(e, "unknown"));
	if (is_unread(e))
		textbuf_add(out, " (the feed is not fetched)");
}

static enum colour colour_of(const cJSON *people)
{
	const cJSON *p;

	if (cJSON_GetArraySize(people) == 0)
		return COLOUR_RED;
	cJSON_ArrayForEach(p, people)
	{
		if (pick_true(p, "away"))
			return COLOUR_YELLOW;
	}
	return COLOUR_NONE;
}

/* The end of the stretch that holds now, in the schedule's own time. */
static void add_until(struct textbuf *out, const cJSON *e, struct wall at)
{
	struct wall until = pick_wall(e, "until");
	const cJSON *first = cJSON_GetArrayItem(pick(e, "stretches"), 0);
	char off[WHEN_TEXT_MAX];

	if (wall_is_never(until))
		return;
	add_local(out, pick_text(first, "to_local"));
	when_relative(until, at, off);
	textbuf_addf(out, " (%s)", off);
}

/* "eli", or "eli (Tue 2026-01-06 09:00)" if nobody is before. */
static void add_next(struct textbuf *out, const cJSON *e)
{
	const cJSON *next = pick(e, "next");
	struct wall from = pick_wall(next, "from");

	if (next == NULL)
		return;
	add_names(out, pick(next, "people"), "");
	if (wall_same(from, pick_wall(e, "until")))
		return;
	textbuf_add(out, " (");
	add_local(out, pick_text(next, "from_local"));
	textbuf_addc(out, ')');
}

static void add_row(struct table *t, const cJSON *e, struct wall at)
{
	const cJSON *people = pick(e, "people");
	struct textbuf text;

	textbuf_init(&text);
	table_cell(t, pick_text(e, "role"), COLOUR_NONE);
	table_cell(t, pick_text(e, "schedule"), COLOUR_NONE);
	add_people(&text, e);
	table_cell(t, text.data, colour_of(people));
	textbuf_clear(&text);
	add_until(&text, e, at);
	table_cell(t, text.data, COLOUR_NONE);
	textbuf_clear(&text);
	add_next(&text, e);
	table_cell(t, text.data, COLOUR_NONE);
	textbuf_fini(&text);
}

static void show_now(struct asking *a)
{
	struct wall at = pick_wall(a->tree, "at");
	struct table t;
	const cJSON *e;

	table_init(&t, now_columns, sizeof now_columns / sizeof *now_columns);
	cJSON_ArrayForEach(e, pick(a->tree, "oncall")) add_row(&t, e, at);
	if (t.ncells == 0)
		textbuf_add(&a->out, "no roles and no on-call schedules\n");
	else
		table_print(&t, a->screen, &a->out);
	table_fini(&t);
}

/* --- gaps ----------------------------------------------------------------- */

static const char *title_of(const cJSON *e)
{
	const char *role = pick_text(e, "role");

	return role[0] != '\0' ? role : pick_text(e, "schedule");
}

static void add_gap(struct asking *a, const cJSON *e, const cJSON *gap)
{
	char lasts[SPAN_TEXT_MAX];
	struct textbuf line;

	span_format(
	    wall_minus(pick_wall(gap, "to"), pick_wall(gap, "from")), lasts);
	textbuf_init(&line);
	textbuf_addf(&line, "nobody: %s, ", title_of(e));
	add_local(&line, pick_text(gap, "from_local"));
	textbuf_add(&line, " to ");
	add_local(&line, pick_text(gap, "to_local"));
	textbuf_addf(&line, " %s (%s)", pick_text(e, "zone"), lasts);
	asking_line(a, line.data);
	textbuf_fini(&line);
}

static void show_gaps(struct asking *a, const cJSON *e)
{
	const cJSON *gaps = pick(e, "gaps");
	int count = cJSON_GetArraySize(gaps);
	struct textbuf line;

	if (is_unread(e))
		return;
	for (int i = 0; i < count && i < GAPS_SHOWN; i++)
		add_gap(a, e, cJSON_GetArrayItem(gaps, i));
	if (count <= GAPS_SHOWN)
		return;
	textbuf_init(&line);
	textbuf_addf(&line, "nobody: %s, and ", title_of(e));
	if (count == GAPS_SHOWN + 1)
		textbuf_add(&line, "once more");
	else
		textbuf_addf(&line, "%d times more", count - GAPS_SHOWN);
	asking_line(a, line.data);
	textbuf_fini(&line);
}

/* --- a week --------------------------------------------------------------- */

static void add_stretch(struct table *t, const cJSON *s)
{
	const cJSON *people = pick(s, "people");
	struct textbuf text;

	textbuf_init(&text);
	add_local(&text, pick_text(s, "from_local"));
	table_cell(t, text.data, COLOUR_NONE);
	textbuf_clear(&text);
	add_local(&text, pick_text(s, "to_local"));
	table_cell(t, text.data, COLOUR_NONE);
	textbuf_clear(&text);
	add_names(&text, people, pick_text(s, "unknown"));
	table_cell(t, text.data,
	    cJSON_GetArraySize(people) == 0 ? COLOUR_RED : COLOUR_NONE);
	textbuf_fini(&text);
}

static void add_title(struct asking *a, const cJSON *e)
{
	struct textbuf line;

	textbuf_init(&line);
	textbuf_add(&line, title_of(e));
	if (pick_text(e, "zone")[0] != '\0')
		textbuf_addf(
		    &line, ", by the clock of %s", pick_text(e, "zone"));
	asking_line(a, line.data);
	textbuf_fini(&line);
}

static void show_week(struct asking *a, const cJSON *e, struct wall at)
{
	struct wall end = wall_plus(at, WEEK_MS);
	const cJSON *s;
	struct table t;

	add_title(a, e);
	table_init(
	    &t, week_columns, sizeof week_columns / sizeof *week_columns);
	cJSON_ArrayForEach(s, pick(e, "stretches"))
	{
		if (wall_before(pick_wall(s, "from"), end))
			add_stretch(&t, s);
	}
	if (t.ncells > 0) {
		table_print(&t, a->screen, &a->out);
	} else {
		struct textbuf line;

		textbuf_init(&line);
		textbuf_add(&line, "at any time: ");
		add_people(&line, e);
		asking_line(a, line.data);
		textbuf_fini(&line);
	}
	table_fini(&t);
}

void oncall_show(struct asking *a, bool week)
{
	struct wall at = pick_wall(a->tree, "at");
	const cJSON *e;
	bool first = true;

	if (!week) {
		show_now(a);
		cJSON_ArrayForEach(e, pick(a->tree, "oncall")) show_gaps(a, e);
		return;
	}
	cJSON_ArrayForEach(e, pick(a->tree, "oncall"))
	{
		if (!first)
			textbuf_addc(&a->out, '\n');
		first = false;
		show_week(a, e, at);
	}
}
