/* explain.c - see explain.h; the policies, and who explains what.
 *
 * SPDX-License-Identifier: MIT */
#include "core/explain.h"

#include "base/check.h"
#include "base/textbuf.h"
#include "core/explain_parts.h"
#include "core/match.h"

#include <string.h>

static const char *const verdicts[POLICY_VERDICT_COUNT] = {
	[POLICY_MATCHED] = "matched",
	[POLICY_FAILED] = "failed",
	[POLICY_LATER] = "stands_later",
};

static const char *const warnings[WARNING_STATE_COUNT] = {
	[WARNING_SENT] = "sent",
	[WARNING_SKIPPED] = "skipped",
	[WARNING_AHEAD] = "ahead",
	[WARNING_WAITS] = "waits",
};

static const char *const sources[SOURCE_COUNT] = {
	[SOURCE_NONE] = "none",
	[SOURCE_TARGET] = "target",
	[SOURCE_SEVERITY] = "severity",
	[SOURCE_POLICY] = "policy",
	[SOURCE_EARLIER] = "earlier",
};

const char *explained_verdict_name(enum explained_verdict v)
{
	CHECK((unsigned)v < POLICY_VERDICT_COUNT);
	return verdicts[v];
}

const char *explained_warning_name(enum explained_warning_state s)
{
	CHECK((unsigned)s < WARNING_STATE_COUNT);
	return warnings[s];
}

const char *explained_source_name(enum explained_source s)
{
	CHECK((unsigned)s < SOURCE_COUNT);
	return sources[s];
}

/* What comes when its time has come, whatever else was told in that turn. */
static bool comes_by_itself(enum change_kind kind)
{
	switch ((int)kind) {
	case CHANGE_CLOCK_WARNED:
	case CHANGE_CLOCK_BREACHED:
	case CHANGE_WARNING_SKIPPED:
	case CHANGE_CHAIN_STEP:
	case CHANGE_CHAIN_STEP_SKIPPED:
	case CHANGE_CHAIN_REMINDED:
	case CHANGE_CHAIN_REPEATED:
	case CHANGE_CHAIN_REOPENED:
	case CHANGE_CHAIN_EXHAUSTED:
		return true;
	default:
		return false;
	}
}

/* These may come either way: only the instant tells. */
static bool may_come_by_itself(enum change_kind kind)
{
	return kind == CHANGE_CLOCK_RESUMED || kind == CHANGE_CHAIN_STARTED ||
	       kind == CHANGE_CHAIN_SUPERSEDED;
}

bool explain_is_told(const struct journal_row *row)
{
	return row->change.kind == CHANGE_EVENT && row->event_id[0] != '\0';
}

/* Rows of one decision follow each other and were recorded at one instant; its
 * first one says what led to it, but in those from before there was such a
 * thing. */
const struct journal_row *explain_cause(
    const struct explaining *x, size_t index)
{
	const struct journal_row *rows = x->past->rows;
	const struct journal_row *row = &rows[index];

	if (comes_by_itself(row->change.kind))
		return NULL;
	for (size_t i = index; i > 0 && rows[i].cause[0] == '\0';) {
		i--;
		if (!wall_same(rows[i].recorded, row->recorded))
			return NULL;
		if (!explain_is_told(&rows[i]))
			continue;
		if (may_come_by_itself(row->change.kind) &&
		    !wall_same(rows[i].change.at, row->change.at))
			return NULL;
		return &rows[i];
	}
	return NULL;
}

/* --- policies ------------------------------------------------------------- */

static void add_list(struct textbuf *tb, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		textbuf_addf(tb, "%s%s", i > 0 ? ", " : "", list[i]);
}

static const char *joined(struct arena *a, const char *const *list, size_t n)
{
	struct textbuf tb;
	const char *text;

	if (n == 0)
		return NULL;
	textbuf_init(&tb);
	add_list(&tb, list, n);
	text = arena_strndup(a, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

static void take_conditions(const struct explaining *x,
    const struct condition *when, struct explained_policy *p)
{
	const struct fields *f = &x->copy.fields;
	struct match_part parts[CONDITION_FIELD_COUNT];

	p->nconditions = match_parts(when, f, parts);
	for (size_t i = 0; i < p->nconditions; i++) {
		enum condition_field field = parts[i].field;

		p->conditions[i] = (struct explained_condition){
			.field = condition_field_name(field),
			.value = field == CONDITION_TAGS
				     ? joined(x->arena, f->tags, f->ntags)
				     : match_value(f, field),
			.wanted = when->any[field],
			.nwanted = when->nany[field],
			.holds = parts[i].holds
		};
	}
}

/* "tier is standard, wanted enterprise or premium" */
static void add_condition(
    struct textbuf *tb, const struct explained_condition *c)
{
	bool tags = strcmp(c->field, "tags") == 0;

	textbuf_addf(tb, "%s%s %s %s", tb->len > 0 ? "; " : "", c->field,
	    tags ? "are" : "is", c->value == NULL ? "not set" : c->value);
	if (c->holds)
		return;
	textbuf_add(tb, ", wanted ");
	for (size_t i = 0; i < c->nwanted; i++)
		textbuf_addf(tb, "%s%s", i > 0 ? " or " : "", c->wanted[i]);
}

/* Those that failed, if any did; else those that held. */
static const char *words_of(
    const struct explaining *x, const struct explained_policy *p)
{
	bool failed = p->verdict == POLICY_FAILED;
	struct textbuf tb;
	const char *text;

	textbuf_init(&tb);
	for (size_t i = 0; i < p->nconditions; i++)
		if (p->conditions[i].holds != failed)
			add_condition(&tb, &p->conditions[i]);
	if (tb.len == 0)
		textbuf_add(&tb, "it asks for nothing");
	text = arena_strndup(x->arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

static void explain_policies(struct explaining *x)
{
	const struct matrix *m = x->u.m;
	struct explanation *out = x->out;

	out->npolicies = m->npolicies;
	out->policies =
	    arena_alloc(x->arena, m->npolicies * sizeof *out->policies);
	for (size_t i = 0; i < m->npolicies; i++) {
		struct explained_policy *p = &out->policies[i];
		size_t failed = 0;

		p->name = m->policies[i].name;
		take_conditions(x, &m->policies[i].when, p);
		for (size_t k = 0; k < p->nconditions; k++)
			failed += !p->conditions[k].holds;
		if (failed > 0)
			p->verdict = POLICY_FAILED;
		else
			p->verdict = (int)i == x->u.policy ? POLICY_MATCHED
							   : POLICY_LATER;
		p->just_missed = failed == 1;
		p->why = words_of(x, p);
	}
}

void explain(const struct matrix *m, const struct ticket *t,
    const struct explain_past *past, struct wall now, struct arena *arena,
    struct explanation *out)
{
	struct explaining x = { .copy = *t,
		.by = matrix_at(m, t->revision),
		.past = past,
		.arena = arena,
		.out = out };

	memset(out, 0, sizeof *out);
	out->ticket = t;
	out->matrix = m;
	out->now = now;
	out->cut = past->cut;
	x.copy.arena = arena;
	x.u = (struct turn){ .m = m,
		.t = &x.copy,
		.now = now,
		.limit = now,
		.policy = match_policy(m, &t->fields) };
	if (x.by == NULL)
		x.by = m;
	explain_policies(&x);
	explain_clocks(&x);
	explain_runs(&x);
	explain_notices(&x);
	explain_next(&x);
}
