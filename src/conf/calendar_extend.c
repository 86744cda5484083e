/* calendar_extend.c - `extends`: a calendar that is another one with changes.
 *
 * It has the other's zone, week, exceptions and holidays.  Days of its own week
 * replace those days, its own exceptions beat inherited ones on their dates,
 * its holidays are added.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/calendar_draft.h"

#include <string.h>

struct family {
	struct reader *r;
	struct calendar_draft *drafts;
	size_t count;
};

static const struct yaml_node *extends_of(const struct calendar_draft *d)
{
	if (d->pair->value->kind != YAML_MAP)
		return NULL;
	return yaml_get(d->pair->value, "extends");
}

static const char *name_of(const struct calendar_draft *d)
{
	return d->origin->spec.name;
}

/* --- what is inherited ---------------------------------------------------- */

/* One's own 12-24 is every Christmas Eve, whatever the other said of one. */
static bool is_replaced(
    const struct calendar_date *old, const struct calendar_dates *own)
{
	for (size_t i = 0; i < own->count; i++) {
		const struct calendar_date *d = &own->items[i];

		if (d->month == old->month && d->day == old->day &&
		    (d->year == 0 || d->year == old->year))
			return true;
	}
	return false;
}

static void push_date(struct reader *r, struct calendar_dates *to,
    const struct calendar_date *date)
{
	*(struct calendar_date *)arena_push(&r->conf->arena, &to->items,
	    &to->count, &to->cap, sizeof *date) = *date;
}

/* The inherited dates first, so that one's own come last and win. */
static void inherit_dates(struct reader *r, struct calendar_dates *own,
    const struct calendar_dates *base, bool replace)
{
	struct calendar_dates all = { NULL, 0, 0 };

	for (size_t i = 0; i < base->count; i++)
		if (!replace || !is_replaced(&base->items[i], own))
			push_date(r, &all, &base->items[i]);
	for (size_t i = 0; i < own->count; i++)
		push_date(r, &all, &own->items[i]);
	*own = all;
}

static void inherit_file(struct reader *r, struct calendar_draft *d,
    const struct holiday_entry *file)
{
	for (size_t i = 0; i < d->nfiles; i++)
		if (strcmp(d->files[i].name, file->name) == 0)
			return;
	*(struct holiday_entry *)arena_push(r->report->arena, &d->files,
	    &d->nfiles, &d->cap_files, sizeof *file) = *file;
}

static void check_limits(
    struct reader *r, struct calendar_draft *d, const struct yaml_node *at)
{
	if (d->exceptions.count <= CALENDAR_DATES_MAX &&
	    d->holidays.count <= CALENDAR_DATES_MAX)
		return;
	report_error(r->report, at->at,
	    "more than %d dates with those of \"%s\"; drop those long past",
	    CALENDAR_DATES_MAX, at->text);
	d->sound = false;
}

static void take_over(struct reader *r, struct calendar_draft *d,
    const struct calendar_draft *base)
{
	struct calendar_origin *own = d->origin;

	if (own->zone == NULL) {
		own->zone = base->origin->zone;
		own->spec.zone = base->origin->spec.zone;
	}
	for (int i = 0; i < 7; i++)
		if ((d->days & 1u << i) == 0)
			own->spec.week[i] = base->origin->spec.week[i];
	inherit_dates(r, &d->exceptions, &base->exceptions, true);
	inherit_dates(r, &d->holidays, &base->holidays, false);
	for (size_t i = 0; i < base->nfiles; i++)
		inherit_file(r, d, &base->files[i]);
}

/* --- from whom ------------------------------------------------------------ */

static struct calendar_draft *find(const struct family *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(name_of(&f->drafts[i]), name) == 0)
			return &f->drafts[i];
	return NULL;
}

static void unknown(const struct family *f, const struct yaml_node *node)
{
	struct reader *r = f->r;
	struct nearest n;

	nearest_init(&n, node->text);
	for (size_t i = 0; i < f->count; i++)
		nearest_try(&n, name_of(&f->drafts[i]));
	report_error(r->report, node->at, "unknown calendar \"%s\"%s",
	    node->text, suggest(r, &n, "define it under calendars"));
}

/* The calendar that is extended, or NULL and a report. */
static struct calendar_draft *base_of(
    const struct family *f, const struct yaml_node *node)
{
	struct calendar_draft *base;

	if (node_text(f->r, node, "extends") == NULL)
		return NULL;
	base = find(f, node->text);
	if (base == NULL && strcmp(node->text, "always") != 0) {
		unknown(f, node);
		return NULL;
	}
	if (base == NULL || base->origin->spec.always) {
		report_error(f->r->report, node->at,
		    "\"%s\" is always open and has nothing to extend; write "
		    "the zone and the hours here",
		    node->text);
		return NULL;
	}
	return base;
}

static void inherit(const struct family *f, struct calendar_draft *d);

static void extend(const struct family *f, struct calendar_draft *d,
    const struct yaml_node *node)
{
	struct calendar_draft *base = base_of(f, node);

	if (base != NULL && base->state == DRAFT_INHERITING) {
		report_error(f->r->report, node->at,
		    "\"%s\" extends itself%s; one of them must stand on its "
		    "own",
		    name_of(d), base == d ? "" : " by way of others");
		base = NULL;
	}
	if (base != NULL)
		inherit(f, base);
	/* What is wrong with the other was said there. */
	if (base == NULL || !base->sound) {
		d->sound = false;
		return;
	}
	d->origin->base = (int)(base - f->drafts);
	take_over(f->r, d, base);
	check_limits(f->r, d, node);
}

static void inherit(const struct family *f, struct calendar_draft *d)
{
	const struct yaml_node *node = extends_of(d);

	if (d->state != DRAFT_READ)
		return;
	d->state = DRAFT_INHERITING;
	if (node != NULL && !d->origin->spec.always)
		extend(f, d, node);
	d->state = DRAFT_DONE;
}

void calendars_inherit(
    struct reader *r, struct calendar_draft *drafts, size_t count)
{
	struct family f = { r, drafts, count };

	for (size_t i = 0; i < count; i++)
		inherit(&f, &drafts[i]);
}
