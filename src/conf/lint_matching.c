/* lint_matching.c - policies and rules that never match, or are over.
 *
 * Only what is certain is said (lint_conditions.h): a policy may still never
 * match because no ticket is like that.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/lint_parts.h"

#include "conf/lint_conditions.h"

/* --- over ----------------------------------------------------------------- */

/* `until` is exclusive: the last day that was valid is the day before. */
static void say_over(struct reader *r, const char *list, size_t i,
    const char *what, const char *name, const struct validity *v)
{
	char text[WALL_TEXT_MAX];

	wall_format(wall_at(v->until.ms - 1), text);
	report_warning(r->report, lint_item(r, list, i),
	    "%s \"%s\" ended on %.*s; remove it, or extend `valid`", what, name,
	    10, text);
}

/* --- shadowed ------------------------------------------------------------- */

/* Is the one valid whenever the other is? */
static bool is_valid_as_long(const struct validity *a, const struct validity *b)
{
	bool from = a->from.ms == 0 || !wall_before(b->from, a->from);
	bool until = a->until.ms == 0 ||
		     (b->until.ms != 0 && !wall_before(a->until, b->until));

	return from && until;
}

/* The policies above that are valid as long, as one condition. */
static struct condition all_above(struct reader *r, size_t index)
{
	const struct matrix *m = r->m;
	struct condition any = { .op = CONDITION_ANY };

	any.parts = arena_alloc(r->report->arena, index * sizeof *any.parts);
	for (size_t k = 0; k < index; k++)
		if (is_valid_as_long(
			&m->policies[k].valid, &m->policies[index].valid))
			any.parts[any.nparts++] = m->policies[k].when;
	return any;
}

static void lint_shadowed(struct reader *r, size_t index)
{
	const struct matrix *m = r->m;
	const struct policy *p = &m->policies[index];
	struct condition above;

	for (size_t k = 0; k < index; k++) {
		const struct policy *q = &m->policies[k];

		if (!is_valid_as_long(&q->valid, &p->valid) ||
		    !condition_implies(&p->when, &q->when))
			continue;
		report_warning(r->report, lint_item(r, "policies", index),
		    "no ticket reaches policy \"%s\": \"%s\" above it takes "
		    "them all; move it up",
		    p->name, q->name);
		return;
	}
	above = all_above(r, index);
	if (condition_implies(&p->when, &above))
		report_warning(r->report, lint_item(r, "policies", index),
		    "no ticket reaches policy \"%s\": those above it together "
		    "take them all; move it up",
		    p->name);
}

/* --- words ---------------------------------------------------------------- */

/* A condition on a team that is not defined is no error: a help desk may have
 * more teams than the matrix. */
static void lint_team(struct reader *r, struct place at, const char *what,
    const char *owner, const char *name)
{
	struct nearest n;

	if (r->m->nteams == 0 || matrix_team(r->m, name) >= 0)
		return;
	nearest_init(&n, name);
	ref_near(r->m, REF_TEAM, &n);
	report_warning(r->report, at,
	    "%s \"%s\" asks for team \"%s\", which is not defined%s", what,
	    owner, name, suggest(r, &n, "define it under teams"));
}

static void lint_teams(struct reader *r, struct place at, const char *what,
    const char *owner, const struct condition *c)
{
	for (size_t i = 0; i < c->nparts; i++)
		lint_teams(r, at, what, owner, &c->parts[i]);
	if (c->op != CONDITION_TEST || c->field != CONDITION_TEAM)
		return;
	for (size_t i = 0; i < c->nwords; i++)
		lint_team(r, at, what, owner, c->words[i]);
}

/* --- one of either -------------------------------------------------------- */

/* Returns whether it can match at all. */
static bool lint_one(struct reader *r, const char *list, size_t i,
    const char *what, const char *name, const struct condition *when,
    const struct validity *valid)
{
	struct place at = lint_item(r, list, i);

	lint_teams(r, at, what, name, when);
	if (lint_is_over(r, valid)) {
		say_over(r, list, i, what, name, valid);
		return false;
	}
	if (!condition_is_never(when))
		return true;
	report_warning(r->report, at,
	    "%s \"%s\" can never match: its conditions contradict each other; "
	    "write any: [ ... ] where one of them is enough",
	    what, name);
	return false;
}

void lint_matching(struct reader *r)
{
	const struct matrix *m = r->m;

	for (size_t i = 0; i < m->npolicies; i++)
		if (lint_one(r, "policies", i, "policy", m->policies[i].name,
			&m->policies[i].when, &m->policies[i].valid))
			lint_shadowed(r, i);
	for (size_t i = 0; i < m->nrules; i++)
		(void)lint_one(r, "rules", i, "rule", m->rules[i].name,
		    &m->rules[i].when, &m->rules[i].valid);
}
