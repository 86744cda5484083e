/* drill_show.c - see drill_show.h.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/drill_show.h"

#include "ctl/pick.h"
#include "ctl/when.h"
#include "ctl/width.h"

#include <string.h>

#define SINCE_COLUMN 9 /* "1h30m10s " */

/* "2m 10s" of a span; milliseconds only below a second. */
static void add_span(struct textbuf *out, int64_t ms)
{
	char text[SPAN_TEXT_MAX];

	if (ms >= SECOND_MS)
		ms -= ms % SECOND_MS;
	span_format(ms, text);
	textbuf_add(out, text);
}

static int64_t ms_of(const cJSON *object, const char *member)
{
	return (int64_t)(pick_number(object, member) * SECOND_MS + 0.5);
}

/* --- as it happens -------------------------------------------------------- */

enum layout {
	ABOUT_STEP,   /* "step 2 passed over: why" */
	ABOUT_NOTICE, /* "delivered to dana by support: why" */
	ABOUT_WHO,    /* "acknowledged by dana: why" */
	ABOUT_ALL,    /* "nobody answered: why" */
};

static const struct telling {
	const char *kind;
	enum layout layout;
	const char *words;
	enum colour colour;
} tellings[] = {
	{ "chain_step", ABOUT_STEP, "begins", COLOUR_BOLD },
	{ "chain_step_skipped", ABOUT_STEP, "is passed over", COLOUR_YELLOW },
	{ "chain_reminded", ABOUT_STEP, "again", COLOUR_BOLD },
	{ "chain_repeated", ABOUT_ALL, "another round begins", COLOUR_BOLD },
	{ "chain_acked", ABOUT_WHO, "acknowledged by", COLOUR_GREEN },
	{ "chain_snoozed", ABOUT_WHO, "snoozed by", COLOUR_GREEN },
	{ "chain_exhausted", ABOUT_ALL, "the chain is at its end", COLOUR_RED },
	{ "chain_ended", ABOUT_ALL, "over", COLOUR_BOLD },
	{ "person_skipped", ABOUT_WHO, "passed over:", COLOUR_YELLOW },
	{ "notice_queued", ABOUT_NOTICE, "telling", COLOUR_NONE },
	{ "notice_held", ABOUT_NOTICE, "held for", COLOUR_YELLOW },
	{ "notice_sent", ABOUT_NOTICE, "delivered to", COLOUR_NONE },
	{ "notice_retry", ABOUT_NOTICE,
	    "failed, will be tried again:", COLOUR_YELLOW },
	{ "notice_diverted", ABOUT_NOTICE, "its way is down:", COLOUR_RED },
	{ "notice_dead", ABOUT_NOTICE, "failed:", COLOUR_RED },
	{ "notice_withdrawn", ABOUT_NOTICE, "needs no more word:", COLOUR_DIM },
};

static const struct telling *telling_of(const char *kind)
{
	for (size_t i = 0; i < sizeof tellings / sizeof *tellings; i++)
		if (strcmp(tellings[i].kind, kind) == 0)
			return &tellings[i];
	return NULL;
}

static void add_more(struct textbuf *out, const cJSON *row, const char *between)
{
	const char *detail = pick_text(row, "detail");

	if (detail[0] != '\0')
		textbuf_addf(out, "%s%s", between, detail);
}

static void describe(
    const struct telling *t, const cJSON *row, struct textbuf *out)
{
	const char *who = pick_text(row, "who");
	const char *channel = pick_text(row, "channel");

	switch (t->layout) {
	case ABOUT_STEP:
		textbuf_addf(out, "step %lld %s",
		    (long long)pick_int(row, "step"), t->words);
		add_more(out, row, ": ");
		break;
	case ABOUT_NOTICE:
		textbuf_addf(out, "  %s %s%s%s", t->words,
		    who[0] != '\0' ? who : "the room",
		    channel[0] != '\0' ? " by " : "", channel);
		if (strcmp(pick_text(row, "reason"), "resolved") == 0)
			textbuf_add(out, " that it is over");
		else if (t->colour != COLOUR_NONE)
			add_more(out, row, ": ");
		break;
	case ABOUT_WHO:
		textbuf_addf(out, "%s%s %s",
		    strcmp(t->kind, "person_skipped") == 0 ? "  " : "",
		    t->words, who);
		add_more(out, row, ": ");
		break;
	case ABOUT_ALL:
		textbuf_add(out, t->words);
		add_more(out, row, ": ");
		break;
	}
}

/* Made harmless first: a colour is none of theirs. */
static void coloured_line(
    struct asking *a, enum colour colour, const char *text)
{
	struct textbuf clean;

	textbuf_init(&clean);
	text_clean(&clean, text);
	screen_colour(a->screen, colour, clean.data, &a->out);
	textbuf_addc(&a->out, '\n');
	textbuf_fini(&clean);
}

void drill_show_row(struct asking *a, const cJSON *row, struct wall started)
{
	const struct telling *t = telling_of(pick_text(row, "kind"));
	struct wall at = pick_wall(row, "at");
	struct textbuf since, text, line;

	if (t == NULL || wall_is_never(at) ||
	    strcmp(pick_text(row, "reason"), "update") == 0)
		return; /* that somebody answered has a row of its own */
	textbuf_init(&since);
	textbuf_init(&text);
	textbuf_init(&line);
	add_span(
	    &since, wall_before(at, started) ? 0 : wall_minus(at, started));
	describe(t, row, &text);
	for (size_t i = since.len; i < SINCE_COLUMN - 1; i++)
		textbuf_addc(&line, ' ');
	textbuf_addf(&line, "%s  %s", since.data, text.data);
	if (t->colour == COLOUR_NONE)
		asking_line(a, line.data);
	else
		coloured_line(a, t->colour, line.data);
	textbuf_fini(&line);
	textbuf_fini(&text);
	textbuf_fini(&since);
}

/* --- the report ----------------------------------------------------------- */

static const struct table_column columns[] = {
	{ "STEP", 0, true },
	{ "PERSON", 12, false },
	{ "CHANNEL", 0, false },
	{ "TOLD", 0, false },
	{ "RESULT", 0, false },
	{ "TOOK", 0, true },
	{ "ANSWERED", 0, false },
	{ "WHY", 12, false },
};

/* Their title, the name that the step has for them, or the room itself. */
static const char *reader_of(const cJSON *told)
{
	static const char *const members[] = { "title", "who", "role" };

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (pick_text(told, members[i])[0] != '\0')
			return pick_text(told, members[i]);
	return "the room";
}

static enum colour result_colour(const char *result)
{
	if (strcmp(result, "failed") == 0)
		return COLOUR_RED;
	if (strcmp(result, "delivered") == 0)
		return COLOUR_GREEN;
	return strcmp(result, "pending") == 0 ? COLOUR_YELLOW : COLOUR_DIM;
}

/* That it is over is no alert. */
static bool is_alert(const cJSON *told)
{
	const char *reason = pick_text(told, "reason");

	return strcmp(reason, "resolved") != 0 && strcmp(reason, "update") != 0;
}

static void span_cell(
    struct table *t, const cJSON *told, const char *member, const char *before)
{
	struct textbuf text;

	textbuf_init(&text);
	if (cJSON_IsNumber(pick(told, member))) {
		textbuf_add(&text, before);
		add_span(&text, ms_of(told, member));
	}
	table_cell(t, text.data, COLOUR_NONE);
	textbuf_fini(&text);
}

static void why_cell(struct table *t, const cJSON *told)
{
	struct textbuf text;
	char until[WHEN_TEXT_MAX];

	textbuf_init(&text);
	textbuf_add(&text, pick_text(told, "why"));
	when_local(pick_wall(told, "held_until"), until);
	if (until[0] != '\0' &&
	    strcmp(pick_text(told, "result"), "pending") == 0)
		textbuf_addf(
		    &text, "%sheld until %s", text.len > 0 ? "; " : "", until);
	if (pick_int(told, "attempts") > 1)
		textbuf_addf(&text, "%s%lld attempts", text.len > 0 ? "; " : "",
		    (long long)pick_int(told, "attempts"));
	table_cell(t, text.data, COLOUR_NONE);
	textbuf_fini(&text);
}

static void add_told(struct table *t, const cJSON *told)
{
	const char *result = pick_text(told, "result");
	const char *reason = pick_text(told, "reason");
	struct textbuf step;
	char at[WHEN_TEXT_MAX];

	textbuf_init(&step);
	if (strcmp(reason, "exhausted") == 0)
		textbuf_add(&step, "end");
	else if (strcmp(reason, "reminder") == 0)
		textbuf_addf(
		    &step, "%lld again", (long long)pick_int(told, "step"));
	else if (pick_int(told, "step") > 0)
		textbuf_addf(&step, "%lld", (long long)pick_int(told, "step"));
	table_cell(t, step.data, COLOUR_NONE);
	textbuf_fini(&step);
	table_cell(t, reader_of(told), COLOUR_NONE);
	table_cell(t, pick_text(told, "channel"), COLOUR_NONE);
	when_local(pick_wall(told, "told_at"), at);
	table_cell(t, at, COLOUR_NONE);
	table_cell(t, result, result_colour(result));
	span_cell(t, told, "took_s", "");
	span_cell(t, told, "acked_after_s", "after ");
	why_cell(t, told);
}

static void show_told(struct asking *a, const cJSON *drill)
{
	const cJSON *told;
	struct table t;
	size_t rows = 0;

	table_init(&t, columns, sizeof columns / sizeof *columns);
	cJSON_ArrayForEach(told, pick(drill, "told"))
	{
		if (!is_alert(told))
			continue;
		add_told(&t, told);
		rows++;
	}
	if (rows > 0)
		table_print(&t, a->screen, &a->out);
	else
		asking_line(a, "Nobody was told.");
	table_fini(&t);
}

static void show_channels(struct asking *a, const cJSON *drill)
{
	const cJSON *c;
	struct textbuf line;

	textbuf_init(&line);
	cJSON_ArrayForEach(c, pick(drill, "channels"))
	{
		if (pick_int(c, "failed") == 0)
			continue;
		textbuf_clear(&line);
		textbuf_addf(&line, "Channel %s failed %lld of %lld times: %s",
		    pick_text(c, "channel"), (long long)pick_int(c, "failed"),
		    (long long)pick_int(c, "told"), pick_text(c, "why"));
		asking_line(a, line.data);
	}
	textbuf_fini(&line);
}

static void show_skipped(struct asking *a, const cJSON *drill)
{
	const cJSON *s;
	struct textbuf line;

	textbuf_init(&line);
	cJSON_ArrayForEach(s, pick(drill, "skipped"))
	{
		const char *title = pick_text(s, "title");
		const char *who = pick_text(s, "who");

		textbuf_clear(&line);
		textbuf_add(&line, "Passed over");
		if (who[0] != '\0')
			textbuf_addf(
			    &line, " %s", title[0] != '\0' ? title : who);
		textbuf_addf(&line, "%sstep %lld: %s",
		    who[0] != '\0' ? " at " : " ",
		    (long long)pick_int(s, "step"), pick_text(s, "why"));
		asking_line(a, line.data);
	}
	textbuf_fini(&line);
}

/* How it ended, on a line. */
static void show_end(struct asking *a, const cJSON *drill)
{
	const char *state = pick_text(drill, "state");
	const char *by = pick_text(drill, "acked_title");
	struct textbuf line;

	if (by[0] == '\0')
		by = pick_text(drill, "acked_by");
	textbuf_init(&line);
	if (strcmp(state, "acknowledged") == 0) {
		textbuf_addf(
		    &line, "The chain ended by the ack of %s after ", by);
		add_span(&line, ms_of(drill, "took_s"));
		if (pick_int(drill, "step") > 0)
			textbuf_addf(&line, " at step %lld",
			    (long long)pick_int(drill, "step"));
	} else if (strcmp(state, "exhausted") == 0) {
		textbuf_add(&line, "Nobody answered in ");
		add_span(&line, ms_of(drill, "took_s"));
	} else if (strcmp(state, "stopped") == 0) {
		textbuf_addf(&line, "It was stopped by %s after ",
		    pick_text(drill, "stopped_by"));
		add_span(&line, ms_of(drill, "took_s"));
	} else {
		textbuf_addf(&line, "It is running, at step %lld of %lld",
		    (long long)pick_int(drill, "step"),
		    (long long)pick_int(drill, "steps"));
	}
	textbuf_addc(&line, '.');
	asking_line(a, line.data);
	textbuf_fini(&line);
}

void drill_show_report(struct asking *a, const cJSON *drill)
{
	show_told(a, drill);
	show_channels(a, drill);
	show_skipped(a, drill);
	show_end(a, drill);
}
