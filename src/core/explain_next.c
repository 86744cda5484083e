/* explain_next.c - what comes if nobody does anything?
 *
 * SPDX-License-Identifier: MIT */
#include "core/explain_parts.h"

#include "core/ahead.h"

/* --- the list ------------------------------------------------------------- */

static struct explained_next *add(
    struct explaining *x, const struct change *ch, struct wall at)
{
	struct explanation *out = x->out;
	struct explained_next *n;

	if (out->nnext == EXPLAIN_NEXT_MAX) {
		out->more = true;
		return NULL;
	}
	n = arena_push(
	    x->arena, &out->next, &out->nnext, &out->cap_next, sizeof *n);
	n->at = at;
	n->kind = ch->kind;
	n->what = explain_change(x, ch);
	n->clock = ch->clock;
	n->cycle = ch->cycle;
	n->chain = ch->chain;
	n->run = ch->run;
	n->step = ch->step;
	return n;
}

/* Whom the latest thing on the list tells. */
static void add_told(
    struct explaining *x, struct explained_next *n, const struct change *ch)
{
	struct explained_told *told;

	if (n == NULL)
		return;
	if (ch->kind == CHANGE_NOTICE_HELD) {
		if (n->ntold > 0)
			n->told[n->ntold - 1].held_until = ch->due;
		return;
	}
	told = arena_push(
	    x->arena, &n->told, &n->ntold, &n->cap_told, sizeof *told);
	told->reason = notice_reason_name(ch->reason);
	told->who = ch->who;
	told->channel = ch->channel;
	told->held_until = WALL_NEVER;
}

static void take_changes(
    struct explaining *x, const struct decision *d, struct wall at)
{
	struct explanation *out = x->out;
	size_t latest = SIZE_MAX;

	for (size_t i = 0; i < d->nchanges; i++) {
		const struct change *ch = &d->changes[i];

		switch ((int)ch->kind) {
		case CHANGE_NOTICE_QUEUED:
		case CHANGE_NOTICE_HELD:
			add_told(x,
			    latest == SIZE_MAX ? NULL : &out->next[latest], ch);
			break;
		case CHANGE_WARNING_SKIPPED:
		case CHANGE_NOTICE_SENT:
			break;
		case CHANGE_PERSON_SKIPPED: /* those told belong to the step */
			add(x, ch, at);
			break;
		default:
			latest =
			    add(x, ch, at) == NULL ? SIZE_MAX : out->nnext - 1;
		}
	}
}

/* --- the walk ------------------------------------------------------------- */

static void decided(void *user, const struct ticket *t,
    const struct decision *d, struct wall at)
{
	(void)t;
	take_changes(user, d, at);
}

/* One that waited is told of; the others go as they are queued. */
static void goes(void *user, const struct notice *n, struct wall at,
    bool waited, bool in_time)
{
	struct explaining *x = user;
	struct change ch = ahead_gone(n, in_time);
	struct explained_next *next = waited ? add(x, &ch, at) : NULL;

	if (next == NULL)
		return;
	next->what = ahead_gone_words(&x->u, n, in_time);
	ch.reason = n->reason;
	ch.kind = CHANGE_NOTICE_QUEUED;
	ch.who = *n->who != '\0' ? n->who : n->role;
	ch.channel = n->channel;
	add_told(x, next, &ch);
}

void explain_next(struct explaining *x)
{
	struct wall now = x->out->now;
	struct ahead a = { .m = x->u.m,
		.f = x->u.f,
		.t = &x->copy,
		.now = now,
		.until = wall_plus(now, EXPLAIN_AHEAD_MS),
		.enough = &x->out->more,
		.user = x,
		.decided = decided,
		.goes = goes };

	x->out->next_until = a.until;
	ahead_copy(&x->copy);
	ahead_walk(&a);
	x->out->more |= a.more;
}
