/* notices.h - who is told what, by which way, and when is it moot?
 *
 * Names become people when a notice is queued (roster.h); who is passed over is
 * journalled with the reason.  The first channel that can carry is taken; the
 * others are kept as spares, tried at once when the first refuses for good or
 * its endpoint is known to be down, and after three failures in a row when it
 * does not answer.  What was dead may be sent all the same by hand, and what
 * waits may be dropped.
 *
 * Whoever was alerted is told once when it is over; what was still waiting is
 * withdrawn and tells nobody.  Rooms and services that follow tickets
 * (channel.h: FOLLOWS) hear besides what somebody did about one that they were
 * told of.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_NOTICES_H
#define SLAWATCH_CORE_NOTICES_H

#include "core/turn.h"

#define NOTICE_FAILURES_MAX 3 /* then the spare, if there is one */

/* What all notices of one occasion share. */
struct occasion {
	enum notice_reason reason;
	const struct clock *clock;   /* or NULL */
	const struct chain_run *run; /* or NULL */
	int step;		     /* or -1 */
	int nth;		     /* reminder, or 0 */
	const char *detail;
	struct wall at;
	struct wall alerted_at; /* RESOLVED: when the alert went */
};

/* To all whom the step names; how many were queued.  As a reminder: where it
 * means one of a team, to the one who was told. */
size_t notices_step(
    struct turn *u, const struct occasion *o, const struct step *s);

/* To those who were told in o->run (of the acker alone, if acked). */
size_t notices_told(struct turn *u, const struct occasion *o);

/* To one person by the channels of a step; 0 if there is none such. */
size_t notices_person(struct turn *u, const struct occasion *o,
    const struct step *s, const char *person);

/* Without a chain: the assignee in the team's room, else the room, else the
 * fallback. */
size_t notices_default(struct turn *u, const struct occasion *o);

/* To the matrix's owner (whoever covers for them) in the fallback room. */
size_t notices_fallback(struct turn *u, const struct occasion *o);

/* To the matrix's owner by their own channels, else as above. */
size_t notices_owner(struct turn *u, const struct occasion *o);

/* To that person (-1: nobody) by their own channels, or to whoever covers for
 * them; else in that team's room (-1: none); how many were queued. */
size_t notices_own(struct turn *u, const struct occasion *o, int person,
    const char *role, int team);

/* To that room (-1: none), and nobody in particular. */
size_t notices_room(
    struct turn *u, const struct occasion *o, int channel, const char *role);

/* To the team's lead, else its room, else the fallback. */
size_t notices_team(struct turn *u, const struct occasion *o, int team);

/* "eli (no channel that can carry), dana (away ...)": whom this turn's changes
 * from that index on passed over; "" if nobody. */
const char *notices_skipped(struct turn *u, size_t since);

/* Withdraws what is pending of that reason, of that clock kind (or any:
 * NULL), but no word of an end. */
void notices_withdraw(struct turn *u, enum notice_reason reason,
    const char *clock, const char *why, struct wall at);

/* Withdraws the alarms that an ack has made moot: all but those of runs that
 * wait for another answer. */
void notices_acked(struct turn *u, const char *why, struct wall at);

/* Withdraws the warnings of that clock's cycle that say so and wait (for
 * somebody's hours: held); were there any? */
bool notices_unwarn(struct turn *u, const struct clock *c, const char *words,
    bool held, const char *why, struct wall at);

/* When the first notice of the run's step, round and reminder that was queued
 * in this turn may go; u->now if there is none. */
struct wall notices_free_at(
    const struct turn *u, const struct chain_run *r, int nth);

/* When the run's round told somebody last, by another step than its latest;
 * WALL_NEVER: it did not. */
struct wall notices_told_at(const struct turn *u, const struct chain_run *r);

/* Withdraws that one, if it is pending and no word of an end. */
void notices_withdraw_one(
    struct turn *u, size_t index, const char *why, struct wall at);

/* It is over for that clock, or for that run, or (both NULL) for all of it:
 * withdraws what waits and tells whoever was alerted.  What belongs to a run
 * that still walks stays. */
void notices_over(struct turn *u, const struct clock *c,
    const struct chain_run *r, const char *why, struct wall at);

/* The outcome of an attempt; false if there is no such notice. */
bool notices_delivery(struct turn *u, const struct event *ev);

/* The same word to the same reader by the next of its spares that can carry it;
 * none that shares its endpoint, if `elsewhere`; false: there is none. */
bool notices_fail_over(struct turn *u, size_t index, bool elsewhere);

/* By hand (EVENT_NOTICE_RETRY, EVENT_NOTICE_DROP): may it be? VERDICT_ACCEPTED,
 * or a refusal with its reason in u->out->why.  Then it is done. */
enum verdict notices_check_hand(struct turn *u, const struct event *ev);
void notices_hand(struct turn *u, const struct event *ev);

/* What somebody did, to the channels that follow and were told of the ticket:
 * "Acknowledged by Dana Ruiz: on it".  One whose first word may be on its way
 * hears it when that has arrived: who reads it there may act before the answer
 * to it is here. */
void notices_did(struct turn *u, const struct event *ev);

/* The person's index for what a help desk calls them (key, address, Slack id),
 * or -1. */
int notices_find_person(const struct matrix *m, const char *text);

#endif
