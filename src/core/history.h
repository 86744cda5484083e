/* history.h - what was told of a ticket, in the order in which it happened.
 *
 * Help desks tell things late and in another order.  So a ticket remembers its
 * statuses and the customer's messages without an answer by their own instants;
 * what is told late finds its place.  Of two things at one instant the one that
 * was told later comes later.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_HISTORY_H
#define SLAWATCH_CORE_HISTORY_H

#include "core/ticket.h"

#include <stdbool.h>
#include <stddef.h>

#define HISTORY_KNOWN ((size_t)-1)

/* The status at the ticket's creation. */
void history_begin(struct ticket *t);

/* The ticket had that status then: its index (1..), or HISTORY_KNOWN where it
 * had it already; that is remembered too, for what may yet be told of before.
 */
size_t history_insert(struct ticket *t, enum status status, struct wall at);

enum status history_status(const struct ticket *t, struct wall at);

/* The customer wrote; false if that was answered before it was told. */
bool history_asked(struct ticket *t, struct wall at);

/* A public answer: what the customer wrote up to then has its answer. */
void history_answered(struct ticket *t, struct wall at);

#endif
