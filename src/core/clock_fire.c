/* clock_fire.c - what a clock does by itself: it warns, breaches, ends a pause.
 *
 * SPDX-License-Identifier: MIT */
#include "base/check.h"
#include "core/clock_parts.h"
#include "core/clocks.h"
#include "core/notices.h"
#include "core/walks.h"

static struct wall warning_at(
    const struct turn *u, const struct clock *c, const struct warning *w)
{
	int64_t ahead = clock_threshold(w, c->target_ms) - c->elapsed_ms;

	if (ahead <= 0)
		return c->since;
	return clock_later(u, c, c->since, ahead);
}

/* When the present pause by status has lasted as long as it may. */
static struct wall pause_ends(const struct turn *u, const struct clock *c)
{
	const struct clock_kind *k = clock_kind_of(u, c);
	const struct stretch *s = stretches_last(c);

	if (k == NULL || k->pause_at_most_ms == 0 || s->counts ||
	    !status_is_unsolved(u->t->fields.status))
		return WALL_NEVER;
	return clock_later(u, c, s->from, k->pause_at_most_ms);
}

struct wall clocks_next(const struct turn *u, const struct clock *c)
{
	struct wall next = c->due;
	const struct warning *list;
	size_t n;

	if (!c->current)
		return WALL_NEVER;
	if (c->state == CLOCK_PAUSED || c->state == CLOCK_IDLE)
		return pause_ends(u, c);
	if (c->state != CLOCK_RUNNING)
		return WALL_NEVER;
	list = clock_warnings(u, c, &n);
	for (size_t i = 0; i < n; i++)
		if (!list_has(c->warned, list[i].text))
			next = wall_min(next, warning_at(u, c, &list[i]));
	return next;
}

static void mark_warned(struct turn *u, struct clock *c, const char *text)
{
	c->warned = *c->warned == '\0' ? arena_strdup(u->t->arena, text)
				       : turn_text(u, "%s,%s", c->warned, text);
	c->dirty = true;
}

static bool is_due(
    const struct turn *u, const struct clock *c, const struct warning *w)
{
	return !list_has(c->warned, w->text) &&
	       !wall_before(u->limit, warning_at(u, c, w));
}

/* Marks all that are due up to the limit; the tightest is returned, the others
 * are told as skipped. */
static const struct warning *take_warnings(
    struct turn *u, struct clock *c, bool overtaken, struct wall *at)
{
	const struct warning *tight = NULL;
	size_t n;
	const struct warning *list = clock_warnings(u, c, &n);

	for (size_t i = 0; i < n; i++) {
		if (!is_due(u, c, &list[i]))
			continue;
		if (tight == NULL || clock_threshold(&list[i], c->target_ms) >=
					 clock_threshold(tight, c->target_ms)) {
			tight = &list[i];
			*at = warning_at(u, c, tight);
		}
	}
	for (size_t i = 0; i < n; i++) {
		struct wall when = warning_at(u, c, &list[i]);

		if (!is_due(u, c, &list[i]))
			continue;
		mark_warned(u, c, list[i].text);
		if (overtaken || &list[i] != tight)
			clock_tell(u, CHANGE_WARNING_SKIPPED, c, when)->detail =
			    list[i].text;
	}
	return tight;
}

static void alarm(struct turn *u, struct clock *c, enum notice_reason reason,
    const char *detail, struct wall at)
{
	const struct policy *p = clock_policy(u, c);
	bool breach = reason == NOTICE_BREACH;
	int chain = p == NULL ? -1 : breach ? p->on_breach : p->on_warning;
	struct occasion o = { .reason = reason,
		.clock = c,
		.step = -1,
		.detail = detail,
		.at = at };

	if (chain >= 0)
		walks_start(
		    u, chain, breach ? "breach" : "warning", c, detail, at);
	else
		notices_default(u, &o);
}

void clock_breach(struct turn *u, struct clock *c)
{
	struct wall at = wall_max(c->due, c->since);
	struct wall warned_at;
	struct change *ch;

	take_warnings(u, c, true, &warned_at);
	c->state = CLOCK_BREACHED;
	c->breached_at = at;
	c->dirty = true;
	ch = clock_tell(u, CHANGE_CLOCK_BREACHED, c, at);
	ch->late_ms = wall_minus(u->now, at);
	notices_withdraw(u, NOTICE_WARNING, c->kind, "it has breached", at);
	alarm(u, c, NOTICE_BREACH, "", at);
}

static void warn(struct turn *u, struct clock *c)
{
	struct wall at = u->limit;
	const struct warning *w = take_warnings(u, c, false, &at);
	struct change *ch;

	CHECK(w != NULL);
	ch = clock_tell(u, CHANGE_CLOCK_WARNED, c, at);
	ch->detail = w->text;
	ch->late_ms = wall_minus(u->now, at);
	alarm(u, c, NOTICE_WARNING, clock_warning_words(u, w), at);
}

/* Waited long enough: it runs on, whatever the status says. */
static void end_pause(struct turn *u, struct clock *c)
{
	struct wall at = pause_ends(u, c);
	bool had_target = c->state == CLOCK_PAUSED;

	c->pause_over = true;
	clock_repaint(u, c, at, PAINT_COUNTED, NULL, "pause_at_most");
	clock_set_going(u, c, u->t->fields.status);
	if (had_target)
		clock_tell(u, CHANGE_CLOCK_RESUMED, c, at)->detail =
		    "paused for as long as it may";
}

void clocks_fire(struct turn *u, struct clock *c)
{
	if (c->state == CLOCK_PAUSED || c->state == CLOCK_IDLE) {
		end_pause(u, c);
		return;
	}
	CHECK(c->state == CLOCK_RUNNING);
	if (!wall_before(u->limit, c->due))
		clock_breach(u, c);
	else
		warn(u, c);
}
