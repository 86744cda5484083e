/* test_oncall_random.c - who is on call, against a watch that ticks through
 * every minute.
 *
 * The oracle knows no hand-off's instant.  It looks at the wall clock of the
 * zone minute by minute, and the turn goes on when the clock shows the time of
 * the next hand-off; where the clocks jump ahead a second clock goes on without
 * the jump until it is caught up, and counts for the times that were skipped.
 * Calendars are asked by looking at every shift, commands by looking at every
 * one.  Around a change of the clocks, in all zones.
 *
 * SLAWATCH_ROUNDS in the environment sets the number of rounds.
 *
 * SPDX-License-Identifier: MIT */
#include "core/oncall.h"

#include "base/textbuf.h"
#include "lib/oncall_world.h"
#include "lib/require.h"
#include "lib/rng.h"
#include "lib/zone_names.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROUNDS = 400,
	DAYS = 6, /* watched in a round */
	STRETCHES = 400,
	SHIFTS_MOST = 30,
};

static struct rng rng;
static struct matrix *m;
static const struct zone *zones[ZONE_NAMES];
static int nzones;

/* A round's people on call, minute by minute, as the oracle has them. */
static struct oncall watched[DAYS * 24 * 60];

static struct {
	const struct zone *zone;
	struct wall from;
	struct wall to;
	struct duty *said;
} now;

static size_t minutes(void)
{
	return (size_t)(wall_minus(now.to, now.from) / MINUTE_MS);
}

static struct wall minute(size_t i)
{
	return wall_at(now.from.ms + (int64_t)i * MINUTE_MS);
}

static int64_t local_at(struct wall w)
{
	return w.ms + zone_offset(now.zone, w) * SECOND_MS;
}

/* --- the oracle: rotations ------------------------------------------------ */

/* Is a hand-off due when the clock shows that?  Its number, or -1. */
static int64_t due_at(const struct rotation *r, int64_t local)
{
	int64_t since = local - r->first_local_ms;

	return since < 0 || since % r->shift_ms != 0 ? -1 : since / r->shift_ms;
}

/* What the clock without the jump shows; 0: there is none, it is caught up. */
struct ghost {
	int64_t offset_ms;
	int64_t up_to; /* local */
};

static int64_t tick(struct ghost *g, struct wall at, struct wall before)
{
	int64_t was = local_at(before) - before.ms;
	int64_t is = local_at(at) - at.ms;

	if (is > was) {
		g->offset_ms = was;
		g->up_to = at.ms + is;
	}
	if (g->up_to == 0 || at.ms + g->offset_ms >= g->up_to)
		g->up_to = 0;
	return g->up_to == 0 ? 0 : at.ms + g->offset_ms;
}

/* The last turn that had begun when the watch starts: no change of the clocks
 * is near there. */
static int64_t turn_at_start(const struct rotation *r)
{
	int64_t since = local_at(now.from) - r->first_local_ms;

	return since < 0 ? -1 : since / r->shift_ms;
}

static void watch_rotation(const struct schedule *s)
{
	const struct rotation *r = &s->rotation;
	int64_t turn = turn_at_start(r);
	struct ghost ghost = { 0, 0 };

	for (size_t i = 0; i < minutes(); i++) {
		struct wall at = minute(i);
		int64_t shown = i == 0 ? 0 : tick(&ghost, at, minute(i - 1));
		int64_t n = due_at(r, local_at(at));

		turn = n > turn ? n : turn;
		n = shown == 0 ? -1 : due_at(r, shown);
		turn = n > turn ? n : turn;
		watched[i].count = 0;
		if (turn < 0 || (r->hours >= 0 &&
				    !calendar_open(m->calendars[r->hours], at)))
			continue;
		watched[i].count = 1;
		watched[i].people[0] = r->members[turn % (int64_t)r->nmembers];
	}
}

/* --- the oracle: calendars and commands ----------------------------------- */

static void put(struct oncall *o, int person)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->people[i] == person)
			return;
	o->people[o->count++] = person;
}

static bool holds(struct wall from, struct wall until, struct wall at)
{
	return from.ms <= at.ms && at.ms < until.ms;
}

static void look(const struct shifts *s, struct wall at, struct oncall *o)
{
	for (size_t i = 0; i < s->count; i++)
		if (holds(s->items[i].start, s->items[i].end, at))
			for (int p = 0; p < WORLD_PEOPLE; p++)
				if (strcmp(s->items[i].title,
					m->people[p].name) == 0)
					put(o, p);
}

static void watch_calendar(const struct schedule *s)
{
	for (size_t i = 0; i < minutes(); i++) {
		watched[i].count = 0;
		look(&s->override, minute(i), &watched[i]);
		if (watched[i].count == 0)
			look(&s->primary, minute(i), &watched[i]);
	}
}

static void take_out(struct oncall *o, int person)
{
	struct oncall left = { .count = 0 };

	for (size_t i = 0; i < o->count; i++)
		if (o->people[i] != person)
			put(&left, o->people[i]);
	*o = left;
}

static bool is_on(const struct oncall *o, int person)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->people[i] == person)
			return true;
	return false;
}

/* In the other's place; who is there already stays where they are. */
static void replace(struct oncall *o, int person, int other)
{
	if (is_on(o, person)) {
		take_out(o, other);
		return;
	}
	for (size_t i = 0; i < o->count; i++)
		if (o->people[i] == other)
			o->people[i] = person;
}

static void obey(const struct duty_change *c, struct oncall *o)
{
	int person = matrix_person(m, c->person);
	int other = matrix_person(m, c->other);

	if (c->kind == DUTY_OVERRIDE && other >= 0) {
		if (person != other)
			replace(o, person, other);
		return;
	}
	if (c->kind == DUTY_REMOVE)
		take_out(o, person);
	if (c->kind == DUTY_OVERRIDE)
		o->count = 0;
	if (c->kind != DUTY_REMOVE)
		put(o, person);
}

static void watch_commands(const struct schedule *s)
{
	for (size_t i = 0; i < minutes(); i++)
		for (size_t k = 0; k < now.said->count; k++) {
			const struct duty_change *c = &now.said->items[k];

			if (strcmp(c->schedule, s->name) == 0 &&
			    holds(c->from, c->until, minute(i)))
				obey(c, &watched[i]);
		}
}

/* --- a round -------------------------------------------------------------- */

/* Around a change of the clocks, or anywhere where there is none. */
static void some_days(void)
{
	int64_t year = rng_between(&rng, 1972, 2090);
	struct wall at = wall_at(civil_days((int)year, 1, 1) * DAY_MS +
				 rng_between(&rng, 0, 365) * DAY_MS);
	struct wall change;

	now.zone = zones[rng_below(&rng, (uint64_t)nzones)];
	change = zone_next_change(now.zone, at);
	if (!wall_is_never(change) && change.ms < WALL_MAX_MS - 400 * DAY_MS)
		at = wall_at(change.ms - change.ms % MINUTE_MS);
	now.from =
	    wall_at(at.ms - 3 * DAY_MS - rng_between(&rng, 0, 600) * MINUTE_MS);
	now.to = wall_at(now.from.ms + DAYS * DAY_MS);
}

static void some_rotation(struct schedule *s)
{
	static const int64_t usual[] = { 15, 20, 30, 45, 60, 90, 240, 360, 480,
		720, 1440, 2880, 10080 };
	struct rotation *r = &s->rotation;
	int64_t local = local_at(now.from);

	s->kind = SCHEDULE_ROTATION;
	s->zone = now.zone;
	r->shift_ms = usual[rng_below(&rng, sizeof usual / sizeof *usual)];
	if (rng_one_in(&rng, 4))
		r->shift_ms = rng_between(&rng, 1, 3000);
	r->shift_ms *= MINUTE_MS;
	local -= local % HOUR_MS;
	r->first_local_ms = local + rng_between(&rng, -2000, 4) * DAY_MS +
			    rng_between(&rng, 0, 23) * HOUR_MS +
			    rng_between(&rng, 0, 3) * 15 * MINUTE_MS;
	if (r->first_local_ms < 0)
		r->first_local_ms = 0;
	r->nmembers = (size_t)rng_between(&rng, 1, 6);
	for (size_t i = 0; i < r->nmembers; i++)
		r->members[i] = (int)rng_below(&rng, WORLD_PEOPLE);
	r->hours = rng_one_in(&rng, 3) ? 0 : -1;
}

static struct wall some_minute(void)
{
	return wall_at(now.from.ms +
		       rng_between(&rng, -600, DAYS * 1440 + 600) * MINUTE_MS);
}

static int by_start(const void *left, const void *right)
{
	const struct shift *a = left;
	const struct shift *b = right;

	return (a->start.ms > b->start.ms) - (a->start.ms < b->start.ms);
}

static void some_shifts(struct shifts *s, size_t most)
{
	s->count = (size_t)rng_between(&rng, 0, (int64_t)most);
	s->longest_ms = 0;
	for (size_t i = 0; i < s->count; i++) {
		struct shift *one = &s->items[i];
		int64_t lasts =
		    rng_between(&rng, 1, rng_one_in(&rng, 5) ? 9000 : 700) *
		    MINUTE_MS;

		one->start = some_minute();
		one->end = wall_plus(one->start, lasts);
		one->title =
		    rng_one_in(&rng, 8)
			? "stranger"
			: m->people[rng_below(&rng, WORLD_PEOPLE)].name;
		if (lasts > s->longest_ms)
			s->longest_ms = lasts;
	}
	qsort(s->items, s->count, sizeof *s->items, by_start);
}

static void some_commands(void)
{
	static const enum duty_kind kinds[] = { DUTY_OVERRIDE, DUTY_ADD,
		DUTY_REMOVE, DUTY_OVERRIDE };
	int64_t count = rng_one_in(&rng, 3) ? 0 : rng_between(&rng, 1, 6);

	now.said = calloc(1, sizeof *now.said);
	for (int64_t i = 0; i < count; i++) {
		struct wall from = some_minute();
		struct duty_change c = { .kind = kinds[rng_below(&rng, 4)],
			.person = m->people[rng_below(&rng, WORLD_PEOPLE)].name,
			.other =
			    rng_one_in(&rng, 2)
				? ""
				: m->people[rng_below(&rng, WORLD_PEOPLE)].name,
			.schedule = rng_one_in(&rng, 5) ? "two" : "one",
			.from = from,
			.until = wall_plus(
			    from, rng_between(&rng, 1, 4000) * MINUTE_MS) };
		struct duty *next = duty_after(now.said, &c);

		duty_free(now.said);
		now.said = next;
	}
}

static bool same(const struct oncall *a, const struct oncall *b)
{
	return a->count == b->count && memcmp(a->people, b->people,
					   a->count * sizeof a->people[0]) == 0;
}

static void failed(const char *what, size_t i, const struct oncall *got)
{
	const struct rotation *r = &m->schedules[0].rotation;
	char at[WALL_TEXT_MAX], first[WALL_TEXT_MAX];

	wall_format(minute(i), at);
	wall_format(wall_at(r->first_local_ms), first);
	ck_abort_msg("%s at %s in %s: first %s, shift %lld min, %zu members; "
		     "%zu on call (%d), watched %zu (%d)",
	    what, at, zone_name(now.zone), first,
	    (long long)(r->shift_ms / MINUTE_MS), r->nmembers, got->count,
	    got->count > 0 ? got->people[0] : -1, watched[i].count,
	    watched[i].count > 0 ? watched[i].people[0] : -1);
}

/* Every minute, and what it says of the minutes to come. */
static void compare_each(void)
{
	struct oncall last = { .until = now.from };

	for (size_t i = 0; i < minutes(); i++) {
		struct oncall got;

		oncall_at(m, now.said, 0, minute(i), &got);
		if (!same(&got, &watched[i]))
			failed("another", i, &got);
		if (minute(i).ms >= got.until.ms)
			failed("until", i, &got);
		if (minute(i).ms < last.until.ms && !same(&got, &last))
			failed("before until", i, &got);
		last = got;
	}
}

static void compare_stretches(void)
{
	static struct oncall_stretch out[STRETCHES];
	size_t n =
	    oncall_between(m, now.said, 0, now.from, now.to, out, STRETCHES);
	size_t i = 0;

	REQUIRE(n > 0 && wall_same(out[0].from, now.from));
	for (size_t k = 0; k < n; k++) {
		REQUIRE(wall_before(out[k].from, out[k].to));
		REQUIRE(k == 0 || wall_same(out[k].from, out[k - 1].to));
		REQUIRE(k == 0 || !same(&out[k].who, &out[k - 1].who) ||
			out[k].who.unknown != out[k - 1].who.unknown);
		while (i < minutes() && minute(i).ms < out[k].to.ms) {
			if (!same(&out[k].who, &watched[i]))
				failed("stretch", i, &out[k].who);
			i++;
		}
	}
	REQUIRE(n == STRETCHES || wall_same(out[n - 1].to, now.to));
}

static void play(void)
{
	struct schedule *s = &m->schedules[0];

	some_days();
	if (rng_one_in(&rng, 4)) {
		s->kind = SCHEDULE_FILE;
		some_shifts(&s->primary, SHIFTS_MOST);
		some_shifts(&s->override, 6);
		watch_calendar(s);
	} else {
		some_rotation(s);
		watch_rotation(s);
	}
	some_commands();
	watch_commands(s);
	compare_each();
	compare_stretches();
	duty_free(now.said);
}

/* --- the world ------------------------------------------------------------ */

static void office_hours(void)
{
	struct calendar_spec spec = { .name = "office",
		.zone = zones[rng_below(&rng, (uint64_t)nzones)] };
	struct errtext err;

	for (int day = 0; day < 6; day++) {
		spec.week[day].count = 2;
		spec.week[day].at[0] = (struct day_interval){ 540, 750 };
		spec.week[day].at[1] = (struct day_interval){ 1320, 90 };
	}
	m->calendars = arena_alloc(&m->arena, sizeof(struct calendar *));
	m->calendars[0] = calendar_build(&spec, &err);
	REQUIRE(m->calendars[0] != NULL);
	m->ncalendars = 1;
}

static void build_world(void)
{
	struct schedule *s;

	m = world_matrix(2);
	for (int i = 0; i < ZONE_NAMES; i++) {
		struct zone_file f;

		if (!zone_file_read(zone_names[i], &f))
			continue;
		zone_file_free(&f);
		zones[nzones++] = world_zone(m, zone_names[i]);
	}
	printf("test_oncall_random: %d zones\n", nzones);
	REQUIRE(nzones >= ZONE_NAMES_WANTED);
	office_hours();
	s = &m->schedules[0];
	s->rotation.members = arena_alloc(&m->arena, 6 * sizeof(int));
	s->primary.items =
	    arena_alloc(&m->arena, SHIFTS_MOST * sizeof(struct shift));
	s->override.items = arena_alloc(&m->arena, 6 * sizeof(struct shift));
}

START_TEST(as_watched)
{
	const char *text = getenv("SLAWATCH_ROUNDS");
	long rounds = text != NULL ? strtol(text, NULL, 10) : ROUNDS;

	build_world();
	for (long i = 0; i < rounds; i++)
		play();
	printf("test_oncall_random: %ld rounds\n", rounds);
	matrix_free(m);
}
END_TEST

/* Whatever somebody wrote: names lie in the title, one behind the other, and
 * each is known or the title says that one is not. */
static void read_title(const char *title)
{
	const char *rest = title;
	const char *name;
	const char *end = title;
	size_t len;
	int people[WORLD_PEOPLE];
	size_t count = 0;
	bool all = true;
	bool whole = oncall_person(m, title, strlen(title)) >= 0;

	while (oncall_next_name(&rest, &name, &len)) {
		REQUIRE(name >= end && name + len <= title + strlen(title));
		REQUIRE(rest > end || len == 0);
		end = name + len;
		if (len > 0 && oncall_person(m, name, len) < 0)
			all = false;
	}
	REQUIRE(*rest == '\0');
	all = oncall_title(m, title, people, &count, WORLD_PEOPLE) ==
	      (whole || (all && count > 0));
	if (!all)
		ck_abort_msg("title \"%s\"", title);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++)
			REQUIRE(people[i] != people[k]);
}

START_TEST(titles_of_any_kind)
{
	static const char *const parts[] = { "dana", "eli", "Stein, Mara", " ",
		", ", "/", "&", ";", " and ", "(", ")", "[", "]", "@", "zoe",
		"\xc3\xa9", "U01DANA", "an", "" };
	enum { PARTS = sizeof parts / sizeof parts[0] };

	m = world_matrix(1);
	for (int i = 0; i < 20000; i++) {
		struct textbuf title;
		int64_t n = rng_between(&rng, 0, 9);

		textbuf_init(&title);
		for (int64_t k = 0; k < n; k++)
			textbuf_add(&title, parts[rng_below(&rng, PARTS)]);
		read_title(title.data);
		textbuf_fini(&title);
	}
	matrix_free(m);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("oncall_random");
	TCase *tc = tcase_create("oncall_random");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, as_watched);
	tcase_add_test(tc, titles_of_any_kind);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *r;
	int bad;

	rng = rng_seeded("test_oncall_random");
	r = srunner_create(suite());
	srunner_run_all(r, CK_ENV);
	bad = srunner_ntests_failed(r);
	srunner_free(r);
	return bad == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
