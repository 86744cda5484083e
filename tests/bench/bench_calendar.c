/* bench_calendar.c - what a question to a calendar costs.
 *
 * An office in Berlin, 9-12 and 13-18 on weekdays with twenty holidays, asked
 * at random instants of twenty years.  Each call starts from the result of the
 * one before, so that a processor cannot answer several at once.  A batch of
 * calls is timed as one, since a clock costs as much as a call; median and p99
 * are over the batches.  It is built several times, zone and all.
 *
 *	bench: NAME VALUE UNIT (peer VALUE UNIT, ratio R, aim A)
 *
 * The peer is the aim itself, 100 ns for a question and 100 ms for building;
 * the ratio is the aim over ours.
 *
 * SPDX-License-Identifier: MIT */
#include "core/calendar.h"
#include "lib/rng.h"
#include "lib/zone_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH = 100, BATCHES = 20000, BUILDS = 41 };

#define FROM_MS	     INT64_C(1420070400000) /* 2015-01-01 */
#define TO_MS	     INT64_C(2051222400000) /* 2035-01-01 */
#define AIM_NS	     100.0
#define BUILD_AIM_NS 100e6

struct question {
	struct wall from;
	struct wall to;
	int64_t amount_ms;
};

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static _Noreturn void fail(const char *why)
{
	fprintf(stderr, "bench_calendar: %s\n", why);
	exit(EXIT_FAILURE);
}

static struct calendar *office_build(void)
{
	static const struct calendar_date holidays[] = {
		{ 0, 1, 1, { .count = 0 } },
		{ 0, 5, 1, { .count = 0 } },
		{ 0, 10, 3, { .count = 0 } },
		{ 0, 12, 25, { .count = 0 } },
		{ 0, 12, 26, { .count = 0 } },
		{ 2025, 4, 18, { .count = 0 } },
		{ 2025, 4, 21, { .count = 0 } },
		{ 2025, 5, 29, { .count = 0 } },
		{ 2025, 6, 9, { .count = 0 } },
		{ 2025, 6, 19, { .count = 0 } },
		{ 2026, 4, 3, { .count = 0 } },
		{ 2026, 4, 6, { .count = 0 } },
		{ 2026, 5, 14, { .count = 0 } },
		{ 2026, 5, 25, { .count = 0 } },
		{ 2026, 6, 4, { .count = 0 } },
		{ 2027, 3, 26, { .count = 0 } },
		{ 2027, 3, 29, { .count = 0 } },
		{ 2027, 5, 6, { .count = 0 } },
		{ 2027, 5, 17, { .count = 0 } },
		{ 2027, 5, 27, { .count = 0 } },
	};
	struct calendar_spec spec = { .name = "office",
		.holidays = holidays,
		.nholidays = sizeof holidays / sizeof holidays[0] };
	struct errtext err = { "" };
	struct zone_file file;
	struct calendar *c;
	struct zone *zone;

	if (!zone_file_read("Europe/Berlin", &file))
		fail("no time zone Europe/Berlin on this machine");
	zone = zone_parse("Europe/Berlin", file.bytes, file.len, &err);
	zone_file_free(&file);
	if (zone == NULL)
		fail(err.text);
	for (int i = 0; i < 5; i++)
		spec.week[i] =
		    (struct day_hours){ .at = { { 540, 720 }, { 780, 1080 } },
			    .count = 2 };
	spec.zone = zone;
	c = calendar_build(&spec, &err);
	zone_free(zone);
	if (c == NULL)
		fail(err.text);
	return c;
}

static int by_value(const void *left, const void *right)
{
	const double *a = left;
	const double *b = right;

	return (*a > *b) - (*a < *b);
}

static void report(const char *name, const char *part, double ns)
{
	printf("bench: calendar_%s_%s %.1f ns (peer %.0f ns, ratio %.2f, "
	       "aim 1.0)\n",
	    name, part, ns, AIM_NS, AIM_NS / ns);
}

/* The last result's lowest bit: unknown before, of no matter after. */
static int64_t run_add(const struct calendar *c, const struct question *q)
{
	int64_t bit = 0;

	for (int i = 0; i < BATCH; i++)
		bit =
		    calendar_add(c, wall_at(q[i].from.ms + bit), q[i].amount_ms)
			.ms &
		    1;
	return bit;
}

static int64_t run_between(const struct calendar *c, const struct question *q)
{
	int64_t bit = 0;

	for (int i = 0; i < BATCH; i++)
		bit =
		    calendar_between(c, wall_at(q[i].from.ms + bit), q[i].to) &
		    1;
	return bit;
}

/* Keeps the calls from being optimized away. */
static volatile int64_t sink;

static void measure(const char *name, const struct calendar *c,
    const struct question *questions,
    int64_t (*run)(const struct calendar *, const struct question *))
{
	double *ns = malloc(BATCHES * sizeof *ns);

	if (ns == NULL)
		fail("out of memory");
	for (int i = 0; i < BATCHES; i++) {
		double start = now_ns();

		sink = run(c, questions + i * BATCH);
		ns[i] = (now_ns() - start) / BATCH;
	}
	qsort(ns, BATCHES, sizeof *ns, by_value);
	report(name, "median", ns[BATCHES / 2]);
	report(name, "p99", ns[BATCHES / 100 * 99]);
	free(ns);
}

static void measure_build(void)
{
	double ns[BUILDS];

	for (int i = 0; i < BUILDS; i++) {
		double start = now_ns();
		struct calendar *c = office_build();

		ns[i] = now_ns() - start;
		calendar_free(c);
	}
	qsort(ns, BUILDS, sizeof *ns, by_value);
	printf("bench: calendar_build %.1f ms (peer %.0f ms, ratio %.2f, "
	       "aim 1.0)\n",
	    ns[BUILDS / 2] / 1e6, BUILD_AIM_NS / 1e6,
	    BUILD_AIM_NS / ns[BUILDS / 2]);
}

int main(void)
{
	struct rng rng = rng_seeded("bench_calendar");
	struct calendar *c = office_build();
	struct question *questions =
	    malloc(BATCH * BATCHES * sizeof *questions);

	if (questions == NULL)
		fail("out of memory");
	for (int i = 0; i < BATCH * BATCHES; i++) {
		questions[i].from = wall_at(rng_between(&rng, FROM_MS, TO_MS));
		questions[i].to = wall_at(rng_between(&rng, FROM_MS, TO_MS));
		questions[i].amount_ms = rng_between(&rng, 1, 80 * HOUR_MS);
	}
	measure("add", c, questions, run_add);
	measure("between", c, questions, run_between);
	measure_build();
	free(questions);
	calendar_free(c);
	return EXIT_SUCCESS;
}
