/* duty.c - see duty.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/duty.h"

#include "base/check.h"
#include "base/nearest.h"
#include "core/matrix.h"
#include "core/names.h"

#include <stdlib.h>
#include <string.h>

const struct duty duty_none = { .number = 0 };

static const char *const kinds[DUTY_KIND_COUNT] = {
	[DUTY_AWAY] = "away",
	[DUTY_BACK] = "back",
	[DUTY_OVERRIDE] = "override",
	[DUTY_ADD] = "add",
	[DUTY_REMOVE] = "remove",
	[DUTY_DROP] = "drop",
	[DUTY_FEED] = "feed",
};

const char *duty_kind_name(enum duty_kind k)
{
	CHECK((unsigned)k < DUTY_KIND_COUNT);
	return kinds[k];
}

bool duty_kind_parse(const char *name, enum duty_kind *out)
{
	int i = names_find(kinds, DUTY_KIND_COUNT, name);

	if (i >= 0)
		*out = (enum duty_kind)i;
	return i >= 0;
}

static bool is_schedules(enum duty_kind k)
{
	return k == DUTY_OVERRIDE || k == DUTY_ADD || k == DUTY_REMOVE;
}

/* --- may it be said? ------------------------------------------------------ */

static bool known_person(
    const struct matrix *m, const char *name, struct errtext *err)
{
	struct nearest n;

	if (matrix_person(m, name) >= 0)
		return true;
	nearest_init(&n, name);
	for (size_t i = 0; i < m->npeople; i++)
		nearest_try(&n, m->people[i].name);
	nearest_say(&n, "unknown person", err);
	return false;
}

static bool known_schedule(
    const struct matrix *m, const char *name, struct errtext *err)
{
	struct nearest n;

	if (matrix_schedule(m, name) >= 0)
		return true;
	nearest_init(&n, name);
	for (size_t i = 0; i < m->nschedules; i++)
		nearest_try(&n, m->schedules[i].name);
	nearest_say(&n, "unknown on-call schedule", err);
	return false;
}

static const struct duty_change *find(const struct duty *d, int64_t number)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->items[i].number == number &&
		    d->items[i].kind != DUTY_FEED)
			return &d->items[i];
	return NULL;
}

static bool check_names(
    const struct matrix *m, const struct duty_change *c, struct errtext *err)
{
	if (!known_person(m, c->person, err))
		return false;
	if (c->other[0] != '\0' && !known_person(m, c->other, err))
		return false;
	if (is_schedules(c->kind) && !known_schedule(m, c->schedule, err))
		return false;
	if (strcmp(c->person, c->other) != 0)
		return true;
	errtext_set(err, "\"%s\" cannot stand in for themselves; name another",
	    c->person);
	return false;
}

bool duty_check(const struct matrix *m, const struct duty *d,
    const struct duty_change *c, struct errtext *err)
{
	if (c->kind == DUTY_FEED)
		return known_schedule(m, c->schedule, err);
	if (c->kind == DUTY_DROP) {
		if (find(d, c->target) != NULL)
			return true;
		errtext_set(err,
		    "there is no change %lld that still holds; see the list "
		    "for its number",
		    (long long)c->target);
		return false;
	}
	if (!check_names(m, c, err))
		return false;
	if (c->kind == DUTY_BACK)
		return true;
	if (!wall_before(c->from, c->until))
		errtext_set(err, "it ends before it begins; give a later end");
	else if (!wall_before(c->at, c->until))
		errtext_set(err, "it is over already; give an end to come");
	else if (d->count >= DUTY_ITEMS_MAX)
		errtext_set(err,
		    "there are %d absences and overrides already; take some "
		    "back",
		    DUTY_ITEMS_MAX);
	else
		return true;
	return false;
}

/* --- the next value ------------------------------------------------------- */

/* Titles are few and repeat: one copy of each stretch of memory. */
#define TITLES 64

static const char *copy_title(
    struct arena *arena, const char *title, const char *seen[TITLES][2])
{
	size_t slot = ((uintptr_t)title >> 3) % TITLES;

	if (seen[slot][0] != title || title == NULL) {
		seen[slot][0] = title;
		seen[slot][1] = arena_strdup(arena, title);
	}
	return seen[slot][1];
}

static const struct shifts *copy_shifts(
    struct arena *arena, const struct shifts *s)
{
	const char *seen[TITLES][2] = { { NULL } };
	struct shifts *copy;

	if (s == NULL)
		return NULL;
	copy = arena_alloc(arena, sizeof *copy);
	*copy = *s;
	copy->items = arena_alloc(arena, s->count * sizeof *s->items);
	for (size_t i = 0; i < s->count; i++) {
		copy->items[i] = s->items[i];
		copy->items[i].title =
		    copy_title(arena, s->items[i].title, seen);
	}
	return copy;
}

static const char *copy_text(struct arena *arena, const char *text)
{
	return text == NULL || text[0] == '\0' ? "" : arena_strdup(arena, text);
}

static struct duty_change *push(struct duty *d, const struct duty_change *c)
{
	struct duty_change *n = &d->items[d->count++];
	struct arena *a = &d->arena;

	*n = *c;
	n->person = copy_text(a, c->person);
	n->other = copy_text(a, c->other);
	n->schedule = copy_text(a, c->schedule);
	n->by = copy_text(a, c->by);
	n->why = copy_text(a, c->why);
	n->bytes = c->bytes == NULL ? NULL : arena_strndup(a, c->bytes, c->len);
	n->override_bytes =
	    c->override_bytes == NULL
		? NULL
		: arena_strndup(a, c->override_bytes, c->override_len);
	n->primary = copy_shifts(a, c->primary);
	n->override = copy_shifts(a, c->override);
	return n;
}

/* What the change leaves of an earlier one; false: nothing. */
static bool survives(struct duty_change *old, const struct duty_change *c)
{
	switch (c->kind) {
	case DUTY_BACK:
		if (old->kind == DUTY_AWAY &&
		    !wall_before(c->from, old->from) &&
		    strcmp(old->person, c->person) == 0)
			old->until = wall_min(old->until, c->from);
		break;
	case DUTY_DROP:
		if (old->kind != DUTY_FEED && old->number == c->target)
			return false;
		break;
	case DUTY_FEED:
		if (old->kind == DUTY_FEED &&
		    strcmp(old->schedule, c->schedule) == 0)
			return false;
		break;
	case DUTY_AWAY:
	case DUTY_OVERRIDE:
	case DUTY_ADD:
	case DUTY_REMOVE:
	case DUTY_KIND_COUNT:
		break;
	}
	return old->kind == DUTY_FEED ||
	       (wall_before(c->at, old->until) &&
		   wall_before(old->from, old->until));
}

/* The copy, and what it lacks of the one before. */
static struct duty_change merged(
    const struct duty *d, const struct duty_change *c)
{
	const struct duty_change *old = duty_feed(d, c->schedule);
	struct duty_change copy = *c;

	if (old != NULL && c->primary == NULL) {
		copy.primary = old->primary;
		copy.bytes = old->bytes;
		copy.len = old->len;
	}
	if (old != NULL && c->override == NULL && c->override_bytes != NULL) {
		copy.override = old->override;
		copy.override_bytes = old->override_bytes;
		copy.override_len = old->override_len;
	}
	return copy;
}

/* The one that ends first, but for feeds: count if there is none. */
static size_t ends_first(const struct duty *d)
{
	size_t first = d->count;

	for (size_t i = 0; i < d->count; i++)
		if (d->items[i].kind != DUTY_FEED &&
		    (first == d->count ||
			wall_before(d->items[i].until, d->items[first].until)))
			first = i;
	return first;
}

static bool is_kept(enum duty_kind k)
{
	return k != DUTY_BACK && k != DUTY_DROP;
}

struct duty *duty_after(const struct duty *d, const struct duty_change *c)
{
	struct duty *next = calloc(1, sizeof *next);
	size_t skip = d->count;
	struct duty_change own = *c;

	CHECK(next != NULL);
	arena_init(&next->arena);
	next->number = d->number + 1;
	next->items =
	    arena_alloc(&next->arena, (d->count + 1) * sizeof *next->items);
	if (d->count >= DUTY_ITEMS_MAX && is_kept(c->kind))
		skip = ends_first(d);
	for (size_t i = 0; i < d->count; i++) {
		struct duty_change old = d->items[i];

		if (i != skip && survives(&old, c))
			push(next, &old);
	}
	if (c->kind == DUTY_FEED)
		own = merged(d, c);
	own.number = next->number;
	if (is_kept(c->kind))
		push(next, &own);
	return next;
}

void duty_free(struct duty *d)
{
	if (d == NULL)
		return;
	CHECK(d != &duty_none);
	arena_fini(&d->arena);
	free(d);
}

/* --- asking --------------------------------------------------------------- */

const struct duty_change *duty_away(
    const struct duty *d, const char *person, struct wall at)
{
	for (size_t i = d->count; i > 0; i--) {
		const struct duty_change *c = &d->items[i - 1];

		if (c->kind == DUTY_AWAY && !wall_before(at, c->from) &&
		    wall_before(at, c->until) && strcmp(c->person, person) == 0)
			return c;
	}
	return NULL;
}

const struct duty_change *duty_feed(const struct duty *d, const char *schedule)
{
	for (size_t i = d->count; i > 0; i--)
		if (d->items[i - 1].kind == DUTY_FEED &&
		    strcmp(d->items[i - 1].schedule, schedule) == 0)
			return &d->items[i - 1];
	return NULL;
}
