/* telling.c - see telling.h.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/telling.h"

#include "ctl/pick.h"
#include "ctl/when.h"
#include "ctl/width.h"
#include "ctl/wrap.h"

#include <string.h>

void telling_start(struct telling *t)
{
	textbuf_clear(&t->head);
	textbuf_clear(&t->text);
}

void telling_end(struct telling *t)
{
	wrap_line(&t->a->out, t->a->screen, t->head.data, t->text.data);
}

void telling_say(struct telling *t, const char *text)
{
	wrap_line(&t->a->out, t->a->screen, "  ", text);
}

void telling_title(struct telling *t, const char *text)
{
	struct textbuf clean;

	textbuf_init(&clean);
	text_clean(&clean, text);
	textbuf_addc(&t->a->out, '\n');
	screen_colour(t->a->screen, COLOUR_BOLD, clean.data, &t->a->out);
	textbuf_addc(&t->a->out, '\n');
	textbuf_fini(&clean);
}

void telling_add_when(struct textbuf *out, struct wall at)
{
	char text[WHEN_TEXT_MAX];

	when_local(at, text);
	textbuf_add(out, text);
}

void telling_add_far(struct textbuf *out, struct wall at, struct wall now)
{
	char text[WHEN_TEXT_MAX];

	telling_add_when(out, at);
	when_relative(at, now, text);
	textbuf_addf(out, " (%s)", text);
}

void telling_add_part(struct textbuf *out, const char *before, const char *name)
{
	if (name[0] != '\0')
		textbuf_addf(
		    out, "%s%s%s", out->len > 0 ? "; " : "", before, name);
}

void telling_add_part_when(
    struct textbuf *out, const char *before, struct wall at)
{
	char text[WHEN_TEXT_MAX];

	when_local(at, text);
	telling_add_part(out, before, text);
}

void telling_add_span(
    struct textbuf *out, const cJSON *object, const char *name)
{
	wrap_span(out, pick_int(object, name));
}

void telling_add_event(struct textbuf *out, const cJSON *row)
{
	const char *by = pick_text(row, "by");

	if (pick_text(row, "event")[0] == '\0')
		return;
	textbuf_addf(out, "%sevent %s (%s)", out->len > 0 ? "; " : "",
	    pick_text(row, "event"), pick_text(row, "type"));
	if (by[0] != '\0')
		textbuf_addf(out, " by %s", by);
}

void telling_instant(
    struct telling *t, const cJSON *clock, const char *head, const char *name)
{
	struct wall at = pick_wall(clock, name);

	if (wall_is_never(at))
		return;
	telling_start(t);
	textbuf_add(&t->head, head);
	telling_add_far(&t->text, at, t->now);
	telling_end(t);
}

static void add_late(struct textbuf *out, const cJSON *row)
{
	int64_t late = pick_int(row, "late_ms");
	char span[SPAN_TEXT_MAX];

	if (late < SECOND_MS)
		return;
	span_format(late, span);
	telling_add_part(out, "decided later by ", span);
}

/* "met", "step" of a clock or a chain; "severity changed" */
static void add_kind(struct textbuf *out, const char *kind)
{
	struct textbuf words;

	textbuf_init(&words);
	if (strncmp(kind, "clock_", 6) == 0 || strncmp(kind, "chain_", 6) == 0)
		kind += 6;
	for (; *kind != '\0'; kind++)
		textbuf_addc(&words, (char)(*kind == '_' ? ' ' : *kind));
	wrap_pad(out, words.data, 13);
	if (words.len >= 13)
		textbuf_addc(out, ' ');
	textbuf_fini(&words);
}

void telling_rows(struct telling *t, const cJSON *rows)
{
	const cJSON *row;

	cJSON_ArrayForEach(row, rows)
	{
		telling_start(t);
		textbuf_add(&t->head, "  ");
		telling_add_when(&t->head, pick_wall(row, "at"));
		textbuf_add(&t->head, "  ");
		add_kind(&t->head, pick_text(row, "kind"));
		if (cJSON_IsNumber(pick(row, "step")))
			textbuf_addf(&t->text, "step %lld",
			    (long long)pick_int(row, "step"));
		telling_add_part(&t->text, "", pick_text(row, "who"));
		telling_add_part(&t->text, "", pick_text(row, "why"));
		telling_add_part_when(&t->text, "due ", pick_wall(row, "due"));
		telling_add_event(&t->text, row);
		add_late(&t->text, row);
		telling_end(t);
	}
}

void telling_history(struct telling *t, const cJSON *of)
{
	telling_rows(t, pick(of, "history"));
}

void telling_add_names(struct textbuf *out, const cJSON *list)
{
	const char *between = "";
	const cJSON *name;

	cJSON_ArrayForEach(name, list)
	{
		if (!cJSON_IsString(name))
			continue;
		textbuf_addf(out, "%s%s", between, name->valuestring);
		between = ", ";
	}
}

void telling_add_reader(struct textbuf *out, const cJSON *told)
{
	const char *who = pick_text(told, "who");

	if (who[0] == '\0')
		who = pick_text(told, "role");
	if (who[0] != '\0')
		textbuf_addf(out, " to %s", who);
	textbuf_addf(out, " via %s", pick_text(told, "channel"));
}

bool telling_is_state(const cJSON *clock, const char *state)
{
	return strcmp(pick_text(clock, "state"), state) == 0;
}
