/* ics_rule.c - libical's recurrence engine behind a strict gate.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/ics_rule.h"

#include "base/instant.h"
#include "conf/ics_line.h"

#include <libical/ical.h>
#include <string.h>
#include <strings.h>

#define RULE_BYTES_MAX 1000

/* The parts of a rule, and of which bytes their values are. */
static const struct {
	const char *name;
	const char *bytes;
} parts[] = {
	{ "FREQ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
	{ "UNTIL", "0123456789TZ" },
	{ "COUNT", "0123456789" },
	{ "INTERVAL", "0123456789" },
	{ "WKST", "AEFHMORSTUW" },
	{ "BYDAY", "0123456789+-,AEFHMORSTUW" },
	{ "BYMONTHDAY", "0123456789+-," },
	{ "BYYEARDAY", "0123456789+-," },
	{ "BYWEEKNO", "0123456789+-," },
	{ "BYMONTH", "0123456789," },
	{ "BYSETPOS", "0123456789+-," },
};

#define PARTS (sizeof parts / sizeof parts[0])

/* --- the gate ------------------------------------------------------------- */

static bool check_value(
    const char *name, const char *value, const char *bytes, struct errtext *err)
{
	static const char *const freqs[] = { "DAILY", "WEEKLY", "MONTHLY",
		"YEARLY" };

	if (value[0] == '\0' || value[strspn(value, bytes)] != '\0') {
		errtext_set(err, "RRULE: %s is not \"%.*s\"", name,
		    ics_shown(value), value);
		return false;
	}
	if (strcmp(name, "FREQ") != 0)
		return true;
	for (size_t i = 0; i < 4; i++)
		if (strcmp(freqs[i], value) == 0)
			return true;
	errtext_set(err,
	    "RRULE: FREQ=%.*s is not taken; write DAILY, WEEKLY, MONTHLY or "
	    "YEARLY",
	    ics_shown(value), value);
	return false;
}

/* "NAME=VALUE" in capitals: which part is it?  PARTS if it is wrong. */
static size_t check_part(char *part, unsigned *given, struct errtext *err)
{
	char *value = strchr(part, '=');
	size_t i = 0;

	if (value != NULL)
		*value++ = '\0';
	while (i < PARTS && strcmp(parts[i].name, part) != 0)
		i++;
	if (value == NULL || i == PARTS) {
		errtext_set(err, "RRULE: the part \"%.*s\" is not taken",
		    ics_shown(part), part);
		return PARTS;
	}
	if ((*given & 1u << i) != 0) {
		errtext_set(err, "RRULE: %s stands twice", part);
		return PARTS;
	}
	*given |= 1u << i;
	return check_value(part, value, parts[i].bytes, err) ? i : PARTS;
}

static char *capitals(const char *text, struct arena *arena)
{
	char *copy = arena_strdup(arena, text);

	for (char *c = copy; *c != '\0'; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	return copy;
}

/* Appends "NAME=VALUE" to what libical gets. */
static void keep_part(char *rest, const char *name, const char *value)
{
	if (rest[0] != '\0')
		strcat(rest, ";");
	strcat(strcat(strcat(rest, name), "="), value);
}

static bool parse(
    const char *text, struct icalrecurrencetype *out, struct errtext *err)
{
	/* Else a bad rule would end the process. */
	icalerror_set_errors_are_fatal(0);
	icalerror_clear_errno();
	*out = icalrecurrencetype_from_string(text);
	if (out->freq != ICAL_NO_RECURRENCE && icalerrno == ICAL_NO_ERROR)
		return true;
	errtext_set(err, "RRULE: \"%.*s\" is no rule", ics_shown(text), text);
	return false;
}

bool ics_rule_check(const char *rule, const char **until, const char **rest,
    struct arena *arena, struct errtext *err)
{
	struct icalrecurrencetype parsed;
	char *copy = capitals(rule, arena);
	char *kept = arena_alloc(arena, strlen(rule) + 1);
	unsigned given = 0;
	char *save = NULL;

	*until = NULL;
	*rest = kept;
	if (strlen(rule) > RULE_BYTES_MAX) {
		errtext_set(err, "RRULE: longer than %d bytes", RULE_BYTES_MAX);
		return false;
	}
	for (char *part = strtok_r(copy, ";", &save); part != NULL;
	     part = strtok_r(NULL, ";", &save)) {
		size_t i = check_part(part, &given, err);

		if (i == PARTS)
			return false;
		if (strcmp(part, "UNTIL") == 0)
			*until = part + strlen(part) + 1;
		else
			keep_part(kept, part, part + strlen(part) + 1);
	}
	if ((given & 1u << 1) != 0 && (given & 1u << 2) != 0) {
		errtext_set(err, "RRULE: UNTIL and COUNT exclude each other");
		return false;
	}
	return parse(kept, &parsed, err);
}

/* --- dates ---------------------------------------------------------------- */

static struct icaltimetype to_ical(int64_t ms, bool is_date)
{
	struct icaltimetype t = icaltime_null_time();
	struct civil c;

	civil_from_ms(ms, &c);
	t.year = c.year;
	t.month = c.month;
	t.day = c.day;
	t.is_date = is_date;
	if (!is_date) {
		t.hour = c.hour;
		t.minute = c.minute;
		t.second = c.second;
	}
	return t;
}

static int64_t from_ical(const struct icaltimetype *t)
{
	struct civil c = { t->year, t->month, t->day, t->hour, t->minute,
		t->second };

	return civil_ms(&c);
}

/* What stands before the first date: the rule may have none at all. */
static bool starts_there(
    int64_t start_ms, const struct icaltimetype *first, struct errtext *err)
{
	if (!icaltime_is_null_time(*first) && from_ical(first) == start_ms)
		return true;
	errtext_set(err,
	    "DTSTART is not the first date of its RRULE; start the event on "
	    "that date");
	return false;
}

/* A daily rule is tried day by day, however few days it names. */
static int64_t cost_of(
    const struct icalrecurrencetype *r, int64_t start_ms, int64_t last_ms)
{
	if (r->freq != ICAL_DAILY_RECURRENCE || last_ms < start_ms)
		return 1;
	return (last_ms - start_ms) / DAY_MS / r->interval + 1;
}

static bool walk(icalrecur_iterator *it, int64_t start_ms, int64_t last_ms,
    int64_t *budget, struct arena *arena, struct ics_dates *out,
    struct errtext *err)
{
	struct icaltimetype t = icalrecur_iterator_next(it);
	int64_t before = INT64_MIN;

	if (!starts_there(start_ms, &t, err))
		return false;
	for (; !icaltime_is_null_time(t); t = icalrecur_iterator_next(it)) {
		int64_t ms = from_ical(&t);

		/* It never goes back; were it to, it would not end. */
		if (ms > last_ms || ms <= before)
			return true;
		before = ms;
		if (--*budget < 0) {
			errtext_set(err,
			    "the rules up to this one give too many dates; end "
			    "them by UNTIL or COUNT");
			return false;
		}
		*(int64_t *)arena_push(
		    arena, &out->ms, &out->count, &out->cap, sizeof ms) = ms;
	}
	return true;
}

bool ics_rule_dates(const struct ics_rule *rule, int64_t start_ms, bool is_date,
    int64_t last_ms, int64_t *budget, struct arena *arena,
    struct ics_dates *out, struct errtext *err)
{
	struct icalrecurrencetype parsed;
	icalrecur_iterator *it;
	bool ok;

	if (rule->has_until && rule->until_ms < last_ms)
		last_ms = rule->until_ms;
	if (!parse(rule->text, &parsed, err))
		return false;
	*budget -= cost_of(&parsed, start_ms, last_ms);
	it = icalrecur_iterator_new(parsed, to_ical(start_ms, is_date));
	if (it == NULL) {
		errtext_set(err, "RRULE: \"%.*s\" names no date that exists",
		    ics_shown(rule->text), rule->text);
		return false;
	}
	ok = walk(it, start_ms, last_ms, budget, arena, out, err);
	icalrecur_iterator_free(it);
	return ok;
}

bool ics_duration(const char *text, int64_t *days, int64_t *rest_ms)
{
	struct icaldurationtype d;

	icalerror_set_errors_are_fatal(0);
	if (strlen(text) > 40 ||
	    text[strspn(text, "+P0123456789WDTHMS")] != '\0')
		return false;
	d = icaldurationtype_from_string(text);
	if (icaldurationtype_is_bad_duration(d) || d.is_neg)
		return false;
	*days = (int64_t)d.weeks * 7 + d.days;
	*rest_ms =
	    d.hours * HOUR_MS + d.minutes * MINUTE_MS + d.seconds * SECOND_MS;
	return *days <= 366000 && *rest_ms <= 366000 * DAY_MS;
}
