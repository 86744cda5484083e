/* libc_zone.h - what the C library says of a time zone.
 *
 * The oracle for core/zone and all that stands on it: other code, written by
 * other people, on the same files.  The zone is that of the whole process.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_LIBC_ZONE_H
#define SLAWATCH_TESTS_LIBC_ZONE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

static inline void libc_zone_set(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

/* Seconds east of UTC then. */
static inline int64_t libc_zone_offset(int64_t s)
{
	time_t t = (time_t)s;
	struct tm tm;

	localtime_r(&t, &tm);
	return tm.tm_gmtoff;
}

/* The first second after from and up to `to` that has another offset than the
 * one before it, if the two ends differ; else INT64_MAX. */
static inline int64_t libc_zone_change(int64_t from, int64_t to)
{
	int64_t before = libc_zone_offset(from);

	if (libc_zone_offset(to) == before)
		return INT64_MAX;
	while (to - from > 1) {
		int64_t mid = from + (to - from) / 2;

		if (libc_zone_offset(mid) == before)
			from = mid;
		else
			to = mid;
	}
	return to;
}

#endif
