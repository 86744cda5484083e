/* clock_parts.c - see clock_parts.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/clock_parts.h"

#include "core/notices.h"

#include <string.h>

static const struct calendar *calendar_of(
    const struct turn *u, const char *name)
{
	int i = matrix_calendar(u->m, name);

	return i < 0 ? NULL : u->m->calendars[i];
}

/* The target's own calendar beats the severity's, which beats the policy's. */
static int pick_calendar(
    const struct matrix *m, int policy, int severity, size_t kind)
{
	int calendar = -1;

	if (policy >= 0)
		calendar = m->policies[policy].calendar;
	if (severity >= 0 && m->severities[severity].calendar >= 0)
		calendar = m->severities[severity].calendar;
	if (policy >= 0 && severity >= 0 &&
	    m->policies[policy].targets[severity][kind].calendar >= 0)
		calendar = m->policies[policy].targets[severity][kind].calendar;
	return calendar;
}

static int severity_of(const struct turn *u)
{
	return matrix_severity(u->m, u->t->fields.text[FIELD_SEVERITY]);
}

struct wanted clock_wanted(const struct turn *u, size_t kind)
{
	struct wanted w = { .policy = "" };
	int severity = severity_of(u);
	int calendar = pick_calendar(u->m, u->policy, severity, kind);

	if (u->policy >= 0) {
		const struct policy *p = &u->m->policies[u->policy];

		w.policy = p->name;
		if (severity >= 0)
			w.target_ms = p->targets[severity][kind].ms;
	}
	w.calendar =
	    calendar < 0 ? "" : calendar_name(u->m->calendars[calendar]);
	return w;
}

const struct clock_kind *clock_kind_of(
    const struct turn *u, const struct clock *c)
{
	int i = matrix_kind(u->m, c->kind);

	return i < 0 ? NULL : &u->m->kinds[i];
}

const struct policy *clock_policy(const struct turn *u, const struct clock *c)
{
	for (size_t i = 0; i < u->m->npolicies; i++)
		if (strcmp(u->m->policies[i].name, c->policy) == 0)
			return &u->m->policies[i];
	return NULL;
}

const struct warning *clock_warnings(
    const struct turn *u, const struct clock *c, size_t *count)
{
	const struct policy *p = clock_policy(u, c);
	int severity = severity_of(u);
	int kind = matrix_kind(u->m, c->kind);

	*count = 0;
	if (p == NULL)
		return NULL;
	if (severity >= 0 && kind >= 0) {
		const struct target *t = &p->targets[severity][kind];

		if (t->warnings != NULL) {
			*count = t->nwarnings;
			return t->warnings;
		}
	}
	*count = p->nwarnings;
	return p->warnings;
}

int64_t clock_threshold(const struct warning *w, int64_t target_ms)
{
	if (w->is_share)
		return target_ms / 10000 * w->value +
		       target_ms % 10000 * w->value / 10000;
	return w->value >= target_ms ? 0 : target_ms - w->value;
}

const char *clock_warning_words(struct turn *u, const struct warning *w)
{
	return turn_text(u,
	    w->is_share ? "%s of its time is used" : "%s before its due",
	    w->text);
}

bool clock_runs_in(
    const struct turn *u, const struct clock *c, enum status status)
{
	const struct clock_kind *k = clock_kind_of(u, c);

	if (k == NULL)
		return false;
	if ((k->runs_in & STATUS_BIT(status)) != 0)
		return true;
	if (!status_is_unsolved(status))
		return false;
	return c->pause_over ||
	       (u->t->waiting_over &&
		   (k->runs_in & STATUS_BIT(STATUS_OPEN)) != 0);
}

struct wall clock_later(
    const struct turn *u, const struct clock *c, struct wall from, int64_t ms)
{
	const struct calendar *cal = calendar_of(u, c->calendar);

	if (cal == NULL)
		return wall_plus(from, ms);
	return ms >= 0 ? calendar_add(cal, from, ms)
		       : calendar_sub(cal, from, -ms);
}

int64_t clock_until(const struct turn *u, const struct clock *c, struct wall to)
{
	const struct calendar *cal = calendar_of(u, c->calendar);

	return cal == NULL ? wall_minus(to, c->since)
			   : calendar_between(cal, c->since, to);
}

struct change *clock_tell(struct turn *u, enum change_kind kind,
    const struct clock *c, struct wall at)
{
	struct change *ch = turn_change(u, kind, at);

	ch->clock = c->kind;
	ch->cycle = c->cycle;
	ch->due = c->due;
	return ch;
}

void clock_repaint(struct turn *u, struct clock *c, struct wall from,
    enum paint_counts counts, const char *calendar, const char *why)
{
	struct paint p = { .from = wall_max(from, c->started),
		.to = WALL_NEVER,
		.counts = counts,
		.calendar = calendar,
		.why = why };

	stretches_paint(u->m, u->t->arena, c, &p);
	c->since = wall_max(p.from, stretches_last(c)->from);
	c->elapsed_ms = stretches_elapsed(u->m, c, c->since);
	c->dirty = true;
}

static int64_t at_least_1(int64_t ms)
{
	return ms < 1 ? 1 : ms;
}

void clock_set_going(struct turn *u, struct clock *c, enum status status)
{
	bool breached = !wall_is_never(c->breached_at);

	if (c->target_ms == 0) {
		c->state = CLOCK_IDLE;
		c->due = WALL_NEVER;
	} else if (!clock_runs_in(u, c, status)) {
		c->state = CLOCK_PAUSED;
		if (!c->due_by_hand)
			c->due = WALL_NEVER;
	} else {
		c->state = breached ? CLOCK_BREACHED : CLOCK_RUNNING;
		if (!c->due_by_hand)
			c->due = clock_later(
			    u, c, c->since, c->target_ms - c->elapsed_ms);
		else if (!breached) /* so that warnings stay before it */
			c->target_ms = at_least_1(
			    c->elapsed_ms + clock_until(u, c, c->due));
	}
	c->dirty = true;
}

static const char *without(
    struct turn *u, const char *list, const struct warning *w)
{
	const char *kept = "";

	for (const char *p = list; *p != '\0';) {
		size_t n = strcspn(p, ",");
		char *word = arena_strndup(u->t->arena, p, n);

		if (strcmp(word, w->text) != 0)
			kept = turn_text(
			    u, "%s%s%s", kept, *kept == '\0' ? "" : ",", word);
		p += n + (p[n] == ',');
	}
	return kept;
}

void clock_rearm(struct turn *u, struct clock *c, struct wall at)
{
	size_t n;
	const struct warning *list = clock_warnings(u, c, &n);

	for (size_t i = 0; i < n; i++) {
		const struct warning *w = &list[i];

		if (!list_has(c->warned, w->text) ||
		    clock_threshold(w, c->target_ms) <= c->elapsed_ms)
			continue;
		c->warned = without(u, c->warned, w);
		notices_unwarn(u, c, clock_warning_words(u, w), false,
		    "its due has moved away", at);
		c->dirty = true;
	}
}

void clock_unsay_held(struct turn *u, struct clock *c, struct wall at)
{
	size_t n;
	const struct warning *list = clock_warnings(u, c, &n);

	for (size_t i = 0; i < n; i++)
		if (notices_unwarn(u, c, clock_warning_words(u, &list[i]), true,
			"its clock is paused", at)) {
			c->warned = without(u, c->warned, &list[i]);
			c->dirty = true;
		}
}
