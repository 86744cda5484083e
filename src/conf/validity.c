/* validity.c - `valid: FROM..UNTIL`: what begins and ends by itself.
 *
 * A date is midnight in the zone of the matrix, and the last day counts whole;
 * an instant is exact.  Either end may be left out.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/policy_parts.h"

#include "conf/hours.h"

#include <string.h>

/* Midnight at which that day begins, or the next one. */
static struct wall midnight(
    struct reader *r, const struct calendar_date *d, int days_later)
{
	struct civil local = { 0 };

	civil_from_days(civil_days(d->year, d->month, d->day) + days_later,
	    &local.year, &local.month, &local.day);
	if (r->zone == NULL)
		return wall_at(civil_ms(&local));
	return zone_instant(r->zone, &local, ZONE_FIRST);
}

static bool parse_end(
    struct reader *r, const char *text, bool is_last, struct wall *out)
{
	struct calendar_date date;

	if (text[0] == '\0')
		return true;
	if (wall_parse(text, strlen(text), out))
		return true;
	if (!hours_date(text, &date) || date.year == 0)
		return false;
	*out = midnight(r, &date, is_last ? 1 : 0);
	return true;
}

void validity_read(
    struct reader *r, const struct yaml_node *node, struct validity *v)
{
	const char *text = node_text(r, node, "valid");
	const char *dots;
	const char *from;

	if (text == NULL)
		return;
	dots = strstr(text, "..");
	from = dots == NULL ? ""
			    : arena_strndup(r->report->arena, text,
				  (size_t)(dots - text));
	if (dots == NULL || strlen(text) == 2 ||
	    !parse_end(r, from, false, &v->from) ||
	    !parse_end(r, dots + 2, true, &v->until)) {
		report_error(r->report, node->at,
		    "valid: \"%s\" is no span of days; write "
		    "2026-12-01..2026-12-07, 2026-12-01.., ..2026-12-07, or "
		    "instants: 2026-12-01T09:00:00Z..",
		    text);
		return;
	}
	if (v->until.ms != 0 && !wall_before(v->from, v->until))
		report_error(r->report, node->at,
		    "valid: \"%s\" holds never, for it ends no later than it "
		    "begins; swap the two",
		    text);
}
