/* backtest_clock.c - what a change means for the clocks' numbers.
 *
 * Each number of a row of the grid is the number of cycles with that bit: a bit
 * is set once and counted once, and moves with its cycle to another severity.
 *
 * SPDX-License-Identifier: MIT */
#include "base/check.h"
#include "core/backtest_parts.h"

#include <string.h>

static struct backtest_clock *row_of(
    struct backtest *b, const struct seen_cycle *c)
{
	return &b->own->grid[(size_t)c->kind * (b->nseverities + 1) +
			     (size_t)c->severity];
}

static size_t *number_of(struct backtest_clock *row, enum cycle_bit bit)
{
	switch (bit) {
	case CYCLE_STARTED:
		return &row->started;
	case CYCLE_WARNED:
		return &row->warned;
	case CYCLE_BREACHED:
		return &row->breached;
	case CYCLE_WITHDRAWN:
		return &row->withdrawn;
	case CYCLE_MET:
		return &row->met;
	case CYCLE_MET_LATE:
		return &row->met_late;
	case CYCLE_CANCELLED:
		return &row->cancelled;
	case CYCLE_UNMET:
		return &row->unmet;
	}
	check_failed("a cycle's bit", __FILE__, __LINE__);
}

static void set(struct backtest *b, struct seen_cycle *c, enum cycle_bit bit)
{
	if ((c->counted & bit) != 0)
		return;
	c->counted |= bit;
	++*number_of(row_of(b, c), bit);
}

static void clear(struct backtest *b, struct seen_cycle *c, unsigned bits)
{
	for (unsigned bit = 1; bit < 1u << CYCLE_BITS; bit <<= 1) {
		if ((c->counted & bits & bit) == 0)
			continue;
		c->counted &= ~bit;
		--*number_of(row_of(b, c), (enum cycle_bit)bit);
	}
}

static bool stands(const struct seen_cycle *c)
{
	return (c->counted & (CYCLE_BREACHED | CYCLE_WITHDRAWN)) ==
	       CYCLE_BREACHED;
}

/* A cycle that is over changes no more once the next one has begun. */
static void forget_older(struct seen *s, int kind, int cycle)
{
	size_t n = 0;

	for (size_t i = 0; i < s->ncycles; i++) {
		const struct seen_cycle *c = &s->cycles[i];

		if (c->kind == kind && c->cycle < cycle && c->over)
			s->late_at = wall_min(s->late_at, c->breached_at);
		else
			s->cycles[n++] = *c;
	}
	s->ncycles = n;
}

static struct seen_cycle *cycle_of(struct seen *s, int kind, int cycle)
{
	struct seen_cycle *c;

	for (size_t i = 0; i < s->ncycles; i++)
		if (s->cycles[i].kind == kind && s->cycles[i].cycle == cycle)
			return &s->cycles[i];
	forget_older(s, kind, cycle);
	s->cycles = seen_grow(s->cycles, s->ncycles, &s->cap_cycles, sizeof *c);
	c = &s->cycles[s->ncycles++];
	*c = (struct seen_cycle){ .kind = kind,
		.cycle = cycle,
		.severity = s->severity,
		.target = -1,
		.breached_at = WALL_NEVER };
	return c;
}

struct wall seen_late_at(const struct seen *s)
{
	struct wall at = s->late_at;

	for (size_t i = 0; i < s->ncycles; i++)
		at = wall_min(at, s->cycles[i].breached_at);
	return at;
}

/* Which of the matrix's targets that cycle has, or -1. */
static int target_of(struct backtest *b, const struct seen *s,
    const struct ticket *t, const struct seen_cycle *c)
{
	const struct matrix *m = b->m;
	const char *kind = m->kinds[c->kind].name;

	for (size_t i = 0; i < t->nclocks; i++) {
		const struct clock *clock = &t->clocks[i];

		if (clock->cycle != c->cycle ||
		    strcmp(clock->kind, kind) != 0 ||
		    s->severity >= (int)m->nseverities)
			continue;
		for (size_t p = 0; p < m->npolicies; p++)
			if (strcmp(m->policies[p].name, clock->policy) == 0)
				return b->own
				    ->targets[(p * m->nseverities +
						  (size_t)s->severity) *
						  m->nkinds +
					      (size_t)c->kind];
	}
	return -1;
}

static void has_target(struct backtest *b, const struct seen *s,
    const struct ticket *t, struct seen_cycle *c, bool counts)
{
	int target = target_of(b, s, t, c);

	if (target == c->target)
		return;
	c->target = target;
	if (counts && target >= 0)
		b->targets[target].times++;
}

void backtest_clocks_count(struct backtest *b, struct seen *s)
{
	for (size_t i = 0; i < s->ncycles; i++) {
		struct seen_cycle *c = &s->cycles[i];

		if (c->over)
			continue;
		set(b, c, CYCLE_UNMET);
		if (c->target >= 0)
			b->targets[c->target].times++;
	}
}

/* The bit that the change sets, and whether it ends the cycle. */
static enum cycle_bit bit_of(enum change_kind kind)
{
	switch ((unsigned)kind) {
	case CHANGE_CLOCK_STARTED:
		return CYCLE_STARTED;
	case CHANGE_CLOCK_WARNED:
		return CYCLE_WARNED;
	case CHANGE_CLOCK_BREACHED:
		return CYCLE_BREACHED;
	case CHANGE_CLOCK_WITHDRAWN:
		return CYCLE_WITHDRAWN;
	case CHANGE_CLOCK_MET:
		return CYCLE_MET;
	case CHANGE_CLOCK_MET_LATE:
		return CYCLE_MET_LATE;
	case CHANGE_CLOCK_CANCELLED:
		return CYCLE_CANCELLED;
	default:
		return 0;
	}
}

static void breached(struct backtest *b, struct seen_cycle *c,
    const struct change *ch, bool counts)
{
	if (ch->kind == CHANGE_CLOCK_BREACHED) {
		c->breached_at = ch->at;
		if (counts)
			clear(b, c, CYCLE_WITHDRAWN);
	} else if (ch->kind == CHANGE_CLOCK_WITHDRAWN) {
		c->breached_at = WALL_NEVER;
	}
}

/* Ends, or goes on after an end. */
static void ends(struct backtest *b, struct seen_cycle *c,
    const struct change *ch, unsigned bit)
{
	bool goes_on = ch->kind == CHANGE_CLOCK_STARTED ||
		       ch->kind == CHANGE_CLOCK_RESUMED;

	if (goes_on || (bit & CYCLE_ENDS) != 0)
		clear(b, c, CYCLE_ENDS);
	if (goes_on)
		c->over = false;
	else if ((bit & CYCLE_ENDS) != 0)
		c->over = true;
}

void backtest_clock(struct backtest *b, struct seen *s, const struct ticket *t,
    const struct change *ch, bool counts)
{
	enum cycle_bit bit = bit_of(ch->kind);
	int kind = matrix_kind(b->m, ch->clock);
	struct seen_cycle *c;
	bool late;

	if (kind < 0 || ch->kind < CHANGE_CLOCK_STARTED ||
	    ch->kind > CHANGE_CLOCK_CANCELLED)
		return;
	c = cycle_of(s, kind, ch->cycle);
	late = stands(c);
	c->touched = true;
	ends(b, c, ch, bit);
	breached(b, c, ch, counts);
	if (counts && bit != 0 &&
	    (bit != CYCLE_WITHDRAWN || (c->counted & CYCLE_BREACHED) != 0))
		set(b, c, bit);
	if (c->over)
		clear(b, c, CYCLE_UNMET);
	else if (s->counted)
		set(b, c, CYCLE_UNMET);
	s->warned |= counts && bit == CYCLE_WARNED;
	s->late += (size_t)stands(c) - (size_t)late;
	if (ch->kind == CHANGE_CLOCK_STARTED ||
	    ch->kind == CHANGE_CLOCK_RETARGETED)
		has_target(b, s, t, c, counts);
}

void backtest_clocks_follow(struct backtest *b, struct seen *s)
{
	for (size_t i = 0; i < s->ncycles; i++) {
		struct seen_cycle *c = &s->cycles[i];
		unsigned counted = c->counted;

		if (c->severity != s->severity && (c->touched || !c->over)) {
			clear(b, c, counted);
			c->severity = s->severity;
			for (unsigned bit = 1; bit < 1u << CYCLE_BITS;
			     bit <<= 1)
				if ((counted & bit) != 0)
					set(b, c, (enum cycle_bit)bit);
		}
		c->touched = false;
	}
}

static bool is_empty(const struct backtest_clock *row)
{
	return row->started + row->warned + row->breached + row->met +
		   row->met_late + row->cancelled + row->unmet ==
	       0;
}

void backtest_clocks_end(struct backtest *b)
{
	const struct matrix *m = b->m;
	size_t n = m->nseverities + 1;

	b->clocks = arena_alloc(&b->arena, m->nkinds * n * sizeof *b->clocks);
	b->nclocks = 0;
	for (size_t i = 0; i < m->nkinds * n; i++) {
		struct backtest_clock row = b->own->grid[i];

		if (is_empty(&row))
			continue;
		row.clock = m->kinds[i / n].name;
		row.severity =
		    i % n < m->nseverities ? m->severities[i % n].name : "";
		b->clocks[b->nclocks++] = row;
	}
}
