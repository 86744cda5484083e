/* verify_copy.h - parts of a ticket, copied into another arena.
 *
 * A ticket's arena only grows while it is decided upon; a long life is replayed
 * in two arenas by turns.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_VERIFY_COPY_H
#define SLAWATCH_CTL_VERIFY_COPY_H

#include "core/ticket.h"

struct clock copy_clock(const struct clock *c, struct arena *arena);
struct chain_run copy_run(const struct chain_run *r, struct arena *arena);
struct notice copy_notice(const struct notice *n, struct arena *arena);

/* With all that it has; its arena is then that one. */
struct ticket copy_ticket(const struct ticket *t, struct arena *arena);

#endif
