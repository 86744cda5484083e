/* walks_hand.c - escalated by hand: up the ladder, or to another team.
 *
 * SPDX-License-Identifier: MIT */
#include "core/walks.h"

#include "core/walks_parts.h"

/* "over my head (dana)": what the readers are to know of it. */
static const char *said_by(struct turn *u, const char *by, const char *why)
{
	if (*by == '\0')
		return *why == '\0' ? "escalated by hand"
				    : turn_text(u, "%s", why);
	if (*why == '\0')
		return turn_text(u, "escalated by %s", by);
	return turn_text(u, "%s (%s)", why, by);
}

/* Its next step at once, whatever it waits for. */
static void walk_on(struct turn *u, struct chain_run *r, const char *by,
    const char *why, struct wall at)
{
	bool ended = r->state == RUN_EXHAUSTED;
	struct change *ch;
	struct chain c;

	walk_definition(u, r, &c);
	ch = walk_tell(u, CHANGE_CHAIN_ESCALATED, r, at);
	ch->who = by;
	ch->detail = why;
	r->state = RUN_WALKING;
	r->dirty = true;
	if (ended && c.nsteps > 0)
		walk_round(u, r, at);
	walk_now(u, r, &c, said_by(u, by, why), at);
}

void walks_escalate(
    struct turn *u, int chain, const char *by, const char *why, struct wall at)
{
	struct chain_run *r = walk_live(u, u->m->chains[chain].name);

	if (r == NULL)
		walks_start(u, chain, "hand", NULL,
		    *why == '\0' ? "" : said_by(u, by, why), at);
	else
		walk_on(u, r, by, why, at);
}

/* The live run of highest rank; of several the one started last. */
static struct chain_run *highest(struct turn *u)
{
	struct chain_run *best = NULL;
	int rank = 0;

	for (size_t i = 0; i < u->t->nruns; i++) {
		struct chain_run *r = &u->t->runs[i];
		struct chain c;

		if (!run_state_is_live(r->state))
			continue;
		walk_definition(u, r, &c);
		if (best != NULL && c.rank < rank)
			continue;
		best = r;
		rank = c.rank;
	}
	return best;
}

bool walks_step_up(
    struct turn *u, const char *by, const char *why, struct wall at)
{
	struct chain_run *r = highest(u);

	if (r != NULL)
		walk_on(u, r, by, why, at);
	return r != NULL;
}

void walks_to_team(struct turn *u, int team, const char *why, struct wall at)
{
	const struct team *tm = &u->m->teams[team];
	struct occasion o = { .reason = NOTICE_CHAIN,
		.step = -1,
		.detail =
		    *why == '\0'
			? turn_text(u, "escalated to %s", tm->title)
			: turn_text(u, "escalated to %s: %s", tm->title, why),
		.at = at };

	if (tm->chain >= 0)
		walks_escalate(u, tm->chain, "", why, at);
	else
		notices_team(u, &o, team);
}
