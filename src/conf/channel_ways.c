/* channel_ways.c - budgets, and what a room of Slack's app is besides a room.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/channel_parts.h"

#include <string.h>

#define BUDGET "channels.NAME.budget"

#define EVERY_MAX_MS HOUR_MS
#define BURST_MAX    1000

/* --- budgets -------------------------------------------------------------- */

void channel_budget_read(
    struct reader *r, const struct yaml_node *node, struct channel *c)
{
	const struct yaml_node *map = yaml_get(node, "budget");
	struct budget *b = &c->budget;

	*b = channel_kind(c->type)->budget;
	if (b->burst == 0)
		b->burst = 1;
	if (map == NULL || !read_map(r, map, BUDGET))
		return;
	if (yaml_get(map, "every") != NULL)
		b->every_ms =
		    read_span_within(r, map, BUDGET, "every", 0, EVERY_MAX_MS);
	if (yaml_get(map, "burst") != NULL)
		b->burst = read_int(r, map, BUDGET, "burst", 1, BURST_MAX);
	if (b->reserve >= b->burst)
		b->reserve = b->burst - 1;
	if (yaml_get(map, "reserve") == NULL)
		return;
	b->reserve = read_int(r, map, BUDGET, "reserve", 0, BURST_MAX - 1);
	if (b->reserve >= b->burst)
		report_error(r->report, yaml_get(map, "reserve")->at,
		    "a reserve of %d of %d at once leaves nothing for "
		    "warnings; write a smaller reserve or a larger burst",
		    b->reserve, b->burst);
}

/* --- ways ----------------------------------------------------------------- */

static const char *way_name(
    struct reader *r, const char *room, enum channel_way way)
{
	struct textbuf tb;
	const char *name;

	textbuf_init(&tb);
	textbuf_addf(&tb, "%s.%s", room, channel_way_name(way));
	name = keep(r, tb.data);
	textbuf_fini(&tb);
	return name;
}

static void add_way(struct reader *r, const struct yaml_node *map, int base,
    enum channel_way way)
{
	struct matrix *m = r->m;
	struct channel *c = &m->channels[m->nchannels++];
	const struct yaml_pair *clash;

	memcpy(c, &m->channels[base], sizeof *c);
	c->name = way_name(r, c->name, way);
	c->way = way;
	clash = yaml_pair(map, c->name);
	if (clash != NULL)
		report_error(r->report, clash->key->at,
		    "\"%s\" is already a way of the Slack room \"%s\"; choose "
		    "another name",
		    c->name, m->channels[base].name);
}

void channel_ways_add(struct reader *r, const struct yaml_node *map)
{
	size_t rooms = r->m->nchannels;

	for (size_t i = 0; i < rooms; i++) {
		if (r->m->channels[i].type != CHANNEL_SLACK)
			continue;
		add_way(r, map, (int)i, WAY_DM);
		add_way(r, map, (int)i, WAY_MENTION);
	}
}
