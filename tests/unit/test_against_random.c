/* test_against_random.c - what must hold of any difference?
 *
 * Random lives under two matrices: one against itself differs in nothing,
 * swapping the two swaps all that is told, and all of it together is what each
 * side counted by itself.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/against_world.h"
#include "lib/rng.h"

enum { ROUNDS = 40, EVENTS = 60, TICKETS = 8 };

static const char *const matrices[] = { STANDARD, LONGER, SOONER, ROOMS,
	ONLY_P1 };
#define MATRICES (sizeof matrices / sizeof *matrices)

static void random_fields(struct rng *rng, struct event *ev)
{
	static const char *const severities[] = { "P1", "P2", "P9" };

	ev->fields.set = FIELD_BIT(FIELD_SEVERITY);
	ev->fields.text[FIELD_SEVERITY] = severities[rng_below(rng, 12) / 5];
}

static void random_event(
    struct rng *rng, struct pair *p, struct wall *now, int i)
{
	static const enum event_type types[] = { EVENT_CREATED, EVENT_CREATED,
		EVENT_UPDATED, EVENT_COMMENT, EVENT_COMMENT, EVENT_STATUS,
		EVENT_ACKNOWLEDGED };
	struct textbuf text;
	struct event ev = { .by = "dana", .text = "hello" };

	*now = wall_plus(*now, rng_between(rng, 0, 40 * MINUTE_MS));
	ev.at = *now;
	ev.type = types[rng_below(rng, sizeof types / sizeof *types)];
	textbuf_init(&text);
	textbuf_addf(&text, "t:%d", (int)rng_below(rng, TICKETS));
	ev.ticket = arena_strdup(&p->arena, text.data);
	textbuf_clear(&text);
	textbuf_addf(&text, "e%d", i);
	ev.id = arena_strdup(&p->arena, text.data);
	textbuf_fini(&text);
	ev.body = "{}";
	if (ev.type == EVENT_CREATED || ev.type == EVENT_UPDATED)
		random_fields(rng, &ev);
	if (ev.type == EVENT_STATUS) {
		ev.fields.set = FIELD_BIT(FIELD_STATUS);
		ev.fields.status =
		    (enum status)rng_below(rng, STATUS_SOLVED + 1);
	}
	ev.author = rng_below(rng, 2) == 0 ? AUTHOR_CUSTOMER : AUTHOR_AGENT;
	ev.is_public = true;
	ev.until = ev.due = WALL_NEVER;
	tell(p, &ev);
}

static void live(struct pair *p, uint64_t seed, const char *old,
    const char *new_one, struct wall since)
{
	struct rng rng = { seed };
	struct wall now = instant("2026-01-05T09:00:00Z");

	pair_init(p, old, new_one, since);
	for (int i = 0; i < EVENTS; i++)
		random_event(&rng, p, &now, i);
	end(p, wall_plus(now, 5 * HOUR_MS));
}

START_TEST(against_itself)
{
	struct rng rng = rng_seeded("test_against");

	for (int i = 0; i < ROUNDS; i++) {
		const char *m = matrices[rng_below(&rng, MATRICES)];
		const struct against_totals *t;
		struct pair p;

		live(&p, rng_u64(&rng), m, m, wall_at(0));
		t = against_totals(p.against);
		ck_assert_uint_gt(t->tickets, 0);
		ck_assert_uint_eq(t->differ, 0);
		ck_assert_uint_eq(t->appear + t->vanish + t->moved, 0);
		ck_assert_uint_eq(t->same, p.counted[AGAINST_NEW]->notices);
		ck_assert_uint_eq(t->due_appear + t->due_vanish, 0);
		ck_assert_uint_eq(t->earlier.count + t->later.count, 0);
		pair_fini(&p);
	}
}
END_TEST

/* A ticket in words of which side is called the first. */
struct telling_of {
	struct textbuf out;
	int first; /* side */
};

static void put_sides(struct telling_of *o, int64_t old, int64_t new_one)
{
	int64_t of[] = { old, new_one };

	textbuf_addf(&o->out, " %lld/%lld", (long long)of[o->first],
	    (long long)of[1 - o->first]);
}

static void put_ticket(void *user, const struct against_ticket *t)
{
	struct telling_of *o = user;

	textbuf_addf(&o->out, "%s %zu %s/%s", t->key, t->weight,
	    t->severity[o->first], t->severity[1 - o->first]);
	put_sides(o, (int64_t)t->refused[0], (int64_t)t->refused[1]);
	textbuf_addf(&o->out, " %s/%s", t->why[o->first], t->why[1 - o->first]);
	for (size_t i = 0; i < t->ndues; i++) {
		const struct against_due *d = &t->dues[i];

		textbuf_addf(&o->out, "\n  %s#%d", d->clock, d->cycle);
		put_sides(o, d->due[0].ms, d->due[1].ms);
		put_sides(o, d->breached[0], d->breached[1]);
	}
	for (size_t i = 0; i < t->nnotices; i++) {
		const struct against_notice *n = &t->notices[i];

		textbuf_addf(&o->out, "\n  %s %s#%d %s.%d.%d.%d %s %s",
		    notice_reason_name(n->reason), n->clock, n->cycle, n->chain,
		    n->step, n->round, n->nth, n->who, n->channel);
		put_sides(o, n->at[0].ms, n->at[1].ms);
	}
	textbuf_addc(&o->out, '\n');
}

static void same_spread(const struct spread *a, const struct spread *b)
{
	ck_assert_mem_eq(a, b, sizeof *a);
}

static void mirrored(const struct pair *p, const struct pair *q)
{
	const struct against_totals *a = against_totals(p->against);
	const struct against_totals *b = against_totals(q->against);
	struct telling_of there = { .first = AGAINST_OLD };
	struct telling_of back = { .first = AGAINST_NEW };

	ck_assert_uint_eq(a->tickets, b->tickets);
	ck_assert_uint_eq(a->differ, b->differ);
	ck_assert_uint_eq(a->appear, b->vanish);
	ck_assert_uint_eq(a->vanish, b->appear);
	ck_assert_uint_eq(a->moved, b->moved);
	ck_assert_uint_eq(a->same, b->same);
	ck_assert_uint_eq(a->breaches[0], b->breaches[1]);
	ck_assert_uint_eq(a->breaches_appear, b->breaches_vanish);
	ck_assert_uint_eq(a->due_appear, b->due_vanish);
	ck_assert_uint_eq(a->due_same, b->due_same);
	ck_assert_uint_eq(a->severities, b->severities);
	ck_assert_uint_eq(a->refused, b->refused);
	same_spread(&a->earlier, &b->later);
	same_spread(&a->later, &b->earlier);
	ck_assert_uint_eq(a->npeople, b->npeople);
	for (size_t i = 0; i < a->npeople; i++) {
		ck_assert_str_eq(a->people[i].name, b->people[i].name);
		ck_assert_uint_eq(
		    a->people[i].notices[0], b->people[i].notices[1]);
		ck_assert_uint_eq(
		    a->people[i].off_hours[1], b->people[i].off_hours[0]);
	}
	textbuf_init(&there.out);
	textbuf_init(&back.out);
	against_each(p->against, put_ticket, &there);
	against_each(q->against, put_ticket, &back);
	ck_assert_str_eq(there.out.data, back.out.data);
	textbuf_fini(&there.out);
	textbuf_fini(&back.out);
}

/* What the lists say of one side is what that side alone counted. */
static void adds_up(const struct pair *p)
{
	const struct against_totals *t = against_totals(p->against);

	ck_assert_uint_eq(
	    t->same + t->moved + t->appear, p->counted[AGAINST_NEW]->notices);
	ck_assert_uint_eq(
	    t->same + t->moved + t->vanish, p->counted[AGAINST_OLD]->notices);
	for (int side = 0; side < AGAINST_SIDES; side++) {
		const struct backtest *b = p->counted[side];
		size_t standing = 0;

		for (size_t i = 0; i < b->nclocks; i++)
			standing +=
			    b->clocks[i].breached - b->clocks[i].withdrawn;
		ck_assert_uint_eq(t->breaches[side], standing);
		for (size_t i = 0; i < b->npeople; i++) {
			const struct backtest_person *of = &b->people[i];

			if (of->notices == 0)
				continue;
			ck_assert_uint_eq(of->notices,
			    count_of(t->people, t->npeople, of->name)
				->notices[side]);
			ck_assert_uint_eq(of->off_hours,
			    count_of(t->people, t->npeople, of->name)
				->off_hours[side]);
		}
	}
}

START_TEST(swapped)
{
	struct rng rng = rng_seeded("test_against");
	size_t differences = 0;

	for (int i = 0; i < ROUNDS; i++) {
		const char *a = matrices[rng_below(&rng, MATRICES)];
		const char *b = matrices[rng_below(&rng, MATRICES)];
		uint64_t seed = rng_u64(&rng);
		struct wall since = rng_below(&rng, 2) == 0
					? wall_at(0)
					: instant("2026-01-05T18:00:00Z");
		struct pair p;
		struct pair q;

		live(&p, seed, a, b, since);
		live(&q, seed, b, a, since);
		mirrored(&p, &q);
		adds_up(&p);
		differences += against_totals(p.against)->differ;
		pair_fini(&p);
		pair_fini(&q);
	}
	ck_assert_uint_gt(differences, 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("against, random");
	TCase *tc = tcase_create("against, random");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, against_itself);
	tcase_add_test(tc, swapped);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *runner = srunner_create(suite());
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
