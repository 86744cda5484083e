/* shifts.c - see shifts.h.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/shifts.h"

#include "conf/ics_zone.h"
#include "conf/zones.h"

#include <string.h>

bool shifts_events(const char *bytes, size_t len, const struct zone *zone,
    ics_zone_fn *zone_of, void *user, struct arena *arena, struct ics *out,
    struct errtext *err)
{
	struct ics_options o = { .from = wall_at(0),
		.to = wall_at(civil_days(2101, 1, 2) * DAY_MS),
		.floating = zone,
		.zone = zone_of,
		.user = user };

	if (!ics_read(bytes, len, &o, arena, out, err))
		return false;
	if (zone != NULL || out->zone_name == NULL)
		return true;
	/* Its zone may stand behind what it is needed for: read again. */
	o.floating = zone_of(user, ics_zone_iana(out->zone_name));
	if (o.floating != NULL)
		return ics_read(bytes, len, &o, arena, out, err);
	errtext_set(err,
	    "its zone \"%s\" (X-WR-TIMEZONE) is not known here, and the "
	    "schedule has none of its own",
	    out->zone_name);
	return false;
}

/* The dates of one event have one title in memory. */
struct titles {
	const char *last; /* as the events have it */
	const char *copy;
};

static const char *keep_title(
    struct titles *kept, const char *title, struct arena *arena)
{
	if (kept->last != title) {
		kept->last = title;
		kept->copy = arena_strdup(arena, title);
	}
	return kept->copy;
}

#define KEPT 64

void shifts_of(
    const struct ics *events, struct arena *arena, struct shifts *out)
{
	struct titles kept[KEPT] = { { NULL, NULL } };

	memset(out, 0, sizeof *out);
	out->items = arena_alloc(arena, events->count * sizeof *out->items);
	for (size_t i = 0; i < events->count; i++) {
		const struct ics_occurrence *o = &events->items[i];
		struct shift *s = &out->items[out->count];
		int64_t lasts = wall_minus(o->end, o->start);

		if (lasts <= 0)
			continue;
		out->count++;
		s->start = o->start;
		s->end = o->end;
		s->title = keep_title(&kept[o->line % KEPT], o->summary, arena);
		if (lasts > out->longest_ms)
			out->longest_ms = lasts;
	}
}

/* --- without a reader ----------------------------------------------------- */

/* Zones of the matrix, which is not ours to change; others are read into one
 * that is thrown away. */
struct lent {
	const struct matrix *m;
	struct reader reader;
};

static const struct zone *lend(void *user, const char *name)
{
	struct lent *l = user;

	for (size_t i = 0; i < l->m->nzones; i++)
		if (strcmp(zone_name(l->m->zones[i]), name) == 0)
			return l->m->zones[i];
	return zones_find(&l->reader, name);
}

bool shifts_read(const char *bytes, size_t len, const struct matrix *m,
    const struct schedule *s, struct arena *arena, struct shifts *out,
    struct errtext *err)
{
	static const struct conf_options usual = { .zoneinfo = NULL };
	struct arena scratch = ARENA_INIT;
	struct report report = { .arena = &scratch };
	struct lent lent = { m,
		{ .report = &report, .m = matrix_new(), .options = &usual } };
	struct ics events;
	bool sound = shifts_events(
	    bytes, len, s->zone, lend, &lent, &scratch, &events, err);

	if (sound)
		shifts_of(&events, arena, out);
	matrix_free(lent.reader.m);
	arena_fini(&scratch);
	return sound;
}
