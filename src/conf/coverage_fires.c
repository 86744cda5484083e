/* coverage_fires.c - at which instants of the window may a step fire?
 *
 * SPDX-License-Identifier: MIT */
#include "conf/coverage.h"

#include "conf/lint_conditions.h"

/* --- what starts a chain -------------------------------------------------- */

static void add_use(const struct coverage *c, struct coverage_uses *u,
    struct spans starts, size_t severity, const char *policy)
{
	struct coverage_use *use =
	    arena_push(c->arena, &u->items, &u->count, &u->cap, sizeof *use);

	use->starts = starts;
	use->severity = (int)severity;
	use->policy = policy;
}

/* Cut to when it is valid. */
static struct spans while_valid(
    const struct coverage *c, int calendar, const struct validity *v)
{
	struct spans open = coverage_open(c, calendar);
	struct spans valid = { NULL, 0, 0 };

	spans_add(&valid, c->arena, wall_max(c->from, v->from),
	    v->until.ms == 0 ? c->to : wall_min(c->to, v->until));
	return spans_both(c->arena, &open, &valid);
}

static bool may_be(
    const struct matrix *m, const struct condition *when, size_t severity)
{
	return condition_allows(
	    when, CONDITION_SEVERITY, m->severities[severity].name);
}

int coverage_calendar(const struct matrix *m, const struct policy *p,
    size_t severity, size_t kind)
{
	int own = p->targets[severity][kind].calendar;

	if (own < 0)
		own = m->severities[severity].calendar;
	return own < 0 ? p->calendar : own;
}

/* Its clocks run out in their working time only; most share one calendar. */
static void add_policy(const struct coverage *c, struct coverage_uses *u,
    const struct policy *p, size_t severity)
{
	int done = -2;

	for (size_t k = 0; k < c->m->nkinds; k++) {
		int cal = coverage_calendar(c->m, p, severity, k);

		if (p->targets[severity][k].ms == 0 || cal == done)
			continue;
		done = cal;
		add_use(
		    c, u, while_valid(c, cal, &p->valid), severity, p->name);
	}
}

static void add_rule(
    const struct coverage *c, struct coverage_uses *u, const struct rule *rule)
{
	for (size_t s = 0; s < c->m->nseverities; s++)
		if (may_be(c->m, &rule->when, s))
			add_use(
			    c, u, while_valid(c, -1, &rule->valid), s, NULL);
}

struct coverage_uses coverage_rule_uses(const struct coverage *c, size_t rule)
{
	struct coverage_uses u = { NULL, 0, 0 };

	add_rule(c, &u, &c->m->rules[rule]);
	return u;
}

struct coverage_uses coverage_uses(const struct coverage *c, int chain)
{
	const struct matrix *m = c->m;
	struct coverage_uses u = { NULL, 0, 0 };

	for (size_t i = 0; i < m->npolicies; i++) {
		const struct policy *p = &m->policies[i];

		if (p->on_warning != chain && p->on_breach != chain)
			continue;
		for (size_t s = 0; s < m->nseverities; s++)
			if (may_be(m, &p->when, s))
				add_policy(c, &u, p, s);
	}
	for (size_t i = 0; i < m->nrules; i++)
		if (m->rules[i].start == chain)
			add_rule(c, &u, &m->rules[i]);
	for (size_t i = 0; i < m->nteams; i++)
		for (size_t s = 0;
		     m->teams[i].chain == chain && s < m->nseverities; s++)
			add_use(c, &u, coverage_open(c, -1), s, NULL);
	return u;
}

/* --- when a step fires ---------------------------------------------------- */

static int64_t offset_of(const struct chain *c, size_t step)
{
	int64_t ms = 0;

	for (size_t i = 0; i <= step; i++)
		ms += c->steps[i].after_ms;
	return ms;
}

struct spans coverage_fires(const struct coverage *c, const struct chain *chain,
    size_t step, const struct spans *starts)
{
	int64_t window = wall_minus(c->to, c->from);
	int64_t round =
	    offset_of(chain, chain->nsteps - 1) + chain->repeat_after_ms;
	int64_t at = offset_of(chain, step);
	struct spans out = { NULL, 0, 0 };
	struct spans open;

	for (int i = 0; i <= chain->repeat && at < window; i++) {
		struct spans one =
		    spans_moved(c->arena, starts, at, c->from, c->to);

		out = spans_either(c->arena, &out, &one);
		at += round;
	}
	open =
	    coverage_open(c, matrix_calendar(c->m, chain->steps[step].hours));
	return spans_both(c->arena, &out, &open);
}

/* --- when a schedule is asked --------------------------------------------- */

static struct spans add_asked(const struct coverage *c,
    const struct chain *chain, int schedule, const struct coverage_uses *uses,
    struct spans asked)
{
	for (size_t i = 0; i < chain->nsteps; i++) {
		if (!coverage_asks(c->m, &chain->steps[i], schedule))
			continue;
		for (size_t k = 0; k < uses->count; k++) {
			struct spans when =
			    coverage_fires(c, chain, i, &uses->items[k].starts);

			asked = spans_either(c->arena, &asked, &when);
		}
	}
	return asked;
}

static struct spans asked_at(const struct coverage *c, int schedule)
{
	const struct matrix *m = c->m;
	struct spans asked = { NULL, 0, 0 };

	for (size_t i = 0; i < m->nchains; i++) {
		struct coverage_uses uses = coverage_uses(c, (int)i);

		asked = add_asked(c, &m->chains[i], schedule, &uses, asked);
	}
	for (size_t i = 0; i < m->nrules; i++) {
		struct step step = m->rules[i].notify;
		struct chain one = { .steps = &step, .nsteps = 1 };
		struct coverage_uses uses = coverage_rule_uses(c, i);

		asked = add_asked(c, &one, schedule, &uses, asked);
	}
	return asked;
}

struct spans coverage_gap(const struct coverage *c, int schedule)
{
	struct arena scratch = ARENA_INIT;
	struct coverage mine = *c;
	struct spans off;
	struct spans asked;
	struct spans gap;

	mine.arena = &scratch;
	off = coverage_off_call(&mine, schedule);
	asked = asked_at(&mine, schedule);
	gap = spans_both(c->arena, &off, &asked);
	arena_fini(&scratch);
	return gap;
}
