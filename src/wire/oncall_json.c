/* oncall_json.c - see oncall_json.h.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/oncall_json.h"

#include "base/check.h"
#include "base/nearest.h"
#include "wire/json_out.h"

#include <stdlib.h>
#include <string.h>

/* What one entry is made from. */
struct asked {
	const struct matrix *m;
	const struct duty *d;
	struct wall at;
	struct wall until;
	struct json_out *out;
	struct oncall_stretch *stretches; /* room for the most */
};

bool oncall_knows(const struct matrix *m, const char *name, struct errtext *err)
{
	struct nearest n;

	if (matrix_role(m, name) >= 0 || matrix_schedule(m, name) >= 0)
		return true;
	nearest_init(&n, name);
	for (size_t i = 0; i < m->nroles; i++)
		nearest_try(&n, m->roles[i].name);
	for (size_t i = 0; i < m->nschedules; i++)
		nearest_try(&n, m->schedules[i].name);
	nearest_say(&n, "unknown role or on-call schedule", err);
	return false;
}

/* --- instants ------------------------------------------------------------- */

/* "2026-01-05T09:00:00+01:00". */
static void local(
    struct json_out *out, const char *name, const struct zone *z, struct wall w)
{
	char text[WALL_TEXT_MAX];
	int64_t east = 0;
	struct textbuf tb;

	if (z != NULL)
		east = zone_offset(z, w) / 60;
	wall_format(wall_at(w.ms + east * MINUTE_MS), text);
	textbuf_init(&tb);
	textbuf_addn(&tb, text, strlen(text) - 1);
	textbuf_addf(&tb, "%c%d%d:%d%d", east < 0 ? '-' : '+',
	    abs((int)east) / 600, abs((int)east) / 60 % 10,
	    abs((int)east) % 60 / 10, abs((int)east) % 10);
	json_text(out, name, tb.data);
	textbuf_fini(&tb);
}

static void span(
    struct json_out *out, const struct zone *z, const struct oncall_stretch *s)
{
	json_wall(out, "from", s->from);
	json_wall(out, "to", s->to);
	local(out, "from_local", z, s->from);
	local(out, "to_local", z, s->to);
}

/* --- people --------------------------------------------------------------- */

static void names(
    struct json_out *out, const struct matrix *m, const struct oncall *who)
{
	json_open(out, "people", '[');
	for (size_t i = 0; i < who->count; i++)
		json_text(out, NULL, m->people[who->people[i]].name);
	json_close(out, ']');
}

static void person(const struct asked *a, int index)
{
	const struct person *p = &a->m->people[index];
	const struct duty_change *away = duty_away(a->d, p->name, a->at);
	bool covered = away != NULL && away->other[0] != '\0';

	json_open(a->out, NULL, '{');
	json_text(a->out, "person", p->name);
	json_text(a->out, "name", p->title);
	json_bool(a->out, "away", away != NULL);
	json_wall(
	    a->out, "away_until", away == NULL ? WALL_NEVER : away->until);
	json_text(a->out, "cover", covered ? away->other : NULL);
	json_close(a->out, '}');
}

/* --- one entry ------------------------------------------------------------ */

static const char *kind_of(const struct who *w, const struct schedule *s)
{
	if (s == NULL)
		return w->kind == WHO_TEAM ? "team" : "person";
	if (s->kind == SCHEDULE_ROTATION)
		return "rotation";
	return s->kind == SCHEDULE_FILE ? "file" : "feed";
}

static void head(
    const struct asked *a, const struct role *role, const struct schedule *s)
{
	const struct duty_change *copy = NULL;

	json_text(a->out, "role", role == NULL ? NULL : role->name);
	json_text(a->out, "schedule", s == NULL ? NULL : s->name);
	json_text(a->out, "kind", kind_of(role == NULL ? NULL : &role->who, s));
	json_text(a->out, "zone",
	    s == NULL		   ? NULL
	    : s->zone_name == NULL ? "UTC"
				   : s->zone_name);
	json_text(a->out, "authority", role == NULL ? NULL : role->authority);
	if (s != NULL && s->kind == SCHEDULE_FEED)
		copy = duty_feed(a->d, s->name);
	json_wall(a->out, "fetched", copy == NULL ? WALL_NEVER : copy->at);
}

/* The first stretch with people in it after the first one. */
static void next(const struct asked *a, const struct schedule *s, size_t count)
{
	size_t i = 1;

	while (i < count && a->stretches[i].who.count == 0)
		i++;
	if (i >= count) {
		json_text(a->out, "next", NULL);
		return;
	}
	json_open(a->out, "next", '{');
	json_wall(a->out, "from", a->stretches[i].from);
	local(a->out, "from_local", s->zone, a->stretches[i].from);
	names(a->out, a->m, &a->stretches[i].who);
	json_close(a->out, '}');
}

static void gaps(const struct asked *a, const struct schedule *s, size_t count)
{
	json_open(a->out, "gaps", '[');
	for (size_t i = 0; i < count; i++) {
		if (a->stretches[i].who.count > 0)
			continue;
		json_open(a->out, NULL, '{');
		span(a->out, s->zone, &a->stretches[i]);
		json_close(a->out, '}');
	}
	json_close(a->out, ']');
}

static void stretches(
    const struct asked *a, const struct schedule *s, size_t count)
{
	json_open(a->out, "stretches", '[');
	for (size_t i = 0; i < count; i++) {
		json_open(a->out, NULL, '{');
		span(a->out, s->zone, &a->stretches[i]);
		names(a->out, a->m, &a->stretches[i].who);
		json_text(a->out, "unknown", a->stretches[i].who.unknown);
		json_close(a->out, '}');
	}
	json_close(a->out, ']');
}

static void by_schedule(const struct asked *a, int index)
{
	const struct schedule *s = &a->m->schedules[index];
	size_t count = oncall_between(a->m, a->d, index, a->at, a->until,
	    a->stretches, ONCALL_STRETCHES_MAX);
	const struct oncall_stretch *now = &a->stretches[0];
	const struct oncall_stretch *last = &a->stretches[count - 1];

	json_open(a->out, "people", '[');
	for (size_t i = 0; i < now->who.count; i++)
		person(a, now->who.people[i]);
	json_close(a->out, ']');
	json_text(a->out, "unknown", now->who.unknown);
	json_wall(a->out, "until",
	    wall_before(now->to, a->until) ? now->to : WALL_NEVER);
	next(a, s, count);
	gaps(a, s, count);
	stretches(a, s, count);
	json_bool(a->out, "more", wall_before(last->to, a->until));
}

/* A person or a team, who stay. */
static void by_name(const struct asked *a, const struct who *w)
{
	json_open(a->out, "people", '[');
	if (w->kind == WHO_PERSON)
		person(a, w->index);
	else
		for (size_t i = 0; i < a->m->teams[w->index].nmembers; i++)
			person(a, a->m->teams[w->index].members[i].person);
	json_close(a->out, ']');
	json_text(a->out, "unknown", NULL);
	json_text(a->out, "until", NULL);
	json_text(a->out, "next", NULL);
	json_open(a->out, "gaps", '[');
	json_close(a->out, ']');
	json_open(a->out, "stretches", '[');
	json_close(a->out, ']');
	json_bool(a->out, "more", false);
}

/* role or schedule -1: none. */
static void entry(const struct asked *a, int role, int schedule)
{
	const struct role *r = role < 0 ? NULL : &a->m->roles[role];

	if (r != NULL && r->who.kind == WHO_SCHEDULE)
		schedule = r->who.index;
	json_open(a->out, NULL, '{');
	head(a, r, schedule < 0 ? NULL : &a->m->schedules[schedule]);
	if (schedule >= 0)
		by_schedule(a, schedule);
	else
		by_name(a, &r->who);
	json_close(a->out, '}');
}

/* --- all ------------------------------------------------------------------ */

static bool has_role(const struct matrix *m, size_t schedule)
{
	for (size_t i = 0; i < m->nroles; i++)
		if (m->roles[i].who.kind == WHO_SCHEDULE &&
		    m->roles[i].who.index == (int)schedule)
			return true;
	return false;
}

static void entries(const struct asked *a)
{
	for (size_t i = 0; i < a->m->nroles; i++)
		entry(a, (int)i, -1);
	for (size_t i = 0; i < a->m->nschedules; i++)
		if (!has_role(a->m, i))
			entry(a, -1, (int)i);
}

void oncall_to_json(const struct matrix *m, const struct duty *d,
    struct wall at, struct wall until, const char *name, struct textbuf *out)
{
	struct json_out json;
	struct asked a = { m, d, at, until, &json, NULL };
	int role = matrix_role(m, name);

	CHECK(wall_before(at, until));
	a.stretches = calloc(ONCALL_STRETCHES_MAX, sizeof *a.stretches);
	CHECK(a.stretches != NULL);
	json_out_init(&json, out);
	json_open(&json, NULL, '{');
	json_wall(&json, "at", at);
	json_wall(&json, "until", until);
	json_open(&json, "oncall", '[');
	if (name == NULL)
		entries(&a);
	else
		entry(&a, role, role >= 0 ? -1 : matrix_schedule(m, name));
	json_close(&json, ']');
	json_close(&json, '}');
	free(a.stretches);
}
