/* moment.c - instants for people, told and read by the clock of a zone.
 *
 * SPDX-License-Identifier: MIT */
#include "core/moment.h"

#include "base/nearest.h"
#include "base/textbuf.h"

#include <stdint.h>
#include <string.h>

#define TYPED_MAX 64 /* bytes of what a person types */
#define WEEK_DAYS 7

static const char *const day_names[] = { "monday", "tuesday", "wednesday",
	"thursday", "friday", "saturday", "sunday", "today", "tomorrow" };

#define TODAY	  7
#define TOMORROW  8
#define DAY_NAMES (sizeof day_names / sizeof *day_names)

void moment_there(
    struct wall at, const struct zone *z, char out[MOMENT_TEXT_MAX])
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	struct civil c;
	struct textbuf tb;

	textbuf_init_fixed(&tb, out, MOMENT_TEXT_MAX);
	if (wall_is_never(at))
		return;
	zone_local(z, at, &c);
	textbuf_addf(&tb, "%s %d-%c%d-%c%d %c%d:%c%d",
	    days[civil_weekday(civil_days(c.year, c.month, c.day))], c.year,
	    '0' + c.month / 10, c.month % 10, '0' + c.day / 10, c.day % 10,
	    '0' + c.hour / 10, c.hour % 10, '0' + c.minute / 10, c.minute % 10);
	if (c.second != 0)
		textbuf_addf(&tb, ":%c%d", '0' + c.second / 10, c.second % 10);
	textbuf_addf(&tb, " %s", zone_abbrev(z, at));
}

/* --- read ---------------------------------------------------------------- */

/* What was typed, taken apart. */
struct typed {
	char text[TYPED_MAX]; /* lower case, cut at the blank */
	const char *day;      /* "" if none was named */
	const char *clock;    /* likewise */
};

struct reading {
	const struct zone *zone;
	struct wall now;
	struct wall after;
};

/* As many digits, at least `least`; the rest of the text, or NULL. */
static const char *digits(const char *s, int least, int most, int *out)
{
	int n = 0;

	*out = 0;
	while (n < most && s[n] >= '0' && s[n] <= '9')
		*out = 10 * *out + (s[n++] - '0');
	return n >= least ? s + n : NULL;
}

/* "9:00", "09:00" or "24:00": minutes of the day. */
static bool read_clock(const char *s, int *minutes)
{
	int hour;
	int minute;

	s = digits(s, 1, 2, &hour);
	if (s == NULL || *s != ':')
		return false;
	s = digits(s + 1, 2, 2, &minute);
	*minutes = 60 * hour + minute;
	return s != NULL && *s == '\0' && minute < 60 && *minutes <= 24 * 60;
}

/* "2026-12-01" as days since the epoch. */
static bool read_date(const char *s, int64_t *days)
{
	int year;
	int month;
	int day;

	s = digits(s, 4, 4, &year);
	if (s == NULL || *s != '-')
		return false;
	s = digits(s + 1, 2, 2, &month);
	if (s == NULL || *s != '-')
		return false;
	s = digits(s + 1, 2, 2, &day);
	if (s == NULL || *s != '\0' || year < 1970 || year >= 2200 ||
	    !civil_date_valid(year, month, day))
		return false;
	*days = civil_days(year, month, day);
	return true;
}

/* Index into day_names, of weekdays also by their first three letters or more;
 * or -1. */
static int read_day(const char *s)
{
	size_t len = strlen(s);

	for (size_t i = 0; i < DAY_NAMES; i++) {
		if (strcmp(s, day_names[i]) == 0 ||
		    (i < WEEK_DAYS && len >= 3 &&
			strncmp(s, day_names[i], len) == 0))
			return (int)i;
	}
	return -1;
}

static int64_t local_days(const struct zone *z, struct wall at)
{
	struct civil c;

	zone_local(z, at, &c);
	return civil_days(c.year, c.month, c.day);
}

static struct wall instant_of(
    const struct zone *z, int64_t days, int minutes, enum zone_pick pick)
{
	struct civil c = { .hour = minutes / 60, .minute = minutes % 60 };

	civil_from_days(days, &c.year, &c.month, &c.day);
	return zone_instant(z, &c, pick);
}

/* The first day from `days` on, every `step` days, on which that time is after
 * r->after. */
static struct wall first_after(
    const struct reading *r, int64_t days, int step, int minutes)
{
	for (;; days += step) {
		struct wall first =
		    instant_of(r->zone, days, minutes, ZONE_FIRST);
		struct wall last =
		    instant_of(r->zone, days, minutes, ZONE_LAST);

		if (wall_before(r->after, first))
			return first;
		if (wall_before(r->after, last))
			return last;
	}
}

static bool resolve(
    const struct reading *r, const struct typed *t, struct wall *out)
{
	int64_t days = local_days(r->zone, r->after);
	int64_t date;
	int minutes = 0;
	int day;

	if (t->clock[0] != '\0' && !read_clock(t->clock, &minutes))
		return false;
	if (t->day[0] == '\0') {
		*out = first_after(r, days, 1, minutes);
		return true;
	}
	day = read_day(t->day);
	if (day >= 0 && day < WEEK_DAYS) {
		days += (day - civil_weekday(days) + WEEK_DAYS) % WEEK_DAYS;
		*out = first_after(r, days, WEEK_DAYS, minutes);
		return true;
	}
	if (day >= 0)
		date = local_days(r->zone, r->now) + (day == TOMORROW);
	else if (!read_date(t->day, &date))
		return false;
	*out = instant_of(r->zone, date, minutes, ZONE_FIRST);
	return true;
}

/* Lower case, two words at most, the clock known by its colon. */
static bool take_apart(const char *text, struct typed *t)
{
	size_t len = strlen(text);
	char *blank;

	if (len == 0 || len >= sizeof t->text)
		return false;
	for (size_t i = 0; i <= len; i++)
		t->text[i] = text[i] >= 'A' && text[i] <= 'Z'
				 ? (char)(text[i] - 'A' + 'a')
				 : text[i];
	blank = strchr(t->text, ' ');
	t->day = t->clock = "";
	if (blank != NULL) {
		*blank = '\0';
		t->clock = blank + 1 + strspn(blank + 1, " ");
		t->day = t->text;
		return t->clock[0] != '\0' && t->day[0] != '\0';
	}
	if (strchr(t->text, ':') != NULL)
		t->clock = t->text;
	else
		t->day = t->text;
	return true;
}

static void explain_typed(
    const char *text, const struct typed *t, struct errtext *err)
{
	const char *near =
	    t->day != NULL && read_day(t->day) < 0 && t->day[0] > '9'
		? nearest_of(t->day, day_names, DAY_NAMES)
		: NULL;

	errtext_set(err,
	    "\"%.*s\" is no instant; %s%s%swrite \"mon 09:00\", "
	    "\"tomorrow 08:00\", 18:00, 2026-12-01 or "
	    "2026-12-01T08:00:00Z",
	    TYPED_MAX, text, near != NULL ? "did you mean \"" : "",
	    near != NULL ? near : "", near != NULL ? "\"? Else " : "");
}

bool moment_parse(const char *text, const struct zone *z, struct wall now,
    struct wall after, struct wall *out, struct errtext *err)
{
	struct reading r = { z, now, wall_max(now, after) };
	struct typed t = { .day = NULL };
	int64_t ms;

	if (wall_parse(text, strlen(text), out))
		return true;
	if (take_apart(text, &t)) {
		if (strcmp(t.text, "now") == 0 && t.clock[0] == '\0') {
			*out = now;
			return true;
		}
		if (strcmp(t.day, "in") == 0 &&
		    span_parse(t.clock, strlen(t.clock), &ms)) {
			*out = wall_plus(now, ms);
			return true;
		}
		if (resolve(&r, &t, out))
			return true;
	}
	explain_typed(text, &t, err);
	return false;
}
