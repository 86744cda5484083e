/* handoff.h - what must an escalation carry, and what of it is missing?
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_HANDOFF_H
#define SLAWATCH_CORE_HANDOFF_H

#include "core/turn.h"

/* Fields of that set that the ticket has not: "impact, next_step" in the arena;
 * "" if it has all. */
const char *handoff_missing(
    const struct ticket *t, uint32_t wanted, struct arena *arena);

/* The run starts: what is missing is journalled and asked of the assignee. */
void handoff_ask(struct turn *u, const struct chain *c,
    const struct chain_run *r, struct wall at);

#endif
