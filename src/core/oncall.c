/* oncall.c - see oncall.h.
 *
 * Each source gives who is on call and narrows `until` to the first instant at
 * which it may say otherwise.
 *
 * SPDX-License-Identifier: MIT */
#include "core/oncall.h"

#include "base/check.h"
#include "core/oncall_turns.h"

#include <string.h>

static void narrow(struct oncall *o, struct wall until)
{
	o->until = wall_min(o->until, until);
}

static void add(struct oncall *o, int person)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->people[i] == person)
			return;
	if (o->count < ONCALL_MAX)
		o->people[o->count++] = person;
}

/* --- rotations ------------------------------------------------------------ */

static bool takes_turns(const struct rotation *r)
{
	for (size_t i = 1; i < r->nmembers; i++)
		if (r->members[i] != r->members[0])
			return true;
	return false;
}

/* False: closed. */
static bool in_hours(
    const struct calendar *c, struct wall at, struct oncall *out)
{
	bool open = calendar_open(c, at);

	narrow(
	    out, open ? calendar_next_close(c, at) : calendar_next_open(c, at));
	return open;
}

static void of_rotation(const struct matrix *m, const struct schedule *s,
    struct wall at, struct oncall *out)
{
	const struct rotation *r = &s->rotation;
	struct oncall_turn turn = oncall_turn_at(s, at);

	if (r->nmembers == 0)
		return;
	if (turn.number < 0 || takes_turns(r))
		narrow(out, turn.to);
	if (turn.number < 0)
		return;
	if (r->hours >= 0 && !in_hours(m->calendars[r->hours], at, out))
		return;
	add(out, r->members[turn.number % (int64_t)r->nmembers]);
}

/* --- calendars ------------------------------------------------------------ */

/* How many shifts begin by then. */
static size_t begun(const struct shifts *s, struct wall at)
{
	size_t low = 0;
	size_t high = s->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (wall_before(at, s->items[mid].start))
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

static void of_shifts(const struct matrix *m, const struct shifts *s,
    struct wall at, struct oncall *out)
{
	size_t end = begun(s, at);
	size_t first = end;

	if (end < s->count)
		narrow(out, s->items[end].start);
	while (
	    first > 0 && at.ms - s->items[first - 1].start.ms < s->longest_ms)
		first--;
	for (size_t i = first; i < end; i++) {
		const struct shift *shift = &s->items[i];

		if (!wall_before(at, shift->end))
			continue;
		narrow(out, shift->end);
		if (!oncall_title(m, shift->title, out->people, &out->count,
			ONCALL_MAX) &&
		    out->unknown == NULL)
			out->unknown = shift->title;
	}
}

/* The override calendar beats the other while somebody is on it whom we know:
 * better the wrong one of the rota than nobody. */
static void of_calendar(const struct matrix *m, const struct shifts *primary,
    const struct shifts *override, struct wall at, struct oncall *out)
{
	struct oncall over = { .until = WALL_NEVER };

	if (override != NULL)
		of_shifts(m, override, at, &over);
	if (over.count == 0 && primary != NULL)
		of_shifts(m, primary, at, out);
	narrow(out, over.until);
	if (over.unknown != NULL)
		out->unknown = over.unknown;
	if (over.count == 0)
		return;
	out->count = over.count;
	memcpy(out->people, over.people, sizeof out->people);
}

static void of_feed(const struct matrix *m, const struct duty *d,
    const struct schedule *s, struct wall at, struct oncall *out)
{
	const struct duty_change *copy = duty_feed(d, s->name);

	if (copy != NULL)
		of_calendar(m, copy->primary,
		    s->override_url == NULL ? NULL : copy->override, at, out);
}

/* --- commands ------------------------------------------------------------- */

static int place_of(const struct oncall *o, int person)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->people[i] == person)
			return (int)i;
	return -1;
}

static void drop(struct oncall *o, int person)
{
	int at = place_of(o, person);

	if (at < 0)
		return;
	o->count--;
	for (size_t i = (size_t)at; i < o->count; i++)
		o->people[i] = o->people[i + 1];
}

static void take_place(struct oncall *o, int person, int other)
{
	int at = place_of(o, other);

	if (at < 0 || person == other)
		return;
	if (place_of(o, person) >= 0)
		drop(o, other);
	else
		o->people[at] = person;
}

static void apply(
    const struct matrix *m, const struct duty_change *c, struct oncall *out)
{
	int person = matrix_person(m, c->person);

	if (person < 0)
		return;
	switch (c->kind) {
	case DUTY_OVERRIDE:
		if (c->other[0] != '\0') {
			take_place(out, person, matrix_person(m, c->other));
			return;
		}
		out->count = 0;
		out->unknown = NULL;
		add(out, person);
		return;
	case DUTY_ADD:
		add(out, person);
		return;
	case DUTY_REMOVE:
		drop(out, person);
		return;
	case DUTY_AWAY:
	case DUTY_BACK:
	case DUTY_DROP:
	case DUTY_FEED:
	case DUTY_KIND_COUNT:
		return;
	}
}

static bool is_of(const struct duty_change *c, const struct schedule *s)
{
	return (c->kind == DUTY_OVERRIDE || c->kind == DUTY_ADD ||
		   c->kind == DUTY_REMOVE) &&
	       strcmp(c->schedule, s->name) == 0;
}

static void of_commands(const struct matrix *m, const struct duty *d,
    const struct schedule *s, struct wall at, struct oncall *out)
{
	for (size_t i = 0; i < d->count; i++) {
		const struct duty_change *c = &d->items[i];

		if (!is_of(c, s))
			continue;
		if (wall_before(at, c->from)) {
			narrow(out, c->from);
		} else if (wall_before(at, c->until)) {
			narrow(out, c->until);
			apply(m, c, out);
		}
	}
}

/* --- all ------------------------------------------------------------------ */

void oncall_at(const struct matrix *m, const struct duty *d, int schedule,
    struct wall at, struct oncall *out)
{
	const struct schedule *s;

	CHECK(schedule >= 0 && (size_t)schedule < m->nschedules);
	memset(out, 0, sizeof *out);
	out->until = WALL_NEVER;
	s = &m->schedules[schedule];
	switch (s->kind) {
	case SCHEDULE_ROTATION:
		of_rotation(m, s, at, out);
		break;
	case SCHEDULE_FILE:
		of_calendar(m, &s->primary, &s->override, at, out);
		break;
	case SCHEDULE_FEED:
		of_feed(m, d, s, at, out);
		break;
	}
	of_commands(m, d, s, at, out);
	CHECK(wall_before(at, out->until));
}

static bool same_title(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_people(const struct oncall *a, const struct oncall *b)
{
	return a->count == b->count && same_title(a->unknown, b->unknown) &&
	       memcmp(a->people, b->people, a->count * sizeof a->people[0]) ==
		   0;
}

size_t oncall_between(const struct matrix *m, const struct duty *d,
    int schedule, struct wall from, struct wall to, struct oncall_stretch *out,
    size_t max)
{
	struct wall at = from;
	size_t n = 0;

	while (wall_before(at, to)) {
		struct oncall who;

		oncall_at(m, d, schedule, at, &who);
		if (n == 0 || !same_people(&out[n - 1].who, &who)) {
			if (n == max)
				break;
			out[n++] =
			    (struct oncall_stretch){ .from = at, .who = who };
		}
		at = who.until;
		out[n - 1].who.until = at;
		out[n - 1].to = wall_min(at, to);
	}
	return n;
}

int oncall_schedule(const struct matrix *m, const char *name)
{
	int role = matrix_role(m, name);

	if (role >= 0 && m->roles[role].who.kind == WHO_SCHEDULE)
		return m->roles[role].who.index;
	return matrix_schedule(m, name);
}
