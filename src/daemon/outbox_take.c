/* outbox_take.c - what may go now, alone or together?
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/outbox_parts.h"

#include "base/check.h"

#include <limits.h>

#define MONO_NEVER ((struct mono){ INT64_MAX })

static struct mono later(struct mono a, struct mono b)
{
	return a.ms > b.ms ? a : b;
}

static struct mono sooner(struct mono a, struct mono b)
{
	return a.ms < b.ms ? a : b;
}

/* --- heads --------------------------------------------------------------- */

/* The more urgent of the group's two firsts; HASHMAP_NONE: it is empty. */
static uint32_t head_of(const struct outbox *o, const struct lane *l, int group)
{
	uint32_t a = queue_first(&l->ready[group][0]);
	uint32_t b = queue_first(&l->ready[group][1]);

	if (a == HASHMAP_NONE || b == HASHMAP_NONE)
		return a == HASHMAP_NONE ? b : a;
	return entry_before(&o->entries[a], &o->entries[b], true) ? a : b;
}

static size_t group_count(const struct lane *l, int group)
{
	return l->ready[group][0].count + l->ready[group][1].count;
}

/* What may go in a digest: a drill goes after it, and alone. */
static size_t real_count(const struct lane *l)
{
	return group_count(l, 0) - l->drills;
}

/* Does the person's limit hold it back?  Not a drill, which stands for what it
 * would not hold back. */
static bool is_limited(const struct lane *l, const struct entry *e)
{
	return l->person != NOBODY && e->class > CLASS_ESCALATION &&
	       e->class != CLASS_DRILL;
}

/* Messages that may go now, led by that one. */
static int room_for(const struct outbox *o, const struct lane *l,
    const struct entry *e, struct mono mono)
{
	int room = bucket_count(
	    &l->bucket, &l->budget, (enum notice_class)e->class, mono);
	int limit =
	    is_limited(l, e) ? person_room(o, l->person, mono) : INT_MAX;

	return room < limit ? room : limit;
}

/* When the budgets let that one go. */
static struct mono budget_at(const struct outbox *o, const struct lane *l,
    const struct entry *e, int group, struct mono mono)
{
	struct mono at = bucket_at(
	    &l->bucket, &l->budget, (enum notice_class)e->class, mono);

	if (is_limited(l, e))
		at = later(at, person_at(o, l->person, mono));
	if (group > 0)
		at = later(at, l->incidents.open[group - 1].not_before);
	return at;
}

/* The group whose first goes next; -1: the budgets let none go. */
static int next_group(
    const struct outbox *o, const struct lane *l, struct mono mono)
{
	uint32_t best = HASHMAP_NONE;
	int found = -1;

	for (int g = 0; g < GROUPS; g++) {
		uint32_t slot = head_of(o, l, g);

		if (slot == HASHMAP_NONE ||
		    budget_at(o, l, &o->entries[slot], g, mono).ms > mono.ms)
			continue;
		if (best != HASHMAP_NONE &&
		    !entry_before(&o->entries[slot], &o->entries[best], true))
			continue;
		best = slot;
		found = g;
	}
	return found;
}

/* --- gates --------------------------------------------------------------- */

static const struct breaker *breaker_at(const struct outbox *o, size_t number)
{
	return number == NO_ENDPOINT ? NULL : &o->endpoints[number].breaker;
}

static bool is_down(const struct outbox *o, size_t number, struct mono mono)
{
	const struct breaker *b = breaker_at(o, number);

	return b != NULL && b->state == BREAKER_OPEN && mono.ms < b->until.ms;
}

static bool allows(struct outbox *o, size_t number, struct mono mono)
{
	return number == NO_ENDPOINT ||
	       breaker_allows(&o->endpoints[number].breaker, mono);
}

static bool has_place(const struct outbox *o, const struct lane *l)
{
	return l->busy < l->busy_max &&
	       (l->endpoint == NO_ENDPOINT ||
		   o->endpoints[l->endpoint].busy < ENDPOINT_BUSY_MAX);
}

/* --- parcels ------------------------------------------------------------- */

/* Takes the group's first into the parcel. */
static void add_first(
    struct outbox *o, struct lane *l, int group, struct parcel *out)
{
	uint32_t slot = head_of(o, l, group);

	out->ids[out->count] = o->entries[slot].id;
	out->tickets[out->count++] = o->entries[slot].ticket_id;
	hold(o, slot);
}

/* Has the person heard so much that only what is urgent still goes? */
static bool holds_back(
    const struct outbox *o, const struct lane *l, struct mono mono)
{
	return l->person != NOBODY && person_room(o, l->person, mono) == 0;
}

/* See outbox.h: the first of a quiet destination; what the budget lets go one
 * by one; a breach while there is room for more. */
static bool goes_alone(
    const struct outbox *o, const struct lane *l, struct mono mono)
{
	const struct entry *first = &o->entries[head_of(o, l, 0)];
	size_t room = (size_t)room_for(o, l, first, mono);

	if ((l->traits & BUNDLES) == 0 || l->is_edits ||
	    mono.ms < l->alone_until.ms || first->class == CLASS_DRILL)
		return true;
	if (!l->backlog && bucket_is_full(&l->bucket, mono))
		return true;
	if (real_count(l) <= room ||
	    (holds_back(o, l, mono) && l->urgent > 0 && l->urgent <= room))
		return true;
	return first->class == CLASS_BREACH && l->breaches < room;
}

static void take_plain(
    struct outbox *o, struct lane *l, struct mono mono, struct parcel *out)
{
	size_t max = goes_alone(o, l, mono) ? 1 : PARCEL_MAX;

	do
		add_first(o, l, 0, out);
	while (out->count < max && real_count(l) > 0 &&
	       o->entries[head_of(o, l, 0)].class != CLASS_DRILL);
	out->kind = l->is_edits	      ? PARCEL_EDIT
		    : out->count == 1 ? PARCEL_NOTICE
				      : PARCEL_DIGEST;
	out->more = out->count == 1 ? 0 : real_count(l);
	if (o->nrules == 0 || (l->traits & BUNDLES) == 0)
		return;
	for (size_t i = 0; i < out->count; i++)
		incident_told_alone(&l->incidents, out->tickets[i]);
}

static void take_incident(struct outbox *o, struct lane *l, int group,
    struct mono mono, struct parcel *out)
{
	int number = group - 1;
	const struct incident *in = &l->incidents.open[number];
	bool alone = mono.ms < l->alone_until.ms;
	size_t max = alone ? 1 : PARCEL_MAX;

	while (out->count < max && group_count(l, group) > 0)
		add_first(o, l, group, out);
	if (!alone) {
		out->kind = PARCEL_INCIDENT;
		out->more = group_count(l, group);
		out->same = o->rules[in->rule].same;
		out->ntold = incident_before(&l->incidents, number,
		    out->tickets, out->count, out->told, PARCEL_MAX);
	}
	incident_told(&l->incidents, number, o->rules, out->tickets, out->count,
	    group_count(l, group) > 0, mono);
	out->all = (int)in->tickets.count;
	out->lasts_ms = mono.ms - in->since.ms;
}

/* Those who are mentioned in it, each once. */
static void count_people(struct outbox *o, const struct lane *l,
    const struct parcel *p, struct mono mono)
{
	uint32_t last = NOBODY;

	person_sent(o, l->person, mono);
	for (size_t i = 0; i < p->count; i++) {
		uint32_t slot = entry_slot(o, p->ids[i]);
		uint32_t person = o->entries[slot].person;

		if (person != NOBODY && person != last)
			person_sent(o, person, mono);
		last = person;
	}
}

static bool take_from(
    struct outbox *o, size_t number, struct mono mono, struct parcel *out)
{
	struct lane *l = o->lanes[number];
	int group;

	if (l->nready == 0 || !has_place(o, l) || mono.ms < l->paused_until.ms)
		return false;
	group = next_group(o, l, mono);
	if (group < 0 || !allows(o, l->endpoint, mono) ||
	    !allows(o, l->access, mono))
		return false;
	out->lane = number;
	out->kind = PARCEL_NOTICE;
	out->count = 0;
	out->more = 0;
	out->ntold = 0;
	out->all = 0;
	out->lasts_ms = 0;
	out->same = SAME_CATEGORY;
	if (group == 0)
		take_plain(o, l, mono, out);
	else
		take_incident(o, l, group, mono, out);
	count_people(o, l, out, mono);
	bucket_take(&l->bucket, &l->budget, mono);
	l->backlog = l->nready > 0;
	l->busy++;
	l->moved = mono;
	return true;
}

static void begin(struct outbox *o, const struct lane *l)
{
	if (l->endpoint == NO_ENDPOINT)
		return;
	o->endpoints[l->endpoint].busy++;
	breaker_begin(&o->endpoints[l->endpoint].breaker);
	breaker_begin(&o->endpoints[l->access].breaker);
}

bool outbox_take(struct outbox *o, struct mono mono, struct parcel *out)
{
	size_t nlanes = o->lane_names.count;

	for (size_t i = 0; i < nlanes; i++) {
		size_t number = (o->turn + i) % nlanes;

		if (!take_from(o, number, mono, out))
			continue;
		begin(o, o->lanes[number]);
		o->turn = (number + 1) % nlanes;
		return true;
	}
	return false;
}

/* Down, or asked to wait for longer than a reader would. */
static bool is_stranded(
    const struct outbox *o, const struct lane *l, struct mono mono)
{
	return is_down(o, l->endpoint, mono) || is_down(o, l->access, mono) ||
	       l->paused_until.ms - mono.ms > LANE_PATIENCE_MS;
}

bool outbox_take_stranded(struct outbox *o, struct mono mono, size_t *lane,
    int64_t *notice_id, int64_t *ticket_id)
{
	for (size_t i = 0; i < o->lane_names.count; i++) {
		const struct lane *l = o->lanes[i];

		if (l->nready == 0 || !is_stranded(o, l, mono))
			continue;
		for (int g = 0; g < GROUPS; g++) {
			uint32_t slot = queue_first(&l->ready[g][1]);

			if (slot == HASHMAP_NONE)
				continue;
			*lane = i;
			*notice_id = o->entries[slot].id;
			*ticket_id = o->entries[slot].ticket_id;
			hold(o, slot);
			return true;
		}
	}
	return false;
}

/* --- attempts ------------------------------------------------------------ */

static void take_back(struct outbox *o, struct lane *l, struct mono mono)
{
	bucket_put_back(&l->bucket, &l->budget, mono);
	person_put_back(o, l->person);
}

static enum breaker_change judge(struct outbox *o, const struct lane *l,
    enum attempt_end end, struct mono mono, uint64_t chance)
{
	struct breaker *endpoint = &o->endpoints[l->endpoint].breaker;
	struct breaker *access = &o->endpoints[l->access].breaker;
	enum breaker_change change = BREAKER_SAME;

	o->changed = l->endpoint;
	if (end == ATTEMPT_NONE) {
		breaker_put_back(endpoint);
		breaker_put_back(access);
		return BREAKER_SAME;
	}
	if (end == ATTEMPT_FAILED) {
		breaker_put_back(access);
		return breaker_failed(endpoint, false, mono, chance);
	}
	change = breaker_answered(endpoint);
	if (change != BREAKER_SAME && end == ATTEMPT_ANSWERED) {
		(void)breaker_answered(access);
		return change;
	}
	o->changed = l->access;
	return end == ATTEMPT_REFUSED
		   ? breaker_failed(access, true, mono, chance)
		   : breaker_answered(access);
}

enum breaker_change outbox_attempt_over(struct outbox *o, size_t lane,
    enum attempt_end end, struct mono mono, uint64_t chance)
{
	struct lane *l = o->lanes[lane];

	CHECK(l->busy > 0);
	l->busy--;
	l->moved = mono;
	if (end == ATTEMPT_NONE)
		take_back(o, l, mono);
	else if (l->busy_max == 1)
		bucket_arrived(&l->bucket, mono);
	if (l->endpoint == NO_ENDPOINT)
		return BREAKER_SAME;
	o->endpoints[l->endpoint].busy--;
	return judge(o, l, end, mono, chance);
}

const char *outbox_changed(const struct outbox *o)
{
	return o->changed < o->endpoint_names.count
		   ? o->endpoint_names.texts[o->changed]
		   : "";
}

void outbox_spend(
    struct outbox *o, const char *channel, const char *who, struct mono mono)
{
	const struct pending p = { .channel = channel, .who = who };
	size_t number = lane_of(o, &p); /* may make one more of them */
	struct lane *l = o->lanes[number];

	bucket_take(&l->bucket, &l->budget, mono);
}

void outbox_pause(struct outbox *o, size_t lane, struct mono until)
{
	struct lane *l = o->lanes[lane];

	l->paused_until = later(l->paused_until, until);
}

void outbox_one_by_one(struct outbox *o, size_t lane, struct mono until)
{
	struct lane *l = o->lanes[lane];

	l->alone_until = later(l->alone_until, until);
}

/* --- when ---------------------------------------------------------------- */

struct wall outbox_next(const struct outbox *o, struct wall now)
{
	struct wall next = WALL_NEVER;

	for (size_t i = 0; i < o->lane_names.count; i++) {
		uint32_t slot = queue_first(&o->lanes[i]->waiting);

		if (slot != HASHMAP_NONE &&
		    wall_before(now, o->entries[slot].free_at))
			next = wall_min(next, o->entries[slot].free_at);
	}
	return next;
}

/* When a probe, or anything, may go; never: when a probe is back. */
static struct mono gate_at(
    const struct outbox *o, size_t number, struct mono mono)
{
	const struct breaker *b = breaker_at(o, number);

	if (b == NULL || b->state == BREAKER_CLOSED)
		return mono;
	if (b->state == BREAKER_OPEN)
		return later(mono, b->until);
	return b->probing ? MONO_NEVER : mono;
}

/* When something of the lane may go; never: it waits for the end of attempts,
 * or for nothing. */
struct mono lane_at(
    const struct outbox *o, const struct lane *l, struct mono mono)
{
	struct mono at = MONO_NEVER;

	if (l->nready == 0 || !has_place(o, l))
		return MONO_NEVER;
	for (int g = 0; g < GROUPS; g++) {
		uint32_t slot = head_of(o, l, g);

		if (slot != HASHMAP_NONE)
			at = sooner(
			    at, budget_at(o, l, &o->entries[slot], g, mono));
	}
	at = later(at, l->paused_until);
	at = later(at, gate_at(o, l->endpoint, mono));
	return later(at, gate_at(o, l->access, mono));
}

struct mono outbox_next_mono(const struct outbox *o, struct mono now)
{
	struct mono next = MONO_NEVER;

	for (size_t i = 0; i < o->lane_names.count; i++) {
		struct mono at = lane_at(o, o->lanes[i], now);

		if (at.ms > now.ms)
			next = sooner(next, at);
	}
	return next;
}

bool outbox_stuck(const struct outbox *o, struct mono mono, struct mono turned)
{
	bool idle = mono.ms - turned.ms > OUTBOX_STUCK_MS;

	for (size_t i = 0; i < o->lane_names.count; i++) {
		const struct lane *l = o->lanes[i];

		if (l->busy > 0 && mono.ms - l->moved.ms > OUTBOX_ATTEMPT_MS)
			return true;
		if (idle && lane_at(o, l, mono).ms <= mono.ms)
			return true;
	}
	return false;
}
