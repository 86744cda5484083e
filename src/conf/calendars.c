/* calendars.c - the `calendars` section: when working time passes.
 *
 * A calendar that cannot be built is entered as one that is always open, so
 * that a mistake in it is told once and not by everybody who refers to it.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include "base/check.h"
#include "conf/hours.h"
#include "conf/zones.h"

#include <string.h>

#define SECTION	  "calendars.NAME"
#define DATES_MAX 1000 /* exceptions, or holidays, of one calendar */

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
    struct reader *r, const struct yaml_node *week, struct calendar_spec *spec)
{
	unsigned given = 0;

	if (week->kind != YAML_MAP) {
		report_error(r->report, week->at,
		    "week must be a map of days, not %s; write { mon-fri: "
		    "\"09:00-17:00\" }",
		    yaml_kind_name(week->kind));
		return;
	}
	for (size_t i = 0; i < week->count; i++)
		read_day(r, &week->pairs[i], spec, &given);
}

static bool room_for_date(struct reader *r, struct place at, size_t count)
{
	if (count < DATES_MAX)
		return true;
	if (count == DATES_MAX)
		report_error(r->report, at,
		    "more than %d dates; drop those long past", DATES_MAX);
	return false;
}

static void bad_date(struct reader *r, const struct yaml_node *node)
{
	size_t len = strlen(node->text);

	if (len > 4 && strcmp(node->text + len - 4, ".ics") == 0)
		report_error(r->report, node->at,
		    "calendar files (%s) are not supported yet; list the dates",
		    node->text);
	else
		report_error(r->report, node->at,
		    "\"%s\" is no date; write 2026-12-25, or 12-25 for every "
		    "year",
		    node->text);
}

static void read_exceptions(
    struct reader *r, const struct yaml_node *map, struct calendar_spec *spec)
{
	struct calendar_date *dates = NULL;
	size_t cap = 0;

	if (map->kind != YAML_MAP) {
		report_error(r->report, map->at,
		    "except must be a map of dates, not %s; write { "
		    "2026-12-24: \"09:00-12:00\" }",
		    yaml_kind_name(map->kind));
		return;
	}
	for (size_t i = 0; i < map->count; i++) {
		const struct yaml_pair *pair = &map->pairs[i];
		struct calendar_date date = { 0 };

		if (!hours_date(pair->key->text, &date))
			bad_date(r, pair->key);
		read_hours(r, pair->value, &date.hours);
		if (!room_for_date(r, pair->key->at, i))
			continue;
		*(struct calendar_date *)arena_push(&r->conf->arena, &dates,
		    &spec->nexceptions, &cap, sizeof date) = date;
	}
	spec->exceptions = dates;
}

static void read_holidays(
    struct reader *r, const struct yaml_node *node, struct calendar_spec *spec)
{
	struct calendar_date *dates = NULL;
	size_t cap = 0;
	struct texts list;

	if (node->kind == YAML_LIST && node->count == 0)
		return;
	read_texts(r, node, "holidays", &list);
	for (size_t i = 0; i < list.count; i++) {
		struct calendar_date date = { 0 };

		if (!hours_date(list.items[i]->text, &date))
			bad_date(r, list.items[i]);
		if (!room_for_date(r, list.items[i]->at, i))
			continue;
		*(struct calendar_date *)arena_push(&r->conf->arena, &dates,
		    &spec->nholidays, &cap, sizeof date) = date;
	}
	spec->holidays = dates;
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

static void read_working(struct reader *r, const struct yaml_node *node,
    struct calendar_origin *origin)
{
	struct calendar_spec *spec = &origin->spec;
	const struct yaml_node *zone = yaml_get(node, "zone");
	const struct yaml_node *week = yaml_get(node, "week");
	const struct yaml_node *except = yaml_get(node, "except");
	const struct yaml_node *holidays = yaml_get(node, "holidays");

	if (zone == NULL)
		report_error(r->report, node->at,
		    "calendar \"%s\" lacks a zone; add zone: Europe/Berlin, or "
		    "open: always",
		    spec->name);
	else
		spec->zone = zones_get(r, zone);
	if (week != NULL)
		read_week(r, week, spec);
	if (except != NULL)
		read_exceptions(r, except, spec);
	if (holidays != NULL)
		read_holidays(r, holidays, spec);
	if (spec->zone != NULL)
		origin->zone =
		    arena_strdup(&r->conf->arena, zone_name(spec->zone));
}

static struct calendar *build(
    struct reader *r, struct place at, struct calendar_spec *spec, bool sound)
{
	struct errtext err = { "" };
	struct calendar *c = NULL;

	if (sound) {
		c = calendar_build(spec, &err);
		if (c == NULL)
			report_error(r->report, at, "%s; give it opening hours",
			    err.text);
	}
	if (c == NULL) {
		spec->always = true;
		c = calendar_build(spec, &err);
	}
	CHECK(c != NULL);
	spec->zone = NULL; /* the matrix may go away before the origin */
	return c;
}

static struct calendar_origin *add_origin(struct reader *r, const char *name)
{
	struct calendar_origin *o =
	    &r->origin->calendars[r->origin->ncalendars++];

	memset(o, 0, sizeof *o);
	o->spec.name = name;
	return o;
}

static void read_calendar(struct reader *r, const struct yaml_pair *pair)
{
	size_t errors = r->report->errors;
	const struct yaml_node *node = pair->value;
	struct calendar_origin *o =
	    add_origin(r, arena_strdup(&r->conf->arena, pair->key->text));

	read_name(r, pair->key, NAME_STRICT);
	if (read_map(r, node, SECTION)) {
		if (yaml_get(node, "open") != NULL)
			read_always(r, node, &o->spec);
		else
			read_working(r, node, o);
	}
	r->m->calendars[r->m->ncalendars++] =
	    build(r, pair->key->at, &o->spec, r->report->errors == errors);
}

void calendars_read(struct reader *r)
{
	static const struct yaml_node none = { .kind = YAML_MAP };
	const struct yaml_node *map = read_section(r, "calendars");
	struct calendar_origin *o;

	if (map == NULL)
		map = &none;
	r->m->calendars = arena_alloc(
	    &r->m->arena, (map->count + 1) * sizeof(struct calendar *));
	r->origin->calendars = arena_alloc(
	    &r->conf->arena, (map->count + 1) * sizeof *r->origin->calendars);
	for (size_t i = 0; i < map->count; i++)
		read_calendar(r, &map->pairs[i]);
	if (yaml_get(map, "always") != NULL)
		return;
	o = add_origin(r, "always");
	o->predefined = true;
	o->spec.always = true;
	r->m->calendars[r->m->ncalendars++] =
	    build(r, PLACE_FILE, &o->spec, true);
}
