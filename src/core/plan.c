/* plan.c - see plan.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/plan.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

void plan_init(struct plan *p, const struct matrix *from,
    const struct matrix *to, const struct facts *f, struct wall now)
{
	memset(p, 0, sizeof *p);
	p->from = from;
	p->to = to;
	p->now = now;
	assumed_init(&p->assumed, f);
	hearing_init(&p->told);
	arena_init(&p->arena);
}

static void clocks_fini(struct plan_clocks *list)
{
	for (size_t i = 0; i < list->count; i++)
		arena_fini(&list->arenas[i]);
}

void plan_fini(struct plan *p)
{
	assumed_fini(&p->assumed);
	hearing_fini(&p->told);
	clocks_fini(&p->moves);
	clocks_fini(&p->breaches);
	arena_fini(&p->arena);
}

/* --- the worst ------------------------------------------------------------ */

static int compare_names(const struct plan_clock *a, const struct plan_clock *b)
{
	int order = strcmp(a->ticket, b->ticket);

	return order != 0 ? order : strcmp(a->clock, b->clock);
}

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Earlier ones first, then by how far, the farthest first. */
static int compare_moves(const struct plan_clock *a, const struct plan_clock *b)
{
	int64_t x = wall_minus(a->due, a->was);
	int64_t y = wall_minus(b->due, b->was);
	int order = (x > 0) - (y > 0);

	if (order == 0)
		order = compare_numbers(y > 0 ? y : -y, x > 0 ? x : -x);
	return order != 0 ? order : compare_names(a, b);
}

static int compare_dues(const struct plan_clock *a, const struct plan_clock *b)
{
	int order = compare_numbers(a->due.ms, b->due.ms);

	return order != 0 ? order : compare_names(a, b);
}

static struct plan_clock *copy_clock(
    struct arena *arena, const struct plan_clock *c)
{
	struct plan_clock *copy = arena_alloc(arena, sizeof *copy);

	*copy = *c;
	copy->ticket = arena_strdup(arena, c->ticket);
	copy->severity = arena_strdup(arena, c->severity);
	copy->clock = arena_strdup(arena, c->clock);
	copy->policy = arena_strdup(arena, c->policy);
	return copy;
}

/* Into its place, if it is among the first. */
static void offer(struct plan_clocks *list, const struct plan_clock *c,
    int (*compare)(const struct plan_clock *a, const struct plan_clock *b))
{
	struct arena arena = ARENA_INIT;
	size_t at = list->count;

	while (at > 0 && compare(c, list->items[at - 1]) < 0)
		at--;
	if (at == PLAN_LIST_MAX)
		return;
	if (list->count == PLAN_LIST_MAX)
		arena_fini(&list->arenas[--list->count]);
	for (size_t i = list->count; i > at; i--) {
		list->items[i] = list->items[i - 1];
		list->arenas[i] = list->arenas[i - 1];
	}
	list->items[at] = copy_clock(&arena, c);
	list->arenas[at] = arena;
	list->count++;
}

/* --- how a ticket was ----------------------------------------------------- */

/* What is compared afterwards; in the arena of the ticket. */
struct before {
	struct clock *clocks;
	size_t nclocks;
	const char *policy;
	const char *severity; /* or NULL */
	const char *counted;
	size_t nnotices;
};

static void look(const struct ticket *t, struct before *was)
{
	size_t size = t->nclocks * sizeof *t->clocks;

	was->clocks = arena_alloc(t->arena, size);
	if (size > 0)
		memcpy(was->clocks, t->clocks, size);
	was->nclocks = t->nclocks;
	was->policy = t->policy;
	was->severity = t->fields.text[FIELD_SEVERITY];
	was->counted = assumed_counted(t);
	was->nnotices = t->nnotices;
}

static const struct clock *clock_before(
    const struct before *was, const char *kind, int cycle)
{
	for (size_t i = 0; i < was->nclocks; i++)
		if (was->clocks[i].cycle == cycle &&
		    strcmp(was->clocks[i].kind, kind) == 0)
			return &was->clocks[i];
	return NULL;
}

/* --- what is counted ------------------------------------------------------ */

static const char *or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static struct plan_clock clock_of(
    const struct ticket *t, const struct before *was, const struct clock *c)
{
	const struct clock *old = clock_before(was, c->kind, c->cycle);

	return (struct plan_clock){ .ticket = t->key,
		.severity = or_empty(t->fields.text[FIELD_SEVERITY]),
		.clock = c->kind,
		.cycle = c->cycle,
		.policy = c->policy,
		.was = old == NULL ? WALL_NEVER : old->due,
		.due = c->due };
}

static void count_move(struct plan *p, const struct plan_clock *c)
{
	struct plan_totals *n = &p->totals;
	int64_t by_ms = wall_minus(c->due, c->was);

	n->moved++;
	if (by_ms < 0) {
		n->earlier++;
		n->earlier_max_ms =
		    -by_ms > n->earlier_max_ms ? -by_ms : n->earlier_max_ms;
	} else {
		n->later++;
		n->later_max_ms =
		    by_ms > n->later_max_ms ? by_ms : n->later_max_ms;
	}
	offer(&p->moves, c, compare_moves);
}

/* It runs, late or not, or is paused. */
static bool is_under_way(const struct clock *c)
{
	return c->state != CLOCK_IDLE && !clock_state_is_final(c->state);
}

static void compare_clocks(
    struct plan *p, const struct ticket *t, const struct before *was)
{
	for (size_t i = 0; i < t->nclocks; i++) {
		const struct clock *c = &t->clocks[i];
		const struct clock *old = clock_before(was, c->kind, c->cycle);
		struct plan_clock moved;

		if (old == NULL || !is_under_way(c) || !is_under_way(old))
			continue;
		if (wall_is_never(c->due) && wall_is_never(old->due)) {
			p->totals.retargeted += c->target_ms != old->target_ms;
			continue;
		}
		if (wall_is_never(c->due) || wall_is_never(old->due) ||
		    wall_same(c->due, old->due))
			continue;
		moved = clock_of(t, was, c);
		count_move(p, &moved);
	}
}

static void count_breach(struct plan *p, const struct ticket *t,
    const struct before *was, const struct change *ch)
{
	p->totals.breaches++;
	for (size_t i = 0; i < t->nclocks; i++) {
		const struct clock *c = &t->clocks[i];
		struct plan_clock breached;

		if (c->cycle != ch->cycle || strcmp(c->kind, ch->clock) != 0)
			continue;
		breached = clock_of(t, was, c);
		breached.due = ch->due;
		offer(&p->breaches, &breached, compare_dues);
	}
}

/* How often it is so. */
static void count_change(
    struct plan *p, struct plan_changes *list, const char *from, const char *to)
{
	struct plan_change *c;

	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].from, from) == 0 &&
		    strcmp(list->items[i].to, to) == 0) {
			list->items[i].count++;
			return;
		}
	c = arena_push(
	    &p->arena, &list->items, &list->count, &list->cap, sizeof *c);
	c->from = arena_strdup(&p->arena, from);
	c->to = arena_strdup(&p->arena, to);
	c->count = 1;
}

static void count_names(
    struct plan *p, const struct ticket *t, const struct before *was)
{
	if (strcmp(was->policy, t->policy) != 0) {
		p->totals.policies++;
		p->totals.unwatched += t->policy[0] == '\0';
		count_change(p, &p->policies, was->policy, t->policy);
	}
	if (was->severity != NULL && !ticket_is_over(t) &&
	    matrix_severity(p->from, was->severity) >= 0 &&
	    matrix_severity(p->to, was->severity) < 0)
		count_change(p, &p->severities, was->severity, "");
}

/* Those that the decision queued have no number yet. */
static void count_notices(
    struct plan *p, const struct ticket *t, const struct before *was)
{
	for (size_t i = 0; i < t->nnotices; i++) {
		const struct notice *n = &t->notices[i];

		if (n->id != 0) {
			if (n->state == NOTICE_WITHDRAWN)
				p->totals.withdrawn++;
			continue;
		}
		assumed_note(&p->assumed, n);
		if (n->state != NOTICE_PENDING)
			continue;
		if (wall_before(p->now, n->free_at)) {
			p->totals.held++;
			continue;
		}
		p->totals.notices++;
		hearing_add(&p->told, n, p->now);
	}
	assumed_moved(&p->assumed, was->counted, t);
}

static void count_changes(struct plan *p, const struct ticket *t,
    const struct before *was, const struct decision *d)
{
	struct plan_totals *n = &p->totals;

	for (size_t i = 0; i < d->nchanges; i++) {
		const struct change *ch = &d->changes[i];

		switch ((int)ch->kind) {
		case CHANGE_CLOCK_STARTED:
			n->started++;
			break;
		case CHANGE_CLOCK_CANCELLED:
			n->cancelled++;
			break;
		case CHANGE_CLOCK_PAUSED:
			n->paused++;
			break;
		case CHANGE_CLOCK_RESUMED:
			n->resumed++;
			break;
		case CHANGE_CLOCK_WARNED:
			n->warnings++;
			break;
		case CHANGE_CLOCK_BREACHED:
			count_breach(p, t, was, ch);
			break;
		case CHANGE_CLOCK_WITHDRAWN:
			n->unbreached++;
			break;
		case CHANGE_CHAIN_STARTED:
			n->chains++;
			break;
		case CHANGE_RULE_FIRED:
			n->rules++;
			break;
		default:
			break;
		}
	}
}

void plan_ticket(struct plan *p, struct ticket *t)
{
	struct event ev = { .type = EVENT_REVISED,
		.ticket_id = t->id,
		.at = p->now,
		.until = WALL_NEVER,
		.due = WALL_NEVER,
		.again_at = WALL_NEVER };
	struct before was;
	struct decision d;
	int64_t moved = p->totals.moved + p->totals.retargeted;

	look(t, &was);
	p->totals.tickets++;
	decide(p->to, &p->assumed.facts, t, &ev, p->now, &d);
	compare_clocks(p, t, &was);
	count_changes(p, t, &was, &d);
	count_notices(p, t, &was);
	count_names(p, t, &was);
	p->totals.touched +=
	    d.nchanges > 0 || p->totals.moved + p->totals.retargeted > moved;
}

bool plan_takes_solved(const struct matrix *to)
{
	return to->applies == APPLIES_ALL;
}

void plan_finish(struct plan *p)
{
	p->people = hearing_people(&p->told, &p->npeople);
}

bool plan_refused(const struct plan *p, struct errtext *why)
{
	const struct guard *g = &p->from->guard;
	const struct plan_totals *n = &p->totals;
	struct textbuf text;

	why->text[0] = '\0';
	if (n->breaches <= g->breaches && n->notices <= g->notices)
		return false;
	textbuf_init(&text);
	if (n->breaches > g->breaches)
		textbuf_addf(&text,
		    "%lld %s would breach at once, matrix.guard.breaches is "
		    "%d",
		    (long long)n->breaches,
		    n->breaches == 1 ? "clock" : "clocks", g->breaches);
	if (n->notices > g->notices)
		textbuf_addf(&text,
		    "%s%lld %s would go at once, matrix.guard.notices is %d",
		    text.len > 0 ? "; " : "", (long long)n->notices,
		    n->notices == 1 ? "notice" : "notices", g->notices);
	errtext_set(why, "%s", text.data);
	textbuf_fini(&text);
	return true;
}
