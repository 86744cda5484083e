/* severity.h - who said how urgent it is, and who confirmed it?
 *
 * Two stages: a machine's severity (bot, help desk, table, rule) and the front
 * line's are proposals that start the triage clock; a person of a higher tier,
 * or `severity_confirmed`, settles it.  Every change is journalled with both
 * values and who.  An agent whom nobody names is no machine, but confirms
 * nothing either.
 *
 * The table over scope, impact and workaround beats what was said, whenever one
 * of these three is told anew.  What a help desk repeats is no news: neither a
 * severity that a rule raised nor one that a person chose is undone by the next
 * update that carries the desk's old values.  A person who tells nothing but
 * the severity means it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_SEVERITY_H
#define SLAWATCH_CORE_SEVERITY_H

#include "core/turn.h"

/* Takes the event's severity, if it is news; the signals that follow. */
signal_set severity_told(struct turn *u, const struct event *ev);

/* Does the event tell anew what the table asks?  Before its fields are taken.
 */
bool severity_asks_table(const struct turn *u, const struct event *ev);

/* By the table, after the event's fields were taken.  Returns the signals; 0:
 * no row fits, or it had that severity already. */
signal_set severity_from_table(struct turn *u, struct wall at);

/* By a rule.  Returns the signals; 0: it had it already. */
signal_set severity_by_rule(
    struct turn *u, int severity, const char *rule, struct wall at);

/* A person confirms what is there. */
void severity_confirmed(struct turn *u, const char *by, struct wall at);

#endif
