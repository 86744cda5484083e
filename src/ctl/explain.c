/* explain.c - `slawatchctl explain`: why a ticket stands as it does.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "core/drill.h"
#include "ctl/pick.h"
#include "ctl/telling.h"
#include "ctl/when.h"
#include "ctl/width.h"
#include "ctl/wrap.h"

#include <string.h>

/* --- policies ------------------------------------------------------------- */

static size_t widest(const cJSON *list, const char *name)
{
	const cJSON *item;
	size_t most = 0;

	cJSON_ArrayForEach(item, list)
	{
		size_t width = text_width(pick_text(item, name));

		most = width > most ? width : most;
	}
	return most;
}

static const char *verdict_words(const cJSON *policy)
{
	const char *verdict = pick_text(policy, "verdict");

	if (strcmp(verdict, "matched") == 0)
		return "matches";
	if (strcmp(verdict, "stands_later") == 0)
		return "stands later";
	if (strcmp(verdict, "not_valid_then") == 0)
		return "not valid";
	return pick_true(policy, "just_missed") ? "just missed" : "no";
}

static void tell_policies(struct telling *t)
{
	const cJSON *list = pick(t->tree, "policies");
	size_t width = widest(list, "policy");
	const cJSON *policy;

	if (drill_key(pick_text(t->tree, "key"))) {
		telling_title(t, "a drill");
		telling_say(t, "it has no policy, no clock and no rule");
		return;
	}
	telling_title(t, "policies, the first that matches counts");
	cJSON_ArrayForEach(policy, list)
	{
		telling_start(t);
		textbuf_add(&t->head, "  ");
		wrap_pad(&t->head, pick_text(policy, "policy"), width + 2);
		wrap_pad(&t->head, verdict_words(policy), 14);
		textbuf_add(&t->text, pick_text(policy, "why"));
		telling_end(t);
	}
	if (pick_text(t->tree, "policy")[0] == '\0')
		telling_say(t, "none matches: no clock has a target");
}

/* --- what comes ----------------------------------------------------------- */

static void tell_next(struct telling *t, const cJSON *next)
{
	const cJSON *told;
	char off[WHEN_TEXT_MAX];

	telling_start(t);
	textbuf_add(&t->head, "  ");
	telling_add_when(&t->head, pick_wall(next, "at"));
	textbuf_add(&t->head, "  ");
	when_relative(pick_wall(next, "at"), t->now, off);
	wrap_pad(&t->head, off, 11);
	textbuf_add(&t->text, pick_text(next, "what"));
	cJSON_ArrayForEach(told, pick(next, "told"))
	{
		struct wall held = pick_wall(told, "held_until");

		textbuf_add(&t->text, "; goes");
		telling_add_reader(&t->text, told);
		if (!wall_is_never(held)) {
			textbuf_add(&t->text, ", held until ");
			telling_add_when(&t->text, held);
		}
	}
	telling_end(t);
}

static void tell_ahead(struct telling *t)
{
	const cJSON *list = pick(t->tree, "next");
	const cJSON *next;

	telling_title(t, "what comes next, if nobody does anything");
	cJSON_ArrayForEach(next, list) tell_next(t, next);
	if (pick_true(t->tree, "next_more"))
		telling_say(t, "and more after that");
	else if (cJSON_GetArraySize(list) == 0)
		telling_say(
		    t, pick_true(t->tree, "over")
			   ? "nothing: the ticket is over"
			   : "nothing: no clock runs and no chain walks");
}

/* --- the whole ------------------------------------------------------------ */

/* "P2; by rule loud; confirmed by omar" */
static void tell_severity(struct telling *t)
{
	const cJSON *said = pick(t->tree, "severity_said");

	telling_start(t);
	textbuf_add(&t->text, pick_text(t->tree, "severity"));
	telling_add_part(&t->text, "by ", pick_text(said, "by"));
	telling_add_part(
	    &t->text, "confirmed by ", pick_text(said, "confirmed_by"));
	asking_fact(t->a, "severity", t->text.data, COLOUR_NONE);
}

static void tell_facts(struct telling *t)
{
	static const char *const plain[] = { "status", "tier", "category",
		"channel", "team", "assignee", "merged_into" };
	char now[WHEN_TEXT_MAX];

	asking_fact(t->a, "ticket", pick_text(t->tree, "key"), COLOUR_BOLD);
	asking_fact(
	    t->a, "subject", pick_text(t->tree, "subject"), COLOUR_BOLD);
	tell_severity(t);
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		asking_fact(
		    t->a, plain[i], pick_text(t->tree, plain[i]), COLOUR_NONE);
	telling_start(t);
	telling_add_names(&t->text, pick(t->tree, "tags"));
	asking_fact(t->a, "tags", t->text.data, COLOUR_NONE);
	asking_fact(t->a, "policy", pick_text(t->tree, "policy"), COLOUR_NONE);
	if (pick_true(t->tree, "needs_human"))
		asking_fact(t->a, "needs", "a human", COLOUR_NONE);
	when_both(t->now, t->now, now);
	asking_fact(t->a, "as of", now, COLOUR_NONE);
	if (pick_true(t->tree, "cut"))
		telling_say(
		    t, "its story is long: the oldest part is left out");
}

static void tell_all(struct telling *t)
{
	const cJSON *notices = pick(t->tree, "notices");
	const cJSON *item;

	tell_facts(t);
	tell_policies(t);
	tell_rules(t);
	tell_changes(t);
	cJSON_ArrayForEach(item, pick(t->tree, "clocks")) tell_clock(t, item);
	cJSON_ArrayForEach(item, pick(t->tree, "chains")) tell_chain(t, item);
	if (cJSON_GetArraySize(notices) > 0)
		telling_title(t, "notices");
	cJSON_ArrayForEach(item, notices) tell_notice(t, item);
	tell_ahead(t);
}

int cmd_explain(const struct invocation *in)
{
	struct asking a;
	struct telling t = { .a = &a };
	int code = asking_begin(&a, in);

	if (code == EXIT_OK)
		code = asking_ticket(&a, "GET", in->args[0], "/explain", NULL);
	if (code == EXIT_OK && !asking_print_json(&a)) {
		t.tree = a.tree;
		t.now = pick_wall(a.tree, "now");
		textbuf_init(&t.head);
		textbuf_init(&t.text);
		tell_all(&t);
		textbuf_fini(&t.head);
		textbuf_fini(&t.text);
	}
	asking_end(&a);
	return code;
}
