/* reach_ways.c - see reach_ways.h.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/reach_ways.h"

#include "core/roster.h"

#include <string.h>

struct gathering {
	const struct matrix *m;
	int person;
	bool rooms; /* rooms too */
	struct arena *arena;
	struct reach_ways *out;
};

static bool same_text(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Do both lead to the same place? */
static bool is_same_way(const struct channel *a, const struct channel *b)
{
	return a == b ||
	       (a->way == WAY_DM && b->way == WAY_DM &&
		   same_text(a->token, b->token) && same_text(a->url, b->url));
}

static void take(const struct gathering *g, int channel)
{
	const struct channel *all = g->m->channels;

	if (!roster_can_carry(g->m, channel, g->person) ||
	    (!g->rooms && !channel_is_personal(&all[channel])))
		return;
	for (size_t i = 0; i < g->out->count; i++)
		if (is_same_way(&all[g->out->channels[i]], &all[channel]))
			return;
	*(int *)arena_push(g->arena, &g->out->channels, &g->out->count,
	    &g->out->cap, sizeof(int)) = channel;
}

/* May a ticket's room be that one? */
static bool is_tickets_room(const struct matrix *m, int way, int channel)
{
	if (matrix_way_channel(m, way, -1) == channel)
		return true;
	for (size_t t = 0; t < m->nteams; t++)
		if (matrix_way_channel(m, way, (int)t) == channel)
			return true;
	return false;
}

static void take_way(const struct gathering *g, int way)
{
	if (way >= 0)
		take(g, way);
	for (size_t c = 0; way < -1 && c < g->m->nchannels; c++)
		if (is_tickets_room(g->m, way, (int)c))
			take(g, (int)c);
}

static void take_own(const struct gathering *g)
{
	const struct ways *ways = g->m->people[g->person].ways;
	size_t last = g->m->nseverities;

	/* The list for tickets without a severity is the plainest. */
	for (size_t n = 0; ways != NULL && n <= last; n++) {
		const struct ways *w = &ways[n == 0 ? last : n - 1];

		for (size_t i = 0; i < w->count; i++)
			take_way(g, w->channels[i]);
	}
}

static void take_via(const struct gathering *g, const struct step *s)
{
	for (size_t i = 0; i < s->nvia; i++)
		take_way(g, matrix_way(g->m, s->via[i]));
}

void reach_ways_of(const struct matrix *m, int person, bool rooms,
    struct arena *arena, struct reach_ways *out)
{
	struct gathering g = { .m = m,
		.person = person,
		.rooms = rooms,
		.arena = arena,
		.out = out };

	*out = (struct reach_ways){ .count = 0 };
	take_own(&g);
	g.rooms = false;
	for (size_t c = 0; c < m->nchains; c++)
		for (size_t i = 0; i < m->chains[c].nsteps; i++)
			take_via(&g, &m->chains[c].steps[i]);
	for (size_t r = 0; r < m->nrules; r++)
		take_via(&g, &m->rules[r].notify);
}

const char *reach_address(const struct matrix *m, int channel, int person)
{
	const struct person *p = &m->people[person];

	if (channel_has(&m->channels[channel], REACHES_MAIL) ||
	    p->slack == NULL)
		return p->email;
	return p->slack;
}
