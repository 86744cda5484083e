/* simulate_side.c - see simulate_side.h.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/simulate_side.h"

#include "base/check.h"
#include "conf/duty_read.h"

#include <stdlib.h>
#include <string.h>

static void on_decided(void *user, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d)
{
	struct side *s = user;

	if (s->rows != NULL)
		simulate_rows_decided(s->rows, t, ev, now, d);
	if (s->backtest != NULL)
		backtest_decided(s->backtest, t, ev, now, d);
	if (s->against_decided != NULL)
		s->against_decided(s->against, t, ev, now, d);
}

static void on_leaves(void *user, const struct ticket *t)
{
	struct side *s = user;

	textbuf_clear(&s->packed);
	if (s->backtest != NULL)
		backtest_leaves(s->backtest, t, &s->packed);
	if (s->packed.len > 0)
		scratch_put(s->scratch, s->counts, t->key, t->id,
		    s->packed.data, s->packed.len);
	if (s->rows != NULL)
		simulate_rows_leaves(s->rows, t);
}

static void on_returns(void *user, const struct ticket *t)
{
	struct side *s = user;

	textbuf_clear(&s->packed);
	if (s->backtest != NULL &&
	    scratch_take(s->scratch, s->counts, t->key, &s->packed))
		backtest_returns(s->backtest, t, s->packed.data, s->packed.len);
	if (s->rows != NULL)
		simulate_rows_returns(s->rows, t);
}

void side_init(struct side *s, const struct side_setup *setup)
{
	const struct simulation_hooks hooks = { .user = s,
		.decided = on_decided,
		.leaves = on_leaves,
		.returns = on_returns,
		.shelf = &s->shelf.as };

	memset(s, 0, sizeof *s);
	s->matrix = setup->matrix;
	s->scratch = setup->scratch;
	s->counts = setup->is_old ? PLACE_OLD_COUNTS : PLACE_NEW_COUNTS;
	shelf_init(
	    &s->shelf, s->scratch, setup->is_old ? PLACE_OLD : PLACE_NEW);
	textbuf_init(&s->packed);
	if (setup->is_counted)
		s->backtest = backtest_new(
		    s->matrix, setup->zone, setup->since, setup->missed);
	s->sim = simulation_new(s->matrix, &hooks);
}

void side_fini(struct side *s)
{
	if (s->sim == NULL)
		return;
	simulation_free(s->sim);
	backtest_free(s->backtest);
	textbuf_fini(&s->packed);
	free(s->said);
}

bool side_event(
    struct side *s, const struct event *ev, struct wall told, bool is_behind)
{
	simulation_advance(s->sim, wall_max(told, simulation_now(s->sim)));
	if (is_behind)
		simulation_settle(s->sim);
	return simulation_event(s->sim, ev);
}

/* --- presence ------------------------------------------------------------- */

static void remember(struct side *s, int64_t number, int64_t here)
{
	if (s->nsaid == s->cap_said) {
		s->cap_said = s->cap_said == 0 ? 64 : 2 * s->cap_said;
		s->said = reallocarray(s->said, s->cap_said, sizeof *s->said);
		CHECK(s->said != NULL);
	}
	CHECK((int64_t)s->nsaid == number - 1);
	s->said[s->nsaid++] = here;
}

/* The number of what is taken back is another one here. */
static bool find_target(const struct side *s, struct duty_change *c)
{
	if (c->kind != DUTY_DROP)
		return true;
	if (c->target < 1 || (size_t)c->target > s->nsaid)
		return false;
	c->target = s->said[c->target - 1];
	return c->target != 0;
}

void side_duty(struct side *s, const struct duty_change *change)
{
	struct duty_change c = *change;
	struct arena arena = ARENA_INIT;
	struct errtext ignored;
	int64_t here = 0;

	simulation_advance(s->sim, wall_max(c.at, simulation_now(s->sim)));
	(void)duty_read_feed(&c, s->matrix, &arena, &ignored);
	if (find_target(s, &c) && simulation_duty(s->sim, &c, &ignored))
		here = simulation_known(s->sim)->duty->number;
	s->unsaid += here == 0;
	remember(s, change->number, here);
	arena_fini(&arena);
}

/* --- the rest ------------------------------------------------------------- */

void side_breach(
    struct side *s, const char *ticket, struct wall told, struct wall at)
{
	const struct ticket *t;

	simulation_advance(s->sim, wall_max(told, simulation_now(s->sim)));
	t = simulation_find(s->sim, ticket);
	if (t != NULL && s->backtest != NULL)
		backtest_recorded_miss(s->backtest, t, at);
}

void side_end(struct side *s, struct wall until)
{
	if (!wall_is_never(until))
		simulation_advance(
		    s->sim, wall_max(until, simulation_now(s->sim)));
	simulation_settle(s->sim);
	if (s->backtest != NULL)
		backtest_end(s->backtest, simulation_now(s->sim));
}
