/* backtest_chain.c - what a change means for the chains' numbers.
 *
 * SPDX-License-Identifier: MIT */
#include "core/backtest_parts.h"

#include <string.h>

static struct seen_run *run_of(struct seen *s, int seq)
{
	for (size_t i = 0; i < s->nruns; i++)
		if (s->runs[i].seq == seq)
			return &s->runs[i];
	return NULL;
}

static void drop_run(struct seen *s, struct seen_run *r)
{
	*r = s->runs[--s->nruns];
}

static void started(struct backtest *b, struct seen *s, const struct ticket *t,
    const struct change *c, bool counts)
{
	int chain = matrix_chain(b->m, c->chain);
	struct backtest_chain *totals;

	if (chain < 0)
		return;
	s->runs = seen_grow(s->runs, s->nruns, &s->cap_runs, sizeof *s->runs);
	s->runs[s->nruns++] = (struct seen_run){
		.seq = c->run, .chain = chain, .step = -1, .started = c->at
	};
	if (!counts)
		return;
	totals = &b->chains[chain];
	totals->runs++;
	totals->tickets += seen_set_add(&s->chains, chain);
	spread_add(&totals->begins, wall_minus(c->at, t->created));
	s->escalated = true;
}

/* Did the step that this change tells of reach anybody?  If not, the next word
 * of its run says so. */
static bool told_anybody(const struct decision *d, size_t index)
{
	const struct change *step = &d->changes[index];

	for (size_t i = index + 1; i < d->nchanges; i++) {
		const struct change *c = &d->changes[i];

		if (c->run != step->run || c->kind < CHANGE_CHAIN_STARTED ||
		    c->kind > CHANGE_CHAIN_HANDED_OVER)
			continue;
		return c->kind != CHANGE_CHAIN_STEP_SKIPPED ||
		       c->step != step->step;
	}
	return true;
}

static void stepped(struct backtest_step *step, struct seen_run *r,
    const struct change *c, bool counts)
{
	r->step = c->step;
	if (!counts)
		return;
	step->fired++;
	spread_add(&step->after, wall_minus(c->at, r->started));
}

/* Only the first answer counts.  One that comes when all have been told in vain
 * is too late for how the run ended. */
static void acked(struct backtest_chain *chain, struct backtest_step *last,
    struct seen_run *r, const struct change *c, bool counts)
{
	bool first = !r->acked;

	r->acked = true;
	if (!first || !counts)
		return;
	r->answered = !r->exhausted;
	chain->acked += r->answered;
	spread_add(&chain->ack, wall_minus(c->at, r->started));
	if (last != NULL)
		last->answered++;
}

static void ended(struct backtest_chain *chain, struct backtest_step *last,
    const struct seen_run *r)
{
	if (r->acked || r->exhausted)
		return;
	chain->over++;
	if (last != NULL)
		last->over++;
}

/* An answer that ran out, and that nobody gave again, was none in the end. */
static void exhausted(
    struct backtest_chain *chain, struct seen_run *r, bool counts)
{
	if (counts && !r->exhausted) {
		chain->exhausted++;
		chain->lapsed += r->acked;
		chain->acked -= r->answered;
		r->answered = false;
	}
	r->exhausted = true;
}

static struct backtest_step *step_of(struct backtest_chain *chain, int step)
{
	if (step < 0 || (size_t)step >= chain->nsteps)
		return NULL;
	return &chain->steps[step];
}

static void moved(struct backtest *b, struct seen *s, const struct decision *d,
    size_t index, bool counts)
{
	const struct change *c = &d->changes[index];
	struct seen_run *r = run_of(s, c->run);
	struct backtest_chain *chain = r == NULL ? NULL : &b->chains[r->chain];
	struct backtest_step *last, *step;

	if (r == NULL)
		return;
	last = step_of(chain, r->step);
	step = step_of(chain, c->step);
	if (c->kind == CHANGE_CHAIN_STEP && step != NULL &&
	    told_anybody(d, index)) {
		stepped(step, r, c, counts);
	} else if (c->kind == CHANGE_CHAIN_STEP_SKIPPED && step != NULL) {
		step->skipped += counts;
	} else if (c->kind == CHANGE_CHAIN_ACKED ||
		   c->kind == CHANGE_CHAIN_SNOOZED) {
		acked(chain, last, r, c, counts);
	} else if (c->kind == CHANGE_CHAIN_EXHAUSTED) {
		exhausted(chain, r, counts);
	} else if (c->kind == CHANGE_CHAIN_SUPERSEDED) {
		chain->superseded += counts && !r->acked && !r->exhausted;
		drop_run(s, r);
	} else if (c->kind == CHANGE_CHAIN_ENDED) {
		if (counts)
			ended(chain, last, r);
		drop_run(s, r);
	}
}

void backtest_chain(struct backtest *b, struct seen *s, const struct ticket *t,
    const struct decision *d, size_t index, bool counts)
{
	const struct change *c = &d->changes[index];

	if (c->kind == CHANGE_CHAIN_STARTED)
		started(b, s, t, c, counts);
	else if (c->kind > CHANGE_CHAIN_STARTED &&
		 c->kind <= CHANGE_CHAIN_HANDED_OVER && c->run != 0)
		moved(b, s, d, index, counts);
}
