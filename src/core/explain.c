/* explain.c - see explain.h; the policies, and who explains what.
 *
 * SPDX-License-Identifier: MIT */
#include "core/explain.h"

#include "base/check.h"
#include "base/textbuf.h"
#include "core/drill.h"
#include "core/explain_parts.h"
#include "core/match.h"

#include <string.h>

static const char *const verdicts[POLICY_VERDICT_COUNT] = {
	[POLICY_MATCHED] = "matched",
	[POLICY_FAILED] = "failed",
	[POLICY_LATER] = "stands_later",
	[POLICY_OUTSIDE] = "not_valid_then",
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
	switch ((int)kind) {
	case CHANGE_POLICY:
	case CHANGE_NO_POLICY:
	case CHANGE_CLOCK_RESUMED:
	case CHANGE_CHAIN_STARTED:
	case CHANGE_CHAIN_SUPERSEDED:
	case CHANGE_RULE_FIRED:
	case CHANGE_SEVERITY:
	case CHANGE_TEAM:
	case CHANGE_TAGGED:
	case CHANGE_HUMAN_REQUIRED:
	case CHANGE_HANDOFF_INCOMPLETE:
	case CHANGE_PERSON_SKIPPED:
	case CHANGE_ASSIGNMENT_SUGGESTED:
	case CHANGE_ASSIGNMENT_UNCLAIMED:
	case CHANGE_ASSIGNMENT_OVER:
		return true;
	default:
		return false;
	}
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

size_t explain_conditions(struct explaining *x, const struct condition *when,
    struct explained_condition *out, size_t *count)
{
	struct match_part parts[MATCH_PARTS_MAX];
	struct matching about = { .t = &x->copy,
		.facts = x->u.f,
		.at = x->u.now,
		.arena = x->arena };
	size_t n = match_parts(&about, when, parts);
	size_t failed = 0;

	for (size_t i = 0; i < n; i++) {
		out[i] = (struct explained_condition){ .field = parts[i].field,
			.value = parts[i].value,
			.wanted = parts[i].wanted,
			.nwanted = parts[i].nwanted,
			.why = parts[i].why,
			.holds = parts[i].holds };
		failed += !parts[i].holds;
	}
	*count = n;
	return failed;
}

const char *explain_found(
    struct explaining *x, const struct explained_condition *list, size_t count)
{
	bool failed = false;
	struct textbuf tb;
	const char *text;

	for (size_t i = 0; i < count; i++)
		failed |= !list[i].holds;
	textbuf_init(&tb);
	for (size_t i = 0; i < count; i++)
		if (list[i].holds != failed)
			textbuf_addf(
			    &tb, "%s%s", tb.len > 0 ? "; " : "", list[i].why);
	if (tb.len == 0)
		textbuf_add(&tb, "it asks for nothing");
	text = arena_strndup(x->arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

const char *explain_window(struct explaining *x, const struct validity *valid)
{
	bool ahead = wall_before(x->u.now, valid->from);
	char at[WALL_TEXT_MAX];

	wall_format(ahead ? valid->from : valid->until, at);
	return turn_text(
	    &x->u, ahead ? "it is valid from %s" : "it was valid until %s", at);
}

static void explain_policies(struct explaining *x)
{
	const struct matrix *m = x->u.m;
	struct explanation *out = x->out;

	if (ticket_is_drill(out->ticket))
		return; /* none is asked */
	out->npolicies = m->npolicies;
	out->policies =
	    arena_alloc(x->arena, m->npolicies * sizeof *out->policies);
	for (size_t i = 0; i < m->npolicies; i++) {
		struct explained_policy *p = &out->policies[i];
		size_t failed;

		p->name = m->policies[i].name;
		failed = explain_conditions(
		    x, &m->policies[i].when, p->conditions, &p->nconditions);
		p->just_missed = failed == 1;
		p->why = explain_found(x, p->conditions, p->nconditions);
		if (failed > 0) {
			p->verdict = POLICY_FAILED;
		} else if (validity_holds(&m->policies[i].valid, x->u.now)) {
			p->verdict = (int)i == x->u.policy ? POLICY_MATCHED
							   : POLICY_LATER;
		} else {
			p->verdict = POLICY_OUTSIDE;
			p->why = explain_window(x, &m->policies[i].valid);
		}
	}
}

void explain(const struct matrix *m, const struct facts *f,
    const struct ticket *t, const struct explain_past *past, struct wall now,
    struct arena *arena, struct explanation *out)
{
	struct explaining x = { .copy = *t,
		.by = matrix_at(m, t->revision),
		.past = past,
		.arena = arena,
		.out = out };

	memset(out, 0, sizeof *out);
	m = matrix_for(m, t);
	out->ticket = t;
	out->matrix = m;
	out->now = now;
	out->cut = past->cut;
	x.copy.arena = arena;
	x.u = (struct turn){ .m = m,
		.f = f,
		.t = &x.copy,
		.now = now,
		.limit = now,
		.policy = match_policy(m, &x.copy, now) };
	if (x.by == NULL)
		x.by = m;
	explain_policies(&x);
	explain_rules(&x);
	explain_changes(&x);
	explain_clocks(&x);
	explain_runs(&x);
	explain_notices(&x);
	explain_next(&x);
}
