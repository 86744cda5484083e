/* lint.c - what is no error of the language but hardly meant.
 *
 * Runs on a sound matrix.  What depends on the date is only looked at where the
 * caller says what date it is (conf_options.now): conf/ reads no clock.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/lint_parts.h"

struct place lint_item(struct reader *r, const char *list, size_t i)
{
	const struct yaml_node *items = yaml_get(r->root, list);

	return yaml_get(items->items[i], "name")->at;
}

struct place lint_entry(struct reader *r, const char *section, size_t i)
{
	const struct yaml_node *map = yaml_get(r->root, section);

	return map == NULL || i >= map->count ? PLACE_FILE
					      : map->pairs[i].key->at;
}

struct place lint_step(struct reader *r, size_t chain, size_t step)
{
	const struct yaml_node *steps =
	    yaml_get(yaml_get(r->root, "chains")->pairs[chain].value, "steps");

	return yaml_get(steps->items[step], "notify")->at;
}

struct place lint_rule_notify(struct reader *r, size_t rule)
{
	const struct yaml_node *then =
	    yaml_get(yaml_get(r->root, "rules")->items[rule], "then");

	return yaml_get(then, "notify")->at;
}

bool lint_knows_now(const struct reader *r)
{
	return r->options->now.ms != 0;
}

void lint_of_time(struct reader *r, struct place at, const char *fmt, ...)
{
	struct textbuf text;
	va_list ap;

	textbuf_init(&text);
	va_start(ap, fmt);
	textbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	if (r->options->is_check)
		report_error(r->report, at, "%s", text.data);
	else
		report_warning(r->report, at, "%s", text.data);
	textbuf_fini(&text);
}

bool lint_is_over(const struct reader *r, const struct validity *v)
{
	return lint_knows_now(r) && v->until.ms != 0 &&
	       !wall_before(r->options->now, v->until);
}

static void lint_fallback(struct reader *r)
{
	if (r->m->fallback < 0)
		report_warning(r->report, PLACE_FILE,
		    "no fallback: a notice that reaches nobody has nowhere to "
		    "go; add matrix: { fallback: CHANNEL }");
}

/* Whose review is due: the owner is told while the daemon runs, too. */
static void lint_review(struct reader *r)
{
	const struct yaml_node *map = yaml_get(r->root, "matrix");
	struct wall due;
	char text[WALL_TEXT_MAX];

	due = matrix_review_at(r->m);
	if (!lint_knows_now(r) || wall_before(r->options->now, due))
		return;
	wall_format(due, text);
	report_warning(r->report, yaml_get(map, "revised")->at,
	    "the review was due on %.*s; read the matrix with those it "
	    "concerns, then set `revised` to that day",
	    10, text);
}

void lint(struct reader *r)
{
	lint_fallback(r);
	lint_review(r);
	lint_unused(r);
	lint_targets(r);
	lint_ladders(r);
	lint_matching(r);
	lint_people(r);
	lint_sending(r);
	lint_coverage(r);
}
