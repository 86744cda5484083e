/* test_rules.c - rules fire when they become true, and never else.
 *
 * Random rules over random lives, one millisecond at a time: what decide()
 * fires from its instants is what a naive look at every millisecond finds,
 * whether the daemon was awake at each instant or slept until the next event.
 *
 * SPDX-License-Identifier: MIT */
#include "core/decide.h"
#include "core/match.h"
#include "core/rules.h"
#include "lib/conditions.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RULES  4
#define EVENTS 8
#define LAST   120 /* ms */
#define START  INT64_C(1767607200000)

static const char *names[RULES] = { "a", "b: c", "b", "d, e;%" };

struct firing {
	size_t rule;
	int64_t ms;
};

struct firings {
	struct firing list[RULES * LAST];
	size_t count;
};

static struct arena arena;

static struct condition random_test(struct rng *rng)
{
	static const char *teams[] = { "one", "two" };
	static const char *statuses[] = { "open", "pending" };

	if (rng_one_in(rng, 5))
		return words_test(CONDITION_TEAM, &teams[rng_below(rng, 2)], 1);
	if (rng_one_in(rng, 5))
		return words_test(
		    CONDITION_STATUS, &statuses[rng_below(rng, 2)], 1);
	return (struct condition){ .op = CONDITION_TEST,
		.field = (enum condition_field)rng_between(
		    rng, CONDITION_AGE, CONDITION_NO_WORD),
		.compare = (enum compare)rng_below(rng, COMPARE_COUNT),
		.number = rng_between(rng, 0, 40) };
}

static struct condition random_condition(struct rng *rng, int depth)
{
	struct condition c = { .op = (enum condition_op)rng_below(rng, 4) };

	if (depth == 0 || c.op == CONDITION_TEST)
		return random_test(rng);
	c.nparts = c.op == CONDITION_NOT ? 1 : 1 + (size_t)rng_below(rng, 3);
	c.parts = arena_alloc(&arena, c.nparts * sizeof *c.parts);
	for (size_t i = 0; i < c.nparts; i++)
		c.parts[i] = random_condition(rng, depth - 1);
	return c;
}

static struct matrix *random_matrix(struct rng *rng)
{
	struct matrix *m = matrix_new();

	m->revision = "one";
	m->nrules = RULES;
	m->rules = arena_alloc(&m->arena, RULES * sizeof *m->rules);
	for (size_t i = 0; i < RULES; i++) {
		m->rules[i] = (struct rule){ .name = names[i],
			.when = random_condition(rng, 2),
			.set_severity = -1,
			.raise_to = -1,
			.team = -1,
			.start = -1,
			.tags = &names[i],
			.ntags = 1 };
		if (rng_one_in(rng, 4))
			m->rules[i].valid.from =
			    wall_at(START + rng_between(rng, 0, LAST));
		if (rng_one_in(rng, 4))
			m->rules[i].valid.until =
			    wall_at(START + rng_between(rng, 1, LAST));
	}
	return m;
}

static struct event random_event(struct rng *rng, int64_t ms)
{
	struct event ev = { .at = wall_at(ms),
		.id = "x",
		.ticket = "z:1",
		.author = (enum author)rng_below(rng, AUTHOR_COUNT),
		.is_public = rng_one_in(rng, 2),
		.text = "hello" };

	ev.type = rng_one_in(rng, 2) ? EVENT_COMMENT : EVENT_STATUS;
	ev.fields.set = FIELD_BIT(FIELD_STATUS);
	ev.fields.status = rng_one_in(rng, 2) ? STATUS_OPEN : STATUS_PENDING;
	if (rng_one_in(rng, 4)) {
		ev.type = EVENT_UPDATED;
		ev.fields.set = FIELD_BIT(FIELD_TEAM);
		ev.fields.text[FIELD_TEAM] = rng_one_in(rng, 2) ? "one" : "two";
	}
	return ev;
}

/* --- as decide() has it --------------------------------------------------- */

static void take(
    struct firings *f, const struct matrix *m, const struct decision *d)
{
	for (size_t i = 0; i < d->nchanges; i++) {
		const struct change *ch = &d->changes[i];
		char before[40];

		if (ch->kind != CHANGE_RULE_FIRED)
			continue;
		for (size_t k = 0; k < m->nrules; k++) {
			snprintf(
			    before, sizeof before, "%s: ", m->rules[k].name);
			if (strncmp(ch->detail, before, strlen(before)) != 0 ||
			    (k == 2 && strncmp(ch->detail, "b: c:", 5) == 0))
				continue;
			REQUIRE(f->count < RULES * LAST);
			f->list[f->count++] =
			    (struct firing){ k, ch->at.ms - START };
		}
	}
}

static void tick(struct firings *f, const struct matrix *m, struct ticket *t,
    int64_t until, bool awake)
{
	struct event ev = { .type = EVENT_TICK };
	struct decision d;

	while (awake && t->next_due.ms < until) {
		struct wall due = ev.at = t->next_due;

		decide(m, &facts_none, t, &ev, ev.at, &d);
		take(f, m, &d);
		REQUIRE(wall_before(due, t->next_due));
	}
}

static void live(struct firings *f, const struct matrix *m,
    const struct event *events, bool awake)
{
	struct event end = { .type = EVENT_TICK, .at = wall_at(START + LAST) };
	struct ticket t;
	struct decision d;

	ticket_init(&t, &arena, "z:1");
	for (size_t i = 0; i < EVENTS; i++) {
		tick(f, m, &t, events[i].at.ms, awake && i > 0);
		decide(m, &facts_none, &t, &events[i], events[i].at, &d);
		REQUIRE(d.verdict == VERDICT_ACCEPTED);
		take(f, m, &d);
	}
	tick(f, m, &t, START + LAST, awake);
	decide(m, &facts_none, &t, &end, end.at, &d);
	take(f, m, &d);
}

/* --- as one looks at every millisecond ------------------------------------ */

static void happens(struct ticket *t, const struct event *ev)
{
	bool agent = ev->author == AUTHOR_AGENT || ev->author == AUTHOR_BOT;

	if (ev->type == EVENT_CREATED)
		t->created = ev->at;
	if (ev->type == EVENT_UPDATED)
		t->fields.text[FIELD_TEAM] = ev->fields.text[FIELD_TEAM];
	if (ev->type == EVENT_STATUS && ev->fields.status != t->fields.status) {
		struct status_change *c = arena_push(t->arena, &t->history,
		    &t->nhistory, &t->cap_history, sizeof *c);

		*c = (struct status_change){ ev->at, ev->fields.status };
		t->fields.status = ev->fields.status;
	}
	if (ev->type != EVENT_COMMENT || ev->author == AUTHOR_SYSTEM)
		return;
	t->commented_at = ev->at;
	if (ev->author == AUTHOR_CUSTOMER)
		t->said_at = ev->at;
	if (agent && ev->is_public)
		t->answered_at = ev->at;
}

static void look(struct firings *f, const struct matrix *m, struct ticket *t,
    int64_t ms, bool held[RULES])
{
	struct matching x = { .t = t,
		.facts = &facts_none,
		.at = wall_at(START + ms),
		.arena = &arena };

	for (size_t i = 0; i < m->nrules; i++) {
		bool holds = validity_holds(&m->rules[i].valid, x.at) &&
			     match_condition(&x, &m->rules[i].when);

		if (holds && !held[i])
			f->list[f->count++] = (struct firing){ i, ms };
		held[i] = holds;
	}
}

static void poll(
    struct firings *f, const struct matrix *m, const struct event *events)
{
	bool held[RULES] = { false };
	struct ticket t;
	size_t e = 0;

	ticket_init(&t, &arena, "z:1");
	for (int64_t ms = 0; ms <= LAST; ms++) {
		bool told = false;

		for (; e < EVENTS && events[e].at.ms == START + ms; e++) {
			happens(&t, &events[e]);
			look(f, m, &t, ms, held);
			told = true;
		}
		if (!told)
			look(f, m, &t, ms, held);
	}
}

static void compare(const struct firings *a, const struct firings *b)
{
	REQUIRE(a->count == b->count);
	for (size_t i = 0; i < a->count; i++)
		REQUIRE(a->list[i].rule == b->list[i].rule &&
			a->list[i].ms == b->list[i].ms);
}

START_TEST(fires_as_if_one_looked_all_the_time)
{
	struct rng rng = rng_seeded("test_rules");
	size_t fired = 0;

	for (int round = 0; round < 600; round++) {
		struct event events[EVENTS];
		struct firings awake = { .count = 0 };
		struct firings asleep = { .count = 0 };
		struct firings polled = { .count = 0 };
		struct matrix *m;
		int64_t ms = 0;

		arena_init(&arena);
		m = random_matrix(&rng);
		events[0] = (struct event){ .type = EVENT_CREATED,
			.id = "c",
			.at = wall_at(START),
			.author = AUTHOR_CUSTOMER };
		for (size_t i = 1; i < EVENTS; i++) {
			ms += rng_between(&rng, 0, LAST / EVENTS);
			events[i] = random_event(&rng, START + ms);
		}
		live(&awake, m, events, true);
		live(&asleep, m, events, false);
		poll(&polled, m, events);
		compare(&awake, &polled);
		compare(&asleep, &polled);
		fired += polled.count;
		matrix_free(m);
		arena_fini(&arena);
	}
	ck_assert_uint_gt(fired, 1000);
}
END_TEST

/* --- what is kept --------------------------------------------------------- */

START_TEST(names_of_any_kind_are_kept)
{
	struct rng rng = { 1 };
	struct event ev = {
		.type = EVENT_CREATED, .id = "c", .at = wall_at(START)
	};
	struct decision d;
	struct matrix *m;
	struct ticket t;

	arena_init(&arena);
	m = random_matrix(&rng);
	for (size_t i = 0; i < RULES; i++) {
		m->rules[i].valid = (struct validity){ { 0 }, { 0 } };
		m->rules[i].when = all_of(NULL, 0);
	}
	m->rules[2].when.op = CONDITION_ANY; /* never */
	ticket_init(&t, &arena, "z:1");
	decide(m, &facts_none, &t, &ev, ev.at, &d);
	ck_assert_str_eq(t.rules_held, "a,b:%20c,d%2C%20e%3B%25");
	ck_assert(rules_held(&t, "a") && rules_held(&t, "d, e;%"));
	ck_assert(!rules_held(&t, "b") && !rules_held(&t, "d"));
	ck_assert_uint_eq(t.fields.ntags, 3);
	matrix_free(m);
	arena_fini(&arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rules");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, fires_as_if_one_looked_all_the_time);
	tcase_add_test(tc, names_of_any_kind_are_kept);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
