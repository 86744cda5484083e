/* walks_parts.c - see walks_parts.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/walks_parts.h"

#include "core/chain.h"

#include <string.h>

struct change *walk_tell(struct turn *u, enum change_kind kind,
    const struct chain_run *r, struct wall at)
{
	struct change *ch = turn_change(u, kind, at);

	ch->chain = r->chain;
	ch->run = r->seq;
	ch->step = r->step;
	ch->clock = r->clock;
	ch->cycle = r->cycle;
	return ch;
}

void walk_definition(
    struct turn *u, const struct chain_run *r, struct chain *out)
{
	if (!chain_decode(r->definition, u->t->arena, out))
		memset(out, 0, sizeof *out);
}

const struct clock *walk_clock(struct turn *u, const struct chain_run *r)
{
	struct clock *c = ticket_clock(u->t, r->clock);

	return c != NULL && c->cycle == r->cycle ? c : NULL;
}

struct occasion walk_occasion(struct turn *u, const struct chain_run *r,
    enum notice_reason reason, struct wall at)
{
	return (struct occasion){ .reason = reason,
		.clock = walk_clock(u, r),
		.run = r,
		.step = r->step,
		.detail = "",
		.at = at };
}

void walk_stop(struct turn *u, struct chain_run *r, enum run_state state,
    enum change_kind kind, const char *why, struct wall at)
{
	r->state = state;
	r->next_at = WALL_NEVER;
	r->dirty = true;
	walk_tell(u, kind, r, at)->detail = why;
}

struct chain_run *walk_live(struct turn *u, const char *chain)
{
	for (size_t i = 0; i < u->t->nruns; i++)
		if (run_state_is_live(u->t->runs[i].state) &&
		    strcmp(u->t->runs[i].chain, chain) == 0)
			return &u->t->runs[i];
	return NULL;
}
