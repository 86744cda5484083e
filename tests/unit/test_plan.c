/* test_plan.c - does a plan say what a new matrix then does?
 *
 * A desk lives at random; a plan is made of copies of its tickets, and then the
 * matrix is changed: what followed is what was planned.  And the guard, and
 * what is kept of many.
 *
 * SPDX-License-Identifier: MIT */
#include "core/plan.h"

#include "lib/desk.h"

#include <check.h>
#include <string.h>

#define DESKS 60

/* What a revision did. */
struct done {
	bool revising;
	struct plan_totals n;
	struct hearing told;
};

static void count_notices(struct done *x, const struct ticket *t,
    const struct event *ev, struct wall now)
{
	for (size_t i = 0; i < t->nnotices; i++) {
		const struct notice *n = &t->notices[i];

		if (n->state != NOTICE_PENDING || n->attempts > 0 ||
		    wall_before(n->at, now) || ev->type != EVENT_REVISED)
			continue;
		if (wall_before(now, n->free_at)) {
			x->n.held++;
		} else {
			x->n.notices++;
			hearing_add(&x->told, n, now);
		}
	}
}

static void decided(void *user, const struct ticket *t, const struct event *ev,
    struct wall now, const struct decision *d)
{
	struct done *x = user;

	if (!x->revising || ev->type != EVENT_REVISED)
		return;
	for (size_t i = 0; i < d->nchanges; i++) {
		enum change_kind kind = d->changes[i].kind;

		x->n.breaches += kind == CHANGE_CLOCK_BREACHED;
		x->n.warnings += kind == CHANGE_CLOCK_WARNED;
		x->n.started += kind == CHANGE_CLOCK_STARTED;
		x->n.cancelled += kind == CHANGE_CLOCK_CANCELLED;
		x->n.paused += kind == CHANGE_CLOCK_PAUSED;
		x->n.resumed += kind == CHANGE_CLOCK_RESUMED;
		x->n.chains += kind == CHANGE_CHAIN_STARTED;
		x->n.policies +=
		    kind == CHANGE_POLICY || kind == CHANGE_NO_POLICY;
		x->n.unwatched += kind == CHANGE_NO_POLICY;
	}
	count_notices(x, t, ev, now);
}

/* --- dues before and after ------------------------------------------------ */

struct due {
	int64_t ticket;
	const char *kind;
	int cycle;
	struct wall at;
};

struct dues {
	struct due at[DESK_TICKETS * 16];
	size_t count;
};

static void note_dues(const struct simulation *s, struct dues *out)
{
	out->count = 0;
	for (size_t i = 0; i < simulation_count(s); i++) {
		const struct ticket *t = simulation_ticket(s, i);

		for (size_t k = 0; k < t->nclocks; k++)
			if (!clock_state_is_final(t->clocks[k].state))
				out->at[out->count++] = (struct due){ t->id,
					t->clocks[k].kind, t->clocks[k].cycle,
					t->clocks[k].due };
	}
}

static void compare_dues(
    const struct dues *was, const struct dues *is, struct plan_totals *n)
{
	for (size_t i = 0; i < was->count; i++)
		for (size_t k = 0; k < is->count; k++) {
			const struct due *a = &was->at[i];
			const struct due *b = &is->at[k];

			if (a->ticket != b->ticket || a->cycle != b->cycle ||
			    strcmp(a->kind, b->kind) != 0 ||
			    wall_is_never(a->at) || wall_is_never(b->at) ||
			    wall_same(a->at, b->at))
				continue;
			n->moved++;
			n->earlier += wall_before(b->at, a->at);
			n->later += wall_before(a->at, b->at);
		}
}

/* --- the two -------------------------------------------------------------- */

static void make_plan(struct plan *p, struct simulation *s)
{
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < simulation_count(s); i++) {
		const struct ticket *t = simulation_ticket(s, i);
		struct ticket copy;

		if (ticket_is_over(t))
			continue;
		desk_copy(t, &arena, &copy);
		plan_ticket(p, &copy);
	}
	plan_finish(p);
	arena_fini(&arena);
}

static void check_lists(const struct plan *p)
{
	ck_assert_uint_eq(p->moves.count, (size_t)p->totals.moved);
	ck_assert_uint_eq(p->breaches.count, (size_t)p->totals.breaches);
	for (size_t i = 1; i < p->breaches.count; i++)
		ck_assert_int_le(p->breaches.items[i - 1]->due.ms,
		    p->breaches.items[i]->due.ms);
	for (size_t i = 0; i < p->breaches.count; i++)
		ck_assert_int_le(p->breaches.items[i]->due.ms, p->now.ms);
}

static void check_told(struct plan *p, struct done *x)
{
	size_t count;
	struct hearer *people = hearing_people(&x->told, &count);

	ck_assert_int_eq(p->told.total, x->told.total);
	ck_assert_uint_eq(p->npeople, count);
	for (size_t i = 0; i < count; i++) {
		ck_assert_str_eq(p->people[i].who, people[i].who);
		ck_assert_str_eq(p->people[i].channel, people[i].channel);
		ck_assert_int_eq(p->people[i].count, people[i].count);
		ck_assert_uint_eq(p->people[i].nitems, people[i].nitems);
	}
}

static void check_totals(
    const struct plan_totals *p, const struct plan_totals *n)
{
	ck_assert_int_eq(p->moved, n->moved);
	ck_assert_int_eq(p->earlier, n->earlier);
	ck_assert_int_eq(p->later, n->later);
	ck_assert_int_eq(p->breaches, n->breaches);
	ck_assert_int_eq(p->warnings, n->warnings);
	ck_assert_int_eq(p->started, n->started);
	ck_assert_int_eq(p->cancelled, n->cancelled);
	ck_assert_int_eq(p->paused, n->paused);
	ck_assert_int_eq(p->resumed, n->resumed);
	ck_assert_int_eq(p->chains, n->chains);
	ck_assert_int_eq(p->policies, n->policies);
	ck_assert_int_eq(p->unwatched, n->unwatched);
	ck_assert_int_eq(p->notices, n->notices);
	ck_assert_int_eq(p->held, n->held);
}

static void one_desk(struct rng *rng, struct plan_totals *sum)
{
	struct done x = { .revising = false };
	const struct simulation_hooks hooks = { .user = &x,
		.decided = decided };
	struct matrix *from = explain_matrix(false);
	struct matrix *to = explain_matrix(true);
	struct simulation *s = simulation_new(from, &hooks);
	struct dues was, is;
	struct plan p;

	hearing_init(&x.told);
	desk_live(s, rng);
	to->previous = from;
	note_dues(s, &was);
	plan_init(&p, from, to, simulation_known(s), simulation_now(s));
	make_plan(&p, s);
	note_dues(s, &is);
	ck_assert_uint_eq(was.count, is.count);
	x.revising = true;
	simulation_revise(s, to);
	note_dues(s, &is);
	compare_dues(&was, &is, &x.n);
	check_totals(&p.totals, &x.n);
	check_lists(&p);
	check_told(&p, &x);
	sum->moved += x.n.moved;
	sum->breaches += x.n.breaches;
	sum->notices += x.n.notices;
	plan_fini(&p);
	hearing_fini(&x.told);
	simulation_free(s);
	matrix_free(from);
	matrix_free(to);
}

START_TEST(test_plan_is_what_happens)
{
	struct rng rng = rng_seeded("test_plan");
	struct plan_totals sum = { .moved = 0 };

	for (int i = 0; i < DESKS; i++)
		one_desk(&rng, &sum);
	printf("planned: %lld moves, %lld breaches, %lld notices\n",
	    (long long)sum.moved, (long long)sum.breaches,
	    (long long)sum.notices);
	ck_assert_int_gt(sum.moved, DESKS);
	ck_assert_int_gt(sum.breaches, 0);
	ck_assert_int_gt(sum.notices, 0);
}
END_TEST

/* --- the guard ------------------------------------------------------------ */

static void guard(int breaches, int notices, const char *why)
{
	struct matrix *m = matrix_new();
	struct errtext err;
	struct plan p;

	m->guard = (struct guard){ 10, 25 };
	plan_init(&p, m, m, &facts_none, wall_at(0));
	p.totals.breaches = breaches;
	p.totals.notices = notices;
	ck_assert_int_eq(plan_refused(&p, &err), why[0] != '\0');
	ck_assert_str_eq(err.text, why);
	plan_fini(&p);
	matrix_free(m);
}

START_TEST(test_guard)
{
	guard(10, 25, "");
	guard(0, 0, "");
	guard(11, 25,
	    "11 clocks would breach at once, matrix.guard.breaches is 10");
	guard(
	    10, 26, "26 notices would go at once, matrix.guard.notices is 25");
	guard(11, 26,
	    "11 clocks would breach at once, matrix.guard.breaches is 10; "
	    "26 notices would go at once, matrix.guard.notices is 25");
}
END_TEST

/* --- of many, the worst --------------------------------------------------- */

/* One clock that runs; the new matrix gives it a target of its own. */
static void many(struct rng *rng, struct plan *p)
{
	struct arena arena = ARENA_INIT;
	const struct event created = { .type = EVENT_CREATED,
		.ticket = "t:1",
		.at = wall_at(DESK_MONDAY_MS),
		.author = AUTHOR_CUSTOMER,
		.fields = { .set = FIELD_BIT(FIELD_SEVERITY),
		    .text = { [FIELD_SEVERITY] = "P1" } },
		.until = WALL_NEVER,
		.due = WALL_NEVER,
		.again_at = WALL_NEVER };

	for (int i = 0; i < 3 * PLAN_LIST_MAX; i++) {
		struct event ev = created;
		struct decision d;
		struct ticket t;
		char key[32];

		arena_reset(&arena);
		snprintf(key, sizeof key, "t:%d", i);
		ev.ticket = key;
		ticket_init(&t, &arena, key);
		t.id = i + 1;
		ev.at = wall_plus(ev.at, rng_between(rng, 0, HOUR_MS));
		decide(p->from, &facts_none, &t, &ev, ev.at, &d);
		for (size_t n = 0; n < t.nnotices; n++)
			t.notices[n].id = (int64_t)n + 1;
		plan_ticket(p, &t);
	}
	arena_fini(&arena);
}

START_TEST(test_the_worst_are_kept)
{
	struct rng rng = rng_seeded("test_plan");
	struct matrix *from = explain_matrix(false);
	struct matrix *to = explain_matrix(true);
	struct plan p;

	to->previous = from;
	plan_init(&p, from, to, &facts_none, wall_at(DESK_MONDAY_MS + HOUR_MS));
	many(&rng, &p);
	plan_finish(&p);
	ck_assert_int_eq(p.totals.tickets, 3 * PLAN_LIST_MAX);
	ck_assert_int_ge(p.totals.moved, 3 * PLAN_LIST_MAX);
	ck_assert_int_eq(p.totals.moved, p.totals.earlier + p.totals.later);
	ck_assert_uint_eq(p.moves.count, PLAN_LIST_MAX);
	for (size_t i = 1; i < p.moves.count; i++) {
		const struct plan_clock *a = p.moves.items[i - 1];
		const struct plan_clock *b = p.moves.items[i];
		int64_t x = wall_minus(a->due, a->was);
		int64_t y = wall_minus(b->due, b->was);

		ck_assert(x < 0 || y > 0);
		if ((x < 0) == (y < 0))
			ck_assert_int_ge(x < 0 ? -x : x, y < 0 ? -y : y);
	}
	if (p.totals.earlier > 0)
		ck_assert_int_eq(
		    wall_minus(p.moves.items[0]->was, p.moves.items[0]->due),
		    p.totals.earlier_max_ms);
	plan_fini(&p);
	matrix_free(from);
	matrix_free(to);
}
END_TEST

/* --- picks ---------------------------------------------------------------- */

static int64_t from_disk(void *user, const struct fact_question *q)
{
	(void)user;
	return q->fact == FACT_PICKED_AT ? 100 : 3;
}

START_TEST(test_what_was_decided_counts)
{
	const struct facts disk = { .duty = &duty_none, .answer = from_disk };
	const struct notice n = {
		.role = "one of front", .who = "dana", .at = wall_at(200)
	};
	struct fact_question picked = {
		.fact = FACT_PICKED_AT, .name = "dana", .role = "one of front"
	};
	struct fact_question open = {
		.fact = FACT_OPEN_TICKETS, .name = "dana", .role = ""
	};
	struct arena arena = ARENA_INIT;
	struct assumed a;
	struct ticket t;

	assumed_init(&a, &disk);
	ck_assert_int_eq(facts_ask(&a.facts, &picked), 100);
	assumed_note(&a, &n);
	ck_assert_int_eq(facts_ask(&a.facts, &picked), 200);
	picked.name = "eli";
	ck_assert_int_eq(facts_ask(&a.facts, &picked), 100);
	ticket_init(&t, &arena, "t:1");
	ck_assert_str_eq(assumed_counted(&t), "");
	t.suggested_to = "dana";
	assumed_moved(&a, "", &t);
	ck_assert_int_eq(facts_ask(&a.facts, &open), 4);
	t.suggested_to = "eli";
	assumed_moved(&a, "dana", &t);
	ck_assert_int_eq(facts_ask(&a.facts, &open), 3);
	open.name = "eli";
	ck_assert_int_eq(facts_ask(&a.facts, &open), 4);
	t.fields.text[FIELD_ASSIGNEE] = "mara";
	ck_assert_str_eq(assumed_counted(&t), "mara");
	t.fields.status = STATUS_SOLVED;
	ck_assert_str_eq(assumed_counted(&t), "");
	assumed_fini(&a);
	arena_fini(&arena);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("plan");
	TCase *tc = tcase_create("plan");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 0);
	tcase_add_test(tc, test_plan_is_what_happens);
	tcase_add_test(tc, test_guard);
	tcase_add_test(tc, test_the_worst_are_kept);
	tcase_add_test(tc, test_what_was_decided_counts);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
