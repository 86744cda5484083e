/* simulation.h - the same door on a virtual clock, all in memory.
 *
 * Holds tickets as values and walks time from event to event: what is due
 * before an event's instant fires first, in order of (due, ticket), exactly as
 * the daemon would with no lag at all.  Every notice is delivered at once
 * unless the caller's `deliver` says otherwise; what is not tried because its
 * endpoint is down waits until `again_at`, as in the daemon's outbox. Questions
 * about other tickets are answered as the store would.
 *
 * With a shelf, tickets that are over and wait for nothing are put away while
 * there are many, and come back when something happens to them: memory then
 * depends on how many tickets are open at a time, not on the length of the log.
 * Nothing else depends on it, but for where a ticket's texts lie: they move
 * between two calls.
 *
 * The scenario tests, `slawatchctl simulate` and the oracle of the fault tests
 * are this.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_SIMULATION_H
#define SLAWATCH_CORE_SIMULATION_H

#include "base/textbuf.h"
#include "core/decide.h"

struct simulation; /* opaque here: one may only ask */

/* Where tickets go that need not be in memory; store/scratch.h is one. */
struct simulation_shelf {
	void *user;
	/* Keeps what ticket_pack() made of it, over what was there. */
	void (*put)(void *user, const char *key, int64_t id, const char *bytes,
	    size_t len);
	/* Appends it and forgets it; false: it is not there. */
	bool (*take)(void *user, const char *key, struct textbuf *out);
	/* True: an event of that id was never kept before; it is now. */
	bool (*first)(void *user, const char *event_id);
	/* It was refused: that id may come again. */
	void (*forget)(void *user, const char *event_id);
	/* What is there, by ticket id; false ends it. */
	void (*each)(void *user,
	    bool (*one)(void *of, const char *key, int64_t id,
		const char *bytes, size_t len),
	    void *of);
};

#define SIMULATION_OVER_MAX 1024 /* over, and still in memory */

struct simulation_hooks {
	void *user;
	/* Every decision that changed something, or was refused. */
	void (*decided)(void *user, const struct ticket *t,
	    const struct event *ev, struct wall now, const struct decision *d);
	/* What becomes of a notice; NULL: delivered. */
	enum delivery (*deliver)(void *user, const struct ticket *t,
	    const struct notice *n, struct wall now, struct wall *again_at);
	/* The ticket is put away, or is back; NULL: nobody wants to know. */
	void (*leaves)(void *user, const struct ticket *t);
	void (*returns)(void *user, const struct ticket *t);
	const struct simulation_shelf *shelf; /* borrowed; NULL: none */
	size_t over_max;		      /* 0: SIMULATION_OVER_MAX */
};

struct simulation *simulation_new(
    const struct matrix *m, const struct simulation_hooks *hooks);
void simulation_free(struct simulation *s);

/* Fires all that is due before `until`; then now is `until`. */
void simulation_advance(struct simulation *s, struct wall until);

/* Fires what is due up to and including now. */
void simulation_settle(struct simulation *s);

/* Advances to the event's `at` (an earlier one is decided now, as told late),
 * drops an id that was accepted before (false), and decides. */
bool simulation_event(struct simulation *s, const struct event *ev);

/* Somebody wants a dead notice sent all the same, or one that waits not sent:
 * type, at, notice_id and by.  Notices are numbered from 1 in the order in
 * which they were queued; false: there is none with that one. */
bool simulation_hand(struct simulation *s, const struct event *ev);

/* Something is said now of somebody's presence: number and `at` are filled in.
 * False and why if it may not be said (duty_check). */
bool simulation_duty(
    struct simulation *s, const struct duty_change *c, struct errtext *err);

/* What a decision may know besides its ticket, as of now. */
const struct facts *simulation_known(const struct simulation *s);

/* From now on the other matrix, whose `previous` is the one so far; every open
 * ticket is told, and solved ones where it applies to all. */
void simulation_revise(struct simulation *s, const struct matrix *m);

struct wall simulation_now(const struct simulation *s);

/* When the next thing is due, or WALL_NEVER. */
struct wall simulation_next(const struct simulation *s);

/* Every ticket in order of its first event, those on the shelf too: these are
 * copies, and neither return nor leave.  Nothing may happen meanwhile, but
 * questions about the ticket in hand. */
void simulation_each(struct simulation *s,
    void (*one)(void *user, const struct ticket *t), void *user);

/* How many there were so far. */
size_t simulation_seen(const struct simulation *s);

/* That ticket, brought back from the shelf if it is there, or NULL; valid until
 * the next call. */
const struct ticket *simulation_find(struct simulation *s, const char *key);

/* Tickets in order of their first event; valid until the next call.  Without a
 * shelf only. */
size_t simulation_count(const struct simulation *s);
const struct ticket *simulation_ticket(const struct simulation *s, size_t i);

#endif
