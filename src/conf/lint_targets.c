/* lint_targets.c - targets and warnings that cannot be meant.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/lint_parts.h"

static bool has_target(const struct matrix *m, size_t severity)
{
	for (size_t i = 0; i < m->npolicies; i++)
		for (size_t k = 0; k < m->nkinds; k++)
			if (m->policies[i].targets[severity][k].ms > 0)
				return true;
	return false;
}

static void lint_severities(struct reader *r)
{
	const struct matrix *m = r->m;

	if (m->npolicies == 0) {
		report_warning(r->report, PLACE_FILE,
		    "no policies: no ticket has a target; add policies");
		return;
	}
	for (size_t i = 0; i < m->nseverities; i++)
		if (!has_target(m, i))
			report_warning(r->report,
			    lint_entry(r, "severities", i),
			    "severity \"%s\" has no target in any policy; add "
			    "one, or tickets of it are never late",
			    m->severities[i].name);
}

static bool is_tracked(const struct matrix *m, size_t kind)
{
	for (size_t i = 0; i < m->npolicies; i++)
		for (size_t s = 0; s < m->nseverities; s++)
			if (m->policies[i].targets[s][kind].ms > 0)
				return true;
	return false;
}

/* A built-in kind stands there for everybody, one's own is meant to run. */
static void lint_kinds(struct reader *r)
{
	const struct matrix *m = r->m;
	const struct yaml_node *map = yaml_get(r->root, "clocks");

	for (size_t k = clock_kinds_default_count; k < m->nkinds; k++)
		if (!is_tracked(m, k))
			report_warning(r->report,
			    yaml_pair(map, m->kinds[k].name)->key->at,
			    "clock \"%s\" has no target in any policy and "
			    "never runs; add one, or remove it",
			    m->kinds[k].name);
}

/* A lead time as long as a target would warn at the start. */
static void lint_leads(struct reader *r, const struct policy *p, size_t index)
{
	int64_t least = INT64_MAX;

	for (size_t s = 0; s < r->m->nseverities; s++)
		for (size_t k = 0; k < r->m->nkinds; k++) {
			const struct target *t = &p->targets[s][k];

			if (t->ms > 0 && t->warnings == NULL && t->ms < least)
				least = t->ms;
		}
	for (size_t i = 0; i < p->nwarnings; i++)
		if (!p->warnings[i].is_share && p->warnings[i].value >= least)
			report_warning(r->report,
			    lint_item(r, "policies", index),
			    "policy \"%s\" warns %s before the due, but has a "
			    "target no longer than that and warns at its "
			    "start; use a share such as 80%%",
			    p->name, p->warnings[i].text);
}

/* The same for one that has its own warnings. */
static void lint_own_leads(
    struct reader *r, const struct target *t, const struct yaml_node *node)
{
	for (size_t i = 0; i < t->nwarnings; i++)
		if (!t->warnings[i].is_share && t->warnings[i].value >= t->ms)
			report_warning(r->report, yaml_get(node, "warn")->at,
			    "%s before the due is at the target's start or "
			    "before it; use a share such as 80%%",
			    t->warnings[i].text);
}

static void lint_own_warnings(
    struct reader *r, const struct policy *p, size_t index)
{
	const struct matrix *m = r->m;
	const struct yaml_node *targets =
	    yaml_get(yaml_get(r->root, "policies")->items[index], "targets");

	for (size_t s = 0; s < m->nseverities; s++)
		for (size_t k = 0; k < m->nkinds; k++) {
			const struct target *t = &p->targets[s][k];

			if (t->nwarnings > 0)
				lint_own_leads(r, t,
				    yaml_get(yaml_get(targets,
						 m->severities[s].name),
					m->kinds[k].name));
		}
}

void lint_targets(struct reader *r)
{
	lint_severities(r);
	lint_kinds(r);
	for (size_t i = 0; i < r->m->npolicies; i++) {
		lint_leads(r, &r->m->policies[i], i);
		lint_own_warnings(r, &r->m->policies[i], i);
	}
}
