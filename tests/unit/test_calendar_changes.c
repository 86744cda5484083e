/* test_calendar_changes.c - every change of every clock, 1990 to 2060.
 *
 * Calendars whose hours straddle the jump, in each zone of lib/zone_names.h, at
 * each change that the C library knows of.  What is open around it is worked
 * out minute by minute from the C library's wall clock (lib/calendar_walk.h),
 * and each edge found so is then looked at second by second and to the
 * millisecond.  Nothing of the oracle comes from core/.
 *
 * SPDX-License-Identifier: MIT */
#define WALK_DAYS 13
#include "core/calendar.h"
#include "lib/calendar_walk.h"
#include "lib/libc_zone.h"
#include "lib/require.h"
#include "lib/rng.h"
#include "lib/zone_file.h"
#include "lib/zone_names.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define FROM_S INT64_C(631152000)  /* 1990-01-01 */
#define TO_S   INT64_C(2871763200) /* 2061-01-01 */

#define ROUND_MS (26 * HOUR_MS) /* edges this near a change are looked at */
#define SPAN_MS	 (30 * HOUR_MS) /* of sums from and to them */

_Static_assert((WINDOW / 2 - EDGE) * MINUTE_MS > ROUND_MS + SPAN_MS,
    "sums reach where the walk is not trusted");

enum {
	CHANGES_MOST = 400, /* of one zone in those years */
	PROBE_S = 86400,    /* no zone changes its clock and back in a day */
	NEAR_S = 90,	    /* either side of an edge, second by second */
	EXCEPTIONS = 30,    /* most of one calendar */
	QUESTIONS = 4,	    /* of random amounts, to each window */
};

static struct rng rng;

/* Hours that begin, end, or lie where clocks are changed: around 00:00, 01:00,
 * 02:00, 03:00 and 24:00. */
static const struct {
	const char *name;
	struct day_hours hours;
} straddling[] = {
	{ "00:00-04:00", { { { 0, 240 } }, 1 } },
	{ "02:30-03:30", { { { 150, 210 } }, 1 } },
	{ "22:00-06:00", { { { 1320, 360 } }, 1 } },
	{ "12:00-24:00", { { { 720, 1440 } }, 1 } },
	{ "00:30-01:30 23:15-00:15", { { { 30, 90 }, { 1395, 15 } }, 2 } },
	{ "01:00-02:00 03:00-03:00", { { { 60, 120 }, { 180, 180 } }, 2 } },
};

enum { STRADDLING = sizeof straddling / sizeof straddling[0] };

/* One zone while it is looked at. */
struct place {
	const char *name;
	struct zone *zone;
	int64_t changes[CHANGES_MOST]; /* seconds since the epoch */
	size_t count;
};

static _Noreturn void differs(const struct window *w, const struct place *p,
    const char *what, int64_t at, int64_t ours, int64_t walked)
{
	ck_abort_msg("%s, %s, week of %lld: %s at %lld is %lld, walked %lld",
	    p->name, w->spec->name, (long long)w->from * 60, what,
	    (long long)at, (long long)ours, (long long)walked);
	abort();
}

/* The instants at which the walk goes from closed to open (opens), or from
 * open to closed, at or after minute i; WINDOW if there is none. */
static int walk_edge(const struct window *w, int i, bool opens)
{
	for (; i < WINDOW; i++) {
		if (w->open[i] == opens && w->open[i - 1] != opens)
			return i;
	}
	return WINDOW;
}

static int64_t minute_ms(const struct window *w, int i)
{
	return (w->from + i) * MINUTE_MS;
}

/* The last minute up to i at which the walk goes to open, or to closed; EDGE if
 * that may have been before the trusted part. */
static int walk_edge_before(const struct window *w, int i, bool opens)
{
	while (i > EDGE && !(w->open[i] == opens && w->open[i - 1] != opens))
		i--;
	return i;
}

/* What is open, opens and closes, seen from one instant. */
static void require_there(const struct place *p, const struct calendar *c,
    const struct window *w, int64_t at)
{
	int now = minute_of(w, at);
	bool open = w->open[now];
	int opens = open ? now : walk_edge(w, now + 1, true);
	int closes = walk_edge(w, now + 1, false);
	int opened = walk_edge_before(w, now, true);
	int closed = walk_edge_before(w, now, false);
	int64_t got = calendar_open(c, wall_at(at));

	if (got != open)
		differs(w, p, "open", at, got, open);
	got = calendar_next_open(c, wall_at(at)).ms;
	if (opens < WINDOW - EDGE && got != (open ? at : minute_ms(w, opens)))
		differs(w, p, "next opening", at, got, minute_ms(w, opens));
	got = calendar_next_close(c, wall_at(at)).ms;
	if (closes < WINDOW - EDGE && got != minute_ms(w, closes))
		differs(w, p, "next closing", at, got, minute_ms(w, closes));
	got = calendar_prev_open(c, wall_at(at)).ms;
	if (opened > EDGE && got != minute_ms(w, opened))
		differs(w, p, "last opening", at, got, minute_ms(w, opened));
	got = calendar_prev_close(c, wall_at(at)).ms;
	if (closed > EDGE && got != minute_ms(w, closed))
		differs(w, p, "last closing", at, got, minute_ms(w, closed));
}

static void require_sums(const struct place *p, const struct calendar *c,
    const struct window *w, int64_t a, int64_t b)
{
	int64_t n = walk_between(w, a, b);
	int64_t got = calendar_between(c, wall_at(a), wall_at(b));
	int64_t want;

	if (got != n)
		differs(w, p, "between", a, got, n);
	want = walk_add(w, a, n);
	got = calendar_add(c, wall_at(a), n).ms;
	if (want >= 0 && got != want)
		differs(w, p, "add", a, got, want);
	want = walk_sub(w, b, n);
	got = calendar_sub(c, wall_at(b), n).ms;
	if (want >= 0 && got != want)
		differs(w, p, "sub", b, got, want);
}

/* Each second around an edge, and the milliseconds beside it. */
static void require_edge(const struct place *p, const struct calendar *c,
    const struct window *w, int edge)
{
	int64_t at = minute_ms(w, edge);

	for (int64_t s = -NEAR_S; s <= NEAR_S; s++) {
		int64_t ms = at + s * SECOND_MS;
		bool open = w->open[minute_of(w, ms)];
		int64_t passed =
		    calendar_between(c, wall_at(ms), wall_at(ms + SECOND_MS));

		if (calendar_open(c, wall_at(ms)) != open ||
		    passed != (open ? SECOND_MS : 0))
			differs(w, p, "that second", ms, passed, open);
	}
	for (int ms = -1; ms <= 1; ms++) {
		require_there(p, c, w, at + ms);
		if (rng_one_in(&rng, 2))
			require_sums(p, c, w, at + ms, at + ms + SPAN_MS);
		else
			require_sums(p, c, w, at + ms - SPAN_MS, at + ms);
	}
}

static void require_window(const struct place *p, const struct calendar *c,
    const struct window *w, int64_t change_ms)
{
	int64_t low = minute_ms(w, EDGE);
	int64_t high = minute_ms(w, WINDOW - EDGE) - 1;

	/* As far from the change as leaves room for sums. */
	for (int i = EDGE; i < WINDOW - EDGE; i++) {
		if (w->open[i] != w->open[i - 1] &&
		    llabs(minute_ms(w, i) - change_ms) < ROUND_MS)
			require_edge(p, c, w, i);
	}
	for (int ms = -1; ms <= 1; ms++)
		require_there(p, c, w, change_ms + ms);
	for (int i = 0; i < QUESTIONS; i++) {
		int64_t a = rng_between(&rng, low, high);

		require_sums(p, c, w, a, rng_between(&rng, a, high));
		require_sums(
		    p, c, w, change_ms, rng_between(&rng, change_ms, high));
	}
}

/* The layout is by the minute; around the jump the C library is asked for each
 * second whether that hid anything. */
static void require_whole_minutes(
    const struct place *p, const struct window *w, int64_t change_s)
{
	for (int64_t s = change_s - NEAR_S; s <= change_s + NEAR_S; s++) {
		int64_t wall = s + libc_zone_offset(s);

		if (wall / 60 != w->wall[s / 60 - w->from])
			differs(w, p, "wall clock", s * SECOND_MS, wall,
			    w->wall[s / 60 - w->from] * 60);
	}
}

/* Closed, or other hours, on the very days around some of the changes. */
static size_t some_exceptions(
    struct calendar_date *dates, const struct place *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->count && n < EXCEPTIONS; i++) {
		struct calendar_date *d = &dates[n];

		if (!rng_one_in(&rng, 6))
			continue;
		civil_from_days(
		    p->changes[i] / 86400 + rng_between(&rng, -1, 1), &d->year,
		    &d->month, &d->day);
		d->hours = straddling[rng_below(&rng, STRADDLING)].hours;
		if (rng_one_in(&rng, 2))
			d->hours.count = 0;
		n++;
	}
	return n;
}

/* One of the calendars in one of the zones. */
struct hours_there {
	struct calendar_spec spec;
	struct calendar_date dates[EXCEPTIONS];
	struct calendar *calendar;
};

static void hours_init(struct hours_there *h, const struct place *p, int which)
{
	struct errtext err = { "" };

	h->spec = (struct calendar_spec){ .name = straddling[which].name,
		.zone = p->zone,
		.exceptions = h->dates,
		.nexceptions = some_exceptions(h->dates, p) };
	for (int i = 0; i < 7; i++)
		h->spec.week[i] = straddling[which].hours;
	h->calendar = calendar_build(&h->spec, &err);
	ck_assert_msg(h->calendar != NULL, "%s", err.text);
}

/* Every change under every calendar. */
static void require_place(const struct place *p)
{
	static struct hours_there hours[STRADDLING];
	static struct window w;

	for (int k = 0; k < STRADDLING; k++)
		hours_init(&hours[k], p, k);
	for (size_t i = 0; i < p->count; i++) {
		lay_out_libc(&w, NULL, p->changes[i] / 60 - WINDOW / 2);
		require_whole_minutes(p, &w, p->changes[i]);
		for (int k = 0; k < STRADDLING; k++) {
			w.spec = &hours[k].spec;
			open_window(&w);
			require_window(p, hours[k].calendar, &w,
			    p->changes[i] * SECOND_MS);
		}
	}
	for (int k = 0; k < STRADDLING; k++)
		calendar_free(hours[k].calendar);
}

/* All changes that the C library makes, found by asking it every day; and
 * core/zone must know exactly these. */
static void find_changes(struct place *p)
{
	struct wall at = wall_at((FROM_S - 1) * SECOND_MS);

	p->count = 0;
	for (int64_t s = FROM_S - 1; s < TO_S; s += PROBE_S) {
		int64_t change = libc_zone_change(s, s + PROBE_S);

		if (change >= TO_S)
			continue;
		REQUIRE(p->count < CHANGES_MOST);
		p->changes[p->count++] = change;
		at = zone_next_change(p->zone, at);
		if (at.ms != change * SECOND_MS)
			ck_abort_msg("%s changes at %lld, not at %lld", p->name,
			    (long long)change, (long long)at.ms / SECOND_MS);
	}
	REQUIRE(zone_next_change(p->zone, at).ms >= TO_S * SECOND_MS);
}

static bool place_init(struct place *p, const char *name)
{
	struct errtext err = { "" };
	struct zone_file f;

	if (!zone_file_read(name, &f)) {
		printf("test_calendar_changes: %s is not here\n", name);
		return false;
	}
	p->name = name;
	p->zone = zone_parse(name, f.bytes, f.len, &err);
	zone_file_free(&f);
	ck_assert_msg(p->zone != NULL, "%s", err.text);
	libc_zone_set(name);
	find_changes(p);
	return true;
}

START_TEST(hours_over_every_change)
{
	static struct place p;
	size_t changes = 0;
	int checked = 0;

	for (int i = 0; i < ZONE_NAMES; i++) {
		if (!place_init(&p, zone_names[i]))
			continue;
		require_place(&p);
		zone_free(p.zone);
		changes += p.count;
		checked++;
	}
	printf("test_calendar_changes: %zu changes of %d zones under %d "
	       "calendars\n",
	    changes, checked, STRADDLING);
	if (checked == 0) {
		printf("test_calendar_changes: skipped, there is no time zone "
		       "database\n");
		return;
	}
	ck_assert_int_ge(checked, ZONE_NAMES_WANTED);
	ck_assert_uint_gt(changes, 1000);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("calendar_changes");
	TCase *tc = tcase_create("calendar_changes");

	tcase_add_test(tc, hours_over_every_change);
	tcase_set_timeout(tc, 600);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_calendar_changes");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
