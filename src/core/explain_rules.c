/* explain_rules.c - which rules hold, and what was changed by us?
 *
 * SPDX-License-Identifier: MIT */
#include "core/explain_parts.h"

#include "core/drill.h"
#include "core/rules.h"

#include <string.h>

/* The row begins with the rule's name; of two such the longer is meant. */
static bool is_named(const char *detail, const char *name)
{
	size_t n = strlen(name);

	return strncmp(detail, name, n) == 0 && detail[n] == ':';
}

static void take_fired(struct explaining *x)
{
	struct explanation *out = x->out;

	for (size_t i = 0; i < x->past->nrows; i++) {
		const struct journal_row *row = &x->past->rows[i];
		struct explained_rule *best = NULL;

		if (row->change.kind != CHANGE_RULE_FIRED)
			continue;
		for (size_t k = 0; k < out->nrules; k++) {
			struct explained_rule *r = &out->rules[k];

			if (is_named(row->change.detail, r->name) &&
			    (best == NULL ||
				strlen(best->name) < strlen(r->name)))
				best = r;
		}
		if (best != NULL)
			best->fired = row;
	}
}

void explain_rules(struct explaining *x)
{
	const struct matrix *m = x->u.m;
	struct explanation *out = x->out;

	if (ticket_is_drill(out->ticket))
		return; /* none is asked */
	out->nrules = m->nrules;
	out->rules = arena_alloc(x->arena, m->nrules * sizeof *out->rules);
	for (size_t i = 0; i < m->nrules; i++) {
		const struct rule *rule = &m->rules[i];
		struct explained_rule *r = &out->rules[i];

		r->name = rule->name;
		r->valid = validity_holds(&rule->valid, x->u.now);
		r->holds = explain_conditions(x, &rule->when, r->conditions,
			       &r->nconditions) == 0;
		r->seen = rules_held(out->ticket, rule->name);
		r->why = r->valid
			     ? explain_found(x, r->conditions, r->nconditions)
			     : explain_window(x, &rule->valid);
	}
	take_fired(x);
}

/* --- what was changed ----------------------------------------------------- */

static bool is_severity(const struct change *ch)
{
	return ch->kind == CHANGE_SEVERITY ||
	       ch->kind == CHANGE_SEVERITY_CONFIRMED;
}

/* Who was passed over for a step is told with the step. */
static bool is_assignment(const struct change *ch)
{
	return ch->kind == CHANGE_ASSIGNMENT_SUGGESTED ||
	       ch->kind == CHANGE_ASSIGNMENT_UNCLAIMED ||
	       ch->kind == CHANGE_ASSIGNMENT_OVER ||
	       (ch->kind == CHANGE_PERSON_SKIPPED && ch->run == 0);
}

static bool is_other(const struct change *ch)
{
	return ch->kind == CHANGE_TEAM || ch->kind == CHANGE_TAGGED ||
	       ch->kind == CHANGE_HUMAN_REQUIRED;
}

static void take_rows(struct explaining *x,
    bool (*wanted)(const struct change *), struct explained_row **rows,
    size_t *count)
{
	size_t cap = 0;

	for (size_t i = 0; i < x->past->nrows; i++) {
		struct explained_row *row;

		if (!wanted(&x->past->rows[i].change))
			continue;
		row = arena_push(x->arena, rows, count, &cap, sizeof *row);
		*row = explain_row(x, i);
	}
}

void explain_changes(struct explaining *x)
{
	struct explanation *out = x->out;

	take_rows(x, is_severity, &out->severity, &out->nseverity);
	take_rows(x, is_assignment, &out->assignment, &out->nassignment);
	take_rows(x, is_other, &out->changes, &out->nchanges);
}
