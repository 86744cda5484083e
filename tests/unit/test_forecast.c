/* test_forecast.c - does a forecast say what then happens?
 *
 * A desk lives at random; hours of it are forecast from copies of its tickets,
 * and then pass with nobody doing anything: totals, and who heard how often,
 * are the same.  However few rows are kept, they are the soonest.
 *
 * SPDX-License-Identifier: MIT */
#include "core/forecast.h"

#include "lib/desk.h"

#include <check.h>
#include <string.h>

#define DESKS 60

struct done {
	bool waiting;
	struct forecast_totals n;
	struct hearing told;
};

static void decided(void *user, const struct ticket *t, const struct event *ev,
    struct wall now, const struct decision *d)
{
	struct done *x = user;

	(void)t;
	(void)ev;
	(void)now;
	for (size_t i = 0; x->waiting && i < d->nchanges; i++) {
		enum change_kind kind = d->changes[i].kind;

		x->n.warnings += kind == CHANGE_CLOCK_WARNED;
		x->n.breaches += kind == CHANGE_CLOCK_BREACHED;
		x->n.steps +=
		    kind == CHANGE_CHAIN_STEP || kind == CHANGE_CHAIN_REMINDED;
		x->n.exhausted += kind == CHANGE_CHAIN_EXHAUSTED;
	}
}

static enum delivery deliver(void *user, const struct ticket *t,
    const struct notice *n, struct wall now, struct wall *again_at)
{
	struct done *x = user;

	(void)t;
	(void)again_at;
	if (x->waiting) {
		x->n.notices++;
		hearing_add(&x->told, n, now);
	}
	return DELIVERY_OK;
}

static void walk(struct forecast *fc, struct simulation *s)
{
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < simulation_count(s); i++) {
		struct ticket copy;

		desk_copy(simulation_ticket(s, i), &arena, &copy);
		forecast_ticket(fc, &copy);
	}
	forecast_finish(fc);
	arena_fini(&arena);
}

static void check_told(const struct forecast *fc, struct done *x)
{
	size_t count;
	struct hearer *people = hearing_people(&x->told, &count);

	ck_assert_int_eq(fc->totals.notices, x->n.notices);
	ck_assert_uint_eq(fc->npeople, count);
	for (size_t i = 0; i < count; i++) {
		ck_assert_str_eq(fc->people[i].who, people[i].who);
		ck_assert_int_eq(fc->people[i].count, people[i].count);
		ck_assert_int_eq(fc->people[i].first.ms, people[i].first.ms);
	}
}

static void check_few(const struct forecast *all, const struct forecast *few)
{
	ck_assert_int_eq(all->totals.rows, few->totals.rows);
	ck_assert_uint_eq(all->nrows, (size_t)all->totals.rows);
	ck_assert_uint_eq(
	    few->nrows, all->nrows < few->limit ? all->nrows : few->limit);
	for (size_t i = 0; i < few->nrows; i++) {
		ck_assert_int_eq(all->rows[i]->at.ms, few->rows[i]->at.ms);
		ck_assert_str_eq(all->rows[i]->ticket, few->rows[i]->ticket);
		ck_assert_str_eq(all->rows[i]->what, few->rows[i]->what);
	}
	for (size_t i = 1; i < all->nrows; i++)
		ck_assert_int_le(all->rows[i - 1]->at.ms, all->rows[i]->at.ms);
}

/* Of one person: what they hear, and nothing else. */
static void check_person(const struct forecast *all, const struct forecast *one)
{
	int64_t rows = 0;
	int64_t heard = 0;

	for (size_t i = 0; i < all->nrows; i++) {
		bool hears = false;

		for (size_t k = 0; k < all->rows[i]->ntold; k++)
			hears |=
			    strcmp(all->rows[i]->told[k].who, one->person) == 0;
		rows += hears;
	}
	for (size_t i = 0; i < all->npeople; i++)
		if (strcmp(all->people[i].who, one->person) == 0)
			heard = all->people[i].count;
	ck_assert_int_eq(one->totals.rows, rows);
	ck_assert_int_eq(one->totals.notices, heard);
	ck_assert_uint_eq(one->npeople, heard > 0);
}

static void one_desk(struct rng *rng, struct forecast_totals *sum)
{
	struct done x = { .waiting = false };
	const struct simulation_hooks hooks = {
		.user = &x, .decided = decided, .deliver = deliver
	};
	struct matrix *m = explain_matrix(false);
	struct simulation *s = simulation_new(m, &hooks);
	static struct forecast all, few, one;
	struct wall now, until;

	hearing_init(&x.told);
	desk_live(s, rng);
	now = simulation_now(s);
	until = wall_plus(now, rng_between(rng, 1, 90) * HOUR_MS);
	forecast_init(&all, m, simulation_known(s), now, until);
	forecast_init(&few, m, simulation_known(s), now, until);
	forecast_init(&one, m, simulation_known(s), now, until);
	few.limit = (size_t)rng_between(rng, 1, 8);
	one.person = "eli";
	walk(&all, s);
	walk(&few, s);
	walk(&one, s);
	x.waiting = true;
	simulation_advance(s, until);
	simulation_settle(s);
	ck_assert_int_eq(all.totals.cut, 0);
	ck_assert_int_eq(all.totals.warnings, x.n.warnings);
	ck_assert_int_eq(all.totals.breaches, x.n.breaches);
	ck_assert_int_eq(all.totals.steps, x.n.steps);
	ck_assert_int_eq(all.totals.exhausted, x.n.exhausted);
	check_told(&all, &x);
	check_few(&all, &few);
	check_person(&all, &one);
	sum->breaches += x.n.breaches;
	sum->notices += x.n.notices;
	forecast_fini(&all);
	forecast_fini(&few);
	forecast_fini(&one);
	hearing_fini(&x.told);
	simulation_free(s);
	matrix_free(m);
}

START_TEST(test_forecast_is_what_happens)
{
	struct rng rng = rng_seeded("test_forecast");
	struct forecast_totals sum = { .notices = 0 };

	for (int i = 0; i < DESKS; i++)
		one_desk(&rng, &sum);
	printf("forecast: %lld breaches, %lld notices\n",
	    (long long)sum.breaches, (long long)sum.notices);
	ck_assert_int_gt(sum.breaches, 0);
	ck_assert_int_gt(sum.notices, 0);
}
END_TEST

/* A team's own. */
START_TEST(test_of_a_team)
{
	static struct forecast fc;
	struct matrix *m = explain_matrix(false);
	struct arena arena = ARENA_INIT;
	struct ticket t;

	forecast_init(&fc, m, &facts_none, wall_at(DESK_MONDAY_MS),
	    wall_at(DESK_MONDAY_MS + HOUR_MS));
	fc.team = "backoffice";
	ticket_init(&t, &arena, "t:1");
	t.next_due = wall_at(DESK_MONDAY_MS);
	forecast_ticket(&fc, &t);
	ck_assert_int_eq(fc.totals.rows, 0);
	t.fields.text[FIELD_TEAM] = "other";
	forecast_ticket(&fc, &t);
	ck_assert_int_eq(fc.totals.rows, 0);
	forecast_finish(&fc);
	ck_assert_uint_eq(fc.npeople, 0);
	forecast_fini(&fc);
	arena_fini(&arena);
	matrix_free(m);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("forecast");
	TCase *tc = tcase_create("forecast");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 0);
	tcase_add_test(tc, test_forecast_is_what_happens);
	tcase_add_test(tc, test_of_a_team);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
