/* test_explain.c - does an explanation say what is so, and what will be?
 *
 * Random lives of tickets go through the door.  After each event the sums of
 * every clock are what the clock itself says has elapsed, each stretch is as
 * long as its calendar says; and what an explanation forecast is what then
 * happens when nobody does anything.
 *
 * SPDX-License-Identifier: MIT */
#include "core/explain.h"
#include "core/simulation.h"
#include "lib/explain_world.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define LIVES  200
#define EVENTS 40

#define MONDAY_MS INT64_C(1767603600000) /* 2026-01-05T09:00:00Z */

/* --- one life ------------------------------------------------------------- */

struct life {
	struct rng *rng;
	struct explain_told told;
	bool refuses; /* deliveries fail now and then */
	bool revised;
	/* What happens after a forecast, and what was forecast. */
	const struct explanation *forecast;
	size_t seen;
};

/* Is it one of those that a forecast tells? */
static bool is_forecast(enum change_kind kind)
{
	return (kind != CHANGE_WARNING_SKIPPED &&
		   kind < CHANGE_NOTICE_QUEUED) ||
	       kind >= CHANGE_RULE_FIRED;
}

static void skip_notices(struct life *l)
{
	const struct explanation *e = l->forecast;

	while (l->seen < e->nnext && !is_forecast(e->next[l->seen].kind))
		l->seen++;
}

static void happened(struct life *l, const struct change *ch, struct wall now)
{
	const struct explanation *e = l->forecast;
	const struct explained_next *n;

	if (!is_forecast(ch->kind) || wall_before(e->next_until, now))
		return;
	skip_notices(l);
	if (l->seen == e->nnext) {
		ck_assert_msg(
		    e->more, "%s was not forecast", change_kind_name(ch->kind));
		return;
	}
	n = &e->next[l->seen++];
	ck_assert_str_eq(change_kind_name(ch->kind), change_kind_name(n->kind));
	ck_assert_int_eq(n->at.ms, now.ms);
	ck_assert_str_eq(n->clock, ch->clock);
	ck_assert_int_eq(n->cycle, ch->cycle);
	ck_assert_str_eq(n->chain, ch->chain);
	ck_assert_int_eq(n->step, ch->step);
}

static void decided(void *user, const struct ticket *t, const struct event *ev,
    struct wall now, const struct decision *d)
{
	struct life *l = user;

	for (size_t i = 0; l->forecast != NULL && i < d->nchanges; i++)
		happened(l, &d->changes[i], now);
	explain_tell(&l->told, t, ev, now, d);
}

static enum delivery deliver(void *user, const struct ticket *t,
    const struct notice *n, struct wall now, struct wall *again_at)
{
	struct life *l = user;

	(void)t;
	(void)n;
	if (!l->refuses)
		return DELIVERY_OK;
	*again_at = wall_plus(now, rng_between(l->rng, 1000, 90000));
	switch (rng_below(l->rng, 6)) {
	case 0:
		return DELIVERY_AGAIN;
	case 1:
		return DELIVERY_NEVER;
	default:
		return DELIVERY_OK;
	}
}

static void random_update(struct rng *r, struct event *ev)
{
	static const char *tags[] = { "vip" };

	ev->type = EVENT_UPDATED;
	switch (rng_below(r, 4)) {
	case 0:
		ev->fields.set = FIELD_BIT(FIELD_CUSTOMER_TIER);
		ev->fields.text[FIELD_CUSTOMER_TIER] =
		    rng_below(r, 2) ? "premium" : "trial";
		break;
	case 1:
		ev->fields.set = FIELD_BIT(FIELD_TEAM) | FIELD_BIT(FIELD_TAGS);
		ev->fields.text[FIELD_TEAM] =
		    rng_below(r, 2) ? "backoffice" : NULL;
		ev->fields.tags = tags;
		ev->fields.ntags = rng_below(r, 2);
		break;
	default:
		ev->fields.set = FIELD_BIT(FIELD_SEVERITY);
		ev->fields.text[FIELD_SEVERITY] =
		    (const char *[]){ "P1", "P2", "P3", NULL }[rng_below(r, 4)];
		break;
	}
}

static struct event random_event(struct rng *r, struct wall at)
{
	struct event ev = { .ticket = "t:1", .at = at, .by = "dana" };

	switch (rng_below(r, 9)) {
	case 0:
	case 1:
		ev.type = EVENT_STATUS;
		ev.fields.status = (enum status)rng_below(r, STATUS_COUNT);
		break;
	case 2:
	case 3:
		random_update(r, &ev);
		break;
	case 4:
		ev.type = rng_below(r, 2) ? EVENT_ACKNOWLEDGED : EVENT_CLAIMED;
		break;
	case 5:
		ev.type = EVENT_SNOOZED;
		ev.until = wall_plus(at, rng_between(r, 1, HOUR_MS));
		break;
	case 6:
		ev.type = EVENT_DUE;
		ev.clock = rng_below(r, 2) ? "agent_work" : "first_reply";
		ev.due = rng_below(r, 2)
			     ? WALL_NEVER
			     : wall_plus(at, rng_between(r, 1, DAY_MS));
		break;
	default:
		ev.type = EVENT_COMMENT;
		ev.author = (enum author)rng_below(r, AUTHOR_COUNT);
		ev.is_public = rng_below(r, 3) > 0;
		break;
	}
	return ev;
}

/* --- what must hold ------------------------------------------------------- */

static int64_t between(
    const struct matrix *m, const char *name, struct wall from, struct wall to)
{
	int i = matrix_calendar(m, name);

	return i < 0 ? to.ms - from.ms
		     : calendar_between(m->calendars[i], from, to);
}

/* What the clock says without its stretches. */
static int64_t clock_says(
    const struct matrix *m, const struct clock *c, struct wall now)
{
	const struct stretch *last = &c->stretches[c->nstretches - 1];
	bool counts = clock_state_ticks(c->state) ||
		      (c->state == CLOCK_IDLE && last->counts);

	if (!counts || wall_before(now, c->since))
		return c->elapsed_ms;
	return c->elapsed_ms + between(m, c->calendar, c->since, now);
}

static void check_stretches(const struct life *l, const struct matrix *m,
    const struct explained_clock *c)
{
	int64_t sum = 0;

	ck_assert_uint_gt(c->nstretches, 0);
	ck_assert_int_eq(
	    c->stretches[0].stretch->from.ms, c->clock->started.ms);
	for (size_t i = 0; i < c->nstretches; i++) {
		const struct explained_stretch *s = &c->stretches[i];
		struct wall from = s->stretch->from;

		if (i > 0)
			ck_assert_int_eq(s[-1].to.ms, from.ms);
		ck_assert_int_le(from.ms, s->to.ms);
		if (!s->stretch->counts)
			ck_assert_int_eq(s->ms, 0);
		else if (!l->revised)
			ck_assert_int_eq(s->ms,
			    between(m, s->stretch->calendar, from, s->to));
		sum += s->ms;
		ck_assert_int_eq(s->sum_ms, sum);
		ck_assert_str_ne(s->why, "");
	}
	ck_assert_int_eq(c->elapsed_ms, sum);
}

static void check_next(const struct explanation *e)
{
	const struct explained_next *first = e->next;
	const struct wall due = e->ticket->next_due;
	struct wall last = e->now;

	for (size_t i = 0; i < e->nnext; i++) {
		ck_assert_int_ge(e->next[i].at.ms, last.ms);
		ck_assert_int_le(e->next[i].at.ms, e->next_until.ms);
		last = e->next[i].at;
		while (first < e->next + e->nnext &&
		       first->kind >= CHANGE_NOTICE_QUEUED)
			first++;
	}
	if (!wall_is_never(due) && !wall_before(e->next_until, due) &&
	    first < e->next + e->nnext)
		ck_assert_int_ge(first->at.ms, due.ms);
}

/* A rule, or a policy that begins or ends, gives the clock another target, or
 * other warnings. */
static bool moves_before(
    const struct explanation *e, const char *clock, struct wall at)
{
	for (size_t i = 0; i < e->nnext; i++) {
		const struct explained_next *n = &e->next[i];
		bool moves = n->kind == CHANGE_CLOCK_RETARGETED ||
			     n->kind == CHANGE_CLOCK_CANCELLED;

		if (wall_before(at, n->at))
			continue;
		if (n->kind == CHANGE_POLICY || n->kind == CHANGE_NO_POLICY ||
		    (moves && strcmp(n->clock, clock) == 0))
			return true;
	}
	return false;
}

/* A warning that lies ahead comes when it is said to, unless the breach or a
 * tighter one overtakes it at that very instant. */
static void check_ahead(const struct explanation *e)
{
	for (size_t i = 0; i < e->nclocks; i++) {
		const struct explained_clock *c = &e->clocks[i];

		for (size_t k = 0; k < c->nwarnings; k++) {
			const struct explained_warning *w = &c->warnings[k];
			bool found = e->more;

			if (w->state != WARNING_AHEAD ||
			    wall_before(e->next_until, w->at) ||
			    moves_before(e, c->clock->kind, w->at))
				continue;
			for (size_t n = 0; n < e->nnext; n++)
				found =
				    found || (wall_same(e->next[n].at,
						  wall_max(e->now, w->at)) &&
						 strcmp(e->next[n].clock,
						     c->clock->kind) == 0);
			ck_assert_msg(found, "%s %s is not forecast",
			    c->clock->kind, w->offset);
		}
	}
}

static void check_life(
    struct life *l, const struct matrix *m, struct simulation *s)
{
	const struct ticket *t = simulation_find(s, "t:1");
	struct explain_past past = { t, l->told.rows, l->told.nrows, false };
	struct wall now = simulation_now(s);
	struct arena arena = ARENA_INIT;
	struct explanation e;

	explain(m, &facts_none, t, &past, now, &arena, &e);
	ck_assert_uint_eq(e.nclocks, t->nclocks);
	for (size_t i = 0; i < e.nclocks; i++) {
		check_stretches(l, m, &e.clocks[i]);
		ck_assert_int_eq(e.clocks[i].elapsed_ms,
		    clock_says(m, e.clocks[i].clock, now));
	}
	check_next(&e);
	check_ahead(&e);
	if (ticket_is_over(t))
		for (size_t i = 0; i < e.nnext; i++)
			ck_assert_int_eq(e.next[i].kind, CHANGE_NOTICE_SENT);
	arena_fini(&arena);
}

/* Nobody does anything: does it come as it was said? */
static void check_forecast(
    struct life *l, const struct matrix *m, struct simulation *s)
{
	const struct ticket *t = simulation_find(s, "t:1");
	struct explain_past past = { t, l->told.rows, l->told.nrows, false };
	struct arena arena = ARENA_INIT;
	struct explanation e;

	l->refuses = false;
	explain(m, &facts_none, t, &past, simulation_now(s), &arena, &e);
	l->forecast = &e;
	simulation_advance(s, wall_plus(e.next_until, 1));
	skip_notices(l);
	ck_assert_uint_eq(l->seen, e.nnext);
	l->forecast = NULL;
	arena_fini(&arena);
}

static void live(uint64_t seed, bool revises)
{
	struct rng rng = { .state = seed };
	struct life l = { .rng = &rng, .refuses = true };
	struct matrix *m[2] = { explain_matrix(false), explain_matrix(true) };
	struct simulation_hooks hooks = {
		.user = &l, .decided = decided, .deliver = deliver
	};
	struct simulation *s = simulation_new(m[0], &hooks);
	struct wall at = wall_at(MONDAY_MS + rng_between(&rng, 0, 7 * DAY_MS));
	struct event ev = { .type = EVENT_CREATED, .ticket = "t:1", .at = at };
	int which = 0;

	explain_told_init(&l.told);
	explain_add_rules(m[0]);
	explain_add_rules(m[1]);
	m[1]->previous = m[0];
	ev.id = "e";
	ev.fields.set = FIELD_BIT(FIELD_SEVERITY);
	ev.fields.text[FIELD_SEVERITY] = rng_below(&rng, 2) ? "P1" : "P2";
	ck_assert(simulation_event(s, &ev));
	for (int i = 0; i < EVENTS; i++) {
		char id[8] = { 'e', (char)('A' + i / 26),
			(char)('a' + i % 26) };
		int64_t most = rng_one_in(&rng, 8) ? 9 * HOUR_MS : HOUR_MS;

		at = wall_plus(at, rng_between(&rng, 0, most));
		ev = random_event(&rng, at);
		if (rng_one_in(&rng, 6)) /* told late */
			ev.at =
			    wall_at(at.ms - rng_between(&rng, 0, 2 * HOUR_MS));
		ev.id = id;
		simulation_advance(s, at);
		ck_assert(simulation_event(s, &ev));
		check_life(&l, m[which], s);
		if (revises && which == 0 && i == EVENTS / 2) {
			which = 1;
			simulation_revise(s, m[1]);
			l.revised = true;
			check_life(&l, m[1], s);
		}
	}
	check_forecast(&l, m[which], s);
	simulation_free(s);
	explain_told_fini(&l.told);
	matrix_free(m[0]);
	matrix_free(m[1]);
}

START_TEST(sums_are_what_elapsed_and_forecasts_come_true)
{
	struct rng rng = rng_seeded("test_explain");

	for (int i = 0; i < LIVES; i++)
		live(rng_u64(&rng), i % 3 == 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("explain");
	TCase *tc = tcase_create("explain");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, sums_are_what_elapsed_and_forecasts_come_true);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
