/* calendar.c - open periods in UTC, their running sums, and two ladders.
 *
 * For period i: start[i], and before[i], the working time in all periods
 * before it; before[count] is the total.  A period's length is the difference
 * of two neighbours in `before`, so that its end needs no column.
 *
 * Every question is one of two searches: the last period that starts by an
 * instant, and the last one before which no more than so much has passed.
 *
 * SPDX-License-Identifier: MIT */
#include "core/calendar.h"

#include "base/arena.h"
#include "base/check.h"

#include <stdlib.h>
#include <string.h>

#define TABLE_END  INT64_C(4133980800000) /* 2101-01-01, the start being 0 */
#define TABLE_DAYS ((int)(TABLE_END / DAY_MS))
#define DAY_MIN	   1440

/* The days that are looked at lie a little further: zones differ from UTC by a
 * day at most, and an interval may come from the day before. */
#define DAY_FROM  (-2)
#define DAY_COUNT (TABLE_DAYS + 4)

/* A sorted array with an index in front: `first` tells for each stretch of
 * 2^shift how many keys lie before it.  With about two stretches a key, most
 * searches end after one comparison or none. */
struct ladder {
	const int64_t *key; /* ascending, key[0] >= 0 */
	size_t count;
	uint32_t *first; /* one more than there are stretches */
	int64_t limit;	 /* all keys are below; a multiple of a stretch */
	int shift;
};

struct calendar {
	struct arena mem; /* everything below */
	const char *name;
	const char *zone; /* or NULL */
	bool always;
	size_t count;
	int64_t *start;	 /* of the periods, in ms since the epoch */
	int64_t *before; /* count + 1 running sums, in ms */
	struct ladder by_start;
	struct ladder by_sum;
};

static void ladder_build(
    struct ladder *l, struct arena *mem, const int64_t *key, size_t count)
{
	size_t stretches;
	size_t k = 0;

	*l = (struct ladder){ .key = key, .count = count };
	while ((uint64_t)key[count - 1] >> l->shift > 2 * count)
		l->shift++;
	stretches = (size_t)(key[count - 1] >> l->shift) + 1;
	l->limit = (int64_t)stretches << l->shift;
	l->first = arena_alloc(mem, (stretches + 1) * sizeof *l->first);
	for (size_t i = 0; i <= stretches; i++) {
		while (k < count && key[k] < (int64_t)i << l->shift)
			k++;
		l->first[i] = (uint32_t)k;
	}
}

/* How many keys are at most x. */
static size_t ladder_count(const struct ladder *l, int64_t x)
{
	size_t low;
	size_t high;

	if (x < 0)
		return 0;
	if (x >= l->limit)
		return l->count;
	low = l->first[x >> l->shift];
	high = l->first[(x >> l->shift) + 1];
	/* Keys below low are at most x, those from high on are above. */
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (l->key[mid] <= x)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int64_t length_of(const struct calendar *c, size_t i)
{
	return c->before[i + 1] - c->before[i];
}

static int64_t end_of(const struct calendar *c, size_t i)
{
	return c->start[i] + length_of(c, i);
}

/* The working time that has passed since the table's start. */
static int64_t passed(const struct calendar *c, int64_t at_ms)
{
	size_t n = ladder_count(&c->by_start, at_ms);
	int64_t into;

	if (n == 0)
		return 0;
	into = at_ms - c->start[n - 1];
	return into < length_of(c, n - 1) ? c->before[n - 1] + into
					  : c->before[n];
}

struct wall calendar_add(
    const struct calendar *c, struct wall start, int64_t amount_ms)
{
	int64_t from;
	size_t i;

	CHECK(amount_ms >= 0);
	if (amount_ms == 0)
		return start;
	from = passed(c, start.ms);
	if (amount_ms > c->before[c->count] - from)
		return WALL_NEVER;
	/* The earliest instant: at a seam it is the end of the period before,
	 * and therefore one millisecond less is looked for. */
	i = ladder_count(&c->by_sum, from + amount_ms - 1) - 1;
	return wall_at(c->start[i] + (from + amount_ms - c->before[i]));
}

struct wall calendar_sub(
    const struct calendar *c, struct wall end, int64_t amount_ms)
{
	int64_t until;
	size_t i;

	CHECK(amount_ms >= 0);
	if (amount_ms == 0)
		return end;
	until = passed(c, end.ms);
	if (amount_ms > until)
		return wall_at(0);
	i = ladder_count(&c->by_sum, until - amount_ms) - 1;
	return wall_at(c->start[i] + (until - amount_ms - c->before[i]));
}

int64_t calendar_between(const struct calendar *c, struct wall a, struct wall b)
{
	return passed(c, b.ms) - passed(c, a.ms);
}

/* The period in which the instant lies or, if it is closed then, the next one;
 * count if there is none. */
static size_t period_at(const struct calendar *c, struct wall at)
{
	size_t n = ladder_count(&c->by_start, at.ms);

	return n > 0 && at.ms < end_of(c, n - 1) ? n - 1 : n;
}

bool calendar_open(const struct calendar *c, struct wall at)
{
	size_t i = period_at(c, at);

	return i < c->count && c->start[i] <= at.ms;
}

struct wall calendar_next_open(const struct calendar *c, struct wall at)
{
	size_t i = period_at(c, at);

	if (i == c->count)
		return WALL_NEVER;
	return wall_max(at, wall_at(c->start[i]));
}

/* Where the table ends nothing closes. */
struct wall calendar_next_close(const struct calendar *c, struct wall at)
{
	size_t i = period_at(c, at);

	if (i == c->count || end_of(c, i) == TABLE_END)
		return WALL_NEVER;
	return wall_at(end_of(c, i));
}

struct wall calendar_prev_close(const struct calendar *c, struct wall at)
{
	size_t i = period_at(c, at);

	/* Behind the table's end the last period may not have closed. */
	if (i > 0 && end_of(c, i - 1) == TABLE_END)
		i--;
	return i == 0 ? WALL_NEVER : wall_at(end_of(c, i - 1));
}

struct wall calendar_prev_open(const struct calendar *c, struct wall at)
{
	size_t n = ladder_count(&c->by_start, at.ms);

	/* What is open where the table starts did not open there. */
	return n == 0 || c->start[n - 1] == 0 ? WALL_NEVER
					      : wall_at(c->start[n - 1]);
}

bool calendar_same(const struct calendar *a, const struct calendar *b)
{
	/* Starts and running sums are the whole table. */
	return a->count == b->count &&
	       memcmp(a->start, b->start, a->count * sizeof *a->start) == 0 &&
	       memcmp(a->before, b->before,
		   (a->count + 1) * sizeof *a->before) == 0;
}

size_t calendar_periods(const struct calendar *c, struct wall from,
    struct wall to, struct period *out, size_t max)
{
	size_t i = period_at(c, from);
	size_t n = 0;

	for (; n < max && i < c->count && c->start[i] < to.ms; i++) {
		out[n].start = wall_at(c->start[i]);
		out[n].end = wall_at(end_of(c, i));
		n++;
	}
	return n;
}

const char *calendar_name(const struct calendar *c)
{
	return c->name;
}

const char *calendar_zone(const struct calendar *c)
{
	return c->zone;
}

bool calendar_is_always(const struct calendar *c)
{
	return c->always;
}

/* What build() works with and throws away. */
struct build {
	struct arena mem;
	const struct calendar_spec *spec;
	const struct zone *zone;
	const struct day_hours **hours; /* DAY_COUNT of them, from DAY_FROM */
	bool *special;			/* as many: an exception's hours? */
	struct period *periods;
	size_t count;
	size_t cap;
};

/* Puts the hours of one date over what was there, in one year or in all. */
static void lay_date(
    struct build *b, const struct calendar_date *d, bool special)
{
	int from = d->year == 0 ? 1969 : d->year;
	int to = d->year == 0 ? 2101 : d->year;

	for (int year = from; year <= to; year++) {
		int64_t day = civil_days(year, d->month, d->day) - DAY_FROM;

		/* 29 February comes in leap years only. */
		if (day >= 0 && day < DAY_COUNT &&
		    civil_date_valid(year, d->month, d->day)) {
			b->hours[day] = &d->hours;
			b->special[day] = special;
		}
	}
}

/* Every year's dates first, so that a date with its year beats them; within
 * each the later one beats the earlier. */
static void lay_dates(struct build *b, const struct calendar_date *dates,
    size_t count, bool special)
{
	for (size_t i = 0; i < count; i++) {
		if (dates[i].year == 0)
			lay_date(b, &dates[i], special);
	}
	for (size_t i = 0; i < count; i++) {
		if (dates[i].year != 0)
			lay_date(b, &dates[i], special);
	}
}

/* The hours of every day: the week, over it the holidays, over them the
 * exceptions. */
static void lay_days(struct build *b)
{
	const struct calendar_spec *spec = b->spec;

	b->hours = arena_alloc(&b->mem, DAY_COUNT * sizeof *b->hours);
	b->special = arena_alloc(&b->mem, DAY_COUNT * sizeof *b->special);
	for (int i = 0; i < DAY_COUNT; i++)
		b->hours[i] = &spec->week[civil_weekday(i + DAY_FROM)];
	lay_dates(b, spec->holidays, spec->nholidays, false);
	lay_dates(b, spec->exceptions, spec->nexceptions, true);
}

static void add_period(struct build *b, int64_t start_ms, int64_t end_ms)
{
	struct period *p;

	if (start_ms < 0)
		start_ms = 0;
	if (end_ms > TABLE_END)
		end_ms = TABLE_END;
	/* Daylight saving can leave nothing of an interval. */
	if (start_ms >= end_ms)
		return;
	p = arena_push(&b->mem, &b->periods, &b->count, &b->cap, sizeof *p);
	p->start = wall_at(start_ms);
	p->end = wall_at(end_ms);
}

/* The instant of a minute of the day there; minute 1440 is the end of it. */
static int64_t minute_ms(
    const struct build *b, int64_t day, int minute, enum zone_pick pick)
{
	struct civil local = { .hour = minute / 60, .minute = minute % 60 };

	civil_from_days(day, &local.year, &local.month, &local.day);
	return zone_instant(b->zone, &local, pick).ms;
}

/* The periods of the days that are an exception's, or of those that are not. */
static void open_days(struct build *b, bool special)
{
	for (int i = 0; i < DAY_COUNT; i++) {
		const struct day_hours *hours = b->hours[i];
		int64_t day = i + DAY_FROM;

		if (b->special[i] != special)
			continue;
		for (size_t k = 0; k < hours->count; k++) {
			struct day_interval at = hours->at[k];
			int64_t last = day + (at.end_min <= at.start_min);

			add_period(b,
			    minute_ms(b, day, at.start_min, ZONE_FIRST),
			    minute_ms(b, last, at.end_min, ZONE_LAST));
		}
	}
}

static int by_start(const void *left, const void *right)
{
	const struct period *a = left;
	const struct period *b = right;

	if (wall_same(a->start, b->start))
		return 0;
	return wall_before(a->start, b->start) ? -1 : 1;
}

/* Sorts, and makes one of periods that touch or overlap. */
static size_t merge(struct period *at, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(at, count, sizeof *at, by_start);
	for (size_t i = 0; i < count; i++) {
		struct period *last = kept > 0 ? &at[kept - 1] : NULL;

		if (last != NULL && !wall_before(last->end, at[i].start))
			last->end = wall_max(last->end, at[i].end);
		else
			at[kept++] = at[i];
	}
	return kept;
}

/* What is left of one period.  Closures are in order and do not overlap; those
 * before *first end before the period and all that follow. */
static void cut_period(struct build *b, struct period p,
    const struct period *closed, size_t nclosed, size_t *first)
{
	int64_t from = p.start.ms;

	while (*first < nclosed && closed[*first].end.ms <= p.start.ms)
		++*first;
	for (size_t k = *first; k < nclosed && closed[k].start.ms < p.end.ms;
	     k++) {
		add_period(b, from, closed[k].start.ms);
		from = closed[k].end.ms;
	}
	add_period(b, from, p.end.ms);
}

/* Takes the closures out of what is open so far. */
static void close_spans(struct build *b)
{
	size_t size = b->spec->nclosures * sizeof(struct period);
	struct period *closed = arena_alloc(&b->mem, size);
	const struct period *open = b->periods;
	size_t nopen = merge(b->periods, b->count);
	size_t first = 0;
	size_t nclosed;

	memcpy(closed, b->spec->closures, size);
	nclosed = merge(closed, b->spec->nclosures);
	b->periods = NULL;
	b->count = b->cap = 0;
	for (size_t i = 0; i < nopen; i++)
		cut_period(b, open[i], closed, nclosed, &first);
}

static struct calendar *finish(const struct build *b)
{
	struct calendar *c = malloc(sizeof *c);

	CHECK(c != NULL);
	*c = (struct calendar){ .mem = ARENA_INIT };
	c->name = arena_strdup(&c->mem, b->spec->name);
	if (b->spec->zone != NULL)
		c->zone = arena_strdup(&c->mem, zone_name(b->spec->zone));
	c->always = b->spec->always;
	c->count = b->count;
	c->start = arena_alloc(&c->mem, c->count * sizeof *c->start);
	c->before = arena_alloc(&c->mem, (c->count + 1) * sizeof *c->before);
	for (size_t i = 0; i < c->count; i++) {
		const struct period *p = &b->periods[i];

		c->start[i] = p->start.ms;
		c->before[i + 1] = c->before[i] + wall_minus(p->end, p->start);
	}
	ladder_build(&c->by_start, &c->mem, c->start, c->count);
	ladder_build(&c->by_sum, &c->mem, c->before, c->count);
	return c;
}

static bool hours_valid(const struct day_hours *hours)
{
	if (hours->count > CALENDAR_DAY_INTERVALS)
		return false;
	for (size_t i = 0; i < hours->count; i++) {
		struct day_interval at = hours->at[i];

		if (at.start_min < 0 || at.start_min > DAY_MIN ||
		    at.end_min < 0 || at.end_min > DAY_MIN)
			return false;
	}
	return true;
}

static bool dates_valid(const struct calendar_date *dates, size_t count,
    const char *name, struct errtext *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct calendar_date *d = &dates[i];

		/* Year 0 is a leap year: 29 February passes. */
		if (!civil_date_valid(d->year, d->month, d->day)) {
			errtext_set(err, "calendar %s: no date %d-%d-%d", name,
			    d->year, d->month, d->day);
			return false;
		}
		if (!hours_valid(&d->hours)) {
			errtext_set(err, "calendar %s: bad hours on %d-%d-%d",
			    name, d->year, d->month, d->day);
			return false;
		}
	}
	return true;
}

static bool spec_valid(const struct calendar_spec *spec, struct errtext *err)
{
	for (int i = 0; i < 7; i++) {
		if (!hours_valid(&spec->week[i])) {
			errtext_set(err, "calendar %s: bad hours on weekday %d",
			    spec->name, i + 1);
			return false;
		}
	}
	for (size_t i = 0; i < spec->nclosures; i++) {
		if (wall_before(
			spec->closures[i].end, spec->closures[i].start)) {
			errtext_set(err,
			    "calendar %s: a closure ends before "
			    "it starts",
			    spec->name);
			return false;
		}
	}
	return dates_valid(spec->holidays, spec->nholidays, spec->name, err) &&
	       dates_valid(
		   spec->exceptions, spec->nexceptions, spec->name, err);
}

static void fill_table(struct build *b)
{
	struct zone *utc = NULL;

	if (b->spec->always) {
		add_period(b, 0, TABLE_END);
		return;
	}
	b->zone = b->spec->zone;
	if (b->zone == NULL)
		b->zone = utc = zone_utc();
	lay_days(b);
	open_days(b, false);
	if (b->spec->nclosures > 0)
		close_spans(b);
	open_days(b, true);
	b->count = merge(b->periods, b->count);
	zone_free(utc);
}

struct calendar *calendar_build(
    const struct calendar_spec *spec, struct errtext *err)
{
	struct build b = { .mem = ARENA_INIT, .spec = spec };
	struct calendar *c = NULL;

	if (!spec->always && !spec_valid(spec, err))
		return NULL;
	fill_table(&b);
	if (b.count > 0)
		c = finish(&b);
	else
		errtext_set(err, "calendar %s is never open", spec->name);
	arena_fini(&b.mem);
	return c;
}

void calendar_free(struct calendar *c)
{
	if (c == NULL)
		return;
	arena_fini(&c->mem);
	free(c);
}
