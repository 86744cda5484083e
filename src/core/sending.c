/* sending.c - see sending.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/sending.h"

#include "core/roster.h"

#include <string.h>

static bool is_breach(const struct occasion *o)
{
	if (o->reason == NOTICE_RULE || o->reason == NOTICE_ASSIGNMENT ||
	    o->reason == NOTICE_HANDOFF)
		return false;
	if (o->clock != NULL && !wall_is_never(o->clock->breached_at))
		return true;
	if (o->run != NULL)
		return strcmp(o->run->cause, "warning") != 0;
	return o->reason != NOTICE_WARNING;
}

/* What severity and policy say, the narrower first. */
static enum send matrix_says(const struct turn *u, bool breach)
{
	const struct matrix *m = u->m;
	int sev = matrix_severity(m, u->t->fields.text[FIELD_SEVERITY]);
	enum send said = SEND_UNSAID;

	if (sev >= 0)
		said = m->severities[sev].send;
	if (said == SEND_UNSAID && u->policy >= 0)
		said = breach ? m->policies[u->policy].send_breaches
			      : m->policies[u->policy].send_warnings;
	if (said != SEND_UNSAID)
		return said;
	return breach || sev == 0 ? SEND_ALWAYS : SEND_IN_HOURS;
}

/* By what it is about; who reads it is another matter. */
static bool waits(
    const struct turn *u, const struct occasion *o, enum send said)
{
	if (o->reason == NOTICE_EXHAUSTED || o->reason == NOTICE_UNREACHABLE)
		return false;
	if (said == SEND_UNSAID)
		said = matrix_says(u, is_breach(o));
	return said == SEND_IN_HOURS;
}

bool sending_alarms(
    const struct turn *u, const struct occasion *o, enum send said)
{
	return o->reason != NOTICE_RESOLVED && o->reason != NOTICE_UPDATE &&
	       !waits(u, o, said);
}

/* Hours and quiet hours that leave no instant between them would hold a notice
 * for ever: after so many openings the hours alone decide. */
#define OPENINGS_MAX 200

static const struct calendar *hours_of(const struct turn *u, int person)
{
	int hours = u->m->people[person].hours;

	return hours < 0 ? NULL : u->m->calendars[hours];
}

static struct wall next_open(const struct calendar *hours, struct wall at)
{
	struct wall open = hours == NULL ? at : calendar_next_open(hours, at);

	return wall_is_never(open) ? at : open;
}

/* The first instant from now on at which the reader may be disturbed. */
static struct wall next_free(const struct turn *u, int person)
{
	const struct calendar *hours = hours_of(u, person);
	struct wall first = next_open(hours, u->now);
	struct wall at = first;

	for (int i = 0; i < OPENINGS_MAX; i++) {
		struct wall end;

		if (!roster_is_quiet(u, person, at))
			return at;
		end = calendar_next_close(
		    u->m->calendars[u->m->people[person].quiet], at);
		if (wall_is_never(end))
			break;
		at = next_open(hours, end);
	}
	return first;
}

/* Did the alert go when its reader was to be disturbed? */
static bool was_free(const struct turn *u, int person, struct wall at)
{
	const struct calendar *hours = hours_of(u, person);

	return (hours == NULL || calendar_open(hours, at)) &&
	       !roster_is_quiet(u, person, at);
}

struct wall sending_free_at(
    const struct turn *u, const struct occasion *o, int person, enum send said)
{
	bool wait;

	if (person < 0)
		return u->now;
	if (o->reason == NOTICE_RESOLVED)
		wait = was_free(u, person, o->alerted_at);
	else
		wait = waits(u, o, said);
	return wait ? next_free(u, person) : u->now;
}

const char *sending_why(const struct turn *u, int person, struct wall until)
{
	const struct calendar *hours = hours_of(u, person);

	return hours != NULL && wall_same(until, next_open(hours, u->now))
		   ? "until the reader's hours open"
		   : "until the reader's quiet hours end";
}
