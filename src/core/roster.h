/* roster.h - who is behind a name now, who of them can be told, and how?
 *
 * Roles, teams, schedules become people at the moment a notice is queued, never
 * before.  Each person that was considered is returned, with the reason where
 * they are passed over: away (their cover stands in), quiet hours, no channel
 * that can carry, nobody on call, sees own tickets only.  decide() journals
 * these, explain shows them.
 *
 * By which channels: without `via` the person's own for that severity; with it
 * those of `via` that the person prefers, in the person's order, and then the
 * rest of `via`; a mention that the person has not named keeps its place in
 * `via`.  The first that can carry is the one, the others are spares.  A whole
 * team that has a Slack user group is one post that mentions it where `via`
 * begins with a mention.
 *
 * A whole team is everybody in it, on duty or not; where none of them can be
 * told, its fallback.  `team` is its lead, or all where the lead cannot be
 * told.  Of all of a team those are spared who see own tickets only and another
 * one owns it, unless nobody else of them can be told; its lead never is.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_ROSTER_H
#define SLAWATCH_CORE_ROSTER_H

#include "core/turn.h"

#include <stdbool.h>
#include <stddef.h>

#define ROSTER_MAX 64 /* considered for one step; who comes after is not */

struct candidate {
	int person;	     /* or -1: a room, or nobody is behind the name */
	int channel;	     /* that carries; -1: none does */
	const char *spare;   /* further ones: "mail,log" or "" */
	const char *role;    /* as the step names them; "one of TEAM" */
	const char *skipped; /* why not, in words; NULL: to be told */
};

struct roster {
	struct candidate items[ROSTER_MAX];
	size_t count;
	size_t told; /* of them */
};

/* Everybody whom the step names, each once.  quiet_skips: do quiet hours pass
 * them over (an alarm goes on to the next at once), or does the notice wait for
 * their end? */
void roster_of_step(
    struct turn *u, const struct step *s, bool quiet_skips, struct roster *out);

/* The same for a step that is told again: where it means one of a team, the one
 * whom the run's step has told already, while they can be told. */
void roster_of_step_again(struct turn *u, const struct step *s,
    const struct chain_run *r, bool quiet_skips, struct roster *out);

/* That person, or whoever covers for them.  s: whose `via` counts; NULL: by
 * their own channels. */
void roster_of_person(struct turn *u, const struct step *s, int person,
    const char *role, bool quiet_skips, struct roster *out);

/* One person by the step's channels, else by their own; no cover. */
struct candidate roster_person(struct turn *u, const struct step *s, int person,
    const char *role, bool quiet_skips);

/* Why that person is passed over for an alarm, or for anything (away), by
 * whatever channel; NULL: is not. */
const char *roster_absence(struct turn *u, int person, bool quiet_skips);

/* Is the person away then?  The cover at the end of the line that is not, or
 * -1; a ring of covers is nobody. */
bool roster_is_away(const struct turn *u, int person, int *cover);

/* Is that instant in hours in which the person is not to be disturbed by this
 * ticket? */
bool roster_is_quiet(const struct turn *u, int person, struct wall at);

/* At work: hours open (or none), not away, not in quiet hours. */
bool roster_on_duty(const struct turn *u, int person);

/* Mail needs an address, a direct message or a mention a Slack id or an address
 * to find one by; a room (-1) has none. */
bool roster_can_carry(const struct matrix *m, int channel, int person);

/* Of a team, in turn: of those on duty who can be told the one that was picked
 * longest ago, then the first in the file.  -1: nobody.  role: as recorded. */
int roster_pick(
    struct turn *u, int team, const struct step *s, const char *role);

/* "2026-01-05 09:00 UTC" in the ticket's arena. */
const char *roster_when(struct turn *u, struct wall at);

#endif
