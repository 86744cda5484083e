/* notices_over.c - what became of a notice: delivered, refused, over.
 *
 * SPDX-License-Identifier: MIT */
#include "core/notices.h"

#include "core/drill.h"
#include "core/notices_parts.h"
#include "core/roster.h"
#include "core/walks.h"
#include "core/walks_parts.h"

#include <string.h>

#define ENDPOINT_MAX 256

static bool is_about(struct turn *u, const struct notice *n,
    const struct clock *c, const struct chain_run *over)
{
	const struct chain_run *r = ticket_run(u->t, n->run);

	if (n->ended || n->reason == NOTICE_RESOLVED)
		return false;
	/* The word of a chain's end is a drill's last, and is to arrive. */
	if (n->reason == NOTICE_EXHAUSTED && ticket_is_drill(u->t))
		return false;
	if (r != NULL && run_state_is_live(r->state))
		return false;
	if (over != NULL)
		return n->run == over->seq;
	return c == NULL ||
	       (n->cycle == c->cycle && strcmp(n->clock, c->kind) == 0) ||
	       (n->run != 0 && r == NULL) ||
	       (r != NULL && r->cycle == c->cycle &&
		   strcmp(r->clock, c->kind) == 0);
}

/* One word to whoever this notice alerted; the same reader is told once.  In a
 * thread all who were named there read it. */
static void tell_over(struct turn *u, const struct notice *n,
    const struct clock *c, const char *why, struct wall at)
{
	struct occasion o = { .reason = NOTICE_RESOLVED,
		.clock = c,
		.step = -1,
		.detail = why,
		.at = at,
		.alerted_at = n->free_at };
	int channel = matrix_channel(u->m, n->channel);

	if (channel >= 0 && channel_has(&u->m->channels[channel], THREADS) &&
	    u->m->channels[channel].way != WAY_DM)
		notices_room(u, &o, u->m->channels[channel].base, "");
	else
		notice_same_way(u, &o, n);
}

void notices_over(struct turn *u, const struct clock *c,
    const struct chain_run *r, const char *why, struct wall at)
{
	size_t before = u->t->nnotices;

	for (size_t i = 0; i < before; i++) {
		struct notice n = u->t->notices[i];

		if (!is_about(u, &n, c, r))
			continue;
		if (n.state == NOTICE_PENDING)
			notice_withdraw(u, i, why, at);
		u->t->notices[i].ended = true;
		u->t->notices[i].dirty = true;
		/* One that may have arrived before a crash counts as told. */
		if (!notice_alerts(&n))
			continue;
		if (n.state == NOTICE_DONE ||
		    (n.state == NOTICE_PENDING && n.repeat))
			tell_over(u, &n, c, why, at);
	}
}

/* Are both up or down together? */
static bool share_endpoint(const struct matrix *m, int a, int b)
{
	char left[ENDPOINT_MAX], right[ENDPOINT_MAX];

	if (a < 0)
		return false;
	channel_endpoint(&m->channels[a], left, sizeof left);
	channel_endpoint(&m->channels[b], right, sizeof right);
	return strcmp(left, right) == 0;
}

static void push_again(
    struct turn *u, struct notice old, const char *channel, const char *spare)
{
	struct notice *n = notice_push(u);

	old.id = 0;
	old.attempts = 0;
	old.repeat = false;
	old.ended = false;
	old.state = NOTICE_PENDING;
	old.channel = channel;
	old.spare = spare;
	old.ref = "";
	old.free_at = n->free_at;
	old.useful_until = n->useful_until;
	old.dirty = true;
	*n = old;
	notice_tell(u, CHANGE_NOTICE_QUEUED, u->t->nnotices - 1, u->now)
	    ->detail = "another way, since the first failed";
}

static bool is_mention(const struct matrix *m, const char *way)
{
	int channel = matrix_way_channel(m, matrix_way(m, way), -1);

	return channel >= 0 && m->channels[channel].way == WAY_MENTION;
}

/* A post that was to mention a team's user group has no other way; those in
 * the group have theirs. */
static bool to_members(struct turn *u, const struct notice *old)
{
	struct chain_run *r = ticket_run(u->t, old->run);
	int channel = matrix_channel(u->m, old->channel);
	struct occasion o = { .reason = old->reason,
		.clock = ticket_clock(u->t, old->clock),
		.run = r,
		.step = old->step,
		.nth = old->nth,
		.detail = "another way, since the first failed",
		.at = u->now };
	struct step s = { .nwho = 1, .who = { old->role } };
	struct chain c;

	if (r == NULL || old->who[0] != '\0' || channel < 0 ||
	    u->m->channels[channel].way != WAY_MENTION)
		return false;
	walk_definition(u, r, &c);
	if (old->step < 0 || (size_t)old->step >= c.nsteps)
		return false;
	s.send = c.steps[old->step].send;
	for (size_t i = 0; i < c.steps[old->step].nvia; i++)
		if (!is_mention(u->m, c.steps[old->step].via[i]))
			s.via[s.nvia++] = c.steps[old->step].via[i];
	return s.nvia > 0 && notices_step(u, &o, &s) > 0;
}

bool notices_fail_over(struct turn *u, size_t index, bool elsewhere)
{
	struct notice old = u->t->notices[index];
	int failed = matrix_channel(u->m, old.channel);
	const char *rest = old.spare;

	while (*rest != '\0') {
		const char *end = strchr(rest, ',');
		size_t len = end == NULL ? strlen(rest) : (size_t)(end - rest);
		char *name = arena_strndup(u->t->arena, rest, len);
		int ch = matrix_channel(u->m, name);

		rest += len + (end != NULL);
		if (ch < 0 ||
		    !roster_can_carry(u->m, ch, matrix_person(u->m, old.who)) ||
		    (elsewhere && share_endpoint(u->m, failed, ch)))
			continue;
		push_again(u, old, name, rest);
		return true;
	}
	return to_members(u, &old);
}

/* Did no notice of the run's latest step get through? */
static bool step_is_dead(const struct turn *u, const struct chain_run *r)
{
	for (size_t i = 0; i < u->t->nnotices; i++) {
		const struct notice *n = &u->t->notices[i];

		if (n->run == r->seq && n->step == r->step &&
		    n->round == r->round && n->reason == NOTICE_CHAIN &&
		    (n->state == NOTICE_PENDING || n->state == NOTICE_DONE))
			return false;
	}
	return true;
}

static const char *said(const struct event *ev)
{
	return ev->text == NULL ? "" : ev->text;
}

static void refused(struct turn *u, size_t i, const struct event *ev)
{
	struct notice *n = &u->t->notices[i];
	struct chain_run *r = ticket_run(u->t, n->run);
	struct occasion o = { .reason = NOTICE_UNREACHABLE,
		.step = n->step,
		.detail = "a notice was refused for good",
		.at = ev->at };

	n->attempts++;
	n->state = NOTICE_DEAD;
	n->ended = notice_is_last_word(n);
	n->dirty = true;
	notice_tell(u, CHANGE_NOTICE_DEAD, i, ev->at)->detail = said(ev);
	if (notices_fail_over(u, i, false))
		return;
	n = &u->t->notices[i];
	if (n->reason == NOTICE_CHAIN && r != NULL && r->state == RUN_WALKING &&
	    r->step == n->step && step_is_dead(u, r))
		walks_hurry(u, r, ev->at);
	else if (n->reason != NOTICE_RESOLVED && n->reason != NOTICE_UPDATE &&
		 matrix_channel(u->m, n->channel) != u->m->fallback)
		notices_fallback(u, &o);
}

/* It was not tried: another way at once, if there is one; else it waits where
 * it is, and nothing has happened to it. */
static void is_down(struct turn *u, size_t i, const struct event *ev)
{
	size_t before = u->out->nchanges;
	struct notice *n = &u->t->notices[i];

	notice_tell(u, CHANGE_NOTICE_DIVERTED, i, ev->at)->detail = said(ev);
	if (!notices_fail_over(u, i, true)) {
		u->out->nchanges = before;
		return;
	}
	n = &u->t->notices[i];
	n->state = NOTICE_WITHDRAWN;
	n->ended = true;
	n->dirty = true;
}

/* One that was dropped by hand is not moot, nor is one that an ack stopped:
 * it counts as any other, should it arrive after all. */
static void delivered(struct turn *u, size_t i, const struct event *ev)
{
	struct notice *n = &u->t->notices[i];
	bool was_moot = n->state == NOTICE_WITHDRAWN && n->ended;
	struct notice copy;

	n->state = NOTICE_DONE;
	n->ended = notice_is_last_word(n) || was_moot ||
		   (n->reason == NOTICE_EXHAUSTED && ticket_is_drill(u->t));
	if (ev->ref != NULL)
		n->ref = arena_strdup(u->t->arena, ev->ref);
	n->dirty = true;
	notice_tell(u, CHANGE_NOTICE_SENT, i, ev->at)->detail =
	    was_moot ? "it was on its way when it became moot" : said(ev);
	copy = u->t->notices[i];
	if (*copy.owed != '\0')
		notices_settle(u, i, ev->at);
	if (was_moot && notice_alerts(&copy))
		tell_over(u, &copy, ticket_clock(u->t, copy.clock),
		    "it became moot while it was sent", ev->at);
}

bool notices_delivery(struct turn *u, const struct event *ev)
{
	struct notice *n = ticket_notice(u->t, ev->notice_id);
	size_t i;

	if (n == NULL)
		return false;
	i = (size_t)(n - u->t->notices);
	if (ev->delivery == DELIVERY_OK) {
		delivered(u, i, ev);
	} else if (n->state != NOTICE_PENDING) {
		return true; /* withdrawn meanwhile, and not sent: as it was */
	} else if (ev->delivery == DELIVERY_DOWN) {
		is_down(u, i, ev);
	} else if (ev->delivery == DELIVERY_NEVER ||
		   (*n->spare != '\0' &&
		       n->attempts + 1 >= NOTICE_FAILURES_MAX)) {
		refused(u, i, ev);
	} else {
		n->attempts++;
		n->free_at = ev->again_at;
		n->dirty = true;
		notice_tell(u, CHANGE_NOTICE_RETRY, i, ev->at)->detail =
		    said(ev);
		u->out->changes[u->out->nchanges - 1].due = ev->again_at;
	}
	return true;
}
