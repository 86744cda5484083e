/* sending.h - may this notice go now, or when do its reader's hours open?
 *
 * DESIGN 5 "Clocks": a warning waits for the reader's hours, a breach does not,
 * and nothing about the most urgent severity does, unless the matrix says
 * otherwise.  A step beats the severity, which beats the policy, which beats
 * these defaults.  Steps, reminders and timeouts of a chain go by what started
 * it.  What a rule says, a suggestion and a question about missing fields are
 * no breaches.  That a chain is exhausted or reached nobody is never held.
 *
 * What waits for hours waits for the end of quiet hours too.  What does not
 * wait is an alarm: it is not for whoever has quiet hours, and roster.h passes
 * them over.
 *
 * The word that it is over waits as well, but not where the alert itself went
 * outside of the hours or in quiet ones: whoever was woken may sleep again.
 *
 * Who has no hours is never waited for; nor is a room.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_SENDING_H
#define SLAWATCH_CORE_SENDING_H

#include "core/notices.h"

/* u->now, or the instant that it waits for.  person: index, or -1 for a room;
 * said: by the step. */
struct wall sending_free_at(
    const struct turn *u, const struct occasion *o, int person, enum send said);

/* Does it go on to the next reader at once, rather than wait for this one? */
bool sending_alarms(
    const struct turn *u, const struct occasion *o, enum send said);

/* Why it waits until then: "until the reader's hours open". */
const char *sending_why(const struct turn *u, int person, struct wall until);

#endif
