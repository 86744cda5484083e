/* walks.h - the machine that walks the chains of one ticket.
 *
 * Edges (the drawing is in ticket.h):
 *	start      warning, breach, by hand	walks_start
 *	step       `after` has passed		walks_fire
 *	remind     `every` has passed		walks_fire
 *	repeat     the round is over		walks_fire
 *	exhaust    the last round is over	walks_fire
 *	ack        acknowledged, claimed	walks_ack
 *	snooze     ack with an end		walks_ack
 *	reopen     ack_timeout, end of snooze	walks_fire
 *	stop       what the step waits `until`	walks_answer
 *	end        the cause is over		walks_clock_over, walks_end
 *	supersede  a higher rank starts		walks_start
 *	escalate   by hand: the next step	walks_escalate, walks_step_up
 *
 * A step whose hours are closed, or that reaches nobody, is passed over: the
 * next one comes at once.  Where no step at all would tell anybody no further
 * round is walked.  What is overdue is overtaken only by a step that tells
 * somebody.
 *
 * Where a person must see the ticket (rules_needs_human) every step waits for
 * an ack and for nothing else, and a run that nobody has acknowledged outlives
 * its clock: the ack is then its end.
 *
 * After the last step of a round the run waits repeat_after, so that the last
 * one told has time to answer; then the round is repeated or the chain is
 * exhausted.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_WALKS_H
#define SLAWATCH_CORE_WALKS_H

#include "core/turn.h"

/* Starts the chain; where it walks already, or one of higher rank does, those
 * told so far are told of the new cause instead.  clock may be NULL (by hand,
 * by a rule). */
void walks_start(struct turn *u, int chain, const char *cause,
    const struct clock *clock, const char *why, struct wall at);

/* until: WALL_NEVER for an ack, else the end of a snooze. */
void walks_ack(
    struct turn *u, const char *by, struct wall until, struct wall at);

/* An answer of that kind came: ends the runs whose step waits for it. */
void walks_answer(struct turn *u, enum until answer, struct wall at);

/* Somebody works on it: an ack's timeout counts from here. */
void walks_progress(struct turn *u, struct wall at);

/* The clock's cycle is over: ends its runs, unless another breached clock
 * needs the same chain; then the run goes on for that. */
void walks_clock_over(struct turn *u, const struct clock *c, struct wall at);

void walks_end(struct turn *u, struct wall at, const char *why);

/* By hand: starts the chain, or takes its live run to its next step at once,
 * whatever it waits for; an exhausted one begins another round. */
void walks_escalate(
    struct turn *u, int chain, const char *by, const char *why, struct wall at);

/* By hand, up the ladder: the live run of highest rank to its next step; false
 * if none is live. */
bool walks_step_up(
    struct turn *u, const char *by, const char *why, struct wall at);

/* By hand, sideways: the team's chain as above; a team without one is told by
 * its lead, else in its room. */
void walks_to_team(struct turn *u, int team, const char *why, struct wall at);

/* Fires what is due next in the run, up to u->limit. */
void walks_fire(struct turn *u, struct chain_run *r);

/* Everybody of the run's latest step turned out unreachable: on at once. */
void walks_hurry(struct turn *u, struct chain_run *r, struct wall at);

#endif
