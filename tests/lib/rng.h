/* rng.h - random numbers that a failed test can be given again.
 *
 * splitmix64: the whole state is one number, every seed is good.  A test
 * prints its seed; SLAWATCH_SEED in the environment sets it.
 *
 *	struct rng rng = rng_seeded("test_zone");
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_RNG_H
#define SLAWATCH_TESTS_RNG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct rng {
	uint64_t state;
};

static inline uint64_t rng_u64(struct rng *rng)
{
	uint64_t z = rng->state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* 0 .. below-1; below > 0.  The bias of the remainder is of no matter here. */
static inline uint64_t rng_below(struct rng *rng, uint64_t below)
{
	return rng_u64(rng) % below;
}

/* low .. high, both included. */
static inline int64_t rng_between(struct rng *rng, int64_t low, int64_t high)
{
	uint64_t width = (uint64_t)high - (uint64_t)low + 1;

	return (int64_t)((uint64_t)low +
			 (width == 0 ? rng_u64(rng) : rng_below(rng, width)));
}

/* True once in n. */
static inline bool rng_one_in(struct rng *rng, uint64_t n)
{
	return rng_below(rng, n) == 0;
}

/* From SLAWATCH_SEED, else from the time; says which on stdout. */
static inline struct rng rng_seeded(const char *who)
{
	const char *text = getenv("SLAWATCH_SEED");
	struct rng rng = { 0 };

	if (text != NULL && text[0] != '\0')
		rng.state = strtoull(text, NULL, 0);
	else
		rng.state =
		    (uint64_t)time(NULL) * 1000003U ^ (uint64_t)getpid();
	printf("%s: SLAWATCH_SEED=%llu\n", who, (unsigned long long)rng.state);
	fflush(stdout);
	return rng;
}

#endif
