/* notices_parts.h - what the parts of the outbox share.
 *
 * Private to core/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_NOTICES_PARTS_H
#define SLAWATCH_CORE_NOTICES_PARTS_H

#include "core/notices.h"

/* Is it an alert, whose end its reader wants to hear of, and which an ack
 * stops? */
bool notice_alerts(const struct notice *n);

/* Is nothing more to be said of it once it has gone, or never will? */
bool notice_is_last_word(const struct notice *n);

/* It waits, or was withdrawn, but was there before this turn and not to wait:
 * it may be there already, and the answer to it on its way. */
bool notice_may_arrive(const struct turn *u, const struct notice *n);

/* Appends a change about that notice; valid until the next one. */
struct change *notice_tell(
    struct turn *u, enum change_kind kind, size_t index, struct wall at);

/* An empty one, to be sent now; valid until the next one. */
struct notice *notice_push(struct turn *u);

void notice_withdraw(
    struct turn *u, size_t index, const char *why, struct wall at);

/* What it owes (notice.h) to where it went; nobody there is told twice. */
void notices_settle(struct turn *u, size_t index, struct wall at);

/* Another word by the way in which that notice went; how many were queued. */
size_t notice_same_way(
    struct turn *u, const struct occasion *o, const struct notice *n);

#endif
