/* clocks.c - see clocks.h; tables say what, this says when.
 *
 * What a clock does by itself is in clock_fire.c.
 *
 * SPDX-License-Identifier: MIT */
#include "core/clocks.h"

#include "base/check.h"
#include "core/clock_parts.h"
#include "core/drill.h"
#include "core/history.h"
#include "core/notices.h"
#include "core/walks.h"

#include <string.h>

int64_t clocks_elapsed(
    const struct turn *u, const struct clock *c, struct wall at)
{
	return stretches_elapsed(u->m, c, at);
}

/* Is there a target for that kind anywhere in the matrix? */
static bool is_tracked(const struct matrix *m, size_t kind)
{
	for (size_t p = 0; p < m->npolicies; p++)
		for (size_t s = 0; s < m->nseverities; s++)
			if (m->policies[p].targets[s][kind].ms > 0)
				return true;
	return false;
}

static bool is_unfinished(const struct clock *c)
{
	return c->current && !clock_state_is_final(c->state);
}

/* For a cycle that began in the past: what has been told since then. */
static void catch_up(struct turn *u, struct clock *c)
{
	const struct ticket *t = u->t;

	for (size_t i = 0; i < t->nhistory; i++) {
		const struct status_change *h = &t->history[i];

		if (wall_before(c->started, h->at))
			clock_repaint(u, c, h->at,
			    clock_runs_in(u, c, h->status) ? PAINT_COUNTED
							   : PAINT_PAUSED,
			    NULL, status_name(h->status));
	}
}

/* A cycle that began in the past may have run past its due then, though it is
 * paused now: that was a breach. */
static void look_back(struct turn *u, struct clock *c)
{
	struct wall since = c->since;
	int64_t left = c->target_ms;
	size_t i = 0;

	if (c->state != CLOCK_PAUSED || !wall_is_never(c->breached_at) ||
	    c->due_by_hand || c->elapsed_ms <= c->target_ms)
		return;
	while (i + 1 < c->nstretches && left > c->stretches[i].ms)
		left -= c->stretches[i++].ms;
	c->since = c->stretches[i].from;
	c->due = clock_later(u, c, c->since, left);
	c->state = CLOCK_RUNNING;
	clock_breach(u, c);
	c->since = since;
	c->state = CLOCK_PAUSED;
	c->due = WALL_NEVER;
	clock_tell(u, CHANGE_CLOCK_PAUSED, c, stretches_last(c)->from)->detail =
	    stretches_last(c)->why;
}

static void adopt_wanted(struct turn *u, struct clock *c, struct wanted w)
{
	c->target_ms = w.target_ms;
	c->policy = arena_strdup(u->t->arena, w.policy);
	c->calendar = arena_strdup(u->t->arena, w.calendar);
}

static void start(struct turn *u, size_t kind, struct wall at, const char *why)
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
	adopt_wanted(u, c, clock_wanted(u, kind));
	stretches_begin(t->arena, c, at,
	    clock_runs_in(u, c, history_status(t, at)), c->calendar, why);
	catch_up(u, c);
	clock_set_going(u, c, t->history[t->nhistory - 1].status);
	if (c->state != CLOCK_IDLE)
		clock_tell(u, CHANGE_CLOCK_STARTED, c, at)->detail = why;
	look_back(u, c);
}

/* It is over for this cycle, one way or the other.  An event may be told late:
 * the clock ends at its instant, the consequences begin now. */
static void finish(struct turn *u, struct clock *c, enum clock_state state,
    enum change_kind kind, struct wall at, const char *why)
{
	bool had_target = c->state != CLOCK_IDLE;

	at = wall_max(at, c->started);
	stretches_end(u->m, u->t->arena, c, at);
	c->elapsed_ms = stretches_elapsed(u->m, c, at);
	c->since = at;
	c->state = had_target ? state : CLOCK_CANCELLED;
	c->ended_at = at;
	c->dirty = true;
	if (!had_target)
		return;
	clock_tell(u, kind, c, at)->detail = why;
	walks_clock_over(u, c, u->now);
	notices_over(u, c, NULL, why, u->now);
}

/* The status before this one was told late: it may have run past its due in
 * between, and that was then. */
static void run_out(struct turn *u, struct clock *c, struct wall at)
{
	struct wall since = c->since;

	if (c->state != CLOCK_RUNNING || !wall_before(c->due, at))
		return;
	c->since = wall_min(since, c->due);
	clock_breach(u, c);
	c->since = since;
}

static void meet(struct turn *u, struct clock *c, struct wall at)
{
	bool breached;

	run_out(u, c, at);
	breached = !wall_is_never(c->breached_at);
	if (breached && !wall_before(c->breached_at, at)) {
		struct change *ch =
		    clock_tell(u, CHANGE_CLOCK_WITHDRAWN, c, at);

		ch->detail = "the answer was made before the due";
		c->breached_at = WALL_NEVER;
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

/* What was told late and happened before the breach: was there one at all? */
static void reconsider(
    struct turn *u, struct clock *c, enum status status, struct wall at)
{
	if (wall_is_never(c->breached_at) || wall_before(c->breached_at, at) ||
	    clock_state_is_final(c->state) || c->due_by_hand ||
	    stretches_elapsed(u->m, c, u->now) >= c->target_ms)
		return;
	c->breached_at = WALL_NEVER;
	clock_set_going(u, c, status);
	clock_rearm(u, c, u->now);
	clock_tell(u, CHANGE_CLOCK_WITHDRAWN, c, at)->detail =
	    "it was told late, and the due was not reached";
	walks_clock_over(u, c, u->now);
	notices_over(u, c, NULL, "the due was not reached", u->now);
}

/* Does a reopening at that instant begin a new cycle?  Not where it has begun
 * already and is told again, after something told late. */
static bool counts_anew(
    const struct turn *u, const struct clock *c, struct wall at)
{
	const struct clock_kind *k = clock_kind_of(u, c);

	if (k == NULL || k->on_reopen != REOPEN_RESET)
		return false;
	return wall_before(c->started, at) ||
	       (wall_same(c->started, at) &&
		   strcmp(c->stretches[0].why, "reopened") != 0);
}

/* The ticket is unsolved again; the status is still the old one. */
static void reopen(struct turn *u, size_t kind, enum status to, struct wall at)
{
	const struct clock_kind *k = &u->m->kinds[kind];
	struct clock *c = ticket_clock(u->t, k->name);
	bool was_met =
	    c != NULL && (c->state == CLOCK_MET || c->state == CLOCK_MET_LATE);

	if (k->on_reopen == REOPEN_NEVER)
		return;
	if (c == NULL) { /* it was solved when it was created */
		if ((k->starts & SIGNAL_BIT(SIGNAL_CREATED)) != 0)
			start(u, kind, at, "reopened");
		return;
	}
	if (wall_before(at, c->started))
		return;
	if (k->on_reopen == REOPEN_RESET) {
		if (!counts_anew(u, c, at))
			return;
		if (!clock_state_is_final(c->state))
			finish(u, c, CLOCK_CANCELLED, CHANGE_CLOCK_CANCELLED,
			    at, "reopened: counts anew");
		start(u, kind, at, "reopened");
		return;
	}
	if (!was_met || wall_before(at, c->ended_at))
		return;
	c->ended_at = WALL_NEVER;
	stretches_resume(u->t->arena, c, at, clock_runs_in(u, c, to),
	    c->calendar, "reopened");
	c->since = stretches_last(c)->from;
	clock_set_going(u, c, to);
	clock_tell(u, CHANGE_CLOCK_RESUMED, c, at)->detail = "reopened";
}

/* The first of the signals by which the kind starts, as a word. */
static const char *start_word(const struct clock_kind *k, signal_set signals)
{
	for (int s = 0; s < SIGNAL_COUNT; s++)
		if ((k->starts & signals & SIGNAL_BIT(s)) != 0)
			return signal_name((enum signal)s);
	return "";
}

/* A cycle that is over never changes, and none begins before it: what is told
 * so late comes too late for this clock. */
static bool too_late(
    const struct turn *u, const struct clock *c, struct wall at)
{
	/* What began with the ticket is answered by what seems older too: two
	 * machines' clocks may differ. */
	if (wall_before(at, c->started) &&
	    wall_before(u->t->created, c->started))
		return true;
	return clock_state_is_final(c->state) && wall_before(at, c->ended_at);
}

static void meet_kind(
    struct turn *u, size_t kind, signal_set signals, struct wall at)
{
	const struct clock_kind *k = &u->m->kinds[kind];
	struct clock *c = ticket_clock(u->t, k->name);

	if ((k->met_by & signals) != 0 && c != NULL &&
	    !clock_state_is_final(c->state) && !too_late(u, c, at))
		meet(u, c, at);
}

void clocks_meet(struct turn *u, signal_set signals, struct wall at)
{
	for (size_t i = 0; i < u->m->nkinds; i++)
		if (is_tracked(u->m, i))
			meet_kind(u, i, signals, at);
}

/* Met before started, so that an agent's comment ends one cycle of `update`
 * and begins the next. */
static void signal_kind(
    struct turn *u, size_t kind, signal_set signals, struct wall at)
{
	const struct clock_kind *k = &u->m->kinds[kind];
	struct clock *c = ticket_clock(u->t, k->name);

	if (c != NULL && too_late(u, c, at))
		return;
	meet_kind(u, kind, signals, at);
	if ((k->starts & signals) == 0 || ticket_is_over(u->t))
		return;
	c = ticket_clock(u->t, k->name);
	if (c != NULL &&
	    (k->again == AGAIN_NEVER || !clock_state_is_final(c->state)))
		return;
	start(u, kind, at, start_word(k, signals));
	c = ticket_clock(u->t, k->name);
	/* Both at once, as when an agent opens the ticket: answered. */
	if ((signals & SIGNAL_BIT(SIGNAL_CREATED)) != 0 &&
	    (k->met_by & signals) != 0 &&
	    (k->met_by & k->starts & signals) == 0)
		meet(u, c, at);
}

void clocks_signal(struct turn *u, signal_set signals, struct wall at)
{
	if (ticket_is_drill(u->t))
		return;
	for (size_t i = 0; i < u->m->nkinds; i++)
		if (is_tracked(u->m, i))
			signal_kind(u, i, signals, at);
}

/* Runs or pauses from that instant on, as the status and the ticket say. */
static void go_by(struct turn *u, struct clock *c, enum status status,
    const char *why, struct wall at)
{
	bool ran = clock_state_ticks(c->state);
	struct wall due = c->due;
	bool was_late = c->state == CLOCK_BREACHED;

	clock_repaint(u, c, at,
	    clock_runs_in(u, c, status) ? PAINT_COUNTED : PAINT_PAUSED, NULL,
	    why);
	clock_set_going(u, c, status);
	if (was_late && c->state == CLOCK_BREACHED)
		c->due = due; /* late since then, whatever was paused */
	if (ran != clock_state_ticks(c->state) && c->state != CLOCK_IDLE) {
		clock_tell(
		    u, ran ? CHANGE_CLOCK_PAUSED : CHANGE_CLOCK_RESUMED, c, at)
		    ->detail = why;
		if (ran)
			clock_unsay_held(u, c, at);
	}
	reconsider(u, c, status, at);
}

void clocks_status(struct turn *u, enum status to, struct wall at)
{
	enum status from = u->t->fields.status;
	bool reopened = !status_is_unsolved(from) && status_is_unsolved(to);

	for (size_t i = 0; i < u->t->nclocks; i++) {
		struct clock *c = &u->t->clocks[i];

		if (!is_unfinished(c) || (reopened && counts_anew(u, c, at)))
			continue;
		run_out(u, c, at);
		c->pause_over = false;
		go_by(u, c, to, status_name(to), at);
	}
	for (size_t i = 0; reopened && i < u->m->nkinds; i++)
		if (is_tracked(u->m, i))
			reopen(u, i, to, at);
}

void clocks_waiting(struct turn *u, const char *why, struct wall at)
{
	for (size_t i = 0; i < u->t->nclocks; i++) {
		struct clock *c = &u->t->clocks[i];

		if (is_unfinished(c) &&
		    clock_runs_in(u, c, u->t->fields.status) !=
			stretches_last(c)->counts)
			go_by(u, c, u->t->fields.status, why, at);
	}
}

void clocks_asked_before(struct turn *u, struct wall at)
{
	for (size_t i = 0; i < u->m->nkinds; i++) {
		const struct clock_kind *k = &u->m->kinds[i];
		struct clock *c = ticket_clock(u->t, k->name);
		bool starts =
		    (k->starts & SIGNAL_BIT(SIGNAL_CUSTOMER_COMMENT)) != 0;

		if (!starts || c == NULL || clock_state_is_final(c->state) ||
		    !wall_before(at, c->started))
			continue;
		c->started = at;
		clock_repaint(u, c, at,
		    clock_runs_in(u, c, history_status(u->t, at))
			? PAINT_COUNTED
			: PAINT_PAUSED,
		    NULL, "customer_comment");
		catch_up(u, c);
		clock_set_going(u, c, u->t->fields.status);
		if (c->state != CLOCK_IDLE)
			clock_tell(u, CHANGE_CLOCK_RETARGETED, c, at)->detail =
			    "an older comment was told late";
		look_back(u, c);
	}
}

/* By the new revision's calendar from now on; what has elapsed stays. */
static void revise_calendar(
    struct turn *u, const struct matrix *was, struct clock *c, struct wall at)
{
	const char *name = stretches_last(c)->calendar;
	int old = matrix_calendar(was, name);
	int new = matrix_calendar(u->m, name);
	struct paint p = { .from = at,
		.to = WALL_NEVER,
		.why = "the calendar was changed",
		.split = true };

	if (old < 0 || (new >= 0 && calendar_same(was->calendars[old],
					u->m->calendars[new])))
		return;
	stretches_paint(was, u->t->arena, c, &p);
	c->since = wall_max(at, stretches_last(c)->from);
	c->elapsed_ms = stretches_elapsed(was, c, c->since);
	c->dirty = true;
}

static void revise(
    struct turn *u, const struct matrix *was, struct clock *c, struct wall at)
{
	enum status status = u->t->fields.status;
	struct wall due = c->due;

	revise_calendar(u, was, c, at);
	if (clock_runs_in(u, c, status) != stretches_last(c)->counts) {
		go_by(u, c, status, "the matrix was changed", at);
		return;
	}
	if (c->state == CLOCK_BREACHED)
		return;
	clock_set_going(u, c, status);
	if (wall_same(due, c->due))
		return;
	clock_rearm(u, c, at);
	clock_tell(u, CHANGE_CLOCK_RETARGETED, c, at)->detail =
	    "the calendar was changed";
}

static void retarget(
    struct turn *u, struct clock *c, size_t kind, struct wall at)
{
	bool was_idle = c->state == CLOCK_IDLE;
	struct wanted w = clock_wanted(u, kind);
	struct wall due = c->due;
	bool moved = strcmp(w.calendar, c->calendar) != 0;

	bool same =
	    w.target_ms == c->target_ms || (c->due_by_hand && w.target_ms > 0);

	if (same && !moved && strcmp(w.policy, c->policy) == 0)
		return;
	if (was_idle && ticket_is_over(u->t))
		return; /* nothing starts now; a reopening looks again */
	clock_repaint(u, c, wall_max(at, moved ? at : c->since), PAINT_KEEP,
	    arena_strdup(u->t->arena, w.calendar),
	    arena_strdup(u->t->arena, w.policy));
	if (w.target_ms == 0 && !was_idle) {
		clock_tell(u, CHANGE_CLOCK_CANCELLED, c, at)->detail =
		    "no target any more";
		walks_clock_over(u, c, at);
		notices_over(u, c, NULL, "no target any more", at);
		c->due_by_hand = false;
	}
	adopt_wanted(u, c, w);
	clock_set_going(u, c, u->t->fields.status);
	clock_rearm(u, c, at);
	if (c->state == CLOCK_IDLE)
		return;
	if (was_idle)
		clock_tell(u, CHANGE_CLOCK_STARTED, c, at)->detail =
		    "it has a target now";
	else if (!wall_same(due, c->due) || c->state == CLOCK_PAUSED)
		clock_tell(u, CHANGE_CLOCK_RETARGETED, c, at)->detail =
		    c->policy;
	reconsider(u, c, u->t->fields.status, at);
}

void clocks_retarget(struct turn *u, struct wall at)
{
	for (size_t i = 0; i < u->m->nkinds; i++) {
		struct clock *c = ticket_clock(u->t, u->m->kinds[i].name);

		if (c != NULL && !clock_state_is_final(c->state))
			retarget(u, c, i, at);
	}
}

void clocks_revise(struct turn *u, const struct matrix *was, struct wall at)
{
	for (size_t i = 0; i < u->t->nclocks; i++)
		if (is_unfinished(&u->t->clocks[i]))
			revise(u, was, &u->t->clocks[i], at);
}

void clocks_cancel(struct turn *u, struct wall at, const char *why)
{
	for (size_t i = 0; i < u->t->nclocks; i++) {
		struct clock *c = &u->t->clocks[i];

		if (!is_unfinished(c))
			continue;
		c->due_by_hand = false;
		finish(u, c, CLOCK_CANCELLED, CHANGE_CLOCK_CANCELLED, at, why);
	}
}

void clocks_set_due(
    struct turn *u, struct clock *c, struct wall due, struct wall at)
{
	int kind = matrix_kind(u->m, c->kind);

	CHECK(kind >= 0);
	c->since = wall_max(at, stretches_last(c)->from);
	c->elapsed_ms = stretches_elapsed(u->m, c, c->since);
	c->due_by_hand = !wall_is_never(due);
	if (c->due_by_hand) {
		c->due = due;
		if (c->target_ms == 0)
			c->target_ms = 1; /* it has one now */
	} else {
		c->target_ms = clock_wanted(u, (size_t)kind).target_ms;
	}
	clock_set_going(u, c, u->t->fields.status);
	clock_rearm(u, c, at);
	clock_tell(u, CHANGE_CLOCK_RETARGETED, c, at)->detail =
	    c->due_by_hand ? "set by hand" : "the matrix's target again";
}
