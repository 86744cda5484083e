/* zone_rule.c - reading and computing POSIX TZ strings.
 *
 * SPDX-License-Identifier: MIT */
#include "core/zone_rule.h"

#include "base/instant.h"

#include <string.h>

/* What is left to read.  Readers take what they know and say if it was there;
 * after a failure the cursor's place means nothing. */
struct cursor {
	const char *at;
	const char *end;
};

static bool take_char(struct cursor *c, char want)
{
	if (c->at == c->end || *c->at != want)
		return false;
	c->at++;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* One to three digits, within low .. high. */
static bool take_number(struct cursor *c, int low, int high, int *out)
{
	int digits = 0;
	int n = 0;

	while (c->at < c->end && is_digit(*c->at) && digits < 4) {
		n = n * 10 + (*c->at++ - '0');
		digits++;
	}
	if (digits == 0 || digits > 3 || n < low || n > high)
		return false;
	*out = n;
	return true;
}

/* "CET" or "<+0330>"; three bytes or more, as POSIX wants. */
static bool take_abbrev(struct cursor *c, char out[ZONE_ABBREV_MAX])
{
	bool quoted = take_char(c, '<');
	size_t len = 0;

	while (c->at < c->end && len < ZONE_ABBREV_MAX - 1) {
		char ch = *c->at;
		bool sign = ch == '+' || ch == '-';

		if (!is_letter(ch) && !(quoted && (sign || is_digit(ch))))
			break;
		out[len++] = ch;
		c->at++;
	}
	out[len] = '\0';
	return len >= 3 && (!quoted || take_char(c, '>'));
}

/* [+-]h[hh][:mm[:ss]] in seconds. */
static bool take_seconds(struct cursor *c, int max_hours, int32_t *out)
{
	bool negative = take_char(c, '-');
	int hours;
	int minutes = 0;
	int seconds = 0;

	if (!negative)
		(void)take_char(c, '+');
	if (!take_number(c, 0, max_hours, &hours))
		return false;
	if (take_char(c, ':')) {
		if (!take_number(c, 0, 59, &minutes))
			return false;
		if (take_char(c, ':') && !take_number(c, 0, 59, &seconds))
			return false;
	}
	*out = (hours * 3600 + minutes * 60 + seconds) * (negative ? -1 : 1);
	return true;
}

static bool take_day(struct cursor *c, struct zone_moment *out)
{
	if (take_char(c, 'J')) {
		out->form = ZONE_DAY_JULIAN;
		return take_number(c, 1, 365, &out->day);
	}
	if (!take_char(c, 'M')) {
		out->form = ZONE_DAY_OF_YEAR;
		return take_number(c, 0, 365, &out->day);
	}
	out->form = ZONE_DAY_OF_MONTH;
	return take_number(c, 1, 12, &out->month) && take_char(c, '.') &&
	       take_number(c, 1, 5, &out->week) && take_char(c, '.') &&
	       take_number(c, 0, 6, &out->day);
}

static bool take_moment(struct cursor *c, struct zone_moment *out)
{
	*out = (struct zone_moment){ .seconds = 2 * 3600 };
	if (!take_char(c, ',') || !take_day(c, out))
		return false;
	return !take_char(c, '/') || take_seconds(c, 167, &out->seconds);
}

bool zone_rule_parse(const char *text, size_t len, struct zone_rule *out)
{
	struct cursor c = { text, text + len };
	int32_t west;

	*out = (struct zone_rule){ .has_summer = false };
	if (!take_abbrev(&c, out->standard.abbrev) ||
	    !take_seconds(&c, 24, &west))
		return false;
	/* POSIX counts offsets westwards. */
	out->standard.offset = -west;
	if (c.at == c.end)
		return true;
	out->has_summer = true;
	if (!take_abbrev(&c, out->summer.abbrev))
		return false;
	out->summer.offset = out->standard.offset + 3600;
	if (c.at < c.end && *c.at != ',') {
		if (!take_seconds(&c, 24, &west))
			return false;
		out->summer.offset = -west;
	}
	return take_moment(&c, &out->starts) && take_moment(&c, &out->ends) &&
	       c.at == c.end;
}

static bool is_leap(int year)
{
	return civil_date_valid(year, 2, 29);
}

/* The day, since the epoch, on which the moment falls in that year. */
static int64_t moment_day(const struct zone_moment *m, int year)
{
	int64_t january = civil_days(year, 1, 1);
	int64_t first;
	int64_t day;
	int weekday;

	if (m->form == ZONE_DAY_OF_YEAR)
		return january + m->day;
	if (m->form == ZONE_DAY_JULIAN)
		return january + m->day - 1 +
		       (m->day >= 60 && is_leap(year) ? 1 : 0);
	first = civil_days(year, m->month, 1);
	weekday = (civil_weekday(first) + 1) % 7; /* 0 Sunday */
	day = first + (m->day - weekday + 7) % 7 + (m->week - 1) * 7;
	/* Week 5 is the last one, which may be the fourth. */
	while (m->week == 5 &&
	       day >= civil_days(year + m->month / 12, m->month % 12 + 1, 1))
		day -= 7;
	return day;
}

int64_t zone_rule_starts(const struct zone_rule *rule, int year)
{
	return moment_day(&rule->starts, year) * 86400 + rule->starts.seconds -
	       rule->standard.offset;
}

int64_t zone_rule_ends(const struct zone_rule *rule, int year)
{
	return moment_day(&rule->ends, year) * 86400 + rule->ends.seconds -
	       rule->summer.offset;
}
