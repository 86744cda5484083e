/* explain_clock.c - where a clock's time went, for people.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/telling.h"

#include "ctl/pick.h"
#include "ctl/when.h"
#include "ctl/width.h"
#include "ctl/wrap.h"

#include <string.h>

static void tell_clock_title(struct telling *t, const cJSON *clock)
{
	int64_t target = pick_int(clock, "target_ms");

	telling_start(t);
	textbuf_addf(&t->text, "%s #%lld: %s, ", pick_text(clock, "clock"),
	    (long long)pick_int(clock, "cycle"), pick_text(clock, "state"));
	telling_add_span(&t->text, clock, "elapsed_ms");
	if (target > 0) {
		textbuf_add(&t->text, " of ");
		wrap_span(&t->text, target);
	}
	telling_title(t, t->text.data);
}

static const char *source_words(const char *from)
{
	static const char *const words[][2] = {
		{ "target", "the target's own" },
		{ "severity", "the severity's, which beats the policy's" },
		{ "policy", "the policy's" },
		{ "none", "nobody names a calendar" },
		{ "earlier", "as it was then" },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(from, words[i][0]) == 0)
			return words[i][1];
	return from;
}

static void tell_target(struct telling *t, const cJSON *clock)
{
	const char *calendar = pick_text(clock, "calendar");

	telling_start(t);
	textbuf_add(&t->head, "  target    ");
	if (pick_int(clock, "target_ms") == 0)
		textbuf_add(&t->text,
		    "none for this ticket; it counts in case one comes");
	else
		telling_add_span(&t->text, clock, "target_ms");
	if (pick_true(clock, "due_by_hand"))
		textbuf_add(&t->text, ", set by hand");
	telling_add_part(&t->text, "policy ", pick_text(clock, "policy"));
	telling_add_part(
	    &t->text, "calendar ", calendar[0] ? calendar : "24x7");
	textbuf_addf(
	    &t->text, " (%s)", source_words(pick_text(clock, "calendar_from")));
	telling_end(t);
}

/* How the due follows from what was counted. */
static void add_due_reason(struct textbuf *out, const cJSON *clock)
{
	const char *calendar = pick_text(clock, "calendar");
	int64_t counted = pick_int(clock, "counted_ms");

	textbuf_add(out, ": ");
	wrap_span(out, pick_int(clock, "target_ms") - counted);
	textbuf_addf(out, " of %s time from ", calendar[0] ? calendar : "24x7");
	telling_add_when(out, pick_wall(clock, "counted_to"));
	if (counted == 0)
		return;
	textbuf_add(out, ", when ");
	wrap_span(out, counted);
	textbuf_add(out, " had passed");
}

static void tell_due(struct telling *t, const cJSON *clock)
{
	struct wall due = pick_wall(clock, "due");
	int64_t left = pick_int(clock, "left_ms");

	telling_start(t);
	textbuf_add(&t->head, "  due       ");
	if (telling_is_state(clock, "paused")) {
		textbuf_add(&t->text, "when it runs on, with ");
		wrap_span(&t->text, left);
		textbuf_add(&t->text, " left");
		telling_end(t);
		return;
	}
	if (!telling_is_state(clock, "running") &&
	    !telling_is_state(clock, "breached"))
		return;
	telling_add_far(&t->text, due, t->now);
	if (pick_true(clock, "due_by_hand"))
		textbuf_add(&t->text, ", set by hand");
	else if (telling_is_state(clock, "running"))
		add_due_reason(&t->text, clock);
	textbuf_add(&t->text, "; ");
	wrap_span(&t->text, left < 0 ? -left : left);
	textbuf_add(&t->text, left < 0 ? " too late so far" : " left");
	telling_end(t);
}

static void tell_warnings(struct telling *t, const cJSON *clock)
{
	const cJSON *warning;

	cJSON_ArrayForEach(warning, pick(clock, "warnings"))
	{
		const char *state = pick_text(warning, "state");
		struct wall at = pick_wall(warning, "at");

		telling_start(t);
		textbuf_addf(&t->head, "  warning   ");
		wrap_pad(&t->head, pick_text(warning, "offset"), 6);
		textbuf_add(&t->text, strcmp(state, "waits") == 0
					  ? "waits until it runs on"
					  : state);
		if (!wall_is_never(at)) {
			textbuf_addc(&t->text, ' ');
			telling_add_far(&t->text, at, t->now);
		}
		telling_end(t);
	}
}

static size_t span_width(const cJSON *list, const char *name)
{
	const cJSON *item;
	struct textbuf span;
	size_t most = 7; /* "counted" */

	textbuf_init(&span);
	cJSON_ArrayForEach(item, list)
	{
		textbuf_clear(&span);
		telling_add_span(&span, item, name);
		most = span.len > most ? span.len : most;
	}
	textbuf_fini(&span);
	return most;
}

static void add_right(struct textbuf *out, const char *text, size_t columns)
{
	for (size_t n = text_width(text); n < columns; n++)
		textbuf_addc(out, ' ');
	text_clean(out, text);
	textbuf_add(out, "  ");
}

static void tell_stretch(
    struct telling *t, const cJSON *stretch, size_t each, size_t sum)
{
	const char *calendar = pick_text(stretch, "calendar");
	bool counts = pick_true(stretch, "counts");
	struct textbuf span;

	textbuf_init(&span);
	telling_start(t);
	textbuf_add(&t->head, "  ");
	telling_add_when(&t->head, pick_wall(stretch, "from"));
	textbuf_add(&t->head, "  ");
	telling_add_span(&span, stretch, "counted_ms");
	add_right(&t->head, counts ? span.data : "paused", each);
	textbuf_clear(&span);
	telling_add_span(&span, stretch, "sum_ms");
	add_right(&t->head, span.data, sum);
	telling_add_part(&t->text, "", pick_text(stretch, "why"));
	if (counts)
		telling_add_part(
		    &t->text, "by ", calendar[0] ? calendar : "24x7");
	telling_add_event(&t->text, stretch);
	telling_end(t);
	textbuf_fini(&span);
}

static void tell_stretches(struct telling *t, const cJSON *clock)
{
	const cJSON *list = pick(clock, "stretches");
	size_t each = span_width(list, "counted_ms");
	size_t sum = span_width(list, "sum_ms");
	const cJSON *stretch;
	const cJSON *last = NULL;

	telling_start(t);
	textbuf_add(&t->head, "  FROM                 ");
	add_right(&t->head, "COUNTED", each);
	add_right(&t->head, "SUM", sum);
	textbuf_add(&t->text, "WHY");
	telling_end(t);
	cJSON_ArrayForEach(stretch, list)
	{
		tell_stretch(t, stretch, each, sum);
		last = stretch;
	}
	telling_start(t);
	textbuf_add(&t->head, "  ");
	telling_add_when(&t->head, pick_wall(last, "to"));
	textbuf_add(&t->head, "  ");
	textbuf_add(&t->text, pick_true(last, "open") ? "now" : "the end");
	telling_end(t);
}

void tell_clock(struct telling *t, const cJSON *clock)
{
	tell_clock_title(t, clock);
	tell_target(t, clock);
	tell_due(t, clock);
	telling_instant(t, clock, "  breached  ", "breached_at");
	telling_instant(t, clock, "  ended     ", "ended_at");
	tell_warnings(t, clock);
	tell_stretches(t, clock);
	if (cJSON_GetArraySize(pick(clock, "history")) > 0)
		telling_say(t, "what happened to it");
	telling_history(t, clock);
}
