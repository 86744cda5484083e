/* verify_duty.c - rows of the database to what they say together.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/verify_duty.h"

#include "conf/duty_read.h"

#include <string.h>

void duties_init(struct duties *ds, struct audit *audit)
{
	memset(ds, 0, sizeof *ds);
	ds->audit = audit;
	arena_init(&ds->arena);
}

void duties_fini(struct duties *ds)
{
	for (size_t i = 0; i < ds->count; i++)
		duty_free(ds->at[i].duty);
	arena_fini(&ds->arena);
	duties_init(ds, ds->audit);
}

void duties_trim(struct duties *ds)
{
	if (ds->count > DUTIES_MAX)
		duties_fini(ds);
}

/* The highest that is known up to there; duty_none if there is none. */
static const struct duty *nearest(
    const struct duties *ds, int64_t number, int64_t matrix)
{
	const struct duty *best = &duty_none;

	for (size_t i = 0; i < ds->count; i++) {
		const struct duty *d = ds->at[i].duty;

		if (ds->at[i].matrix == matrix && d->number <= number &&
		    d->number > best->number)
			best = d;
	}
	return best;
}

static void keep(struct duties *ds, struct duty *d, int64_t matrix)
{
	struct known_duty *at =
	    arena_push(&ds->arena, &ds->at, &ds->count, &ds->cap, sizeof *at);

	*at = (struct known_duty){ .duty = d, .matrix = matrix };
}

struct building {
	const struct duty *from;
	struct duty *built; /* NULL: `from` as it is */
	const struct matrix *matrix;
};

/* Numbers have no gaps; where one is missing, nothing behind it is known. */
static bool on_change(void *user, const struct duty_change *c)
{
	struct building *b = user;
	const struct duty *to = b->built != NULL ? b->built : b->from;
	struct duty *next;

	if (c->number != to->number + 1)
		return false;
	next = duty_read_after(to, c, b->matrix);
	duty_free(b->built);
	b->built = next;
	return true;
}

const struct duty *duties_get(struct duties *ds, int64_t number,
    const struct known_matrix *m, struct errtext *why)
{
	struct building b = { .from = nearest(ds, number, m->number),
		.matrix = m->matrix };
	int64_t got;

	if (b.from->number == number)
		return b.from;
	if (audit_each_duty(ds->audit, b.from->number, number, on_change, &b,
		why) != STORE_OK) {
		duty_free(b.built);
		return NULL;
	}
	got = b.built != NULL ? b.built->number : b.from->number;
	if (b.built != NULL)
		keep(ds, b.built, m->number);
	if (got == number)
		return b.built;
	errtext_set(why, "what was said as number %lld is not in the database",
	    (long long)got + 1);
	return NULL;
}
