/* ics_holidays.c - the events of an .ics file as days and hours that are
 * closed.
 *
 * An all-day event closes its local dates, as if they stood in the list of
 * holidays.  An event with times closes exactly that span.  TRANSP says nothing
 * here: the feeds of Google mark every holiday as transparent.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/calendar_draft.h"

#include "base/instant.h"
#include "conf/attached.h"
#include "conf/ics.h"
#include "conf/zones.h"

#include <string.h>

#define DAYS_MAX 100000 /* closed days of one calendar's files */

/* What the files of one calendar close. */
struct closed {
	struct reader *r;
	struct calendar_dates days; /* the listed ones first */
	struct period *spans;
	size_t nspans;
	size_t cap_spans;
	size_t room; /* for so many days more */
};

static const struct zone *zone_of(void *user, const char *name)
{
	return zones_find(user, name);
}

/* Google's holiday feeds also tell of days on which everybody works, and only
 * the description says so. */
static bool is_observance(const struct ics_occurrence *o)
{
	static const char word[] = "Observance";
	size_t len = sizeof word - 1;

	return strncmp(o->description, word, len) == 0 &&
	       (o->description[len] == '\0' || o->description[len] == '\n');
}

static bool close_days(struct closed *c, const struct ics_occurrence *o)
{
	for (int64_t day = o->first_day; day < o->end_day; day++) {
		struct calendar_date date = { 0 };

		civil_from_days(day, &date.year, &date.month, &date.day);
		/* The table of a calendar has no others. */
		if (date.year < 1970 || date.year > 2100)
			continue;
		if (c->room == 0)
			return false;
		c->room--;
		*(struct calendar_date *)arena_push(c->r->report->arena,
		    &c->days.items, &c->days.count, &c->days.cap, sizeof date) =
		    date;
	}
	return true;
}

static bool close_occurrence(struct closed *c, const struct ics_occurrence *o)
{
	struct period *p;

	if (is_observance(o))
		return true;
	if (o->all_day)
		return close_days(c, o);
	p = arena_push(c->r->report->arena, &c->spans, &c->nspans,
	    &c->cap_spans, sizeof *p);
	p->start = o->start;
	p->end = o->end;
	return true;
}

/* --- one file ------------------------------------------------------------- */

/* Of one entry one thing is said, however many calendars inherit it. */
static bool is_news(const struct holiday_entry *e)
{
	bool news = !*e->told;

	*e->told = true;
	return news;
}

static void refuse(
    struct reader *r, const struct holiday_entry *e, const struct errtext *why)
{
	/* "12: event ..." goes on the name, another reason stands apart. */
	bool has_line = why->text[0] >= '0' && why->text[0] <= '9';

	if (is_news(e))
		report_error(r->report, e->at,
		    "%s:%s%s; correct the file, or fetch it again", e->name,
		    has_line ? "" : " ", why->text);
}

static const struct conf_file *fetch(
    struct reader *r, const struct holiday_entry *e)
{
	struct errtext err;
	const struct conf_file *file = NULL;
	bool is_url = strstr(e->name, "://") != NULL;

	if (!is_url)
		file = attached_read(r, e->name, ICS_BYTES_MAX, &err);
	if (file != NULL || !is_news(e))
		return file;
	if (is_url)
		report_error(r->report, e->at,
		    "%s is no file; fetch it regularly by a timer, and name "
		    "the file here",
		    e->name);
	else
		report_error(r->report, e->at,
		    "the calendar file %s cannot be read: %s; put it beside "
		    "the matrix, or correct the path",
		    e->name, err.text);
	return NULL;
}

static bool add_file(
    struct closed *c, const struct holiday_entry *e, const struct zone *zone)
{
	struct reader *r = c->r;
	struct ics_options o = { .from = wall_at(0),
		.to = wall_at(civil_days(2101, 1, 2) * DAY_MS),
		.floating = zone,
		.zone = zone_of,
		.user = r };
	const struct conf_file *file = fetch(r, e);
	struct errtext err;
	struct ics feed;

	if (file == NULL)
		return false;
	if (!ics_read(
		file->bytes, file->len, &o, r->report->arena, &feed, &err)) {
		refuse(r, e, &err);
		return false;
	}
	for (size_t i = 0; i < feed.count; i++)
		if (!close_occurrence(c, &feed.items[i])) {
			errtext_set(&err, "closes more than %d days", DAYS_MAX);
			refuse(r, e, &err);
			return false;
		}
	if (feed.count == 0 && is_news(e))
		report_warning(r->report, e->at,
		    "%s has no event; see that it is the right file", e->name);
	return true;
}

bool holidays_expand(struct reader *r, struct calendar_draft *d)
{
	struct calendar_spec *spec = &d->origin->spec;
	struct closed c = { .r = r, .room = DAYS_MAX };
	bool sound = true;

	if (d->nfiles == 0)
		return true;
	for (size_t i = 0; i < spec->nholidays; i++)
		*(struct calendar_date *)arena_push(r->report->arena,
		    &c.days.items, &c.days.count, &c.days.cap,
		    sizeof *c.days.items) = spec->holidays[i];
	for (size_t i = 0; i < d->nfiles; i++)
		sound = add_file(&c, &d->files[i], spec->zone) && sound;
	spec->holidays = c.days.items;
	spec->nholidays = c.days.count;
	spec->closures = c.spans;
	spec->nclosures = c.nspans;
	return sound;
}
