/* test_facts.c - what is asked of other tickets: recorded, replayed, counted.
 *
 * A simulation's answers are compared with a naive count over all tickets and
 * all notices, in random lives.
 *
 * SPDX-License-Identifier: MIT */
#include "core/facts.h"

#include "lib/assign_world.h"

#include <stdlib.h>

#define LIVES  40
#define EVENTS 150

/* --- the log -------------------------------------------------------------- */

static int asked;

static int64_t count_calls(void *user, const struct fact_question *q)
{
	asked++;
	return *(int64_t *)user + (int64_t)strlen(q->name);
}

static struct fact_question question(enum fact fact, const char *name)
{
	return (struct fact_question){ .fact = fact,
		.name = name,
		.role = "",
		.ticket_id = 7,
		.since = wall_at(1000),
		.until = wall_at(2000) };
}

static int64_t ask(const struct facts *f, enum fact fact, const char *name)
{
	struct fact_question q = question(fact, name);

	return facts_ask(f, &q);
}

START_TEST(test_none)
{
	ck_assert_int_eq(ask(&facts_none, FACT_OPEN_TICKETS, "dana"), 0);
	ck_assert_ptr_eq(facts_none.duty, &duty_none);
	ck_assert_str_eq(fact_name(FACT_CUSTOMER_TICKETS), "customer_tickets");
	ck_assert_str_eq(fact_name(FACT_SIMILAR_TICKETS), "similar_tickets");
	ck_assert_str_eq(fact_name(FACT_OPEN_TICKETS), "open_tickets");
	ck_assert_str_eq(fact_name(FACT_PICKED_AT), "picked_at");
}
END_TEST

START_TEST(test_asked_once_and_recorded)
{
	int64_t base = 100;
	struct facts from = {
		.duty = &duty_none, .user = &base, .answer = count_calls
	};
	struct facts_log log;

	asked = 0;
	facts_log_init(&log, &from);
	ck_assert_str_eq(log.text.data, "");
	ck_assert_ptr_eq(log.asked.duty, &duty_none);
	ck_assert_int_eq(ask(&log.asked, FACT_OPEN_TICKETS, "eli"), 103);
	base = 200;
	ck_assert_int_eq(ask(&log.asked, FACT_OPEN_TICKETS, "eli"), 103);
	ck_assert_int_eq(asked, 1);
	ck_assert_int_eq(ask(&log.asked, FACT_OPEN_TICKETS, "el"), 202);
	ck_assert_int_eq(ask(&log.asked, FACT_SIMILAR_TICKETS, "eli"), 203);
	ck_assert_str_eq(log.text.data,
	    "open_tickets,eli,,1000,2000=103;open_tickets,el,,1000,2000=202;"
	    "similar_tickets,eli,,1000,2000=203");
	facts_log_fini(&log);
}
END_TEST

START_TEST(test_replayed)
{
	struct duty other = { .number = 3 };
	struct facts_replay r;

	facts_replay_init(&r,
	    "open_tickets,eli,,1000,2000=-5;open_tickets,el,,1000,2000=202",
	    &other);
	ck_assert_ptr_eq(r.asked.duty, &other);
	ck_assert_int_eq(ask(&r.asked, FACT_OPEN_TICKETS, "el"), 202);
	ck_assert_int_eq(ask(&r.asked, FACT_OPEN_TICKETS, "eli"), -5);
	ck_assert_int_eq(ask(&r.asked, FACT_OPEN_TICKETS, "eli"), -5);
	ck_assert_int_eq(r.unknown, 0);
	ck_assert_int_eq(ask(&r.asked, FACT_OPEN_TICKETS, "e"), 0);
	ck_assert_int_eq(ask(&r.asked, FACT_PICKED_AT, "eli"), 0);
	ck_assert_int_eq(r.unknown, 2);
}
END_TEST

/* Whatever is asked comes back, and nothing else does. */
START_TEST(test_names_cannot_break_it)
{
	static const char *const names[] = { "", "a", "a,", "a;b", "a=1", "%",
		"%41", "x;open_tickets,b", "\n", "Zo\xc3\xab" };
	size_t count = sizeof names / sizeof names[0];
	int64_t base = 0;
	struct facts from = {
		.duty = &duty_none, .user = &base, .answer = count_calls
	};
	struct facts_log log;
	struct facts_replay r;

	facts_log_init(&log, &from);
	for (size_t i = 0; i < count; i++) {
		base = 1000 * (int64_t)i;
		ask(&log.asked, FACT_OPEN_TICKETS, names[i]);
	}
	facts_replay_init(&r, log.text.data, &duty_none);
	for (size_t i = 0; i < count; i++)
		ck_assert_int_eq(ask(&r.asked, FACT_OPEN_TICKETS, names[i]),
		    1000 * (int64_t)i + (int64_t)strlen(names[i]));
	ck_assert_int_eq(r.unknown, 0);
	ask(&r.asked, FACT_OPEN_TICKETS, "b");
	ck_assert_int_eq(r.unknown, 1);
	facts_log_fini(&log);
}
END_TEST

/* --- a simulation --------------------------------------------------------- */

struct queued {
	const char *role;
	const char *who;
	int64_t at;
};

struct life {
	struct simulation *s;
	struct arena arena;
	struct queued *queued;
	size_t nqueued;
	size_t cap_queued;
};

static void note(void *user, const struct ticket *t, const struct event *ev,
    struct wall now, const struct decision *d)
{
	struct life *l = user;

	(void)ev;
	(void)now;
	for (size_t i = 0; i < d->nchanges; i++) {
		const struct notice *n;

		if (d->changes[i].kind != CHANGE_NOTICE_QUEUED)
			continue;
		n = &t->notices[d->changes[i].notice];
		*(struct queued *)arena_push(&l->arena, &l->queued, &l->nqueued,
		    &l->cap_queued, sizeof *l->queued) =
		    (struct queued){ arena_strdup(&l->arena, n->role),
			    arena_strdup(&l->arena, n->who), n->at.ms };
	}
}

static bool is_for(const struct ticket *t, enum fact fact, const char *name)
{
	const char *of = t->fields.text[FIELD_ASSIGNEE];

	if (t->deleted || *t->merged_into != '\0')
		return false;
	if (fact == FACT_CUSTOMER_TICKETS)
		of = t->fields.text[FIELD_CUSTOMER_ID];
	else if (fact == FACT_SIMILAR_TICKETS)
		of = t->fields.text[FIELD_CATEGORY];
	else if (ticket_is_over(t))
		return false;
	else if (of == NULL)
		of = t->suggested_to;
	return of != NULL && strcmp(of, name) == 0;
}

static int64_t naive(const struct life *l, const struct fact_question *q)
{
	int64_t n = 0;

	for (size_t i = 0;
	     q->fact != FACT_PICKED_AT && i < simulation_count(l->s); i++) {
		const struct ticket *t = simulation_ticket(l->s, i);

		if (t->id == q->ticket_id || !is_for(t, q->fact, q->name))
			continue;
		n += q->fact == FACT_OPEN_TICKETS ||
		     (t->created.ms > q->since.ms &&
			 t->created.ms <= q->until.ms);
	}
	for (size_t i = 0; q->fact == FACT_PICKED_AT && i < l->nqueued; i++)
		if (strcmp(l->queued[i].role, q->role) == 0 &&
		    strcmp(l->queued[i].who, q->name) == 0 &&
		    l->queued[i].at > n)
			n = l->queued[i].at;
	return n;
}

static void compare(struct life *l, struct rng *rng, struct wall now)
{
	const char *name = world_one(rng, world_people, WORLD_PEOPLE);
	struct fact_question q = { .fact = (enum fact)rng_below(rng, 4),
		.role = "",
		.ticket_id =
		    rng_between(rng, 0, (int64_t)simulation_count(l->s) + 1) };

	q.since = wall_plus(now, -rng_between(rng, 0, 9 * HOUR_MS));
	q.until = wall_plus(now, -rng_between(rng, -HOUR_MS, 2 * HOUR_MS));
	if (q.fact == FACT_CUSTOMER_TICKETS)
		name = world_one(rng, world_customers, 3);
	if (q.fact == FACT_SIMILAR_TICKETS)
		name = world_one(rng, world_categories, WORLD_CATEGORIES);
	if (q.fact == FACT_PICKED_AT)
		q.role =
		    rng_one_in(rng, 2) ? "assign front" : "assign the back";
	q.name = name;
	ck_assert_int_eq(facts_ask(simulation_known(l->s), &q), naive(l, &q));
}

static void live(struct rng *rng)
{
	struct matrix *m = world_matrix(rng);
	struct life l = { .arena = ARENA_INIT };
	struct simulation_hooks hooks = { .user = &l, .decided = note };
	struct wall now = wall_at(INT64_C(1767600000000));
	size_t silent = rng_below(rng, EVENTS); /* before the first question */

	if (rng_one_in(rng, 2)) /* nothing asks but this test */
		for (int i = 0; i < WORLD_TEAMS; i++)
			m->teams[i].assign = ASSIGN_NONE;
	l.s = simulation_new(m, &hooks);
	for (size_t i = 0; i < EVENTS; i++) {
		struct event ev = { .id = NULL };
		char key[16];

		snprintf(key, sizeof key, "z:%u",
		    (unsigned)rng_below(rng, EVENTS / 4));
		now = wall_plus(now, rng_between(rng, 0, 20 * MINUTE_MS));
		world_event(rng, &ev, key, simulation_find(l.s, key) == NULL);
		ev.at = rng_one_in(rng, 5)
			    ? wall_plus(now, -rng_between(rng, 0, HOUR_MS))
			    : now;
		simulation_event(l.s, &ev);
		for (int k = 0; k < 8 && i >= silent; k++)
			compare(&l, rng, now);
	}
	simulation_free(l.s);
	arena_fini(&l.arena);
	matrix_free(m);
}

START_TEST(test_simulation_counts_like_a_fool)
{
	struct rng rng = rng_seeded("test_facts");

	for (int i = 0; i < LIVES; i++)
		live(&rng);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("facts");
	TCase *tc = tcase_create("facts");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, test_none);
	tcase_add_test(tc, test_asked_once_and_recorded);
	tcase_add_test(tc, test_replayed);
	tcase_add_test(tc, test_names_cannot_break_it);
	tcase_add_test(tc, test_simulation_counts_like_a_fool);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
