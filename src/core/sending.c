/* sending.c - see sending.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/sending.h"

#include <string.h>

static bool is_breach(const struct occasion *o)
{
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

static bool waits(const struct turn *u, const struct occasion *o,
    const struct calendar *hours, enum send said)
{
	if (o->reason == NOTICE_EXHAUSTED || o->reason == NOTICE_UNREACHABLE)
		return false;
	if (o->reason == NOTICE_RESOLVED)
		return calendar_open(hours, o->alerted_at);
	if (said == SEND_UNSAID)
		said = matrix_says(u, is_breach(o));
	return said == SEND_IN_HOURS;
}

struct wall sending_free_at(
    const struct turn *u, const struct occasion *o, int person, enum send said)
{
	const struct calendar *hours;
	struct wall open;

	if (person < 0 || u->m->people[person].hours < 0)
		return u->now;
	hours = u->m->calendars[u->m->people[person].hours];
	if (!waits(u, o, hours, said))
		return u->now;
	open = calendar_next_open(hours, u->now);
	return wall_is_never(open) ? u->now : open;
}
