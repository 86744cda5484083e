/* bench_heap.c - what a million deadlines cost, against libuv's timers.
 *
 * Both do the same things in the same random order: a million are put, each
 * is moved once to another instant, a quarter of them is dropped in random
 * order, the rest comes off earliest first.  libuv's part is what a daemon
 * with a timer a ticket would do: start it, start it anew, stop it, and in the
 * end, when the loop's clock has passed them all, one turn calls each one.
 *
 *	bench: NAME VALUE UNIT (peer VALUE UNIT, ratio R, aim A)
 *
 * Times are the best of three rounds; the ratio is the peer's over ours.
 * BENCH_COUNT in the environment sets another number of entries.
 *
 * SPDX-License-Identifier: MIT */
#include "base/deadline_heap.h"
#include "base/hashmap.h"
#include "lib/rng.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#define ROUNDS	  3
#define SPREAD_MS (400 * DAY_MS)

enum { INSERT, MOVE, DROP, POP, OPERATIONS };

static const char *const operation_names[OPERATIONS] = { "heap_insert",
	"heap_move", "heap_drop", "heap_pop" };

/* ns for each operation; the best round so far. */
struct timing {
	double best[OPERATIONS];
	double since;
};

struct plan {
	uint32_t count;
	uint32_t dropped;
	int64_t *due;	 /* at first */
	int64_t *moved;	 /* and then */
	uint32_t *order; /* a shuffle: moved in this order, its head dropped */
};

/* Added to the monotonic clock as libuv sees it: seconds. */
static time_t ahead;

/* Stands before libc's for libuv too, so that its timers can run out without
 * anybody waiting for them. */
int clock_gettime(clockid_t id, struct timespec *ts)
{
	int rc = (int)syscall(SYS_clock_gettime, id, ts);

	if (rc == 0 && id == CLOCK_MONOTONIC)
		ts->tv_sec += ahead;
	return rc;
}

static double now_ns(void)
{
	struct timespec ts;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static void begin(struct timing *t)
{
	t->since = now_ns();
}

static void end(struct timing *t, int operation, uint32_t count)
{
	double ns = (now_ns() - t->since) / count;

	if (t->best[operation] <= 0 || ns < t->best[operation])
		t->best[operation] = ns;
}

static _Noreturn void fail(const char *why)
{
	fprintf(stderr, "bench_heap: %s\n", why);
	exit(EXIT_FAILURE);
}

static void *xcalloc(size_t count, size_t size)
{
	void *p = calloc(count, size);

	if (p == NULL)
		fail("out of memory");
	return p;
}

static void plan_init(struct plan *p, uint32_t count, struct rng *rng)
{
	p->count = count;
	p->dropped = count / 4;
	p->due = xcalloc(count, sizeof *p->due);
	p->moved = xcalloc(count, sizeof *p->moved);
	p->order = xcalloc(count, sizeof *p->order);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t k = (uint32_t)rng_below(rng, (uint64_t)i + 1);

		p->due[i] = rng_between(rng, 0, SPREAD_MS);
		p->moved[i] = rng_between(rng, 0, SPREAD_MS);
		p->order[i] = p->order[k];
		p->order[k] = i;
	}
}

static void plan_fini(struct plan *p)
{
	free(p->due);
	free(p->moved);
	free(p->order);
}

static void pop_all(struct deadline_heap *h)
{
	struct wall last = wall_at(0);

	while (h->count > 0) {
		struct deadline d = deadline_heap_pop(h);

		if (wall_before(d.due, last))
			fail("the heap is out of order");
		last = d.due;
	}
}

static void run_heap(const struct plan *p, struct timing *t)
{
	struct deadline_heap h;

	deadline_heap_init(&h);
	begin(t);
	for (uint32_t i = 0; i < p->count; i++) {
		deadline_heap_reserve(&h, i + 1, i + 1);
		deadline_heap_put(&h, i, i, wall_at(p->due[i]));
	}
	end(t, INSERT, p->count);
	begin(t);
	for (uint32_t i = 0; i < p->count; i++) {
		uint32_t slot = p->order[i];

		deadline_heap_put(&h, slot, slot, wall_at(p->moved[slot]));
	}
	end(t, MOVE, p->count);
	begin(t);
	for (uint32_t i = 0; i < p->dropped; i++)
		deadline_heap_drop(&h, p->order[i]);
	end(t, DROP, p->dropped);
	begin(t);
	pop_all(&h);
	end(t, POP, p->count - p->dropped);
	deadline_heap_fini(&h);
}

static uint32_t timers_run;

static void on_timer(uv_timer_t *timer)
{
	(void)timer;
	timers_run++;
}

static void run_uv(const struct plan *p, struct timing *t)
{
	uv_timer_t *timers = xcalloc(p->count, sizeof *timers);
	uv_loop_t loop;

	uv_loop_init(&loop);
	timers_run = 0;
	begin(t);
	for (uint32_t i = 0; i < p->count; i++) {
		uv_timer_init(&loop, &timers[i]);
		uv_timer_start(&timers[i], on_timer, (uint64_t)p->due[i], 0);
	}
	end(t, INSERT, p->count);
	begin(t);
	for (uint32_t i = 0; i < p->count; i++) {
		uint32_t k = p->order[i];

		uv_timer_start(&timers[k], on_timer, (uint64_t)p->moved[k], 0);
	}
	end(t, MOVE, p->count);
	begin(t);
	for (uint32_t i = 0; i < p->dropped; i++)
		uv_timer_stop(&timers[p->order[i]]);
	end(t, DROP, p->dropped);
	ahead += 2 * SPREAD_MS / SECOND_MS;
	begin(t);
	uv_run(&loop, UV_RUN_NOWAIT);
	end(t, POP, p->count - p->dropped);
	if (timers_run != p->count - p->dropped)
		fail("libuv's timers did not run out");
	for (uint32_t i = 0; i < p->count; i++)
		uv_close((uv_handle_t *)&timers[i], NULL);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	free(timers);
}

/* Grown one ticket at a time, as the daemon does it. */
static double bytes_each(uint32_t count)
{
	struct deadline_heap h;
	struct hashmap map;
	double bytes;

	deadline_heap_init(&h);
	hashmap_init(&map);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t slot;

		hashmap_reserve(&map, i + 1);
		slot = hashmap_put(&map, (int64_t)i + 1);
		deadline_heap_reserve(&h, i + 1, slot + 1);
		deadline_heap_put(&h, slot, slot, wall_at(i));
	}
	bytes = (double)(deadline_heap_bytes(&h) + hashmap_bytes(&map));
	deadline_heap_fini(&h);
	hashmap_fini(&map);
	return bytes / count;
}

int main(void)
{
	const char *text = getenv("BENCH_COUNT");
	uint32_t count = 1000000;
	struct timing heap = { .since = 0 };
	struct timing uv = { .since = 0 };
	struct rng rng = rng_seeded("bench_heap");
	struct plan plan;
	double bytes;

	if (text != NULL)
		count = (uint32_t)strtoul(text, NULL, 10);
	if (count < 100 || count > 100000000)
		fail("BENCH_COUNT must be 100 to 100000000");
	plan_init(&plan, count, &rng);
	for (int i = 0; i < ROUNDS; i++) {
		run_heap(&plan, &heap);
		run_uv(&plan, &uv);
	}
	plan_fini(&plan);
	for (int i = 0; i < OPERATIONS; i++)
		printf("bench: %s %.0f ns (peer %.0f ns, ratio %.2f, "
		       "aim 3.0)\n",
		    operation_names[i], heap.best[i], uv.best[i],
		    uv.best[i] / heap.best[i]);
	bytes = bytes_each(count);
	printf("bench: ticket_bytes %.1f bytes (peer 40.0 bytes, ratio %.2f, "
	       "aim 1.0)\n",
	    bytes, 40.0 / bytes);
	return EXIT_SUCCESS;
}
