/* ics_event.c - dates, zones and spans of one event.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/ics_event.h"

#include "conf/ics_zone.h"

#include <string.h>

#define YEAR_MIN       1601 /* where Windows' calendar begins */
#define UID_SHOWN_MAX  80
#define RULES_OF_EVENT 16

/* An event while its lines are read. */
struct draft {
	struct ics_reader *r;
	struct ics_event *e;
	const struct ics_line *line; /* being read; NULL: the event as such */
	struct ics_time end;
	bool has_start;
	bool has_end;
	bool has_duration;
	int64_t days;
	int64_t rest_ms;
	const char *until[RULES_OF_EVENT]; /* of the rules: read when the start
					      is known */
	const struct ics_line *rule_line[RULES_OF_EVENT];
};

/* Puts line and UID before a message. */
static bool fail(struct draft *d, const char *what)
{
	struct errtext *err = d->r->err;
	const char *uid = d->e->uid;

	errtext_set(err, "%s", what);
	if (uid[0] != '\0')
		errtext_wrap(err, "event \"%.*s\"", ics_shown(uid), uid);
	errtext_wrap(err, "%d", d->line == NULL ? d->e->line : d->line->number);
	return false;
}

static bool fail_value(struct draft *d, const char *value, const char *remedy)
{
	struct errtext what;

	errtext_set(&what, "%s: \"%.*s\" is no %s", d->line->name,
	    ics_shown(value), value, remedy);
	return fail(d, what.text);
}

/* --- one date-time -------------------------------------------------------- */

/* n digits at s, or -1. */
static int digits(const char *s, size_t n)
{
	int value = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		value = value * 10 + (s[i] - '0');
	}
	return value;
}

/* "20260401", "20260401T090000" or the same with Z: never one that does not
 * exist, month 13 is not January. */
static bool parse_time(const char *s, struct ics_time *out, bool *is_utc)
{
	size_t len = strlen(s);
	struct civil c = { 0 };

	*is_utc = len == 16 && s[15] == 'Z';
	out->is_date = len == 8;
	if (len != 8 && (len != 15 + (size_t)*is_utc || s[8] != 'T'))
		return false;
	c.year = digits(s, 4);
	c.month = digits(s + 4, 2);
	c.day = digits(s + 6, 2);
	if (!out->is_date) {
		c.hour = digits(s + 9, 2);
		c.minute = digits(s + 11, 2);
		c.second = digits(s + 13, 2);
	}
	if (c.year < YEAR_MIN || !civil_date_valid(c.year, c.month, c.day) ||
	    c.hour < 0 || c.hour > 23 || c.minute < 0 || c.minute > 59 ||
	    c.second < 0 || c.second > 60)
		return false;
	if (c.second == 60)
		c.second = 59; /* a leap second */
	out->local_ms = civil_ms(&c);
	return true;
}

static const struct zone *find_zone(struct draft *d, const char *tzid)
{
	const char *name = ics_zone_iana(tzid);
	const struct zone *z;
	struct errtext what;

	if (strcmp(name, "UTC") == 0)
		return d->r->utc;
	z = d->r->options->zone(d->r->options->user, name);
	if (z != NULL)
		return z;
	errtext_set(&what,
	    "%s: no time zone \"%.*s\" is known; write an IANA name such as "
	    "Europe/Berlin",
	    d->line->name, ics_shown(tzid), tzid);
	fail(d, what.text);
	return NULL;
}

/* One value of the current line, with the line's TZID. */
static bool read_time(struct draft *d, const char *value, struct ics_time *out)
{
	const char *tzid = ics_param(d->line, "TZID", d->r->arena);
	bool is_utc;

	out->zone = NULL;
	if (!parse_time(value, out, &is_utc))
		return fail_value(
		    d, value, "date; write 20261225 or 20261225T090000");
	if (is_utc)
		out->zone = d->r->utc;
	else if (tzid != NULL && !out->is_date) {
		out->zone = find_zone(d, tzid);
		return out->zone != NULL;
	}
	return true;
}

/* Several, between commas. */
static bool read_times(struct draft *d, struct ics_times *out)
{
	char *copy = arena_strdup(d->r->arena, d->line->value);
	char *save = NULL;

	for (char *at = strtok_r(copy, ",", &save); at != NULL;
	     at = strtok_r(NULL, ",", &save)) {
		struct ics_time t;

		if (!read_time(d, at, &t))
			return false;
		*(struct ics_time *)arena_push(d->r->arena, &out->items,
		    &out->count, &out->cap, sizeof t) = t;
	}
	return out->count > 0 || fail_value(d, "", "date");
}

struct wall ics_instant(
    const struct ics_reader *r, const struct zone *zone, int64_t local_ms)
{
	struct civil local;

	if (zone == NULL)
		zone = r->options->floating;
	/* Nobody knows the zones of other centuries. */
	if (zone == NULL || zone == r->utc || local_ms < DAY_MS ||
	    local_ms > WALL_MAX_MS - DAY_MS)
		return wall_at(local_ms);
	civil_from_ms(local_ms, &local);
	return zone_instant(zone, &local, ZONE_FIRST);
}

static int64_t floor_day(int64_t ms)
{
	return ms / DAY_MS - (ms % DAY_MS < 0);
}

int64_t ics_local_ms(const struct ics_reader *r, const struct ics_time *t,
    const struct zone *there)
{
	struct wall at;
	struct civil c;

	if (t->is_date || t->zone == there)
		return t->local_ms;
	at = ics_instant(r, t->zone, t->local_ms);
	if (there == NULL)
		there = r->options->floating;
	if (there == NULL || there == r->utc || at.ms < DAY_MS ||
	    at.ms > WALL_MAX_MS - DAY_MS)
		return at.ms;
	zone_local(there, at, &c);
	return civil_ms(&c);
}

int64_t ics_local_day(const struct ics_reader *r, const struct ics_time *t,
    const struct zone *there)
{
	return floor_day(ics_local_ms(r, t, there));
}

/* --- one property --------------------------------------------------------- */

static bool read_start(struct draft *d)
{
	if (d->has_start)
		return fail(d, "a second DTSTART; an event has one");
	d->has_start = true;
	return read_time(d, d->line->value, &d->e->start);
}

static bool read_end(struct draft *d)
{
	if (d->has_end || d->has_duration)
		return fail(d, "a second end; write one DTEND or DURATION");
	d->has_end = true;
	return read_time(d, d->line->value, &d->end);
}

static bool read_duration(struct draft *d)
{
	if (d->has_end || d->has_duration)
		return fail(d, "a second end; write one DTEND or DURATION");
	d->has_duration = true;
	if (!ics_duration(d->line->value, &d->days, &d->rest_ms))
		return fail_value(
		    d, d->line->value, "duration; write P1D or PT8H");
	return true;
}

static bool read_instead_of(struct draft *d)
{
	if (d->e->is_override)
		return fail(d, "a second RECURRENCE-ID; an event has one");
	if (ics_param(d->line, "RANGE", d->r->arena) != NULL)
		return fail(d,
		    "RECURRENCE-ID with RANGE is not taken; end the series by "
		    "UNTIL and start another");
	d->e->is_override = true;
	return read_time(d, d->line->value, &d->e->instead_of);
}

static bool read_exdates(struct draft *d)
{
	return read_times(d, &d->e->exdates);
}

static bool read_rdates(struct draft *d)
{
	if (strchr(d->line->value, '/') != NULL)
		return fail(d,
		    "RDATE with periods is not taken; make them events of "
		    "their own");
	return read_times(d, &d->e->rdates);
}

static bool read_rule(struct draft *d)
{
	struct ics_rule rule = { 0 };
	struct errtext why;
	size_t n = d->e->nrules;

	if (n == RULES_OF_EVENT)
		return fail(d, "too many RRULEs; make them several events");
	if (!ics_rule_check(
		d->line->value, &d->until[n], &rule.text, d->r->arena, &why))
		return fail(d, why.text);
	d->rule_line[n] = d->line;
	*(struct ics_rule *)arena_push(d->r->arena, &d->e->rules, &d->e->nrules,
	    &d->e->cap_rules, sizeof rule) = rule;
	return true;
}

static bool read_exrule(struct draft *d)
{
	return fail(d, "EXRULE is not taken; write the dates as EXDATE");
}

static bool read_sequence(struct draft *d)
{
	size_t len = strlen(d->line->value);

	d->e->sequence = len > 9 ? -1 : digits(d->line->value, len);
	if (len == 0 || d->e->sequence < 0)
		return fail_value(d, d->line->value, "number");
	return true;
}

static bool read_status(struct draft *d)
{
	d->e->cancelled = ics_value_is(d->line, "CANCELLED");
	return true;
}

static bool read_transp(struct draft *d)
{
	d->e->transparent = ics_value_is(d->line, "TRANSPARENT");
	return true;
}

static bool read_summary(struct draft *d)
{
	d->e->summary = ics_text(d->line, d->r->arena);
	return true;
}

static bool read_description(struct draft *d)
{
	d->e->description = ics_text(d->line, d->r->arena);
	return true;
}

static const struct {
	const char *name;
	bool (*read)(struct draft *d);
} properties[] = {
	{ "DTSTART", read_start },
	{ "DTEND", read_end },
	{ "DURATION", read_duration },
	{ "RRULE", read_rule },
	{ "RDATE", read_rdates },
	{ "EXDATE", read_exdates },
	{ "EXRULE", read_exrule },
	{ "RECURRENCE-ID", read_instead_of },
	{ "SEQUENCE", read_sequence },
	{ "STATUS", read_status },
	{ "TRANSP", read_transp },
	{ "SUMMARY", read_summary },
	{ "DESCRIPTION", read_description },
};

static bool read_line(struct draft *d)
{
	for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++)
		if (ics_line_is(d->line, properties[i].name))
			return properties[i].read(d);
	return true;
}

/* --- what follows from several -------------------------------------------- */

/* An all-day event: whole days, at least one. */
static bool settle_days(struct draft *d)
{
	struct ics_event *e = d->e;

	if (d->has_duration && d->rest_ms != 0)
		return fail(d, "an all-day event lasts whole days; write P1D");
	e->local_span_ms = d->days * DAY_MS;
	if (d->has_end)
		e->local_span_ms = d->end.local_ms - e->start.local_ms;
	if (e->local_span_ms < 0)
		return fail(d, "it ends before it starts");
	if (e->local_span_ms == 0)
		e->local_span_ms = DAY_MS;
	return true;
}

static bool settle_span(struct draft *d)
{
	struct ics_event *e = d->e;

	d->line = NULL;
	if (!d->has_start)
		return fail(d, "no DTSTART; an event has a start");
	if (d->has_end && d->end.is_date != e->start.is_date)
		return fail(d,
		    "one of DTSTART and DTEND is a date, the other has a time "
		    "of day; write both alike");
	if (e->start.is_date)
		return settle_days(d);
	e->local_span_ms = d->days * DAY_MS;
	e->exact_span_ms = d->rest_ms;
	if (d->has_end)
		e->local_span_ms = ics_local_ms(d->r, &d->end, e->start.zone) -
				   e->start.local_ms;
	if (e->local_span_ms < 0)
		return fail(d, "it ends before it starts");
	return true;
}

static bool settle_rdates(struct draft *d)
{
	const struct ics_event *e = d->e;

	d->line = NULL;
	for (size_t i = 0; i < e->rdates.count; i++)
		if (e->rdates.items[i].is_date != e->start.is_date)
			return fail(d,
			    "one of DTSTART and RDATE is a date, the other has "
			    "a time of day; write both alike");
	return true;
}

/* UNTIL becomes local to the event.  A date is that whole day. */
static bool settle_until(struct draft *d, size_t i)
{
	struct ics_rule *rule = &d->e->rules[i];
	const struct ics_time *start = &d->e->start;
	struct ics_time until = { .zone = start->zone };
	bool is_utc;

	if (d->until[i] == NULL)
		return true;
	d->line = d->rule_line[i];
	if (!parse_time(d->until[i], &until, &is_utc))
		return fail_value(
		    d, d->until[i], "date; write UNTIL=20261225T090000Z");
	if (is_utc)
		until.zone = d->r->utc;
	rule->has_until = true;
	rule->until_ms = ics_local_ms(d->r, &until, start->zone);
	if (until.is_date)
		rule->until_ms += DAY_MS - 1;
	return true;
}

/* The UID first, for it is in every message. */
static void find_uid(struct ics_reader *r, const struct ics_line *lines,
    size_t n, struct ics_event *e)
{
	e->uid = "";
	for (size_t i = 0; i < n; i++)
		if (ics_line_is(&lines[i], "UID"))
			e->uid = ics_text(&lines[i], r->arena);
}

bool ics_event_read(struct ics_reader *r, const struct ics_line *lines,
    size_t count, int number, struct ics_event *out)
{
	struct draft d = { .r = r, .e = out };

	*out = (struct ics_event){
		.line = number, .summary = "", .description = ""
	};
	find_uid(r, lines, count, out);
	for (size_t i = 0; i < count; i++) {
		d.line = &lines[i];
		if (!read_line(&d))
			return false;
	}
	if (!settle_span(&d) || !settle_rdates(&d))
		return false;
	for (size_t i = 0; i < out->nrules; i++)
		if (!settle_until(&d, i))
			return false;
	return true;
}
