/* csv_date.c - a small strptime without a locale.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/csv_date.h"

#include <string.h>

struct reading {
	const char *at; /* what is left of the text */
	struct civil local;
	bool has_hour12;
	int afternoon; /* of %p: 0, 1; -1 was not there */
	bool has_offset;
	int offset_min; /* of %z */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Between least and most digits. */
static bool digits(struct reading *r, int least, int most, int *out)
{
	int n = 0;

	*out = 0;
	for (; n < most && is_digit(*r->at); n++)
		*out = *out * 10 + (*r->at++ - '0');
	return n >= least;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Which of the words of len letters each stands there; -1: none. */
static int word(struct reading *r, const char *words, size_t len)
{
	for (int i = 0; words[(size_t)i * len] != '\0'; i++) {
		const char *w = words + (size_t)i * len;
		size_t k = 0;

		while (k < len && lower(r->at[k]) == w[k])
			k++;
		if (k == len) {
			r->at += len;
			return i;
		}
	}
	return -1;
}

static bool zone_offset_text(struct reading *r)
{
	int sign = *r->at == '-' ? -1 : 1;
	int hours;
	int minutes;

	r->has_offset = true;
	if (*r->at == 'Z' || *r->at == 'z') {
		r->at++;
		r->offset_min = 0;
		return true;
	}
	if (*r->at != '+' && *r->at != '-')
		return false;
	r->at++;
	if (!digits(r, 2, 2, &hours))
		return false;
	if (*r->at == ':')
		r->at++;
	if (!digits(r, 2, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	r->offset_min = sign * (hours * 60 + minutes);
	return true;
}

static bool year2(struct reading *r)
{
	if (!digits(r, 2, 2, &r->local.year))
		return false;
	r->local.year += r->local.year < 70 ? 2000 : 1900;
	return true;
}

static bool conversion(struct reading *r, char what)
{
	switch (what) {
	case 'd':
		return digits(r, 1, 2, &r->local.day);
	case 'm':
		return digits(r, 1, 2, &r->local.month);
	case 'Y':
		return digits(r, 4, 4, &r->local.year);
	case 'y':
		return year2(r);
	case 'b':
		r->local.month =
		    word(r, "janfebmaraprmayjunjulaugsepoctnovdec", 3) + 1;
		return r->local.month > 0;
	case 'H':
		return digits(r, 1, 2, &r->local.hour);
	case 'I':
		r->has_hour12 = true;
		return digits(r, 1, 2, &r->local.hour);
	case 'p':
		r->afternoon = word(r, "ampm", 2);
		return r->afternoon >= 0;
	case 'M':
		return digits(r, 1, 2, &r->local.minute);
	case 'S':
		return digits(r, 1, 2, &r->local.second);
	case 'z':
		return zone_offset_text(r);
	default:
		return what == '%' && *r->at++ == '%';
	}
}

static void skip_blanks(struct reading *r)
{
	while (*r->at == ' ' || *r->at == '\t')
		r->at++;
}

static bool read_all(struct reading *r, const char *format)
{
	for (const char *f = format; *f != '\0'; f++) {
		if (*f == ' ') {
			skip_blanks(r);
		} else if (*f == '%') {
			if (!conversion(r, *++f))
				return false;
		} else if (*r->at++ != *f) {
			return false;
		}
	}
	skip_blanks(r);
	return *r->at == '\0';
}

/* 12 AM is midnight, 12 PM is noon. */
static bool apply_hour12(struct reading *r)
{
	if (!r->has_hour12)
		return true;
	if (r->local.hour < 1 || r->local.hour > 12 || r->afternoon < 0)
		return false;
	r->local.hour = r->local.hour % 12 + 12 * r->afternoon;
	return true;
}

static bool in_range(const struct civil *c)
{
	return c->year >= 1970 && c->year < 2200 &&
	       civil_date_valid(c->year, c->month, c->day) && c->hour <= 23 &&
	       c->minute <= 59 && c->second <= 59;
}

bool csv_date_parse(const char *format, const char *text,
    const struct zone *zone, struct wall *out)
{
	struct reading r = { .at = text, .afternoon = -1 };
	struct wall at;

	if (strcmp(format, "rfc3339") == 0)
		return wall_parse(text, strlen(text), out);
	skip_blanks(&r);
	if (!read_all(&r, format) || !apply_hour12(&r) || !in_range(&r.local))
		return false;
	if (r.has_offset)
		at = wall_at(civil_ms(&r.local) - r.offset_min * MINUTE_MS);
	else if (zone == NULL)
		at = wall_at(civil_ms(&r.local));
	else
		at = zone_instant(zone, &r.local, ZONE_FIRST);
	if (at.ms < 0 || at.ms >= WALL_MAX_MS)
		return false;
	*out = at;
	return true;
}

static bool has(const char *format, const char *conversions)
{
	for (const char *f = format; *f != '\0'; f++) {
		if (*f != '%')
			continue;
		f++;
		if (*f == '\0')
			return false;
		if (strchr(conversions, *f) != NULL)
			return true;
	}
	return false;
}

bool csv_date_format_sound(const char *format, struct errtext *err)
{
	if (strcmp(format, "rfc3339") == 0)
		return true;
	for (const char *f = strchr(format, '%'); f != NULL;
	     f = strchr(f + 2, '%')) {
		if (f[1] == '\0' || strchr("dmYybHIpMSz%", f[1]) == NULL) {
			errtext_set(err, "unknown conversion \"%.*s\"",
			    f[1] == '\0' ? 1 : 2, f);
			return false;
		}
	}
	if (!has(format, "d") || !has(format, "mb") || !has(format, "Yy")) {
		errtext_set(err, "gives no day, month and year");
		return false;
	}
	if (has(format, "I") != has(format, "p")) {
		errtext_set(err, "%%I and %%p belong together");
		return false;
	}
	return true;
}
