/* spread.c - see spread.h.
 *
 * A duration below SPREAD_SHARES has a bucket of its own; from there each
 * doubling is cut into SPREAD_SHARES of equal width.
 *
 * SPDX-License-Identifier: MIT */
#include "core/spread.h"

#include "base/check.h"

#define SHARE_BITS 4 /* 1 << 4 is SPREAD_SHARES */

static size_t bucket_of(int64_t ms)
{
	uint64_t v = (uint64_t)ms;
	unsigned doublings = 0;
	size_t i;

	if (v < SPREAD_SHARES)
		return (size_t)v;
	while (v >> (doublings + SHARE_BITS + 1) != 0)
		doublings++;
	i = SPREAD_SHARES * ((size_t)doublings + 1) +
	    (size_t)((v >> doublings) - SPREAD_SHARES);
	return i < SPREAD_BUCKETS ? i : SPREAD_BUCKETS - 1;
}

static int64_t middle_of(size_t bucket)
{
	unsigned doublings;
	int64_t from;

	if (bucket < SPREAD_SHARES)
		return (int64_t)bucket;
	doublings = (unsigned)(bucket / SPREAD_SHARES - 1);
	from = (int64_t)(SPREAD_SHARES + bucket % SPREAD_SHARES) << doublings;
	return from + ((INT64_C(1) << doublings) - 1) / 2;
}

void spread_add(struct spread *s, int64_t ms)
{
	if (ms < 0)
		ms = 0;
	if (s->count == 0 || ms < s->least_ms)
		s->least_ms = ms;
	if (s->count == 0 || ms > s->most_ms)
		s->most_ms = ms;
	s->count++;
	s->sum_ms += ms;
	s->bucket[bucket_of(ms)]++;
}

static int64_t within(const struct spread *s, int64_t ms)
{
	if (ms < s->least_ms)
		return s->least_ms;
	return ms > s->most_ms ? s->most_ms : ms;
}

int64_t spread_percentile(const struct spread *s, int percent)
{
	size_t rank, seen = 0;

	CHECK(percent >= 0 && percent <= 100);
	if (s->count == 0)
		return 0;
	rank = (s->count * (size_t)percent + 99) / 100;
	if (rank <= 1)
		return s->least_ms;
	if (rank == s->count)
		return s->most_ms;
	for (size_t i = 0; i < SPREAD_BUCKETS; i++) {
		seen += s->bucket[i];
		if (seen >= rank)
			return within(s, middle_of(i));
	}
	return s->most_ms;
}

int64_t spread_mean(const struct spread *s)
{
	return s->count == 0 ? 0 : s->sum_ms / (int64_t)s->count;
}
