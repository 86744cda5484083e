/* explain_clock.c - where did the clocks' time go, and by whose word?
 *
 * SPDX-License-Identifier: MIT */
#include "core/clock_parts.h"
#include "core/explain_parts.h"

#include <string.h>

/* --- stretches ------------------------------------------------------------ */

/* What began the stretch, from the one word that is kept of it. */
static const char *stretch_words(
    struct explaining *x, const struct stretch *s, const struct stretch *before)
{
	if (before != NULL && before->counts == s->counts &&
	    strcmp(before->calendar, s->calendar) != 0)
		return turn_text(
		    &x->u, "another calendar: %s", explain_word(x, s->why));
	return explain_word(x, s->why);
}

/* The latest event at that instant; one that changed this clock, if any did. */
static const struct journal_row *event_at(
    const struct explained_clock *c, const struct explaining *x, struct wall at)
{
	const struct explain_past *past = x->past;
	const struct journal_row *found = NULL;

	for (size_t i = 0; i < c->nrows; i++)
		if (c->rows[i].event != NULL &&
		    wall_same(c->rows[i].row->change.at, at))
			found = c->rows[i].event;
	for (size_t i = 0; found == NULL && i < past->nrows; i++)
		if (explain_is_told(&past->rows[i]) &&
		    wall_same(past->rows[i].change.at, at))
			found = &past->rows[i];
	return found;
}

/* Finished clocks end where they end, also if that is told to be ahead. */
static int64_t stretch_ms(const struct explaining *x, const struct clock *c,
    const struct stretch *s, int64_t before_ms)
{
	struct wall now = x->out->now;
	int64_t ms;

	if (clock_state_is_final(c->state) || !wall_before(now, s->to))
		return s->ms;
	if (!wall_before(s->from, now))
		return 0;
	ms = stretches_elapsed(x->by, c, now) - before_ms;
	return ms;
}

static void take_stretches(struct explaining *x, struct explained_clock *c)
{
	const struct clock *clock = c->clock;

	c->nstretches = clock->nstretches;
	c->stretches =
	    arena_alloc(x->arena, clock->nstretches * sizeof *c->stretches);
	for (size_t i = 0; i < clock->nstretches; i++) {
		const struct stretch *s = &clock->stretches[i];
		struct explained_stretch *e = &c->stretches[i];

		e->stretch = s;
		e->to = wall_is_never(s->to) ? wall_max(x->out->now, s->from)
					     : s->to;
		e->ms = stretch_ms(x, clock, s, c->elapsed_ms);
		c->elapsed_ms += e->ms;
		e->sum_ms = c->elapsed_ms;
		e->why = stretch_words(x, s, i == 0 ? NULL : s - 1);
		e->event = event_at(c, x, s->from);
	}
}

/* --- warnings ------------------------------------------------------------- */

struct warning_list {
	struct explained_clock *clock;
	size_t cap;
};

static void add_warning(struct explaining *x, struct warning_list *list,
    const char *offset, enum explained_warning_state state, struct wall at)
{
	struct explained_warning *w =
	    arena_push(x->arena, &list->clock->warnings,
		&list->clock->nwarnings, &list->cap, sizeof *w);

	w->offset = offset;
	w->state = state;
	w->at = at;
}

static bool was_told(const struct explained_clock *c, const char *offset)
{
	for (size_t i = 0; i < c->nwarnings; i++)
		if (strcmp(c->warnings[i].offset, offset) == 0)
			return true;
	return false;
}

/* When the warning comes, as clocks_next() finds it. */
static struct wall warning_at(
    const struct explaining *x, const struct clock *c, const struct warning *w)
{
	int64_t ahead = clock_threshold(w, c->target_ms) - c->elapsed_ms;

	if (ahead <= 0)
		return c->since;
	return clock_later(&x->u, c, c->since, ahead);
}

/* One that is not due before the clock is will be overtaken by the breach. */
static void add_ahead(struct explaining *x, struct warning_list *list,
    const struct clock *c, const struct warning *w)
{
	struct wall at = warning_at(x, c, w);

	if (wall_before(at, c->due))
		add_warning(x, list, w->text, WARNING_AHEAD, at);
	else
		add_warning(x, list, w->text, WARNING_SKIPPED, c->due);
}

static void take_warnings(struct explaining *x, struct explained_clock *c)
{
	const struct clock *clock = c->clock;
	struct warning_list list = { .clock = c };
	const struct warning *all;
	size_t n;

	for (size_t i = 0; i < c->nrows; i++) {
		const struct change *ch = &c->rows[i].row->change;

		if (ch->kind == CHANGE_CLOCK_WARNED)
			add_warning(x, &list, ch->detail, WARNING_SENT, ch->at);
		else if (ch->kind == CHANGE_WARNING_SKIPPED)
			add_warning(
			    x, &list, ch->detail, WARNING_SKIPPED, ch->at);
	}
	all = clock_warnings(&x->u, clock, &n);
	for (size_t i = 0; i < n; i++) {
		const struct warning *w = &all[i];

		if (list_has(clock->warned, w->text)) {
			if (!was_told(c, w->text))
				add_warning(x, &list, w->text, WARNING_SENT,
				    WALL_NEVER);
		} else if (clock->state == CLOCK_RUNNING) {
			add_ahead(x, &list, clock, w);
		} else if (clock->state == CLOCK_PAUSED) {
			add_warning(
			    x, &list, w->text, WARNING_WAITS, WALL_NEVER);
		}
	}
}

/* --- the rest ------------------------------------------------------------- */

static bool is_of_clock(const struct change *ch, const struct clock *c)
{
	return ((ch->kind >= CHANGE_CLOCK_STARTED &&
		    ch->kind <= CHANGE_CLOCK_CANCELLED) ||
		   ch->kind == CHANGE_WARNING_SKIPPED) &&
	       ch->cycle == c->cycle && strcmp(ch->clock, c->kind) == 0;
}

static void take_rows(struct explaining *x, struct explained_clock *c)
{
	const struct explain_past *past = x->past;
	size_t cap = 0;

	for (size_t i = 0; i < past->nrows; i++) {
		struct explained_row *row;

		if (!is_of_clock(&past->rows[i].change, c->clock))
			continue;
		row = arena_push(
		    x->arena, &c->rows, &c->nrows, &cap, sizeof *row);
		*row = explain_row(x, i);
	}
}

/* Whose word the clock's calendar is, if the matrix still says so. */
static enum explained_source calendar_from(
    const struct explaining *x, const struct clock *c)
{
	const struct matrix *m = x->u.m;
	int kind = matrix_kind(m, c->kind);
	int sev = matrix_severity(m, x->copy.fields.text[FIELD_SEVERITY]);
	const struct policy *p;
	struct wanted w;

	if (kind < 0)
		return SOURCE_EARLIER;
	w = clock_wanted(&x->u, (size_t)kind);
	if (strcmp(w.calendar, c->calendar) != 0 ||
	    strcmp(w.policy, c->policy) != 0)
		return SOURCE_EARLIER;
	p = x->u.policy < 0 ? NULL : &m->policies[x->u.policy];
	if (p != NULL && sev >= 0 && p->targets[sev][kind].calendar >= 0)
		return SOURCE_TARGET;
	if (sev >= 0 && m->severities[sev].calendar >= 0)
		return SOURCE_SEVERITY;
	return p != NULL && p->calendar >= 0 ? SOURCE_POLICY : SOURCE_NONE;
}

void explain_clocks(struct explaining *x)
{
	const struct ticket *t = x->past->whole;
	struct explanation *out = x->out;

	out->nclocks = t->nclocks;
	out->clocks = arena_alloc(x->arena, t->nclocks * sizeof *out->clocks);
	for (size_t i = 0; i < t->nclocks; i++) {
		struct explained_clock *c = &out->clocks[i];

		c->clock = &t->clocks[i];
		c->calendar_from = calendar_from(x, c->clock);
		take_rows(x, c);
		take_stretches(x, c);
		take_warnings(x, c);
	}
}
