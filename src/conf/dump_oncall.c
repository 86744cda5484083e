/* dump_oncall.c - on-call schedules and roles as YAML.
 *
 * Of a calendar its file is named, or the source of its url.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/dump_parts.h"

#include "base/instant.h"
#include "conf/origin.h"

static void dump_rotation(
    struct textbuf *out, const struct matrix *m, const struct rotation *r)
{
	char start[WALL_TEXT_MAX];

	textbuf_add(out, "    members: [ ");
	for (size_t i = 0; i < r->nmembers; i++) {
		textbuf_add(out, i == 0 ? "" : ", ");
		dump_text(out, m->people[r->members[i]].name);
	}
	wall_format(wall_at(r->first_local_ms), start);
	textbuf_addf(out, " ]\n    start: \"%.*s\"\n", 16, start);
	dump_span(out, 4, "shift", r->shift_ms);
	if (r->hours >= 0)
		dump_pair(
		    out, 4, "hours", calendar_name(m->calendars[r->hours]));
}

/* calendar under `key`, override, refresh, ca_file: an entry of `oncall`, or
 * what a role brings of its own. */
static void dump_calendar(struct textbuf *out, const char *key,
    const struct schedule *s, const struct schedule_origin *o)
{
	if (s->kind == SCHEDULE_FILE) {
		dump_pair(out, 4, key, o->file);
		dump_pair(out, 4, "override", o->override_file);
		return;
	}
	dump_url(out, 4, key, s->url, &o->calendar, false);
	dump_url(out, 4, "override", s->override_url, &o->override, false);
	dump_span(out, 4, "refresh", s->refresh_ms);
	dump_pair(out, 4, "ca_file", s->ca_file);
}

void dump_oncall(struct textbuf *out, const struct matrix *m,
    const struct schedule_origin *origins)
{
	bool any = false;

	for (size_t i = 0; i < m->nschedules; i++) {
		const struct schedule *s = &m->schedules[i];

		if (origins[i].is_roles)
			continue;
		if (!any)
			textbuf_add(out, "\noncall:\n");
		any = true;
		dump_name(out, 2, s->name);
		if (s->kind == SCHEDULE_ROTATION)
			dump_rotation(out, m, &s->rotation);
		else
			dump_calendar(out, "calendar", s, &origins[i]);
		dump_pair(out, 4, "zone", s->zone_name);
	}
}

/* --- roles ---------------------------------------------------------------- */

static const char *holder(const struct matrix *m, const struct who *w)
{
	if (w->kind == WHO_SCHEDULE)
		return m->schedules[w->index].name;
	return w->kind == WHO_TEAM ? m->teams[w->index].name
				   : m->people[w->index].name;
}

static const char *holder_key(const struct who *w)
{
	if (w->kind == WHO_SCHEDULE)
		return "oncall";
	return w->kind == WHO_TEAM ? "team" : "person";
}

static void dump_role(struct textbuf *out, const struct matrix *m,
    const struct role *role, const struct schedule_origin *origins)
{
	const struct who *w = &role->who;

	dump_name(out, 2, role->name);
	if (w->kind == WHO_SCHEDULE && origins[w->index].is_roles) {
		dump_calendar(
		    out, "oncall", &m->schedules[w->index], &origins[w->index]);
		dump_pair(out, 4, "zone", m->schedules[w->index].zone_name);
	} else {
		dump_pair(out, 4, holder_key(w), holder(m, w));
	}
	dump_pair(out, 4, "authority", role->authority);
	dump_sees(out, role->sees);
}

void dump_roles(struct textbuf *out, const struct matrix *m,
    const struct schedule_origin *origins)
{
	if (m->nroles > 0)
		textbuf_add(out, "\nroles:\n");
	for (size_t i = 0; i < m->nroles; i++)
		dump_role(out, m, &m->roles[i], origins);
}
