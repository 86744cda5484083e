/* calendars.c - the `calendars` section: when working time passes.
 *
 * A calendar that cannot be built is entered as one that is always open, so
 * that a mistake in it is told once and not by everybody who refers to it.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include "base/check.h"
#include "conf/calendar_draft.h"
#include "conf/hours.h"
#include "conf/zones.h"

#include <string.h>
#include <strings.h>

#define SECTION "calendars.NAME"

/* --- the hours of one day ------------------------------------------------- */

static void add_interval(
    struct reader *r, const struct yaml_node *node, struct day_hours *hours)
{
	struct day_interval at;

	if (!hours_interval(node->text, &at)) {
		report_error(r->report, node->at,
		    "\"%s\" is no interval; write HH:MM-HH:MM such as "
		    "09:00-17:30, 22:00-06:00 or 00:00-24:00, or closed",
		    node->text);
		return;
	}
	for (size_t i = 0; i < hours->count; i++)
		if (hours_overlap(hours->at[i], at)) {
			report_error(r->report, node->at,
			    "%s overlaps another interval of the day; join "
			    "them into one",
			    node->text);
			return;
		}
	if (hours->count == CALENDAR_DAY_INTERVALS) {
		report_error(r->report, node->at,
		    "more than %d intervals on one day; join some",
		    CALENDAR_DAY_INTERVALS);
		return;
	}
	hours->at[hours->count++] = at;
}

/* An interval, a list of them, or "closed". */
static void read_hours(
    struct reader *r, const struct yaml_node *node, struct day_hours *hours)
{
	struct texts list;

	hours->count = 0;
	if (node->kind == YAML_TEXT && strcmp(node->text, "closed") == 0)
		return;
	read_texts(r, node, "hours", &list);
	for (size_t i = 0; i < list.count; i++)
		add_interval(r, list.items[i], hours);
}

/* --- week, exceptions, holidays ------------------------------------------- */

static void read_day(struct reader *r, const struct yaml_pair *pair,
    struct calendar_spec *spec, unsigned *given)
{
	unsigned days = hours_days(pair->key->text);
	struct day_hours hours;

	if (days == 0) {
		report_error(r->report, pair->key->at,
		    "\"%s\" is no day of the week; write mon, mon-fri, "
		    "\"sat,sun\", daily, weekdays or weekend",
		    pair->key->text);
		return;
	}
	for (int i = 0; i < 7; i++)
		if ((*given & days & 1u << i) != 0)
			report_error(r->report, pair->key->at,
			    "%s is given twice in this week; name each day "
			    "once",
			    hours_day_name(i));
	*given |= days;
	read_hours(r, pair->value, &hours);
	for (int i = 0; i < 7; i++)
		if ((days & 1u << i) != 0)
			spec->week[i] = hours;
}

static void read_week(
    struct reader *r, const struct yaml_node *week, struct calendar_draft *d)
{
	if (week->kind != YAML_MAP) {
		report_error(r->report, week->at,
		    "week must be a map of days, not %s; write { mon-fri: "
		    "\"09:00-17:00\" }",
		    yaml_kind_name(week->kind));
		return;
	}
	for (size_t i = 0; i < week->count; i++)
		read_day(r, &week->pairs[i], &d->origin->spec, &d->days);
}

static bool room_for_date(struct reader *r, struct place at, size_t count)
{
	if (count < CALENDAR_DATES_MAX)
		return true;
	if (count == CALENDAR_DATES_MAX)
		report_error(r->report, at,
		    "more than %d dates; drop those long past",
		    CALENDAR_DATES_MAX);
	return false;
}

/* Reads the date in that place of its list. */
static void add_date(struct reader *r, const struct yaml_node *node,
    const struct day_hours *hours, struct calendar_dates *dates, size_t place)
{
	struct calendar_date date = { .hours = *hours };

	if (!hours_date(node->text, &date))
		report_error(r->report, node->at,
		    "\"%s\" is no date; write 2026-12-25, or 12-25 for every "
		    "year",
		    node->text);
	if (!room_for_date(r, node->at, place))
		return;
	*(struct calendar_date *)arena_push(&r->conf->arena, &dates->items,
	    &dates->count, &dates->cap, sizeof date) = date;
}

static void read_exceptions(
    struct reader *r, const struct yaml_node *map, struct calendar_dates *dates)
{
	if (map->kind != YAML_MAP) {
		report_error(r->report, map->at,
		    "except must be a map of dates, not %s; write { "
		    "2026-12-24: \"09:00-12:00\" }",
		    yaml_kind_name(map->kind));
		return;
	}
	for (size_t i = 0; i < map->count; i++) {
		struct day_hours hours;

		read_hours(r, map->pairs[i].value, &hours);
		add_date(r, map->pairs[i].key, &hours, dates, i);
	}
}

static bool names_calendar_file(const char *text)
{
	size_t len = strlen(text);

	return len > 4 && strcasecmp(text + len - 4, ".ics") == 0;
}

/* Dates, and files that hold more of them. */
static void read_holidays(
    struct reader *r, const struct yaml_node *node, struct calendar_draft *d)
{
	static const struct day_hours closed = { .count = 0 };
	struct texts list;

	if (node->kind == YAML_LIST && node->count == 0)
		return;
	read_texts(r, node, "holidays", &list);
	for (size_t i = 0; i < list.count; i++) {
		const struct yaml_node *item = list.items[i];
		struct holiday_entry *file;

		if (!names_calendar_file(item->text)) {
			add_date(r, item, &closed, &d->holidays, i);
			continue;
		}
		file = arena_push(r->report->arena, &d->files, &d->nfiles,
		    &d->cap_files, sizeof *file);
		file->name = item->text;
		file->at = item->at;
		file->told = arena_alloc(r->report->arena, sizeof(bool));
	}
}

/* --- a calendar ----------------------------------------------------------- */

static void read_always(
    struct reader *r, const struct yaml_node *node, struct calendar_spec *spec)
{
	static const char *const words[] = { "always" };

	read_word(r, yaml_get(node, "open"), "open", words, 1);
	spec->always = true;
	for (size_t i = 0; i < node->count; i++)
		if (strcmp(node->pairs[i].key->text, "open") != 0)
			report_error(r->report, node->pairs[i].key->at,
			    "a calendar that is always open has no \"%s\"; "
			    "remove it, or \"open\"",
			    node->pairs[i].key->text);
}

static void read_zone(struct reader *r, const struct yaml_node *node,
    struct calendar_origin *origin)
{
	const struct yaml_node *zone = yaml_get(node, "zone");

	if (zone == NULL && yaml_get(node, "extends") == NULL)
		report_error(r->report, node->at,
		    "calendar \"%s\" lacks a zone; add zone: Europe/Berlin, or "
		    "open: always",
		    origin->spec.name);
	if (zone == NULL)
		return;
	origin->spec.zone = zones_get(r, zone);
	if (origin->spec.zone != NULL)
		origin->zone =
		    arena_strdup(&r->conf->arena, zone_name(origin->spec.zone));
}

static void read_working(
    struct reader *r, const struct yaml_node *node, struct calendar_draft *d)
{
	const struct yaml_node *week = yaml_get(node, "week");
	const struct yaml_node *except = yaml_get(node, "except");
	const struct yaml_node *holidays = yaml_get(node, "holidays");

	read_zone(r, node, d->origin);
	if (week != NULL)
		read_week(r, week, d);
	if (except != NULL)
		read_exceptions(r, except, &d->exceptions);
	if (holidays != NULL)
		read_holidays(r, holidays, d);
}

static struct calendar_origin *add_origin(struct reader *r, const char *name)
{
	struct calendar_origin *o =
	    &r->origin->calendars[r->origin->ncalendars++];

	memset(o, 0, sizeof *o);
	o->spec.name = name;
	o->base = -1;
	return o;
}

static void read_calendar(
    struct reader *r, const struct yaml_pair *pair, struct calendar_draft *d)
{
	size_t errors = r->report->errors;
	const struct yaml_node *node = pair->value;

	d->pair = pair;
	d->origin =
	    add_origin(r, arena_strdup(&r->conf->arena, pair->key->text));
	read_name(r, pair->key, NAME_STRICT);
	if (read_map(r, node, SECTION)) {
		if (yaml_get(node, "open") != NULL)
			read_always(r, node, &d->origin->spec);
		else
			read_working(r, node, d);
	}
	d->sound = r->report->errors == errors;
}

/* --- building ------------------------------------------------------------- */

/* The origin keeps what a dump needs: files by name, not what was in them. */
static void keep_files(struct reader *r, struct calendar_draft *d)
{
	struct calendar_origin *o = d->origin;

	o->files = arena_alloc(&r->conf->arena, d->nfiles * sizeof *o->files);
	for (size_t i = 0; i < d->nfiles; i++)
		o->files[i] = beside(r, d->files[i].name);
	o->nfiles = d->nfiles;
}

static struct calendar *build_always(struct calendar_spec *spec)
{
	struct errtext err;
	struct calendar *c;

	spec->always = true;
	c = calendar_build(spec, &err);
	CHECK(c != NULL);
	return c;
}

/* The calendar of a sound draft, or NULL and a report. */
static struct calendar *build(struct reader *r, struct calendar_draft *d)
{
	struct calendar_spec *spec = &d->origin->spec;
	struct errtext err = { "" };
	struct calendar *c = NULL;

	spec->exceptions = d->exceptions.items;
	spec->nexceptions = d->exceptions.count;
	spec->holidays = d->holidays.items;
	spec->nholidays = d->holidays.count;
	keep_files(r, d);
	/* Also of one that is wrong elsewhere: all is told in one run. */
	if (spec->zone != NULL && !holidays_expand(r, d))
		d->sound = false;
	if (d->sound) {
		c = calendar_build(spec, &err);
		if (c == NULL)
			report_error(r->report, d->pair->key->at,
			    "%s; give it opening hours", err.text);
	}
	/* What came from files lives in the report's arena, the zone in the
	 * matrix, and both may go away before the origin. */
	spec->holidays = d->holidays.items;
	spec->nholidays = d->holidays.count;
	spec->closures = NULL;
	spec->nclosures = 0;
	return c;
}

static void build_all(
    struct reader *r, struct calendar_draft *drafts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct calendar *c = build(r, &drafts[i]);

		r->m->calendars[r->m->ncalendars++] =
		    c != NULL ? c : build_always(&drafts[i].origin->spec);
	}
	for (size_t i = 0; i < count; i++)
		drafts[i].origin->spec.zone = NULL;
}

void calendars_read(struct reader *r)
{
	static const struct yaml_node none = { .kind = YAML_MAP };
	const struct yaml_node *map = read_section(r, "calendars");
	struct calendar_draft *drafts;
	struct calendar_origin *o;

	if (map == NULL)
		map = &none;
	r->m->calendars = arena_alloc(
	    &r->m->arena, (map->count + 1) * sizeof(struct calendar *));
	r->origin->calendars = arena_alloc(
	    &r->conf->arena, (map->count + 1) * sizeof *r->origin->calendars);
	drafts = arena_alloc(r->report->arena, map->count * sizeof *drafts);
	for (size_t i = 0; i < map->count; i++)
		read_calendar(r, &map->pairs[i], &drafts[i]);
	calendars_inherit(r, drafts, map->count);
	build_all(r, drafts, map->count);
	if (yaml_get(map, "always") != NULL)
		return;
	o = add_origin(r, "always");
	o->predefined = true;
	r->m->calendars[r->m->ncalendars++] = build_always(&o->spec);
}
