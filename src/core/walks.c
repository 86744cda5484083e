/* walks.c - see walks.h: does a chain start, and what does it supersede?
 *
 * SPDX-License-Identifier: MIT */
#include "core/walks.h"

#include "core/chain.h"
#include "core/drill.h"
#include "core/handoff.h"
#include "core/walks_parts.h"

#include <string.h>

/* Its people hear of it from the new chain; what still waits is withdrawn. */
static void supersede(
    struct turn *u, struct chain_run *r, const char *by, struct wall at)
{
	walk_stop(u, r, RUN_SUPERSEDED, CHANGE_CHAIN_SUPERSEDED, by, at);
	for (size_t i = 0; i < u->t->nnotices; i++)
		if (u->t->notices[i].run == r->seq)
			notices_withdraw_one(u, i, "superseded", at);
}

/* Ends live runs of lower rank; the one of higher rank that walks, or NULL. */
static struct chain_run *outranked(
    struct turn *u, const struct chain *c, struct wall at)
{
	struct chain_run *higher = NULL;

	for (size_t i = 0; i < u->t->nruns; i++) {
		struct chain_run *r = &u->t->runs[i];
		struct chain other;

		if (!run_state_is_live(r->state))
			continue;
		walk_definition(u, r, &other);
		if (other.rank > c->rank)
			higher = r;
		else if (other.rank < c->rank)
			supersede(u, r, c->name, at);
	}
	return higher;
}

/* The chain walks already for this ticket: those told so far hear the news. */
static void tell_news(struct turn *u, struct chain_run *r, const char *cause,
    const struct clock *clock, const char *why, struct wall at)
{
	struct occasion o = { .clock = clock,
		.run = r,
		.step = r->step,
		.detail = why,
		.at = at };

	if (strcmp(cause, "rule") == 0)
		o.reason = NOTICE_RULE;
	else if (strcmp(cause, "breach") == 0)
		o.reason = NOTICE_BREACH;
	else
		o.reason = NOTICE_WARNING;
	notices_told(u, &o);
}

static void not_started(struct turn *u, const struct chain *c, struct wall at)
{
	struct change *ch = turn_change(u, CHANGE_CHAIN_SUPERSEDED, at);

	ch->chain = c->name;
	ch->detail = "not started: a chain of higher rank walks";
}

static struct chain_run *new_run(struct turn *u, const struct chain *c,
    const char *cause, const struct clock *clock, struct wall at)
{
	struct ticket *t = u->t;
	struct chain_run *r;

	r = arena_push(t->arena, &t->runs, &t->nruns, &t->cap_runs, sizeof *r);
	r->seq = ++t->run_seq;
	r->chain = arena_strdup(t->arena, c->name);
	r->definition = chain_encode(c, t->arena);
	r->state = RUN_WALKING;
	r->cause = cause;
	r->clock = clock == NULL ? "" : clock->kind;
	r->cycle = clock == NULL ? 0 : clock->cycle;
	r->started = at;
	r->step = -1;
	r->fired_at = WALL_NEVER;
	r->next_at = wall_plus(at, c->steps[0].after_ms);
	r->acked_by = "";
	r->acked_at = WALL_NEVER;
	r->dirty = true;
	t->dirty = true; /* run_seq */
	walk_tell(u, CHANGE_CHAIN_STARTED, r, at)->detail = cause;
	return r;
}

void walks_start(struct turn *u, int chain, const char *cause,
    const struct clock *clock, const char *why, struct wall at)
{
	const struct chain *c = &u->m->chains[chain];
	struct chain_run *r = walk_live(u, c->name);
	struct chain quick;

	if (ticket_is_drill(u->t)) {
		quick = drill_quicken(c, drill_speed(u->t), u->t->arena);
		c = &quick;
	}
	if (r != NULL) {
		tell_news(u, r, cause, clock, why, at);
		return;
	}
	r = outranked(u, c, at);
	if (r != NULL) {
		not_started(u, c, at);
		if (strcmp(cause, "hand") != 0)
			tell_news(u, r, cause, clock, why, at);
		return;
	}
	r = new_run(u, c, cause, clock, at);
	handoff_ask(u, c, r, at);
	if (strcmp(cause, "hand") == 0 && c->steps[0].after_ms == 0)
		walk_now(u, r, c, why, at); /* who is told reads why */
}
