/* lint_ladders.c - do the delays of a chain fit before the targets?
 *
 * A chain that a warning starts is there to prevent the breach: whoever stands
 * on its last step should hear of it while there still is time.  How much time
 * there is, is up to the clock: with targets of 15m and 8h, the last of four
 * steps will be too late for the one and early for the other, and that is how
 * it is meant.  So only steps are named that come too late for every clock of
 * that severity, counted from each clock's earliest warning.
 *
 * A chain that a breach starts is late by nature; but when the first clock
 * broke early, its last step should not come only after the ticket should have
 * been solved: that is counted from the shortest target to the longest that is
 * met by solving.
 *
 * Delays are civil time, targets working time; so within one working day.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/lint_parts.h"

#include "conf/lint_conditions.h"

/* How long before the due a warning comes. */
static int64_t lead_of(const struct warning *w, int64_t target_ms)
{
	if (!w->is_share)
		return w->value < target_ms ? w->value : target_ms;
	return target_ms - target_ms / 10000 * w->value -
	       target_ms % 10000 * w->value / 10000;
}

static int64_t longest_lead(const struct policy *p, const struct target *t)
{
	const struct warning *w =
	    t->warnings != NULL ? t->warnings : p->warnings;
	size_t n = t->warnings != NULL ? t->nwarnings : p->nwarnings;
	int64_t longest = 0;

	for (size_t i = 0; i < n; i++)
		if (lead_of(&w[i], t->ms) > longest)
			longest = lead_of(&w[i], t->ms);
	return longest;
}

/* What the targets of one severity leave. */
struct times {
	int64_t lead;	  /* the longest before a due; 0: nothing warns */
	int64_t shortest; /* target; 0: none */
	int64_t solving;  /* longest target that is met by solving; 0: none */
};

static struct times times_of(
    const struct matrix *m, const struct policy *p, size_t severity)
{
	struct times out = { 0, 0, 0 };

	for (size_t k = 0; k < m->nkinds; k++) {
		const struct target *t = &p->targets[severity][k];
		int64_t lead = t->ms > 0 ? longest_lead(p, t) : 0;

		if (lead > out.lead)
			out.lead = lead;
		if (t->ms > 0 && (out.shortest == 0 || t->ms < out.shortest))
			out.shortest = t->ms;
		if ((m->kinds[k].met_by & SIGNAL_BIT(SIGNAL_SOLVED)) != 0 &&
		    t->ms > out.solving)
			out.solving = t->ms;
	}
	return out;
}

/* The first step that comes later than that after the start; nsteps: none.
 * *total is when. */
static size_t first_late(const struct chain *c, int64_t room_ms, int64_t *total)
{
	*total = 0;
	for (size_t i = 0; i < c->nsteps; i++) {
		*total += c->steps[i].after_ms;
		if (*total > room_ms)
			return i;
	}
	return c->nsteps;
}

static void lint_warned(
    struct reader *r, size_t index, size_t severity, const struct times *t)
{
	const struct matrix *m = r->m;
	const struct policy *p = &m->policies[index];
	const struct chain *c = &m->chains[p->on_warning];
	char total[SPAN_TEXT_MAX];
	char lead[SPAN_TEXT_MAX];
	int64_t ms;
	size_t i = first_late(c, t->lead, &ms);

	if (i == c->nsteps)
		return;
	span_format(ms, total);
	span_format(t->lead, lead);
	report_warning(r->report, lint_item(r, "policies", index),
	    "policy \"%s\": step %zu of chain \"%s\" comes %s after a warning, "
	    "and no warning of %s is earlier than %s before the due; shorten "
	    "`after`, or warn earlier",
	    p->name, i + 1, c->name, total, m->severities[severity].name, lead);
}

static void lint_breached(
    struct reader *r, size_t index, size_t severity, const struct times *t)
{
	const struct matrix *m = r->m;
	const struct policy *p = &m->policies[index];
	const struct chain *c = &m->chains[p->on_breach];
	char total[SPAN_TEXT_MAX];
	char left[SPAN_TEXT_MAX];
	int64_t ms;
	size_t i = first_late(c, t->solving - t->shortest, &ms);

	if (i == c->nsteps)
		return;
	span_format(ms, total);
	span_format(t->solving - t->shortest, left);
	report_warning(r->report, lint_item(r, "policies", index),
	    "policy \"%s\": step %zu of chain \"%s\" comes %s after the first "
	    "breach of %s, which should be solved %s after it; shorten `after`",
	    p->name, i + 1, c->name, total, m->severities[severity].name, left);
}

/* One remark a policy and chain: that of the severity with the least time. */
static void lint_policy(struct reader *r, size_t index)
{
	const struct matrix *m = r->m;
	const struct policy *p = &m->policies[index];
	int tight_warning = -1;
	int tight_breach = -1;
	struct times of[MATRIX_SEVERITIES_MAX];

	for (size_t s = 0; s < m->nseverities; s++) {
		of[s] = times_of(m, p, s);
		if (!condition_allows(
			&p->when, CONDITION_SEVERITY, m->severities[s].name))
			continue;
		if (of[s].lead > 0 &&
		    (tight_warning < 0 || of[s].lead < of[tight_warning].lead))
			tight_warning = (int)s;
		if (of[s].solving > of[s].shortest &&
		    (tight_breach < 0 || of[s].solving - of[s].shortest <
					     of[tight_breach].solving -
						 of[tight_breach].shortest))
			tight_breach = (int)s;
	}
	if (p->on_warning >= 0 && tight_warning >= 0)
		lint_warned(
		    r, index, (size_t)tight_warning, &of[tight_warning]);
	if (p->on_breach >= 0 && tight_breach >= 0)
		lint_breached(
		    r, index, (size_t)tight_breach, &of[tight_breach]);
}

void lint_ladders(struct reader *r)
{
	for (size_t i = 0; i < r->m->npolicies; i++)
		if (!lint_is_over(r, &r->m->policies[i].valid))
			lint_policy(r, i);
}
