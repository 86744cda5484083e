/* zone_rule.h - what does a zone do every year, for ever?
 *
 * The footer of a TZif file: a POSIX TZ string with the extensions of RFC 8536
 * (hours from -167 to 167, names in angle brackets):
 *
 *	CET-1CEST,M3.5.0,M10.5.0/3	last Sunday of March and of October
 *	<-02>2<-01>,M3.5.0/-1,M10.5.0/0	a change on the evening before
 *	<+03>-3				no summer time
 *
 * Summer time may begin late in a year and end early in it (the south), and
 * may be "negative" (Dublin: winter is the one that deviates).  Neither needs
 * a special case: a rule is two moments a year, each at its own wall time.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_ZONE_RULE_H
#define SLAWATCH_CORE_ZONE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZONE_ABBREV_MAX 16 /* bytes of an abbreviation, NUL included */

enum zone_day_form {
	ZONE_DAY_JULIAN,   /* Jn: 1..365, 29 February is never counted */
	ZONE_DAY_OF_YEAR,  /* n: 0..365, 29 February is counted */
	ZONE_DAY_OF_MONTH, /* Mm.w.d: weekday d of week w of month m */
};

/* Once a year. */
struct zone_moment {
	enum zone_day_form form;
	int day;	 /* of the year; or 0 Sunday .. 6 Saturday */
	int week;	 /* 1..5, 5 is the last; OF_MONTH only */
	int month;	 /* 1..12; OF_MONTH only */
	int32_t seconds; /* after that day's midnight, may be negative */
};

/* One of the two times a zone keeps. */
struct zone_time {
	char abbrev[ZONE_ABBREV_MAX];
	int32_t offset; /* seconds east of UTC */
};

struct zone_rule {
	struct zone_time standard;
	struct zone_time summer;   /* only if has_summer */
	struct zone_moment starts; /* summer time; on the standard clock */
	struct zone_moment ends;   /* summer time; on the summer clock */
	bool has_summer;
};

/* False if malformed.  Summer time without its two moments is refused: RFC
 * 8536 leaves nothing to a default. */
bool zone_rule_parse(const char *text, size_t len, struct zone_rule *out);

/* When summer time starts and ends in that year: seconds since the epoch, UTC.
 * Only if has_summer. */
int64_t zone_rule_starts(const struct zone_rule *rule, int year);
int64_t zone_rule_ends(const struct zone_rule *rule, int year);

#endif
