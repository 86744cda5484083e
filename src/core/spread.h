/* spread.h - how long does it mostly take?
 *
 * Durations counted in a fixed number of buckets, each a few percent wider than
 * the one before: median and percentiles to within 1 in SPREAD_SHARES of any
 * number of them, in the same memory, and the same to the bit on every machine:
 * there is no floating point in it.
 *
 * Why not keep them all and sort: a year of a busy desk is millions of steps,
 * and a report must not need more memory for a longer log.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_SPREAD_H
#define SLAWATCH_CORE_SPREAD_H

#include <stddef.h>
#include <stdint.h>

#define SPREAD_SHARES  16  /* buckets for each doubling; exact below that */
#define SPREAD_BUCKETS 656 /* up to 2^44 ms, some 550 years; then the last */

struct spread {
	size_t count;
	int64_t least_ms; /* exact; 0 if there are none */
	int64_t most_ms;  /* exact */
	int64_t sum_ms;	  /* exact */
	uint32_t bucket[SPREAD_BUCKETS];
};

/* Negative ones count as 0. */
void spread_add(struct spread *s, int64_t ms);

/* The smallest duration that at least that share (0..100) of them do not
 * exceed, by the middle of its bucket; 0 if there are none. */
int64_t spread_percentile(const struct spread *s, int percent);

/* 0 if there are none. */
int64_t spread_mean(const struct spread *s);

#endif
