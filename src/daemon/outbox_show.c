/* outbox_show.c - the lanes and endpoints, for people who look.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/outbox_parts.h"

#include "base/check.h"

/* Where it is down nothing goes before a probe, in real time. */
static bool is_down(const struct outbox *o, const struct lane *l)
{
	return l->endpoint != NO_ENDPOINT &&
	       (o->endpoints[l->endpoint].breaker.state != BREAKER_CLOSED ||
		   o->endpoints[l->access].breaker.state != BREAKER_CLOSED);
}

bool outbox_is_quiet(const struct outbox *o, struct wall now)
{
	for (size_t i = 0; i < o->lane_names.count; i++) {
		const struct lane *l = o->lanes[i];
		uint32_t slot = queue_first(&l->waiting);

		if (l->nheld > 0 || (l->nready > 0 && !is_down(o, l)))
			return false;
		if (slot != HASHMAP_NONE &&
		    !wall_before(now, o->entries[slot].free_at))
			return false;
	}
	return !outbox_on_disk(o);
}

size_t outbox_lanes(const struct outbox *o)
{
	return o->lane_names.count;
}

static struct wall oldest_ready(const struct outbox *o, const struct lane *l)
{
	struct wall oldest = WALL_NEVER;

	for (int g = 0; g < GROUPS; g++)
		for (int spare = 0; spare < 2; spare++) {
			const struct queue *q = &l->ready[g][spare];

			for (uint32_t i = 0; i < q->count; i++)
				oldest = wall_min(
				    oldest, o->entries[q->at[i]].free_at);
		}
	return oldest;
}

/* Messages that it takes to say what is ready; room: these may go now. */
static size_t messages(const struct lane *l, size_t room)
{
	if (l->nready <= room || (l->traits & BUNDLES) == 0 || l->is_edits)
		return l->nready;
	return (l->nready + PARCEL_MAX - 1) / PARCEL_MAX;
}

static int64_t delay_ms(
    const struct outbox *o, const struct lane *l, struct mono mono)
{
	size_t room =
	    (size_t)bucket_count(&l->bucket, &l->budget, CLASS_REPORT, mono);
	struct mono first = lane_at(o, l, mono);
	size_t count = messages(l, room);
	int64_t wait_ms = 0;

	if (count == 0)
		return 0;
	if (first.ms != INT64_MAX && first.ms > mono.ms)
		wait_ms = first.ms - mono.ms;
	if (room == 0)
		room = 1; /* that is what `first` waits for */
	if (count <= room)
		return wait_ms;
	return wait_ms + (int64_t)(count - room) * l->budget.every_ms;
}

static enum breaker_state state_of(const struct outbox *o, size_t number)
{
	return o->endpoints[number].breaker.state;
}

/* What keeps it from going, or would: the access, where that is down and the
 * endpoint less so. */
static size_t gate_of(const struct outbox *o, const struct lane *l)
{
	enum breaker_state endpoint, access;

	if (l->endpoint == NO_ENDPOINT)
		return NO_ENDPOINT;
	endpoint = state_of(o, l->endpoint);
	access = state_of(o, l->access);
	if (endpoint == BREAKER_OPEN || access == BREAKER_CLOSED)
		return l->endpoint;
	return access == BREAKER_OPEN || endpoint == BREAKER_CLOSED
		   ? l->access
		   : l->endpoint;
}

void outbox_lane(const struct outbox *o, size_t lane, struct mono mono,
    struct lane_line *out)
{
	const struct lane *l = o->lanes[lane];
	size_t gate = gate_of(o, l);

	CHECK(lane < o->lane_names.count);
	*out = (struct lane_line){ .channel = l->channel,
		.who = l->who,
		.is_edits = l->is_edits,
		.endpoint = "",
		.ready = l->nready,
		.waiting = l->waiting.count,
		.held = l->nheld,
		.busy = l->busy,
		.oldest = oldest_ready(o, l),
		.delay_ms = delay_ms(o, l, mono),
		.breaker = BREAKER_CLOSED };
	if (l->paused_until.ms > mono.ms)
		out->until = l->paused_until;
	if (gate == NO_ENDPOINT)
		return;
	out->endpoint = o->endpoint_names.texts[gate];
	out->breaker = o->endpoints[gate].breaker.state;
	if (out->breaker == BREAKER_OPEN &&
	    o->endpoints[gate].breaker.until.ms > out->until.ms)
		out->until = o->endpoints[gate].breaker.until;
}

size_t outbox_endpoints(const struct outbox *o)
{
	return o->endpoint_names.count;
}

void outbox_endpoint(
    const struct outbox *o, size_t i, struct endpoint_line *out)
{
	const struct endpoint *e = &o->endpoints[i];

	CHECK(i < o->endpoint_names.count);
	*out = (struct endpoint_line){ .name = o->endpoint_names.texts[i],
		.state = e->breaker.state,
		.until = e->breaker.until,
		.failures = e->breaker.failures,
		.busy = e->busy };
}
