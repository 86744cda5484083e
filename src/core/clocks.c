/* clocks.c - see clocks.h; tables say what, this says when.
 *
 * SPDX-License-Identifier: MIT */
#include "core/clocks.h"

#include "base/check.h"
#include "core/notices.h"
#include "core/walks.h"

#include <string.h>

static const struct calendar *calendar_of(
    const struct turn *u, const char *name)
{
	int i = matrix_calendar(u->m, name);

	return i < 0 ? NULL : u->m->calendars[i];
}

static int64_t count(const struct calendar *c, struct wall from, struct wall to)
{
	return c == NULL ? wall_minus(to, from) : calendar_between(c, from, to);
}

/* Negative goes back. */
static struct wall later(const struct calendar *c, struct wall from, int64_t ms)
{
	if (c == NULL)
		return wall_plus(from, ms);
	return ms >= 0 ? calendar_add(c, from, ms) : calendar_sub(c, from, -ms);
}

static const struct clock_kind *kind_of(
    const struct turn *u, const struct clock *c)
{
	int i = matrix_kind(u->m, c->kind);

	return i < 0 ? NULL : &u->m->kinds[i];
}

static bool runs_in(const struct clock_kind *k, enum status s)
{
	return k != NULL && (k->runs_in & STATUS_BIT(s)) != 0;
}

int64_t clocks_elapsed(
    const struct turn *u, const struct clock *c, struct wall at)
{
	bool ticks = clock_state_ticks(c->state) ||
		     (c->state == CLOCK_IDLE &&
			 runs_in(kind_of(u, c), u->t->fields.status));
	int64_t ms = c->elapsed_ms;

	if (ticks)
		ms += count(calendar_of(u, c->calendar), c->since, at);
	return ms < 0 ? 0 : ms;
}

/* Closes the stretch that ends here. */
static void account(struct turn *u, struct clock *c, struct wall at)
{
	c->elapsed_ms = clocks_elapsed(u, c, at);
	c->since = at;
	c->dirty = true;
}

static struct change *tell(struct turn *u, enum change_kind kind,
    const struct clock *c, struct wall at)
{
	struct change *ch = turn_change(u, kind, at);

	ch->clock = c->kind;
	ch->cycle = c->cycle;
	ch->due = c->due;
	return ch;
}

static const struct policy *policy_of(
    const struct turn *u, const struct clock *c)
{
	for (size_t i = 0; i < u->m->npolicies; i++)
		if (strcmp(u->m->policies[i].name, c->policy) == 0)
			return &u->m->policies[i];
	return NULL;
}

/* Is there a target for that kind anywhere in the matrix? */
static bool is_tracked(const struct matrix *m, size_t kind)
{
	for (size_t p = 0; p < m->npolicies; p++)
		for (size_t s = 0; s < m->nseverities; s++)
			if (m->policies[p].targets[s][kind] > 0)
				return true;
	return false;
}

/* What the matrix wants of this clock now; target 0 if nothing. */
static void wanted(const struct turn *u, size_t kind, int64_t *target_ms,
    const char **policy, const char **calendar)
{
	int sev = matrix_severity(u->m, u->t->fields.text[FIELD_SEVERITY]);
	int cal = -1;

	*target_ms = 0;
	*policy = "";
	if (u->policy >= 0) {
		const struct policy *p = &u->m->policies[u->policy];

		*policy = p->name;
		cal = p->calendar;
		*target_ms = sev < 0 ? 0 : p->targets[sev][kind];
	}
	if (sev >= 0 && u->m->severities[sev].calendar >= 0)
		cal = u->m->severities[sev].calendar;
	*calendar = cal < 0 ? "" : calendar_name(u->m->calendars[cal]);
}

static struct wall target_due(const struct turn *u, const struct clock *c)
{
	return later(calendar_of(u, c->calendar), c->since,
	    c->target_ms - c->elapsed_ms);
}

/* The state and the due of an unfinished clock that was accounted at `since`,
 * for a ticket in that status. */
static void set_going(struct turn *u, struct clock *c, enum status status)
{
	bool breached = !wall_is_never(c->breached_at);

	if (c->target_ms == 0) {
		c->state = CLOCK_IDLE;
		c->due = WALL_NEVER;
	} else if (!runs_in(kind_of(u, c), status)) {
		c->state = CLOCK_PAUSED;
		if (!c->due_by_hand)
			c->due = WALL_NEVER;
	} else {
		c->state = breached ? CLOCK_BREACHED : CLOCK_RUNNING;
		if (!c->due_by_hand)
			c->due = target_due(u, c);
	}
	c->dirty = true;
}

static void start(
    struct turn *u, size_t kind, enum status status, struct wall at)
{
	struct ticket *t = u->t;
	const char *name = u->m->kinds[kind].name;
	struct clock *old = ticket_clock(t, name);
	int cycle = old == NULL ? 1 : old->cycle + 1;
	struct clock *c;

	if (old != NULL) {
		old->current = false;
		old->dirty = true;
	}
	c = arena_push(
	    t->arena, &t->clocks, &t->nclocks, &t->cap_clocks, sizeof *c);
	c->kind = arena_strdup(t->arena, name);
	c->cycle = cycle;
	c->started = at;
	c->since = at;
	c->breached_at = WALL_NEVER;
	c->ended_at = WALL_NEVER;
	c->due = WALL_NEVER;
	c->warned = "";
	c->current = true;
	wanted(u, kind, &c->target_ms, &c->policy, &c->calendar);
	c->policy = arena_strdup(t->arena, c->policy);
	c->calendar = arena_strdup(t->arena, c->calendar);
	set_going(u, c, status);
	if (c->state != CLOCK_IDLE)
		tell(u, CHANGE_CLOCK_STARTED, c, at);
}

/* It is over for this cycle, one way or the other.  An event may be told late:
 * the clock ends at its instant, the consequences begin now. */
static void finish(struct turn *u, struct clock *c, enum clock_state state,
    enum change_kind kind, struct wall at, const char *why)
{
	bool had_target = c->state != CLOCK_IDLE;

	account(u, c, at);
	c->state = had_target ? state : CLOCK_CANCELLED;
	c->ended_at = at;
	if (!had_target)
		return;
	tell(u, kind, c, at)->detail = why;
	walks_clock_over(u, c, u->now);
	notices_over(u, c, NULL, why, u->now);
}

static void meet(struct turn *u, struct clock *c, struct wall at)
{
	bool breached = !wall_is_never(c->breached_at);

	if (breached && !wall_before(c->breached_at, at)) {
		struct change *ch = tell(u, CHANGE_CLOCK_WITHDRAWN, c, at);

		ch->detail = "the answer was made before the due";
		c->breached_at = WALL_NEVER;
		breached = false;
		finish(u, c, CLOCK_MET, CHANGE_CLOCK_MET, at,
		    "answered in time, told late");
		return;
	}
	if (breached)
		finish(u, c, CLOCK_MET_LATE, CHANGE_CLOCK_MET_LATE, at,
		    "met late");
	else
		finish(u, c, CLOCK_MET, CHANGE_CLOCK_MET, at, "met");
}

/* The ticket is unsolved again; the status is still the old one. */
static void reopen(struct turn *u, size_t kind, enum status to, struct wall at)
{
	const struct clock_kind *k = &u->m->kinds[kind];
	struct clock *c = ticket_clock(u->t, k->name);
	bool was_met =
	    c != NULL && (c->state == CLOCK_MET || c->state == CLOCK_MET_LATE);

	if (c == NULL || k->on_reopen == REOPEN_NEVER)
		return;
	if (k->on_reopen == REOPEN_RESET) {
		if (!clock_state_is_final(c->state))
			finish(u, c, CLOCK_CANCELLED, CHANGE_CLOCK_CANCELLED,
			    at, "reopened: counts anew");
		start(u, kind, to, at);
		return;
	}
	if (!was_met)
		return;
	c->ended_at = WALL_NEVER;
	c->since = at;
	set_going(u, c, to);
	tell(u, CHANGE_CLOCK_RESUMED, c, at)->detail = "reopened";
}

/* Met before started, so that an agent's comment ends one cycle of `update`
 * and begins the next. */
static void signal_kind(
    struct turn *u, size_t kind, signal_set signals, struct wall at)
{
	const struct clock_kind *k = &u->m->kinds[kind];
	struct clock *c = ticket_clock(u->t, k->name);

	if (c != NULL && !clock_state_is_final(c->state) &&
	    (k->met_by & signals) != 0)
		meet(u, c, at);
	if ((k->starts & signals) == 0 || ticket_is_over(u->t))
		return;
	c = ticket_clock(u->t, k->name);
	if (c != NULL &&
	    (k->again == AGAIN_NEVER || !clock_state_is_final(c->state)))
		return;
	start(u, kind, u->t->fields.status, at);
	c = ticket_clock(u->t, k->name);
	/* Both at once, as when an agent opens the ticket: answered. */
	if ((signals & SIGNAL_BIT(SIGNAL_CREATED)) != 0 &&
	    (k->met_by & signals) != 0 &&
	    (k->met_by & k->starts & signals) == 0)
		meet(u, c, at);
}

void clocks_signal(struct turn *u, signal_set signals, struct wall at)
{
	for (size_t i = 0; i < u->m->nkinds; i++)
		if (is_tracked(u->m, i))
			signal_kind(u, i, signals, at);
}

static void change_status(
    struct turn *u, struct clock *c, enum status to, struct wall at)
{
	bool ran = clock_state_ticks(c->state);
	bool had_due = c->state == CLOCK_BREACHED;
	struct wall due = c->due;

	account(u, c, at);
	set_going(u, c, to);
	if (had_due && c->state == CLOCK_BREACHED)
		c->due = due; /* late since then, whatever was paused */
	if (ran == clock_state_ticks(c->state) || c->state == CLOCK_IDLE)
		return;
	tell(u, ran ? CHANGE_CLOCK_PAUSED : CHANGE_CLOCK_RESUMED, c, at)
	    ->detail = status_name(to);
}

void clocks_status(struct turn *u, enum status to, struct wall at)
{
	enum status from = u->t->fields.status;
	bool reopened = !status_is_unsolved(from) && status_is_unsolved(to);

	for (size_t i = 0; i < u->t->nclocks; i++) {
		struct clock *c = &u->t->clocks[i];

		if (c->current && !clock_state_is_final(c->state))
			change_status(u, c, to, at);
	}
	for (size_t i = 0; reopened && i < u->m->nkinds; i++)
		if (is_tracked(u->m, i))
			reopen(u, i, to, at);
}

/* Working time after which the warning is due. */
static int64_t threshold(const struct warning *w, int64_t target_ms)
{
	if (w->is_share)
		return target_ms / 10000 * w->value +
		       target_ms % 10000 * w->value / 10000;
	return w->value >= target_ms ? 0 : target_ms - w->value;
}

/* Offsets that lie ahead again are armed again. */
static void rearm(struct turn *u, struct clock *c)
{
	const struct policy *p = policy_of(u, c);
	const char *kept = "";

	for (size_t i = 0; p != NULL && i < p->nwarnings; i++) {
		const struct warning *w = &p->warnings[i];

		if (list_has(c->warned, w->text) &&
		    threshold(w, c->target_ms) <= c->elapsed_ms)
			kept = turn_text(u, "%s%s%s", kept,
			    *kept == '\0' ? "" : ",", w->text);
	}
	c->warned = kept;
}

static void retarget(
    struct turn *u, struct clock *c, size_t kind, struct wall at)
{
	bool was_idle = c->state == CLOCK_IDLE;
	const char *policy, *calendar;
	int64_t target_ms;
	struct wall due = c->due;

	wanted(u, kind, &target_ms, &policy, &calendar);
	if (target_ms == c->target_ms && strcmp(policy, c->policy) == 0 &&
	    strcmp(calendar, c->calendar) == 0)
		return;
	account(u, c, at);
	if (target_ms == 0 && !was_idle) {
		tell(u, CHANGE_CLOCK_CANCELLED, c, at)->detail =
		    "no target any more";
		walks_clock_over(u, c, at);
		notices_over(u, c, NULL, "no target any more", at);
		c->due_by_hand = false;
	}
	c->target_ms = target_ms;
	c->policy = arena_strdup(u->t->arena, policy);
	c->calendar = arena_strdup(u->t->arena, calendar);
	set_going(u, c, u->t->fields.status);
	rearm(u, c);
	if (c->state == CLOCK_IDLE)
		return;
	if (was_idle)
		tell(u, CHANGE_CLOCK_STARTED, c, at)->detail =
		    "it has a target now";
	else if (!wall_same(due, c->due) || c->state == CLOCK_PAUSED)
		tell(u, CHANGE_CLOCK_RETARGETED, c, at)->detail = policy;
}

void clocks_retarget(struct turn *u, struct wall at)
{
	for (size_t i = 0; i < u->m->nkinds; i++) {
		struct clock *c = ticket_clock(u->t, u->m->kinds[i].name);

		if (c != NULL && !clock_state_is_final(c->state))
			retarget(u, c, i, at);
	}
}

void clocks_cancel(struct turn *u, struct wall at, const char *why)
{
	for (size_t i = 0; i < u->t->nclocks; i++) {
		struct clock *c = &u->t->clocks[i];

		if (!c->current || clock_state_is_final(c->state))
			continue;
		c->due_by_hand = false;
		finish(u, c, CLOCK_CANCELLED, CHANGE_CLOCK_CANCELLED, at, why);
	}
}

void clocks_set_due(
    struct turn *u, struct clock *c, struct wall due, struct wall at)
{
	int kind = matrix_kind(u->m, c->kind);
	const char *policy, *calendar;

	account(u, c, at);
	c->due_by_hand = !wall_is_never(due);
	if (c->due_by_hand) {
		int64_t left =
		    count(calendar_of(u, c->calendar), c->since, due);

		c->due = due;
		c->target_ms = c->elapsed_ms + left;
		if (c->target_ms < 1)
			c->target_ms = 1;
	} else {
		CHECK(kind >= 0);
		wanted(u, (size_t)kind, &c->target_ms, &policy, &calendar);
	}
	set_going(u, c, u->t->fields.status);
	rearm(u, c);
	tell(u, CHANGE_CLOCK_RETARGETED, c, at)->detail =
	    c->due_by_hand ? "set by hand" : "the matrix's target again";
}

static struct wall warning_at(
    const struct turn *u, const struct clock *c, const struct warning *w)
{
	int64_t ahead = threshold(w, c->target_ms) - c->elapsed_ms;

	if (ahead <= 0)
		return c->since;
	return later(calendar_of(u, c->calendar), c->since, ahead);
}

struct wall clocks_next(const struct turn *u, const struct clock *c)
{
	const struct policy *p = policy_of(u, c);
	struct wall next = c->due;

	if (!c->current || c->state != CLOCK_RUNNING)
		return WALL_NEVER;
	for (size_t i = 0; p != NULL && i < p->nwarnings; i++)
		if (!list_has(c->warned, p->warnings[i].text))
			next =
			    wall_min(next, warning_at(u, c, &p->warnings[i]));
	return next;
}

static void mark_warned(struct turn *u, struct clock *c, const char *text)
{
	c->warned = *c->warned == '\0' ? arena_strdup(u->t->arena, text)
				       : turn_text(u, "%s,%s", c->warned, text);
	c->dirty = true;
}

/* Marks all that are due up to the limit; the tightest is returned, the others
 * are told as skipped. */
static const struct warning *take_warnings(
    struct turn *u, struct clock *c, bool overtaken, struct wall *at)
{
	const struct policy *p = policy_of(u, c);
	const struct warning *tight = NULL;

	for (size_t i = 0; p != NULL && i < p->nwarnings; i++) {
		const struct warning *w = &p->warnings[i];
		struct wall when = warning_at(u, c, w);

		if (list_has(c->warned, w->text) || wall_before(u->limit, when))
			continue;
		if (tight == NULL || threshold(w, c->target_ms) >=
					 threshold(tight, c->target_ms)) {
			tight = w;
			*at = when;
		}
	}
	for (size_t i = 0; p != NULL && i < p->nwarnings; i++) {
		const struct warning *w = &p->warnings[i];
		struct wall when = warning_at(u, c, w);

		if (list_has(c->warned, w->text) || wall_before(u->limit, when))
			continue;
		mark_warned(u, c, w->text);
		if (overtaken || w != tight)
			tell(u, CHANGE_WARNING_SKIPPED, c, when)->detail =
			    w->text;
	}
	return tight;
}

static void alarm(struct turn *u, struct clock *c, enum notice_reason reason,
    const char *detail, struct wall at)
{
	const struct policy *p = policy_of(u, c);
	bool breach = reason == NOTICE_BREACH;
	int chain = p == NULL ? -1 : breach ? p->on_breach : p->on_warning;
	struct occasion o = { .reason = reason,
		.clock = c,
		.step = -1,
		.detail = detail,
		.at = at };

	if (chain >= 0)
		walks_start(
		    u, chain, breach ? "breach" : "warning", c, detail, at);
	else
		notices_default(u, &o);
}

static void breach(struct turn *u, struct clock *c)
{
	struct wall at = wall_max(c->due, c->since);
	struct wall warned_at;
	struct change *ch;

	take_warnings(u, c, true, &warned_at);
	c->state = CLOCK_BREACHED;
	c->breached_at = c->due;
	c->dirty = true;
	ch = tell(u, CHANGE_CLOCK_BREACHED, c, at);
	ch->late_ms = wall_minus(u->now, at);
	notices_withdraw(u, NOTICE_WARNING, c->kind, "it has breached", at);
	alarm(u, c, NOTICE_BREACH, "", at);
}

void clocks_fire(struct turn *u, struct clock *c)
{
	const struct warning *w;
	struct wall at = u->limit;
	struct change *ch;

	CHECK(c->state == CLOCK_RUNNING);
	if (!wall_before(u->limit, c->due)) {
		breach(u, c);
		return;
	}
	w = take_warnings(u, c, false, &at);
	CHECK(w != NULL);
	ch = tell(u, CHANGE_CLOCK_WARNED, c, at);
	ch->detail = w->text;
	ch->late_ms = wall_minus(u->now, at);
	alarm(u, c, NOTICE_WARNING,
	    turn_text(u,
		w->is_share ? "%s of its time is used" : "%s before its due",
		w->text),
	    at);
}
