/* outbox.h - what goes next, through which lane, and together with what?
 *
 * What the notifier keeps in memory of pending notices; their bodies stay on
 * disk.  Each destination has a lane of its own: a room, or one person by one
 * channel.  A lane has a budget (budget.h); an endpoint, which several lanes
 * share, has a breaker (breaker.h) and may be paused.  So what is down, slow or
 * flooded delays nobody else's notices.
 *
 *	          free_at reached, and durable
 *	WAITING ------------------------------> READY --taken--> HELD
 *	   ^                                                       |
 *	   +---------- put back, or pending again -----------------+
 *	gone: sent, withdrawn, dead; forgotten in any state but HELD, where it
 *	is forgotten when released
 *
 * What is taken is a parcel: one notice; or, when more is ready than the budget
 * lets go one by one, all of it (up to PARCEL_MAX) as a digest; or what belongs
 * to one incident (incident.h).  The first notice of a quiet destination goes
 * at once and alone.  Posts of threads that are to be edited go by a lane of
 * their own, with the post's id as a negative notice id.
 *
 * A room and its mentions are one lane (support, support.mention: lane
 * "support"); a direct message or a mail has a lane for each person.  When a
 * channel changes its nature, what waits in its lanes is forgotten here and
 * read anew from disk.
 *
 * Order of a lane: by class (budget.h: breach, escalation, warning, reminder,
 * update, drill, report), in a class by (free_at, id).  What a drill says goes
 * alone: it is part of no digest and of no incident.  A lane whose channel
 * keeps threads has one attempt at a time, so that a thread begins once and
 * its replies stay in order; there a budget counts from when a message has
 * arrived, so that the other side never sees two too close.
 *
 * A breach goes alone as long as there is room for more than the breaches that
 * are ready; so a digest hides none, and a steady drip of breaches does not
 *hold everything else for ever.
 *
 * A person's limit counts over all their lanes; breaches and escalations are
 * counted, and go all the same, without what they hold back.  A mention counts,
 *and goes: its room waits for nobody's limit.
 *
 * Two breakers stand before a lane: its endpoint's (no answer, server errors)
 * and its access's, which is the channel's with its ways (everything is
 *refused: a revoked token is no reason to doubt the others at slack.com).
 *
 * "Durable": a notice may leave only when the database records that the daemon
 * lived at its free_at.  After a crash the rows that were free to go by then
 * are marked as possible repeats; any other cannot have been sent.
 *
 * Bounded: above OUTBOX_MAX a notice stays on disk alone, unless its lane is
 * not the longest; then the longest gives up one of its last.  `on_disk` tells
 * that a scan is needed when there is room again.
 *
 * Free instants are the daemon's (wall); budgets, breakers, limits and pauses
 * are real time (mono).
 *
 * Loop thread only; no I/O.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_OUTBOX_H
#define SLAWATCH_DAEMON_OUTBOX_H

#include "base/deadline_heap.h"
#include "base/hashmap.h"
#include "core/breaker.h"
#include "core/budget.h"
#include "core/incident.h"
#include "daemon/item.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTBOX_MAX	  65536 /* notices known in memory */
#define PARCEL_MAX	  100	/* notices in one message */
#define LANE_BUSY_MAX	  8	/* attempts at once in a lane without threads */
#define LANE_LOG_MAX	  64	/* ... of type log: nobody to wait for */
#define ENDPOINT_BUSY_MAX 16	/* attempts at once at one endpoint */
#define LANE_PATIENCE_MS  (5 * MINUTE_MS)  /* a longer pause: as if down */
#define OUTBOX_STUCK_MS	  (60 * SECOND_MS) /* nothing taken that may go */
#define OUTBOX_ATTEMPT_MS (5 * MINUTE_MS)  /* no attempt lasts so long */

enum parcel_kind { PARCEL_NOTICE, PARCEL_DIGEST, PARCEL_INCIDENT, PARCEL_EDIT };

/* What goes together.  ids[0] is the most urgent. */
struct parcel {
	enum parcel_kind kind;
	size_t lane;
	int64_t ids[PARCEL_MAX];     /* of notices; EDIT: one, negative */
	int64_t tickets[PARCEL_MAX]; /* of each */
	size_t count;
	size_t more; /* of the same bundle, still waiting */
	/* INCIDENT */
	enum same same;
	int64_t told[PARCEL_MAX]; /* tickets of it that were told of before */
	size_t ntold;
	int all;	  /* tickets of it told of, with these */
	int64_t lasts_ms; /* since the first of them; real time */
};

struct outbox;

/* Nothing can be put before a matrix was taken.  on_disk is true at first. */
struct outbox *outbox_new(void);
void outbox_free(struct outbox *o); /* or NULL */

/* Budgets, limits and incidents are those of this matrix from here on; borrowed
 * until the next call. */
void outbox_take_matrix(struct outbox *o, const struct matrix *m);

/* Pending anew, or changed; ignored while it is HELD.  A post to be edited has
 * notice_id -post.id, reason NOTICE_UPDATE and who ""; one that becomes stale
 * again while it is HELD waits anew when it is released. */
void outbox_put(struct outbox *o, const struct pending *p);

/* Not pending any more. */
void outbox_gone(struct outbox *o, int64_t notice_id);

/* What waits and is free by `now` and durable by `alive` becomes ready.
 * Returns the earliest free_at that is reached but not durable, or
 * WALL_NEVER: a stamp is wanted. */
struct wall outbox_ripen(
    struct outbox *o, struct wall now, struct wall alive, struct mono mono);

/* The next parcel of any lane that may go now, fairly in turn; what is in it is
 * now HELD.  False: nothing may. */
bool outbox_take(struct outbox *o, struct mono mono, struct parcel *out);

/* The next notice that has another way while this one is down, or paused for
 * longer than LANE_PATIENCE_MS: now HELD, to be
 * settled as DELIVERY_DOWN, or, where all by its channel is refused, as
 * DELIVERY_NEVER (no attempt: outbox_attempt_over() is not called).
 * *lane is where it stood.  False: there is none. */
bool outbox_take_stranded(struct outbox *o, struct mono mono, size_t *lane,
    int64_t *notice_id, int64_t *ticket_id);

/* The attempt with a parcel is over: its place in the lane is free, though its
 * notices stay HELD until their outcomes are stored. */
enum attempt_end {
	ATTEMPT_ANSWERED, /* whatever the answer: the endpoint lives */
	ATTEMPT_FAILED,	  /* server error, network */
	ATTEMPT_REFUSED,  /* everything by this channel will be refused:
			     MEANS_ALARM */
	ATTEMPT_NONE	  /* nothing was sent: budget and breaker as before */
};
/* The name of what opened or recovered: outbox_changed(). */
enum breaker_change outbox_attempt_over(struct outbox *o, size_t lane,
    enum attempt_end end, struct mono mono, uint64_t chance);
const char *outbox_changed(const struct outbox *o);

/* A HELD one is in nobody's hands any more: forgotten, or, if again_at is not
 * WALL_NEVER and it has not gone, waiting for that. */
void outbox_release(struct outbox *o, int64_t notice_id, struct wall again_at);

/* Of a notice that is known here; false if not. */
bool outbox_ticket(
    const struct outbox *o, int64_t notice_id, int64_t *ticket_id);

/* Something goes there beside the outbox (a test): its budget knows of it. */
void outbox_spend(
    struct outbox *o, const char *channel, const char *who, struct mono mono);

/* Everything to that lane's destination waits so long (429). */
void outbox_pause(struct outbox *o, size_t lane, struct mono until);

/* Nothing goes together in that lane until then (a bundle was refused for its
 * form: one of its notices may be to blame). */
void outbox_one_by_one(struct outbox *o, size_t lane, struct mono until);

/* When the next thing can be done that cannot be done now: something becomes
 * free (wall); a pause ends, a budget has room again, a probe may go (mono;
 * INT64_MAX: none of these). */
struct wall outbox_next(const struct outbox *o, struct wall now);
struct mono outbox_next_mono(const struct outbox *o, struct mono now);

/* Nothing is to be sent at that instant: none is HELD, ready or free by then,
 * but where the endpoint is down. */
bool outbox_is_quiet(const struct outbox *o, struct wall now);

size_t outbox_count(const struct outbox *o);
bool outbox_on_disk(const struct outbox *o);
void outbox_set_on_disk(struct outbox *o, bool on_disk);

/* Something may go and nothing was taken since `turned`, or an attempt does not
 * end.  For the self-check. */
bool outbox_stuck(const struct outbox *o, struct mono mono, struct mono turned);

/* --- for status, metrics, `slawatchctl outbox` ---------------------------- */

struct lane_line {
	const char *channel;  /* of the room or the way to the person */
	const char *who;      /* "": a room */
	bool is_edits;	      /* of threads' first posts in that room */
	const char *endpoint; /* or what else is not closed; "" for the log */
	size_t ready;
	size_t waiting;
	size_t held;	    /* being sent, or their outcomes being stored */
	int busy;	    /* attempts */
	struct wall oldest; /* free_at of the oldest ready one, or NEVER */
	int64_t delay_ms; /* until the lane's queue is empty, at its budget; 0:
			     all that is ready may go now */
	enum breaker_state breaker;
	struct mono until; /* paused or open: up to then; {0} not */
};

/* Lanes stay known, also empty ones; a lane's number is for ever. */
size_t outbox_lanes(const struct outbox *o);
void outbox_lane(const struct outbox *o, size_t lane, struct mono mono,
    struct lane_line *out);

/* Endpoints ("slack.com") and accesses ("channel support"): what has a breaker.
 */
struct endpoint_line {
	const char *name;
	enum breaker_state state;
	struct mono until; /* OPEN: the next probe */
	int failures;	   /* in a row */
	int busy;
};
size_t outbox_endpoints(const struct outbox *o);
void outbox_endpoint(
    const struct outbox *o, size_t i, struct endpoint_line *out);

#endif
