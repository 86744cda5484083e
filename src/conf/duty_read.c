/* duty_read.c - see duty_read.h.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/duty_read.h"

#include "conf/shifts.h"

static const struct shifts *read_one(const char *bytes, size_t len,
    const struct matrix *m, const struct schedule *s, struct arena *arena,
    bool *ok, struct errtext *err)
{
	struct shifts *shifts;

	if (bytes == NULL)
		return NULL;
	shifts = arena_alloc(arena, sizeof *shifts);
	if (shifts_read(bytes, len, m, s, arena, shifts, err))
		return shifts;
	*ok = false;
	return NULL;
}

bool duty_read_feed(struct duty_change *c, const struct matrix *m,
    struct arena *arena, struct errtext *err)
{
	const struct schedule *s;
	bool ok = true;
	int i;

	c->primary = c->override = NULL;
	if (c->kind != DUTY_FEED)
		return true;
	i = matrix_schedule(m, c->schedule);
	if (i < 0)
		return true;
	s = &m->schedules[i];
	c->primary = read_one(c->bytes, c->len, m, s, arena, &ok, err);
	c->override =
	    read_one(c->override_bytes, c->override_len, m, s, arena, &ok, err);
	return ok;
}

struct duty *duty_read_after(
    const struct duty *d, const struct duty_change *c, const struct matrix *m)
{
	struct arena arena = ARENA_INIT;
	struct duty_change change = *c;
	struct errtext ignored;
	struct duty *next;

	(void)duty_read_feed(&change, m, &arena, &ignored);
	next = duty_after(d, &change);
	arena_fini(&arena);
	return next;
}

/* A copy that is said once more takes its own place; the number stays. */
struct duty *duty_read_again(const struct duty *d, const struct matrix *m)
{
	struct duty *built = NULL;

	for (size_t i = 0; i < d->count; i++) {
		struct duty from = built != NULL ? *built : *d;
		struct duty *next;

		if (d->items[i].kind != DUTY_FEED)
			continue;
		from.number--;
		next = duty_read_after(&from, &d->items[i], m);
		duty_free(built);
		built = next;
	}
	return built;
}
