/* walks_parts.h - what the parts of the chains' machine share.
 *
 * Private to core/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_WALKS_PARTS_H
#define SLAWATCH_CORE_WALKS_PARTS_H

#include "core/notices.h"
#include "core/turn.h"

/* Appends a change about that run; valid until the next one. */
struct change *walk_tell(struct turn *u, enum change_kind kind,
    const struct chain_run *r, struct wall at);

/* The chain as it was at the start of the run.  A definition that cannot be
 * read (a damaged disk) counts as a chain without steps: it exhausts. */
void walk_definition(
    struct turn *u, const struct chain_run *r, struct chain *out);

/* The clock that it walks for, or NULL. */
const struct clock *walk_clock(struct turn *u, const struct chain_run *r);

/* What all notices of its present step share. */
struct occasion walk_occasion(struct turn *u, const struct chain_run *r,
    enum notice_reason reason, struct wall at);

/* Not live any more, or at its end. */
void walk_stop(struct turn *u, struct chain_run *r, enum run_state state,
    enum change_kind kind, const char *why, struct wall at);

/* The live run of that chain, or NULL. */
struct chain_run *walk_live(struct turn *u, const char *chain);

/* The next step, the next round or the end at once, rather than when the turn
 * comes to it.  said: what its readers are to know of it, or "". */
void walk_now(struct turn *u, struct chain_run *r, const struct chain *c,
    const char *said, struct wall at);

/* Another round begins: its first step is the next one. */
void walk_round(struct turn *u, struct chain_run *r, struct wall at);

#endif
