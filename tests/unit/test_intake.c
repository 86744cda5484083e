/* test_intake.c - who goes into which batch, and what follows a failure?
 *
 * The commit thread and the loop are the test's own: a batch is finished, well
 * or badly, when the test says so.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/commit.h"
#include "daemon/intake.h"

#include <check.h>
#include <stdlib.h>

/* --- the world ----------------------------------------------------------- */

struct loop_poke {
	void (*fn)(void *user);
	void *user;
	bool wanted;
};

struct loop_timer {
	void (*fn)(void *user);
	void *user;
	int64_t after_ms; /* -1: not running */
};

enum { WORLD_MAX = 4 };

static struct loop_poke pokes[WORLD_MAX];
static struct loop_timer timers[WORLD_MAX];
static int npokes;
static int ntimers;
static struct batch *in_hand;
static struct batch *finished;
static int idles;

struct loop_poke *loop_poke_new(
    struct loop *l, void (*fn)(void *user), void *user)
{
	(void)l;
	pokes[npokes] = (struct loop_poke){ fn, user, false };
	return &pokes[npokes++];
}

void loop_poke(struct loop_poke *p)
{
	p->wanted = true;
}

void loop_poke_close(struct loop_poke *p)
{
	p->wanted = false;
}

struct loop_timer *loop_timer_new(
    struct loop *l, void (*fn)(void *user), void *user)
{
	(void)l;
	timers[ntimers] = (struct loop_timer){ fn, user, -1 };
	return &timers[ntimers++];
}

void loop_timer_start(struct loop_timer *t, int64_t after_ms, int64_t repeat_ms)
{
	ck_assert_int_eq(repeat_ms, 0);
	t->after_ms = after_ms;
}

void loop_timer_stop(struct loop_timer *t)
{
	t->after_ms = -1;
}

void loop_timer_close(struct loop_timer *t)
{
	t->after_ms = -1;
}

struct mono loop_mono(const struct loop *l)
{
	(void)l;
	return (struct mono){ 5 };
}

struct commit *commit_start(struct store *s, struct matrix_ref *matrix,
    struct duty_ref *duty, struct loop *loop, struct loop_poke *done)
{
	(void)duty;
	(void)s;
	(void)matrix;
	(void)loop;
	(void)done;
	return NULL;
}

void commit_hand(struct commit *c, struct batch *b)
{
	(void)c;
	ck_assert_ptr_null(in_hand);
	in_hand = b;
}

void commit_idle(struct commit *c)
{
	(void)c;
	idles++;
}

struct batch *commit_take(struct commit *c)
{
	struct batch *b = finished;

	(void)c;
	finished = NULL;
	return b;
}

void commit_stop(struct commit *c)
{
	(void)c;
}

/* --- what the test sees -------------------------------------------------- */

static struct intake *in;
static size_t reserved;
static size_t published;
static int turns;
static int told[64]; /* per item: how often its published() was called */
static enum outcome_kind last[64];

static void run_pokes(void)
{
	for (int i = 0; i < npokes; i++) {
		if (!pokes[i].wanted)
			continue;
		pokes[i].wanted = false;
		pokes[i].fn(pokes[i].user);
	}
}

static void run_timer(int64_t ms)
{
	for (int i = 0; i < ntimers; i++) {
		if (timers[i].after_ms != ms)
			continue;
		timers[i].after_ms = -1;
		timers[i].fn(timers[i].user);
		return;
	}
	ck_abort_msg("no timer of %lld ms", (long long)ms);
}

static void on_reserve(void *user, size_t n)
{
	(void)user;
	reserved = n;
}

static void on_publish(void *user, struct batch *b)
{
	(void)user;
	published += b->count;
}

static void on_turned(void *user)
{
	(void)user;
	turns++;
}

static void on_item(void *user, struct item *it)
{
	(void)user;
	told[it->index]++;
	last[it->index] = it->out.kind;
}

static struct item *item_of(enum item_kind kind, size_t index)
{
	struct item *it = kind == ITEM_INSIDE ? item_inside(EVENT_TICK,
						    (int64_t)index, wall_at(1))
					      : item_new(kind);

	it->index = index;
	it->published = on_item;
	return it;
}

/* A request of n events, with indices from `index`. */
static bool offer(size_t index, size_t n)
{
	struct item *first = NULL;

	for (size_t i = n; i-- > 0;) {
		struct item *it = item_of(ITEM_EVENT, index + i);

		it->next = first;
		first = it;
	}
	if (intake_offer(in, first, n))
		return true;
	while (first != NULL) {
		struct item *next = first->next;

		item_free(first);
		first = next;
	}
	return false;
}

static void offer_inside(size_t index, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_assert(
		    intake_offer_inside(in, item_of(ITEM_INSIDE, index + i)));
}

/* The commit thread is done with what it has. */
static void finish(bool ok, size_t culprit)
{
	struct batch *b = in_hand;

	ck_assert_ptr_nonnull(b);
	in_hand = NULL;
	finished = b;
	b->failed = !ok;
	for (size_t i = 0; i < b->count; i++)
		b->items[i]->out.kind = ok ? OUTCOME_ACCEPTED : OUTCOME_FAILED;
	if (!ok && culprit < b->count)
		b->culprit = b->items[culprit];
	pokes[1].wanted = true;
	run_pokes();
}

static void setup(void)
{
	struct intake_limits limits = { .queue_max = 20,
		.batch_max = 8,
		.max_future_ms = 1,
		.max_past_ms = 2 };
	struct intake_hooks hooks = { NULL, on_reserve, on_publish, on_turned };

	in = intake_start(NULL, NULL, NULL, NULL, &limits, &hooks);
}

static void teardown(void)
{
	intake_stop(in);
}

/* --- tests --------------------------------------------------------------- */

START_TEST(what_comes_in_a_turn_goes_together)
{
	ck_assert(offer(0, 1));
	ck_assert(offer(1, 1));
	offer_inside(2, 1);
	ck_assert_ptr_null(in_hand);
	run_pokes();
	ck_assert_uint_eq(in_hand->count, 3);
	ck_assert_int_eq(in_hand->items[0]->kind, ITEM_INSIDE);
	ck_assert_int_eq(in_hand->max_future_ms, 1);
	ck_assert_int_eq(in_hand->max_past_ms, 2);
	ck_assert_uint_eq(reserved, 3);
	/* The next batch collects meanwhile, and goes before publishing. */
	ck_assert(offer(3, 2));
	run_pokes();
	ck_assert_uint_eq(in_hand->count, 3);
	finish(true, 0);
	ck_assert_uint_eq(in_hand->count, 2);
	ck_assert_uint_eq(reserved, 5);
	ck_assert_uint_eq(published, 3);
	ck_assert_int_eq(turns, 1);
	ck_assert(!intake_is_idle(in));
	finish(true, 0);
	ck_assert(intake_is_idle(in));
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(told[i], 1);
	run_timer(INTAKE_IDLE_MS);
	ck_assert_int_eq(idles, 1);
}
END_TEST

START_TEST(a_request_is_never_divided)
{
	ck_assert(offer(0, 5));
	ck_assert(offer(5, 5));
	ck_assert(offer(10, 2));
	run_pokes();
	ck_assert_uint_eq(in_hand->count, 5);
	finish(true, 0);
	ck_assert_uint_eq(in_hand->count, 7);
	finish(true, 0);
	/* One that is larger than a batch is a batch. */
	ck_assert(offer(20, 12));
	ck_assert(offer(32, 1));
	run_pokes();
	ck_assert_uint_eq(in_hand->count, 12);
	finish(true, 0);
	finish(true, 0);
	ck_assert_int_eq(told[31], 1);
	ck_assert_int_eq(told[32], 1);
}
END_TEST

/* Who said that somebody is away is told that it failed, and may say it again;
 * a feed's new copy nobody waits for. */
START_TEST(what_is_answered_is_not_tried_again)
{
	struct item *said = item_of(ITEM_DUTY, 1);

	ck_assert(intake_offer(in, said, 1));
	intake_offer_control(in, item_of(ITEM_DUTY, 2));
	run_pokes();
	finish(false, 0);
	ck_assert_int_eq(told[1], 1);
	ck_assert_int_eq(last[1], OUTCOME_FAILED);
	ck_assert_int_eq(told[2], 0);
	run_timer(INTAKE_RETRY_MS);
	ck_assert_uint_eq(in_hand->count, 1);
	ck_assert_uint_eq(in_hand->items[0]->index, 2);
	finish(true, 0);
	ck_assert_int_eq(told[2], 1);
}
END_TEST

START_TEST(a_full_queue_refuses_all_or_none)
{
	ck_assert(offer(0, 18));
	ck_assert(!offer(18, 3));
	ck_assert_uint_eq(intake_waiting(in), 18);
	ck_assert(offer(18, 2));
	ck_assert(!offer(20, 1));
	/* What comes from inside has room of its own. */
	offer_inside(40, 1);
	run_pokes();
	ck_assert_int_eq(in_hand->items[0]->kind, ITEM_INSIDE);
	while (in_hand != NULL)
		finish(true, 0);
	ck_assert_int_eq(told[40], 1);
	ck_assert_int_eq(told[17], 1);
}
END_TEST

START_TEST(inside_is_bounded_too)
{
	struct item *it;
	struct item *control = item_of(ITEM_ALIVE, 60);

	for (int i = 0; i < INTAKE_INSIDE_MAX; i++)
		ck_assert(intake_offer_inside(in, item_of(ITEM_INSIDE, 1)));
	it = item_of(ITEM_INSIDE, 2);
	ck_assert(!intake_offer_inside(in, it));
	item_free(it);
	intake_offer_control(in, control);
	ck_assert(!intake_has_leisure(in));
}
END_TEST

START_TEST(neither_side_starves_the_other)
{
	offer_inside(0, 20);
	for (size_t i = 0; i < 20; i++)
		ck_assert(offer(20 + i, 1));
	run_pokes();
	ck_assert_uint_eq(in_hand->count, 8);
	ck_assert_int_eq(in_hand->items[5]->kind, ITEM_INSIDE);
	ck_assert_int_eq(in_hand->items[6]->kind, ITEM_EVENT);
	finish(true, 0);
	while (in_hand != NULL)
		finish(true, 0);
	for (int i = 0; i < 40; i++)
		ck_assert_int_eq(told[i], 1);
}
END_TEST

/* A request too large for the quarter that is left to it waits one batch. */
START_TEST(a_large_request_is_passed_over_once)
{
	offer_inside(0, 30);
	ck_assert(offer(30, 10));
	run_pokes();
	ck_assert_int_eq(in_hand->items[0]->kind, ITEM_INSIDE);
	ck_assert_uint_le(in_hand->count, 8);
	finish(true, 0);
	ck_assert_int_eq(in_hand->items[0]->kind, ITEM_EVENT);
	ck_assert_uint_eq(in_hand->count, 10);
	while (in_hand != NULL)
		finish(true, 0);
	for (int i = 0; i < 40; i++)
		ck_assert_int_eq(told[i], 1);
}
END_TEST

START_TEST(a_failure_is_answered_or_tried_again)
{
	ck_assert(offer(0, 2));
	offer_inside(2, 3);
	run_pokes();
	finish(false, 99);
	ck_assert(intake_failing(in));
	ck_assert_int_eq(told[0], 1);
	ck_assert_int_eq(last[0], OUTCOME_FAILED);
	ck_assert_int_eq(told[1], 1);
	ck_assert_uint_eq(intake_waiting(in), 3);
	ck_assert_ptr_null(in_hand);
	ck_assert(!intake_is_idle(in));
	/* What comes meanwhile does not wait for that. */
	ck_assert(offer(5, 1));
	run_pokes();
	ck_assert_uint_eq(in_hand->count, 1);
	finish(true, 0);
	ck_assert(!intake_failing(in));
	offer_inside(6, 1);
	run_timer(INTAKE_RETRY_MS);
	ck_assert_uint_eq(in_hand->count, 4);
	ck_assert_uint_eq(in_hand->items[0]->index, 2);
	ck_assert_uint_eq(in_hand->items[3]->index, 6);
	finish(true, 0);
	for (int i = 2; i < 7; i++)
		ck_assert_int_eq(told[i], 1);
	for (int i = 2; i < 7; i++)
		ck_assert_int_eq(last[i], OUTCOME_ACCEPTED);
	ck_assert(intake_is_idle(in));
}
END_TEST

START_TEST(who_makes_a_batch_fail_goes_alone)
{
	offer_inside(0, 4);
	run_pokes();
	finish(false, 1);
	run_timer(INTAKE_RETRY_MS);
	/* The first, then the culprit, then the others. */
	ck_assert_uint_eq(in_hand->count, 1);
	ck_assert_uint_eq(in_hand->items[0]->index, 0);
	ck_assert(offer(10, 1));
	finish(true, 0);
	ck_assert_uint_eq(in_hand->count, 1);
	ck_assert_uint_eq(in_hand->items[0]->index, 1);
	finish(false, 0);
	/* Outside had nothing of that batch, so it has the next one. */
	ck_assert_uint_eq(in_hand->count, 1);
	ck_assert_uint_eq(in_hand->items[0]->index, 10);
	finish(true, 0);
	ck_assert_int_eq(told[10], 1);
	ck_assert_uint_eq(in_hand->count, 2);
	ck_assert_uint_eq(in_hand->items[0]->index, 2);
	finish(true, 0);
	ck_assert_int_eq(told[1], 0);
	run_timer(INTAKE_RETRY_MS);
	finish(true, 0);
	ck_assert_int_eq(told[1], 1);
}
END_TEST

START_TEST(stopping_answers_who_waits)
{
	ck_assert(offer(0, 2));
	offer_inside(2, 1);
	intake_stop(in);
	ck_assert_int_eq(told[0], 1);
	ck_assert_int_eq(last[0], OUTCOME_FAILED);
	ck_assert_int_eq(told[1], 1);
	ck_assert_int_eq(told[2], 0);
	npokes = ntimers = 0;
	setup(); /* for the teardown */
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("intake");
	TCase *tc = tcase_create("intake");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_comes_in_a_turn_goes_together);
	tcase_add_test(tc, a_request_is_never_divided);
	tcase_add_test(tc, what_is_answered_is_not_tried_again);
	tcase_add_test(tc, a_full_queue_refuses_all_or_none);
	tcase_add_test(tc, inside_is_bounded_too);
	tcase_add_test(tc, neither_side_starves_the_other);
	tcase_add_test(tc, a_large_request_is_passed_over_once);
	tcase_add_test(tc, a_failure_is_answered_or_tried_again);
	tcase_add_test(tc, who_makes_a_batch_fail_goes_alone);
	tcase_add_test(tc, stopping_answers_who_waits);
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
