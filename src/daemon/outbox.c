/* outbox.c - notices come, ripen, and are gone.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/outbox_parts.h"

#include "base/check.h"

#include <stdlib.h>

struct outbox *outbox_new(void)
{
	struct outbox *o = calloc(1, sizeof *o);

	CHECK(o != NULL);
	hashmap_init(&o->ids);
	o->on_disk = true;
	return o;
}

void outbox_free(struct outbox *o)
{
	if (o == NULL)
		return;
	lanes_fini(o);
	free(o->entries);
	hashmap_fini(&o->ids);
	free(o);
}

/* The map takes no negative ids: notices are even, posts odd. */
static int64_t key_of(int64_t id)
{
	return id >= 0 ? 2 * id : -2 * id + 1;
}

uint32_t entry_slot(const struct outbox *o, int64_t id)
{
	return hashmap_find(&o->ids, key_of(id));
}

/* --- queues -------------------------------------------------------------- */

static struct queue *ready_queue(struct lane *l, const struct entry *e)
{
	return &l->ready[e->group][e->has_spare];
}

static void set_waiting(struct outbox *o, uint32_t slot)
{
	struct entry *e = &o->entries[slot];

	e->state = ENTRY_WAITING;
	queue_put(&o->lanes[e->lane]->waiting, o->entries, slot);
}

void set_ready(struct outbox *o, uint32_t slot, int group)
{
	struct entry *e = &o->entries[slot];
	struct lane *l = o->lanes[e->lane];

	e->state = ENTRY_READY;
	e->group = (uint8_t)group;
	queue_put(ready_queue(l, e), o->entries, slot);
	l->nready++;
	l->breaches += group == 0 && e->class == CLASS_BREACH;
	l->drills += group == 0 && e->class == CLASS_DRILL;
	l->urgent += group == 0 && e->class <= CLASS_ESCALATION;
	if (group > 0)
		l->incidents.open[group - 1].queued++;
}

static void unset_ready(struct outbox *o, uint32_t slot)
{
	struct entry *e = &o->entries[slot];
	struct lane *l = o->lanes[e->lane];

	queue_drop(ready_queue(l, e), o->entries, slot);
	l->nready--;
	l->breaches -= e->group == 0 && e->class == CLASS_BREACH;
	l->drills -= e->group == 0 && e->class == CLASS_DRILL;
	l->urgent -= e->group == 0 && e->class <= CLASS_ESCALATION;
	if (e->group > 0)
		l->incidents.open[e->group - 1].queued--;
	if (l->nready == 0)
		l->backlog = false;
}

/* Out of whatever queue it is in. */
static void unqueue(struct outbox *o, uint32_t slot)
{
	const struct entry *e = &o->entries[slot];

	if (e->state == ENTRY_WAITING)
		queue_drop(&o->lanes[e->lane]->waiting, o->entries, slot);
	else if (e->state == ENTRY_READY)
		unset_ready(o, slot);
}

void hold(struct outbox *o, uint32_t slot)
{
	struct entry *e = &o->entries[slot];

	unqueue(o, slot);
	e->state = ENTRY_HELD;
	e->gone = false;
	e->again = false;
	e->astray = false;
	o->lanes[e->lane]->nheld++;
}

static void forget(struct outbox *o, uint32_t slot)
{
	unqueue(o, slot);
	(void)hashmap_drop(&o->ids, key_of(o->entries[slot].id));
}

/* --- bounds -------------------------------------------------------------- */

static size_t lane_length(const struct lane *l)
{
	return l->waiting.count + l->nready;
}

static struct queue *longest_queue(struct lane *l)
{
	struct queue *longest = &l->waiting;

	for (int g = 0; g < GROUPS; g++)
		for (int spare = 0; spare < 2; spare++)
			if (l->ready[g][spare].count > longest->count)
				longest = &l->ready[g][spare];
	return longest;
}

/* Makes place for a notice of `lane`; false if it is to stay on disk. */
static bool make_place(struct outbox *o, size_t lane)
{
	const struct queue *q;
	size_t longest = 0;

	if (o->ids.count < OUTBOX_MAX)
		return true;
	o->on_disk = true;
	for (size_t i = 1; i < o->lane_names.count; i++)
		if (lane_length(o->lanes[i]) > lane_length(o->lanes[longest]))
			longest = i;
	if (longest == lane || lane_length(o->lanes[longest]) == 0)
		return false;
	q = longest_queue(o->lanes[longest]);
	/* The last of a heap is one of its leaves: none of the next. */
	forget(o, q->at[q->count - 1]);
	return true;
}

static void grow(struct outbox *o)
{
	size_t cap = o->cap == 0 ? 64 : o->cap * 2;

	if (o->ids.count < o->cap)
		return;
	hashmap_reserve(&o->ids, (uint32_t)cap);
	o->entries = realloc(o->entries, cap * sizeof *o->entries);
	CHECK(o->entries != NULL);
	o->cap = cap;
}

/* --- in and out ---------------------------------------------------------- */

/* Is it about a trouble that tickets may share?  What somebody did, what is
 * over and what concerns the matrix is not. */
static bool alerts(enum notice_reason reason)
{
	switch (reason) {
	case NOTICE_BREACH:
	case NOTICE_CHAIN:
	case NOTICE_ACK_TIMEOUT:
	case NOTICE_EXHAUSTED:
	case NOTICE_WARNING:
	case NOTICE_REMINDER:
	case NOTICE_RULE:
		return true;
	case NOTICE_UNREACHABLE:
	case NOTICE_ASSIGNMENT:
	case NOTICE_HANDOFF:
	case NOTICE_MATRIX:
	case NOTICE_UPDATE:
	case NOTICE_RESOLVED:
	case NOTICE_REASON_COUNT:
		break;
	}
	return false;
}

/* An edit shows what was so when it began: another is to follow. */
static void put_held(struct entry *e, const struct pending *p)
{
	if (p->notice_id >= 0)
		return;
	e->again = true;
	e->free_at = p->free_at;
}

void outbox_put(struct outbox *o, const struct pending *p)
{
	uint32_t slot = entry_slot(o, p->notice_id);
	size_t lane = lane_of(o, p);

	if (slot == HASHMAP_NONE) {
		if (!make_place(o, lane))
			return;
		grow(o);
		slot = hashmap_put(&o->ids, key_of(p->notice_id));
	} else if (o->entries[slot].state == ENTRY_HELD) {
		put_held(&o->entries[slot], p);
		return;
	} else {
		unqueue(o, slot);
	}
	o->entries[slot] = (struct entry){
		.id = p->notice_id,
		.ticket_id = p->ticket_id,
		.free_at = p->free_at,
		.like = p->like,
		.lane = (uint32_t)lane,
		.person = mentioned(o, p),
		.class = (uint8_t)(p->is_drill ? CLASS_DRILL
					       : notice_class(p->reason)),
		.has_spare = p->has_spare,
		.alerts = alerts(p->reason),
		.failed = p->attempts > 0,
	};
	set_waiting(o, slot);
}

void outbox_gone(struct outbox *o, int64_t notice_id)
{
	uint32_t slot = entry_slot(o, notice_id);

	if (slot == HASHMAP_NONE)
		return;
	if (o->entries[slot].state == ENTRY_HELD)
		o->entries[slot].gone = true;
	else
		forget(o, slot);
}

void outbox_release(struct outbox *o, int64_t notice_id, struct wall again_at)
{
	uint32_t slot = entry_slot(o, notice_id);
	struct entry *e;

	CHECK(slot != HASHMAP_NONE);
	e = &o->entries[slot];
	CHECK(e->state == ENTRY_HELD);
	o->lanes[e->lane]->nheld--;
	if (e->again && wall_is_never(again_at))
		again_at = e->free_at;
	if (e->astray)
		o->on_disk = true;
	if (e->gone || e->astray || wall_is_never(again_at)) {
		(void)hashmap_drop(&o->ids, key_of(notice_id));
		return;
	}
	e->free_at = again_at;
	e->failed = true;
	set_waiting(o, slot);
}

/* Its notices are to go another way now: the disk knows which. */
void forget_lane(struct outbox *o, size_t lane)
{
	for (uint32_t slot = 0; slot < o->ids.used; slot++) {
		struct entry *e = &o->entries[slot];

		if (o->ids.ids[slot] < 0 || e->lane != lane)
			continue;
		o->on_disk = true;
		if (e->state == ENTRY_HELD)
			e->astray = true;
		else
			forget(o, slot);
	}
}

/* --- ripening ------------------------------------------------------------ */

/* What stands alone and is like an incident that has just begun. */
static void gather(struct outbox *o, struct lane *l, int number)
{
	for (int spare = 0; spare < 2; spare++) {
		struct queue *q = &l->ready[0][spare];
		uint32_t *moving = malloc((q->count + 1) * sizeof *moving);
		size_t count = 0;

		CHECK(moving != NULL);
		for (uint32_t i = 0; i < q->count; i++) {
			const struct entry *e = &o->entries[q->at[i]];

			if (e->alerts && incident_is_like(&l->incidents, number,
					     o->rules, &e->like))
				moving[count++] = q->at[i];
		}
		for (size_t i = 0; i < count; i++) {
			unset_ready(o, moving[i]);
			set_ready(o, moving[i], 1 + number);
		}
		free(moving);
	}
}

static void ripe(struct outbox *o, uint32_t slot, struct mono mono)
{
	struct entry *e = &o->entries[slot];
	struct lane *l = o->lanes[e->lane];
	bool begins = false;
	int number = -1;

	if (e->alerts && o->nrules > 0 && (l->traits & BUNDLES) != 0)
		number = incident_join(&l->incidents, o->rules, o->nrules,
		    e->ticket_id, &e->like, mono, &begins);
	if (number >= 0 && e->failed)
		incident_again(&l->incidents, number, e->ticket_id, mono);
	set_ready(o, slot, 1 + number);
	if (begins)
		gather(o, l, number);
}

struct wall outbox_ripen(
    struct outbox *o, struct wall now, struct wall alive, struct mono mono)
{
	struct wall limit = wall_min(now, alive);
	struct wall wanted = WALL_NEVER;

	for (size_t i = 0; i < o->lane_names.count; i++) {
		struct queue *q = &o->lanes[i]->waiting;

		while (q->count > 0) {
			uint32_t slot = queue_first(q);
			struct wall at = o->entries[slot].free_at;

			if (wall_before(limit, at)) {
				if (!wall_before(now, at))
					wanted = wall_min(wanted, at);
				break;
			}
			queue_drop(q, o->entries, slot);
			ripe(o, slot, mono);
		}
	}
	return wanted;
}

/* The rules are others now: everything stands alone again. */
void dissolve_incidents(struct outbox *o, size_t lane)
{
	struct lane *l = o->lanes[lane];

	for (int g = 1; g < GROUPS; g++)
		for (int spare = 0; spare < 2; spare++)
			while (l->ready[g][spare].count > 0) {
				uint32_t slot =
				    queue_first(&l->ready[g][spare]);

				unset_ready(o, slot);
				set_ready(o, slot, 0);
			}
	incident_fini(&l->incidents);
}

/* --- questions ----------------------------------------------------------- */

bool outbox_ticket(
    const struct outbox *o, int64_t notice_id, int64_t *ticket_id)
{
	uint32_t slot = entry_slot(o, notice_id);

	if (slot != HASHMAP_NONE)
		*ticket_id = o->entries[slot].ticket_id;
	return slot != HASHMAP_NONE;
}

size_t outbox_count(const struct outbox *o)
{
	return o->ids.count;
}

bool outbox_on_disk(const struct outbox *o)
{
	return o->on_disk;
}

void outbox_set_on_disk(struct outbox *o, bool on_disk)
{
	o->on_disk = on_disk;
}
