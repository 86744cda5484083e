/* hours.c - parsing of intervals, days of the week and dates.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/hours.h"

#include "base/instant.h"

#include <string.h>
#include <strings.h>

#define DAY_MINUTES 1440

static const char *const day_names[7] = { "monday", "tuesday", "wednesday",
	"thursday", "friday", "saturday", "sunday" };

const char *hours_day_name(int day)
{
	static const char *const shorts[7] = { "mon", "tue", "wed", "thu",
		"fri", "sat", "sun" };

	return shorts[day];
}

/* Exactly n digits, or -1. */
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

/* "HH:MM" to minutes, or -1; 24:00 is one. */
static int minutes(const char *s)
{
	int hour = digits(s, 2);
	int minute;

	if (hour < 0 || s[2] != ':')
		return -1;
	minute = digits(s + 3, 2);
	if (minute < 0 || minute > 59 || hour > 24 ||
	    (hour == 24 && minute > 0))
		return -1;
	return hour * 60 + minute;
}

bool hours_interval(const char *text, struct day_interval *out)
{
	int start;
	int end;

	if (strlen(text) != 11 || text[5] != '-')
		return false;
	start = minutes(text);
	end = minutes(text + 6);
	if (start < 0 || end < 0 || start == DAY_MINUTES || start == end)
		return false;
	out->start_min = (int16_t)start;
	out->end_min = (int16_t)end;
	return true;
}

static int day_index(const char *s, size_t len)
{
	for (int i = 0; i < 7; i++)
		if ((len == 3 || len == strlen(day_names[i])) &&
		    strncasecmp(day_names[i], s, len) == 0)
			return i;
	return -1;
}

/* "mon", or "fri-mon": around the end of the week if need be. */
static unsigned day_range(const char *s, size_t len)
{
	const char *dash = memchr(s, '-', len);
	size_t left = dash == NULL ? len : (size_t)(dash - s);
	int first = day_index(s, left);
	int last = first;
	unsigned set = 0;

	if (dash != NULL)
		last = day_index(dash + 1, len - left - 1);
	if (first < 0 || last < 0)
		return 0;
	for (int i = first; i != last; i = (i + 1) % 7)
		set |= 1u << i;
	return set | 1u << last;
}

static unsigned day_words(const char *s, size_t len)
{
	static const struct {
		const char *word;
		unsigned days;
	} words[] = { { "daily", 0x7f }, { "weekdays", 0x1f },
		{ "weekend", 0x60 } };

	for (size_t i = 0; i < 3; i++)
		if (strlen(words[i].word) == len &&
		    strncasecmp(words[i].word, s, len) == 0)
			return words[i].days;
	return day_range(s, len);
}

unsigned hours_days(const char *text)
{
	unsigned set = 0;

	for (;;) {
		size_t len;
		unsigned part;

		text += strspn(text, " ");
		len = strcspn(text, ", ");
		part = day_words(text, len);
		if (part == 0 || (set & part) != 0)
			return 0;
		set |= part;
		text += len;
		text += strspn(text, " ");
		if (*text == '\0')
			return set;
		if (*text++ != ',')
			return 0;
	}
}

bool hours_date(const char *text, struct calendar_date *out)
{
	size_t len = strlen(text);
	const char *monthday = len == 10 ? text + 5 : text;
	int year = 0;

	if (len != 5 && (len != 10 || text[4] != '-'))
		return false;
	if (len == 10)
		year = digits(text, 4);
	out->year = year;
	out->month = digits(monthday, 2);
	out->day = digits(monthday + 3, 2);
	if (monthday[2] != '-' || (len == 10 && (year < 1970 || year > 2100)))
		return false;
	/* Every year: 02-29 is a date, in leap years. */
	return civil_date_valid(len == 10 ? year : 2000, out->month, out->day);
}

bool hours_overlap(struct day_interval a, struct day_interval b)
{
	int a_end =
	    a.end_min <= a.start_min ? a.end_min + DAY_MINUTES : a.end_min;
	int b_end =
	    b.end_min <= b.start_min ? b.end_min + DAY_MINUTES : b.end_min;

	return a.start_min < b_end && b.start_min < a_end;
}
