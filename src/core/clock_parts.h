/* clock_parts.h - what the machine of the clocks and its alarms share.
 *
 * Private to core/: questions about one clock of a turn's ticket, and the two
 * ways in which its state is brought in line with its stretches.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_CLOCK_PARTS_H
#define SLAWATCH_CORE_CLOCK_PARTS_H

#include "core/stretches.h"
#include "core/turn.h"

/* What the matrix wants of a clock of that kind now. */
struct wanted {
	int64_t target_ms; /* 0: nothing */
	const char *policy;
	const char *calendar; /* "" is 24x7 */
};

struct wanted clock_wanted(const struct turn *u, size_t kind);

/* The row of its kind; NULL if the matrix has it no more. */
const struct clock_kind *clock_kind_of(
    const struct turn *u, const struct clock *c);

const struct policy *clock_policy(const struct turn *u, const struct clock *c);

/* The warnings of its target, else of its policy. */
const struct warning *clock_warnings(
    const struct turn *u, const struct clock *c, size_t *count);

/* Working time after which a warning of a clock with that target is due. */
int64_t clock_threshold(const struct warning *w, int64_t target_ms);

/* "80% of its time is used": what a notice of it says. */
const char *clock_warning_words(struct turn *u, const struct warning *w);

/* Does it count while the ticket is in that status? */
bool clock_runs_in(
    const struct turn *u, const struct clock *c, enum status status);

/* That much working time later by its calendar; negative goes back. */
struct wall clock_later(
    const struct turn *u, const struct clock *c, struct wall from, int64_t ms);

/* Working time from `since` to that instant by its calendar. */
int64_t clock_until(
    const struct turn *u, const struct clock *c, struct wall to);

struct change *clock_tell(struct turn *u, enum change_kind kind,
    const struct clock *c, struct wall at);

/* Paints [from, for ever) and counts up to where the open stretch begins. */
void clock_repaint(struct turn *u, struct clock *c, struct wall from,
    enum paint_counts counts, const char *calendar, const char *why);

/* State and due of an unfinished clock that was counted up to `since`, for a
 * ticket in that status. */
void clock_set_going(struct turn *u, struct clock *c, enum status status);

/* Warnings dealt with, but not any more: their offset lies ahead again. */
void clock_rearm(struct turn *u, struct clock *c, struct wall at);

/* Warnings that wait for somebody's hours are not true of a paused clock; they
 * come again when it runs on. */
void clock_unsay_held(struct turn *u, struct clock *c, struct wall at);

/* It runs past its due: now, or, for what was told late, then. */
void clock_breach(struct turn *u, struct clock *c);

#endif
