/* outbox_parts.h - what the outbox's own files know of each other.
 *
 *	outbox.c	notices: put, ripen, release, forget
 *	outbox_queue.c	a heap of notices
 *	outbox_lane.c	destinations, endpoints, people; what the matrix says
 *	outbox_take.c	what may go now, alone or together
 *	outbox_show.c	for people who look
 *
 * A lane's ready notices stand in groups: group 0 is what goes alone or in a
 * digest, the others belong to an incident each.  Every group has two queues,
 * of those that have another way and those that have none, so that the former
 * are found at once when an endpoint is down.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_OUTBOX_PARTS_H
#define SLAWATCH_DAEMON_OUTBOX_PARTS_H

#include "core/matrix.h"
#include "daemon/outbox.h"

#define GROUPS	    (1 + INCIDENTS_MAX)
#define NOBODY	    UINT32_MAX
#define NO_ENDPOINT SIZE_MAX

enum entry_state { ENTRY_WAITING, ENTRY_READY, ENTRY_HELD };

struct entry {
	int64_t id; /* notice; negative: a post */
	int64_t ticket_id;
	struct wall free_at;
	struct likeness like;
	uint32_t lane;
	uint32_t pos;	 /* in its queue */
	uint32_t person; /* who is mentioned: their limit counts it; NOBODY */
	uint8_t class;	 /* enum notice_class */
	uint8_t state;	 /* enum entry_state */
	uint8_t group;	 /* READY */
	bool has_spare;
	bool alerts; /* may be part of an incident */
	bool failed; /* it was tried before */
	bool gone;   /* HELD: forget it when released */
	bool again;  /* HELD: a post that is stale anew */
	bool astray; /* HELD: its lane is another now; the disk knows it */
};

/* Slots; the first goes first. */
struct queue {
	uint32_t *at; /* owned */
	uint32_t count;
	uint32_t cap;
	bool by_class; /* (class, free_at, id); else (free_at, id) */
};

/* What the matrix says of a channel's nature. */
enum lane_nature { LANE_UNKNOWN, LANE_ROOM, LANE_PERSONAL, LANE_MENTION };

struct lane {
	char *channel;	 /* name; owned */
	const char *who; /* person or ""; part of it */
	bool is_edits;
	enum lane_nature nature;
	struct budget budget;
	unsigned traits; /* of its channel; 0: unknown */
	int busy_max;
	size_t endpoint; /* NO_ENDPOINT: none */
	size_t access;	 /* NO_ENDPOINT: none */
	uint32_t person; /* whose limit counts it; NOBODY */

	struct queue waiting;
	struct queue ready[GROUPS][2]; /* [group][has another way] */
	size_t nready;
	size_t nheld;
	size_t breaches; /* READY, of group 0 */
	size_t drills;	 /* likewise */
	size_t urgent;	 /* with these: what no limit holds back */
	struct incident_memory incidents;
	struct bucket bucket;
	bool backlog; /* was not empty since something was taken */
	struct mono paused_until;
	struct mono alone_until; /* no bundles up to then */
	int busy;		 /* attempts that are not over */
	struct mono moved;	 /* when that last changed */
};

/* Whatever is up or down as a whole. */
struct endpoint {
	struct breaker breaker;
	int busy;
};

/* When somebody was last sent something: as many as the limit counts. */
struct reader_limit {
	struct limit limit; /* count 0: none */
	struct mono *sent;  /* ring; owned */
	int count;
	int next;
};

/* Texts to numbers, 0, 1, 2 ..., for ever. */
struct name_table {
	struct hashmap hashes;
	char **texts; /* owned, each too */
	size_t count;
};

struct outbox {
	const struct matrix *m; /* borrowed */
	struct incident_rule rules[INCIDENT_RULES_MAX];
	size_t nrules;
	struct hashmap ids;    /* of notices and posts, see key_of() -> slot */
	struct entry *entries; /* by slot; owned */
	size_t cap;
	struct name_table lane_names;
	struct lane **lanes; /* by number; owned */
	struct name_table endpoint_names;
	struct endpoint *endpoints; /* by number; owned */
	struct name_table person_names;
	struct reader_limit *people; /* by number; owned */
	size_t turn;		     /* the lane that is asked first */
	size_t changed;		     /* endpoint: outbox_changed() */
	bool on_disk; /* there may be pending rows not known here */
};

/* outbox_queue.c; pos of the entries is kept. */
void queue_fini(struct queue *q);
bool entry_before(const struct entry *a, const struct entry *b, bool by_class);
void queue_put(struct queue *q, struct entry *entries, uint32_t slot);
void queue_drop(struct queue *q, struct entry *entries, uint32_t slot);

static inline uint32_t queue_first(const struct queue *q)
{
	return q->count == 0 ? HASHMAP_NONE : q->at[0];
}

/* outbox_names.c; the number of a text, a new one if it had none. */
size_t name_number(struct name_table *t, const char *text, bool *is_new);
void name_table_fini(struct name_table *t);

/* outbox_lane.c */
size_t lane_of(struct outbox *o, const struct pending *p);
uint32_t mentioned(struct outbox *o, const struct pending *p);
uint32_t person_number(struct outbox *o, const char *name);
void lanes_fini(struct outbox *o);
int person_room(const struct outbox *o, uint32_t person, struct mono now);
struct mono person_at(const struct outbox *o, uint32_t person, struct mono now);
void person_sent(struct outbox *o, uint32_t person, struct mono now);
void person_put_back(struct outbox *o, uint32_t person);

/* outbox_take.c; when something of it may go, INT64_MAX: when an attempt is
 * over, or there is nothing. */
struct mono lane_at(
    const struct outbox *o, const struct lane *l, struct mono mono);

/* outbox.c */
uint32_t entry_slot(const struct outbox *o, int64_t id);
void hold(struct outbox *o, uint32_t slot);
void forget_lane(struct outbox *o, size_t lane);
void set_ready(struct outbox *o, uint32_t slot, int group);
void dissolve_incidents(struct outbox *o, size_t lane);

#endif
