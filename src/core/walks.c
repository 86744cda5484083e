/* walks.c - see walks.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/walks.h"

#include "base/check.h"
#include "core/chain.h"
#include "core/notices.h"

#include <string.h>

static struct change *tell(struct turn *u, enum change_kind kind,
    const struct chain_run *r, struct wall at)
{
	struct change *ch = turn_change(u, kind, at);

	ch->chain = r->chain;
	ch->run = r->seq;
	ch->step = r->step;
	ch->clock = r->clock;
	ch->cycle = r->cycle;
	return ch;
}

/* The chain as it was at the start of the run.  A definition that cannot be
 * read (a damaged disk) counts as a chain without steps: it exhausts. */
static void definition(
    struct turn *u, const struct chain_run *r, struct chain *out)
{
	if (!chain_decode(r->definition, u->t->arena, out))
		memset(out, 0, sizeof *out);
}

static const struct clock *clock_of(struct turn *u, const struct chain_run *r)
{
	struct clock *c = ticket_clock(u->t, r->clock);

	return c != NULL && c->cycle == r->cycle ? c : NULL;
}

static struct occasion occasion_of(struct turn *u, const struct chain_run *r,
    enum notice_reason reason, struct wall at)
{
	return (struct occasion){ .reason = reason,
		.clock = clock_of(u, r),
		.run = r,
		.step = r->step,
		.detail = "",
		.at = at };
}

static void stop(struct turn *u, struct chain_run *r, enum run_state state,
    enum change_kind kind, const char *why, struct wall at)
{
	r->state = state;
	r->next_at = WALL_NEVER;
	r->dirty = true;
	tell(u, kind, r, at)->detail = why;
}

static struct chain_run *live_run(struct turn *u, const char *chain)
{
	for (size_t i = 0; i < u->t->nruns; i++)
		if (run_state_is_live(u->t->runs[i].state) &&
		    strcmp(u->t->runs[i].chain, chain) == 0)
			return &u->t->runs[i];
	return NULL;
}

/* Its people hear of it from the new chain; what still waits is withdrawn. */
static void supersede(
    struct turn *u, struct chain_run *r, const char *by, struct wall at)
{
	stop(u, r, RUN_SUPERSEDED, CHANGE_CHAIN_SUPERSEDED, by, at);
	for (size_t i = 0; i < u->t->nnotices; i++)
		if (u->t->notices[i].run == r->seq)
			notices_withdraw_one(u, i, "superseded", at);
}

/* Ends live runs of lower rank; true if one of higher rank walks. */
static bool outranked(struct turn *u, const struct chain *c, struct wall at)
{
	bool higher = false;

	for (size_t i = 0; i < u->t->nruns; i++) {
		struct chain_run *r = &u->t->runs[i];
		struct chain other;

		if (!run_state_is_live(r->state))
			continue;
		definition(u, r, &other);
		if (other.rank > c->rank)
			higher = true;
		else if (other.rank < c->rank)
			supersede(u, r, c->name, at);
	}
	return higher;
}

/* The chain walks already for this ticket: those told so far hear the news. */
static void tell_news(struct turn *u, struct chain_run *r, const char *cause,
    const struct clock *clock, const char *why, struct wall at)
{
	struct occasion o = { .clock = clock,
		.run = r,
		.step = r->step,
		.detail = why,
		.at = at };

	o.reason =
	    strcmp(cause, "breach") == 0 ? NOTICE_BREACH : NOTICE_WARNING;
	notices_told(u, &o);
}

void walks_start(struct turn *u, int chain, const char *cause,
    const struct clock *clock, const char *why, struct wall at)
{
	struct ticket *t = u->t;
	const struct chain *c = &u->m->chains[chain];
	struct chain_run *r = live_run(u, c->name);

	if (r != NULL) {
		tell_news(u, r, cause, clock, why, at);
		return;
	}
	if (outranked(u, c, at)) {
		struct change *ch = turn_change(u, CHANGE_CHAIN_SUPERSEDED, at);

		ch->chain = c->name;
		ch->detail = "not started: a chain of higher rank walks";
		return;
	}
	r = arena_push(t->arena, &t->runs, &t->nruns, &t->cap_runs, sizeof *r);
	r->seq = ++t->run_seq;
	r->chain = arena_strdup(t->arena, c->name);
	r->definition = chain_encode(c, t->arena);
	r->state = RUN_WALKING;
	r->cause = cause;
	r->clock = clock == NULL ? "" : clock->kind;
	r->cycle = clock == NULL ? 0 : clock->cycle;
	r->started = at;
	r->step = -1;
	r->fired_at = WALL_NEVER;
	r->next_at = wall_plus(at, c->steps[0].after_ms);
	r->acked_by = "";
	r->acked_at = WALL_NEVER;
	r->dirty = true;
	t->dirty = true; /* run_seq */
	tell(u, CHANGE_CHAIN_STARTED, r, at)->detail = cause;
}

/* How long after step `i` fired does the next one (or the round's end) come? */
static int64_t wait_after(const struct chain *c, int i)
{
	size_t next = (size_t)(i + 1);

	return next < c->nsteps ? c->steps[next].after_ms : c->repeat_after_ms;
}

/* When the run wants to be called next, given that its step fired. */
static void arm(struct chain_run *r, const struct chain *c)
{
	struct wall step_at = wall_plus(r->fired_at, wait_after(c, r->step));
	const struct step *s = &c->steps[r->step];

	r->next_at = step_at;
	r->dirty = true;
	if (s->remind_every_ms > 0 && r->reminded < s->remind_times)
		r->next_at = wall_min(
		    step_at, wall_plus(r->fired_at,
				 s->remind_every_ms * (r->reminded + 1)));
}

/* Is a step as high as this one, or a higher one, due up to the limit too?
 * Then only that one is sent. */
static bool overtaken(const struct turn *u, const struct chain_run *r,
    const struct chain *c, struct wall fired)
{
	int step = r->step;
	int round = r->round;

	for (;;) {
		fired = wall_plus(fired, wait_after(c, step));
		if (wall_before(u->limit, fired))
			return false;
		if (++step == (int)c->nsteps) {
			step = 0;
			if (++round > c->repeat)
				return false;
		}
		if (step >= r->step)
			return true;
	}
}

static void exhaust(struct turn *u, struct chain_run *r, struct wall at)
{
	struct occasion o = occasion_of(u, r, NOTICE_EXHAUSTED, at);

	stop(
	    u, r, RUN_EXHAUSTED, CHANGE_CHAIN_EXHAUSTED, "nobody answered", at);
	o.detail = "the chain ended and nobody answered";
	notices_fallback(u, &o);
}

/* Nobody is there for this step: on to the next at once. */
static void skip_unreachable(
    struct turn *u, struct chain_run *r, struct wall at)
{
	struct occasion o = occasion_of(u, r, NOTICE_UNREACHABLE, at);

	tell(u, CHANGE_CHAIN_STEP_SKIPPED, r, at)->detail =
	    "nobody can be reached";
	o.detail = "a step of the chain reached nobody";
	notices_fallback(u, &o);
	r->next_at = at;
	r->reminded = INT32_MAX; /* nobody to remind */
}

/* Where everybody's hours are still to open, the step counts from then: who
 * could not know of it yet is not passed over. */
static void wait_for_hours(
    struct turn *u, struct chain_run *r, const struct chain *c)
{
	struct wall at = notices_free_at(u, r, r->reminded);
	int64_t reminders_ms = c->steps[r->step].remind_every_ms * r->reminded;

	if (!wall_before(u->now, at))
		return;
	r->fired_at = wall_plus(at, -reminders_ms);
	arm(r, c);
}

static void send_step(
    struct turn *u, struct chain_run *r, const struct chain *c, struct wall at)
{
	struct occasion o = occasion_of(u, r, NOTICE_CHAIN, at);
	struct change *ch;

	if (overtaken(u, r, c, at)) {
		tell(u, CHANGE_CHAIN_STEP_SKIPPED, r, at)->detail =
		    "overtaken by a later step";
		return;
	}
	ch = tell(u, CHANGE_CHAIN_STEP, r, at);
	ch->detail = c->steps[r->step].nwho > 0 ? c->steps[r->step].who[0] : "";
	ch->late_ms = wall_minus(u->now, at);
	if (notices_step(u, &o, &c->steps[r->step]) == 0)
		skip_unreachable(u, r, at);
	else
		wait_for_hours(u, r, c);
}

/* The next step, the next round, or the end. */
static void advance(
    struct turn *u, struct chain_run *r, const struct chain *c, struct wall at)
{
	if (r->step + 1 >= (int)c->nsteps) {
		if (c->nsteps == 0 || r->round >= c->repeat) {
			exhaust(u, r, at);
			return;
		}
		r->round++;
		r->step = -1;
		tell(u, CHANGE_CHAIN_REPEATED, r, at);
	}
	r->step++;
	r->reminded = 0;
	r->fired_at = at;
	arm(r, c);
	send_step(u, r, c, at);
}

static void remind(
    struct turn *u, struct chain_run *r, const struct chain *c, struct wall at)
{
	struct occasion o = occasion_of(u, r, NOTICE_REMINDER, at);

	r->reminded++;
	arm(r, c);
	if (!wall_before(u->limit, r->next_at))
		return; /* what comes next is due as well */
	tell(u, CHANGE_CHAIN_REMINDED, r, at);
	o.nth = r->reminded;
	notices_step(u, &o, &c->steps[r->step]);
	wait_for_hours(u, r, c);
}

/* The ack ran out, or the snooze: to the acker and to the step's people. */
static void walk_again(
    struct turn *u, struct chain_run *r, const struct chain *c, struct wall at)
{
	bool snoozed = r->state == RUN_SNOOZED;
	struct occasion o = occasion_of(u, r, NOTICE_ACK_TIMEOUT, at);
	const struct step *s;

	r->state = RUN_WALKING;
	if (r->step < 0)
		r->step = 0;
	s = &c->steps[r->step];
	r->fired_at = at;
	r->reminded = 0;
	arm(r, c);
	o.step = r->step;
	o.detail = snoozed ? "the snooze is over"
			   : "acknowledged, and nothing followed";
	tell(u, CHANGE_CHAIN_REOPENED, r, at)->detail = o.detail;
	notices_person(u, &o, s, r->acked_by);
	notices_step(u, &o, s);
}

void walks_fire(struct turn *u, struct chain_run *r)
{
	struct wall at = r->next_at;
	struct chain c;

	definition(u, r, &c);
	r->dirty = true;
	if (c.nsteps == 0)
		exhaust(u, r, at);
	else if (r->state != RUN_WALKING)
		walk_again(u, r, &c, at);
	else if (r->step >= 0 && r->reminded < c.steps[r->step].remind_times &&
		 wall_before(
		     at, wall_plus(r->fired_at, wait_after(&c, r->step))))
		remind(u, r, &c, at);
	else
		advance(u, r, &c, at);
}

void walks_hurry(struct turn *u, struct chain_run *r, struct wall at)
{
	if (r->state == RUN_WALKING)
		skip_unreachable(u, r, at);
	r->dirty = true;
}

/* What the run's step waits for (of the first, before it fired). */
static enum until waits_for(struct turn *u, const struct chain_run *r)
{
	struct chain c;

	definition(u, r, &c);
	if (c.nsteps == 0)
		return UNTIL_ACK;
	return c.steps[r->step < 0 ? 0 : r->step].until;
}

void walks_ack(
    struct turn *u, const char *by, struct wall until, struct wall at)
{
	bool snooze = !wall_is_never(until);

	for (size_t i = 0; i < u->t->nruns; i++) {
		struct chain_run *r = &u->t->runs[i];
		struct chain c;

		if (!run_state_is_live(r->state) ||
		    waits_for(u, r) != UNTIL_ACK)
			continue;
		definition(u, r, &c);
		r->state = snooze ? RUN_SNOOZED : RUN_ACKED;
		r->acked_by = arena_strdup(u->t->arena, by);
		r->acked_at = at;
		r->next_at = until;
		if (!snooze && c.ack_timeout_ms > 0)
			r->next_at = wall_plus(at, c.ack_timeout_ms);
		r->dirty = true;
		tell(u, snooze ? CHANGE_CHAIN_SNOOZED : CHANGE_CHAIN_ACKED, r,
		    at)
		    ->who = r->acked_by;
	}
	notices_withdraw(u, NOTICE_REASON_COUNT, NULL,
	    snooze ? "snoozed" : "acknowledged", at);
}

void walks_answer(struct turn *u, enum until answer, struct wall at)
{
	for (size_t i = 0; i < u->t->nruns; i++) {
		struct chain_run *r = &u->t->runs[i];

		if (!run_state_is_live(r->state) || waits_for(u, r) != answer)
			continue;
		stop(u, r, RUN_ENDED, CHANGE_CHAIN_ENDED, until_name(answer),
		    at);
		notices_over(u, NULL, r, until_name(answer), at);
	}
}

void walks_progress(struct turn *u, struct wall at)
{
	for (size_t i = 0; i < u->t->nruns; i++) {
		struct chain_run *r = &u->t->runs[i];
		struct chain c;

		if (r->state != RUN_ACKED || wall_is_never(r->next_at))
			continue;
		definition(u, r, &c);
		r->next_at = wall_plus(at, c.ack_timeout_ms);
		r->dirty = true;
	}
}

/* Another breached clock of the ticket that wants the same chain, or NULL. */
static const struct clock *successor(
    struct turn *u, const struct chain_run *r, const struct clock *over)
{
	for (size_t i = 0; i < u->t->nclocks; i++) {
		const struct clock *c = &u->t->clocks[i];

		if (c == over || c->state != CLOCK_BREACHED)
			continue;
		for (size_t p = 0; p < u->m->npolicies; p++) {
			const struct policy *po = &u->m->policies[p];

			if (strcmp(po->name, c->policy) == 0 &&
			    po->on_breach >= 0 &&
			    strcmp(u->m->chains[po->on_breach].name,
				r->chain) == 0)
				return c;
		}
	}
	return NULL;
}

void walks_clock_over(struct turn *u, const struct clock *c, struct wall at)
{
	for (size_t i = 0; i < u->t->nruns; i++) {
		struct chain_run *r = &u->t->runs[i];
		const struct clock *next;

		if (!run_state_is_live(r->state) || r->cycle != c->cycle ||
		    strcmp(r->clock, c->kind) != 0)
			continue;
		next = successor(u, r, c);
		if (next == NULL) {
			stop(u, r, RUN_ENDED, CHANGE_CHAIN_ENDED,
			    "its cause is over", at);
			continue;
		}
		r->clock = next->kind;
		r->cycle = next->cycle;
		r->dirty = true;
		tell(u, CHANGE_CHAIN_HANDED_OVER, r, at)->detail =
		    "another clock is late and needs the same chain";
	}
}

void walks_end(struct turn *u, struct wall at, const char *why)
{
	for (size_t i = 0; i < u->t->nruns; i++)
		if (run_state_is_live(u->t->runs[i].state))
			stop(u, &u->t->runs[i], RUN_ENDED, CHANGE_CHAIN_ENDED,
			    why, at);
}
