/* instant.h - what time is it, in which of the two senses?
 *
 * Wall-clock instants (civil time, on disk, in events) and monotonic ones
 * (how long did this take, when to retry inside the process) are different
 * types, so that mixing them does not compile.  Both count milliseconds; a
 * duration is a plain int64_t whose name ends in _ms.
 *
 * A wall instant is milliseconds since 1970-01-01T00:00:00Z without leap
 * seconds (POSIX time).  Text is RFC 3339.  Range: 1970-01-01 up to
 * 2200-01-01; outside it parsing refuses.
 *
 * Nothing here reads a clock: only net/ does.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_BASE_INSTANT_H
#define SLAWATCH_BASE_INSTANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wall {
	int64_t ms; /* since the epoch, UTC */
};

struct mono {
	int64_t ms; /* since some start; only differences mean anything */
};

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS	  (60 * MINUTE_MS)
#define DAY_MS	  (24 * HOUR_MS)

#define WALL_NEVER    ((struct wall){ INT64_MAX }) /* later than any */
#define WALL_MAX_MS   INT64_C(7258118400000)	   /* 2200-01-01 */
#define WALL_TEXT_MAX 25 /* "2026-01-05T09:00:00.123Z" and NUL */
#define SPAN_TEXT_MAX 32

static inline struct wall wall_at(int64_t ms)
{
	return (struct wall){ ms };
}

static inline bool wall_is_never(struct wall w)
{
	return w.ms == INT64_MAX;
}

static inline bool wall_before(struct wall a, struct wall b)
{
	return a.ms < b.ms;
}

static inline bool wall_same(struct wall a, struct wall b)
{
	return a.ms == b.ms;
}

static inline struct wall wall_min(struct wall a, struct wall b)
{
	return a.ms < b.ms ? a : b;
}

static inline struct wall wall_max(struct wall a, struct wall b)
{
	return a.ms > b.ms ? a : b;
}

/* Never stays never. */
static inline struct wall wall_plus(struct wall w, int64_t add_ms)
{
	return wall_is_never(w) ? w : wall_at(w.ms + add_ms);
}

/* a - b in milliseconds; neither may be never. */
static inline int64_t wall_minus(struct wall a, struct wall b)
{
	return a.ms - b.ms;
}

/* RFC 3339 section 5.6: "2026-01-05T09:00:00Z", any fraction (cut to ms),
 * "z", "t" or a space for "T", offsets "+01:00".  A leap second :60 is read
 * as the next minute's :00.  False on anything else; *out is then untouched. */
bool wall_parse(const char *text, size_t len, struct wall *out);

/* Always UTC with a Z; milliseconds only where there are any; never is
 * "never". */
void wall_format(struct wall w, char out[WALL_TEXT_MAX]);

/* Proleptic Gregorian calendar.  Days count from 1970-01-01 = 0. */
struct civil {
	int year;   /* 1970.. */
	int month;  /* 1..12 */
	int day;    /* 1..31 */
	int hour;   /* 0..23 */
	int minute; /* 0..59 */
	int second; /* 0..59 */
};

int64_t civil_days(int year, int month, int day);
void civil_from_days(int64_t days, int *year, int *month, int *day);
int civil_weekday(int64_t days); /* 0 Monday .. 6 Sunday, as ISO 8601 */
bool civil_date_valid(int year, int month, int day);

/* Milliseconds since the epoch <-> date and time, both as UTC. */
int64_t civil_ms(const struct civil *c);
void civil_from_ms(int64_t ms, struct civil *out);

/* "90s", "15m", "4h", "2d", "1h30m", "500ms"; a unit is required, a sign is
 * not allowed.  "0" alone is zero.  False if malformed or above 100 years. */
bool span_parse(const char *text, size_t len, int64_t *out_ms);

/* For people: the two largest units, "1h 30m", "2d 4h", "45s", "0s"; below a
 * second "120ms".  Negative gets a minus. */
void span_format(int64_t ms, char out[SPAN_TEXT_MAX]);

/* Exact, and span_parse() reads it back: "1h30m", "90s" is "1m30s". */
void span_exact(int64_t ms, char out[SPAN_TEXT_MAX]);

#endif
