/* reload_plan.c - see reload_plan.h.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/reload_plan.h"

#include "ctl/pick.h"
#include "ctl/when.h"
#include "ctl/wrap.h"

#include <string.h>

#define WHO_COLUMNS 16

/* "2 notices", "1 notice" */
static void add_count(
    struct textbuf *out, int64_t n, const char *one, const char *more)
{
	textbuf_addf(out, "%s%lld %s", out->len > 0 ? ", " : "", (long long)n,
	    n == 1 ? one : more);
}

static void add_some(struct textbuf *out, const cJSON *object,
    const char *member, const char *one, const char *more)
{
	int64_t n = pick_int(object, member);

	if (n > 0)
		add_count(out, n, one, more);
}

/* A fact, unless nothing was counted. */
static void fact(
    struct asking *a, const char *name, struct textbuf *text, enum colour c)
{
	asking_fact(a, name, text->data, c);
	textbuf_clear(text);
}

/* --- totals --------------------------------------------------------------- */

static void add_farthest(
    struct textbuf *out, const cJSON *clocks, const char *member)
{
	char span[SPAN_TEXT_MAX];

	span_format(
	    (int64_t)(pick_number(clocks, member) * (double)SECOND_MS), span);
	textbuf_addf(out, " (by up to %s)", span);
}

static void add_moves(struct textbuf *out, const cJSON *clocks)
{
	int64_t earlier = pick_int(clocks, "earlier");
	int64_t later = pick_int(clocks, "later");

	add_some(out, clocks, "moved", "is due at another time",
	    "are due at another time");
	if (earlier + later > 0)
		textbuf_add(out, ": ");
	if (earlier > 0) {
		textbuf_addf(out, "%lld earlier", (long long)earlier);
		add_farthest(out, clocks, "earlier_max_s");
	}
	if (later > 0) {
		textbuf_addf(out, "%s%lld later", earlier > 0 ? ", " : "",
		    (long long)later);
		add_farthest(out, clocks, "later_max_s");
	}
}

static void show_clocks(struct asking *a, const cJSON *plan)
{
	const cJSON *clocks = pick(plan, "clocks");
	struct textbuf text;

	textbuf_init(&text);
	add_moves(&text, clocks);
	fact(a, "clocks", &text, COLOUR_BOLD);
	add_some(&text, clocks, "started", "starts", "start");
	add_some(&text, clocks, "cancelled", "is cancelled", "are cancelled");
	add_some(&text, clocks, "paused", "is paused", "are paused");
	add_some(&text, clocks, "resumed", "runs on", "run on");
	add_some(&text, clocks, "retargeted", "paused one has another target",
	    "paused ones have another target");
	add_some(&text, clocks, "unbreached", "breach is taken back",
	    "breaches are taken back");
	fact(a, pick_int(clocks, "moved") > 0 ? "" : "clocks", &text,
	    COLOUR_NONE);
	add_some(&text, clocks, "breached", "clock breaches at once",
	    "clocks breach at once");
	fact(a, "breaches", &text, COLOUR_RED);
	add_some(&text, clocks, "warned", "warning is due at once",
	    "warnings are due at once");
	fact(a, "warnings", &text, COLOUR_YELLOW);
	textbuf_fini(&text);
}

static void show_notices(struct asking *a, const cJSON *plan)
{
	const cJSON *notices = pick(plan, "notices");
	struct textbuf text;

	textbuf_init(&text);
	add_some(&text, plan, "chains", "chain starts", "chains start");
	add_some(&text, plan, "rules", "rule fires", "rules fire");
	fact(a, "chains", &text, COLOUR_NONE);
	add_some(&text, notices, "now", "goes at once", "go at once");
	add_some(&text, notices, "held", "waits for its reader's hours",
	    "wait for their readers' hours");
	add_some(&text, notices, "withdrawn", "that waits is withdrawn",
	    "that wait are withdrawn");
	fact(a, "notices", &text, COLOUR_YELLOW);
	textbuf_fini(&text);
}

static const char *or_none(const char *name)
{
	return name[0] == '\0' ? "none" : name;
}

static void show_names(struct asking *a, const cJSON *plan)
{
	const cJSON *policies = pick(plan, "policies");
	const cJSON *item;
	struct textbuf text;

	textbuf_init(&text);
	cJSON_ArrayForEach(item, pick(policies, "list"))
	{
		add_count(
		    &text, pick_int(item, "tickets"), "ticket", "tickets");
		textbuf_addf(&text, " from %s to %s",
		    or_none(pick_text(item, "from")),
		    or_none(pick_text(item, "to")));
	}
	fact(a, "policies", &text,
	    pick_int(policies, "lost") > 0 ? COLOUR_RED : COLOUR_NONE);
	cJSON_ArrayForEach(item, pick(plan, "severities_gone"))
	{
		add_count(&text, pick_int(item, "tickets"), "ticket has",
		    "tickets have");
		textbuf_addf(
		    &text, " %s, which is gone", pick_text(item, "severity"));
	}
	fact(a, "severities", &text, COLOUR_RED);
	textbuf_fini(&text);
}

static void add_passed(struct textbuf *out, const cJSON *plan, bool is_done)
{
	const cJSON *guard = pick(plan, "guard");
	long long breaches = (long long)pick_int(guard, "breaches");
	long long notices = (long long)pick_int(guard, "notices");

	if (is_done)
		textbuf_addf(out,
		    "let it pass: %lld of at most %lld breaches and %lld of at "
		    "most %lld notices at once",
		    (long long)pick_int(pick(plan, "clocks"), "breached"),
		    breaches, (long long)pick_int(pick(plan, "notices"), "now"),
		    notices);
	else
		textbuf_addf(out,
		    "lets it pass: at most %lld breaches and %lld notices at "
		    "once",
		    breaches, notices);
}

static void show_guard(struct asking *a, const cJSON *plan, bool is_done)
{
	const cJSON *guard = pick(plan, "guard");
	bool refuses = pick_true(guard, "refuses");
	struct textbuf text;

	textbuf_init(&text);
	if (refuses)
		textbuf_addf(&text, "%s: %s",
		    is_done ? "was overruled by --force" : "would refuse it",
		    pick_text(guard, "why"));
	else
		add_passed(&text, plan, is_done);
	fact(a, "guard", &text, refuses ? COLOUR_RED : COLOUR_GREEN);
	textbuf_fini(&text);
}

static void show_head(struct asking *a, const cJSON *plan, bool is_done)
{
	char when[WHEN_TEXT_MAX];
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(&text, "%s, revision %s", pick_text(plan, "file"),
	    pick_text(plan, "revision"));
	if (pick_true(plan, "same"))
		textbuf_add(&text, ": the one in force");
	else
		textbuf_addf(&text, "; in force %s %s",
		    is_done ? "before it was" : "is",
		    pick_text(plan, "in_force"));
	fact(a, "matrix", &text, COLOUR_NONE);
	when_local(pick_wall(plan, "at"), when);
	asking_fact(a, "as of", when, COLOUR_NONE);
	textbuf_addf(&text, "%lld looked at, for %lld something follows",
	    (long long)pick_int(plan, "tickets"),
	    (long long)pick_int(plan, "touched"));
	fact(a, "tickets", &text, COLOUR_NONE);
	textbuf_addf(&text, "%s tickets", pick_text(plan, "applies"));
	fact(a, "applies to", &text, COLOUR_NONE);
	textbuf_fini(&text);
}

void reload_plan_totals(struct asking *a, const cJSON *plan, bool is_done)
{
	show_head(a, plan, is_done);
	show_clocks(a, plan);
	show_notices(a, plan);
	show_names(a, plan);
	show_guard(a, plan, is_done);
}

/* --- lists ---------------------------------------------------------------- */

static void add_by(struct textbuf *text, struct wall was, struct wall due)
{
	int64_t by_ms = wall_is_never(was) ? 0 : wall_minus(due, was);
	char span[SPAN_TEXT_MAX];

	textbuf_clear(text);
	if (by_ms == 0)
		return;
	span_format(by_ms < 0 ? -by_ms : by_ms, span);
	textbuf_addf(text, "%s %s", span, by_ms < 0 ? "earlier" : "later");
}

static void show_clock(struct table *t, const cJSON *item)
{
	struct wall was = pick_wall(item, "was");
	struct wall due = pick_wall(item, "due");
	char when[WHEN_TEXT_MAX];
	struct textbuf by;

	table_cell(t, pick_text(item, "ticket"), COLOUR_BOLD);
	table_cell(t, pick_text(item, "severity"), COLOUR_NONE);
	table_cell(t, pick_text(item, "clock"), COLOUR_NONE);
	table_cell(t, pick_text(item, "policy"), COLOUR_NONE);
	when_local(was, when);
	table_cell(t, when, COLOUR_DIM);
	when_local(due, when);
	table_cell(t, when, COLOUR_NONE);
	textbuf_init(&by);
	add_by(&by, was, due);
	table_cell(t, by.data, COLOUR_NONE);
	textbuf_fini(&by);
}

/* Of more than are listed it is said. */
static void show_list(
    struct asking *a, const char *title, const cJSON *list, int64_t all)
{
	static const struct table_column columns[] = { { "TICKET", 8, false },
		{ "SEV", 0, false }, { "CLOCK", 6, false },
		{ "POLICY", 6, false }, { "WAS DUE", 0, false },
		{ "DUE", 0, false }, { "BY", 0, false } };
	int64_t listed = cJSON_GetArraySize(list);
	const cJSON *item;
	struct textbuf text;
	struct table t;

	if (listed == 0)
		return;
	textbuf_init(&text);
	textbuf_addf(&text, "\n%s", title);
	if (listed < all)
		textbuf_addf(&text, ", the first %lld of %lld",
		    (long long)listed, (long long)all);
	screen_colour(a->screen, COLOUR_BOLD, text.data, &a->out);
	textbuf_addc(&a->out, '\n');
	textbuf_fini(&text);
	table_init(&t, columns, sizeof columns / sizeof *columns);
	cJSON_ArrayForEach(item, list)
	{
		show_clock(&t, item);
	}
	table_print(&t, a->screen, &a->out);
	table_fini(&t);
}

/* --- who hears ------------------------------------------------------------ */

static void add_notice(struct textbuf *out, const cJSON *n)
{
	const char *chain = pick_text(n, "chain");
	int64_t step = pick_int(n, "step");

	textbuf_addf(out, "%s%lld ", out->len > 0 ? "; " : "",
	    (long long)pick_int(n, "count"));
	if (chain[0] != '\0' && strcmp(pick_text(n, "reason"), "chain") == 0)
		textbuf_addf(out, "step %lld of %s", (long long)step, chain);
	else if (chain[0] != '\0')
		textbuf_addf(out, "%s of %s", pick_text(n, "reason"), chain);
	else
		textbuf_addf(out, "%s", pick_text(n, "reason"));
	textbuf_addf(out, " via %s", pick_text(n, "channel"));
}

/* The number in a column of its own, and two blanks. */
static void add_right(struct textbuf *out, int64_t n)
{
	for (int64_t most = 10; most < 100000; most *= 10)
		if (n < most)
			textbuf_addc(out, ' ');
	textbuf_addf(out, " %lld  ", (long long)n);
}

void hearers_show(struct asking *a, const char *title, const cJSON *people)
{
	const cJSON *person, *notice;
	struct textbuf head, text;

	if (cJSON_GetArraySize(people) == 0)
		return;
	textbuf_init(&head);
	textbuf_init(&text);
	textbuf_addf(&head, "\n%s", title);
	screen_colour(a->screen, COLOUR_BOLD, head.data, &a->out);
	textbuf_addc(&a->out, '\n');
	cJSON_ArrayForEach(person, people)
	{
		const char *who = pick_text(person, "who");

		textbuf_clear(&head);
		textbuf_clear(&text);
		if (who[0] == '\0')
			textbuf_addf(
			    &text, "room %s", pick_text(person, "channel"));
		wrap_pad(&head, who[0] != '\0' ? who : text.data, WHO_COLUMNS);
		add_right(&head, pick_int(person, "count"));
		textbuf_clear(&text);
		cJSON_ArrayForEach(notice, pick(person, "notices"))
		{
			add_notice(&text, notice);
		}
		wrap_line(&a->out, a->screen, head.data, text.data);
	}
	textbuf_fini(&head);
	textbuf_fini(&text);
}

void reload_plan_show(struct asking *a, const cJSON *plan, bool is_done)
{
	const cJSON *clocks = pick(plan, "clocks");

	reload_plan_totals(a, plan, is_done);
	show_list(a, is_done ? "Breached at once" : "Would breach at once",
	    pick(plan, "breaches"), pick_int(clocks, "breached"));
	show_list(a, is_done ? "Moved" : "Would move", pick(plan, "moves"),
	    pick_int(clocks, "moved"));
	hearers_show(a, is_done ? "Who was told" : "Who would be told",
	    pick(plan, "people"));
}
