/* rules.h - what follows from a ticket's state: rules fire.
 *
 * A rule fires when its condition becomes true, at the instant at which it
 * does: with an event, or by itself when time makes it true (from the heap, not
 * by polling).  It fires again only after its condition was false in between:
 * once per ticket and cause.  The journal has the rule and the reason.
 *
 * What a rule changes may make another one true: all are tried again until
 * nothing changes; each fires at most once an instant, so it ends.
 *
 * A new matrix fires nothing: what holds when a ticket is first seen by a rule
 * is taken as it is (a reload is quiet).  A rule that the revision before had
 * in the same words goes on: only time can have made it true meanwhile.
 *
 * Tests that count other tickets are made when the ticket is created and when
 * its fields are told; otherwise their rules stay as they are.
 *
 * Time goes forward: an event that is told late meets the rules at the instant
 * up to which time was looked at.  Tickets that are over have no rules.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_RULES_H
#define SLAWATCH_CORE_RULES_H

#include "core/turn.h"

enum rules_when {
	RULES_TOLD,    /* fields were told: everything is asked */
	RULES_EVENT,   /* something else happened, or time passed */
	RULES_REVISED, /* another matrix: quietly */
};

/* At `at`, after its event took effect. */
void rules_run(struct turn *u, enum rules_when when, struct wall at);

/* `at`, or the instant up to which time was looked at, if that is later. */
struct wall rules_instant(const struct ticket *t, struct wall at);

/* When a rule's or a policy's condition may change by itself, after
 * t->rules_at (up to where time was looked at); WALL_NEVER: never. */
struct wall rules_next(const struct turn *u);

/* That instant has come. */
void rules_fire(struct turn *u);

/* Did the ticket's last decision find that it holds? */
bool rules_held(const struct ticket *t, const char *rule);

/* Must a person see this ticket: by its category, or by a rule? */
bool rules_needs_human(const struct turn *u);

#endif
