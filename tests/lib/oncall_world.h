/* oncall_world.h - a small matrix of people and schedules, by hand.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_ONCALL_WORLD_H
#define SLAWATCH_TESTS_ONCALL_WORLD_H

#include "core/duty.h"
#include "core/matrix.h"
#include "core/oncall.h"
#include "lib/zone_file.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { DANA, ELI, MARA, OMAR, WORLD_PEOPLE };

static inline struct wall world_wall(const char *text)
{
	struct wall w = { 0 };

	ck_assert_msg(wall_parse(text, strlen(text), &w), "%s", text);
	return w;
}

/* Owned by the matrix. */
static inline const struct zone *world_zone(struct matrix *m, const char *name)
{
	struct zone_file f;
	struct errtext err;
	struct zone **grown =
	    arena_alloc(&m->arena, (m->nzones + 1) * sizeof *grown);

	ck_assert_msg(zone_file_read(name, &f), "no zone %s", name);
	for (size_t i = 0; i < m->nzones; i++)
		grown[i] = m->zones[i];
	grown[m->nzones] = zone_parse(name, f.bytes, f.len, &err);
	ck_assert_msg(grown[m->nzones] != NULL, "%s", err.text);
	m->zones = grown;
	zone_file_free(&f);
	return grown[m->nzones++];
}

/* Four people, and that many schedules named "one", "two", ... */
static inline struct matrix *world_matrix(size_t schedules)
{
	static const char *const names[] = { "one", "two", "three" };
	struct matrix *m = matrix_new();

	m->people = arena_alloc(&m->arena, WORLD_PEOPLE * sizeof *m->people);
	m->npeople = WORLD_PEOPLE;
	m->people[DANA] = (struct person){ .name = "dana",
		.title = "Dana Ruiz",
		.slack = "U01DANA",
		.email = "dana@example.com" };
	m->people[ELI] = (struct person){ .name = "eli", .title = "eli" };
	m->people[MARA] =
	    (struct person){ .name = "mara", .title = "Stein, Mara" };
	m->people[OMAR] = (struct person){ .name = "omar", .title = "omar" };
	m->schedules = arena_alloc(&m->arena, schedules * sizeof *m->schedules);
	m->nschedules = schedules;
	for (size_t i = 0; i < schedules; i++) {
		m->schedules[i].name = names[i];
		m->schedules[i].rotation.hours = -1;
	}
	return m;
}

/* `local` as "2026-01-05T09:00:00Z": wall time as if it were UTC. */
static inline void world_rotation(struct matrix *m, int schedule,
    const struct zone *z, const char *local, int64_t shift_ms,
    const int *members, size_t n)
{
	struct schedule *s = &m->schedules[schedule];

	s->kind = SCHEDULE_ROTATION;
	s->zone = z;
	s->zone_name = z == NULL ? NULL : zone_name(z);
	s->rotation.first_local_ms = world_wall(local).ms;
	s->rotation.shift_ms = shift_ms;
	s->rotation.members = arena_alloc(&m->arena, n * sizeof(int));
	memcpy(s->rotation.members, members, n * sizeof(int));
	s->rotation.nmembers = n;
}

/* Behind the last one; they are given in the order of their starts. */
static inline void world_shift(struct matrix *m, struct shifts *s,
    const char *from, const char *to, const char *title)
{
	struct shift *grown =
	    arena_alloc(&m->arena, (s->count + 1) * sizeof *grown);

	if (s->count > 0)
		memcpy(grown, s->items, s->count * sizeof *grown);
	grown[s->count].start = world_wall(from);
	grown[s->count].end = world_wall(to);
	grown[s->count].title = title;
	if (wall_minus(grown[s->count].end, grown[s->count].start) >
	    s->longest_ms)
		s->longest_ms =
		    wall_minus(grown[s->count].end, grown[s->count].start);
	s->items = grown;
	s->count++;
}

/* The value after one more change of that kind; the one before is freed.  NULL
 * texts are none. */
static inline struct duty *world_said(struct duty *d, enum duty_kind kind,
    const char *schedule, const char *person, const char *other,
    const char *from, const char *until)
{
	struct duty_change c = { .kind = kind,
		.person = person == NULL ? "" : person,
		.other = other == NULL ? "" : other,
		.schedule = schedule == NULL ? "" : schedule,
		.by = "test",
		.why = "",
		.from = world_wall(from),
		.until = until == NULL ? WALL_NEVER : world_wall(until),
		.at = wall_at(0) };
	struct duty *next = duty_after(d == NULL ? &duty_none : d, &c);

	duty_free(d);
	return next;
}

#endif
