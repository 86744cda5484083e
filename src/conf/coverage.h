/* coverage.h - in the next weeks, is anybody there whom a step can tell?
 *
 * Asks the same questions that a decision will ask (core/roster.h), at every
 * instant of a window at which the answer may change: where a calendar opens or
 * closes, where a shift begins or ends, where a rotation hands off.  Between
 * two of these nothing changes, so nothing is missed and nothing is sampled.
 *
 * Who is away is only known by a running daemon: with duty_none nobody is.
 *
 * Pure but for memory; conf/lint_coverage.c says what is wrong about it, and
 * the daemon asks for the on-call schedules while it runs.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_COVERAGE_H
#define SLAWATCH_CONF_COVERAGE_H

#include "base/textbuf.h"
#include "conf/spans.h"
#include "core/facts.h"
#include "core/matrix.h"

#include <stdbool.h>
#include <stddef.h>

#define COVERAGE_MS	   (30 * DAY_MS)
#define COVERAGE_DAYS	   "30 days"
#define COVERAGE_EDGES_MAX 20000 /* then the window ends earlier */

struct coverage {
	const struct matrix *m;
	struct facts facts; /* nothing but the duty */
	struct arena *arena;
	struct wall from;
	struct wall to;
	struct wall *edges; /* in order, the first is `from` */
	size_t nedges;
};

/* All borrowed until the end. */
void coverage_init(struct coverage *c, const struct matrix *m,
    const struct duty *duty, struct wall from, struct wall to,
    struct arena *arena);

/* Can that be known beforehand?  Not where the step names the ticket's owner or
 * team, or a schedule whose feed is only read while the daemon runs. */
bool coverage_is_known(const struct coverage *c, const struct step *s);

/* Does it name anybody, or rooms only? */
bool coverage_names_people(const struct matrix *m, const struct step *s);

/* When would it tell nobody (a step that names rooms only: no room), for
 * tickets of that severity; -1: without one.  Its `hours` do not matter. */
struct spans coverage_nobody(
    const struct coverage *c, const struct step *s, int severity);

/* Who was considered at that instant and why not: "dana: quiet hours; night:
 * nobody is on call"; "" if nobody was. */
const char *coverage_why(const struct coverage *c, const struct step *s,
    int severity, struct wall at);

/* When the calendar is open; -1: always. */
struct spans coverage_open(const struct coverage *c, int calendar);

/* When is nobody on call, though the schedule's hours are open?  Where a title
 * is nobody's it is that which is wrong, and no gap. */
struct spans coverage_off_call(const struct coverage *c, int schedule);

/* The next title that is nobody's, and from when on; NULL: none is left.  The
 * cursor is 0 at first. */
const char *coverage_unknown(
    const struct coverage *c, int schedule, size_t *cursor, struct wall *at);

/* Does the step ask that schedule, by its name or by a role? */
bool coverage_asks(const struct matrix *m, const struct step *s, int schedule);

/* What starts a chain: a policy's clocks that run out in their working time; a
 * rule or a team, at any time. */
struct coverage_use {
	struct spans starts;
	int severity;
	const char *policy; /* its name; NULL: a rule, a team */
};

struct coverage_uses {
	struct coverage_use *items;
	size_t count;
	size_t cap;
};

struct coverage_uses coverage_uses(const struct coverage *c, int chain);
struct coverage_uses coverage_rule_uses(const struct coverage *c, size_t rule);

/* The calendar by which that target counts; -1: round the clock. */
int coverage_calendar(const struct matrix *m, const struct policy *p,
    size_t severity, size_t kind);

/* When does the step fire, if the chain starts then: after its delays, in every
 * round, while its hours are open. */
struct spans coverage_fires(const struct coverage *c, const struct chain *chain,
    size_t step, const struct spans *starts);

/* When is nobody on call though a step asks? */
struct spans coverage_gap(const struct coverage *c, int schedule);

/* "Sat 2026-12-05 00:00"; zone NULL: UTC. */
void coverage_add_time(
    struct textbuf *tb, const struct zone *zone, struct wall at);

/* The first of them and how much of the window they are: "from Sat 2026-12-05
 * 00:00 to Mon 2026-12-07 09:00 (Europe/Berlin), 31 % of the next 30 days". */
void coverage_add_gap(struct textbuf *tb, const struct coverage *c,
    const struct zone *zone, const struct spans *gap);

#endif
