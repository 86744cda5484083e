/* test_simulation_facts.c - counting tickets that are put away and forgotten.
 *
 * Against a naive count over all tickets there ever were; what is kept does
 * not grow with their number.
 *
 * SPDX-License-Identifier: MIT */
#include "core/simulation_facts.h"

#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 6000, LIVELY = 40, NAMES = 10 };

/* A ticket: in memory, or put away. */
struct one {
	struct ticket t;
	struct counted counted;
	bool away;
};

static struct rng rng;
static struct simulation_facts facts;
static struct one all[ROUNDS];
static size_t count;
static struct wall now;
static char names[ROUNDS][24];
static size_t begun;

static void setup(void)
{
	simulation_facts_init(&facts);
	memset(all, 0, sizeof all);
	count = begun = 0;
	now = wall_at(INT64_C(1767600000000));
	for (int i = 0; i < ROUNDS; i++)
		snprintf(names[i], sizeof names[i], "customer %d", i);
}

static void teardown(void)
{
	simulation_facts_fini(&facts);
}

/* One of the latest names: customers come and go. */
static const char *some_name(void)
{
	return names[count / 10 + rng_below(&rng, NAMES)];
}

static struct one *some_ticket(void)
{
	size_t few = count < LIVELY ? count : LIVELY;
	size_t back = rng_one_in(&rng, 20) ? rng_below(&rng, count)
					   : rng_below(&rng, few);

	return &all[count - 1 - back];
}

static void change(struct ticket *t)
{
	t->fields.text[FIELD_CUSTOMER_ID] = some_name();
	t->fields.text[FIELD_CATEGORY] =
	    rng_one_in(&rng, 4) ? NULL : some_name();
	t->fields.text[FIELD_ASSIGNEE] =
	    rng_one_in(&rng, 2) ? NULL : some_name();
	t->suggested_to = rng_one_in(&rng, 2) ? "" : some_name();
	t->fields.status = rng_one_in(&rng, 2) ? STATUS_OPEN : STATUS_SOLVED;
	t->deleted = rng_one_in(&rng, 9);
	t->merged_into = rng_one_in(&rng, 9) ? "z:1" : "";
	if (rng_one_in(&rng, 9)) /* told late */
		t->created = wall_plus(now, -rng_between(&rng, 0, 9 * DAY_MS));
}

static void back(struct one *o)
{
	if (o->away)
		simulation_facts_return(&facts, &o->t, &o->counted);
	o->away = false;
}

static void happen(void)
{
	struct one *o = &all[count];

	if (count == 0 || rng_one_in(&rng, 3)) {
		o->t.id = (int64_t)++count;
		o->t.created = now;
	} else {
		o = some_ticket();
	}
	back(o);
	change(&o->t);
	simulation_facts_keep(&facts, &o->t, &o->counted);
	if (rng_one_in(&rng, 4))
		facts.items_max = 1;
	simulation_facts_forget(&facts, now);
}

static void put_away(void)
{
	struct one *o = some_ticket();

	if (o->away)
		return;
	simulation_facts_leave(&facts, &o->counted);
	o->away = true;
}

static void count_all(void)
{
	begun++;
	simulation_facts_begin(&facts, now);
	for (size_t i = 0; i < count; i++) {
		all[i].counted = (struct counted){ .of = { 0 } };
		simulation_facts_keep(&facts, &all[i].t, &all[i].counted);
		if (all[i].away)
			simulation_facts_leave(&facts, &all[i].counted);
	}
}

static bool counts(const struct ticket *t, const struct fact_question *q)
{
	const char *of = t->fields.text[FIELD_ASSIGNEE];

	if (t->deleted || *t->merged_into != '\0' || t->id == q->ticket_id)
		return false;
	if (q->fact == FACT_CUSTOMER_TICKETS)
		of = t->fields.text[FIELD_CUSTOMER_ID];
	else if (q->fact == FACT_SIMILAR_TICKETS)
		of = t->fields.text[FIELD_CATEGORY];
	else if (ticket_is_over(t))
		return false;
	else if (of == NULL)
		of = t->suggested_to;
	if (of == NULL || strcmp(of, q->name) != 0)
		return false;
	return q->fact == FACT_OPEN_TICKETS ||
	       (wall_before(q->since, t->created) &&
		   !wall_before(q->until, t->created));
}

static void ask(int64_t longest_ms)
{
	struct one *o = some_ticket();
	struct fact_question q = { .fact = (enum fact)rng_below(&rng, 3),
		.name = some_name(),
		.role = "",
		.ticket_id = o->away ? 0 : o->t.id };
	int64_t n = 0;

	q.until = wall_plus(now, -rng_between(&rng, 0, HOUR_MS));
	q.since = wall_plus(q.until, -rng_between(&rng, -HOUR_MS, longest_ms));
	for (size_t i = 0; i < count; i++)
		n += counts(&all[i].t, &q);
	if (!simulation_facts_ready(&facts, &q, now))
		count_all();
	REQUIRE(simulation_facts_ready(&facts, &q, now));
	REQUIRE(simulation_facts_answer(
		    &facts, &q, o->away ? NULL : &o->counted) == n);
}

static size_t tallies_in_use(void)
{
	size_t n = 0;

	for (size_t i = 0; i < facts.ntallies; i++)
		n += facts.tallies[i].name != NULL;
	return n;
}

START_TEST(counts_like_a_fool)
{
	int64_t longest_ms = DAY_MS;

	for (int i = 0; i < ROUNDS; i++) {
		now = wall_plus(now, rng_between(&rng, 0, HOUR_MS));
		happen();
		for (int k = rng_one_in(&rng, 2); k > 0; k--)
			put_away();
		if (i == ROUNDS / 2)
			longest_ms = 8 * DAY_MS;
		if (i > 100 && rng_one_in(&rng, 2))
			ask(longest_ms);
	}
	ck_assert_uint_ge(begun, 2);
	ck_assert_uint_le(begun, 20);
}
END_TEST

/* Years of tickets that all are put away. */
START_TEST(memory_depends_on_the_window)
{
	size_t most = 0;
	size_t tallies = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct one *o = &all[count];

		now = wall_plus(now, HOUR_MS);
		o->t = (struct ticket){ .id = (int64_t)++count,
			.created = now,
			.suggested_to = "",
			.merged_into = "",
			.fields.text = { [FIELD_CUSTOMER_ID] = names[i] } };
		o->t.fields.status = STATUS_CLOSED;
		simulation_facts_keep(&facts, &o->t, &o->counted);
		if (i > 10)
			ask(2 * DAY_MS);
		simulation_facts_leave(&facts, &o->counted);
		o->away = true;
		if (facts.items > 200)
			facts.items_max = 1;
		simulation_facts_forget(&facts, now);
		most = facts.items > most ? facts.items : most;
		tallies = facts.ntallies > tallies ? facts.ntallies : tallies;
	}
	ck_assert_uint_lt(most, 300);
	ck_assert_uint_lt(tallies, 300);
	ck_assert_uint_lt(tallies_in_use(), 300);
	ck_assert_uint_le(begun, 20);
}
END_TEST

START_TEST(old_ones_are_looked_for_when_there_are_many)
{
	struct fact_question q = {
		.fact = FACT_CUSTOMER_TICKETS, .name = "x", .role = ""
	};
	size_t most = 0;

	q.since = wall_plus(now, -HOUR_MS);
	q.until = now;
	REQUIRE(!simulation_facts_ready(&facts, &q, now));
	simulation_facts_begin(&facts, now);
	for (int i = 0; i < 100000; i++) {
		struct counted c = { .of = { 0 } };
		struct ticket t = { .created = now,
			.suggested_to = "",
			.merged_into = "",
			.fields.text = { [FIELD_CUSTOMER_ID] = "x" } };

		simulation_facts_keep(&facts, &t, &c);
		simulation_facts_leave(&facts, &c);
		simulation_facts_forget(&facts, now);
		most = facts.items > most ? facts.items : most;
		now = wall_plus(now, MINUTE_MS);
	}
	ck_assert_uint_lt(most, 10000);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("simulation_facts");
	TCase *tc = tcase_create("simulation_facts");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, counts_like_a_fool);
	tcase_add_test(tc, memory_depends_on_the_window);
	tcase_add_test(tc, old_ones_are_looked_for_when_there_are_many);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_simulation_facts");
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
