/* lint_parts.h - what lint.c is made of, a function a file.
 *
 * An entry of a section has the index it has in the file, so its place is that
 * of the section's pair.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_LINT_PARTS_H
#define SLAWATCH_CONF_LINT_PARTS_H

#include "conf/sections.h"

#include <stdbool.h>
#include <stddef.h>

/* Definitions that nothing names. */
void lint_unused(struct reader *r);

/* Targets and warnings that cannot be meant. */
void lint_targets(struct reader *r);

/* Ladders that are longer than the time they have. */
void lint_ladders(struct reader *r);

/* Policies and rules that never match or are over. */
void lint_matching(struct reader *r);

/* People who cannot be told that way, categories without a team. */
void lint_people(struct reader *r);

/* Channels, budgets and limits that cannot be meant. */
void lint_sending(struct reader *r);

/* Who is there in the next weeks. */
void lint_coverage(struct reader *r);

/* The place of the name of item `i` of that list ("policies"). */
struct place lint_item(struct reader *r, const char *list, size_t i);

/* The place of the key of entry `i` of that map ("people"); PLACE_FILE where
 * the file does not define it. */
struct place lint_entry(struct reader *r, const char *section, size_t i);

/* The place of a chain's step. */
struct place lint_step(struct reader *r, size_t chain, size_t step);

/* The same with a rule's notify. */
struct place lint_rule_notify(struct reader *r, size_t rule);

/* Is there a date from which on to look? */
bool lint_knows_now(const struct reader *r);

/* What time has brought about: an error where the file is checked, a warning
 * where a daemon must go on with what it has. */
void lint_of_time(struct reader *r, struct place at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Has the policy ended? */
bool lint_is_over(const struct reader *r, const struct validity *v);

#endif
