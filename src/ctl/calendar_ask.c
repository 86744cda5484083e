/* calendar_ask.c - one question to a calendar.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/calendar_ask.h"

#include "base/nearest.h"

#include <string.h>

#define LAST_MS	     INT64_C(4133980800000) /* 2101-01-01: core's tables end */
#define PERIODS_STEP 256

static const struct calendar *find(
    const struct matrix *m, const char *name, struct errtext *err)
{
	int i = matrix_calendar(m, name);
	struct nearest near;

	if (i >= 0)
		return m->calendars[i];
	nearest_init(&near, name);
	for (size_t k = 0; k < m->ncalendars; k++)
		nearest_try(&near, calendar_name(m->calendars[k]));
	nearest_say(&near, "unknown calendar", err);
	if (near.best == NULL && m->ncalendars > 0)
		errtext_set(err,
		    "unknown calendar \"%.*s\"; the matrix has \"%s\"%s",
		    (int)utf8_cut(name, strlen(name), 60), name,
		    calendar_name(m->calendars[0]),
		    m->ncalendars > 1 ? " and others" : "");
	errtext_wrap(err, "calendar");
	return NULL;
}

static bool in_range(struct wall at, const char *member, struct errtext *err)
{
	if (wall_is_never(at) || at.ms <= LAST_MS)
		return true;
	errtext_set(err,
	    "%s: calendars end with the year 2100; ask for an earlier instant",
	    member);
	return false;
}

static bool too_much(const char *until, struct errtext *err)
{
	errtext_set(err,
	    "amount: the calendar has not that much time %s; ask for less",
	    until);
	return false;
}

static bool ask_sum(const struct calendar *c, const struct calendar_question *q,
    struct calendar_answer *out, struct errtext *err)
{
	if (q->op == CALENDAR_ADD) {
		out->instant = calendar_add(c, q->at, q->amount_ms);
		return !wall_is_never(out->instant) ||
		       too_much("before the year 2101", err);
	}
	out->instant = calendar_sub(c, q->at, q->amount_ms);
	return calendar_between(c, out->instant, q->at) == q->amount_ms ||
	       too_much("since the year 1970", err);
}

/* A calendar that is always open never opened and will not close. */
static struct wall ask_edge(
    const struct calendar *c, const struct calendar_question *q)
{
	switch (q->op) {
	case CALENDAR_NEXT_OPEN:
		return calendar_next_open(c, q->at);
	case CALENDAR_PREV_OPEN:
		return calendar_prev_open(c, q->at);
	case CALENDAR_NEXT_CLOSE:
		return calendar_next_close(c, q->at);
	case CALENDAR_PREV_CLOSE:
		return calendar_prev_close(c, q->at);
	case CALENDAR_ADD:
	case CALENDAR_SUB:
	case CALENDAR_BETWEEN:
	case CALENDAR_OPEN:
	case CALENDAR_PERIODS:
	case CALENDAR_OP_COUNT:
		break;
	}
	return WALL_NEVER;
}

/* Cut at both ends, so that the periods of a span add up to `between`. */
static void ask_periods(const struct calendar *c,
    const struct calendar_question *q, struct arena *arena,
    struct calendar_answer *out)
{
	size_t limit = q->limit > 0 ? q->limit : SIZE_MAX;
	struct wall from = q->at;
	struct period *all = NULL;
	size_t count = 0;
	size_t cap = 0;

	out->kind = CALENDAR_ANSWER_PERIODS;
	while (count < limit && wall_before(from, q->to)) {
		struct period some[PERIODS_STEP];
		size_t want =
		    limit - count < PERIODS_STEP ? limit - count : PERIODS_STEP;
		size_t n = calendar_periods(c, from, q->to, some, want);

		for (size_t i = 0; i < n; i++) {
			struct period *p =
			    arena_push(arena, &all, &count, &cap, sizeof *p);

			p->start = wall_max(some[i].start, q->at);
			p->end = wall_min(some[i].end, q->to);
		}
		if (n < want)
			break;
		from = some[n - 1].end;
	}
	out->periods = all;
	out->nperiods = count;
}

bool calendar_ask(const struct matrix *m, const struct calendar_question *q,
    struct arena *arena, struct calendar_answer *out, struct errtext *err)
{
	const struct calendar *c = find(m, q->calendar, err);

	*out = (struct calendar_answer){ .instant = WALL_NEVER };
	if (c == NULL || !in_range(q->at, "at", err) ||
	    !in_range(q->to, "to", err))
		return false;
	switch (q->op) {
	case CALENDAR_ADD:
	case CALENDAR_SUB:
		return ask_sum(c, q, out, err);
	case CALENDAR_BETWEEN:
		out->kind = CALENDAR_ANSWER_SPAN;
		out->span_ms = calendar_between(c, q->at, q->to);
		break;
	case CALENDAR_OPEN:
		out->kind = CALENDAR_ANSWER_TRUTH;
		out->truth = calendar_open(c, q->at);
		break;
	case CALENDAR_NEXT_OPEN:
	case CALENDAR_PREV_OPEN:
	case CALENDAR_NEXT_CLOSE:
	case CALENDAR_PREV_CLOSE:
		out->instant = ask_edge(c, q);
		break;
	case CALENDAR_PERIODS:
		ask_periods(c, q, arena, out);
		break;
	case CALENDAR_OP_COUNT:
		return false;
	}
	return true;
}
