/* story.h - what a committed change says in the log, and to the counters.
 *
 *	2026-01-05T09:04:48Z info ticket=demo:1 severity=P1 change=clock_warned
 *	    clock=first_reply due=2026-01-05T09:06:00Z
 *
 * One table says for each kind of change how loud it is and what it counts.
 * Who is away and who stands in on call is a line as well:
 *
 *	... info person=dana duty=away number=17 cover=eli until=... by=mara
 *
 * What a help desk does all day is for --log-level debug; what a person must
 * know of (opened, warned, breached, each step, each attempt) is always there.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_STORY_H
#define SLAWATCH_DAEMON_STORY_H

#include "daemon/counters.h"
#include "daemon/item.h"

/* One line a change that matters. */
void story_log(const struct item *it);

void story_count(const struct item *it, struct counters *c);

#endif
