/* test_calendar_random.c - what holds for every calendar, a million times.
 *
 * Random calendars in all the zones, asked at instants where trouble lies
 * (lib/calendar_some.h).  Two kinds of proof: laws that need no oracle, since
 * they say what add, sub, between, open, next, prev, periods and same owe each
 * other; and a minute-by-minute walk with the C library's wall clock around one
 * edge of each calendar, for what the laws leave open: which hours those are.
 *
 * SLAWATCH_ROUNDS in the environment sets the number of rounds.
 *
 * SPDX-License-Identifier: MIT */
#define WALK_DAYS 15
#include "core/calendar.h"
#include "lib/calendar_some.h"
#include "lib/calendar_walk.h"
#include "lib/require.h"
#include "lib/rng.h"
#include "lib/zone_names.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* Clang has the first of these, gcc the others. */
#if defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define SANITIZED 1
#endif

/* The million is for the plain build; the others watch the memory. */
#ifdef SANITIZED
#define ROUNDS 300000
#else
#define ROUNDS 1200000
#endif

enum {
	ROUNDS_EACH = 1500,  /* of one calendar */
	WALKS_EACH = 60,     /* questions to its walk */
	PERIODS_EACH = 60,   /* lists of its periods */
	PERIODS_MOST = 1000, /* in one list */
};

static struct rng rng;
static struct zone *zones[ZONE_NAMES];
static const char *zone_of[ZONE_NAMES];
static int nzones;

/* What one round is about. */
struct round {
	const struct calendar *c;
	int64_t a;
	int64_t b;
	int64_t n; /* an amount */
	int64_t m; /* a second one, or a step */
};

#define BETWEEN(r, from, to)                                                   \
	calendar_between((r)->c, wall_at(from), wall_at(to))

static _Noreturn void round_failed(
    const struct round *r, const char *law, int64_t got)
{
	ck_abort_msg("%s: a=%lld b=%lld n=%lld m=%lld got %lld", law,
	    (long long)r->a, (long long)r->b, (long long)r->n, (long long)r->m,
	    (long long)got);
	abort();
}

/* As REQUIRE(), with the round's numbers. */
#define LAW(r, expr, got)                                                      \
	do {                                                                   \
		if (!(expr))                                                   \
			round_failed((r), #expr, (got));                       \
	} while (0)

/* From nothing to more than there is; often exactly what lies between two
 * edges, so that the answer is at a seam. */
static int64_t some_amount(const struct round *r)
{
	int64_t between = BETWEEN(r, r->a, r->b);
	int64_t n = between < 0 ? -between : between;

	switch (rng_below(&rng, 8)) {
	case 0:
		return rng_between(&rng, 0, 2);
	case 1:
	case 2:
		return rng_between(&rng, 0, INT64_C(1) << rng_below(&rng, 43));
	case 3:
		return n + rng_between(&rng, 0, 1);
	case 4:
		return n > 0 ? n - 1 : 0;
	default:
		return n;
	}
}

static void law_between(const struct round *r)
{
	int64_t mid = r->a + r->m;
	int64_t all = BETWEEN(r, r->a, r->b);

	LAW(r, BETWEEN(r, r->b, r->a) == -all, all);
	LAW(r, BETWEEN(r, r->a, r->a) == 0, all);
	LAW(r, BETWEEN(r, r->a, mid) + BETWEEN(r, mid, r->b) == all, all);
	LAW(r, r->a > r->b || (all >= 0 && all <= r->b - r->a), all);
	LAW(r, BETWEEN(r, r->a, r->a + 1) == calendar_open(r->c, wall_at(r->a)),
	    r->a);
}

/* The earliest by which n has passed: a millisecond before it had not. */
static void law_add(const struct round *r)
{
	struct wall a = wall_at(r->a);
	struct wall due = calendar_add(r->c, a, r->n);
	struct wall more = calendar_add(r->c, a, r->n + r->m);
	struct wall later = calendar_add(r->c, wall_at(r->a + r->m), r->n);

	LAW(r, due.ms <= more.ms && due.ms <= later.ms, due.ms);
	if (wall_is_never(due)) {
		LAW(r, BETWEEN(r, r->a, SOME_END_MS) < r->n, due.ms);
		return;
	}
	LAW(r, BETWEEN(r, r->a, due.ms) == r->n, due.ms);
	LAW(r, r->n > 0 || due.ms == r->a, due.ms);
	if (r->n > 0) {
		LAW(r, BETWEEN(r, r->a, due.ms - 1) == r->n - 1, due.ms);
		LAW(r, calendar_open(r->c, wall_at(due.ms - 1)), due.ms);
	}
	if (r->m > 0)
		LAW(r, calendar_add(r->c, due, r->m).ms == more.ms, due.ms);
}

/* The latest from which n remains: a millisecond after it does not. */
static void law_sub(const struct round *r)
{
	struct wall b = wall_at(r->b);
	struct wall from = calendar_sub(r->c, b, r->n);
	struct wall more = calendar_sub(r->c, b, r->n + r->m);
	struct wall earlier = calendar_sub(r->c, wall_at(r->b - r->m), r->n);
	bool beyond = BETWEEN(r, 0, r->b) < r->n;

	/* Beyond the table it is the table's start, whatever the end. */
	if (beyond || r->b < r->m) {
		LAW(r, !beyond || from.ms == 0, from.ms);
		return;
	}
	LAW(r, from.ms >= more.ms && from.ms >= earlier.ms, from.ms);
	LAW(r, BETWEEN(r, from.ms, r->b) == r->n, from.ms);
	LAW(r, r->n > 0 || from.ms == r->b, from.ms);
	if (r->n > 0) {
		LAW(r, BETWEEN(r, from.ms + 1, r->b) == r->n - 1, from.ms);
		LAW(r, calendar_open(r->c, from), from.ms);
	}
	if (r->m > 0)
		LAW(r, calendar_sub(r->c, from, r->m).ms == more.ms, from.ms);
}

static void law_next(const struct round *r)
{
	struct wall a = wall_at(r->a);
	struct wall opens = calendar_next_open(r->c, a);
	struct wall closes = calendar_next_close(r->c, a);

	if (wall_is_never(opens)) {
		LAW(r, BETWEEN(r, r->a, SOME_END_MS) == 0, opens.ms);
		LAW(r, wall_is_never(closes), closes.ms);
		return;
	}
	LAW(r, opens.ms >= r->a && calendar_open(r->c, opens), opens.ms);
	LAW(r, BETWEEN(r, r->a, opens.ms) == 0, opens.ms);
	LAW(r, opens.ms == r->a || !calendar_open(r->c, wall_at(opens.ms - 1)),
	    opens.ms);
	if (wall_is_never(closes)) {
		LAW(r,
		    BETWEEN(r, opens.ms, SOME_END_MS) == SOME_END_MS - opens.ms,
		    closes.ms);
		return;
	}
	LAW(r, closes.ms > opens.ms && !calendar_open(r->c, closes), closes.ms);
	/* Where the table ends nothing closes. */
	LAW(r, closes.ms < SOME_END_MS, closes.ms);
	LAW(r, BETWEEN(r, opens.ms, closes.ms) == closes.ms - opens.ms,
	    closes.ms);
}

static void law_prev(const struct round *r)
{
	struct wall closed = calendar_prev_close(r->c, wall_at(r->a));
	struct wall opened;
	int64_t since;

	/* Where nothing closed before, it is open since the first opening. */
	if (wall_is_never(closed)) {
		opened = calendar_next_open(r->c, wall_at(0));
	} else {
		LAW(r, closed.ms <= r->a && closed.ms < SOME_END_MS, closed.ms);
		LAW(r, !calendar_open(r->c, closed), closed.ms);
		LAW(r, calendar_open(r->c, wall_at(closed.ms - 1)), closed.ms);
		opened = calendar_next_open(r->c, closed);
	}
	if (opened.ms >= r->a) {
		LAW(r,
		    wall_is_never(closed) || BETWEEN(r, closed.ms, r->a) == 0,
		    opened.ms);
		return;
	}
	/* Open ever since, or that would have been the last closing. */
	since = r->a > SOME_END_MS ? SOME_END_MS : r->a;
	LAW(r, r->a >= SOME_END_MS || calendar_open(r->c, wall_at(r->a)),
	    closed.ms);
	LAW(r, BETWEEN(r, opened.ms, since) == since - opened.ms, opened.ms);
}

/* Like prev_close, with open and closed exchanged. */
static void law_prev_open(const struct round *r)
{
	struct wall opened = calendar_prev_open(r->c, wall_at(r->a));
	struct wall closes;

	if (wall_is_never(opened) && !calendar_open(r->c, wall_at(0))) {
		LAW(r, BETWEEN(r, 0, r->a) == 0, r->a);
		LAW(r, !calendar_open(r->c, wall_at(r->a)), r->a);
		return;
	}
	/* What is open where the table starts opened before. */
	if (wall_is_never(opened))
		opened = wall_at(0);
	else
		LAW(r, opened.ms <= r->a && opened.ms > 0, opened.ms);
	LAW(r, calendar_open(r->c, opened), opened.ms);
	LAW(r, !calendar_open(r->c, wall_at(opened.ms - 1)), opened.ms);
	/* One opening only: then one closing at most, and nothing after it. */
	closes = calendar_next_close(r->c, opened);
	LAW(r, closes.ms > r->a || BETWEEN(r, closes.ms, r->a) == 0, opened.ms);
	LAW(r, closes.ms > r->a || !calendar_open(r->c, wall_at(r->a)),
	    opened.ms);
}

static void law_one_period(const struct round *r, const struct period *p)
{
	LAW(r, p->start.ms < p->end.ms, p->start.ms);
	LAW(r, BETWEEN(r, p->start.ms, p->end.ms) == p->end.ms - p->start.ms,
	    p->start.ms);
	LAW(r, !calendar_open(r->c, wall_at(p->start.ms - 1)), p->start.ms);
	LAW(r, !calendar_open(r->c, p->end), p->end.ms);
}

/* Sorted, apart, each as long as it can be; together all there is. */
static void law_periods(const struct round *r)
{
	static struct period p[PERIODS_MOST];
	size_t max = rng_below(&rng, PERIODS_MOST) + 1;
	int64_t to = rng_one_in(&rng, 2) ? r->b : r->a + r->m;
	size_t n = calendar_periods(r->c, wall_at(r->a), wall_at(to), p, max);
	int64_t sum = 0;

	LAW(r, n <= max, (int64_t)n);
	for (size_t i = 0; i < n; i++) {
		int64_t start = p[i].start.ms < r->a ? r->a : p[i].start.ms;
		int64_t end = p[i].end.ms > to ? to : p[i].end.ms;

		law_one_period(r, &p[i]);
		LAW(r, p[i].end.ms > r->a && p[i].start.ms < to, p[i].start.ms);
		LAW(r, i == 0 || p[i - 1].end.ms < p[i].start.ms,
		    p[i].start.ms);
		sum += end - start;
	}
	if (n == max)
		to = p[n - 1].end.ms < to ? p[n - 1].end.ms : to;
	LAW(r, r->a >= to || BETWEEN(r, r->a, to) == sum, sum);
	LAW(r, calendar_periods(r->c, wall_at(r->a), wall_at(to), p, 0) == 0,
	    0);
}

/* The same description gives the same calendar; one more closure of a
 * millisecond, where it is open by the week, gives another. */
static void require_same(const struct some_calendar *s)
{
	struct wall at =
	    calendar_next_open(s->calendar, wall_at(some_instant_of(s, &rng)));
	struct period closures[SOME_CLOSURES + 1];
	struct calendar_spec spec = s->spec;
	struct round r = { .c = s->calendar, .a = at.ms };
	struct calendar *again;
	struct errtext err;
	int64_t less;

	memcpy(closures, s->closures, sizeof s->closures);
	if (!wall_is_never(at)) {
		closures[spec.nclosures].start = at;
		closures[spec.nclosures++].end = wall_plus(at, 1);
	}
	spec.closures = closures;
	again = calendar_build(&spec, &err);
	if (again == NULL)
		return;
	less = BETWEEN(&r, 0, SOME_END_MS) -
	       calendar_between(again, wall_at(0), wall_at(SOME_END_MS));
	LAW(&r, less == 0 || (less == 1 && !calendar_open(again, at)), less);
	LAW(&r, calendar_same(s->calendar, again) == (less == 0), less);
	LAW(&r, calendar_same(again, s->calendar) == (less == 0), less);
	calendar_free(again);
}

static void ask(const struct some_calendar *s)
{
	struct round r = { .c = s->calendar };

	for (int i = 0; i < ROUNDS_EACH; i++) {
		r.a = some_instant_of(s, &rng);
		r.b = some_instant_of(s, &rng);
		r.m = rng_between(&rng, 0, INT64_C(1) << rng_below(&rng, 40));
		r.n = some_amount(&r);
		law_between(&r);
		law_add(&r);
		law_sub(&r);
		law_next(&r);
		law_prev(&r);
		law_prev_open(&r);
		if (i < PERIODS_EACH)
			law_periods(&r);
	}
}

/* --- against the walk ------------------------------------------------------
 */

static void walk_questions(const struct calendar *c, const struct window *w)
{
	int64_t low = (w->from + EDGE) * MINUTE_MS;
	int64_t high = (w->from + WINDOW - EDGE) * MINUTE_MS - 1;

	for (int i = 0; i < WALKS_EACH; i++) {
		struct round r = { .c = c, .a = rng_between(&rng, low, high) };
		int64_t added;
		int64_t taken;

		if (rng_one_in(&rng, 2))
			r.a -= r.a % MINUTE_MS;
		r.b = rng_between(&rng, r.a, high);
		r.n = rng_one_in(&rng, 2) ? walk_between(w, r.a, r.b)
					  : rng_between(&rng, 0, 3 * DAY_MS);
		added = walk_add(w, r.a, r.n);
		taken = walk_sub(w, r.b, r.n);
		LAW(&r, BETWEEN(&r, r.a, r.b) == walk_between(w, r.a, r.b),
		    walk_between(w, r.a, r.b));
		LAW(&r,
		    added < 0 || calendar_add(c, wall_at(r.a), r.n).ms == added,
		    added);
		LAW(&r,
		    taken < 0 || calendar_sub(c, wall_at(r.b), r.n).ms == taken,
		    taken);
	}
	for (int i = EDGE; i < WINDOW - EDGE; i++)
		REQUIRE(calendar_open(c, wall_at((w->from + i) * MINUTE_MS)) ==
			w->open[i]);
}

/* Around a change of the zone if it has one there, a turn of the year, an end
 * of the table, or where the dates are. */
static int64_t some_middle(const struct zone *z)
{
	struct wall at = wall_at(rng_between(&rng, 0, SOME_END_MS - DAY_MS));
	struct wall change = zone_next_change(z, at);

	switch (rng_below(&rng, 8)) {
	case 0:
		return rng_one_in(&rng, 2) ? 0 : SOME_END_MS;
	case 1:
		return civil_days((int)rng_between(&rng, 1970, 2100), 1, 1) *
		       DAY_MS;
	case 2:
		return civil_days((int)rng_between(&rng, 1970, 2100), 2, 28) *
		       DAY_MS;
	default:
		return change.ms < SOME_END_MS ? change.ms : at.ms;
	}
}

/* The rounds done: none if the description is never open. */
static int one_calendar(int zone)
{
	static struct some_calendar s;
	static struct window w;
	int64_t middle = some_middle(zones[zone]);
	struct errtext err;
	int done = 0;

	some_spec(&s, &rng, zones[zone], middle / DAY_MS);
	s.calendar = calendar_build(&s.spec, &err);
	if (s.calendar == NULL)
		return 0;
	some_edges(&s, &rng);
	ask(&s);
	if (rng_one_in(&rng, 4))
		require_same(&s);
	done = ROUNDS_EACH;
	if (!s.spec.always && !(s.ragged && s.spec.nclosures > 0)) {
		libc_zone_set(zone_of[zone]);
		lay_out_libc(&w, &s.spec, middle / MINUTE_MS - WINDOW / 2);
		open_window(&w);
		walk_questions(s.calendar, &w);
		done += WALKS_EACH;
	}
	calendar_free(s.calendar);
	return done;
}

static long rounds_wanted(void)
{
	const char *text = getenv("SLAWATCH_ROUNDS");

	return text != NULL && text[0] != '\0' ? strtol(text, NULL, 10)
					       : ROUNDS;
}

START_TEST(laws_and_walk_agree)
{
	long wanted = rounds_wanted();
	long calendars = 0;
	long done = 0;

	for (int i = 0; i < ZONE_NAMES; i++) {
		zones[nzones] = some_zone(zone_names[i]);
		zone_of[nzones] = zone_names[i];
		if (zones[nzones] != NULL)
			nzones++;
	}
	if (nzones == 0)
		printf("test_calendar_random: skipped, there is no time zone "
		       "database\n");
	while (nzones > 0 && done < wanted) {
		int some = one_calendar((int)rng_below(&rng, (uint64_t)nzones));

		done += some;
		calendars += some > 0;
	}
	printf("test_calendar_random: %ld rounds over %ld calendars in %d "
	       "zones\n",
	    done, calendars, nzones);
	for (int i = 0; i < nzones; i++)
		zone_free(zones[i]);
}
END_TEST

/* As many hours, but others: equal sums alone do not make two the same. */
START_TEST(shifted_is_not_the_same)
{
	struct calendar_spec spec = { .name = "early" };
	struct errtext err;
	struct calendar *early;
	struct calendar *late;

	spec.week[0] = (struct day_hours){ { { 540, 600 } }, 1 };
	early = calendar_build(&spec, &err);
	spec.week[0].at[0] = (struct day_interval){ 541, 601 };
	late = calendar_build(&spec, &err);
	ck_assert(calendar_same(early, early));
	ck_assert(!calendar_same(early, late));
	calendar_free(early);
	calendar_free(late);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("calendar_random");
	TCase *tc = tcase_create("calendar_random");

	tcase_add_test(tc, laws_and_walk_agree);
	tcase_add_test(tc, shifted_is_not_the_same);
	tcase_set_timeout(tc, 600);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_calendar_random");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
