/* sending.h - may this notice go now, or when do its reader's hours open?
 *
 * DESIGN 5 "Clocks": a warning waits for the reader's hours, a breach does not,
 * and nothing about the most urgent severity does, unless the matrix says
 * otherwise.  A step beats the severity, which beats the policy, which beats
 * these defaults.  Steps, reminders and timeouts of a chain go by what started
 * it.  That a chain is exhausted or reached nobody is never held.
 *
 * The word that it is over waits for the hours too, but not where the alert
 * itself went outside of them: whoever was woken may sleep again.
 *
 * Who has no hours is never waited for; nor is a room.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_SENDING_H
#define SLAWATCH_CORE_SENDING_H

#include "core/notices.h"

/* u->now, or the opening that it waits for.  person: index, or -1 for a room;
 * said: by the step. */
struct wall sending_free_at(
    const struct turn *u, const struct occasion *o, int person, enum send said);

#endif
