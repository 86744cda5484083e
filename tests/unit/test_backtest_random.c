/* test_backtest_random.c - does somebody who keeps every row count the same?
 *
 * Random tickets live in a matrix with something of everything; some of what
 * they hear is told late.  The oracle keeps all that was decided, and counts at
 * the end by looking at each thing from its beginning: each cycle, each run,
 * each notice, each hour.  A second backtest has every ticket that is over put
 * away as bytes and brought back, and must have the same numbers.
 *
 * SPDX-License-Identifier: MIT */
#include "core/backtest.h"
#include "core/simulation.h"
#include "lib/backtest_oracle.h"
#include "lib/explain_world.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 60
#define EVENTS 250

#define MONDAY_MS INT64_C(1767571200000) /* 2026-01-05T00:00:00Z */

struct world {
	struct matrix *m;
	struct rng *rng;
	struct oracle o;
	struct backtest *whole;
	struct backtest *put_away;
	struct textbuf away[ORACLE_TICKETS + 1]; /* what is kept, by id */
	bool is_away[ORACLE_TICKETS + 1];
};

/* --- the hooks ------------------------------------------------------------ */

/* As with a shelf: away while it is over, back before something happens. */
static void second(struct world *w, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d)
{
	size_t id = (size_t)t->id;
	bool known = id <= ORACLE_TICKETS;

	if (known && w->is_away[id]) {
		backtest_returns(
		    w->put_away, t, w->away[id].data, w->away[id].len);
		textbuf_clear(&w->away[id]);
		w->is_away[id] = false;
	}
	backtest_decided(w->put_away, t, ev, now, d);
	if (known && d->verdict == VERDICT_ACCEPTED && ticket_is_over(t) &&
	    rng_below(w->rng, 2) == 0) {
		backtest_leaves(w->put_away, t, &w->away[id]);
		w->is_away[id] = true;
	}
}

static void decided(void *user, const struct ticket *t, const struct event *ev,
    struct wall now, const struct decision *d)
{
	struct world *w = user;

	backtest_decided(w->whole, t, ev, now, d);
	second(w, t, ev, now, d);
	if (d->verdict == VERDICT_ACCEPTED)
		oracle_keep(&w->o, t, ev, now, d);
	else if (!wall_before(now, w->o.since))
		w->o.refused++;
}

/* --- what happens --------------------------------------------------------- */

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

static void random_comment(struct rng *r, struct event *ev)
{
	ev->type = EVENT_COMMENT;
	ev->author =
	    rng_below(r, 2) ? AUTHOR_AGENT : (enum author)rng_below(r, 4);
	ev->is_public = rng_below(r, 4) > 0;
}

static void random_deed(struct rng *r, struct event *ev)
{
	switch (rng_below(r, 9)) {
	case 0:
	case 1:
	case 2:
		ev->type = EVENT_STATUS;
		ev->fields.status = (enum status)rng_below(r, STATUS_COUNT);
		break;
	case 3:
		ev->type = EVENT_ACKNOWLEDGED;
		break;
	case 4:
		ev->type = EVENT_SNOOZED;
		ev->until = wall_plus(ev->at, 40 * MINUTE_MS);
		break;
	case 5:
		ev->type = EVENT_ESCALATED;
		ev->chain = rng_below(r, 2) ? "hard" : "soft";
		break;
	case 6:
		random_comment(r, ev);
		break;
	default:
		random_update(r, ev);
		break;
	}
}

static void happen(struct world *w, struct simulation *s, size_t *tickets)
{
	struct event ev = { .by = "dana" };
	char key[16];
	struct textbuf tb;
	size_t number = *tickets;

	if (*tickets == 0 ||
	    (*tickets < ORACLE_TICKETS && rng_below(w->rng, 6) == 0))
		number = ++*tickets;
	else
		number = 1 + rng_below(w->rng, *tickets);
	textbuf_init_fixed(&tb, key, sizeof key);
	textbuf_addf(&tb, "t:%zu", number);
	ev.ticket = key;
	ev.at = wall_plus(
	    simulation_now(s), rng_between(w->rng, 0, 30 * MINUTE_MS));
	if (rng_one_in(w->rng, 5)) /* told late */
		ev.at = wall_plus(
		    simulation_now(s), -rng_between(w->rng, 1, 2 * HOUR_MS));
	if (simulation_find(s, key) == NULL) {
		random_update(w->rng, &ev);
		ev.type = EVENT_CREATED;
	} else {
		random_deed(w->rng, &ev);
	}
	simulation_event(s, &ev);
}

/* --- the rounds ----------------------------------------------------------- */

static void same_lists(const struct backtest *a, const struct backtest *b)
{
	ck_assert_uint_eq(a->nclocks, b->nclocks);
	for (size_t i = 0; i < a->nclocks; i++)
		ck_assert_mem_eq(
		    &a->clocks[i], &b->clocks[i], sizeof *a->clocks);
	for (size_t i = 0; i < a->npolicies; i++)
		ck_assert_uint_eq(a->policies[i].times, b->policies[i].times);
	for (size_t i = 0; i < a->ntargets; i++)
		ck_assert_uint_eq(a->targets[i].times, b->targets[i].times);
	for (size_t i = 0; i < a->nseverities; i++)
		ck_assert_uint_eq(
		    a->severities[i].tickets, b->severities[i].tickets);
	for (size_t i = 0; i < a->nchains; i++) {
		const struct backtest_chain *c = &a->chains[i];
		const struct backtest_chain *d = &b->chains[i];

		ck_assert_uint_eq(c->tickets, d->tickets);
		ck_assert_uint_eq(c->runs, d->runs);
		ck_assert_uint_eq(c->acked, d->acked);
		ck_assert_uint_eq(c->over, d->over);
		for (size_t k = 0; k < c->nsteps; k++)
			ck_assert_uint_eq(
			    c->steps[k].answered, d->steps[k].answered);
	}
}

static void same(const struct backtest *a, const struct backtest *b)
{
	same_lists(a, b);
	ck_assert_uint_eq(a->tickets, b->tickets);
	ck_assert_uint_eq(a->escalated, b->escalated);
	ck_assert_uint_eq(a->warned, b->warned);
	ck_assert_uint_eq(a->breached, b->breached);
	ck_assert_uint_eq(a->open, b->open);
	ck_assert_uint_eq(a->notices, b->notices);
	ck_assert_int_eq(a->silence_from.ms, b->silence_from.ms);
	ck_assert_mem_eq(&a->history, &b->history, sizeof a->history);
}

static void round_of(struct rng *rng)
{
	static const struct backtest_missed premium = {
		.field = FIELD_CUSTOMER_TIER, .value = "premium"
	};
	struct world w = { .m = explain_matrix(false), .rng = rng };
	struct simulation_hooks hooks = { .user = &w, .decided = decided };
	struct simulation *s;
	size_t tickets = 0;

	explain_add_rules(w.m);
	w.m->owner = 0;
	w.o.m = w.m;
	w.o.since = rng_below(rng, 3) == 0
			? wall_at(0)
			: wall_at(MONDAY_MS + rng_between(rng, 0, 2 * DAY_MS));
	w.whole = backtest_new(w.m, NULL, w.o.since, &premium);
	w.put_away = backtest_new(w.m, NULL, w.o.since, &premium);
	for (size_t i = 0; i <= ORACLE_TICKETS; i++)
		textbuf_init(&w.away[i]);
	s = simulation_new(w.m, &hooks);
	simulation_advance(s, wall_at(MONDAY_MS + 8 * HOUR_MS));
	for (int i = 0; i < EVENTS; i++)
		happen(&w, s, &tickets);
	w.o.until = wall_plus(simulation_now(s), DAY_MS);
	simulation_advance(s, w.o.until);
	simulation_settle(s);
	backtest_end(w.whole, w.o.until);
	backtest_end(w.put_away, w.o.until);
	oracle_check_tickets(&w.o, w.whole);
	oracle_check_chains(&w.o, w.whole);
	oracle_check_notices(&w.o, w.whole);
	oracle_check_history(&w.o, w.whole);
	same(w.whole, w.put_away);
	simulation_free(s);
	for (size_t i = 0; i <= ORACLE_TICKETS; i++)
		textbuf_fini(&w.away[i]);
	backtest_free(w.whole);
	backtest_free(w.put_away);
	matrix_free(w.m);
	oracle_fini(&w.o);
}

START_TEST(as_the_oracle_counts)
{
	struct rng rng = rng_seeded("test_backtest_random");

	for (int i = 0; i < ROUNDS; i++)
		round_of(&rng);
}
END_TEST

/* The text with another number at that place. */
static void with_500(const char *text, size_t place, struct textbuf *out)
{
	const char *end;

	textbuf_clear(out);
	for (size_t i = 0; *text != '\0'; i++, text = end + 1) {
		end = strchr(text, ';');
		if (i == place)
			textbuf_add(out, "500");
		else
			textbuf_addn(out, text, (size_t)(end - text));
		textbuf_addc(out, ';');
	}
}

/* What the bytes are cut at, or changed into, is never believed, and never
 * read past its end. */
START_TEST(broken_bytes)
{
	struct rng rng = rng_seeded("test_backtest_random");
	struct matrix *m = explain_matrix(false);
	struct backtest *b = backtest_new(m, NULL, wall_at(0), NULL);
	struct simulation_hooks hooks = { .user = b,
		.decided = backtest_decided };
	struct simulation *s = simulation_new(m, &hooks);
	struct event ev = { .type = EVENT_CREATED, .ticket = "t:1" };
	const struct ticket *t;
	static const char sound[] =
	    "1;1;1;1;1;1;0;0;2;3;0;0;0;0;1;2;1;2;1;1;1;10;1;3;-1;0;0;0;1;1;1;"
	    "0;1;0;1;7;";
	/* Any number will do for: breaches, their instants, cycle, run, step.
	 */
	static const char any[] = { 10, 11, 12, 13, 22, 27, 29, 31, 35, 0 };
	struct textbuf whole, again, changed;

	textbuf_init(&changed);
	textbuf_init(&whole);
	textbuf_init(&again);
	ev.at = wall_at(MONDAY_MS);
	ev.fields.set = FIELD_BIT(FIELD_SEVERITY);
	ev.fields.text[FIELD_SEVERITY] = "P1";
	simulation_event(s, &ev);
	simulation_advance(s, wall_at(MONDAY_MS + DAY_MS));
	t = simulation_find(s, "t:1");
	backtest_leaves(b, t, &whole);
	ck_assert_uint_gt(whole.len, 0);
	for (size_t i = 0; i < 20000; i++) {
		size_t len = rng_below(&rng, whole.len);
		char *copy = malloc(len == 0 ? 1 : len);

		memcpy(copy, whole.data, len);
		if (len > 0 && rng_one_in(&rng, 2))
			copy[rng_below(&rng, len)] =
			    "-9;x\0"[rng_below(&rng, 5)];
		backtest_returns(b, t, copy, len);
		textbuf_clear(&again);
		backtest_leaves(b, t, &again);
		free(copy);
	}
	backtest_returns(b, t, sound, strlen(sound));
	textbuf_clear(&again);
	backtest_leaves(b, t, &again);
	ck_assert_str_eq(again.data, sound);
	for (size_t i = 1; i < 36; i++) {
		with_500(sound, i, &changed);
		backtest_returns(b, t, changed.data, changed.len);
		textbuf_clear(&again);
		backtest_leaves(b, t, &again);
		ck_assert_msg((again.len > 0) == (strchr(any, (int)i) != NULL),
		    "%zu: %s", i, changed.data);
	}
	textbuf_fini(&changed);
	backtest_returns(b, t, whole.data, whole.len);
	textbuf_clear(&again);
	backtest_leaves(b, t, &again);
	ck_assert_str_eq(again.data, whole.data);
	textbuf_fini(&whole);
	textbuf_fini(&again);
	simulation_free(s);
	backtest_free(b);
	matrix_free(m);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("backtest_random");
	TCase *tc = tcase_create("backtest_random");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, as_the_oracle_counts);
	tcase_add_test(tc, broken_bytes);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
