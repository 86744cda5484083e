/* simulation.h - the same door on a virtual clock, all in memory.
 *
 * Holds tickets as values and walks time from event to event: what is due
 * before an event's instant fires first, in order of (due, ticket), exactly as
 * the daemon would with no lag at all.  Every notice is delivered at once
 * unless the caller's `deliver` says otherwise; what is not tried because its
 * endpoint is down waits until `again_at`, as in the daemon's outbox. Questions
 * about other tickets are answered as the store would.
 *
 * The scenario tests, `slawatchctl simulate` and the oracle of the fault tests
 * are this.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_SIMULATION_H
#define SLAWATCH_CORE_SIMULATION_H

#include "core/decide.h"

struct simulation; /* opaque here: one may only ask */

struct simulation_hooks {
	void *user;
	/* Every decision that changed something, or was refused. */
	void (*decided)(void *user, const struct ticket *t,
	    const struct event *ev, struct wall now, const struct decision *d);
	/* What becomes of a notice; NULL: delivered. */
	enum delivery (*deliver)(void *user, const struct ticket *t,
	    const struct notice *n, struct wall now, struct wall *again_at);
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
 * which they were queued. */
void simulation_hand(struct simulation *s, const struct event *ev);

/* Something is said now of somebody's presence: number and `at` are filled in.
 * False and why if it may not be said (duty_check). */
bool simulation_duty(
    struct simulation *s, const struct duty_change *c, struct errtext *err);

/* What a decision may know besides its ticket, as of now. */
const struct facts *simulation_known(const struct simulation *s);

/* From now on the other matrix; every open ticket is told. */
void simulation_revise(struct simulation *s, const struct matrix *m);

struct wall simulation_now(const struct simulation *s);

/* When the next thing is due, or WALL_NEVER. */
struct wall simulation_next(const struct simulation *s);

/* Tickets in order of their first event; valid until the next call. */
size_t simulation_count(const struct simulation *s);
const struct ticket *simulation_ticket(const struct simulation *s, size_t i);
const struct ticket *simulation_find(
    const struct simulation *s, const char *key);

#endif
