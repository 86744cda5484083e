/* ticket_pack.h - a ticket as bytes, and back.
 *
 * All of it: every member, marks and lists too, so that a ticket that was put
 * away and came back is decided as if it had never left.  The bytes are for
 * the same program in the same run; what outlives it is the store's.
 *
 * A text that was written before is named by its number, and instants are told
 * by their distance from the one before: a ticket that is over is some hundred
 * bytes.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_TICKET_PACK_H
#define SLAWATCH_CORE_TICKET_PACK_H

#include "base/arena.h"
#include "base/textbuf.h"
#include "core/ticket.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends it; a growing buffer. */
void ticket_pack(const struct ticket *t, struct textbuf *out);

/* The same ticket in that arena; its lists have no room to spare.  False: these
 * are not the bytes of a ticket, and *t is not to be used. */
bool ticket_unpack(
    const char *bytes, size_t len, struct arena *arena, struct ticket *t);

#endif
