/* ics_rule.h - the dates that a recurrence rule stands for.
 *
 * The only file that knows libical, and all it is asked is: which local dates
 * and times follow from this RRULE?  Its zones are not used, and what it is
 * known to get wrong or to take for ever over never reaches it:
 * - UNTIL, which may be in another zone than the start, is applied here.
 * - A part that is unknown or stands twice, and FREQ below DAILY, are refused.
 * - A rule whose first date is not the event's own start is refused: RFC 5545
 *   leaves open what it means, and a weekly one comes out wrong.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_ICS_RULE_H
#define SLAWATCH_CONF_ICS_RULE_H

#include "base/arena.h"
#include "base/errtext.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Local time as if it were UTC: milliseconds since 1970, may be negative. */
struct ics_rule {
	const char *text; /* as in the file, without UNTIL */
	bool has_until;
	int64_t until_ms; /* local to the event; the last that may be */
};

struct ics_dates {
	int64_t *ms; /* ascending */
	size_t count;
	size_t cap;
};

/* Of the rule's text: the value of UNTIL (NULL if there is none), and the rest
 * for ics_rule.text.  False and why if it is none that we take. */
bool ics_rule_check(const char *rule, const char **until, const char **rest,
    struct arena *arena, struct errtext *err);

/* Appends its dates up to and including last_ms, start_ms first.  *budget is
 * what all rules of a file may cost together, about one a date. */
bool ics_rule_dates(const struct ics_rule *rule, int64_t start_ms, bool is_date,
    int64_t last_ms, int64_t *budget, struct arena *arena,
    struct ics_dates *out, struct errtext *err);

/* "P1W", "P1DT12H", "PT90M" into whole days and what is left; never negative
 * (false). */
bool ics_duration(const char *text, int64_t *days, int64_t *rest_ms);

#endif
