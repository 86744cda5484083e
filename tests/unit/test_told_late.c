/* test_told_late.c - the same things told in another order lead to the same.
 *
 * A random life (statuses, severities) is told twice: in the order in which it
 * happened, and shuffled.  In the end each unfinished clock of both tickets has
 * the same start, target, state, due and elapsed time, to the millisecond, and
 * that time is what a naive walk over the sorted statuses says.  No clock ever
 * has two breaches that stand.
 *
 * SPDX-License-Identifier: MIT */
#include "core/simulation.h"
#include "core/stretches.h"
#include "lib/rng.h"

#include <check.h>
#include <string.h>

#define ROUNDS 3000
#define EVENTS 14
#define START  INT64_C(1767607200000) /* 2026-01-05T10:00Z */

static const char *const watched[] = { "agent_work", "requester_wait",
	"resolution", "first_reply" };
#define WATCHED (sizeof watched / sizeof watched[0])

static struct calendar *office(void)
{
	struct calendar_spec spec = { .name = "office" };
	struct errtext err;

	for (int day = 0; day < 5; day++) {
		spec.week[day].at[0] = (struct day_interval){ 540, 750 };
		spec.week[day].at[1] = (struct day_interval){ 810, 1080 };
		spec.week[day].count = 2;
	}
	return calendar_build(&spec, &err);
}

static struct matrix *make_matrix(void)
{
	struct matrix *m = matrix_new();
	struct policy *p = arena_alloc(&m->arena, sizeof *p);

	m->revision = "one";
	m->ncalendars = 1;
	m->calendars = arena_alloc(&m->arena, sizeof(struct calendar *));
	m->calendars[0] = office();
	ck_assert_ptr_nonnull(m->calendars[0]);
	m->nseverities = 2;
	m->severities = arena_alloc(&m->arena, 2 * sizeof *m->severities);
	m->severities[0] = (struct severity){ .name = "P1", .calendar = -1 };
	m->severities[1] = (struct severity){ .name = "P2", .calendar = -1 };
	p->name = "all";
	p->calendar = 0;
	p->on_warning = p->on_breach = -1;
	p->warnings[0] = (struct warning){ true, 5000, "50%" };
	p->nwarnings = 1;
	for (int s = 0; s < MATRIX_SEVERITIES_MAX; s++)
		for (int k = 0; k < CLOCK_KINDS_MAX; k++)
			p->targets[s][k].calendar = -1;
	for (int s = 0; s < 2; s++)
		for (size_t k = 0; k < WATCHED; k++)
			p->targets[s][matrix_kind(m, watched[k])].ms =
			    (s + 1) * 5 * HOUR_MS;
	m->policies = p;
	m->npolicies = 1;
	return m;
}

/* What happened, sorted; and when each was told. */
struct life {
	struct event events[EVENTS];
	struct wall told[EVENTS];
};

static void make_life(struct rng *rng, struct life *l)
{
	struct wall at = wall_at(START);

	for (int i = 0; i < EVENTS; i++) {
		struct event *ev = &l->events[i];

		at = wall_plus(at, rng_between(rng, 1, 3 * HOUR_MS));
		*ev = (struct event){ .ticket = "t:1", .at = at };
		if (rng_below(rng, 4) == 0) {
			ev->type = EVENT_UPDATED;
			ev->fields.set = FIELD_BIT(FIELD_SEVERITY);
			ev->fields.text[FIELD_SEVERITY] =
			    rng_below(rng, 2) == 0 ? "P1" : "P2";
		} else {
			ev->type = EVENT_STATUS;
			ev->fields.status =
			    (enum status)rng_below(rng, STATUS_SOLVED);
		}
		l->told[i] = wall_plus(at,
		    rng_below(rng, 3) == 0 ? rng_between(rng, 0, 12 * HOUR_MS)
					   : 0);
	}
}

/* The events by the instant at which they are told, if late; else by `at`. */
static void order(const struct life *l, bool late, int out[EVENTS])
{
	for (int i = 0; i < EVENTS; i++)
		out[i] = i;
	for (int i = 1; late && i < EVENTS; i++)
		for (int j = i;
		     j > 0 && wall_before(l->told[out[j]], l->told[out[j - 1]]);
		     j--) {
			int swap = out[j];

			out[j] = out[j - 1];
			out[j - 1] = swap;
		}
}

/* Breaches of each kind that stand; a withdrawn one was none. */
static void count_breaches(int standing[WATCHED], const struct change *c)
{
	for (size_t k = 0; k < WATCHED; k++) {
		if (strcmp(c->clock, watched[k]) != 0)
			continue;
		if (c->kind == CHANGE_CLOCK_BREACHED)
			ck_assert_int_eq(++standing[k], 1);
		else if (c->kind == CHANGE_CLOCK_WITHDRAWN)
			ck_assert_int_eq(--standing[k], 0);
	}
}

static void sound(void *user, const struct ticket *t, const struct event *ev,
    struct wall now, const struct decision *d)
{
	const char *why;

	(void)ev;
	(void)now;
	ck_assert_msg(ticket_sound(t, &why), "%s", why);
	for (size_t i = 0; i < d->nchanges; i++)
		count_breaches(user, &d->changes[i]);
}

static struct simulation *tell(
    const struct matrix *m, const struct life *l, bool late)
{
	int standing[WATCHED] = { 0 };
	struct simulation_hooks hooks = { .user = standing, .decided = sound };
	struct simulation *s = simulation_new(m, &hooks);
	struct event ev = {
		.type = EVENT_CREATED, .ticket = "t:1", .at = wall_at(START)
	};
	int by[EVENTS];

	ev.fields.set = FIELD_BIT(FIELD_SEVERITY);
	ev.fields.text[FIELD_SEVERITY] = "P1";
	simulation_event(s, &ev);
	order(l, late, by);
	for (int i = 0; i < EVENTS; i++) {
		if (late)
			simulation_advance(
			    s, wall_max(simulation_now(s), l->told[by[i]]));
		simulation_event(s, &l->events[by[i]]);
	}
	simulation_advance(s, wall_plus(l->events[EVENTS - 1].at, DAY_MS));
	simulation_settle(s);
	return s;
}

static const struct clock *clock_of(struct simulation *s, size_t k)
{
	const struct ticket *t = simulation_find(s, "t:1");

	for (size_t i = 0; i < t->nclocks; i++)
		if (t->clocks[i].current &&
		    strcmp(t->clocks[i].kind, watched[k]) == 0)
			return &t->clocks[i];
	return NULL;
}

static int64_t naive(
    const struct matrix *m, const struct life *l, size_t k, struct wall end)
{
	const struct clock_kind *kind = &m->kinds[matrix_kind(m, watched[k])];
	enum status status = STATUS_NEW;
	struct wall from = wall_at(START);
	int64_t ms = 0;

	for (int i = 0; i <= EVENTS; i++) {
		struct wall to = i == EVENTS ? end : l->events[i].at;

		if ((kind->runs_in & STATUS_BIT(status)) != 0)
			ms += calendar_between(m->calendars[0], from, to);
		from = to;
		if (i < EVENTS && l->events[i].type == EVENT_STATUS)
			status = l->events[i].fields.status;
	}
	return ms;
}

static void compare(const struct matrix *m, const struct life *l)
{
	struct simulation *in_order = tell(m, l, false);
	struct simulation *shuffled = tell(m, l, true);
	struct wall end = wall_plus(l->events[EVENTS - 1].at, DAY_MS);

	for (size_t k = 0; k < WATCHED; k++) {
		const struct clock *a = clock_of(in_order, k);
		const struct clock *b = clock_of(shuffled, k);

		ck_assert_str_eq(
		    clock_state_name(a->state), clock_state_name(b->state));
		ck_assert_int_eq(a->started.ms, b->started.ms);
		ck_assert_int_eq(a->target_ms, b->target_ms);
		ck_assert_int_eq(
		    stretches_elapsed(m, a, end), naive(m, l, k, end));
		ck_assert_int_eq(
		    stretches_elapsed(m, b, end), naive(m, l, k, end));
		if (a->state == CLOCK_RUNNING)
			ck_assert_int_eq(a->due.ms, b->due.ms);
	}
	simulation_free(in_order);
	simulation_free(shuffled);
}

START_TEST(the_order_of_telling_does_not_matter)
{
	struct rng rng = rng_seeded("test_told_late");
	struct matrix *m = make_matrix();
	struct life l;

	for (int i = 0; i < ROUNDS; i++) {
		make_life(&rng, &l);
		compare(m, &l);
	}
	matrix_free(m);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("told_late");
	TCase *tc = tcase_create("lives");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, the_order_of_telling_does_not_matter);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed > 0;
}
