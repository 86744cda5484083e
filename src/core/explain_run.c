/* explain_run.c - whom did the chains tell, and what became of the notices?
 *
 * SPDX-License-Identifier: MIT */
#include "core/chain.h"
#include "core/explain_parts.h"

#include <string.h>

/* "not started: a chain of higher rank walks" has no run and no part here. */
static bool is_of_run(const struct change *ch, const struct chain_run *r)
{
	if (ch->run != r->seq)
		return false;
	switch ((int)ch->kind) {
	case CHANGE_CHAIN_ESCALATED:
	case CHANGE_HANDOFF_INCOMPLETE:
	case CHANGE_PERSON_SKIPPED:
		return true;
	default:
		return ch->kind >= CHANGE_CHAIN_STARTED &&
		       ch->kind <= CHANGE_CHAIN_HANDED_OVER;
	}
}

static void take_rows(struct explaining *x, struct explained_run *r)
{
	const struct explain_past *past = x->past;
	size_t cap = 0;

	for (size_t i = 0; i < past->nrows; i++) {
		struct explained_row *row;

		if (!is_of_run(&past->rows[i].change, r->run))
			continue;
		row = arena_push(
		    x->arena, &r->rows, &r->nrows, &cap, sizeof *row);
		*row = explain_row(x, i);
	}
}

void explain_runs(struct explaining *x)
{
	const struct ticket *t = x->past->whole;
	struct explanation *out = x->out;

	out->nruns = t->nruns;
	out->runs = arena_alloc(x->arena, t->nruns * sizeof *out->runs);
	for (size_t i = 0; i < t->nruns; i++) {
		struct explained_run *r = &out->runs[i];

		r->run = &t->runs[i];
		if (r->run->definition == NULL ||
		    !chain_decode(r->run->definition, x->arena, &r->chain))
			memset(&r->chain, 0, sizeof r->chain);
		take_rows(x, r);
	}
}

static void take_fate(struct explained_notice *n, const struct change *ch)
{
	switch ((int)ch->kind) {
	case CHANGE_NOTICE_HELD:
		n->held_until = ch->due;
		break;
	case CHANGE_NOTICE_SENT:
	case CHANGE_NOTICE_WITHDRAWN:
	case CHANGE_NOTICE_DEAD:
	case CHANGE_NOTICE_DIVERTED:
	case CHANGE_NOTICE_DROPPED:
		n->over_at = ch->at;
		n->why = ch->detail;
		break;
	case CHANGE_NOTICE_REVIVED:
		n->over_at = WALL_NEVER;
		n->why = ch->detail;
		break;
	case CHANGE_NOTICE_QUEUED:
	case CHANGE_NOTICE_RETRY:
	case CHANGE_NOTICE_REPEATED:
		n->why = ch->detail;
		break;
	default:
		break;
	}
}

/* Both lists are in the order of the notices' ids but for what happened to
 * them: a row's notice is found by a search. */
static struct explained_notice *find(struct explanation *out, int64_t id)
{
	size_t low = 0;
	size_t high = out->nnotices;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (out->notices[mid].notice->id < id)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == out->nnotices || out->notices[low].notice->id != id)
		return NULL;
	return &out->notices[low];
}

void explain_notices(struct explaining *x)
{
	const struct ticket *t = x->past->whole;
	const struct explain_past *past = x->past;
	struct explanation *out = x->out;

	out->nnotices = t->nnotices;
	out->notices =
	    arena_alloc(x->arena, t->nnotices * sizeof *out->notices);
	for (size_t i = 0; i < t->nnotices; i++)
		out->notices[i] =
		    (struct explained_notice){ .notice = &t->notices[i],
			    .held_until = WALL_NEVER,
			    .over_at = WALL_NEVER,
			    .why = t->notices[i].detail };
	for (size_t i = 0; i < past->nrows; i++) {
		struct explained_notice *n = find(out, past->rows[i].notice_id);

		if (n != NULL)
			take_fate(n, &past->rows[i].change);
	}
}
