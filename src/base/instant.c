/* instant.c - dates, RFC 3339 text and durations, all by hand.
 *
 * The day count is Howard Hinnant's: years start in March, so that the leap
 * day is the last of its year and no month needs a special case.
 *
 * SPDX-License-Identifier: MIT */
#include "base/instant.h"

#include "base/textbuf.h"

#include <limits.h>
#include <string.h>

#define ERA_DAYS  INT64_C(146097)	    /* days of 400 years */
#define EPOCH_DAY INT64_C(719468)	    /* 0000-03-01 to 1970-01-01 */
#define SPAN_MAX  (INT64_C(36525) * DAY_MS) /* 100 years */

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0 ? 1 : 0);
}

int64_t civil_days(int year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2 ? 1 : 0);
	int64_t era = floor_div(y, 400);
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * ERA_DAYS + doe - EPOCH_DAY;
}

void civil_from_days(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + EPOCH_DAY;
	int64_t era = floor_div(z, ERA_DAYS);
	int64_t doe = z - era * ERA_DAYS;
	int64_t yoe =
	    (doe - doe / 1460 + doe / 36524 - doe / (ERA_DAYS - 1)) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400 + (*month <= 2 ? 1 : 0));
}

int civil_weekday(int64_t days)
{
	int64_t since_monday = days + 3; /* 1970-01-01 was a Thursday */

	return (int)(since_monday - floor_div(since_monday, 7) * 7);
}

bool civil_date_valid(int year, int month, int day)
{
	static const signed char length[] = { 31, 28, 31, 30, 31, 30, 31, 31,
		30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= length[month - 1] + (month == 2 && leap ? 1 : 0);
}

int64_t civil_ms(const struct civil *c)
{
	return civil_days(c->year, c->month, c->day) * DAY_MS +
	       c->hour * HOUR_MS + c->minute * MINUTE_MS +
	       c->second * SECOND_MS;
}

void civil_from_ms(int64_t ms, struct civil *out)
{
	int64_t days = floor_div(ms, DAY_MS);
	int second = (int)((ms - days * DAY_MS) / SECOND_MS);

	civil_from_days(days, &out->year, &out->month, &out->day);
	out->hour = second / 3600;
	out->minute = second / 60 % 60;
	out->second = second % 60;
}

/* Text that is being read; every reader below takes what it wants and says
 * whether it was there. */
struct cursor {
	const char *at;
	const char *end;
};

static bool take_digits(struct cursor *c, int count, int *out)
{
	int n = 0;

	if (c->end - c->at < count)
		return false;
	for (int i = 0; i < count; i++, c->at++) {
		if (*c->at < '0' || *c->at > '9')
			return false;
		n = n * 10 + (*c->at - '0');
	}
	*out = n;
	return true;
}

static bool take_any(struct cursor *c, const char *these)
{
	if (c->at == c->end || *c->at == '\0' || strchr(these, *c->at) == NULL)
		return false;
	c->at++;
	return true;
}

static bool take_date(struct cursor *c, struct civil *out)
{
	return take_digits(c, 4, &out->year) && take_any(c, "-") &&
	       take_digits(c, 2, &out->month) && take_any(c, "-") &&
	       take_digits(c, 2, &out->day) &&
	       civil_date_valid(out->year, out->month, out->day);
}

static bool take_time(struct cursor *c, struct civil *out)
{
	return take_digits(c, 2, &out->hour) && take_any(c, ":") &&
	       take_digits(c, 2, &out->minute) && take_any(c, ":") &&
	       take_digits(c, 2, &out->second) && out->hour <= 23 &&
	       out->minute <= 59 && out->second <= 60;
}

/* No fraction is fine; one without digits is not. */
static bool take_fraction(struct cursor *c, int *ms)
{
	int scale = 100;
	int digit;

	*ms = 0;
	if (!take_any(c, "."))
		return true;
	if (!take_digits(c, 1, &digit))
		return false;
	do {
		*ms += digit * scale;
		scale /= 10;
	} while (c->at < c->end && take_digits(c, 1, &digit));
	/* The loop also ends on what is no digit: the offset's reader looks
	 * at it, since take_digits leaves it where it is. */
	return true;
}

static bool take_offset(struct cursor *c, int64_t *ms)
{
	int hour;
	int minute;
	bool west;

	*ms = 0;
	if (take_any(c, "Zz"))
		return true;
	west = c->at < c->end && *c->at == '-';
	if (!take_any(c, "+-") || !take_digits(c, 2, &hour) ||
	    !take_any(c, ":") || !take_digits(c, 2, &minute) || hour > 23 ||
	    minute > 59)
		return false;
	*ms = (hour * HOUR_MS + minute * MINUTE_MS) * (west ? -1 : 1);
	return true;
}

bool wall_parse(const char *text, size_t len, struct wall *out)
{
	struct cursor c = { text, text + len };
	struct civil civil;
	int64_t offset_ms;
	int64_t ms;
	int fraction_ms;

	if (!take_date(&c, &civil) || !take_any(&c, "Tt ") ||
	    !take_time(&c, &civil) || !take_fraction(&c, &fraction_ms) ||
	    !take_offset(&c, &offset_ms) || c.at != c.end)
		return false;
	ms = civil_ms(&civil) - offset_ms;
	/* Leap seconds are put in at the end of a UTC day, nowhere else. */
	if (civil.second == 60 && ms % DAY_MS != 0)
		return false;
	ms += fraction_ms;
	if (ms < 0 || ms > WALL_MAX_MS)
		return false;
	*out = wall_at(ms);
	return true;
}

/* Writes `count` digits of n, with zeros in front. */
static char *put_digits(char *at, int n, int count)
{
	for (int i = count - 1; i >= 0; i--, n /= 10)
		at[i] = (char)('0' + n % 10);
	return at + count;
}

static char *put_pair(char *at, char before, int n)
{
	*at = before;
	return put_digits(at + 1, n, 2);
}

void wall_format(struct wall w, char out[WALL_TEXT_MAX])
{
	const int64_t low = INT64_C(-62167219200000);  /* 0000-01-01 */
	const int64_t high = INT64_C(253402300799999); /* 9999-12-31 */
	int64_t ms = w.ms < low ? low : w.ms > high ? high : w.ms;
	int fraction_ms = (int)(ms - floor_div(ms, SECOND_MS) * SECOND_MS);
	struct civil c;
	char *at;

	if (wall_is_never(w)) {
		memcpy(out, "never", sizeof "never");
		return;
	}
	civil_from_ms(ms, &c);
	at = put_digits(out, c.year, 4);
	at = put_pair(at, '-', c.month);
	at = put_pair(at, '-', c.day);
	at = put_pair(at, 'T', c.hour);
	at = put_pair(at, ':', c.minute);
	at = put_pair(at, ':', c.second);
	if (fraction_ms != 0) {
		*at = '.';
		at = put_digits(at + 1, fraction_ms, 3);
	}
	memcpy(at, "Z", sizeof "Z");
}

static const struct span_unit {
	const char *name;
	int64_t ms;
} span_units[] = {
	{ "d", DAY_MS },
	{ "h", HOUR_MS },
	{ "m", MINUTE_MS },
	{ "s", SECOND_MS },
	{ "ms", 1 },
};

enum { SPAN_UNITS = sizeof span_units / sizeof span_units[0] };

/* A number that stays below 10^13, far above SPAN_MAX and far below where
 * products overflow; more digits are too long a span anyway. */
static bool take_number(struct cursor *c, int64_t *out)
{
	const char *start = c->at;
	int digit;

	*out = 0;
	while (c->at < c->end && take_digits(c, 1, &digit)) {
		*out = *out * 10 + digit;
		if (*out > SPAN_MAX)
			return false;
	}
	return c->at > start;
}

/* The index of the unit at the cursor, or SPAN_UNITS. */
static size_t take_unit(struct cursor *c)
{
	const char *start = c->at;
	size_t len;

	while (c->at < c->end && *c->at >= 'a' && *c->at <= 'z')
		c->at++;
	len = (size_t)(c->at - start);
	for (size_t i = 0; i < SPAN_UNITS; i++) {
		if (strlen(span_units[i].name) == len &&
		    memcmp(span_units[i].name, start, len) == 0)
			return i;
	}
	return SPAN_UNITS;
}

/* Units go downwards and come once each: "30m1h" and "1h1h" are slips of the
 * pen, and a target must not be guessed. */
bool span_parse(const char *text, size_t len, int64_t *out_ms)
{
	struct cursor c = { text, text + len };
	size_t next = 0;
	int64_t total = 0;

	if (len == 1 && text[0] == '0') {
		*out_ms = 0;
		return true;
	}
	if (len == 0)
		return false;
	while (c.at < c.end) {
		int64_t n;
		size_t unit;

		if (!take_number(&c, &n))
			return false;
		unit = take_unit(&c);
		if (unit < next || unit == SPAN_UNITS ||
		    n > SPAN_MAX / span_units[unit].ms)
			return false;
		total += n * span_units[unit].ms;
		next = unit + 1;
	}
	if (total > SPAN_MAX)
		return false;
	*out_ms = total;
	return true;
}

/* Takes as many units off `left` as there are and writes them. */
static void add_unit(struct textbuf *tb, size_t unit, uint64_t *left)
{
	uint64_t size = (uint64_t)span_units[unit].ms;
	unsigned long long n = *left / size;

	*left %= size;
	if (n > 0)
		textbuf_addf(tb, "%llu%s", n, span_units[unit].name);
}

/* Negated as unsigned: INT64_MIN has no positive counterpart. */
static uint64_t span_begin(struct textbuf *tb, int64_t ms, char *out)
{
	textbuf_init_fixed(tb, out, SPAN_TEXT_MAX);
	if (ms < 0)
		textbuf_addc(tb, '-');
	return ms < 0 ? 0 - (uint64_t)ms : (uint64_t)ms;
}

void span_format(int64_t ms, char out[SPAN_TEXT_MAX])
{
	struct textbuf tb;
	uint64_t left = span_begin(&tb, ms, out);
	size_t first = 0;

	while (first < SPAN_UNITS && left < (uint64_t)span_units[first].ms)
		first++;
	if (first == SPAN_UNITS) {
		textbuf_add(&tb, "0s");
		return;
	}
	add_unit(&tb, first, &left);
	/* Milliseconds behind seconds tell a reader nothing. */
	if (first + 2 < SPAN_UNITS &&
	    left >= (uint64_t)span_units[first + 1].ms) {
		textbuf_addc(&tb, ' ');
		add_unit(&tb, first + 1, &left);
	}
}

void span_exact(int64_t ms, char out[SPAN_TEXT_MAX])
{
	struct textbuf tb;
	uint64_t left = span_begin(&tb, ms, out);

	if (left == 0)
		textbuf_add(&tb, "0s");
	for (size_t i = 0; i < SPAN_UNITS; i++)
		add_unit(&tb, i, &left);
}
