/* walks_step.c - one run's steps: who is told, who is passed over, what next?
 *
 * SPDX-License-Identifier: MIT */
#include "core/walks.h"

#include "core/roster.h"
#include "core/sending.h"
#include "core/walks_parts.h"

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

/* Why the step is passed over by its hours; NULL if it is not.  A calendar that
 * a reload has taken away closes nothing. */
static const char *closed(struct turn *u, const struct step *s)
{
	int calendar = matrix_calendar(u->m, s->hours);
	struct wall opens;

	if (calendar < 0 || calendar_open(u->m->calendars[calendar], u->now))
		return NULL;
	opens = calendar_next_open(u->m->calendars[calendar], u->now);
	return turn_text(u, "outside of its hours: %s opens %s", s->hours,
	    wall_is_never(opens) ? "never" : roster_when(u, opens));
}

/* Would the step tell anybody now? */
static bool would_tell(
    struct turn *u, const struct chain_run *r, const struct step *s)
{
	struct occasion o = walk_occasion(u, r, NOTICE_CHAIN, u->now);
	struct roster roster;

	if (closed(u, s) != NULL)
		return false;
	roster_of_step(u, s, sending_alarms(u, &o, s->send), &roster);
	return roster.told > 0;
}

/* Which steps of the chain would; who is there is the same for all of a turn.
 */
struct reach {
	bool asked[CHAIN_STEPS_MAX];
	bool tells[CHAIN_STEPS_MAX];
};

static bool reaches(struct turn *u, const struct chain_run *r,
    const struct chain *c, struct reach *known, int step)
{
	if (!known->asked[step]) {
		known->asked[step] = true;
		known->tells[step] = would_tell(u, r, &c->steps[step]);
	}
	return known->tells[step];
}

/* Is a step as high as this one, or a higher one, due up to the limit too, and
 * will it tell somebody?  Then only that one is sent. */
static bool overtaken(struct turn *u, const struct chain_run *r,
    const struct chain *c, struct wall fired)
{
	struct reach known = { .asked = { false } };
	int64_t wait_ms = wait_after(c, r->step);
	int step = r->step;
	int round = r->round;

	for (;;) {
		fired = wall_plus(fired, wait_ms);
		if (wall_before(u->limit, fired))
			return false;
		if (++step == (int)c->nsteps) {
			step = 0;
			if (++round > c->repeat)
				return false;
		}
		wait_ms = 0; /* passed over at once */
		if (!reaches(u, r, c, &known, step))
			continue;
		if (step >= r->step)
			return true;
		wait_ms = wait_after(c, step);
	}
}

/* said: what somebody said who sent it here by hand, or "". */
static void exhaust(
    struct turn *u, struct chain_run *r, const char *said, struct wall at)
{
	struct occasion o = walk_occasion(u, r, NOTICE_EXHAUSTED, at);

	walk_stop(u, r, RUN_EXHAUSTED, CHANGE_CHAIN_EXHAUSTED,
	    *said == '\0' ? "nobody answered" : "there is no further step", at);
	o.detail = *said == '\0'
		       ? "the chain ended and nobody answered"
		       : turn_text(u, "%s; there is no further step", said);
	notices_fallback(u, &o);
}

/* On to the next step at once.  After the last one, whoever was told before it
 * in this round still has their time to answer. */
static void pass_over(struct turn *u, struct chain_run *r,
    const struct chain *c, const char *why, struct wall at)
{
	struct wall told;

	walk_tell(u, CHANGE_CHAIN_STEP_SKIPPED, r, at)->detail = why;
	r->next_at = at;
	r->reminded = INT32_MAX; /* nobody to remind */
	r->dirty = true;
	if (r->step + 1 < (int)c->nsteps)
		return;
	told = notices_told_at(u, r);
	if (!wall_is_never(told))
		r->next_at = wall_max(at, wall_plus(told, c->repeat_after_ms));
}

/* Nobody is there for this step. */
static void skip_unreachable(struct turn *u, struct chain_run *r,
    const struct chain *c, const char *who, struct wall at)
{
	struct occasion o = walk_occasion(u, r, NOTICE_UNREACHABLE, at);
	const char *names = *who == '\0' ? "" : turn_text(u, ": %s", who);

	pass_over(u, r, c, turn_text(u, "nobody can be reached%s", names), at);
	o.detail = turn_text(u, "a step of the chain reached nobody%s", names);
	notices_fallback(u, &o);
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

static void send_step(struct turn *u, struct chain_run *r,
    const struct chain *c, const char *said, struct wall at)
{
	const struct step *s = &c->steps[r->step];
	struct occasion o = walk_occasion(u, r, NOTICE_CHAIN, at);
	const char *why = closed(u, s);
	struct change *ch;
	size_t before;

	if (why != NULL) {
		pass_over(u, r, c, why, at);
		return;
	}
	if (overtaken(u, r, c, at)) {
		walk_tell(u, CHANGE_CHAIN_STEP_SKIPPED, r, at)->detail =
		    "overtaken by a later step";
		return;
	}
	ch = walk_tell(u, CHANGE_CHAIN_STEP, r, at);
	ch->detail = s->nwho > 0 ? s->who[0] : "";
	ch->late_ms = wall_minus(u->now, at);
	before = u->out->nchanges;
	o.detail = said;
	if (notices_step(u, &o, s) == 0)
		skip_unreachable(u, r, c, notices_skipped(u, before), at);
	else
		wait_for_hours(u, r, c);
}

/* Does any step of another round reach anybody?  All of a round that reaches
 * nobody would be passed over in this very moment. */
static bool is_worth_a_round(
    struct turn *u, const struct chain_run *r, const struct chain *c)
{
	for (size_t i = 0; i < c->nsteps; i++)
		if (would_tell(u, r, &c->steps[i]))
			return true;
	return false;
}

void walk_round(struct turn *u, struct chain_run *r, struct wall at)
{
	r->round++;
	r->step = -1;
	walk_tell(u, CHANGE_CHAIN_REPEATED, r, at);
}

/* The next step, the next round, or the end. */
static void advance(struct turn *u, struct chain_run *r, const struct chain *c,
    const char *said, struct wall at)
{
	if (r->step + 1 >= (int)c->nsteps) {
		if (c->nsteps == 0 || r->round >= c->repeat ||
		    !is_worth_a_round(u, r, c)) {
			exhaust(u, r, said, at);
			return;
		}
		walk_round(u, r, at);
	}
	r->step++;
	r->reminded = 0;
	r->fired_at = at;
	arm(r, c);
	send_step(u, r, c, said, at);
}

static void remind(
    struct turn *u, struct chain_run *r, const struct chain *c, struct wall at)
{
	struct occasion o = walk_occasion(u, r, NOTICE_REMINDER, at);

	r->reminded++;
	arm(r, c);
	if (!wall_before(u->limit, r->next_at))
		return; /* what comes next is due as well */
	walk_tell(u, CHANGE_CHAIN_REMINDED, r, at);
	o.nth = r->reminded;
	notices_step(u, &o, &c->steps[r->step]);
	wait_for_hours(u, r, c);
}

/* The ack ran out, or the snooze: to the acker, and to whoever the step means
 * by now. */
static void walk_again(
    struct turn *u, struct chain_run *r, const struct chain *c, struct wall at)
{
	bool snoozed = r->state == RUN_SNOOZED;
	struct occasion o = walk_occasion(u, r, NOTICE_ACK_TIMEOUT, at);
	const struct step *s;
	size_t before, told;

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
	walk_tell(u, CHANGE_CHAIN_REOPENED, r, at)->detail = o.detail;
	before = u->out->nchanges;
	told = notices_person(u, &o, s, r->acked_by);
	if (closed(u, s) == NULL)
		told += notices_step(u, &o, s);
	if (told == 0)
		skip_unreachable(u, r, c, notices_skipped(u, before), at);
	else
		wait_for_hours(u, r, c);
}

void walks_fire(struct turn *u, struct chain_run *r)
{
	struct wall at = r->next_at;
	struct chain c;

	walk_definition(u, r, &c);
	r->dirty = true;
	if (c.nsteps == 0)
		exhaust(u, r, "", at);
	else if (r->state != RUN_WALKING)
		walk_again(u, r, &c, at);
	else if (r->step >= 0 && r->reminded < c.steps[r->step].remind_times &&
		 wall_before(
		     at, wall_plus(r->fired_at, wait_after(&c, r->step))))
		remind(u, r, &c, at);
	else
		advance(u, r, &c, "", at);
}

void walks_hurry(struct turn *u, struct chain_run *r, struct wall at)
{
	struct chain c;

	walk_definition(u, r, &c);
	if (r->state == RUN_WALKING && c.nsteps > 0)
		skip_unreachable(u, r, &c, "", at);
	r->dirty = true;
}

/* What comes by itself until now is sent alone. */
void walk_now(struct turn *u, struct chain_run *r, const struct chain *c,
    const char *said, struct wall at)
{
	struct wall limit = u->limit;

	u->limit = u->now;
	advance(u, r, c, said, at);
	u->limit = limit;
}
